//! Where a form is posted to: bucket and endpoint, or a host, made into one checked address.

use crate::error::{Code, Error, Phase};

use super::{ParamsRules, invalid};

/// A checked address.
pub(super) struct Target {
    /// With the trailing slash.
    pub(super) url: String,
    /// With the port where one was given.
    pub(super) host: String,
    /// The bucket named by the path of a path-style address.
    pub(super) bucket: Option<String>,
}

/// `https://{bucket}.{endpoint}/`, or path-style where the endpoint is an IP address or `localhost`.
pub(super) fn of_bucket(
    field: &str,
    endpoint: &str,
    bucket: &str,
    rules: &ParamsRules,
) -> Result<Target, Error> {
    let mut address = Address::read(field, endpoint)?;
    if !address.path.is_empty() {
        return Err(not_a_host(field, "a path"));
    }
    if address.is_path_style() {
        address.path = String::from(bucket);
    } else if !address
        .host
        .strip_prefix(bucket)
        .is_some_and(|rest| rest.starts_with('.'))
    {
        address.host = [bucket, ".", &address.host].concat();
    }
    address.checked(field, rules)
}

/// A host that belongs to the bucket: used as it is. An IP address or `localhost` gets the bucket as its path.
pub(super) fn of_host(
    field: &str,
    host: &str,
    bucket: Option<&str>,
    rules: &ParamsRules,
) -> Result<Target, Error> {
    let mut address = Address::read(field, host)?;
    if address.is_path_style() {
        if let (true, Some(bucket)) = (address.path.is_empty(), bucket) {
            address.path = String::from(bucket);
        }
    } else if !address.path.is_empty() {
        return Err(not_a_host(field, "a path"));
    }
    address.checked(field, rules)
}

/// Bucket names: 3 to 63 lower-case letters, digits and hyphens; old ones may hold underscores.
pub(super) fn check_bucket(field: &str, bucket: &str) -> Result<(), Error> {
    let end = |byte: Option<u8>| byte.is_some_and(|byte| byte != b'-');
    let good = (3..=63).contains(&bucket.len())
        && bucket
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
        && end(bucket.bytes().next())
        && end(bucket.bytes().last());
    if good {
        return Ok(());
    }
    Err(invalid(&[
        "`",
        field,
        "` is no bucket name: expected 3 to 63 lower-case letters, digits and hyphens",
    ]))
}

fn not_a_host(field: &str, found: &str) -> Error {
    invalid(&[
        "`",
        field,
        "` holds ",
        found,
        ": expected a host, such as `oss-cn-hangzhou.aliyuncs.com`",
    ])
}

struct Address {
    https: bool,
    /// Lower case, without port.
    host: String,
    port: Option<String>,
    /// Without slashes at its ends: at most one component, the bucket of a path-style address.
    path: String,
}

impl Address {
    fn read(field: &str, text: &str) -> Result<Self, Error> {
        let text = text.trim_ascii();
        let (scheme, rest) = match text.split_once("//") {
            Some((scheme, rest)) if scheme.is_empty() || scheme.ends_with(':') => (scheme, rest),
            _ => ("", text),
        };
        let https = match scheme.to_ascii_lowercase().as_str() {
            "" | "https:" => true,
            "http:" => false,
            _ => return Err(forbidden(&["`", field, "` is no https address"])),
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path = path.trim_end_matches('/');
        if rest.contains('@') {
            return Err(forbidden(&[
                "`",
                field,
                "` holds a user name: expected only a host",
            ]));
        }
        if rest.contains(['?', '#']) {
            return Err(not_a_host(field, "a query"));
        }
        // Only a bucket can be a path here, so everything that a browser would resolve or decode is refused.
        if path
            .bytes()
            .any(|byte| !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
        {
            return Err(not_a_host(field, "a path"));
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let host = host.to_ascii_lowercase();
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let good_host = match bare {
            Some(ipv6) => ipv6
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')),
            // An empty label would be `a..b`, or a trailing dot, with which one host has two names.
            None => host.split('.').all(|label| {
                !label.is_empty()
                    && label
                        .bytes()
                        .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
            }),
        };
        let good_port = port.is_none_or(|port| {
            port.bytes().all(|byte| byte.is_ascii_digit())
                && port.parse::<u16>().is_ok_and(|port| port > 0)
        });
        if !good_host || !good_port {
            return Err(invalid(&[
                "`",
                field,
                "` is no host: expected one such as `oss-cn-hangzhou.aliyuncs.com`",
            ]));
        }
        Ok(Self {
            https,
            host,
            port: port.map(String::from),
            path: String::from(path),
        })
    }

    /// An IP address, which the browser also sees in `127.1` or `0x7f.1`: the last label is a number.
    fn is_ip(&self) -> bool {
        let last = self.host.rsplit('.').next().unwrap_or_default();
        self.host.starts_with('[')
            || last.bytes().all(|byte| byte.is_ascii_digit())
            || last.starts_with("0x")
    }

    fn is_path_style(&self) -> bool {
        self.is_ip() || self.host == "localhost"
    }

    /// Hosts that never leave the machine, for which the browser, too, makes an exception (Secure Contexts, 3.1).
    fn is_loopback(&self) -> bool {
        self.host == "localhost"
            || self.host.ends_with(".localhost")
            || self.host == "[::1]"
            || (self.host.starts_with("127.")
                && self.host.split('.').count() == 4
                && self
                    .host
                    .bytes()
                    .all(|byte| byte == b'.' || byte.is_ascii_digit()))
    }

    fn checked(self, field: &str, rules: &ParamsRules) -> Result<Target, Error> {
        let host = match &self.port {
            Some(port) => [&self.host, ":", port].concat(),
            None => self.host.clone(),
        };
        if !self.https && !self.is_loopback() {
            return Err(forbidden(&[
                "`",
                field,
                "` says http, but only https hosts may be uploaded to: ",
                &host,
            ]));
        }
        let allowed = rules.allowed_hosts.as_deref().is_none_or(|allowed| {
            allowed
                .iter()
                .any(|rule| matches(rule, &host) || matches(rule, &self.host))
        });
        if !allowed {
            return Err(forbidden(&[
                "The parameters point to ",
                &host,
                ", which is not in `allowedHosts`",
            ]));
        }
        let scheme = if self.https { "https://" } else { "http://" };
        let slash = if self.path.is_empty() { "" } else { "/" };
        Ok(Target {
            url: [scheme, &host, "/", &self.path, slash].concat(),
            host,
            bucket: Some(self.path).filter(|path| !path.is_empty()),
        })
    }
}

/// An exact name, or `*.example.com` for all below it.
fn matches(rule: &str, host: &str) -> bool {
    match rule.strip_prefix('*') {
        Some(suffix) if suffix.starts_with('.') => host
            .len()
            .checked_sub(suffix.len())
            .filter(|at| *at > 0)
            .and_then(|at| host.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(suffix)),
        _ => rule.eq_ignore_ascii_case(host),
    }
}

fn forbidden(parts: &[&str]) -> Error {
    Error::sentence(Code::ForbiddenHost, Phase::Params, parts)
}
