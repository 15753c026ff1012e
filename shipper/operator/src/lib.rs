//! What an operator types about a pipeline. The commands connect, log in and read objects as the Lambda function does:
//! by the crate `shipper`, with the same environment variables.

mod account;
mod again;
mod answer;
mod arguments;
mod backfill;
mod check;
mod comparison;
mod dashboard;
mod events;
mod gone;
mod health;
mod infer;
mod ingest;
mod inventory;
mod listed;
mod listing;
mod loading;
mod location;
mod outcome;
mod progress;
mod queue;
mod reconcile;
mod redrive;
mod session;
mod source;
mod status;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use answer::{NobodyReads, out};
use arguments::{Command, CommandLine};
pub use outcome::Outcome;
use progress::Progress;
pub use session::Session;

/// Runs what the arguments (with the program's name) ask for.
pub async fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let line = match CommandLine::try_parse_from(arguments) {
        Ok(line) => line,
        Err(answer) => {
            // A pipe that is closed ends the help, and nothing else.
            let _ = answer.print();
            return if answer.use_stderr() { Outcome::NotRun.into() } else { Outcome::Done.into() };
        }
    };
    match command(line).await {
        Ok(outcome) => outcome.into(),
        Err(error) if error.is::<NobodyReads>() => Outcome::NotRun.into(),
        Err(error) => {
            // Quotes what files, keys and servers say: only its lines are its own.
            let text = format!("pg-ingest: {error:#}");
            text.lines().for_each(|line| Progress::begin(0).say(line));
            Outcome::NotRun.into()
        }
    }
}

async fn command(line: CommandLine) -> anyhow::Result<Outcome> {
    if let Command::Completions { shell } = line.command {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut CommandLine::command(), "pg-ingest", &mut script);
        out(String::from_utf8_lossy(&script).trim_end())?;
        return Ok(Outcome::Done);
    }
    let session = Session::begin(line.json)?;
    match line.command {
        Command::Backfill(arguments) => backfill::run(&session, &arguments).await,
        // Written above: it needs no settings.
        Command::Completions { .. } => Ok(Outcome::Done),
        Command::Check => check::run(&session).await,
        Command::Infer(arguments) => infer::run(&session, &arguments).await,
        Command::Ingest(arguments) => ingest::run(&session, &arguments).await,
        Command::Reconcile(arguments) => reconcile::run(&session, &arguments).await,
        Command::Redrive(arguments) => redrive::run(&session, &arguments).await,
        Command::Status => status::run(&session).await,
        Command::Dashboard(arguments) => dashboard::run(&session, &arguments).await,
    }
}
