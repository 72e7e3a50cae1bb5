//! The site: what the demo page's origin serves.

use axum::{Json, Router, routing::get};

use crate::{Addresses, Options};

pub(crate) fn router(_options: &Options, addresses: &Addresses) -> Router {
    let addresses = addresses.clone();
    Router::new().route("/stand-in.json", get(|| async move { Json(addresses) }))
}
