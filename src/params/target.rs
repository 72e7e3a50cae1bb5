//! Where a form is posted to: bucket and endpoint, or a host, made into one checked address.

use crate::error::{Code, Error, Phase};
use crate::text;

use super::{ParamsRules, invalid, invalid_value};

/// A checked address.
#[derive(Clone, PartialEq)]
pub(super) struct Target {
    /// With the trailing slash.
    pub(super) url: String,
    /// With the port where one was given.
    pub(super) host: String,
    /// The bucket that the answer names, or the path of a path-style address.
    pub(super) bucket: Option<String>,
}

/// What an address in the answer is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    /// The endpoint of a bucket: `https://{bucket}.{endpoint}/`.
    Endpoint,
    /// A host that belongs to the bucket, and is used as it is.
    Host,
}

/// Where an address leads to. An IP address or `localhost` gets the bucket as its path. `bucket` may be empty, but not
/// beside an endpoint.
pub(super) fn read<'a>(
    kind: Address,
    field: &str,
    address: &'a str,
    bucket: &'a str,
    rules: &ParamsRules,
) -> Result<Target, Error> {
    let mut origin = Origin::read(field, address)?;
    let is_endpoint = kind == Address::Endpoint;
    let is_path_style = origin.is_path_style();
    if !origin.path.is_empty() && (is_endpoint || !is_path_style) {
        return Err(not_a_host(field, "a path"));
    }
    if is_path_style {
        if origin.path.is_empty() {
            origin.path = bucket;
        }
    } else if is_endpoint {
        let own = text::concat(&[bucket, "."]);
        if !origin.host.starts_with(&own) {
            origin.host = text::concat(&[&own, &origin.host]);
        }
    }
    origin.checked(field, bucket, rules)
}

/// Bucket names: 3 to 63 lower-case letters, digits and hyphens; old ones may hold underscores.
pub(super) fn check_bucket(field: &str, bucket: &str) -> Result<(), Error> {
    let ends_with_hyphen = bucket.starts_with('-') || bucket.ends_with('-');
    if matches!(bucket.len(), 3..=63) && text::all(bucket, is_label) && !ends_with_hyphen {
        return Ok(());
    }
    Err(invalid_value(
        say!("`{}` is no bucket name: expected 3 to 63 lower-case letters, digits and hyphens"),
        field,
    ))
}

/// Such as `demo` of `demo.oss-cn-hangzhou.aliyuncs.com`. It may also be an access point's alias, and a custom domain
/// tells nothing: good enough to be shown, not to be judged by.
pub(super) fn bucket_in_host(host: &str) -> Option<&str> {
    let (bucket, endpoint) = text::split(host, ".")?;
    endpoint.strip_suffix(".aliyuncs.com").map(|_| bucket)
}

fn not_a_host(field: &str, found: &str) -> Error {
    invalid(
        say!("`{}` holds {}: expected a host, such as `oss-cn-hangzhou.aliyuncs.com`"),
        &[field, found],
    )
}

struct Origin<'a> {
    https: bool,
    /// Lower case, without port.
    host: String,
    /// With its colon, or empty.
    port: &'a str,
    /// Without slashes at its ends: at most one component, the bucket of a path-style address.
    path: &'a str,
}

impl<'a> Origin<'a> {
    fn read(field: &str, address: &'a str) -> Result<Self, Error> {
        let address = address.trim_ascii();
        let (scheme, rest) = match text::split(address, "//") {
            Some((scheme, rest)) if scheme.is_empty() || scheme.ends_with(':') => (scheme, rest),
            _ => ("", address),
        };
        let https = scheme.is_empty() || scheme.eq_ignore_ascii_case("https:");
        if !https && !scheme.eq_ignore_ascii_case("http:") {
            return Err(forbidden(say!("`{}` is no https address"), field));
        }
        let (authority, path) = text::split(rest, "/").unwrap_or((rest, ""));
        let mut path = path;
        while let Some(shorter) = path.strip_suffix("/") {
            path = shorter;
        }
        if text::has(rest, "@") {
            return Err(forbidden(
                say!("`{}` holds a user name: expected only a host"),
                field,
            ));
        }
        if text::has(rest, "?") || text::has(rest, "#") {
            return Err(not_a_host(field, "a query"));
        }
        // Only a bucket can be a path here, so everything that a browser would resolve or decode is refused.
        if !text::all(path, is_label) {
            return Err(not_a_host(field, "a path"));
        }
        let host_len = match text::find(authority, "]") {
            Some(bracket) => bracket + 1,
            None => text::find(authority, ":").unwrap_or(authority.len()),
        };
        let (host, port) = authority.split_at_checked(host_len).unwrap_or_default();
        let host = host.to_ascii_lowercase();
        if !is_host(&host) || !(port.is_empty() || is_port(port)) {
            return Err(invalid_value(
                say!("`{}` is no host: expected one such as `oss-cn-hangzhou.aliyuncs.com`"),
                field,
            ));
        }
        Ok(Self {
            https,
            host,
            port,
            path,
        })
    }

