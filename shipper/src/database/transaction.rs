//! One batch's transaction. Whatever is not committed by [`Transaction::commit`] is rolled back: dropping a
//! transaction drops its connection, and with it everything that it did.

use std::time::Duration;

use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use super::{CopyWriter, DatabaseError};
use crate::budget::{Attempts, Deadline};
use crate::notification::{ObjectReference, Rejection};
use crate::settings::DatabaseSettings;

/// Kept of the time that is left for COMMIT, when a statement's own limit is set.
const COMMIT_RESERVE: Duration = Duration::from_millis(500);

/// An open transaction.
#[must_use = "dropping a transaction rolls it back and closes its connection"]
pub struct Transaction {
    client: Client,
    statement_timeout: Duration,
    attempts: u32,
}

/// What becomes of staged files that the ledger knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// They are deliveries of what was loaded.
    Once,
    /// They are loaded again where they bring their key's newest content.
    Again,
}

/// What `public.ingest_process_staging` reports.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Processed {
    /// Files in the batch, deferred ones among them.
    pub files: i32,
    /// Files loaded whole.
    pub loaded: i32,
    /// Files loaded in part.
    pub partially_loaded: i32,
    /// Files that could not be loaded.
    pub failed: i32,
    /// Duplicates, stale and missing files, and removals that nobody asked for.
    pub skipped: i32,
    /// Objects that were removed, where their dataset goes by that.
    pub removed: i32,
    /// Files that their dataset's target cannot take now: not settled, to be staged again.
    pub deferred: i32,
    /// Records found.
    pub records: i64,
    /// Records that became rows.
    pub rows_loaded: i64,
    /// Records in quarantine.
    pub rows_rejected: i64,
    /// Records that lost to a newer version.
    pub rows_stale: i64,
    /// Records that a dataset's filter leaves out.
    pub rows_filtered: i64,
    /// Records by which the row of their key went, or was gone.
    pub rows_deleted: i64,
    /// Those of `rows_filtered` whose key is erased and does not come back.
    pub rows_suppressed: i64,
    /// Rows of former versions of objects, and of removed ones, that went. They are no records.
    pub rows_removed: i64,
    /// Rows of children inside of the records. They are no records.
    pub child_rows_loaded: i64,
    /// Children that were left out of records that are loaded.
    pub child_rows_rejected: i64,
    /// Milliseconds that the database took.
    pub elapsed_ms: f64,
}

