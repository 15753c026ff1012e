//! Applying what is pending, for good or to see whether it would.

use anyhow::{Context, Result, anyhow, bail};
use tokio_postgres::{Client, NoTls, Transaction};

use crate::history::History;
use crate::{File, LOCK, Line, assertions, file, make_indexes};

/// What bounds a migration, so that readers do not queue behind one that waits.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long a statement may wait for a lock, as PostgreSQL's `lock_timeout` takes it.
    pub lock_timeout: &'static str,
    /// How long a statement may run, as PostgreSQL's `statement_timeout` takes it.
    pub statement_timeout: &'static str,
}

impl Default for Limits {
    fn default() -> Self {
        Self { lock_timeout: "10s", statement_timeout: "15min" }
    }
}

/// What becomes of the transaction at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It is committed.
    Commit,
    /// Its assertions are asked, and it is rolled back: a rehearsal on the real data.
    Rehearse,
}

/// The files that the database has not seen, in the order in which they would run. Changes nothing.
///
/// # Errors
/// When files and database contradict each other, exactly as [`run`] would refuse them.
pub async fn pending(client: &mut Client, lines: &[Line]) -> Result<Vec<File>> {
    let transaction = client.transaction().await?;
    refuse_server(&transaction).await?;
    refuse_unreleased(&transaction).await?;
    let mut all = Vec::new();
    for line in lines {
        let history = History::read(&transaction, line).await?;
        let pending = history.pending(file::read(&line.folder)?, line)?;
        for file in &pending {
            file.refuse_transaction_control()?;
        }
        all.extend(pending);
    }
    transaction.rollback().await?;
    Ok(all)
}

/// Applies what is pending in all lines, in one transaction; the names of the files that were applied.
///
/// # Errors
/// When files and database contradict each other, or a statement or an assertion fails; nothing has been changed then.
pub async fn run(client: &mut Client, lines: &[Line], limits: Limits, ending: Ending) -> Result<Vec<String>> {
    let transaction = client.transaction().await?;
    refuse_server(&transaction).await?;
    // Waiting for another migration to end has no limit; only what this one does has.
    transaction
        .execute("SELECT pg_catalog.pg_advisory_xact_lock($1)", &[&LOCK])
        .await
        .context("the migration lock cannot be taken")?;
    let limits = format!(
        "SET LOCAL lock_timeout = '{}'; SET LOCAL statement_timeout = '{}'",
        limits.lock_timeout, limits.statement_timeout
    );
    transaction.batch_execute(&limits).await?;
    refuse_unreleased(&transaction).await?;
    let mut names = Vec::new();
    for line in lines {
        let history = History::read(&transaction, line).await?;
        let pending = history.pending(file::read(&line.folder)?, line)?;
        for file in &pending {
            file.refuse_transaction_control()?;
            apply(&transaction, file).await?;
            if ending == Ending::Rehearse {
                assertions::hold(&transaction, &line.folder, file).await?;
            }
            names.push(file.file_name());
        }
        if !pending.is_empty() {
            History::write(&transaction, line, &pending).await?;
        }
    }
    match ending {
        Ending::Commit => transaction.commit().await.context("COMMIT failed; nothing has been changed")?,
        Ending::Rehearse => transaction.rollback().await?,
    }
    Ok(names)
}

/// As [`run`] and then [`make_indexes`], over a connection of its own, without TLS: for local databases.
///
/// # Errors
/// As [`run`], and when the server cannot be reached.
pub async fn apply_to_url(url: &str, lines: &[Line]) -> Result<Vec<String>> {
    let (mut client, connection) =
        tokio_postgres::connect(url, NoTls).await.context("the database to migrate cannot be reached")?;
    let driver = tokio::spawn(connection);
    let applied = match run(&mut client, lines, Limits::default(), Ending::Commit).await {
        Ok(applied) => make_indexes(&client, lines).await.map(|_| applied),
        Err(error) => Err(error),
    };
    drop(client);
    let _ = driver.await;
    applied
}

async fn apply(transaction: &Transaction<'_>, file: &File) -> Result<()> {
    transaction.batch_execute(&file.sql).await.map_err(|error| {
        anyhow!("{} failed; nothing has been changed: {}", file.path.display(), told(&error, &file.sql))
    })
}

/// What PostgreSQL said, and the line of the file that it said it of.
fn told(error: &tokio_postgres::Error, sql: &str) -> String {
    let Some(db) = error.as_db_error() else { return error.to_string() };
    let mut text = format!("{} (SQLSTATE {})", db.message(), db.code().code());
    if let Some(tokio_postgres::error::ErrorPosition::Original(at)) = db.position() {
        let at = usize::try_from(*at).unwrap_or(usize::MAX);
        text.push_str(&format!("; line {}", sql.chars().take(at).filter(|c| *c == '\n').count() + 1));
    }
    for part in [db.detail(), db.hint()].into_iter().flatten() {
        text.push_str("; ");
        text.push_str(part);
    }
    text
}

/// Majors before this one lack what the functions use.
const OLDEST_MAJOR: i32 = 15;

/// A server on which the pipeline cannot work is told so before anything is tried.
async fn refuse_server(transaction: &Transaction<'_>) -> Result<()> {
    let row = transaction
        .query_one(
            "SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4 / 10000,
               EXISTS (SELECT FROM pg_catalog.pg_language AS l WHERE l.lanname = 'plpgsql')",
            &[],
        )
        .await?;
    let (major, has_language): (i32, bool) = (row.get(0), row.get(1));
    if major < OLDEST_MAJOR {
        bail!(
            "this server is of PostgreSQL {major}; expected {OLDEST_MAJOR} or later; nothing has been changed"
        );
    }
    if !has_language {
        bail!(
            "this database has no PL/pgSQL, in which the pipeline is written; nothing has been changed. Aurora DSQL has none and \
             no savepoints: use Aurora PostgreSQL, RDS or a PostgreSQL of your own. Elsewhere CREATE EXTENSION plpgsql brings it"
        );
    }
    Ok(())
}

/// A database that was migrated before the first release has no history that this one could go on from.
async fn refuse_unreleased(transaction: &Transaction<'_>) -> Result<()> {
    let row = transaction
        .query_one(
            "SELECT pg_catalog.to_regclass('public.ingest_schema_history') IS NULL
               AND pg_catalog.to_regnamespace('ingest') IS NOT NULL",
            &[],
        )
        .await?;
    if row.get(0) {
        bail!(
            "this database has a schema ingest but no history of these migrations: it was made before release 0.2.0, or by \
             hand; move its data to a new database, or apply the files by the tool that began"
        );
    }
    Ok(())
}