    /// An IP address, which the browser also sees in `127.1` or `0x7f.1`: the last label is a number.
    fn is_ip(&self) -> bool {
        let last = text::after_last(&self.host, b'.');
        self.host.starts_with('[') || last.starts_with("0x") || text::all(last, is_digit)
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
                && text::count(&self.host, |byte| byte == b'.') == 3
                && text::all(&self.host, |byte| byte == b'.' || is_digit(byte)))
    }

    fn checked(&self, field: &str, bucket: &str, rules: &ParamsRules) -> Result<Target, Error> {
        let host = text::concat(&[&self.host, self.port]);
        if !self.https && !self.is_loopback() {
            return Err(Error::sentence(
                Code::ForbiddenHost,
                Phase::Params,
                say!("`{}` says http, but only https hosts may be uploaded to: {}"),
                &[field, &host],
            ));
        }
        let allowed = rules.allowed_hosts.as_deref().is_none_or(|allowed| {
            allowed
                .iter()
                .any(|rule| matches(rule, &host) || matches(rule, &self.host))
        });
        if !allowed {
            return Err(forbidden(
                say!("The parameters point to {}, which is not in `allowedHosts`"),
                &host,
            ));
        }
        let scheme = if self.https { "https://" } else { "http://" };
        let slash = if self.path.is_empty() { "" } else { "/" };
        let bucket = if bucket.is_empty() { self.path } else { bucket };
        Ok(Target {
            url: text::concat(&[scheme, &host, "/", self.path, slash]),
            host,
            bucket: Some(String::from(bucket)).filter(|bucket| !bucket.is_empty()),
        })
    }
}

/// An IPv6 address in brackets, or labels with a dot between them. An empty label would be `a..b`, or a trailing dot,
/// with which one host has two names.
fn is_host(host: &str) -> bool {
    match host.strip_prefix("[") {
        Some(ipv6) => {
            let ipv6 = ipv6.strip_suffix("]").unwrap_or(" ");
            text::all(ipv6, |byte| {
                byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')
            })
        }
        None => {
            text::all(host, |byte| byte == b'.' || is_label(byte))
                && !text::has(&text::concat(&[".", host, "."]), "..")
        }
    }
}

/// A colon and a number that is one.
fn is_port(port: &str) -> bool {
    let number = port
        .strip_prefix(":")
        .and_then(|port| text::number(port, 10));
    matches!(number, Some(1..=0xffff))
}

