//! TCP ports on the loopback address.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result};

/// A TCP port on 127.0.0.1 that nothing listens on.
///
/// # Errors
/// When the operating system has no port left to give.
pub fn free() -> Result<u16> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free TCP port on 127.0.0.1 could be had")?;
    Ok(listener.local_addr().context("the new listener has no address")?.port())
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
    fn a_free_port_is_free() {
        require_free(free().unwrap()).unwrap();
    }

    #[test]
    fn a_taken_port_is_named() {
        let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = holder.local_addr().unwrap().port();
        let error = require_free(port).unwrap_err();
        assert!(error.to_string().contains(&format!("port {port}")), "{error}");
    }
}
