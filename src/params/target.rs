//! Where a form is posted to: bucket and endpoint, or a host, made into one checked address.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::error::{AddressFlaw, Error, Reason};
use crate::oss::bucket::{is_bucket, is_label_byte};

use super::ParamsRules;
use super::answer::Text;

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
pub(super) enum AddressKind {
    /// The endpoint of a bucket: `https://{bucket}.{endpoint}/`.
    Endpoint,
    /// A host that belongs to the bucket, and is used as it is.
    Host,
}

/// An address in the answer.
pub(super) struct Address<'a> {
    pub(super) kind: AddressKind,
    /// Name of the field that holds it.
    pub(super) name: &'a str,
    pub(super) text: &'a str,
    /// May be empty, but not beside an endpoint.
    pub(super) bucket: &'a str,
}

pub(super) fn check_bucket(bucket: &Text<'_>) -> Result<(), Error> {
    if is_bucket(&bucket.value) {
        return Ok(());
    }
    let name = String::from(bucket.name);
    Err(Reason::NotABucket { name }.into())
}

/// Where an address leads to. An IP address or `localhost` gets the bucket as its path.
pub(super) fn read(address: &Address<'_>, rules: &ParamsRules) -> Result<Target, Error> {
    let Address {
        kind, name, bucket, ..
    } = *address;
    let mut origin = Origin::read(name, address.text)?;
    // Some backends call OSS's endpoint the host. No bucket answers there.
    let is_endpoint =
        kind == AddressKind::Endpoint || (origin.is_of_region() && !bucket.is_empty());
    let is_path_style = origin.is_path_style();
    if !origin.path.is_empty() && (is_endpoint || !is_path_style) {
        return Err(not_a_host(name, AddressFlaw::Path));
    }
    if is_path_style {
        if origin.path.is_empty() {
            origin.path = bucket;
        }
    } else if is_endpoint && !origin.host.starts_with(&format!("{bucket}.")) {
        origin.host = format!("{bucket}.{}", origin.host);
    }
    origin.checked(name, bucket, rules)
}

struct Origin<'a> {
    is_https: bool,
    /// Lower case, without port.
    host: String,
    /// With its colon, or empty.
    port: &'a str,
    /// Without slashes at its ends: at most one component, the bucket of a path-style address.
    path: &'a str,
}

