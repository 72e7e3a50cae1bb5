//! The routes, and what they answer.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Instant,
};

use axum::{
    Json, Router,
    extract::{ConnectInfo, FromRequestParts, Query, Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::{
    Anyone, Authorize, Bucket, Caller, Ens, Refusal, SettingError, Settings, SignatureVersion,
    auth::Ask,
    client_ip::client_ip,
    cloud::{Api, Cloud},
    key::{self, Facts},
    origin,
    policy::{self, Pins, SignedV4},
};

/// The backend, ready to serve.
pub struct Backend {
    settings: Settings,
    cloud: Cloud,
    temp: Option<Api>,
    ens: Option<(Api, Ens)>,
    bucket: Option<(String, Bucket)>,
    authorize: Box<dyn Authorize>,
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
        let cors = origin::cors(&self.settings.allowed_origins);
        Router::new()
            .route("/api/upload-params", get(temp).post(temp))
            .route("/api/ens/upload-params", get(ens).post(ens))
            .route("/api/policy/v1", get(policy_v1).post(policy_v1))
            .route("/api/policy/v4", get(policy_v4).post(policy_v4))
            .layer(middleware::from_fn(finish))
            .layer(cors)
            .route("/health", get(|| async { Json(json!({ "status": "ok" })) }))
            .with_state(Arc::new(self))
    }
}

/// Parameters are good for one upload or one time, never for a cache; one line of log for each answer.
async fn finish(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let started = Instant::now();
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let status = response.status().as_u16();
    tracing::info!(path, status, ms = started.elapsed().as_millis(), "answered");
    response
}

type Shared = State<Arc<Backend>>;

#[derive(Deserialize)]
struct Query_ {
    #[serde(rename = "fileName")]
    name: Option<String>,
    size: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// A request that was let in.
struct Asked {
    caller: Caller,
    ip: Option<IpAddr>,
    name: Option<String>,
}

impl FromRequestParts<Arc<Backend>> for Asked {
    type Rejection = Refusal;

    async fn from_request_parts(
        parts: &mut Parts,
        backend: &Arc<Backend>,
    ) -> Result<Self, Refusal> {
        let settings = &backend.settings;
        origin::check(parts, &settings.allowed_origins)?;
        let caller = backend.authorize.authorize(parts).await?;
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let ip = client_ip(
            peer.map(|info| info.0.ip()),
            &parts.headers,
            &settings.trusted_proxies,
        );
        let Query(asked) = Query::<Query_>::try_from_uri(&parts.uri)
            .map_err(|_| Refusal::bad_request("InvalidParameter", "The query cannot be read."))?;
        if let Some(size) = &asked.size {
            let size = size.parse().map_err(|_| {
                Refusal::bad_request(
                    "InvalidParameter.size",
                    "The size is not a number of bytes.",
                )
            })?;
            check_size(size, settings)?;
        }
        // An empty type is what a browser says of a file that it does not know.
        if let Some(kind) = asked.kind.as_deref().filter(|kind| !kind.is_empty()) {
            check_type(kind, settings)?;
        }
        Ok(Self {
            caller,
            ip,
            name: asked.name.filter(|name| !name.is_empty()),
        })
    }
}

impl Asked {
    fn name(&self) -> Result<&str, Refusal> {
        self.name.as_deref().ok_or_else(|| {
            Refusal::bad_request("MissingfileName", "fileName is mandatory for this action.")
        })
    }
}

fn check_size(size: u64, settings: &Settings) -> Result<(), Refusal> {
    let limits = &settings.limits;
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

fn check_type(kind: &str, settings: &Settings) -> Result<(), Refusal> {
    let types = &settings.limits.types;
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

fn not_configured(setting: &str) -> Refusal {
    let message = format!("This backend has no [{setting}] in its settings.");
    Refusal::new(StatusCode::NOT_FOUND, "NotConfigured", &message)
}

/// `CreateTempFileUploadUrl`, whose answer is complete.
async fn temp(State(backend): Shared, asked: Asked) -> Result<Json<Map<String, Value>>, Refusal> {
    let api = backend
        .temp
        .as_ref()
        .ok_or_else(|| not_configured("temp"))?;
    let answer = backend
        .cloud
        .call(api, &[("FileName", asked.name()?)])
        .await?;
    Ok(Json(answer))
}

/// `PrepareUpload` only locates the bucket: what authorises the upload is signed here.
async fn ens(State(backend): Shared, asked: Asked) -> Result<Json<Map<String, Value>>, Refusal> {
    let (api, ens) = backend.ens.as_ref().ok_or_else(|| not_configured("ens"))?;
    let now = OffsetDateTime::now_utc();
    let facts = Facts {
        now,
        user: asked.caller.user.as_deref(),
        name: asked.name()?,
    };
    let key = key::fill(&ens.key, &facts)?;
    let ip = asked.ip.map(|ip| ip.to_string());
    let mut parameters = vec![("BucketName", ens.bucket.as_str())];
    parameters.extend(ip.as_deref().map(|ip| ("ClientIp", ip)));
    let mut answer = backend.cloud.call(api, &parameters).await?;
    let Some(bucket) = answer.get("BucketName").and_then(Value::as_str) else {
        tracing::error!("PrepareUpload answered without BucketName");
        return Err(Refusal::new(
            StatusCode::BAD_GATEWAY,
            "InvalidCloudAnswer",
            "Alibaba Cloud named no bucket.",
        ));
    };
    let pins = Pins {
        bucket,
        key: Some(&key),
        dir: None,
        callback: None,
        limits: &backend.settings.limits,
    };
    let credentials = &backend.cloud.credentials;
    let signed = match ens.signature {
        SignatureVersion::V1 => {
            let signed = policy::sign_v1(&pins, credentials, now);
            json!({
                "OssAccessKeyId": credentials.access_key_id,
                "Policy": signed.policy,
                "Signature": signed.signature,
                "ExpireTime": signed.expires,
            })
        }
        SignatureVersion::V4 => {
            let region = ens.region.as_deref().unwrap_or_default();
            let signed = policy::sign_v4(&pins, region, credentials, now);
            json!({
                "Policy": signed.policy,
                "x_oss_signature_version": SignedV4::VERSION,
                "x_oss_credential": signed.credential,
                "x_oss_date": signed.date,
                "Signature": signed.signature,
                "ExpireTime": signed.expires,
            })
        }
    };
    if let Value::Object(signed) = signed {
        answer.extend(signed);
    }
    answer.insert("Key".to_owned(), Value::String(key));
    if let Some(token) = &credentials.security_token {
        answer.insert("SecurityToken".to_owned(), Value::String(token.clone()));
    }
    Ok(Json(answer))
}

/// The shape of Alibaba's "server signs, browser posts" with V1.
#[derive(Serialize)]
struct AnswerV1<'a> {
    accessid: &'a str,
    host: &'a str,
    policy: String,
    signature: String,
    expire: i64,
    dir: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_token: Option<&'a str>,
}

/// The same with V4.
#[derive(Serialize)]
struct AnswerV4<'a> {
    host: &'a str,
    policy: String,
    x_oss_signature_version: &'static str,
    x_oss_credential: String,
    x_oss_date: String,
    signature: String,
    dir: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_token: Option<&'a str>,
}

/// The bucket of one's own, with what both shapes of its policy pin.
struct Own<'a> {
    host: &'a str,
    bucket: &'a Bucket,
    dir: String,
    callback: Option<String>,
    now: OffsetDateTime,
}

impl Backend {
    fn own(&self, asked: &Asked) -> Result<Own<'_>, Refusal> {
        let (host, bucket) = self
            .bucket
            .as_ref()
            .ok_or_else(|| not_configured("bucket"))?;
        let now = OffsetDateTime::now_utc();
        let facts = Facts {
            now,
            user: asked.caller.user.as_deref(),
            name: "",
        };
        Ok(Own {
            host,
            bucket,
            dir: key::fill(&bucket.dir, &facts)?,
            callback: bucket.callback.as_ref().map(policy::callback_field),
            now,
        })
    }

    fn pins<'a>(&'a self, own: &'a Own<'_>) -> Pins<'a> {
        Pins {
            bucket: &own.bucket.name,
            key: None,
            dir: Some(&own.dir),
            callback: own.callback.as_deref(),
            limits: &self.settings.limits,
        }
    }
}

