//! `cargo xtask migrate`: brings the database that libpq's environment names up to date with `migrations/`.
//!
//! A delivery takes three steps in this order:
//! 1. `--plan` says what would run and what the linter thinks of it.
//! 2. `--check` runs it against the real data and rolls it back.
//! 3. Without a flag it is applied in one transaction, one migration at a time in the whole cluster. The checksums of what
//!    was applied before are verified first.

mod assertions;
mod logins;
mod pending;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use lexopt::{Arg, ValueExt as _};
use tokio_postgres::Client;

use crate::connection::Target;

/// How long a statement of a migration may wait for a lock: readers queue behind one that waits.
const LOCK_TIMEOUT: &str = "10s";
/// How long one statement of a migration may run.
const STATEMENT_TIMEOUT: &str = "15min";

/// What `cargo xtask migrate --help` prints.
const HELP: &str = "\
cargo xtask migrate [--plan | --check | --logins] [--migrations DIR]

  (no flag)   apply what is pending: all of it or nothing
  --plan      say what is pending, with the findings of squawk where it is installed
  --check     run what is pending and its assertions against the real data, then roll back
  --logins    create the logins of the shipper and of dbt where they are absent, and renew what they may do

Connects as PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, PGSSLMODE and PGSSLROOTCERT say.";

/// A step of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Apply,
    Plan,
    Check,
    Logins,
}

/// Runs the command with the arguments that follow `migrate`.
///
/// # Errors
/// When the arguments are not understood, the database cannot be reached, or the step fails; the text says why, and
/// nothing has been changed then.
pub(crate) async fn run(arguments: &[String]) -> Result<()> {
    let Some((step, folder)) = parse(arguments)? else {
        println!("{HELP}");
        return Ok(());
    };
    let mut connection = Target::from_environment()?.connect().await?;
    let client = &mut connection.client;
    match step {
        Step::Plan => plan(client, &folder).await,
        Step::Check => check(client, &folder).await,
        Step::Apply => apply(client, &folder).await,
        Step::Logins => logins::ensure(client, |name| std::env::var(name).ok()).await,
    }
}

fn parse(arguments: &[String]) -> Result<Option<(Step, PathBuf)>> {
    let (mut step, mut folder) = (Step::Apply, local_stack::repository().join("migrations"));
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        let chosen = match argument {
            Arg::Long("plan") => Step::Plan,
            Arg::Long("check") => Step::Check,
            Arg::Long("logins") => Step::Logins,
            Arg::Long("migrations") => {
                folder = parser.value()?.parse()?;
                continue;
            }
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            other => return Err(other.unexpected()).context("see cargo xtask migrate --help"),
        };
        if step != Step::Apply {
            bail!("one step at a time: --plan, --check or --logins; see cargo xtask migrate --help");
        }
        step = chosen;
    }
    Ok(Some((step, folder)))
}

async fn plan(client: &Client, folder: &std::path::Path) -> Result<()> {
    let pending = pending::read(client, folder).await?;
    if pending.is_empty() {
        println!("nothing is pending");
        return Ok(());
    }
    for migration in &pending {
        println!("would run {}", migration.path.display());
    }
    match Command::new("squawk").args(pending.iter().map(|migration| &migration.path)).status() {
        Ok(status) if status.success() => println!("squawk has nothing to say"),
        // Its findings are advice for the reader of the plan; what is wrong on the real data stops `--check`.
        Ok(_) => println!("squawk's findings are above"),
        Err(_) => println!("squawk is not installed, so the statements were not linted"),
    }
    Ok(())
}

async fn check(client: &mut Client, folder: &std::path::Path) -> Result<()> {
    let pending = pending::read(client, folder).await?;
    let transaction = client.transaction().await?;
    transaction.batch_execute(&pending::limits("SET LOCAL")).await?;
    transaction
        .execute("SELECT pg_catalog.pg_advisory_xact_lock($1)", &[&local_stack::migrate::LOCK])
        .await
        .context("another migration is running")?;
    for migration in &pending {
        migration.refuse_transaction_control()?;
        transaction.batch_execute(&migration.sql).await.with_context(|| {
            format!("{} would fail on this database; nothing has been changed", migration.path.display())
        })?;
        assertions::hold(&transaction, folder, migration).await?;
        println!("{} passes", migration.path.display());
    }
    transaction.rollback().await?;
    println!("{} pending migrations were run and rolled back", pending.len());
    Ok(())
}

async fn apply(client: &mut Client, folder: &std::path::Path) -> Result<()> {
    // Waiting for another migration to end has no limit; only what this one does has. The lock is taken again inside
    // `local_stack::migrate::apply`, which a session may do.
    client.execute("SELECT pg_catalog.pg_advisory_lock($1)", &[&local_stack::migrate::LOCK]).await?;
    client.batch_execute(&pending::limits("SET")).await?;
    let applied = local_stack::migrate::apply(client, folder).await?;
    for name in &applied {
        println!("applied {name}");
    }
    println!("{} migrations applied", applied.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(line: &str) -> Result<Option<Step>> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Ok(parse(&arguments)?.map(|(step, _)| step))
    }

    #[test]
    fn without_a_flag_it_applies() {
        assert_eq!(step("").unwrap(), Some(Step::Apply));
        assert_eq!(step("--migrations elsewhere --check").unwrap(), Some(Step::Check));
        assert_eq!(step("--help").unwrap(), None);
    }

    #[test]
    fn two_steps_at_once_are_refused() {
        assert!(step("--plan --check").unwrap_err().to_string().contains("one step"));
    }
}
