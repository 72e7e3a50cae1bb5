//! Rules that a setting's type cannot express.

use std::net::IpAddr;

use reqwest::Url;

use super::{SettingError, Settings};
use crate::key;

/// OSS takes at most this much in one form post.
const MAX_OBJECT: u64 = 5 << 30;
/// A V4 signature lives at most seven days from its date.
const MAX_LIFETIME: u64 = 7 * 24 * 3600;

impl Settings {
    pub(super) fn check(&self) -> Result<(), SettingError> {
        self.check_credentials()?;
        self.check_limits()?;
        if self.log.parse::<tracing::Level>().is_err() {
            return wrong("log", "not one of error, warn, info, debug, trace");
        }
        for origin in &self.allowed_origins {
            check_origin(origin)?;
        }
        if let Some(auth) = &self.auth {
            url("auth.url", &auth.url)?;
        }
        self.check_modes()
    }

    fn check_credentials(&self) -> Result<(), SettingError> {
        for (setting, value) in [
            (
                "credentials.access_key_id",
                Some(&self.credentials.access_key_id),
            ),
            (
                "credentials.access_key_secret",
                Some(&self.credentials.access_key_secret),
            ),
            (
                "credentials.security_token",
                self.credentials.security_token.as_ref(),
            ),
        ] {
            let Some(value) = value else { continue };
            if value.is_empty() {
                return wrong(setting, "not set");
            }
            if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
                return wrong(
                    setting,
                    "holds a space or another character that no key has",
                );
            }
        }
        if self.credentials.access_key_id.starts_with("STS.")
            && self.credentials.security_token.is_none()
        {
            return wrong(
                "credentials.security_token",
                "not set, though the AccessKey is a temporary (STS) one",
            );
        }
        Ok(())
    }

    fn check_limits(&self) -> Result<(), SettingError> {
        let limits = &self.limits;
        if limits.max_size > MAX_OBJECT {
            return wrong(
                "limits.max_size",
                "more than the 5 GiB that OSS takes in one form post (5368709120)",
            );
        }
        if limits.min_size > limits.max_size {
            return wrong("limits.min_size", "more than limits.max_size");
        }
        if limits.lifetime == 0 || limits.lifetime > MAX_LIFETIME {
            return wrong(
                "limits.lifetime",
                "not between 1 second and 7 days (604800)",
            );
        }
        // A policy cannot say "or": either one prefix, or a list of exact values.
        let patterns = limits
            .types
            .iter()
            .filter(|kind| kind.contains('*'))
            .count();
        if patterns > 0 && limits.types.len() > 1 {
            return wrong(
                "limits.types",
                "a policy pins either a list of exact types or a single pattern such as image/*",
            );
        }
        for kind in &limits.types {
            let shape = kind.split_once('/').is_some_and(|(top, sub)| {
                !top.is_empty()
                    && !top.contains('*')
                    && !sub.is_empty()
                    && (sub == "*" || !sub.contains('*'))
            });
            if !shape {
                return wrong("limits.types", &format!("{kind:?} is not a media type"));
            }
        }
        if self.cloud.timeout == 0 {
            return wrong("cloud.timeout", "0");
        }
        if !(1..=10).contains(&self.cloud.attempts) {
            return wrong("cloud.attempts", "not between 1 and 10");
        }
        Ok(())
    }

    fn check_modes(&self) -> Result<(), SettingError> {
        if self.temp.is_none() && self.ens.is_none() && self.bucket.is_none() {
            return wrong(
                "temp",
                "none of temp, ens and bucket is set: there is nothing to hand out",
            );
        }
        if let Some(temp) = &self.temp {
            match (&temp.region, &temp.endpoint) {
                (Some(region), None) => check_region("temp.region", region)?,
                (None, Some(endpoint)) => url("temp.endpoint", endpoint).map(drop)?,
                (None, None) => return wrong("temp.region", "not set"),
                (Some(_), Some(_)) => {
                    return wrong(
                        "temp.endpoint",
                        "set beside temp.region: only one of them counts",
                    );
                }
            }
        }
        if let Some(ens) = &self.ens {
            check_bucket("ens.bucket", &ens.bucket)?;
            url("ens.endpoint", &ens.endpoint)?;
            match &ens.region {
                Some(region) => check_region("ens.region", region)?,
                None if ens.signature == super::SignatureVersion::V4 => {
                    return wrong("ens.region", "not set, and a V4 signature needs it");
                }
                None => {}
            }
            key::check("ens.key", &ens.key, &["date", "uuid", "user", "name"])?;
            if !ens.key.contains("{uuid}") {
                return wrong(
                    "ens.key",
                    "without {uuid} two files of one name would overwrite each other",
                );
            }
        }
        if let Some(bucket) = &self.bucket {
            check_bucket("bucket.name", &bucket.name)?;
            check_region("bucket.region", &bucket.region)?;
            if let Some(host) = &bucket.host {
                url("bucket.host", host)?;
            }
            key::check("bucket.dir", &bucket.dir, &["date", "uuid", "user"])?;
            if !bucket.dir.ends_with('/') {
                return wrong("bucket.dir", "does not end in /");
            }
            if let Some(callback) = &bucket.callback {
                if callback.body.is_empty() {
                    return wrong("bucket.callback.body", "empty");
                }
                if !["application/x-www-form-urlencoded", "application/json"]
                    .contains(&callback.body_type.as_str())
                {
                    return wrong(
                        "bucket.callback.body_type",
                        "neither application/x-www-form-urlencoded nor application/json",
                    );
                }
            }
        }
        Ok(())
    }
}

