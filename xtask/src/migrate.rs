//! `cargo xtask migrate`: brings the database that libpq's environment names up to date with `migrations/`.
//!
//! A delivery takes three steps in this order:
//! 1. `--plan` says what would run and what the linter thinks of it.
//! 2. `--check` runs it against the real data and rolls it back.
//! 3. Without a flag it is applied.
//!
//! All three read the same files by the same rules: the crate `migrate` has them.

mod logins;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use lexopt::{Arg, ValueExt as _};
use migrate::{Ending, Kind, Limits, Line};
use tokio_postgres::Client;

use crate::connection::Target;

/// What `cargo xtask migrate --help` prints.
const HELP: &str = "\
cargo xtask migrate [--plan | --check | --logins] [--migrations DIR]

  (no flag)   apply what is pending, in DIR and then in DIR/own: all of it or nothing; then make the
              indexes of DIR/indexes that are not there, while files are loaded
  --plan      say what is pending, with the findings of squawk where it is installed
  --check     run what is pending and its assertions against the real data, then roll back
  --logins    create the logins of the shipper, the smoke test and dbt where they are absent, and renew what they may do:
              SHIPPER_AUTH (password or iam), SHIPPER_, SMOKE_ and DBT_ with USER and PASSWORD, and SMOKE_PREFIX

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
    let lines = Line::all(&folder);
    match step {
        Step::Plan => plan(client, &lines).await,
        Step::Check => check(client, &lines).await,
        Step::Apply => apply(client, &lines).await,
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

async fn plan(client: &mut Client, lines: &[Line]) -> Result<()> {
    let pending = migrate::pending(client, lines).await?;
    let indexes = migrate::missing_indexes(client, lines).await?;
    if pending.is_empty() && indexes.is_empty() {
        println!("nothing is pending");
    }
    for name in &indexes {
        println!("would make the index {name} behind them, while files are loaded");
    }
    if pending.is_empty() {
        return Ok(());
    }
    for file in &pending {
        println!("would run {}", file.path.display());
    }
    // Functions are not what squawk knows about: it looks for statements that hold up a table in use.
    let structure = pending.iter().filter(|file| matches!(file.kind, Kind::Versioned(_)));
    match Command::new("squawk").args(structure.map(|file| &file.path)).status() {
        Ok(status) if status.success() => println!("squawk has nothing to say"),
        // Its findings are advice for the reader of the plan; what is wrong on the real data stops `--check`.
        Ok(_) => println!("squawk's findings are above"),
        Err(_) => println!("squawk is not installed, so the statements were not linted"),
    }
    Ok(())
}

async fn check(client: &mut Client, lines: &[Line]) -> Result<()> {
    let names = migrate::run(client, lines, Limits::default(), Ending::Rehearse).await?;
    for name in &names {
        println!("{name} passes");
    }
    println!("{} pending migrations were run and rolled back", names.len());
    for name in migrate::missing_indexes(client, lines).await? {
        println!("the index {name} is made when they are applied, behind them");
    }
    Ok(())
}

async fn apply(client: &mut Client, lines: &[Line]) -> Result<()> {
    let applied = migrate::run(client, lines, Limits::default(), Ending::Commit).await?;
    for name in &applied {
        println!("applied {name}");
    }
    println!("{} migrations applied", applied.len());
    for name in migrate::make_indexes(client, lines).await? {
        println!("made the index {name}");
    }
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
