//! What can go wrong with the database, and what each class of it asks for.

use std::fmt;
use std::time::Duration;

use tokio_postgres::error::{DbError, SqlState};

/// A fault of the database or of the way to it.
#[derive(Debug)]
pub enum DatabaseError {
    /// No connection could be made: host, port, TLS, timeout.
    Unreachable(String),
    /// The login was refused (class 28).
    LoginRefused(String),
    /// No login is known: the secret cannot be read or is not in RDS' shape.
    NoLogin(String),
    /// The connection was lost, or the server is going down.
    Lost(String),
    /// Two transactions stood in each other's way: deadlock, serialisation, lock timeout.
    Conflict(String),
    /// The server is out of something for a while (class 53).
    Exhausted(String),
    /// The time that was left is used up.
    Deadline,
    /// Something in the batch cannot be processed: a part of the batch may well be.
    Unprocessable(String),
    /// Anything else that the server says: another attempt would end alike.
    Refused(String),
}

impl DatabaseError {
    /// Sorts what happened in an established session.
    pub fn in_session(error: &tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(told) => Self::of_server(told),
            None => Self::Lost(plain(error)),
        }
    }

    /// Sorts what happened while connecting.
    pub fn in_connecting(error: &tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(told) => Self::of_server(told),
            None => Self::Unreachable(plain(error)),
        }
    }

    /// A connection attempt that got no answer.
    pub fn connect_timeout(limit: Duration) -> Self {
        Self::Unreachable(format!("no connection within {} ms", limit.as_millis()))
    }

    fn of_server(told: &DbError) -> Self {
        Self::of_code(told.code().code(), describe(told))
    }

    fn of_code(code: &str, text: String) -> Self {
        let class = code.get(..2).unwrap_or_default();
        match (class, code.get(2..).unwrap_or_default()) {
            ("28", _) => Self::LoginRefused(text),
            // 57P01 to 57P03: shutting down, crashed, starting up; 57P05 and 25P03: idle for too long; 25006: the writer
            // has become a reader. In each case another connection is what helps.
            ("08", _) | ("57", "P01" | "P02" | "P03" | "P05") | ("25", "P03" | "006") => Self::Lost(text),
            ("40", _) | ("55", "P03") => Self::Conflict(text),
            ("53", _) => Self::Exhausted(text),
            // Data, constraints, limits, raised errors, internal errors, and 57014: a statement that took too long.
            ("22" | "23" | "54" | "P0" | "XX", _) | ("57", "014") => Self::Unprocessable(text),
            _ => Self::Refused(text),
        }
    }

    /// Whether the same batch, from its beginning, may succeed a moment later. (A conflict has by then been tried
    /// again where it arose, without staging anew.)
    pub fn is_worth_another_attempt(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::Exhausted(_) | Self::Unreachable(_))
    }

    /// Whether no server was reached at all: then few attempts are enough, since the queue repeats later anyway.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }
}

/// The server's words, where they cannot quote data. DETAIL and CONTEXT may quote whole rows and are never told.
fn describe(told: &DbError) -> String {
    let code = told.code().code();
    if quotes_data(code) {
        format!("SQLSTATE {code} (its message may quote data and is not shown)")
    } else {
        format!("SQLSTATE {code}: {}", told.message())
    }
}

/// Whether messages of this code quote values: data exceptions, constraint violations, and what triggers raise.
fn quotes_data(code: &str) -> bool {
    code.starts_with("22") || code.starts_with("23") || code == SqlState::RAISE_EXCEPTION.code()
}

/// An error that is not the server's, with its causes.
fn plain(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let told = inner.to_string();
        if !text.contains(&told) {
            text = format!("{text}: {told}");
        }
        cause = inner.source();
    }
    text
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(problem) => write!(formatter, "cannot connect to the database: {problem}"),
            Self::LoginRefused(problem) => write!(formatter, "the database refused the login: {problem}"),
            Self::NoLogin(problem) => write!(formatter, "no login for the database: {problem}"),
            Self::Lost(problem) => write!(formatter, "the database connection was lost: {problem}"),
            Self::Conflict(problem) => write!(formatter, "another transaction stood in the way: {problem}"),
            Self::Exhausted(problem) => write!(formatter, "the database is out of resources: {problem}"),
            Self::Deadline => write!(formatter, "the invocation's time is used up"),
            Self::Unprocessable(problem) => {
                write!(formatter, "the database cannot process the batch: {problem}")
            }
            Self::Refused(problem) => write!(formatter, "the database refused: {problem}"),
        }
    }
}

impl std::error::Error for DatabaseError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_of_sqlstate_has_its_handling() {
        let class = |code: &str| {
            let debug = format!("{:?}", DatabaseError::of_code(code, String::new()));
            debug.split('(').next().unwrap_or_default().to_owned()
        };
        for (codes, expected) in [
            (vec!["28P01", "28000"], "LoginRefused"),
            (vec!["08006", "08003", "57P01", "57P02", "57P03", "57P05", "25P03", "25006"], "Lost"),
            (vec!["40P01", "40001", "55P03"], "Conflict"),
            (vec!["53100", "53200", "53300"], "Exhausted"),
            (vec!["22003", "23505", "54001", "P0001", "XX000", "57014"], "Unprocessable"),
            (vec!["42501", "42883", "3D000", "0A000", "55006", "", "4"], "Refused"),
        ] {
            for code in codes {
                assert_eq!(class(code), expected, "{code}");
            }
        }
    }

    #[test]
    fn what_may_quote_data_is_not_told() {
        for code in ["22P02", "22021", "23505", "23514", "P0001"] {
            assert!(quotes_data(code), "{code}");
        }
        for code in ["40P01", "28P01", "57P01", "42501", "XX000"] {
            assert!(!quotes_data(code), "{code}");
        }
    }

    #[test]
    fn only_faults_of_the_moment_are_worth_another_attempt() {
        let text = String::new;
        for error in [
            DatabaseError::Lost(text()),
            DatabaseError::Exhausted(text()),
            DatabaseError::connect_timeout(Duration::from_millis(5)),
        ] {
            assert!(error.is_worth_another_attempt(), "{error:?}");
        }
        for error in [
            DatabaseError::Refused(text()),
            DatabaseError::Unprocessable(text()),
            DatabaseError::LoginRefused(text()),
            DatabaseError::NoLogin(text()),
            DatabaseError::Conflict(text()),
            DatabaseError::Deadline,
        ] {
            assert!(!error.is_worth_another_attempt(), "{error:?}");
        }
    }
}
