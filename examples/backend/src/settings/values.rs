//! Addresses, origins, hosts, networks and names, as they may stand in settings.

use std::net::IpAddr;

use ipnet::IpNet;
use reqwest::Url;

use super::checks::Checked;

/// An address that may be trusted with a signed request: https, or this machine.
pub(super) fn url(text: &str) -> Checked {
    if text.is_empty() {
        return Err("not set".to_owned());
    }
    let url = Url::parse(text).map_err(|error| format!("{text:?} is not an address: {error}"))?;
    let local = url.host_str().is_some_and(is_loopback);
    match url.scheme() {
        "https" => Ok(()),
        "http" if local => Ok(()),
        "http" => Err(format!("{text:?} is not https")),
        _ => Err(format!("{text:?} is neither https nor http")),
    }
}

/// A name or an address, in brackets if it is one of IPv6, of this machine alone.
pub(crate) fn is_loopback(host: &str) -> bool {
    let end = host.len().checked_sub("localhost".len());
    let parts = end.and_then(|end| host.split_at_checked(end));
    let is_localhost = parts.is_some_and(|(before, end)| {
        end.eq_ignore_ascii_case("localhost") && (before.is_empty() || before.ends_with('.'))
    });
    is_localhost
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

/// Exactly what a browser sends.
pub(super) fn origin(text: &str) -> Checked {
    if text.contains('*') {
        return Err(format!(
            "{text:?}: patterns match nothing here, name each origin"
        ));
    }
    let origin = Url::parse(text).map(|url| url.origin().ascii_serialization());
    match origin {
        Ok(origin) if origin == text => Ok(()),
        Ok(origin) if origin != "null" => Err(format!("{text:?}: a browser would send {origin:?}")),
        _ => Err(format!(
            "{text:?} is not an origin such as https://www.example.com"
        )),
    }
}

/// A name, or a name and a port.
pub(super) fn host(text: &str) -> Checked {
    if text.contains('*') {
        return Err(format!(
            "{text:?}: patterns match nothing here, name each host"
        ));
    }
    let parsed = Url::parse(&format!("http://{text}/")).ok();
    let same = parsed.is_some_and(|url| {
        let name = url.host_str().unwrap_or_default();
        let with_port = url
            .port_or_known_default()
            .map(|port| format!("{name}:{port}"));
        text.eq_ignore_ascii_case(name)
            || with_port.is_some_and(|known| text.eq_ignore_ascii_case(&known))
    });
    if same {
        Ok(())
    } else {
        Err(format!("{text:?} is not a host such as www.example.com"))
    }
}

/// The widest networks of their own that anyone has: `10.0.0.0/8` and `fc00::/7`.
pub(super) fn network(network: &IpNet) -> Checked {
    let (widest, example) = match network {
        IpNet::V4(_) => (8, "10.0.0.0/8"),
        IpNet::V6(_) => (7, "fc00::/7"),
    };
    if network.prefix_len() < widest {
        return Err(format!(
            "{network} trusts strangers, who could then choose their address: name the proxies' own network, at most as wide as {example}"
        ));
    }
    if let IpNet::V6(mapped) = network
        && mapped.addr().to_ipv4_mapped().is_some()
    {
        return Err(format!(
            "{network}: write IPv4 networks as such, like 10.0.0.0/8"
        ));
    }
    Ok(())
}

pub(super) fn region(text: &str) -> Checked {
    if text.is_empty() {
        return Err("not set".to_owned());
    }
    if text.starts_with("oss-") {
        return Err(format!(
            "{text:?}: the region's name has no oss- in front, as in cn-hangzhou"
        ));
    }
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.bytes().all(plain) {
        return Ok(());
    }
    Err(format!("{text:?} is not a region such as cn-hangzhou"))
}

pub(super) fn bucket_name(text: &str) -> Checked {
    if text.is_empty() {
        return Err("not set".to_owned());
    }
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = text.bytes().next().is_some_and(plain) && text.bytes().last().is_some_and(plain);
    if (3..=63).contains(&text.len())
        && ends
        && text.bytes().all(|byte| plain(byte) || byte == b'-')
    {
        return Ok(());
    }
    Err(format!(
        "{text:?} is not a bucket name: 3 to 63 of a-z, 0-9 and -, a letter or digit first and last"
    ))
}
