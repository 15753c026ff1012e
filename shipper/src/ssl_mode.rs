//! How much of TLS the database's connection asks for.

use std::str::FromStr;

/// libpq's sslmode (PostgreSQL manual, "SSL Mode Descriptions"), without `allow`, which never helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SslMode {
    /// Plaintext only.
    Disable,
    /// TLS when the server offers it, unverified.
    Prefer,
    /// TLS or nothing; unverified unless a CA bundle is named.
    Require,
    /// TLS with a certificate of a trusted authority.
    VerifyCa,
    /// The same, and the certificate names the host.
    VerifyFull,
}

impl FromStr for SslMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "disable" => Ok(Self::Disable),
            "prefer" => Ok(Self::Prefer),
            "require" => Ok(Self::Require),
            "verify-ca" => Ok(Self::VerifyCa),
            "verify-full" => Ok(Self::VerifyFull),
            _ => Err(format!("is `{text}`; expected disable, prefer, require, verify-ca or verify-full")),
        }
    }
}