impl Transaction {
    /// Begins. Settings are local to the transaction: they hold behind PgBouncer as well, and a rotated
    /// login, which inherits no ALTER ROLE, has them too.
    /// Bodies may be held in the server's memory, since they are processed in this transaction or not at all.
    pub(super) async fn begin(
        client: Client,
        settings: &DatabaseSettings,
        request_id: &str,
    ) -> Result<Self, DatabaseError> {
        let begin = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \
             SET LOCAL statement_timeout = {}; SET LOCAL lock_timeout = {}; \
             SET LOCAL idle_in_transaction_session_timeout = {}; SET LOCAL synchronous_commit = on; \
             SET LOCAL TimeZone = 'UTC'; SET LOCAL client_encoding = 'UTF8'; SET LOCAL search_path = pg_catalog, pg_temp",
            settings.statement_timeout.as_millis(),
            settings.lock_timeout.as_millis(),
            settings.idle_in_transaction_timeout.as_millis()
        );
        // Bodies are held by the extension's library, which may be gone or of another release. The pipeline knows.
        let name_request = "SELECT pg_catalog.set_config('ingest.request_id', $1, true),
            pg_catalog.set_config('ingest.hold_bodies', CASE public.ingest_engine() WHEN 'native' THEN 'on' ELSE 'off' END, true)";
        // Both leave in one packet; the second waits for nothing that the first returns.
        futures_util::future::try_join(
            client.batch_execute(&begin),
            client.query_typed(name_request, &[(&request_id, Type::TEXT)]),
        )
        .await
        .map_err(|error| DatabaseError::in_session(&error))?;
        Ok(Self { client, statement_timeout: settings.statement_timeout, attempts: settings.attempts })
    }

    /// Begins a COPY into staging.
    ///
    /// # Errors
    /// The server refuses or is gone.
    pub async fn copy(&self) -> Result<CopyWriter, DatabaseError> {
        CopyWriter::begin(&self.client).await
    }

    /// Marks a point that [`Self::back_to_mark`] returns to.
    ///
    /// # Errors
    /// The server is gone.
    pub async fn mark(&self) -> Result<(), DatabaseError> {
        self.run("SAVEPOINT staged").await
    }

    /// Undoes everything since [`Self::mark`], also an error.
    ///
    /// # Errors
    /// The server is gone.
    pub async fn back_to_mark(&self) -> Result<(), DatabaseError> {
        self.run("ROLLBACK TO SAVEPOINT staged").await
    }

    /// Keeps a message that is no notification.
    ///
    /// # Errors
    /// The server refuses or is gone.
    pub async fn reject_message(
        &self,
        message_id: &str,
        body: &str,
        rejection: &Rejection,
    ) -> Result<(), DatabaseError> {
        let sql = "SELECT public.ingest_reject_message($1::text, $2::text, $3::text, $4::text)";
        // PostgreSQL's text holds no NUL; its JSON escape is as readable and harms nothing.
        let texts = [message_id, body, rejection.error_code, &rejection.error]
            .map(|text| text.replace('\0', "\\u0000"));
        let [message_id, body, error_code, error] = &texts;
        let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 4] =
            [(message_id, Type::TEXT), (body, Type::TEXT), (error_code, Type::TEXT), (error, Type::TEXT)];
        self.client.query_typed(sql, &parameters).await.map_err(|error| DatabaseError::in_session(&error))?;
        Ok(())
    }

    /// Processes what was staged. A deadlock or serialisation failure undoes only the processing and is tried again;
    /// the staged bytes stay where they are.
    ///
    /// # Errors
    /// The database's error once no attempt or no time is left.
    pub async fn process(
        &self,
        batch: Uuid,
        manner: Manner,
        deadline: Deadline,
    ) -> Result<Processed, DatabaseError> {
        let mut attempts = Attempts::new(self.attempts);
        loop {
            let left = deadline.left().saturating_sub(COMMIT_RESERVE);
            if left.is_zero() {
                return Err(DatabaseError::Deadline);
            }
            let limit = self.statement_timeout.min(left).as_millis().max(1);
            self.run(&format!("SET LOCAL statement_timeout = {limit}; SAVEPOINT processing")).await?;
            let conflict = match self.process_once(batch, manner).await {
                Err(DatabaseError::Conflict(problem)) => problem,
                outcome => return outcome,
            };
            match attempts.next_wait().filter(|wait| *wait < deadline.left()) {
                None => return Err(DatabaseError::Conflict(conflict)),
                Some(wait) => {
                    tracing::info!(problem = %conflict, attempt = attempts.made(), "processing again");
                    self.run("ROLLBACK TO SAVEPOINT processing").await?;
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    async fn process_once(&self, batch: Uuid, manner: Manner) -> Result<Processed, DatabaseError> {
        let sql = match manner {
            Manner::Once => "SELECT * FROM public.ingest_process_staging($1::uuid)",
            Manner::Again => "SELECT * FROM public.ingest_load_again($1::uuid)",
        };
        let row = self
            .client
            .query_typed_one(sql, &[(&batch, Type::UUID)])
            .await
            .map_err(|error| DatabaseError::in_session(&error))?;
        Processed::of_row(&row).map_err(|error| {
            DatabaseError::Refused(format!("ingest_process_staging answers otherwise: {error}").into())
        })
    }

    /// The files of the batch just processed that are deferred.
    ///
    /// # Errors
    /// The server refuses or is gone.
    pub async fn deferred(&self, batch: Uuid) -> Result<Vec<DeferredFile>, DatabaseError> {
        let sql =
            "SELECT bucket, key, version_id, dataset, sqlstate, error FROM public.ingest_deferred($1::uuid)";
        let rows = self
            .client
            .query_typed(sql, &[(&batch, Type::UUID)])
            .await
            .map_err(|error| DatabaseError::in_session(&error))?;
        let files = rows.iter().map(|row| DeferredFile {
            bucket: row.get::<_, Option<String>>(0).unwrap_or_default(),
            key: row.get(1),
            version_id: row.get(2),
            dataset: row.get(3),
            sqlstate: row.get(4),
            error: row.get(5),
        });
        Ok(files.collect())
    }

    /// A table and its registration for what is staged, as SQL. Nothing of it is kept.
    ///
    /// # Errors
    /// The samples hold no record, or the server refuses or is gone.
    pub async fn infer(
        &self,
        batch: Uuid,
        prefix: Option<&str>,
        target: Option<&str>,
    ) -> Result<String, DatabaseError> {
        let sql = "SELECT public.ingest_infer_staged($1::uuid, $2::text, $3::text)";
        let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] =
            [(&batch, Type::UUID), (&prefix, Type::TEXT), (&target, Type::TEXT)];
        let row = self.client.query_typed_one(sql, &parameters).await;
        row.map(|row| row.get(0)).map_err(|error| DatabaseError::in_session(&error))
    }

    /// Commits and hands the connection back. Only after this are the batch's messages acknowledged. When its answer
    /// is lost, nobody knows whether it committed: the messages return, and the ledger tells the second time.
    ///
    /// # Errors
    /// The server refuses or is gone.
    pub async fn commit(self) -> Result<Client, DatabaseError> {
        self.run("COMMIT").await?;
        Ok(self.client)
    }

    /// Ends a transaction that did nothing, and hands the connection back.
    ///
    /// # Errors
    /// The server is gone.
    pub async fn roll_back(self) -> Result<Client, DatabaseError> {
        self.run("ROLLBACK").await?;
        Ok(self.client)
    }

    async fn run(&self, sql: &str) -> Result<(), DatabaseError> {
        self.client.batch_execute(sql).await.map_err(|error| DatabaseError::in_session(&error))
    }
}

/// A file that its dataset's target cannot take now.
#[derive(Clone, PartialEq, Eq)]
pub struct DeferredFile {
    /// Bucket; empty for none.
    pub bucket: String,
    /// Key.
    pub key: String,
    /// Version.
    pub version_id: Option<String>,
    /// The dataset at fault.
    pub dataset: String,
    /// Of the error that the target raised.
    pub sqlstate: String,
    /// That error's message, which may hold data: for a person, never for the log.
    pub error: String,
}

impl DeferredFile {
    /// Whether this is the object. Where a reference names no version, the one that was fetched is meant. S3 writes the version `null` where versioning is suspended, which is none.
    pub fn is(&self, object: &ObjectReference) -> bool {
        let version = |version: &Option<String>| version.clone().filter(|version| version != "null");
        self.bucket == object.bucket
            && self.key == object.key
            && (object.version_id.is_none() || version(&self.version_id) == version(&object.version_id))
    }
}

/// What stands in a column that an older release does not have; 0 there.
fn later<'a, T: FromSql<'a> + Default>(row: &'a Row, name: &str) -> Result<T, tokio_postgres::Error> {
    if row.columns().iter().any(|column| column.name() == name) {
        row.try_get(name)
    } else {
        Ok(T::default())
    }
}

impl Processed {
    /// By name: a column may be added behind, and a release back some are not there.
    fn of_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            files: row.try_get("files")?,
            loaded: row.try_get("loaded")?,
            partially_loaded: row.try_get("partially_loaded")?,
            failed: row.try_get("failed")?,
            skipped: row.try_get("skipped")?,
            removed: later(row, "removed")?,
            deferred: later(row, "deferred")?,
            records: row.try_get("records")?,
            rows_loaded: row.try_get("rows_loaded")?,
            rows_rejected: row.try_get("rows_rejected")?,
            rows_stale: row.try_get("rows_stale")?,
            rows_filtered: later(row, "rows_filtered")?,
            rows_deleted: later(row, "rows_deleted")?,
            rows_suppressed: later(row, "rows_suppressed")?,
            rows_removed: later(row, "rows_removed")?,
            child_rows_loaded: later(row, "child_rows_loaded")?,
            child_rows_rejected: later(row, "child_rows_rejected")?,
            elapsed_ms: row.try_get("elapsed_ms")?,
        })
    }

    /// Adds another batch's figures.
    pub fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.loaded += other.loaded;
        self.partially_loaded += other.partially_loaded;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.removed += other.removed;
        self.deferred += other.deferred;
        self.records += other.records;
        self.rows_loaded += other.rows_loaded;
        self.rows_rejected += other.rows_rejected;
        self.rows_stale += other.rows_stale;
        self.rows_filtered += other.rows_filtered;
        self.rows_deleted += other.rows_deleted;
        self.rows_suppressed += other.rows_suppressed;
        self.rows_removed += other.rows_removed;
        self.child_rows_loaded += other.child_rows_loaded;
        self.child_rows_rejected += other.child_rows_rejected;
        self.elapsed_ms += other.elapsed_ms;
    }
}
