//! What one logs in with.

use std::fmt;

/// A password: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Sensitive(String);

impl Sensitive {
    /// Guards a text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for the one who logs in with it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(not shown)")
    }
}

/// All that a connection needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Host name, address, or the directory of a Unix socket.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Database; the user's name where nothing names one, as with libpq.
    pub database: String,
    /// User.
    pub user: String,
    /// Password; none for `trust`, `peer` and certificates.
    pub password: Option<Sensitive>,
}
