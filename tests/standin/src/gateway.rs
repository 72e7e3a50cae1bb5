//! The API gateway.

use axum::Router;

use crate::{Addresses, Options};

pub(crate) fn router(_options: &Options, _addresses: &Addresses) -> Router {
    Router::new()
}
