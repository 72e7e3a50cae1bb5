//! Whose address a request comes from. `X-Forwarded-For` is what any client may write: only the part of it that
//! trusted proxies added counts.

use std::net::IpAddr;

use axum::http::HeaderMap;
use ipnet::IpNet;

pub(crate) fn client_ip(
    peer: Option<IpAddr>,
    headers: &HeaderMap,
    trusted: &[IpNet],
) -> Option<IpAddr> {
    let is_trusted = |ip: IpAddr| trusted.iter().any(|network| network.contains(&ip));
    let mut client = peer?.to_canonical();
    if !is_trusted(client) {
        return Some(client);
    }
    let hops: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    // Each proxy appends the peer that it saw: walk back for as long as the one who wrote an entry is trusted.
    for hop in hops.into_iter().rev() {
        let Ok(ip) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        client = ip.to_canonical();
        if !is_trusted(client) {
            break;
        }
    }
    Some(client)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        client_ip(peer.parse().ok(), &headers, &trusted)
            .unwrap()
            .to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_its_address() {
        assert_eq!(seen("203.0.113.7", &["1.2.3.4"]), "203.0.113.7");
        assert_eq!(seen("::ffff:203.0.113.7", &[]), "203.0.113.7");
    }

    #[test]
    fn what_trusted_proxies_added_counts_and_nothing_before_it() {
        assert_eq!(seen("10.0.0.2", &["203.0.113.7"]), "203.0.113.7");
        assert_eq!(
            seen("10.0.0.2", &["1.2.3.4, 203.0.113.7, 10.0.0.9"]),
            "203.0.113.7"
        );
        assert_eq!(seen("10.0.0.2", &["1.2.3.4", "203.0.113.7"]), "203.0.113.7");
        assert_eq!(
            seen("10.0.0.2", &["1.2.3.4, nonsense, 10.0.0.9"]),
            "10.0.0.9"
        );
        assert_eq!(seen("::1", &["2001:db8::5"]), "2001:db8::5");
        assert_eq!(seen("10.0.0.2", &[]), "10.0.0.2");
    }
}
