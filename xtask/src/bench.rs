//! `cargo xtask bench`: builds the benchmark and all that it measures, and runs it.

use std::time::Duration;

use anyhow::{Context, Result};
use local_stack::postgres::Installation;
use local_stack::process::Launch;
use local_stack::repository;
use rustix::process::Signal;

use crate::setup::{self, Need};
use crate::{binaries, extension};

/// What `cargo xtask bench --help` prints.
const HELP: &str = "\
cargo xtask bench [--quick] [--workload NAME,…] [--contender NAME,…] [--repeat N] [--files N] [--json FILE] [--results FILE]

  --quick           under 3 minutes: fewer files, repetitions and workloads
  --workload NAMES  only these: new update replay dirty small large wide many-datasets
  --contender NAMES only these: floor hand_sql psycopg2 executemany dlt sql native; ratios want the floor
  --repeat N        how often each contender loads each workload; default 5, with --quick 3
  --files N         measured files of 44 KB; default 1000, with --quick 300
  --json FILE       writes all figures; the top has native_ratio, sql_ratio and so on, for the workload new
  --results FILE    writes the tables as Markdown; bench/results.md holds those of the last full run";

/// A server with gigabytes of shared memory takes its time to stop.
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// Runs the command with the arguments that follow `bench`.
///
/// # Errors
/// When something needed cannot be had, an argument is not understood, or the benchmark fails.
pub(crate) async fn run(arguments: &[String]) -> Result<()> {
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        println!("{HELP}");
        return Ok(());
    }
    setup::ensure(&[Need::Postgres, Need::Extension, Need::Bench]).await?;
    println!("Building the extension, the shipper and the benchmark with optimisation.");
    extension::install(&Installation::find()?).await?;
    Launch::new("cargo build", "cargo")
        .args(["build", "--quiet", "--release", "--package", "pg_ingest_bench"])
        .folder(repository())
        .show_output()
        .run()
        .await
        .context("the benchmark cannot be built")?;
    // The folder that paths in the arguments mean.
    let folder = std::env::current_dir().context("the current folder is gone")?;
    Launch::new("the benchmark", binaries::release("pg_ingest_bench"))
        .args(arguments)
        .folder(folder)
        .show_output()
        .stop_with(Signal::TERM, STOP_LIMIT)
        .run()
        .await
}
