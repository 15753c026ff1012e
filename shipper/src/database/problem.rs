//! What the server said, and how much of it a log may repeat.
//!
//! A trigger, a CHECK's function or a cast may raise any message under any SQLSTATE, with a record's values in it. So a
//! message is repeated only where it is one of a list that holds no values; of any other, the SQLSTATE is told. DETAIL
//! and CONTEXT are never read.

use std::fmt;

use tokio_postgres::error::DbError;

/// Messages of PostgreSQL and PgBouncer that hold no value, each with what helps (empty where the message says it).
const REPEATED: [(&str, &str); 29] = [
    ("deadlock detected", ""),
    ("could not serialize access due to concurrent update", ""),
    ("could not serialize access due to concurrent delete", ""),
    ("could not serialize access due to read/write dependencies among transactions", ""),
    ("canceling statement due to lock timeout", "LOCK_TIMEOUT_MS is the limit"),
    (
        "canceling statement due to statement timeout",
        "STATEMENT_TIMEOUT_MS is the limit, or what was left of the deadline",
    ),
    ("canceling statement due to user request", ""),
    ("terminating connection due to administrator command", ""),
    (
        "terminating connection due to idle-in-transaction timeout",
        "IDLE_IN_TRANSACTION_TIMEOUT_MS is the limit",
    ),
    ("terminating connection because of crash of another server process", ""),
    ("the database system is starting up", ""),
    ("the database system is shutting down", ""),
    ("the database system is in recovery mode", ""),
    ("sorry, too many clients already", "max_connections of the server, or fewer shippers at a time"),
    ("out of memory", ""),
    ("out of shared memory", "max_locks_per_transaction of the server"),
    ("stack depth limit exceeded", ""),
    ("cannot execute COPY FROM in a read-only transaction", "this is a reader; connect to the writer"),
    (
        "transaction blocks not allowed in statement pooling mode",
        "set PgBouncer's pool_mode to transaction or session",
    ),
    ("query_wait_timeout", "PgBouncer found no free server connection; raise its pool size"),
    ("permission denied for schema ingest", "GRANT ingest_shipper to the login"),
    ("permission denied for table staging", "GRANT ingest_shipper to the login"),
    ("permission denied for function ingest_process_staging", "GRANT ingest_shipper to the login"),
    ("permission denied for function ingest_reject_message", "GRANT ingest_shipper to the login"),
    ("permission denied for function ingest_status", "GRANT ingest_shipper to the login"),
    ("permission denied for function version", "GRANT ingest_shipper to the login"),
    ("schema \"ingest\" does not exist", "apply migrations/ to this database"),
    ("relation \"ingest.staging\" does not exist", "apply migrations/ to this database"),
    ("function public.ingest_process_staging(uuid) does not exist", "apply migrations/ to this database"),
];

/// The classes of SQLSTATE that a load can meet (PostgreSQL manual, appendix A).
const CLASSES: [(&str, &str); 20] = [
    ("08", "connection exception"),
    ("0A", "feature not supported"),
    ("22", "data exception"),
    ("23", "integrity constraint violation"),
    ("25", "invalid transaction state"),
    ("26", "invalid statement name"),
    ("28", "invalid authorization"),
    ("2B", "dependent privileges"),
    ("3D", "invalid database name"),
    ("3F", "invalid schema name"),
    ("40", "transaction rollback"),
    ("42", "syntax error or access rule violation"),
    ("44", "WITH CHECK OPTION violation"),
    ("53", "insufficient resources"),
    ("54", "program limit exceeded"),
    ("55", "object not in prerequisite state"),
    ("57", "operator intervention"),
    ("58", "system error"),
    ("P0", "raised by PL/pgSQL"),
    ("XX", "internal error"),
];

/// What went wrong, in words that hold no record's values; beside them, for a person at a terminal, the server's own.
#[derive(Clone, PartialEq, Eq)]
pub struct Problem {
    told: String,
    withheld: Option<String>,
}

impl Problem {
    /// Of an answer to what a user's code may have had a part in.
    pub(super) fn of_session(error: &DbError) -> Self {
        Self::of_message(error.code().code(), error.message())
    }

    /// Of an answer to a login: no record has been sent yet, so all of it may be told.
    pub(super) fn of_login(error: &DbError) -> Self {
        format!("SQLSTATE {}: {}", error.code().code(), error.message()).into()
    }

    fn of_message(code: &str, message: &str) -> Self {
        if let Some((_, help)) = REPEATED.iter().find(|(known, _)| *known == message) {
            let help = if help.is_empty() { String::new() } else { format!(" ({help})") };
            return format!("SQLSTATE {code}: {message}{help}").into();
        }
        let class = CLASSES.iter().find(|(class, _)| code.starts_with(class));
        let class = class.map_or_else(String::new, |(_, name)| format!(", {name}"));
        Self {
            told: format!(
                "SQLSTATE {code}{class}; the message may hold data and is only in the database server's log"
            ),
            withheld: Some(format!("SQLSTATE {code}: {message}")),
        }
    }

    /// In words that hold no record's values.
    pub fn told(&self) -> &str {
        &self.told
    }

    /// With the server's own words, for the person who has the data anyway.
    pub fn in_full(&self) -> &str {
        self.withheld.as_deref().unwrap_or(&self.told)
    }
}

impl From<String> for Problem {
    /// The shipper's own words.
    fn from(told: String) -> Self {
        Self { told, withheld: None }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.told)
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each class, and those whose usual message would be repeated.
    const CODES: [&str; 24] = [
        "08006", "0A000", "22P02", "22021", "23505", "23514", "25006", "28000", "40001", "40P01", "42501",
        "42P01", "44000", "45000", "53100", "54000", "55000", "55P03", "57014", "57P01", "58030", "P0001",
        "XX000", "XX001",
    ];

    #[test]
    fn a_message_that_may_hold_a_value_is_not_told_whatever_its_sqlstate() {
        for code in CODES {
            for message in ["canary", "deadlock detected: canary", "relation \"canary\" does not exist"] {
                let problem = Problem::of_message(code, message);
                assert!(!format!("{problem} {problem:?}").contains("canary"), "{problem}");
                assert!(problem.to_string().contains(code), "{problem}");
                assert_eq!(problem.in_full(), format!("SQLSTATE {code}: {message}"));
            }
        }
    }

    #[test]
    fn a_message_of_the_list_is_told_with_what_helps() {
        let problem = Problem::of_message("57014", "canceling statement due to statement timeout");
        assert!(problem.to_string().starts_with("SQLSTATE 57014: canceling statement"), "{problem}");
        assert!(problem.to_string().contains("STATEMENT_TIMEOUT_MS"), "{problem}");
    }
}
