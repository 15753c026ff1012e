//! TCP ports on the loopback address.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};

/// Below the ports that Linux gives to outgoing connections: one that is free now is not taken by a connection before its
/// server, which first has to be set up, listens on it.
const PORTS: Range<u16> = 12_000..32_000;
/// Spreads the processes over the ports, so that those which start at once try different ones.
const STEP_BETWEEN_PROCESSES: u32 = 61;

/// A TCP port on 127.0.0.1 that nothing listens on. No two calls of a process give the same one, however long its server
/// takes to listen.
///
/// # Errors
/// When every port is taken.
pub fn free() -> Result<u16> {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id().wrapping_mul(STEP_BETWEEN_PROCESSES);
    let next = || {
        let number =
            first.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)) % u32::from(PORTS.end - PORTS.start);
        u16::try_from(number).map_or(PORTS.start, |number| PORTS.start + number)
    };
    let mut tried = std::iter::repeat_with(next).take(PORTS.len());
    tried.find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok()).with_context(|| {
        format!("no TCP port from {} to {} on 127.0.0.1 is free", PORTS.start, PORTS.end - 1)
    })
}

/// Fails with what to do when something already listens on `port` of 127.0.0.1.
///
/// # Errors
/// When the port is taken or may not be used.
pub fn require_free(port: u16) -> Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map(drop).with_context(|| {
        format!("port {port} on 127.0.0.1 cannot be used; stop what listens there, or name another port")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_port_is_free_and_given_once() {
        let ports = [free().unwrap(), free().unwrap(), free().unwrap()];
        ports.into_iter().for_each(|port| require_free(port).unwrap());
        assert!(ports[0] != ports[1] && ports[1] != ports[2] && ports[0] != ports[2], "{ports:?}");
    }

    #[test]
    fn a_taken_port_is_named() {
        let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = holder.local_addr().unwrap().port();
        let error = require_free(port).unwrap_err();
        assert!(error.to_string().contains(&format!("port {port}")), "{error}");
    }
}