fn wrong(setting: &str, problem: &str) -> Result<(), SettingError> {
    Err(SettingError::new(setting, problem))
}

/// An address that may be trusted with a signed request: https, or this machine.
fn url(setting: &str, text: &str) -> Result<Url, SettingError> {
    let url = Url::parse(text).map_err(|error| {
        SettingError::new(setting, format!("{text:?} is not an address: {error}"))
    })?;
    let local = url.host_str().is_some_and(|host| {
        host == "localhost"
            || host.ends_with(".localhost")
            || host
                .trim_matches(['[', ']'])
                .parse::<IpAddr>()
                .is_ok_and(|ip| ip.is_loopback())
    });
    match url.scheme() {
        "https" => Ok(url),
        "http" if local => Ok(url),
        "http" => Err(SettingError::new(setting, format!("{text:?} is not https"))),
        _ => Err(SettingError::new(
            setting,
            format!("{text:?} is neither https nor http"),
        )),
    }
}

fn check_origin(text: &str) -> Result<(), SettingError> {
    let origin = Url::parse(text).map(|url| url.origin().ascii_serialization());
    match origin {
        Ok(origin) if origin == text => Ok(()),
        Ok(origin) if origin != "null" => wrong(
            "allowed_origins",
            &format!("{text:?}: a browser would send {origin:?}"),
        ),
        _ => wrong(
            "allowed_origins",
            &format!("{text:?} is not an origin such as https://www.example.com"),
        ),
    }
}

fn check_region(setting: &str, text: &str) -> Result<(), SettingError> {
    if text.starts_with("oss-") {
        return wrong(
            setting,
            &format!("{text:?}: the region's name has no oss- in front, as in cn-hangzhou"),
        );
    }
    if !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    {
        return Ok(());
    }
    wrong(
        setting,
        &format!("{text:?} is not a region such as cn-hangzhou"),
    )
}

fn check_bucket(setting: &str, text: &str) -> Result<(), SettingError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = text.bytes().next().is_some_and(plain) && text.bytes().last().is_some_and(plain);
    if (3..=63).contains(&text.len())
        && ends
        && text.bytes().all(|byte| plain(byte) || byte == b'-')
    {
        return Ok(());
    }
    wrong(
        setting,
        &format!(
            "{text:?} is not a bucket name: 3 to 63 of a-z, 0-9 and -, a letter or digit first and last"
        ),
    )
}
