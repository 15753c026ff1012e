//! What the ledger knows of objects.

use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use super::{Database, DatabaseError};
use crate::budget::Deadline;

/// The newest entry of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Key.
    pub key: String,
    /// Version of that entry.
    pub version_id: Option<String>,
    /// Its status.
    pub status: String,
}

impl Known {
    /// Whether records of it are rows of their target.
    pub fn is_loaded(&self) -> bool {
        matches!(self.status.as_str(), "loaded" | "partially_loaded")
    }

    fn of_row(row: &Row) -> Self {
        Self { key: row.get(0), version_id: row.get(1), status: row.get(2) }
    }
}

impl Database {
    /// The newest entries of these keys, as far as the ledger knows them. Asked on the kept connection, between transactions.
    ///
    /// # Errors
    /// There is no connection to be had, or the server refuses or does not answer in time.
    pub async fn known(
        &mut self,
        bucket: &str,
        keys: &[&str],
        deadline: Deadline,
    ) -> Result<Vec<Known>, DatabaseError> {
        let client = self.between_transactions(deadline).await?;
        let sql = "SELECT key, version_id, status FROM public.ingest_known($1::text, $2::text[])";
        let limit = self.settings().statement_timeout.min(deadline.left());
        let asked: [(&(dyn ToSql + Sync), Type); 2] = [(&bucket, Type::TEXT), (&keys, Type::TEXT_ARRAY)];
        // A connection that failed or did not answer is dropped with its client.
        let rows = tokio::time::timeout(limit, client.query_typed(sql, &asked))
            .await
            .map_err(|_| DatabaseError::Deadline)?
            .map_err(|error| DatabaseError::in_session(&error))?;
        self.keep(client);
        Ok(rows.iter().map(Known::of_row).collect())
    }
}
