//! What a browser asks, once it is let in.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Query},
    http::{StatusCode, request::Parts},
};
use serde::Deserialize;

use crate::{Backend, Caller, Limits, Refusal, client_ip::client_ip, origin};

/// What the page says of its file.
#[derive(Deserialize)]
struct File {
    #[serde(rename = "fileName")]
    name: Option<String>,
    size: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// A request that was let in.
pub(crate) struct Asked {
    pub(crate) caller: Caller,
    pub(crate) ip: Option<IpAddr>,
    pub(crate) size: Option<u64>,
    name: Option<String>,
}

impl Asked {
    /// Lets the request in, or refuses it.
    pub(crate) async fn admit(parts: &Parts, backend: &Backend) -> Result<Self, Refusal> {
        let settings = &backend.settings;
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|info| info.0.ip());
        origin::check(parts, settings, peer)?;
        let caller = backend.authorize.authorize(parts).await?;
        let ip = client_ip(peer, &parts.headers, &settings.trusted_proxies);
        let Query(asked) = Query::<File>::try_from_uri(&parts.uri)
            .map_err(|_| Refusal::bad_request("InvalidParameter", "The query cannot be read."))?;
        let size = asked
            .size
            .map(|size| size.parse())
            .transpose()
            .map_err(|_| {
                Refusal::bad_request(
                    "InvalidParameter.size",
                    "The size is not a number of bytes.",
                )
            })?;
        if let Some(size) = size {
            check_size(size, &settings.limits)?;
        }
        // An empty type is what a browser says of a file that it does not know.
        if let Some(kind) = asked.kind.as_deref().filter(|kind| !kind.is_empty()) {
            check_type(kind, &settings.limits)?;
        }
        Ok(Self {
            caller,
            ip,
            size,
            name: asked.name.filter(|name| !name.is_empty()),
        })
    }

    pub(crate) fn name(&self) -> Result<&str, Refusal> {
        self.name.as_deref().ok_or_else(|| {
            Refusal::bad_request("MissingfileName", "fileName is mandatory for this action.")
        })
    }
}

fn check_size(size: u64, limits: &Limits) -> Result<(), Refusal> {
    if size > limits.max_size {
        let message = format!("Files may have at most {} bytes here.", limits.max_size);
        return Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "EntityTooLarge",
            &message,
        ));
    }
    if size < limits.min_size {
        let message = format!("Files must have at least {} bytes here.", limits.min_size);
        return Err(Refusal::bad_request("EntityTooSmall", &message));
    }
    Ok(())
}

fn check_type(kind: &str, limits: &Limits) -> Result<(), Refusal> {
    let types = &limits.types;
    let fits = |allowed: &String| match allowed.strip_suffix('*') {
        Some(prefix) => kind.starts_with(prefix),
        None => kind == allowed,
    };
    if types.is_empty() || types.iter().any(fits) {
        return Ok(());
    }
    let message = format!("Files must be of type {} here.", types.join(", "));
    Err(Refusal::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "InvalidContentType",
        &message,
    ))
}
