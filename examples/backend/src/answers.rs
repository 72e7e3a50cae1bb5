//! The four answers.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::{
    Backend, Bucket, Refusal, SignatureVersion,
    asked::Asked,
    client_ip::is_public,
    key::{self, Facts},
    policy::{self, Pins, SignedV4},
    text::request_id as own_request_id,
};

pub(crate) const JSON: [(HeaderName, HeaderValue); 1] = [(
    header::CONTENT_TYPE,
    HeaderValue::from_static("application/json"),
)];
/// Parameters are good for one upload or one time, never for a cache.
pub(crate) const NO_STORE: [(HeaderName, HeaderValue); 1] =
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Upload parameters, and what the log says of them.
pub(crate) struct HandedOut {
    pub(crate) request_id: String,
    /// Of the object, or what its key begins with.
    pub(crate) key: String,
    body: Response,
}

impl HandedOut {
    fn new(answer: &impl Serialize, request_id: Option<&str>, key: &str) -> Self {
        let mut body = Vec::with_capacity(1024);
        // Text and numbers only: this cannot fail.
        let _ = serde_json::to_writer(&mut body, answer);
        Self {
            request_id: request_id.map_or_else(own_request_id, str::to_owned),
            key: key.to_owned(),
            body: (JSON, NO_STORE, body).into_response(),
        }
    }
}

impl IntoResponse for HandedOut {
    fn into_response(self) -> Response {
        let mut response = self.body;
        if let Ok(request_id) = HeaderValue::try_from(self.request_id) {
            response.headers_mut().insert(REQUEST_ID, request_id);
        }
        response
    }
}

fn text<'a>(answer: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    answer.get(name)?.as_str()
}

fn not_configured(setting: &str) -> Refusal {
    let message = format!("This backend has no [{setting}] in its settings.");
    Refusal::new(StatusCode::NOT_FOUND, "NotConfigured", &message)
}

/// `CreateTempFileUploadUrl`, whose answer is complete.
pub(crate) async fn temp(backend: &Backend, asked: &Asked) -> Result<HandedOut, Refusal> {
    let api = backend
        .temp
        .as_ref()
        .ok_or_else(|| not_configured("temp"))?;
    let answer = backend
        .cloud
        .call(api, &[("FileName", asked.name()?)])
        .await?;
    let key = text(&answer, "TempFileKey").unwrap_or_default();
    Ok(HandedOut::new(&answer, text(&answer, "RequestId"), key))
}

/// `PrepareUpload` only locates the bucket: what authorises the upload is signed here.
pub(crate) async fn ens(backend: &Backend, asked: &Asked) -> Result<HandedOut, Refusal> {
    let (api, ens) = backend.ens.as_ref().ok_or_else(|| not_configured("ens"))?;
    let now = OffsetDateTime::now_utc();
    let facts = Facts {
        now,
        user: asked.caller.user.as_deref(),
        name: asked.name()?,
    };
    let key = key::fill(&ens.key, &facts)?;
    // A private or loopback address tells the cloud nothing.
    let ip = asked.ip.filter(|ip| is_public(*ip));
    let ip = ip.map(|ip| ip.to_string());
    let mut parameters = vec![("BucketName", ens.bucket.as_str())];
    parameters.extend(ip.as_deref().map(|ip| ("ClientIp", ip)));
    let mut answer = backend.cloud.call(api, &parameters).await?;
    let Some(bucket) = text(&answer, "BucketName") else {
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
        acl: ens.acl.value(),
        forbid_overwrite: ens.forbid_overwrite,
        limits: &backend.settings.limits,
    };
    let credentials = &*backend.cloud.credentials.get().await?;
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
    let further = [
        ("Key", Some(key.as_str())),
        ("SecurityToken", credentials.security_token.as_deref()),
        ("x_oss_object_acl", ens.acl.value()),
        ("x_oss_forbid_overwrite", forbids(ens.forbid_overwrite)),
    ];
    for (name, value) in further {
        if let Some(value) = value {
            answer.insert(name.to_owned(), value.into());
        }
    }
    Ok(HandedOut::new(&answer, text(&answer, "RequestId"), &key))
}

fn forbids(overwrite: bool) -> Option<&'static str> {
    overwrite.then_some("true")
}

/// The shape of Alibaba's "server signs, browser posts" with V1.
#[derive(Serialize)]
struct AnswerV1<'a> {
    accessid: &'a str,
    host: &'a str,
    policy: String,
    signature: String,
    expire: i64,
    dir: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    x_oss_object_acl: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x_oss_forbid_overwrite: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback: Option<&'a str>,
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
    dir: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    x_oss_object_acl: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x_oss_forbid_overwrite: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback: Option<&'a str>,
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
            acl: own.bucket.acl.value(),
            forbid_overwrite: own.bucket.forbid_overwrite,
            limits: &self.settings.limits,
        }
    }
}

pub(crate) async fn policy_v1(backend: &Backend, asked: &Asked) -> Result<HandedOut, Refusal> {
    let own = backend.own(asked)?;
    let credentials = &*backend.cloud.credentials.get().await?;
    let signed = policy::sign_v1(&backend.pins(&own), credentials, own.now);
    let answer = AnswerV1 {
        accessid: &credentials.access_key_id,
        host: own.host,
        policy: signed.policy,
        signature: signed.signature,
        expire: signed.expires,
        dir: &own.dir,
        x_oss_object_acl: own.bucket.acl.value(),
        x_oss_forbid_overwrite: forbids(own.bucket.forbid_overwrite),
        callback: own.callback.as_deref(),
        security_token: credentials.security_token.as_deref(),
    };
    Ok(HandedOut::new(&answer, None, &own.dir))
}

pub(crate) async fn policy_v4(backend: &Backend, asked: &Asked) -> Result<HandedOut, Refusal> {
    let own = backend.own(asked)?;
    let credentials = &*backend.cloud.credentials.get().await?;
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
        dir: &own.dir,
        x_oss_object_acl: own.bucket.acl.value(),
        x_oss_forbid_overwrite: forbids(own.bucket.forbid_overwrite),
        callback: own.callback.as_deref(),
        security_token: credentials.security_token.as_deref(),
    };
    Ok(HandedOut::new(&answer, None, &own.dir))
}