async fn policy_v1(State(backend): Shared, asked: Asked) -> Result<Response, Refusal> {
    let own = backend.own(&asked)?;
    let credentials = &backend.cloud.credentials;
    let signed = policy::sign_v1(&backend.pins(&own), credentials, own.now);
    let answer = AnswerV1 {
        accessid: &credentials.access_key_id,
        host: own.host,
        policy: signed.policy,
        signature: signed.signature,
        expire: signed.expires,
        dir: own.dir,
        callback: own.callback,
        security_token: credentials.security_token.as_deref(),
    };
    Ok(Json(answer).into_response())
}

async fn policy_v4(State(backend): Shared, asked: Asked) -> Result<Response, Refusal> {
    let own = backend.own(&asked)?;
    let credentials = &backend.cloud.credentials;
    let signed = policy::sign_v4(
        &backend.pins(&own),
        &own.bucket.region,
        credentials,
        own.now,
    );
    let answer = AnswerV4 {
        host: own.host,
        policy: signed.policy,
        x_oss_signature_version: SignedV4::VERSION,
        x_oss_credential: signed.credential,
        x_oss_date: signed.date,
        signature: signed.signature,
        dir: own.dir,
        callback: own.callback,
        security_token: credentials.security_token.as_deref(),
    };
    Ok(Json(answer).into_response())
}
