//! Where an application server may be: at an address of the public network.

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

use crate::oss::error::{OssError, invalid_argument};

/// Networks that nobody reaches from outside (IANA's registries of special-purpose addresses).
const PRIVATE: [&str; 16] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
    // Loopback, and IPv4 addresses inside those of IPv6.
    "::/96",
    "64:ff9b::/96",
    "2002::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
];

/// One of the addresses in `callbackUrl`; without a scheme it is HTTP.
pub(super) fn application_server(text: &str, allows_loopback: bool) -> Result<Url, OssError> {
    // `Url` mends what browsers mend; OSS wants it right.
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) || text.contains('\\') {
        return Err(malformed());
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(['/', '?', '#']) => (scheme, rest),
        _ => ("http", text),
    };
    if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) || rest.starts_with('/') {
        return Err(malformed());
    }
    let url = Url::parse(&format!("{scheme}://{rest}")).map_err(|_| malformed())?;
    if url.port() == Some(0) {
        return Err(malformed());
    }
    let is_allowed = match url.host().ok_or_else(malformed)? {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            allows_loopback || !(name == "localhost" || name.ends_with(".localhost"))
        }
        Host::Ipv4(ip) => is_allowed(ip.into(), allows_loopback),
        Host::Ipv6(ip) => is_allowed(ip.into(), allows_loopback),
    };
    if !is_allowed {
        let message = "Private address is forbidden to callback.";
        return Err(invalid_argument(message)
            .ec("0007-00000008")
            .detail("ArgumentName", "callbackUrl")
            .detail("ArgumentValue", text));
    }
    match url.host() {
        // `123.456`, say, in which browsers see an address.
        Some(Host::Ipv4(ip)) if !rest.contains(&ip.to_string()) => {
            let message = "The callback url cannot be resolved.";
            Err(invalid_argument(message).ec("0007-00000007"))
        }
        _ => Ok(url),
    }
}

pub(super) fn malformed() -> OssError {
    invalid_argument("The callback url is invalid.").ec("0007-00000004")
}

/// Whether an application server may be called there.
pub(super) fn is_allowed(ip: IpAddr, allows_loopback: bool) -> bool {
    // An IPv4 address that is written as one of IPv6 is still one of IPv4.
    let ip = ip.to_canonical();
    let is_in = |network: &str| {
        network
            .parse::<IpNet>()
            .is_ok_and(|network| network.contains(&ip))
    };
    (allows_loopback && ip.is_loopback()) || !PRIVATE.into_iter().any(is_in)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_private_network_is_one() {
        for network in PRIVATE {
            assert!(network.parse::<IpNet>().is_ok(), "{network}");
        }
    }
}
