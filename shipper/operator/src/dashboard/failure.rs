//! Why a view cannot be shown, and what to do about it.

use std::fmt::Display;

use hyper::StatusCode;
use tokio_postgres::error::SqlState;

/// What is shown in the place of a view.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) status: StatusCode,
    /// What has happened.
    pub(super) headline: String,
    /// The cause in the words of whoever noticed it.
    pub(super) detail: String,
    /// What to do.
    pub(super) advice: &'static str,
}

impl Failure {
    /// The database cannot be reached or does not let the login in.
    pub(super) fn unreachable(cause: &dyn Display) -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            headline: "The database cannot be reached".to_owned(),
            detail: cause.to_string(),
            advice: "Check the connection with `pg-ingest check`, then load this page again. Loading of files does not depend on this page.",
        }
    }

    /// The database refused a view.
    pub(super) fn database(error: &tokio_postgres::Error) -> Self {
        let Some(told) = error.as_db_error() else { return Self::unreachable(error) };
        let advice = match told.code() {
            code if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
                "The page reads as ingest_reader. Let the login be it: GRANT ingest_reader TO the_login;"
            }
            code if [SqlState::UNDEFINED_TABLE, SqlState::UNDEFINED_FUNCTION, SqlState::UNDEFINED_COLUMN]
                .contains(code)
                || *code == SqlState::INVALID_PARAMETER_VALUE =>
            {
                "Apply the migrations of this release to this database: docs/upgrading.md."
            }
            code if *code == SqlState::QUERY_CANCELED => {
                "The view took longer than 10 s. Choose a shorter time, or look again when the server is less busy."
            }
            _ => "Load the page again. If it stays, look at the server's log.",
        };
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            headline: "The database refused this view".to_owned(),
            detail: format!("{} (SQLSTATE {})", told.message(), told.code().code()),
            advice,
        }
    }

    /// An answer is not what this release expects.
    pub(super) fn unreadable(cause: &dyn Display) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            headline: "The database answered with something that this release does not know".to_owned(),
            detail: cause.to_string(),
            advice: "Use the pg-ingest of the release that the database was migrated with.",
        }
    }

    /// What was asked for is not there.
    pub(super) fn absent(what: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            headline: format!("There is no {what}"),
            detail: "It may have been pruned since the link was made.".to_owned(),
            advice: "ingest_prune() forgets what is older than it was told to keep.",
        }
    }
}
