//! The backend as a whole: what it is made of, and its routes.

use std::{sync::Arc, time::Instant};

use axum::{
    Json, Router,
    extract::Request,
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use reqwest::Url;
use serde_json::json;

use crate::{
    Anyone, Authorize, Bucket, Ens, SettingError, Settings,
    answers::{ens, policy_v1, policy_v4, temp},
    auth::Ask,
    cloud::{Api, Cloud},
    origin,
};

/// The backend, ready to serve.
pub struct Backend {
    pub(crate) settings: Settings,
    pub(crate) cloud: Cloud,
    pub(crate) temp: Option<Api>,
    pub(crate) ens: Option<(Api, Ens)>,
    pub(crate) bucket: Option<(String, Bucket)>,
    pub(crate) authorize: Box<dyn Authorize>,
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Backend")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Backend {
    /// Prepares everything that can fail before the first request.
    ///
    /// # Errors
    /// A setting at fault, or no certificates on this machine.
    pub fn new(settings: Settings) -> Result<Self, SettingError> {
        // Fails only when another part of the process chose one: theirs will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| SettingError::new("cloud", error.to_string()))?;
        let api = |setting, endpoint: &str, action, version| {
            Url::parse(endpoint)
                .map(|endpoint| Api {
                    endpoint,
                    action,
                    version,
                })
                .map_err(|error| SettingError::new(setting, error.to_string()))
        };
        let temp = settings.temp.as_ref().map(|temp| {
            let region = temp.region.as_deref().unwrap_or_default();
            let regional = format!("https://hbr.{region}.aliyuncs.com");
            let endpoint = temp.endpoint.as_ref().unwrap_or(&regional);
            api(
                "temp.endpoint",
                endpoint,
                "CreateTempFileUploadUrl",
                "2017-09-08",
            )
        });
        let ens = settings.ens.as_ref().map(|ens| {
            let api = api("ens.endpoint", &ens.endpoint, "PrepareUpload", "2017-11-10")?;
            Ok((api, ens.clone()))
        });
        let bucket = settings.bucket.as_ref().map(|bucket| {
            let Bucket { name, region, .. } = bucket;
            let default = format!("https://{name}.oss-{region}.aliyuncs.com");
            (bucket.host.clone().unwrap_or(default), bucket.clone())
        });
        let authorize: Box<dyn Authorize> = match &settings.auth {
            None => Box::new(Anyone),
            Some(auth) => Box::new(Ask {
                client: client.clone(),
                url: auth.url.clone(),
            }),
        };
        Ok(Self {
            temp: temp.transpose()?,
            ens: ens.transpose()?,
            bucket,
            cloud: Cloud {
                client,
                credentials: settings.credentials.clone(),
                calls: settings.cloud.clone(),
            },
            authorize,
            settings,
        })
    }

    /// Lets the site's own authentication decide, instead of `auth.url`.
    #[must_use]
    pub fn authorize(mut self, authorize: impl Authorize) -> Self {
        self.authorize = Box::new(authorize);
        self
    }

    /// The routes. Serve them with connection info, else no client's address is known.
    pub fn router(self) -> Router {
        let mut api = Router::new()
            .route("/api/upload-params", get(temp).post(temp))
            .route("/api/ens/upload-params", get(ens).post(ens))
            .route("/api/policy/v1", get(policy_v1).post(policy_v1))
            .route("/api/policy/v4", get(policy_v4).post(policy_v4));
        // A layer costs about as much as a signature: none without a use.
        if !self.settings.allowed_origins.is_empty() {
            api = api.layer(origin::cors(&self.settings.allowed_origins));
        }
        if tracing::enabled!(tracing::Level::INFO) {
            api = api.layer(middleware::from_fn(log));
        }
        api.route("/health", get(|| async { Json(json!({ "status": "ok" })) }))
            .with_state(Arc::new(self))
    }
}

/// One line for each answer, without the query: names of files are nobody's business.
async fn log(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let started = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    tracing::info!(path, status, ms = started.elapsed().as_millis(), "answered");
    response
}
