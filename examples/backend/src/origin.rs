//! Pages on other origins: which may ask.

use std::{net::IpAddr, time::Duration};

use axum::http::{
    HeaderName, HeaderValue, Method, StatusCode, header, request::Parts, uri::Authority,
};
use reqwest::Url;
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use crate::{Refusal, Settings, answers::REQUEST_ID, client_ip::is_trusted, settings::is_loopback};

const FETCHED_FROM: HeaderName = HeaderName::from_static("sec-fetch-site");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

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
        .expose_headers([header::DATE, header::RETRY_AFTER, REQUEST_ID])
        .max_age(Duration::from_mins(10))
}

/// CORS keeps another origin from reading the answer; this keeps it from asking at all.
pub(crate) fn check(
    request: &Parts,
    settings: &Settings,
    peer: Option<IpAddr>,
) -> Result<(), Refusal> {
    let host = host(request);
    if !is_own(host, settings) {
        return Err(forbidden(
            "HostNotAllowed",
            "This backend has other names (its setting hosts).",
        ));
    }
    let fetched_from = only(request, &FETCHED_FROM)?;
    let own = match (only(request, &header::ORIGIN)?, fetched_from) {
        (Some(origin), _) if settings.allowed_origins.iter().any(|known| known == origin) => true,
        // A browser that says so has compared the scheme, too.
        (Some(origin), Some("same-origin")) => host.is_some_and(|host| {
            let same = |scheme| is_same(origin, scheme, host);
            same("https") || same("http")
        }),
        (Some(_), Some(_)) => false,
        (Some(origin), None) => {
            let scheme = scheme(request, settings, peer);
            host.is_some_and(|host| is_same(origin, scheme, host))
        }
        // Without an Origin: a page's own GET, an address that was typed, or no browser at all.
        (None, from) => matches!(from, None | Some("same-origin" | "none")),
    };
    if own {
        return Ok(());
    }
    Err(forbidden(
        "OriginNotAllowed",
        "Pages of this origin may not ask for upload parameters.",
    ))
}

fn forbidden(code: &str, message: &str) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, code, message)
}

/// The header's value; two, or one that is not text, cannot be judged.
fn only<'a>(request: &'a Parts, name: &HeaderName) -> Result<Option<&'a str>, Refusal> {
    let mut values = request.headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value
            .to_str()
            .map(Some)
            .map_err(|_| Refusal::bad_request("InvalidHeader", "A header cannot be read.")),
        _ => Err(Refusal::bad_request(
            "InvalidHeader",
            "A header is there twice.",
        )),
    }
}

/// Whom the request is for. An absolute address outranks the header (RFC 9112, 3.2.2).
fn host(request: &Parts) -> Option<&str> {
    let named = || only(request, &header::HOST).ok().flatten();
    request
        .uri
        .authority()
        .map(Authority::as_str)
        .or_else(named)
}

/// Whether the name is one of the backend's. A page can point a name of its own to any address (DNS rebinding).
fn is_own(host: Option<&str>, settings: &Settings) -> bool {
    let listed = &settings.hosts;
    if listed.is_empty() && !settings.is_for_this_machine() {
        return true;
    }
    let Some(host) = host else {
        // Every browser sends it.
        return listed.is_empty();
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    if listed.is_empty() {
        return is_loopback(name);
    }
    let is_known = |known: &String| [host, name].iter().any(|is| known.eq_ignore_ascii_case(is));
    listed.iter().any(is_known)
}

/// How the browser reached the site. This process speaks plain HTTP: only a trusted proxy can say more.
fn scheme<'a>(request: &'a Parts, settings: &Settings, peer: Option<IpAddr>) -> &'a str {
    let trusted = peer.is_some_and(|peer| is_trusted(peer, &settings.trusted_proxies));
    match only(request, &FORWARDED_PROTO) {
        Ok(Some(proto)) if trusted => proto,
        _ => "http",
    }
}

fn is_same(origin: &str, scheme: &str, host: &str) -> bool {
    let own = Url::parse(&format!("{scheme}://{host}")).map(|url| url.origin());
    let asking = Url::parse(origin).map(|url| url.origin());
    // An opaque origin equals nothing but itself.
    matches!((own, asking), (Ok(own), Ok(asking)) if own.is_tuple() && own == asking)
}
