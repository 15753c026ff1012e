//! `cargo xtask smoke`: sends one file through a deployed stack and waits for its row.
//!
//! The file goes under `<prefix>smoke_test/`, which belongs to a dataset of its own, so that no real table sees it. It is
//! removed again, and so is its row; its entry in the ledger stays, as for every file.
//!
//! The login that it uses may do this and nothing else: `migrate/smoke.sql` makes both.

mod aws_cli;
mod diagnosis;

use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use lexopt::{Arg, ValueExt as _};
use tokio_postgres::{Client, Row};

use crate::connection::Target;
use aws_cli::Stack;
use diagnosis::{Evidence, Queue};

/// What `cargo xtask smoke --help` prints.
const HELP: &str = "\
cargo xtask smoke --stack NAME [--timeout SECONDS]

  --stack NAME       the ingest part's stack, such as pg-ingest-ingest
  --timeout SECONDS  how long the file may take; default 240: a window, a cold start and one retry

Needs the AWS CLI, and connects as PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, PGSSLMODE and PGSSLROOTCERT say.";

const POLL: Duration = Duration::from_millis(250);

struct Options {
    stack: String,
    timeout: Duration,
}

/// Runs the command with the arguments that follow `smoke`.
///
/// # Errors
/// When the file's row does not appear in time or is not what was sent; the text says where the file got stuck.
pub(crate) async fn run(arguments: &[String]) -> Result<()> {
    let Some(options) = parse(arguments)? else {
        println!("{HELP}");
        return Ok(());
    };
    let stack = Stack::read(&options.stack)?;
    let connection = Target::from_environment()?.connect().await?;
    let client = &connection.client;
    require_dataset(client).await?;
    let id: String = client.query_one("SELECT pg_catalog.gen_random_uuid()::text", &[]).await?.get(0);
    let key = format!("{}smoke_test/{id}{}", stack.prefix, stack.suffix);

    let dead_before = stack.queue(&stack.dead_letter_url)?.waiting;
    let mut file = tempfile::NamedTempFile::new()?;
    write!(file, "{{\"id\": \"{id}\"}}")?;
    stack.put(&key, file.path())?;
    let outcome = wait(client, &stack, &key, &id, &options, dead_before).await;
    // Whatever the outcome: the file is the test's own, and must not stay behind.
    let removed = stack.delete(&key);
    let deleted = client.execute("DELETE FROM ingest_smoke.file WHERE id::text = $1", &[&id]).await;
    let lag = outcome?;
    removed?;
    deleted?;
    println!("s3://{}/{key} became a row after {:.1} s", stack.bucket, lag.as_secs_f64());
    Ok(())
}

fn parse(arguments: &[String]) -> Result<Option<Options>> {
    let (mut stack, mut timeout) = (None, 240);
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("stack") => stack = Some(parser.value()?.parse()?),
            Arg::Long("timeout") => timeout = parser.value()?.parse()?,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            other => return Err(other.unexpected()).context("see cargo xtask smoke --help"),
        }
    }
    let stack = stack.context("--stack NAME is missing; see cargo xtask smoke --help")?;
    Ok(Some(Options { stack, timeout: Duration::from_secs(timeout) }))
}

async fn require_dataset(client: &Client) -> Result<()> {
    let row = client.query_one("SELECT pg_catalog.to_regclass('ingest_smoke.file') IS NOT NULL", &[]).await?;
    ensure!(
        row.get::<_, bool>(0),
        "the database has no dataset for the smoke test; `cargo xtask migrate --logins` makes it, as the migrate build does"
    );
    Ok(())
}

/// Waits for the file's entry in the ledger, checks it and its row, and returns the time since the file was put.
async fn wait(
    client: &Client,
    stack: &Stack,
    key: &str,
    id: &str,
    options: &Options,
    dead_before: u64,
) -> Result<Duration> {
    let start = Instant::now();
    loop {
        if let Some(entry) = ledgered(client, stack, key).await? {
            require_loaded(client, &entry, key, id).await?;
            return Ok(start.elapsed());
        }
        if start.elapsed() > options.timeout {
            let evidence = evidence(client, stack, key, dead_before).await?;
            bail!(
                "{key} was put {} s ago and has no entry in ingest.file: {}",
                options.timeout.as_secs(),
                diagnosis::of(&evidence)
            );
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn ledgered(client: &Client, stack: &Stack, key: &str) -> Result<Option<Row>> {
    let entry = "SELECT status, rows_loaded, coalesce(error_code, ''), coalesce(error, '') FROM ingest_smoke.entry($1, $2)";
    client.query_opt(entry, &[&stack.bucket, &key]).await.context("the ledger cannot be read")
}

async fn require_loaded(client: &Client, entry: &Row, key: &str, id: &str) -> Result<()> {
    let (status, rows): (String, i64) = (entry.get(0), entry.get::<_, Option<i64>>(1).unwrap_or(0));
    let (code, error): (String, String) = (entry.get(2), entry.get(3));
    ensure!(
        status == "loaded" && rows == 1,
        "{key} arrived, but its status is {status} with {rows} rows, expected loaded with 1: {code} {error}"
    );
    let count = "SELECT count(*) FROM ingest_smoke.file WHERE id::text = $1";
    let found: i64 = client.query_one(count, &[&id]).await?.get(0);
    ensure!(
        found == 1,
        "{key} is loaded according to the ledger, but ingest_smoke.file has {found} rows of it"
    );
    Ok(())
}

async fn evidence(client: &Client, stack: &Stack, key: &str, dead_before: u64) -> Result<Evidence> {
    let rejected = client.query_one("SELECT ingest_smoke.refusal($1)", &[&key]).await?.get(0);
    let dead: Queue = stack.queue(&stack.dead_letter_url)?;
    Ok(Evidence {
        rejected,
        queue: stack.queue(&stack.queue_url)?,
        newly_dead: dead.waiting.saturating_sub(dead_before),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Option<Options>> {
        parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn the_stack_is_needed_and_the_timeout_is_not() {
        let options = parsed("--stack s --timeout 5").unwrap().unwrap();
        assert_eq!((options.stack.as_str(), options.timeout.as_secs()), ("s", 5));
        assert!(parsed("--timeout 5").err().unwrap().to_string().contains("--stack"));
        assert!(parsed("--help").unwrap().is_none());
    }
}
