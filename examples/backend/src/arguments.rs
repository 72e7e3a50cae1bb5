//! The command line.

use std::path::PathBuf;

const SETTINGS: &str = "\
Settings come from the file, and from environment variables over it: UPLOAD_LIMITS__MAX_SIZE is limits.max_size.
Keys come from ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or from where [credentials] says.";

/// Hands out upload parameters for Alibaba Cloud OSS to browsers.
#[derive(clap::Parser, Debug)]
#[command(name = "upload-backend", version, after_help = SETTINGS)]
pub(crate) struct Arguments {
    /// Settings, in TOML
    #[arg(value_name = "SETTINGS.toml")]
    pub(crate) settings: Option<PathBuf>,
    /// Say what is set and what is wrong with it, and end
    #[arg(long)]
    pub(crate) check: bool,
}