impl<'a> Origin<'a> {
    fn read(name: &str, address: &'a str) -> Result<Self, Error> {
        let address = address.trim_ascii();
        let (scheme, rest) = match address.split_once("//") {
            Some((scheme, rest)) if scheme.is_empty() || scheme.ends_with(':') => (scheme, rest),
            _ => ("", address),
        };
        let is_https = scheme.is_empty() || scheme.eq_ignore_ascii_case("https:");
        if !is_https && !scheme.eq_ignore_ascii_case("http:") {
            let name = String::from(name);
            return Err(Reason::NotHttps { name }.into());
        }
        if rest.contains('@') {
            let name = String::from(name);
            return Err(Reason::AddressHasUser { name }.into());
        }
        if rest.contains(['?', '#']) {
            return Err(not_a_host(name, AddressFlaw::Query));
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path = path.trim_end_matches('/');
        // Only a bucket can be a path here, so everything that a browser would resolve or decode is refused.
        if !path.bytes().all(is_label_byte) {
            return Err(not_a_host(name, AddressFlaw::Path));
        }
        let (host, port) = split_port(authority);
        let host = host.to_ascii_lowercase();
        if !is_host(&host) || !(port.is_empty() || is_port(port)) {
            return Err(not_a_host(name, AddressFlaw::NoHost));
        }
        Ok(Self {
            is_https,
            host,
            port,
            path,
        })
    }

    /// An IP address, which the browser also sees in `127.1` or `0x7f.1`: the last label is a number.
    fn is_ip(&self) -> bool {
        let last = self.host.rsplit('.').next().unwrap_or_default();
        self.host.starts_with('[')
            || last.starts_with("0x")
            || last.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// Whether a browser can read it, and reads it as we do.
    fn is_plain(&self) -> bool {
        if let Some(ipv6) = self.host.strip_prefix('[') {
            return ipv6.trim_end_matches(']').parse::<Ipv6Addr>().is_ok();
        }
        !self.is_ip() || self.host.parse::<Ipv4Addr>().is_ok()
    }

    /// OSS's own host without a bucket, such as `oss-cn-hangzhou.aliyuncs.com`.
    fn is_of_region(&self) -> bool {
        let label = self.host.strip_suffix(".aliyuncs.com");
        label.is_some_and(|label| label.starts_with("oss-") && !label.contains('.'))
    }

    fn is_path_style(&self) -> bool {
        self.is_ip() || self.host == "localhost"
    }

    /// Hosts that never leave the machine, for which the browser, too, makes an exception (Secure Contexts, 3.1).
    fn is_loopback(&self) -> bool {
        self.host == "localhost"
            || self.host.ends_with(".localhost")
            || self.host == "[::1]"
            || self.host.parse().is_ok_and(|ip: Ipv4Addr| ip.is_loopback())
    }

    /// OSS's own hosts all speak https. Samples of the documentation have `http://`, which no https page may post to.
    fn raise_to_https(&mut self) {
        if !self.is_https && self.host.ends_with(".aliyuncs.com") && matches!(self.port, "" | ":80")
        {
            self.is_https = true;
            self.port = "";
        }
    }

    fn checked(mut self, name: &str, bucket: &str, rules: &ParamsRules) -> Result<Target, Error> {
        self.raise_to_https();
        let scheme = if self.is_https { "https" } else { "http" };
        if self.port == default_port(scheme) {
            self.port = "";
        }
        let host = format!("{}{}", self.host, self.port);
        let name = String::from(name);
        if !self.is_https && !self.is_loopback() {
            return Err(Reason::PlainHttp { name, host }.into());
        }
        if !self.is_plain() {
            let flaw = AddressFlaw::NoHost;
            return Err(Reason::NotAHost { name, flaw }.into());
        }
        if let Some(public) = public_host(&self.host) {
            return Err(Reason::InternalHost { name, host, public }.into());
        }
        if is_region(self.host.rsplit('.').next().unwrap_or_default()) {
            return Err(Reason::RegionInPlaceOfHost { name, host }.into());
        }
        let is_allowed = rules.allowed_hosts.as_ref().is_none_or(|allowed| {
            allowed
                .iter()
                .any(|rule| matches(rule, scheme, &self.host, self.port))
        });
        if !is_allowed {
            return Err(Reason::HostNotAllowed { host }.into());
        }
        let slash = if self.path.is_empty() { "" } else { "/" };
        let bucket = if bucket.is_empty() { self.path } else { bucket };
        Ok(Target {
            url: format!("{scheme}://{host}/{}{slash}", self.path),
            host,
            bucket: Some(String::from(bucket)).filter(|bucket| !bucket.is_empty()),
        })
    }
}

fn default_port(scheme: &str) -> &'static str {
    if scheme == "https" { ":443" } else { ":80" }
}

/// The public twin of a host that only Alibaba Cloud's own network reaches, such as
/// `oss-cn-hangzhou-internal.aliyuncs.com`.
fn public_host(host: &str) -> Option<String> {
    let labels = host.strip_suffix(".aliyuncs.com")?;
    // A bucket's name may end so, too.
    let endpoint = labels.find(".oss-").unwrap_or_default();
    let (bucket, endpoint) = labels.split_at_checked(endpoint)?;
    let region = endpoint.strip_suffix("-internal");
    let dual_stack = endpoint.strip_suffix("-internal.oss");
    let public = match (region, dual_stack) {
        (Some(region), _) => String::from(region),
        (None, Some(region)) => format!("{region}.oss"),
        (None, None) => return None,
    };
    Some(format!("{bucket}{public}.aliyuncs.com"))
}

/// The id of a region, such as `oss-cn-hangzhou` or `us-west-1`, which no top-level domain looks like.
fn is_region(label: &str) -> bool {
    const AREAS: [&str; 9] = ["cn", "ap", "us", "eu", "me", "na", "sa", "af", "rg"];
    let is_id = label
        .split_once('-')
        .is_some_and(|(area, place)| AREAS.contains(&area) && !place.is_empty());
    is_id || label.starts_with("oss-")
}

/// The colon stays with the port. The colons of an IPv6 address are inside of brackets.
fn split_port(authority: &str) -> (&str, &str) {
    let host_len = match authority.find(']') {
        Some(bracket) => bracket + 1,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    authority.split_at(host_len)
}

/// An IPv6 address in brackets, or labels with a dot between them. An empty label would be `a..b`, or a trailing dot,
/// with which one host has two names.
fn is_host(host: &str) -> bool {
    match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').is_some_and(|ip| {
            ip.bytes()
                .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
        }),
        None => host
            .split('.')
            .all(|label| !label.is_empty() && label.bytes().all(is_label_byte)),
    }
}

