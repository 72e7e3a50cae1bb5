//! Stand-in for Alibaba Cloud: OSS PostObject and the RPC gateway of both cloud APIs.
//!
//! Written from Alibaba Cloud's documents and SDKs, never from the library that it tests. One process, three
//! origins: the site (demo page and reference backend), OSS and the API gateway.

pub mod account;
mod gateway;
mod oss;
mod server;
mod site;
mod tls;

pub use oss::read_multipart;

use std::{io, net::Ipv4Addr, path::PathBuf, sync::Arc, time::Duration};

use serde::Serialize;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::{CancellationToken, DropGuard};

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port of the site; OSS and the API gateway take the next two. 0: three free ports.
    pub port: u16,
    /// Folder of the demo page, served at `/`.
    pub www: Option<PathBuf>,
    /// Folder of the built package, served at `/pkg/`.
    pub pkg: Option<PathBuf>,
    /// Hand out an endpoint that is addressed path-style, for clients that do not resolve `*.localhost`.
    pub path_style: bool,
    /// Hand out this endpoint: of something that stands in front of OSS. One without a scheme, such as the real API gateway's
    /// `oss-cn-hangzhou.aliyuncs.com`, means https: OSS is then served by TLS, too, on the port after the gateway's.
    pub endpoint: Option<String>,
    /// Serve the site only, and let its backend talk to the real cloud.
    pub cloud: bool,
    /// Folder for the stored objects; a temporary one, removed at the end, if absent.
    pub data: Option<PathBuf>,
    /// How long OSS waits for a client that sends nothing.
    pub idle_timeout: Duration,
    /// How long OSS waits for an application server's answer to a callback.
    pub callback_timeout: Duration,
    /// Let callbacks go to application servers on this machine, which OSS itself refuses: for tests.
    pub loopback_callbacks: bool,
    /// Added to the clock with which OSS and the API gateway judge expiry, in seconds.
    pub clock_offset: i64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            www: None,
            pkg: None,
            path_style: false,
            endpoint: None,
            cloud: false,
            data: None,
            idle_timeout: Duration::from_mins(1),
            callback_timeout: Duration::from_secs(5),
            loopback_callbacks: false,
            clock_offset: 0,
        }
    }
}

/// The origins of a running stand-in, as `GET /stand-in.json` tells them.
#[derive(Clone, Debug, Serialize)]
pub struct Addresses {
    /// The demo page, the built package and the reference backend.
    pub site: String,
    /// OSS, path-style.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub oss: String,
    /// The API gateway.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub api: String,
    /// OSS by TLS, with an endpoint that means https.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tls: String,
    /// The `Endpoint` that upload parameters carry.
    #[serde(skip)]
    pub endpoint: String,
}

/// A running stand-in. Dropping it stops it.
#[derive(Debug)]
pub struct Running {
    addresses: Addresses,
    stop: DropGuard,
    tasks: JoinSet<()>,
}

impl Running {
    /// All origins.
    #[must_use]
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Origin of the site.
    #[must_use]
    pub fn site(&self) -> &str {
        &self.addresses.site
    }

    /// Origin of OSS, path-style.
    #[must_use]
    pub fn oss(&self) -> &str {
        &self.addresses.oss
    }

    /// Origin of the API gateway.
    #[must_use]
    pub fn api(&self) -> &str {
        &self.addresses.api
    }

    /// Stops accepting connections, and waits a moment for the answers that are under way.
    pub async fn stop(mut self) {
        self.stop.disarm().cancel();
        let drained = async { while self.tasks.join_next().await.is_some() {} };
        // A client that keeps its connection open must not keep the process.
        let _ = tokio::time::timeout(Duration::from_secs(3), drained).await;
    }
}

/// Binds its listeners on the loopback address and serves until the result is dropped.
///
/// # Errors
/// A port is taken, or the folder for the objects cannot be made.
pub async fn start(options: Options) -> io::Result<Running> {
    let site = listen(options.port, 0).await?;
    if options.cloud {
        return start_site(&options, site);
    }
    let oss = listen(options.port, 1).await?;
    let api = listen(options.port, 2).await?;
    let by_tls = match &options.endpoint {
        Some(host) if !host.contains("://") => {
            Some((listen(options.port, 3).await?, tls::acceptor(host)?))
        }
        _ => None,
    };
    let oss_port = oss.local_addr()?.port();
    let host = if options.path_style {
        "127.0.0.1"
    } else {
        "oss.localhost"
    };
    let addresses = Addresses {
        site: origin(&site)?,
        oss: origin(&oss)?,
        api: origin(&api)?,
        tls: match &by_tls {
            Some((listener, _)) => origin(listener)?.replace("http://", "https://"),
            None => String::new(),
        },
        endpoint: options
            .endpoint
            .clone()
            .unwrap_or_else(|| format!("http://{host}:{oss_port}")),
    };

    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    let service = Arc::new(oss::Oss::new(&options)?);
    if let Some((listener, acceptor)) = by_tls {
        tasks.spawn(oss::serve(
            listener,
            Some(acceptor),
            service.clone(),
            stop.clone(),
        ));
    }
    tasks.spawn(oss::serve(oss, None, service, stop.clone()));
    tasks.spawn(server::serve(
        site,
        site::router(&options, &addresses)?,
        stop.clone(),
    ));
    tasks.spawn(server::serve(
        api,
        gateway::router(&options, &addresses),
        stop.clone(),
    ));
    Ok(Running {
        addresses,
        stop: stop.drop_guard(),
        tasks,
    })
}

/// The site alone: OSS and the API gateway are the real ones.
fn start_site(options: &Options, site: TcpListener) -> io::Result<Running> {
    let addresses = Addresses {
        site: origin(&site)?,
        oss: String::new(),
        api: String::new(),
        tls: String::new(),
        endpoint: String::new(),
    };
    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    let router = site::router(options, &addresses)?;
    tasks.spawn(server::serve(site, router, stop.clone()));
    Ok(Running {
        addresses,
        stop: stop.drop_guard(),
        tasks,
    })
}

async fn listen(port: u16, offset: u16) -> io::Result<TcpListener> {
    let port = if port == 0 {
        0
    } else {
        port.checked_add(offset)
            .ok_or_else(|| io::Error::other("there are no two ports above that one"))?
    };
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| io::Error::new(error.kind(), format!("port {port}: {error}")))
}

fn origin(listener: &TcpListener) -> io::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}
