//! The command line. Each command's own arguments stand with the command.

use clap::{Parser, Subcommand};
use clap_complete::Shell;
use shipper::settings::SETTINGS;

use crate::{backfill, dashboard, infer, ingest, reconcile, redrive};

/// Looks after a pipeline that loads JSON files from S3 into PostgreSQL.
#[derive(Debug, Parser)]
#[command(
    name = "pg-ingest",
    version,
    after_help = "Exit code: 0 done, 1 something was found, 2 it could not run.\n\
        The database and AWS come from the environment, as for the shipper; `pg-ingest --help` lists the settings.",
    after_long_help = settings(),
    max_term_width = 110
)]
pub(crate) struct CommandLine {
    /// Answers in JSON on standard output, for machines.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Connects and says what is wrong: TLS, rights, releases, engine, datasets.
    Check,
    /// Prints the health of each dataset: state, last file, delay, files and rejects.
    Status,
    /// Loads what lies in a bucket and the ledger does not know.
    ///
    /// Can be stopped at any time and run again, and two may run at once: the ledger tells what is loaded. Objects are
    /// loaded oldest first, within 50,000 of them at a time.
    Backfill(backfill::Arguments),
    /// Compares what lies in a bucket with what the ledger knows, and names what is missing, changed or not loaded.
    ///
    /// Where the last line says 0 missing, 0 changed and 0 unread, everything in the bucket is in the ledger. Told apart
    /// are refused keys, and what a pruned ledger does not remember.
    Reconcile(reconcile::Arguments),
    /// Tries once more what was given up on: dead letters of the queue, rejected records.
    #[command(subcommand)]
    Redrive(redrive::Arguments),
    /// Loads local files, on the same path that objects take, or objects: s3://BUCKET/PREFIX.
    Ingest(ingest::Arguments),
    /// Proposes a table and its registration for samples, as SQL to read and run.
    ///
    /// It looks at all values of all samples and says its reasons and doubts as comments. The database does the work, so that
    /// its own types judge the values, and keeps nothing of it.
    Infer(infer::Arguments),
    /// Writes the completions of a shell, such as: source <(pg-ingest completions bash)
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Shows the pipeline on a page: throughput, lag, rejects, drift, files.
    Dashboard(dashboard::Arguments),
}

fn settings() -> String {
    let mut text = "Exit code: 0 done, 1 something was found, 2 it could not run.\n\nSettings, all from the environment:\n".to_owned();
    for setting in SETTINGS {
        let default = if setting.default.is_empty() { setting.absent } else { setting.default };
        text.push_str(&format!("  {} (default: {default})\n      {}\n", setting.name, setting.meaning));
    }
    text
}