/// A colon and a number that is one. A browser leaves zeros before it out: one address would have two names.
fn is_port(port: &str) -> bool {
    port.strip_prefix(':').is_some_and(|port| {
        let is_number = port.bytes().all(|byte| byte.is_ascii_digit()) && !port.starts_with('0');
        is_number && port.parse::<u16>().is_ok()
    })
}

/// A rule of `allowedHosts`: an origin, a host, or `*.example.com` for all below it. A host without a port stands for
/// every port.
fn matches(rule: &str, scheme: &str, host: &str, port: &str) -> bool {
    let rule = rule.trim_ascii().to_ascii_lowercase();
    let (is_scheme, is_origin, rest) = match rule.split_once("://") {
        // The backend's `http://` of such a host is raised to https, and so is the rule's.
        Some(("http", rest)) if host.ends_with(".aliyuncs.com") => (true, true, rest),
        Some((rule_scheme, rest)) => (rule_scheme == scheme, true, rest),
        None => (true, false, rule.as_str()),
    };
    let (rule_host, rule_port) = split_port(rest.trim_end_matches('/'));
    let is_port = rule_port == port
        || (rule_port.is_empty() && !is_origin)
        || (port.is_empty() && rule_port == default_port(scheme));
    let is_host = match rule_host.strip_prefix('*') {
        Some(suffix) if suffix.starts_with('.') => host.ends_with(suffix),
        _ => rule_host == host,
    };
    is_scheme && is_port && is_host
}

