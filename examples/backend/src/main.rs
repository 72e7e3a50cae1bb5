//! `upload-backend [--check] [SETTINGS.toml]`: serves until it is told to stop.

use std::{
    env,
    error::Error,
    io::{IsTerminal as _, Write as _, stderr},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
    time::timeout,
};
use tracing_subscriber::filter::LevelFilter;
use upload_backend::{Backend, Settings};

/// Answers that are under way get this long to end.
const DRAIN: Duration = Duration::from_secs(15);

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(stderr(), "upload-backend: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let mut file: Option<PathBuf> = None;
    let mut only_check = false;
    for argument in env::args_os().skip(1) {
        match argument.to_str() {
            Some("--check") => only_check = true,
            Some(option) if option.starts_with('-') => {
                return Err("usage: upload-backend [--check] [SETTINGS.toml]".into());
            }
            _ => file = Some(argument.into()),
        }
    }
    let settings = Settings::load(file.as_deref())?;
    let level: LevelFilter = settings.log.parse()?;
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(stderr().is_terminal())
        .with_writer(stderr)
        .init();
    let (listen, open) = (settings.listen, settings.auth.is_none());
    let backend = Backend::new(settings)?;
    if only_check {
        return Ok(());
    }
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("listen (UPLOAD_LISTEN): {listen}: {error}"))?;
    if open {
        tracing::warn!("no auth.url: anyone who reaches this address may upload");
    }
    tracing::info!(address = %listener.local_addr()?, "serving");

    let (stop, stopped) = oneshot::channel::<()>();
    let router = backend.router();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    let mut server = tokio::spawn(server.into_future());
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        ended = &mut server => return Ok(ended??),
    }
    tracing::info!("stopping");
    drop(stop);
    if timeout(DRAIN, server).await.is_err() {
        tracing::warn!("some answers did not end in time");
    }
    Ok(())
}
