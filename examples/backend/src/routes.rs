//! The backend as a whole: what it is made of, and its routes.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use reqwest::Url;
use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    Anyone, Authorize, Bucket, Ens, Refusal, SettingError, Settings,
    answers::{self, HandedOut, JSON, NO_STORE},
    asked::Asked,
    auth::Ask,
    cloud::{Api, Cloud},
    credentials::CredentialStore,
    metrics::{Metrics, RouteMetrics},
    origin,
    server::Server,
    text::OneLine,
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
        let metrics = Arc::new(Metrics::new());
        let lifetime = Duration::from_secs(settings.limits.lifetime);
        let credentials = CredentialStore::new(&settings.credentials, lifetime, metrics.clone())
            .map_err(|error| SettingError::new("credentials", error.to_string()))?;
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
                credentials,
                calls: settings.cloud.clone(),
                metrics,
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

    /// Asks for the keys once, as each request does.
    ///
    /// # Errors
    /// There are none; the log says why.
    pub async fn check_credentials(&self) -> Result<(), Refusal> {
        self.cloud.credentials.get().await.map(drop)
    }

    /// Serves until `stop` is ready, and then ends what is under way. No client can hold the others up.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        // Renewed keys are there before the first browser asks; when they are not, `/ready` says so.
        let _ = self.check_credentials().await;
        let limits = self.settings.server.clone();
        let metrics = self.cloud.metrics.clone();
        let router = self.router().fallback(async || {
            Refusal::new(
                StatusCode::NOT_FOUND,
                "NotFound",
                "There is no such route; see /openapi.json.",
            )
        });
        Server::new(router, &limits, metrics)
            .run(listener, stop)
            .await;
    }

    /// The routes alone, for a server of your own. Serve them with connection info, else no client's address is known.
    pub fn router(self) -> Router {
        let mut api = Router::new();
        for route in ROUTES {
            let metrics = Arc::new(self.cloud.metrics.of_route(route.path()));
            let answer = async move |State(backend): State<Arc<Backend>>, request: Request| {
                route.answer(&backend, &metrics, request).await
            };
            api = api.route(route.path(), get(answer.clone()).post(answer));
        }
        // A layer costs about as much as a signature: none without a use.
        if !self.settings.allowed_origins.is_empty() {
            api = api.layer(origin::cors(&self.settings.allowed_origins));
        }
        api.route("/health", get(async || Json(json!({ "status": "ok" }))))
            .route("/ready", get(ready))
            .route("/metrics", get(metrics_text))
            .route("/openapi.json", get(async || (JSON, OPENAPI)))
            .with_state(Arc::new(self))
    }
}

/// The description of these routes.
const OPENAPI: &str = include_str!("../openapi.json");
/// Of the text format of Prometheus, as this exporter writes it.
const OPEN_METRICS: [(HeaderName, HeaderValue); 1] = [(
    header::CONTENT_TYPE,
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8"),
)];

/// Whether it can sign: a load balancer asks before it sends browsers.
async fn ready(State(backend): State<Arc<Backend>>) -> Result<Response, Refusal> {
    backend.check_credentials().await?;
    Ok((NO_STORE, Json(json!({ "status": "ready" }))).into_response())
}

async fn metrics_text(State(backend): State<Arc<Backend>>) -> Response {
    (OPEN_METRICS, backend.cloud.metrics.text()).into_response()
}

/// What browsers ask.
#[derive(Clone, Copy)]
enum Route {
    Temp,
    Ens,
    PolicyV1,
    PolicyV4,
}

const ROUTES: [Route; 4] = [Route::Temp, Route::Ens, Route::PolicyV1, Route::PolicyV4];

impl Route {
    fn path(self) -> &'static str {
        match self {
            Self::Temp => "/api/upload-params",
            Self::Ens => "/api/ens/upload-params",
            Self::PolicyV1 => "/api/policy/v1",
            Self::PolicyV4 => "/api/policy/v4",
        }
    }

    /// Answers, counts the answer, and writes a line of it, without the query. No layer does this: one costs about as
    /// much as a signature.
    async fn answer(self, backend: &Backend, metrics: &RouteMetrics, request: Request) -> Response {
        let started = Instant::now();
        let ms = || started.elapsed().as_millis();
        let path = self.path();
        let (parts, _) = request.into_parts();
        let outcome = async {
            let asked = Asked::admit(&parts, backend).await?;
            let answer = self.hand_out(backend, &asked).await?;
            tracing::info!(
                path,
                status = 200,
                ms = ms(),
                request_id = answer.request_id,
                user = asked.caller.user,
                ip = asked.ip.map(tracing::field::display),
                key = answer.key,
                size = asked.size,
                "handed out"
            );
            Ok::<_, Refusal>(answer.into_response())
        };
        let response = outcome.await.unwrap_or_else(|refusal| {
            tracing::warn!(
                path,
                status = refusal.status.as_u16(),
                ms = ms(),
                request_id = refusal.envelope.request_id,
                code = refusal.envelope.code,
                "refused: {}",
                OneLine(&refusal.envelope.message)
            );
            refusal.into_response()
        });
        metrics.answered(response.status().as_u16(), started.elapsed());
        response
    }

    async fn hand_out(self, backend: &Backend, asked: &Asked) -> Result<HandedOut, Refusal> {
        match self {
            Self::Temp => answers::temp(backend, asked).await,
            Self::Ens => answers::ens(backend, asked).await,
            Self::PolicyV1 => answers::policy_v1(backend, asked).await,
            Self::PolicyV4 => answers::policy_v4(backend, asked).await,
        }
    }
}