fn not_a_host(name: &str, flaw: AddressFlaw) -> Error {
    let name = String::from(name);
    Reason::NotAHost { name, flaw }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use proptest::prelude::*;

    fn of_bucket(endpoint: &str) -> Result<Target, Error> {
        let rules = ParamsRules::default();
        let address = Address {
            kind: AddressKind::Endpoint,
            name: "Endpoint",
            text: endpoint,
            bucket: "demo",
        };
        read(&address, &rules)
    }

    fn of_host(host: &str, bucket: &str, rules: &ParamsRules) -> Result<Target, Error> {
        let address = Address {
            kind: AddressKind::Host,
            name: "host",
            text: host,
            bucket,
        };
        read(&address, rules)
    }

    fn of_endpoint(endpoint: &str) -> Result<String, Code> {
        let target = of_bucket(endpoint);
        target
            .map(|target| target.url)
            .map_err(|error| error.code())
    }

    fn of_custom(host: &str) -> Result<String, Code> {
        let target = of_host(host, "demo", &ParamsRules::default());
        target
            .map(|target| target.url)
            .map_err(|error| error.code())
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
                "oss-cn-hangzhou.aliyuncs.com//",
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
            // Neither is OSS's own host without a bucket: an access point's alias, and another service.
            (
                "oss-alias.oss-cn-hangzhou.aliyuncs.com",
                "https://oss-alias.oss-cn-hangzhou.aliyuncs.com/",
            ),
            ("upload.aliyuncs.com", "https://upload.aliyuncs.com/"),
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

    /// The documented V1 answer has an `http://` host, which no https page may post to.
    #[test]
    fn oss_speaks_https() {
        for (host, url) in [
            (
                "http://demo.oss-cn-hangzhou.aliyuncs.com",
                "https://demo.oss-cn-hangzhou.aliyuncs.com/",
            ),
            (
                "HTTP://demo.oss-cn-hangzhou.aliyuncs.com:80/",
                "https://demo.oss-cn-hangzhou.aliyuncs.com/",
            ),
            (
                "https://files.example.com:443",
                "https://files.example.com/",
            ),
            ("http://demo.oss.localhost:80", "http://demo.oss.localhost/"),
            // A top-level domain in another script, as ASCII.
            (
                "https://files.example.xn--fiqs8s",
                "https://files.example.xn--fiqs8s/",
            ),
        ] {
            assert_eq!(of_custom(host).as_deref(), Ok(url), "{host}");
        }
    }

    #[test]
    fn endpoints_that_no_browser_reaches() {
        for (endpoint, words) in [
            (
                "oss-cn-hangzhou-internal.aliyuncs.com",
                "expected demo.oss-cn-hangzhou.aliyuncs.com",
            ),
            (
                "http://oss-cn-beijing-internal.aliyuncs.com",
                "expected demo.oss-cn-beijing.aliyuncs.com",
            ),
            ("oss-cn-hangzhou", "id of a region"),
            ("cn-hangzhou", "id of a region"),
            ("us-west-1", "id of a region"),
        ] {
            let error = of_bucket(endpoint).err().unwrap();
            assert_eq!(error.code(), Code::InvalidParams);
            assert!(error.to_string().contains(words), "{error}");
        }
        let error = of_host("https://demo.oss-cn-hangzhou", "", &ParamsRules::default())
            .err()
            .unwrap();
        assert!(error.to_string().contains("id of a region"), "{error}");
    }

    #[test]
    fn tricks_are_refused() {
        for host in [
            "http://oss-cn-hangzhou.aliyuncs.com.evil.example",
            "http://oss-cn-hangzhou.aliyuncs.com:8080",
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
            "a.b:0443",
            "a.b:0",
            "[::1",
            "[x]",
            "[]",
            "[1]",
            "[1::2::3]",
            "256.256.256.256",
            "1.2.3",
            "10.0.0.7.8",
            "0x7f.0.0.1",
            "127.0.0.01",
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
                ..ParamsRules::default()
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
            ("https://files.example.com", "files.example.com"),
            (
                "https://files.example.com/",
                "https://files.example.com:443",
            ),
            ("https://files.example.com:8443", "files.example.com:8443"),
            ("files.example.com:443", "files.example.com"),
            ("files.example.com/", "files.example.com:8443"),
            (" https://*.example.com ", "files.example.com"),
            (
                "http://demo.oss.localhost:8081",
                "http://demo.oss.localhost:8081",
            ),
            ("[::1]:8081", "http://[::1]:8081"),
        ] {
            assert!(allows(&[allowed], host), "{allowed} {host}");
        }
        for (allowed, host) in [
            (&["https://files.example.com"][..], "files.example.com:8443"),
            (&["http://files.example.com"], "files.example.com"),
            (
                &["https://files.example.com.evil.example"],
                "files.example.com",
            ),
            (&["files.example.com:8443"], "files.example.com"),
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
            ..ParamsRules::default()
        };
        let error = of_host("a.example", "", &rules).err().unwrap();
        assert_eq!(
            error.to_string(),
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

    #[test]
    fn oss_s_own_host_beside_a_bucket_is_an_endpoint() {
        let rules = ParamsRules::default();
        let target = of_host("https://oss-cn-hangzhou.aliyuncs.com", "demo", &rules).unwrap();
        assert_eq!(target.url, "https://demo.oss-cn-hangzhou.aliyuncs.com/");
        let target = of_host("demo.oss-cn-hangzhou.aliyuncs.com", "demo", &rules).unwrap();
        assert_eq!(target.url, "https://demo.oss-cn-hangzhou.aliyuncs.com/");
    }

    #[test]
    fn other_spellings_of_hosts_that_no_browser_reaches() {
        let rules = ParamsRules::default();
        for (host, public) in [
            (
                "demo.cn-hangzhou-internal.oss.aliyuncs.com",
                Some("demo.cn-hangzhou.oss.aliyuncs.com"),
            ),
            ("my-internal.oss-cn-hangzhou.aliyuncs.com", None),
        ] {
            let found = match of_host(host, "", &rules).map_err(|error| error.reason) {
                Err(Reason::InternalHost { public, .. }) => Some(public),
                _ => None,
            };
            assert_eq!(found.as_deref(), public, "{host}");
        }
        assert!(matches!(
            of_bucket("oss-accelerate").map_err(|error| error.reason),
            Err(Reason::RegionInPlaceOfHost { .. })
        ));
    }

    #[test]
    fn a_rule_may_be_the_address_that_the_backend_gives() {
        let host = "http://demo.oss-cn-hangzhou.aliyuncs.com";
        let rules = ParamsRules {
            allowed_hosts: Some(vec![String::from(host)]),
            ..ParamsRules::default()
        };
        assert!(of_host(host, "", &rules).is_ok());
    }
}
