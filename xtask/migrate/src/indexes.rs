//! Indexes of tables that may be large when an upgrade brings them.
//!
//! Made inside of the migrations' transaction, an index would keep batches waiting for as long as that takes. So the files
//! of `indexes/` say which indexes there shall be, and those that are not there are made behind the transaction, each by a
//! `CREATE INDEX CONCURRENTLY` of its own. No history is kept: the catalog knows which are there, and which broke off.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio_postgres::Client;

use crate::{LOCK, Line};

/// How each statement begins.
const OPENING: &str = "CREATE INDEX CONCURRENTLY IF NOT EXISTS ";

/// An index that there shall be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Index {
    /// Its name, without a schema: an index is in its table's.
    name: String,
    schema: String,
    sql: String,
}

impl Index {
    /// The statement for a database that nobody uses yet.
    pub(crate) fn in_a_transaction(&self) -> String {
        self.sql.replacen(" CONCURRENTLY", "", 1)
    }
}

/// The indexes that a line wants, in the order of their files' names.
///
/// # Errors
/// When a file cannot be read, or has a statement that is no `CREATE INDEX CONCURRENTLY`.
pub(crate) fn read(line: &Line) -> Result<Vec<Index>> {
    let folder = line.folder.join("indexes");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    let mut indexes = Vec::new();
    for path in files {
        let sql = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        indexes.extend(parse(&path, &sql)?);
    }
    Ok(indexes)
}

/// The statements of a file. None of them holds a semicolon inside.
fn parse(path: &Path, sql: &str) -> Result<Vec<Index>> {
    let code: Vec<&str> = sql.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    let code = code.join("\n");
    let (statements, rest) = code.rsplit_once(';').unwrap_or(("", &code));
    let mut indexes = Vec::new();
    for statement in statements.split(';').chain((!rest.trim().is_empty()).then_some(rest)) {
        let words: Vec<&str> = statement.split_whitespace().collect();
        let place = match words.as_slice() {
            ["CREATE", "INDEX", "CONCURRENTLY", "IF", "NOT", "EXISTS", name, "ON", table, ..] => {
                table.split_once('.').map(|(schema, _)| (*name, schema))
            }
            _ => None,
        };
        let Some((name, schema)) = place else {
            bail!(
                "{} has a statement that is none of this folder's: `{}`; expected {OPENING}name ON schema.table …",
                path.display(),
                words.join(" ")
            );
        };
        let sql = format!("{};", statement.trim());
        indexes.push(Index { name: name.to_owned(), schema: schema.to_owned(), sql });
    }
    Ok(indexes)
}

/// Whether an index is there and whole; `None` where there is none of that name.
async fn state(client: &Client, index: &Index) -> Result<Option<bool>> {
    let query = "SELECT i.indisvalid AND i.indisready FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2";
    let row = client.query_opt(query, &[&index.schema, &index.name]).await?;
    Ok(row.map(|row| row.get(0)))
}

/// The names of the indexes that are not there, or not whole.
///
/// # Errors
/// When a file is not of its form, or the database cannot be asked.
pub async fn missing_indexes(client: &Client, lines: &[Line]) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    for line in lines {
        for index in read(line)? {
            if state(client, &index).await? != Some(true) {
                missing.push(index.name);
            }
        }
    }
    Ok(missing)
}

/// Makes the indexes that are not there, and anew those that a former run left broken; the names of those that were made.
/// Batches go on meanwhile. What was migrated before stays, whatever happens here, and another run goes on where this one ended.
///
/// # Errors
/// When an index cannot be made.
pub async fn make_indexes(client: &Client, lines: &[Line]) -> Result<Vec<String>> {
    if missing_indexes(client, lines).await?.is_empty() {
        return Ok(Vec::new());
    }
    // The statement waits for each transaction that began before it. One that waits for this lock in a statement of its own
    // would be among them, and neither would go on: so nobody waits inside of one.
    let lock = "SELECT pg_catalog.pg_try_advisory_lock($1)";
    while !client.query_one(lock, &[&(LOCK + 1)]).await?.get::<_, bool>(0) {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let made = make(client, lines).await;
    client
        .batch_execute(&format!(
            "RESET lock_timeout; RESET statement_timeout; SELECT pg_catalog.pg_advisory_unlock({})",
            LOCK + 1
        ))
        .await
        .ok();
    made
}

async fn make(client: &Client, lines: &[Line]) -> Result<Vec<String>> {
    // It may wait for a long query to end, and nobody waits for it meanwhile.
    client.batch_execute("SET lock_timeout = 0; SET statement_timeout = 0").await?;
    let mut made = Vec::new();
    for line in lines {
        for index in read(line)? {
            let failed = || {
                format!(
                    "the index {} is not made; the migrations are applied, and another run makes it",
                    index.name
                )
            };
            match state(client, &index).await? {
                Some(true) => continue,
                Some(false) => {
                    let drop =
                        format!("DROP INDEX CONCURRENTLY IF EXISTS \"{}\".\"{}\"", index.schema, index.name);
                    client.batch_execute(&drop).await.with_context(failed)?;
                }
                None => {}
            }
            client.batch_execute(&index.sql).await.with_context(failed)?;
            made.push(index.name);
        }
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(sql: &str) -> Result<Vec<Index>> {
        parse(Path::new("a.sql"), sql)
    }

    #[test]
    fn statements_are_told_apart_and_named() {
        let sql = "-- Why; and what.\nCREATE INDEX CONCURRENTLY IF NOT EXISTS a_idx ON ingest.a (x)\n  WHERE y;\n\n\
                   CREATE INDEX CONCURRENTLY IF NOT EXISTS b_idx ON ingest.b (x);\n";
        let indexes = parsed(sql).unwrap();
        let names: Vec<_> =
            indexes.iter().map(|index| (index.schema.as_str(), index.name.as_str())).collect();
        assert_eq!(names, [("ingest", "a_idx"), ("ingest", "b_idx")]);
        assert_eq!(
            indexes[0].in_a_transaction(),
            "CREATE INDEX IF NOT EXISTS a_idx ON ingest.a (x)\n  WHERE y;"
        );
    }

    #[test]
    fn anything_else_is_refused_in_words() {
        for sql in [
            "CREATE INDEX a_idx ON ingest.a (x);",
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS a_idx ON a (x);",
            "DROP TABLE ingest.a",
        ] {
            let refusal = parsed(sql).unwrap_err().to_string();
            assert!(refusal.contains("expected CREATE INDEX CONCURRENTLY"), "{refusal}");
        }
    }
}
