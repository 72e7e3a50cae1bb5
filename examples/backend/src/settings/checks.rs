//! Rules that a setting's type cannot express.

use super::{
    Bucket, CredentialSettings, Ens, Limits, SettingError, Settings, SignatureVersion, Source,
    Temp,
    values::{bucket_name, host, network, origin, region, url},
};
use crate::key;

/// OSS takes at most this much in one form post.
const MAX_OBJECT: u64 = 5 << 30;
/// A V4 signature lives at most seven days from its date.
const MAX_LIFETIME: u64 = 7 * 24 * 3600;

/// What is found wrong goes here.
type Faults = SettingError;

/// A value's own check: what is wrong with it.
pub(super) type Checked = Result<(), String>;

impl Settings {
    pub(super) fn check(&self, faults: &mut Faults) {
        check_credentials(&self.credentials, faults);
        check_limits(&self.limits, faults);
        if self.log.parse::<tracing::Level>().is_err() {
            faults.add("log", "not one of error, warn, info, debug, trace");
        }
        self.check_browsers(faults);
        if !(1..=65_536).contains(&self.server.connections) {
            faults.add("server.connections", "not between 1 and 65536");
        }
        if !(1..=3600).contains(&self.server.timeout) {
            faults.add("server.timeout", "not between 1 and 3600 seconds");
        }
        if self.cloud.timeout == 0 {
            faults.add("cloud.timeout", "0");
        }
        if !(1..=10).contains(&self.cloud.attempts) {
            faults.add("cloud.attempts", "not between 1 and 10");
        }
        if self.temp.is_none() && self.ens.is_none() && self.bucket.is_none() {
            faults.add(
                "temp",
                "none of temp, ens and bucket is set: there is nothing to hand out",
            );
        }
        self.temp.iter().for_each(|temp| check_temp(temp, faults));
        self.ens.iter().for_each(|ens| check_ens(ens, faults));
        self.bucket
            .iter()
            .for_each(|bucket| check_bucket(bucket, faults));
    }

    fn check_browsers(&self, faults: &mut Faults) {
        each(faults, "allowed_origins", &self.allowed_origins, |text| {
            origin(text)
        });
        each(faults, "hosts", &self.hosts, |text| host(text));
        each(faults, "trusted_proxies", &self.trusted_proxies, network);
        if let Some(auth) = &self.auth {
            check(faults, "auth.url", url(&auth.url));
        }
    }
}

fn check(faults: &mut Faults, setting: &str, checked: Checked) {
    if let Err(problem) = checked {
        faults.add(setting, problem);
    }
}

/// Checks a list, and says all that is wrong with it.
fn each<T>(faults: &mut Faults, setting: &str, values: &[T], rule: impl Fn(&T) -> Checked) {
    let problems: Vec<String> = values
        .iter()
        .filter_map(|value| rule(value).err())
        .collect();
    if !problems.is_empty() {
        faults.add(setting, problems.join("; "));
    }
}

fn check_credentials(credentials: &CredentialSettings, faults: &mut Faults) {
    let graphic = |value: &str| value.bytes().all(|byte| byte.is_ascii_graphic());
    let mut required = |setting: &str, value: &str| {
        if value.is_empty() {
            faults.add(setting, "not set");
        } else if !graphic(value) {
            faults.add(
                setting,
                "holds a space or another character that no key has",
            );
        }
    };
    match credentials.source() {
        Some(Source::Keys) => {
            required("credentials.access_key_id", &credentials.access_key_id);
            required("credentials.access_key_secret", &credentials.access_key_secret);
            match &credentials.security_token {
                Some(token) => required("credentials.security_token", token),
                None if credentials.access_key_id.starts_with("STS.") => faults.add(
                    "credentials.security_token",
                    "not set, though the AccessKey is a temporary (STS) one",
                ),
                None => {}
            }
        }
        Some(Source::Oidc) => {
            required("credentials.role_arn", &credentials.role_arn);
            required("credentials.oidc_provider_arn", &credentials.oidc_provider_arn);
            required("credentials.oidc_token_file", &credentials.oidc_token_file);
            if let Some(endpoint) = &credentials.sts_endpoint {
                let with_scheme = if endpoint.contains("://") { endpoint.clone() } else { format!("https://{endpoint}") };
                check(faults, "credentials.sts_endpoint", url(&with_scheme));
            }
        }
        Some(Source::File(_)) => {}
        Some(Source::EcsRole(role)) => {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            if role.is_empty() || !role.bytes().all(plain) {
                faults.add("credentials.ecs_role", format!("{role:?} is not the name of a role"));
            }
        }
        None => faults.add(
            "credentials.access_key_id",
            "not set, and neither is another source of keys: credentials.oidc_token_file, credentials.file or credentials.ecs_role",
        ),
    }
}

