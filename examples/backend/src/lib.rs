//! Reference backend: hands out upload parameters to browsers, so that files go from the page straight to the bucket.
//!
//! | route | answer |
//! | --- | --- |
//! | `/api/upload-params` | Cloud Backup's `CreateTempFileUploadUrl`, as returned |
//! | `/api/ens/upload-params` | Edge Node Service's `PrepareUpload`, and a policy signed for the physical bucket |
//! | `/api/policy/v1`, `/api/policy/v4` | a policy signed for a bucket of your own |
//! | `/health`, `/ready` | whether the process runs, and whether it can sign |
//! | `/metrics`, `/openapi.json` | for Prometheus; the description of these routes |
//!
//! Each takes `fileName`, `size` and `type` in its query. The binary is enough for most sites; a site with its own
//! sign-in in Rust uses this crate, and says with [`Authorize`] who may upload.
//!
//! ```no_run
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! use upload_backend::{Backend, Settings};
//!
//! let settings = Settings::load(Some("backend.toml".as_ref()))?;
//! let listener = tokio::net::TcpListener::bind(settings.listen).await?;
//! Backend::new(settings)?.serve(listener, std::future::pending()).await;
//! # Ok(())
//! # }
//! ```

mod acs3;
mod answers;
mod asked;
mod auth;
mod client_ip;
mod cloud;
mod credentials;
mod key;
mod metrics;
mod origin;
mod policy;
mod refusal;
mod routes;
mod server;
mod settings;
mod text;

pub use auth::{Anyone, Authorize, Caller, Verdict};
pub use refusal::Refusal;
pub use routes::Backend;
pub use settings::{
    Acl, Auth, Bucket, Callback, CloudCalls, CredentialSettings, Ens, Fault, Limits, LogFormat,
    ServerLimits, SettingError, Settings, SignatureVersion, Temp,
};
