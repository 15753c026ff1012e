//! What can go wrong with the database, and what each class of it asks for.

use std::fmt;
use std::time::Duration;

use super::Problem;

/// A fault of the database or of the way to it.
#[derive(Debug)]
pub enum DatabaseError {
    /// No connection could be made: host, port, TLS, timeout.
    Unreachable(Problem),
    /// The login was refused (class 28).
    LoginRefused(Problem),
    /// No login is known: the secret cannot be read or is not in RDS' shape.
    NoLogin(Problem),
    /// The connection was lost, or the server is going down.
    Lost(Problem),
    /// Two transactions stood in each other's way: deadlock, serialisation, lock timeout.
    Conflict(Problem),
    /// The server is out of something for a while (class 53).
    Exhausted(Problem),
    /// The time that was left is used up.
    Deadline,
    /// Something in the batch cannot be processed: a part of the batch may well be.
    Unprocessable(Problem),
    /// Anything else that the server says: another attempt would end alike.
    Refused(Problem),
}

impl DatabaseError {
    /// Sorts what happened in an established session.
    pub fn in_session(error: &tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(told) => Self::of_code(told.code().code(), Problem::of_session(told)),
            None => Self::Lost(plain(error).into()),
        }
    }

    /// Sorts what happened while connecting.
    pub fn in_connecting(error: &tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(told) => Self::of_code(told.code().code(), Problem::of_login(told)),
            None => Self::Unreachable(plain(error).into()),
        }
    }

    /// A connection attempt that got no answer.
    pub fn connect_timeout(limit: Duration) -> Self {
        Self::Unreachable(format!("no connection within {} ms", limit.as_millis()).into())
    }

    fn of_code(code: &str, text: Problem) -> Self {
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

    /// With the server's own words, for a person at a terminal: they may hold a record's values.
    pub fn in_full(&self) -> String {
        self.with(Problem::in_full)
    }

    fn with<'a>(&'a self, words: impl Fn(&'a Problem) -> &'a str) -> String {
        match self {
            Self::Unreachable(problem) => format!("cannot connect to the database: {}", words(problem)),
            Self::LoginRefused(problem) => format!("the database refused the login: {}", words(problem)),
            Self::NoLogin(problem) => format!("no login for the database: {}", words(problem)),
            Self::Lost(problem) => format!("the database connection was lost: {}", words(problem)),
            Self::Conflict(problem) => format!("another transaction stood in the way: {}", words(problem)),
            Self::Exhausted(problem) => format!("the database is out of resources: {}", words(problem)),
            Self::Deadline => "the invocation's time is used up".to_owned(),
            Self::Unprocessable(problem) => {
                format!("the database cannot process the batch: {}", words(problem))
            }
            Self::Refused(problem) => format!("the database refused: {}", words(problem)),
        }
    }
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
        formatter.write_str(&self.with(Problem::told))
    }
}

impl std::error::Error for DatabaseError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_of_sqlstate_has_its_handling() {
        let class = |code: &str| {
            let debug = format!("{:?}", DatabaseError::of_code(code, String::new().into()));
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
    fn only_faults_of_the_moment_are_worth_another_attempt() {
        let text = || Problem::from(String::new());
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
