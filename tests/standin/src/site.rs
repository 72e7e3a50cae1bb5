//! The site: what the demo page's origin serves. The reference backend as a user would deploy it, the page, the
//! built package, and faults around the backend's answers.

mod answer;
mod faults;

use std::{env, io, path::Path};

use axum::{
    Json, Router,
    http::{HeaderValue, header},
    middleware,
    routing::get,
};
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};
use upload_backend::{Backend, Settings};

use crate::{Addresses, Options, account};

pub(crate) fn router(options: &Options, addresses: &Addresses) -> io::Result<Router> {
    let settings = if options.cloud {
        cloud_settings()
    } else {
        stand_in_settings(options, addresses)
    };
    let backend = settings.and_then(Backend::new).map_err(io::Error::other)?;
    let mut api = backend.router();
    if !options.cloud {
        let faults = faults::Faults::new(addresses);
        api = api.layer(middleware::from_fn_with_state(faults, faults::apply));
    }
    let addresses = addresses.clone();
    let mut files = Router::new().route("/stand-in.json", get(|| async move { Json(addresses) }));
    if let Some(pkg) = &options.pkg {
        files = files.nest_service("/pkg", folder(pkg));
    }
    if let Some(www) = &options.www {
        files = files.fallback_service(folder(www));
    }
    // What was built a moment ago is what a test wants to see.
    let fresh = HeaderValue::from_static("no-cache");
    let files = files.layer(SetResponseHeaderLayer::overriding(
        header::CACHE_CONTROL,
        fresh,
    ));
    Ok(files.merge(api))
}

fn folder(path: &Path) -> ServeDir {
    ServeDir::new(path)
}

type Read = Result<Settings, upload_backend::SettingError>;

/// The real endpoints, with the operator's own keys and settings.
fn cloud_settings() -> Read {
    let region = env::var("ALIBABA_CLOUD_REGION_ID").unwrap_or_else(|_| account::REGION.to_owned());
    Settings::read(&format!("temp.region = {region:?}"), variables())
}

/// Everything that the stand-in knows, all limits wide. Of the environment only what narrows the backend counts: the
/// operator's keys have no business here.
fn stand_in_settings(options: &Options, addresses: &Addresses) -> Read {
    let Addresses { api, endpoint, .. } = addresses;
    let bucket = account::OWN_BUCKET;
    let host = if options.path_style {
        format!("{endpoint}/{bucket}")
    } else if endpoint.contains("://") {
        endpoint.replace("://", &format!("://{bucket}."))
    } else {
        format!("https://{bucket}.{endpoint}")
    };
    let toml = format!(
        r#"
        [credentials]
        access_key_id = "{id}"
        access_key_secret = "{secret}"
        [limits]
        max_size = 5368709120
        lifetime = 3600
        [temp]
        endpoint = "{api}"
        [ens]
        bucket = "{ens}"
        endpoint = "{api}"
        [bucket]
        name = "{bucket}"
        region = "{region}"
        host = "{host}"
        "#,
        id = account::ACCESS_KEY_ID,
        secret = account::ACCESS_KEY_SECRET,
        ens = account::ENS_BUCKET,
        region = account::REGION,
    );
    Settings::read(&toml, env::vars().filter(|(name, _)| narrows(name)))
}

/// Those that are not text cannot be ours.
fn variables() -> impl Iterator<Item = (String, String)> {
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

fn narrows(variable: &str) -> bool {
    variable == "UPLOAD_ALLOWED_ORIGINS" || variable.starts_with("UPLOAD_LIMITS__")
}
