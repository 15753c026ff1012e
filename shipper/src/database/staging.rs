//! What lies in `ingest.staging`.

use std::time::Duration;

use super::{Database, DatabaseError};
use crate::budget::Deadline;

/// An answer that takes longer is not worth the wait.
const LIMIT: Duration = Duration::from_secs(2);

/// What is staged and not processed, besides the batch of whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staging {
    /// Files that were staged and committed, counted to 100,000 at most.
    pub files: u64,
    /// Size of the table, with what open transactions have staged.
    pub bytes: u64,
    /// Age of the oldest other transaction that has files staged, as far as the login may see when it began: of its own sessions.
    pub oldest_s: u64,
}

impl Database {
    /// Asks on the kept connection, between transactions; `None` where none is kept.
    ///
    /// # Errors
    /// The server refuses or does not answer in time.
    pub async fn staging(&mut self, deadline: Deadline) -> Result<Option<Staging>, DatabaseError> {
        let Some(client) = self.take_kept() else {
            return Ok(None);
        };
        let sql = "SELECT public.ingest_staged(), pg_catalog.pg_total_relation_size('ingest.staging'), \
            (SELECT coalesce(max(greatest(extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start), 0)), 0)::bigint \
             FROM pg_catalog.pg_stat_activity AS a WHERE a.pid <> pg_catalog.pg_backend_pid() AND a.pid IN (SELECT l.pid \
               FROM pg_catalog.pg_locks AS l WHERE l.locktype = 'relation' AND l.relation = 'ingest.staging'::pg_catalog.regclass \
                 AND l.mode = 'RowExclusiveLock' AND l.granted AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d \
                   WHERE d.datname = pg_catalog.current_database())))";
        // A connection that failed or did not answer is dropped with its client.
        let row = tokio::time::timeout(LIMIT.min(deadline.left()), client.query_typed_one(sql, &[]))
            .await
            .map_err(|_| DatabaseError::Deadline)?
            .map_err(|error| DatabaseError::in_session(&error))?;
        self.keep(client);
        let number = |place: usize| row.get::<_, i64>(place).unsigned_abs();
        Ok(Some(Staging { files: number(0), bytes: number(1), oldest_s: number(2) }))
    }
}