/// What labels of hosts and names of buckets are made of; underscores are in old ones.
fn is_label(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_')
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

/// An exact name, or `*.example.com` for all below it.
fn matches(rule: &str, host: &str) -> bool {
    match rule.strip_prefix("*") {
        Some(suffix) if suffix.starts_with('.') => text::ends(host, suffix),
        _ => rule.eq_ignore_ascii_case(host),
    }
}

fn forbidden(template: &str, value: &str) -> Error {
    Error::sentence(Code::ForbiddenHost, Phase::Params, template, &[value])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of_bucket(endpoint: &str) -> Result<Target, Error> {
        let rules = ParamsRules::default();
        read(Address::Endpoint, "Endpoint", endpoint, "demo", &rules)
    }

    fn of_host(host: &str, bucket: &str, rules: &ParamsRules) -> Result<Target, Error> {
        read(Address::Host, "host", host, bucket, rules)
    }

    fn of_endpoint(endpoint: &str) -> Result<String, Code> {
        let target = of_bucket(endpoint);
        target.map(|target| target.url).map_err(|error| error.code)
    }

    fn of_custom(host: &str) -> Result<String, Code> {
        let target = of_host(host, "demo", &ParamsRules::default());
        target.map(|target| target.url).map_err(|error| error.code)
    }

    #[test]
    fn endpoints() {
        for (endpoint, url) in [
            (
                "oss-cn-hangzhou.aliyuncs.com",
                "https://demo.oss-cn-hangzhou.aliyuncs.com/",
            ),
            (
                "OSS-CN-Hangzhou.aliyuncs.com/",
                "https://demo.oss-cn-hangzhou.aliyuncs.com/",
            ),
            (
                "https://oss-cn-hangzhou.aliyuncs.com",
                "https://demo.oss-cn-hangzhou.aliyuncs.com/",
            ),
            (
                "//oss-cn-hangzhou.aliyuncs.com",
                "https://demo.oss-cn-hangzhou.aliyuncs.com/",
            ),
            (
                "demo.oss-cn-hangzhou.aliyuncs.com",
                "https://demo.oss-cn-hangzhou.aliyuncs.com/",
            ),
            (
                "demonstration.example.com",
                "https://demo.demonstration.example.com/",
            ),
            (
                "oss-accelerate.aliyuncs.com:8443",
                "https://demo.oss-accelerate.aliyuncs.com:8443/",
            ),
            (
                "http://oss.localhost:8081",
                "http://demo.oss.localhost:8081/",
            ),
            ("http://127.0.0.1:8081", "http://127.0.0.1:8081/demo/"),
            ("http://localhost:8081/", "http://localhost:8081/demo/"),
            ("http://[::1]:8081", "http://[::1]:8081/demo/"),
            ("10.0.0.7", "https://10.0.0.7/demo/"),
        ] {
            assert_eq!(of_endpoint(endpoint).as_deref(), Ok(url), "{endpoint}");
        }
    }

    #[test]
    fn custom_domains() {
        for (host, url) in [
            ("https://files.example.com", "https://files.example.com/"),
            ("files.example.com/", "https://files.example.com/"),
            (
                "demo.oss-cn-hangzhou.aliyuncs.com",
                "https://demo.oss-cn-hangzhou.aliyuncs.com/",
            ),
            (
                "http://demo.oss.localhost:8081",
                "http://demo.oss.localhost:8081/",
            ),
            ("http://127.0.0.1:8081", "http://127.0.0.1:8081/demo/"),
            (
                "http://127.0.0.1:8081/other-bucket/",
                "http://127.0.0.1:8081/other-bucket/",
            ),
        ] {
            assert_eq!(of_custom(host).as_deref(), Ok(url), "{host}");
        }
    }

    #[test]
    fn tricks_are_refused() {
        for host in [
            "http://oss-cn-hangzhou.aliyuncs.com",
            "http://127.evil.example",
            "http://127.1",
            "http://localhost.evil.example",
            "javascript://oss-cn-hangzhou.aliyuncs.com",
            "ftp://oss-cn-hangzhou.aliyuncs.com",
            "https://user@evil.example",
            "https://oss-cn-hangzhou.aliyuncs.com@evil.example",
            "https://user:pass@evil.example:443",
            "https://evil.example/@good",
        ] {
            assert_eq!(of_endpoint(host), Err(Code::ForbiddenHost), "{host}");
            assert_eq!(of_custom(host), Err(Code::ForbiddenHost), "{host}");
        }
        for host in [
            "https://evil.example/path",
            "https://evil.example?",
            "https://evil.example/?x",
            "https://evil.example#.aliyuncs.com",
            "https:evil.example",
            "https:/evil.example",
            "https://",
            "https://evil.example\\.aliyuncs.com",
            "evil.example%2f.aliyuncs.com",
            "evil example",
            "evil\u{3002}example",
            "例子.中国",
            "a..b",
            "a.b.",
            ".a",
            "a.b:",
            "a.b:0",
            "a.b:99999",
            "a.b:+80",
            "a.b:80:80",
            "[::1",
            "[x]",
            "http://127.0.0.1/../x",
            "http://127.0.0.1/a/b",
            "http://127.0.0.1/%2e",
        ] {
            assert_eq!(of_endpoint(host), Err(Code::InvalidParams), "{host}");
            assert_eq!(of_custom(host), Err(Code::InvalidParams), "{host}");
        }
    }

    #[test]
    fn allowed_hosts() {
        let allows = |allowed: &[&str], host: &str| {
            let rules = ParamsRules {
                allowed_hosts: Some(allowed.iter().map(|host| String::from(*host)).collect()),
                anonymous: false,
            };
            of_host(host, "", &rules).is_ok()
        };
        assert!(allows(&["files.example.com"], "https://FILES.example.com"));
        assert!(allows(&["Files.Example.com"], "files.example.com:8443"));
        assert!(allows(
            &["files.example.com:8443"],
            "files.example.com:8443"
        ));
        assert!(allows(
            &["other.example", "*.aliyuncs.com"],
            "demo.oss-cn-hangzhou.aliyuncs.com"
        ));
        for (allowed, host) in [
            (&["files.example.com:8443"][..], "files.example.com"),
            (&["*.example.com"], "example.com"),
            (&["*.example.com"], "evilexample.com"),
            (&["*.example.com"], "files.example.com.evil.example"),
            (&["example.com"], "files.example.com"),
            (&["*"], "example.com"),
            (&[], "example.com"),
        ] {
            assert!(!allows(allowed, host), "{allowed:?} {host}");
        }
        let rules = ParamsRules {
            allowed_hosts: Some(Vec::new()),
            anonymous: false,
        };
        let error = of_host("a.example", "", &rules).err().unwrap();
        assert_eq!(
            error.message,
            "The parameters point to a.example, which is not in `allowedHosts`."
        );
    }

    proptest! {
        /// What is accepted is a plain address: nothing that a browser would read otherwise than we did.
        #[test]
        fn no_host_makes_it_panic_or_leaves_the_plain_form(
            host in any::<String>(),
            near in "(https?:)?(//)?[a-z0-9.:@/?#%\\\\\\[\\]_-]{0,24}",
        ) {
            for host in [host, near] {
                for target in [
                    of_bucket(&host),
                    of_host(&host, "", &ParamsRules::default()),
                ].into_iter().flatten() {
                    let rest = target.url.strip_prefix("https://").or_else(|| target.url.strip_prefix("http://")).unwrap();
                    let (authority, path) = rest.split_once('/').unwrap();
                    prop_assert_eq!(authority, &target.host);
                    prop_assert!(!authority.contains(['@', '?', '#', '%', '\\']), "{}", target.url);
                    prop_assert!(path.is_empty() || (path.ends_with('/') && path.matches('/').count() == 1), "{}", target.url);
                }
            }
        }
    }
}
