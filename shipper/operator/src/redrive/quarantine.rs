//! From quarantine, by `public.ingest_replay()`.

use std::time::SystemTime;

use anyhow::{Result, anyhow};
use serde_json::json;
use shipper::database::DatabaseError;
use shipper::timestamp::Timestamp;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};

use crate::answer::out;
use crate::location::{shown, time};
use crate::progress::Progress;
use crate::{Outcome, Session};

/// Records and whole files of one transaction.
const RECORDS_A_TIME: i64 = 1_000;

/// Which rejects are meant.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only this dataset
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,
    /// Only this file, by its number in ingest.file
    #[arg(long, value_name = "NUMBER")]
    file_id: Option<i64>,
    /// Only records with a reject of this code, such as type_mismatch
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// Only files whose key begins with this
    #[arg(long, value_name = "PREFIX")]
    key_prefix: Option<String>,
    /// Only what was rejected at this time or later, such as 2026-11-01 or 2026-11-01T06:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,
    /// Only what was rejected before this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,
    /// At most so many records and whole files, in one transaction
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(i64).range(1..))]
    at_most: Option<i64>,
    /// Loads files once more, too, that quarantine keeps whole and that were loaded since; in one transaction
    #[arg(long)]
    reload: bool,
    /// Runs them, says what came of it, and undoes it: locks are held and sequences drawn meanwhile
    #[arg(long)]
    dry_run: bool,
}

/// What a replay came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Replayed {
    files: i64,
    records: i64,
    loaded: i64,
    rejected: i64,
    stale: i64,
    filtered: i64,
    deleted: i64,
}

/// Runs what is open, in transactions of a bounded size; what is rejected again is not run twice.
pub(super) async fn run(session: &Session, arguments: &Arguments) -> Result<Outcome> {
    let client = session.connect().await?;
    // What is rejected again from now on is younger, so that no record is run twice.
    let now = client
        .query_typed_one("SELECT pg_catalog.clock_timestamp()", &[])
        .await
        .map_err(|error| told(&error))?;
    let began: SystemTime = now.get(0);
    let until = arguments.until.and_then(Timestamp::to_system).map_or(began, |until| until.min(began));
    let mut progress = Progress::begin(0);
    let mut total = Replayed::default();
    let in_one = arguments.dry_run || arguments.reload || arguments.at_most.is_some();
    let at_most = arguments.at_most.or((!in_one).then_some(RECORDS_A_TIME));
    let ended = loop {
        match replay(&client, arguments, until, at_most).await {
            Ok(replayed) => {
                total.add(replayed);
                progress.replay(usize::try_from(replayed.records).unwrap_or_default());
                if in_one || replayed.files == 0 {
                    break Ok(());
                }
            }
            Err(error) => break Err(error),
        }
    };
    progress.end();
    if session.json {
        out(&total.json(arguments.dry_run).to_string())?;
    } else {
        out(&total.sentence(arguments.dry_run))?;
    }
    ended?;
    Ok(Outcome::found(total.rejected > 0 || arguments.dry_run && total.files > 0))
}

async fn replay(
    client: &Client,
    arguments: &Arguments,
    until: SystemTime,
    at_most: Option<i64>,
) -> Result<Replayed> {
    let sql = "SELECT files, records, rows_loaded, rows_rejected, rows_stale, rows_filtered, rows_deleted FROM public.ingest_replay($1::text, $2::bigint, \
        $3::text, $4::text, $5::timestamptz, $6::timestamptz, $7::bigint, $8::boolean)";
    let since = arguments.since.and_then(Timestamp::to_system);
    let parameters: [(&(dyn ToSql + Sync), Type); 8] = [
        (&arguments.dataset, Type::TEXT),
        (&arguments.file_id, Type::INT8),
        (&arguments.code, Type::TEXT),
        (&arguments.key_prefix, Type::TEXT),
        (&since, Type::TIMESTAMPTZ),
        (&until, Type::TIMESTAMPTZ),
        (&at_most, Type::INT8),
        (&arguments.reload, Type::BOOL),
    ];
    // Whatever is usual in this database: a replay has to see what batches commit while it waits for them.
    let begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
    client.batch_execute(begin).await.map_err(|error| told(&error))?;
    let row = client.query_typed_one(sql, &parameters).await;
    let end = if row.is_ok() && !arguments.dry_run { "COMMIT" } else { "ROLLBACK" };
    let ended = client.batch_execute(end).await;
    let row = row.map_err(|error| told(&error))?;
    ended.map_err(|error| told(&error))?;
    Ok(Replayed::of(&row))
}

fn told(error: &tokio_postgres::Error) -> anyhow::Error {
    let full = shown(&DatabaseError::in_session(error).in_full());
    match error.code() {
        Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
            anyhow!("{full}; a replay needs a login that is a member of ingest_admin")
        }
        Some(&SqlState::UNDEFINED_FUNCTION) => {
            anyhow!("{full}; the schema is of another release: apply migrations/ of this one")
        }
        _ => anyhow!("{full}; what was committed before stays"),
    }
}

impl Replayed {
    fn of(row: &Row) -> Self {
        Self {
            files: row.get(0),
            records: row.get(1),
            loaded: row.get(2),
            rejected: row.get(3),
            stale: row.get(4),
            filtered: row.get(5),
            deleted: row.get(6),
        }
    }

    fn add(&mut self, other: Self) {
        self.files += other.files;
        self.records += other.records;
        self.loaded += other.loaded;
        self.rejected += other.rejected;
        self.stale += other.stale;
        self.filtered += other.filtered;
        self.deleted += other.deleted;
    }

    fn sentence(self, dry_run: bool) -> String {
        let Self { files, records, loaded, rejected, stale, filtered, deleted } = self;
        if files == 0 {
            return "nothing of what is meant is open; ingest.rejected_record has what is".to_owned();
        }
        let would = if dry_run { "would run" } else { "ran" };
        format!(
            "{would} {records} records of {files} files: {loaded} loaded, {rejected} rejected again, {stale} stale, {filtered} filtered, {deleted} deleted"
        )
    }

    fn json(self, dry_run: bool) -> serde_json::Value {
        let Self { files, records, loaded, rejected, stale, filtered, deleted } = self;
        json!({
            "dry_run": dry_run, "files": files, "records": records, "rows_loaded": loaded, "rows_rejected": rejected,
            "rows_stale": stale, "rows_filtered": filtered, "rows_deleted": deleted,
        })
    }
}
