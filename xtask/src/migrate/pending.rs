//! Which migrations a database has not seen yet, without changing it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use refinery::load_sql_migrations;
use tokio_postgres::Client;

use super::{LOCK_TIMEOUT, STATEMENT_TIMEOUT};

/// A migration that has not been applied.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pending {
    /// Its version, the number in its name.
    pub(super) version: String,
    /// Its file.
    pub(super) path: PathBuf,
    /// Its statements.
    pub(super) sql: String,
}

impl Pending {
    /// Refuses a migration that would end the transaction it is tried in, and so apply itself for good.
    pub(super) fn refuse_transaction_control(&self) -> Result<()> {
        let ends = |line: &&str| {
            let word = line.trim().trim_end_matches(';').to_ascii_uppercase();
            line.trim().ends_with(';')
                && matches!(
                    word.as_str(),
                    "COMMIT" | "ROLLBACK" | "BEGIN" | "START TRANSACTION" | "COMMIT AND CHAIN"
                )
        };
        match self.sql.lines().find(ends) {
            Some(line) => bail!(
                "{} contains `{}`: migrations run in one transaction of the migrator's; leave it out",
                self.path.display(),
                line.trim()
            ),
            None => Ok(()),
        }
    }
}

/// The statements that bound a migration: `prefix` is `SET` for a session, `SET LOCAL` for a transaction.
pub(super) fn limits(prefix: &str) -> String {
    format!("{prefix} lock_timeout = '{LOCK_TIMEOUT}'; {prefix} statement_timeout = '{STATEMENT_TIMEOUT}'")
}

/// The migrations of `folder` that the database has not seen, in order.
///
/// # Errors
/// When an applied file was changed since: it can be neither applied again nor ignored.
pub(super) async fn read(client: &Client, folder: &Path) -> Result<Vec<Pending>> {
    let mut migrations = load_sql_migrations(folder)
        .with_context(|| format!("the migrations in {} cannot be read", folder.display()))?;
    migrations.sort();
    let applied = applied(client).await?;
    let mut pending = Vec::new();
    for migration in migrations {
        let version = migration.version().to_string();
        let path = folder.join(format!("V{version}__{}.sql", migration.name()));
        match applied.get(&version) {
            Some(checksum) if *checksum == migration.checksum().to_string() => {}
            Some(_) => bail!(
                "{} was changed after it had been applied; undo that and write the change as a new version",
                path.display()
            ),
            None => {
                pending.push(Pending { version, path, sql: migration.sql().unwrap_or_default().to_owned() })
            }
        }
    }
    Ok(pending)
}

/// Checksum by version, as the migration engine keeps them; empty for a database that it never saw.
async fn applied(client: &Client) -> Result<BTreeMap<String, String>> {
    let known: bool = client
        .query_one("SELECT pg_catalog.to_regclass('refinery_schema_history') IS NOT NULL", &[])
        .await?
        .get(0);
    if !known {
        return Ok(BTreeMap::new());
    }
    let rows = client.query("SELECT version::text, checksum::text FROM refinery_schema_history", &[]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(sql: &str) -> Pending {
        Pending { version: "7".to_owned(), path: "V7__x.sql".into(), sql: sql.to_owned() }
    }

    #[test]
    fn a_commit_of_its_own_is_refused() {
        let error =
            with("CREATE TABLE t ();\ncommit;\n").refuse_transaction_control().unwrap_err().to_string();
        assert!(error.contains("V7__x.sql contains `commit;`"), "{error}");
    }

    #[test]
    fn a_function_body_has_its_begin_and_end() {
        let body = "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  NULL;\nEND;\n$$;";
        assert!(with(body).refuse_transaction_control().is_ok());
    }
}
