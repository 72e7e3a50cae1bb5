//! Keys to sign with, wherever they come from: renewed before they end, once for all who wait, without a restart.

mod surroundings;

use std::{
    fmt,
    path::Path,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use axum::http::StatusCode;
use reqsign_aliyun_oss::{
    AssumeRoleWithOidcCredentialProvider, ConfigFileCredentialProvider, Credential,
    CredentialsFileCredentialProvider, EcsRamRoleCredentialProvider,
};
use reqsign_core::{Context, ProvideCredentialDyn};
use time::OffsetDateTime;
use tokio::{sync::Mutex, time::Instant};

use crate::{CredentialSettings, Refusal, metrics::Metrics, settings::Source, text::OneLine};

/// What keys are left unasked for this long after a renewal failed.
const RETRY: Duration = Duration::from_secs(5);
/// A file is looked into again after this.
const REREAD: Duration = Duration::from_secs(1);
/// Beside the lifetime of a policy: a policy ends with the key that signed it.
const MARGIN: Duration = Duration::from_mins(5);

/// An `AccessKey`, with its token if it is a temporary one.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) access_key_id: String,
    pub(crate) access_key_secret: String,
    pub(crate) security_token: Option<String>,
    pub(crate) ends: Option<OffsetDateTime>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

impl Credentials {
    pub(crate) fn fixed(id: &str, secret: &str, token: Option<&str>) -> Self {
        Self {
            access_key_id: id.to_owned(),
            access_key_secret: secret.to_owned(),
            security_token: token.map(str::to_owned),
            ends: None,
        }
    }

    /// All of it, for taking out of what others wrote.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        [&self.access_key_id, &self.access_key_secret]
            .into_iter()
            .chain(&self.security_token)
            .map(String::as_str)
    }

    fn are_valid(&self) -> bool {
        self.ends
            .is_none_or(|ends| OffsetDateTime::now_utc() < ends)
    }

    /// How long they are used without asking for new ones.
    fn fresh_for(&self, policy_lifetime: Duration) -> Duration {
        let Some(ends) = self.ends else { return REREAD };
        let left = Duration::try_from(ends - OffsetDateTime::now_utc()).unwrap_or_default();
        // Half, where keys live no longer than a policy.
        left.saturating_sub((policy_lifetime + MARGIN).min(left / 2))
    }
}

impl From<Credential> for Credentials {
    fn from(found: Credential) -> Self {
        Self {
            access_key_id: found.access_key_id,
            access_key_secret: found.access_key_secret,
            security_token: found.security_token,
            ends: found
                .expires_in
                .and_then(|ends| OffsetDateTime::from_unix_timestamp(ends.as_second()).ok()),
        }
    }
}

/// What is known, and until when nobody asks again.
#[derive(Clone, Debug)]
struct Known {
    credentials: Option<Arc<Credentials>>,
    ask_at: Instant,
}

/// Gives the keys of the moment.
#[derive(Debug)]
pub(crate) enum CredentialStore {
    Fixed(Arc<Credentials>),
    Renewed(Box<Renewed>),
}

#[derive(Debug)]
pub(crate) struct Renewed {
    source: &'static str,
    provider: Box<dyn ProvideCredentialDyn<Credential = Credential>>,
    context: Context,
    policy_lifetime: Duration,
    known: RwLock<Known>,
    renewing: Mutex<()>,
    metrics: Arc<Metrics>,
}

