//! The log, on standard error.

use std::{error::Error, io::stderr};

use tracing_subscriber::filter::LevelFilter;
use upload_backend::{LogFormat, Settings};

pub(crate) fn start(settings: &Settings) -> Result<(), Box<dyn Error>> {
    let level: LevelFilter = settings.log.parse()?;
    let log = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(stderr);
    match settings.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    Ok(())
}
