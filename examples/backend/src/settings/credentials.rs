//! Where the keys come from.

use std::fmt;

use serde::Deserialize;

/// The first of these that is set counts: an `AccessKey`; the role of a pod (OIDC, called RRSA); a file; the RAM role
/// of an ECS instance. Each has the variable that Alibaba Cloud's own tools read.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CredentialSettings {
    /// `AccessKey` ID.
    pub access_key_id: String,
    /// `AccessKey` secret.
    pub access_key_secret: String,
    /// Token of a temporary (STS) key.
    pub security_token: Option<String>,
    /// Role that a pod takes on.
    pub role_arn: String,
    /// Identity provider that vouches for the pod.
    pub oidc_provider_arn: String,
    /// File with the pod's token, read anew each time.
    pub oidc_token_file: String,
    /// Name of the session in the cloud's audit log.
    #[serde(default = "default_session")]
    pub role_session_name: String,
    /// Address of STS; `https://sts.aliyuncs.com` if absent.
    pub sts_endpoint: Option<String>,
    /// `credentials.ini` of the SDKs or `config.json` of the command line, read anew when it changes.
    pub file: Option<String>,
    /// Section of that file.
    pub profile: Option<String>,
    /// RAM role of this ECS instance; `auto` asks which it has.
    pub ecs_role: Option<String>,
    /// Address of the metadata service; `http://100.100.100.200` if absent.
    pub ecs_metadata: Option<String>,
}

fn default_session() -> String {
    "upload-backend".to_owned()
}

/// The one that counts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a> {
    Keys,
    Oidc,
    File(&'a str),
    EcsRole(&'a str),
}

impl CredentialSettings {
    pub(crate) fn source(&self) -> Option<Source<'_>> {
        let is_set = |values: [&String; 2]| values.iter().any(|value| !value.is_empty());
        if is_set([&self.access_key_id, &self.access_key_secret]) {
            Some(Source::Keys)
        } else if is_set([&self.oidc_provider_arn, &self.oidc_token_file]) {
            Some(Source::Oidc)
        } else {
            let file = self.file.as_deref().map(Source::File);
            file.or(self.ecs_role.as_deref().map(Source::EcsRole))
        }
    }

    /// What the operator calls it.
    #[must_use]
    pub fn source_name(&self) -> &'static str {
        match self.source() {
            None => "none",
            Some(Source::Keys) if self.security_token.is_some() => "temporary AccessKey",
            Some(Source::Keys) => "AccessKey",
            Some(Source::Oidc) => "OIDC",
            Some(Source::File(_)) => "file",
            Some(Source::EcsRole(_)) => "ECS role",
        }
    }
}

impl fmt::Debug for CredentialSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialSettings")
            .field("source", &self.source_name())
            .finish_non_exhaustive()
    }
}
