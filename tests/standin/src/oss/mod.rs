//! OSS: `PostObject`, its CORS, and the window through which tests look at what is stored.

use std::{io, sync::Arc};

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::Options;

/// All that OSS knows.
#[derive(Debug)]
pub(crate) struct Oss {}

impl Oss {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the folder for the objects is made here next"
    )]
    pub(crate) fn new(_options: &Options) -> io::Result<Self> {
        Ok(Self {})
    }
}

pub(crate) async fn serve(listener: TcpListener, _oss: Arc<Oss>, stop: CancellationToken) {
    crate::server::serve(listener, Router::new(), stop).await;
}
