//! What a migration claims of the real data.
//!
//! `migrations/assertions/after_V5.sql` belongs to version 5 and runs right after it during `--check`. Each of its
//! statements is a query for what must not be there: a row that comes back is a violation, and is shown.

use std::path::Path;

use anyhow::{Context, Result, bail};
use tokio_postgres::{SimpleQueryMessage, SimpleQueryRow, Transaction};

use crate::{File, Kind};

/// Runs the assertions of one migration, where it has any.
///
/// # Errors
/// When a query returns a row, or fails.
pub(crate) async fn hold(transaction: &Transaction<'_>, folder: &Path, migration: &File) -> Result<()> {
    let Kind::Versioned(version) = migration.kind else { return Ok(()) };
    let path = folder.join("assertions").join(format!("after_V{version}.sql"));
    if !path.exists() {
        return Ok(());
    }
    let sql = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let messages =
        transaction.simple_query(&sql).await.with_context(|| format!("{} cannot be run", path.display()))?;
    let violations: Vec<String> = messages.iter().filter_map(row).collect();
    if violations.is_empty() {
        return Ok(());
    }
    bail!(
        "{} does not hold on this database: {} rows, the first being {}; nothing has been changed",
        path.display(),
        violations.len(),
        violations[0]
    );
}

fn row(message: &SimpleQueryMessage) -> Option<String> {
    let SimpleQueryMessage::Row(row) = message else { return None };
    Some(shown(row))
}

fn shown(row: &SimpleQueryRow) -> String {
    let cells = row
        .columns()
        .iter()
        .enumerate()
        .map(|(index, column)| format!("{} = {}", column.name(), row.get(index).unwrap_or("NULL")));
    cells.collect::<Vec<_>>().join(", ")
}
