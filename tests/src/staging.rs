//! Staging and processing as the shipper does it: its role, one transaction, one call.

use anyhow::{Context, Result};
use postgres::{Client, Error, GenericClient};

use crate::case::File;

/// What `ingest_process_staging()` returned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Each count with its column's name, in the function's order; the elapsed time is left out.
    pub counts: Vec<(String, i64)>,
    /// What `ingest_deferred()` told of the batch, in the order of the keys.
    pub deferred: Vec<Deferred>,
    /// Tables that grow with what is loaded, and that [`run_batch`] saw the batch read from end to end.
    pub scanned: Vec<String>,
}

/// A file that waits for its dataset's target to be mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deferred {
    /// The S3 bucket.
    pub bucket: String,
    /// The S3 key.
    pub key: String,
    /// The dataset that it waits for.
    pub dataset: String,
    /// What PostgreSQL said: the SQLSTATE, then the words.
    pub error: String,
}

impl Outcome {
    /// The count of that name, 0 where there is none.
    #[must_use]
    pub fn count(&self, name: &str) -> i64 {
        self.counts.iter().find(|(known, _)| known == name).map_or(0, |(_, count)| *count)
    }
}

/// The uuid of the n-th batch of a test: the same in every run.
#[must_use]
pub fn batch_id(n: usize) -> String {
    format!("00000000-0000-4000-8000-{n:012}")
}

/// A file with its bytes ready, so that staging it again costs nothing.
#[derive(Debug, Clone)]
pub struct Staged {
    file: File,
    body: Option<Vec<u8>>,
}

impl Staged {
    /// Makes the bytes of a case's file.
    pub fn from_case(file: &File) -> Result<Self> {
        let body = file.body.as_ref().map(|body| body.bytes()).transpose()?;
        Ok(Self { file: file.clone(), body })
    }

    /// Staged from bytes at hand; the file's own body is not looked at.
    #[must_use]
    pub fn from_bytes(file: File, body: Vec<u8>) -> Self {
        Self { file, body: Some(body) }
    }

    /// A row without a body, of which the file's `error_code` says why.
    #[must_use]
    pub fn without_body(file: File) -> Self {
        Self { file, body: None }
    }
}

const INSERT: &str = "INSERT INTO ingest.staging
  (batch_id, bucket, key, version_id, etag, sequencer, event_time, last_modified, size, body, error_code)
  VALUES ($1::text::uuid, $2, $3, $4, $5, $6, $7::text::timestamptz, $8::text::timestamptz, $9, $10, $11)";

/// Has a session keep bodies in memory where it can, as the shipper does; SET LOCAL, for one transaction.
pub const HOLD_BODIES: &str = "SET LOCAL ingest.hold_bodies = on";

/// Stages the files under the batch's id (none: staged by hand) in the caller's transaction, which processes them too.
pub fn stage(
    transaction: &mut impl GenericClient,
    batch: Option<&str>,
    files: &[Staged],
) -> Result<(), Error> {
    transaction.batch_execute(HOLD_BODIES)?;
    stage_for_later(transaction, batch, files)
}

/// Stages the files for another transaction: their bodies are stored.
pub fn stage_for_later(
    transaction: &mut impl GenericClient,
    batch: Option<&str>,
    files: &[Staged],
) -> Result<(), Error> {
    let insert = transaction.prepare(INSERT)?;
    for Staged { file, body } in files {
        let length = body.as_ref().map(|body| i64::try_from(body.len()).unwrap_or(i64::MAX));
        let size = file.size.or(length);
        transaction.execute(
            &insert,
            &[
                &batch,
                &file.bucket,
                &file.key,
                &file.version_id,
                &file.etag,
                &file.sequencer,
                &file.event_time,
                &file.last_modified,
                &size,
                body,
                &file.error_code,
            ],
        )?;
    }
    Ok(())
}

/// Has what is staged processed in the caller's transaction.
pub fn process(transaction: &mut impl GenericClient, batch: Option<&str>) -> Result<Outcome, Error> {
    let row = transaction.query_one(
        "SELECT files::bigint, loaded::bigint, partially_loaded::bigint, failed::bigint, skipped::bigint, \
         deferred::bigint, records::bigint, rows_loaded::bigint, rows_rejected::bigint, rows_stale::bigint, \
         rows_filtered::bigint, rows_deleted::bigint, removed::bigint \
         FROM public.ingest_process_staging($1::text::uuid)",
        &[&batch],
    )?;
    let counts = row.columns().iter().enumerate().map(|(at, column)| (column.name().to_owned(), row.get(at)));
    let mut outcome = Outcome { counts: counts.collect(), ..Outcome::default() };
    if outcome.count("deferred") > 0 && batch.is_some() {
        outcome.deferred = deferred(transaction, batch)?;
    }
    Ok(outcome)
}

/// The files that wait, as whoever staged the batch asks for them before COMMIT.
fn deferred(transaction: &mut impl GenericClient, batch: Option<&str>) -> Result<Vec<Deferred>, Error> {
    let rows = transaction.query(
        "SELECT bucket, key, dataset, sqlstate || ' ' || error FROM public.ingest_deferred($1::text::uuid) \
         ORDER BY bucket, key COLLATE \"C\"",
        &[&batch],
    )?;
    Ok(rows
        .iter()
        .map(|row| Deferred { bucket: row.get(0), key: row.get(1), dataset: row.get(2), error: row.get(3) })
        .collect())
}

/// The tables of the pipeline that grow with what is loaded and that this transaction has read from end to end. Staged files and
/// tombstones are not among them: the statement that loads is planned for each batch, and knows how many there are.
fn scanned(transaction: &mut impl GenericClient) -> Result<Vec<String>, Error> {
    let rows = transaction.query(
        "SELECT relname::text FROM pg_stat_xact_user_tables WHERE schemaname = 'ingest' AND seq_scan > 0 AND relname IN \
         ('file', 'object', 'rejected_record', 'rejected_message', 'schema_drift', 'suppressed_key') ORDER BY 1",
        &[],
    )?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// One batch, start to commit, as role `ingest_shipper`; the transaction is rolled back on an error.
pub fn run_batch(client: &mut Client, batch: Option<&str>, files: &[Staged]) -> Result<Outcome, Error> {
    // What earlier transactions read is no longer this one's then.
    client.batch_execute("SELECT pg_stat_force_next_flush()")?;
    let mut transaction = client.transaction()?;
    transaction.batch_execute("SET LOCAL ROLE ingest_shipper")?;
    stage(&mut transaction, batch, files)?;
    let mut outcome = process(&mut transaction, batch)?;
    outcome.scanned = scanned(&mut transaction)?;
    transaction.commit()?;
    Ok(outcome)
}

/// All files of a case's step, with their bytes.
pub fn ready(files: &[File]) -> Result<Vec<Staged>> {
    files
        .iter()
        .map(|file| Staged::from_case(file).with_context(|| format!("the body of {}", file.key)))
        .collect()
}
