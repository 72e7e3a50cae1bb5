//! The program: reads its settings, says what is wrong with them, and serves until it is told to stop.

mod arguments;
mod log;

use std::{
    error::Error,
    io::{Write as _, stderr, stdout},
    process::ExitCode,
};

use clap::Parser as _;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use upload_backend::{Backend, Settings};

use crate::arguments::Arguments;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            for line in error.to_string().lines() {
                let _ = writeln!(stderr(), "upload-backend: {line}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let settings = Settings::load(arguments.settings.as_deref())?;
    log::start(&settings)?;
    if arguments.check {
        return check(settings).await;
    }
    // As many files as the machine lets this process have: each connection is one.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!("the limit of open files stays as it is: {error}");
    }
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let listen = settings.listen;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("listen (UPLOAD_LISTEN): {listen}: {error}"))?;
    if settings.auth.is_none() {
        tracing::warn!("no auth.url: anyone who reaches this address may upload");
    }
    if settings.hosts.is_empty() && !settings.is_for_this_machine() {
        tracing::warn!(
            "no hosts: pages that point a name of theirs to this address are not told apart"
        );
    }
    tracing::info!(address = %listener.local_addr()?, "serving");
    let stop = async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping");
    };
    Backend::new(settings)?.serve(listener, stop).await;
    Ok(())
}

/// Says what was found, and whether there are keys.
async fn check(settings: Settings) -> Result<(), Box<dyn Error>> {
    write!(stdout(), "{}", settings.summary())?;
    let backend = Backend::new(settings)?;
    if backend.check_credentials().await.is_err() {
        return Err("credentials: there are none to be had, see above".into());
    }
    writeln!(stdout(), "good")?;
    Ok(())
}
