//! Pages on other origins: which may ask.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header, request::Parts};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use crate::Refusal;

/// The CORS answers for the allow-list.
pub(crate) fn cors(allowed: &[String]) -> CorsLayer {
    let origins: Vec<HeaderValue> = allowed
        .iter()
        .filter_map(|origin| HeaderValue::from_str(origin).ok())
        .collect();
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .allow_credentials(true)
        // By `Date` the page learns how wrong its own clock is.
        .expose_headers([
            header::DATE,
            header::RETRY_AFTER,
            HeaderName::from_static("x-request-id"),
        ])
        .max_age(Duration::from_mins(10))
}

/// CORS keeps another origin from reading the answer; this keeps it from asking at all.
pub(crate) fn check(request: &Parts, allowed: &[String]) -> Result<(), Refusal> {
    let header = |name| {
        request
            .headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let Some(origin) = header(header::ORIGIN) else {
        return Ok(());
    };
    let authority = origin
        .parse::<Uri>()
        .ok()
        .and_then(|uri| Some(uri.authority()?.to_string()));
    let own = authority.is_some() && authority.as_deref() == header(header::HOST);
    if own || allowed.iter().any(|known| known == origin) {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::FORBIDDEN,
        "OriginNotAllowed",
        "Pages of this origin may not ask for upload parameters.",
    ))
}