impl CredentialStore {
    pub(crate) fn new(
        settings: &CredentialSettings,
        policy_lifetime: Duration,
        metrics: Arc<Metrics>,
    ) -> Result<Self, reqwest::Error> {
        let CredentialSettings {
            access_key_id,
            access_key_secret,
            security_token,
            profile,
            ..
        } = settings;
        let source = settings.source();
        let provider: Box<dyn ProvideCredentialDyn<Credential = Credential>> = match &source {
            None | Some(Source::Keys) => {
                return Ok(Self::Fixed(Arc::new(Credentials::fixed(
                    access_key_id,
                    access_key_secret,
                    security_token.as_deref(),
                ))));
            }
            Some(Source::Oidc) => {
                let mut provider = AssumeRoleWithOidcCredentialProvider::new()
                    .with_role_arn(&settings.role_arn)
                    .with_oidc_provider_arn(&settings.oidc_provider_arn)
                    .with_oidc_token_file(&settings.oidc_token_file)
                    .with_role_session_name(&settings.role_session_name);
                if let Some(endpoint) = &settings.sts_endpoint {
                    provider = provider.with_sts_endpoint(endpoint);
                }
                Box::new(provider)
            }
            Some(Source::File(path))
                if Path::new(path)
                    .extension()
                    .is_some_and(|kind| kind == "json") =>
            {
                let provider = ConfigFileCredentialProvider::new().with_config_file(*path);
                match profile {
                    Some(profile) => Box::new(provider.with_profile(profile)),
                    None => Box::new(provider),
                }
            }
            Some(Source::File(path)) => {
                let provider =
                    CredentialsFileCredentialProvider::new().with_credentials_file(*path);
                match profile {
                    Some(profile) => Box::new(provider.with_profile(profile)),
                    None => Box::new(provider),
                }
            }
            Some(Source::EcsRole(role)) => {
                let mut provider = EcsRamRoleCredentialProvider::new();
                if *role != "auto" {
                    provider = provider.with_role_name(*role);
                }
                if let Some(endpoint) = &settings.ecs_metadata {
                    provider = provider.with_endpoint(endpoint);
                }
                Box::new(provider)
            }
        };
        let is_local = matches!(source, Some(Source::EcsRole(_)));
        Ok(Self::Renewed(Box::new(Renewed {
            source: settings.source_name(),
            provider,
            context: surroundings::context(is_local)?,
            policy_lifetime,
            known: RwLock::new(Known {
                credentials: None,
                ask_at: Instant::now(),
            }),
            renewing: Mutex::new(()),
            metrics,
        })))
    }

    /// The keys of the moment.
    pub(crate) async fn get(&self) -> Result<Arc<Credentials>, Refusal> {
        match self {
            Self::Fixed(credentials) => Ok(credentials.clone()),
            Self::Renewed(renewed) => renewed.get().await,
        }
    }
}

impl Renewed {
    async fn get(&self) -> Result<Arc<Credentials>, Refusal> {
        let Known {
            credentials,
            ask_at,
        } = self.known();
        let valid = credentials.filter(|credentials| credentials.are_valid());
        if Instant::now() < ask_at {
            return valid.ok_or_else(unavailable);
        }
        // Who has valid keys does not wait for new ones that somebody else asks for.
        let turn = match (valid, self.renewing.try_lock()) {
            (Some(valid), Err(_)) => return Ok(valid),
            (_, Ok(turn)) => turn,
            (None, Err(_)) => self.renewing.lock().await,
        };
        // Somebody may have asked while this one waited.
        if Instant::now() >= self.known().ask_at {
            self.renew().await;
        }
        drop(turn);
        let valid = |credentials: &Arc<Credentials>| credentials.are_valid();
        self.known()
            .credentials
            .filter(valid)
            .ok_or_else(unavailable)
    }

    async fn renew(&self) {
        let source = self.source;
        let found = self.provider.provide_credential_dyn(&self.context).await;
        let problem = match found {
            Ok(Some(found)) => {
                let credentials = Credentials::from(found);
                if credentials.are_valid() {
                    return self.keep(credentials);
                }
                "they have ended already".to_owned()
            }
            // Said of files alone: one that is not there, or has no such profile.
            Ok(None) => {
                "credentials.file cannot be read, or has no keys under that profile".to_owned()
            }
            Err(error) => error.to_string(),
        };
        self.metrics.renewed(source, "failed");
        let mut known = self.known();
        known.ask_at = Instant::now() + RETRY;
        self.set(known);
        tracing::error!(source, "no new credentials: {}", OneLine(&problem));
    }

    fn keep(&self, credentials: Credentials) {
        let before = self.known().credentials;
        let ask_at = Instant::now() + credentials.fresh_for(self.policy_lifetime).max(REREAD);
        let are_new =
            before.is_none_or(|before| before.access_key_secret != credentials.access_key_secret);
        if are_new {
            self.metrics.renewed(self.source, "ok");
            let end = credentials.ends.map_or(0, OffsetDateTime::unix_timestamp);
            self.metrics.credentials_end.set(end);
            let ends = credentials.ends.map(|ends| ends.to_string());
            tracing::info!(source = self.source, ends, "new credentials");
        }
        self.set(Known {
            credentials: Some(Arc::new(credentials)),
            ask_at,
        });
    }

    fn known(&self) -> Known {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, known: Known) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
    }
}

fn unavailable() -> Refusal {
    let mut refusal = Refusal::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "CredentialsUnavailable",
        "This backend has no valid credentials at the moment.",
    );
    refusal.retry_after = Some(RETRY);
    refusal
}