fn check_limits(limits: &Limits, faults: &mut Faults) {
    if limits.max_size > MAX_OBJECT {
        faults.add(
            "limits.max_size",
            "more than the 5 GiB that OSS takes in one form post (5368709120)",
        );
    }
    if limits.min_size > limits.max_size {
        faults.add("limits.min_size", "more than limits.max_size");
    }
    if limits.lifetime == 0 || limits.lifetime > MAX_LIFETIME {
        faults.add(
            "limits.lifetime",
            "not between 1 second and 7 days (604800)",
        );
    }
    // A policy cannot say "or": either one prefix, or a list of exact values.
    if limits.types.len() > 1 && limits.types.iter().any(|kind| kind.contains('*')) {
        faults.add(
            "limits.types",
            "a policy pins either a list of exact types or a single pattern such as image/*",
        );
    }
    each(faults, "limits.types", &limits.types, |kind| {
        let shape = kind.split_once('/').is_some_and(|(top, sub)| {
            !top.is_empty()
                && !top.contains('*')
                && !sub.is_empty()
                && (sub == "*" || !sub.contains('*'))
        });
        shape
            .then_some(())
            .ok_or_else(|| format!("{kind:?} is not a media type"))
    });
}

fn check_temp(temp: &Temp, faults: &mut Faults) {
    match (&temp.region, &temp.endpoint) {
        (Some(name), None) => check(faults, "temp.region", region(name)),
        (None, Some(endpoint)) => check(faults, "temp.endpoint", url(endpoint)),
        (None, None) => faults.add("temp.region", "not set"),
        (Some(_), Some(_)) => faults.add(
            "temp.endpoint",
            "set beside temp.region: only one of them counts",
        ),
    }
}

fn check_ens(ens: &Ens, faults: &mut Faults) {
    check(faults, "ens.bucket", bucket_name(&ens.bucket));
    check(faults, "ens.endpoint", url(&ens.endpoint));
    match &ens.region {
        Some(name) => check(faults, "ens.region", region(name)),
        None if ens.signature == SignatureVersion::V4 => {
            faults.add("ens.region", "not set, and a V4 signature needs it");
        }
        None => {}
    }
    check(
        faults,
        "ens.key",
        key::check(&ens.key, &["date", "uuid", "user", "name"]),
    );
    if !ens.key.contains("{uuid}") {
        faults.add(
            "ens.key",
            "without {uuid} two files of one name would overwrite each other",
        );
    }
}

fn check_bucket(bucket: &Bucket, faults: &mut Faults) {
    check(faults, "bucket.name", bucket_name(&bucket.name));
    check(faults, "bucket.region", region(&bucket.region));
    if let Some(host) = &bucket.host {
        check(faults, "bucket.host", url(host));
    }
    check(
        faults,
        "bucket.dir",
        key::check(&bucket.dir, &["date", "uuid", "user"]),
    );
    if !bucket.dir.ends_with('/') {
        faults.add("bucket.dir", "does not end in /");
    }
    let Some(callback) = &bucket.callback else {
        return;
    };
    if callback.url.is_empty() {
        faults.add("bucket.callback.url", "not set");
    }
    if callback.body.is_empty() {
        faults.add("bucket.callback.body", "not set");
    }
    let types = ["application/x-www-form-urlencoded", "application/json"];
    if !types.contains(&callback.body_type.as_str()) {
        faults.add(
            "bucket.callback.body_type",
            "neither application/x-www-form-urlencoded nor application/json",
        );
    }
}
