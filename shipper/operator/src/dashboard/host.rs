//! Pure: which `Host` headers are answered.
//!
//! A page of another site can give its own name this machine's address (DNS rebinding), and a browser would then let it read
//! the dashboard. It cannot change the name that the browser sends. An address as host, or `localhost`, needs no name service.

use std::net::{IpAddr, Ipv6Addr};

/// Whether a request that was sent to this host is answered; `names` are those that the operator gave.
pub(super) fn is_ours(host: Option<&str>, names: &[String]) -> bool {
    let Some(name) = host.and_then(without_port) else { return false };
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_address = name.parse::<IpAddr>().is_ok()
        || name
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .is_some_and(|inner| inner.parse::<Ipv6Addr>().is_ok());
    is_address
        || name.eq_ignore_ascii_case("localhost")
        || names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The host without its port; none where the port is no number.
fn without_port(host: &str) -> Option<&str> {
    let start = host.rfind(']').unwrap_or(0);
    let Some(colon) = host[start..].find(':') else { return Some(host) };
    let (name, port) = host.split_at(start + colon);
    port[1..].parse::<u16>().ok().map(|_| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_localhost_are_answered() {
        for host in [
            "127.0.0.1:8042",
            "localhost",
            "LOCALHOST:1",
            "[::1]:8042",
            "[::1]",
            "10.0.0.7:80",
            "localhost.:80",
        ] {
            assert!(is_ours(Some(host), &[]), "{host}");
        }
    }

    #[test]
    fn names_are_answered_only_where_they_were_given() {
        for host in [
            "evil.example",
            "evil.example:8042",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "",
            "127.0.0.1:x",
            "[evil]",
            "a:b:c",
        ] {
            assert!(!is_ours(Some(host), &[]), "{host}");
        }
        assert!(!is_ours(None, &[]));
        assert!(is_ours(Some("Ingest.Example:8042"), &["ingest.example".to_owned()]));
    }
}
