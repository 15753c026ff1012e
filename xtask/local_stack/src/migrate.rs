//! Brings a database up to date with `migrations/`.
//!
//! The files have Flyway's names (`V1__name.sql`) and are read at run time. All pending ones run in ONE transaction that
//! is rolled back whole when any of them fails; an advisory lock makes two migrations at once take turns.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use refinery::{Migration, Runner, load_sql_migrations};
use tokio_postgres::{Client, NoTls};

/// The advisory lock that every migration of this project takes; any constant does, as long as all agree.
pub const LOCK: i64 = 0x7067_5f69_6e67;

/// The names of the migrations that were applied, in order; empty when there was nothing to do.
///
/// # Errors
/// When a file's name is no migration's, when an applied file was changed or is missing, or when a statement fails;
/// then nothing of what was pending has been applied.
pub async fn apply(client: &mut Client, folder: &Path) -> Result<Vec<String>> {
    let migrations = read(folder)?;
    client
        .execute("SELECT pg_advisory_lock($1)", &[&LOCK])
        .await
        .context("the migration lock cannot be taken")?;
    let outcome = Runner::new(&migrations).set_grouped(true).run_async(client).await;
    client
        .execute("SELECT pg_advisory_unlock($1)", &[&LOCK])
        .await
        .context("the migration lock cannot be released")?;
    let report = outcome.map_err(|error| {
        anyhow!("migrating with {} failed and was rolled back whole: {}", folder.display(), chain(&error))
    })?;
    Ok(report.applied_migrations().iter().map(Migration::to_string).collect())
}

/// As [`apply`], over a connection of its own, without TLS: for local databases.
///
/// # Errors
/// As [`apply`], and when the server cannot be reached.
pub async fn apply_to_url(url: &str, folder: &Path) -> Result<Vec<String>> {
    let (mut client, connection) =
        tokio_postgres::connect(url, NoTls).await.context("the database to migrate cannot be reached")?;
    let driver = tokio::spawn(connection);
    let applied = apply(&mut client, folder).await;
    drop(client);
    let _ = driver.await;
    applied
}

fn read(folder: &Path) -> Result<Vec<Migration>> {
    let mut migrations = load_sql_migrations(folder)
        .with_context(|| format!("the migrations in {} cannot be read", folder.display()))?;
    migrations.sort();
    Ok(migrations)
}

/// The whole chain of causes: refinery's own text leaves out what PostgreSQL said.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = match error.downcast_ref::<tokio_postgres::Error>().and_then(|error| error.as_db_error()) {
            Some(db) => format!(
                "{} (SQLSTATE {}{})",
                db.message(),
                db.code().code(),
                db.detail().map(|detail| format!("; {detail}")).unwrap_or_default()
            ),
            None => error.to_string(),
        };
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}
