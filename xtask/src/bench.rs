//! `cargo xtask bench`: builds the benchmark and all that it measures, and runs it.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use local_stack::citus;
use local_stack::postgres::Installation;
use local_stack::process::Launch;
use local_stack::repository;
use rustix::process::Signal;

use crate::setup::{self, Need};
use crate::{binaries, extension};

/// What `cargo xtask bench --help` prints.
const HELP: &str = "\
cargo xtask bench [--quick] [--workload NAME,…] [--contender NAME,…] [--repeat N] [--files N] [--history]
                  [--kind BEGINNING] [--postgres N] [--json FILE] [--results FILE]

  --quick           under 3 minutes: fewer files, repetitions and workloads
  --workload NAMES  only these: new update replay dirty small large wide many-datasets children fan-out deletes; concurrency (1 to 16 sessions),
                    path (the shipper between S3 and the database), backfill (pg-ingest beside it), history; content (what a
                    record costs by what stands in it), registration (what it costs by columns), datasets (a batch beside
                    1,000), contract (infer, fill and evolve); citus (a table on 1, 2 and 4 workers, by the PostgreSQL
                    that CITUS_PG_BIN names)
  --kind BEGINNING  of the kinds of content only those whose names begin so, and what they are held against
  --contender NAMES only these: floor hand_sql psycopg2 executemany psycopg3 adbc dlt sql native; ratios want the floor
  --repeat N        how often each contender loads each workload; default 5, with --quick 3
  --files N         measured files of 44 KB; default 1000, with --quick 300; for concurrency at most so many a batch
  --history         also with 10,000,000 rows in the target and as many files in the ledger (20 GB of disk)
  --history-rows N  another number of them
  --postgres N      on PostgreSQL 16, 17 or 18, which is fetched, or is the one whose programs PG_BIN names: new and dirty by floor,
                    sql and native. The figures become a section of bench/results.md; without headers (17 as it is fetched) no
                    extension can be built, and native is left out
  --shipper FILE    the shipper's binary for path and backfill; default: built here as it is for Lambda
  --operator FILE   pg-ingest's binary for backfill; default: built here
  --keys N          how many keys it compares with the ledger; default 1000000
  --json FILE       writes all figures; at the top are native_ratio, sql_ratio and so on, of the workload new
  --results FILE    writes the tables as Markdown; a full run writes bench/results.md unless told otherwise, and the figures
                    of docs/performance.md with it";

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
    let programs = programs(major(arguments)?).await?;
    let installation = match &programs {
        Some(folder) => Installation::copy_of(folder)?,
        None => Installation::find()?,
    };
    println!("Building the extension, the shipper and the benchmark with optimisation.");
    let mut shortened = Vec::new();
    if installation.has_headers() {
        extension::install(&installation).await?;
    } else {
        ensure!(
            !names(arguments, "native"),
            "no extension can be built for the PostgreSQL of {}, whose headers are not there; leave native out, or let PG_BIN \
             name the programs of one that has them",
            installation.program("").display()
        );
        println!("No headers, so no extension: native is left out.");
        if !given(arguments, "--contender") {
            shortened.extend(["--contender", "floor,sql"]);
        }
    }
    if let Some(programs) = citus::programs().filter(|_| names(arguments, "citus")) {
        extension::install(&Installation::copy_of(&programs)?).await?;
    }
    build(&["--release", "--package", "pg_ingest_bench"]).await?;
    let mut built = Vec::new();
    if is_wanted(arguments, "--shipper", &["path", "backfill"]) {
        build(&["--profile", "lambda", "--package", "shipper", "--bin", "shipper"]).await?;
        built.extend(["--shipper".into(), binaries::in_profile("lambda", "shipper").into_os_string()]);
    }
    if is_wanted(arguments, "--operator", &["backfill"]) {
        build(&["--release", "--package", "pg_ingest_operator"]).await?;
        built.extend(["--operator".into(), binaries::in_profile("release", "pg-ingest").into_os_string()]);
    }
    // The folder that paths in the arguments mean.
    let folder = std::env::current_dir().context("the current folder is gone")?;
    let mut launch = Launch::new("the benchmark", binaries::in_profile("release", "pg_ingest_bench"));
    if let Some(programs) = programs {
        launch = launch.env("PG_BIN", programs);
    }
    launch
        .args(built)
        .args(shortened)
        .args(arguments)
        .folder(folder)
        .show_output()
        .stop_with(Signal::TERM, STOP_LIMIT)
        .run()
        .await
}

async fn build(what: &[&str]) -> Result<()> {
    Launch::new("cargo build", "cargo")
        .args(["build", "--quiet"])
        .args(what)
        .folder(repository())
        .show_output()
        .run()
        .await
        .context("what is to be measured cannot be built")
}

/// The major that `--postgres` asks for.
fn major(arguments: &[String]) -> Result<Option<u32>> {
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let value = match argument.strip_prefix("--postgres") {
            Some("") => rest.next().map(String::as_str),
            Some(value) => value.strip_prefix('='),
            None => continue,
        };
        let major = value.and_then(|value| value.parse().ok());
        return major.map(Some).context("--postgres takes a major, such as 17");
    }
    Ok(None)
}

/// The programs of another PostgreSQL than the usual one, where one is asked for.
async fn programs(major: Option<u32>) -> Result<Option<PathBuf>> {
    let named = std::env::var_os("PG_BIN").map(PathBuf::from);
    match (major, named) {
        (None | Some(15), named) => Ok(named),
        (Some(_), Some(named)) => Ok(Some(named)),
        (Some(major), None) => Ok(Some(setup::ensure_major(major).await?.programs())),
    }
}

/// Whether a flag stands among the arguments.
fn given(arguments: &[String], flag: &str) -> bool {
    arguments.iter().any(|argument| argument.split('=').next() == Some(flag))
}

/// Whether a list among the arguments has a name.
fn names(arguments: &[String], name: &str) -> bool {
    arguments.iter().any(|argument| argument.split([',', '=']).any(|listed| listed == name))
}

/// Whether one of these workloads is measured, with a binary that is not there yet.
fn is_wanted(arguments: &[String], binary: &str, workloads: &[&str]) -> bool {
    let all = !["--quick", "--workload", "--postgres"].iter().any(|flag| given(arguments, flag));
    !given(arguments, binary) && (workloads.iter().any(|name| names(arguments, name)) || all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(line: &str) -> bool {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        is_wanted(&arguments, "--shipper", &["path", "backfill"])
    }

    #[test]
    fn the_shipper_is_built_only_where_it_is_measured() {
        assert!(
            wanted("")
                && wanted("--json f")
                && wanted("--workload new,path")
                && wanted("--workload=backfill")
        );
        assert!(!wanted("--postgres 17") && !wanted("--postgres=17"));
        assert!(!wanted("--quick") && !wanted("--workload new") && !wanted("--workload path --shipper f"));
    }

    #[test]
    fn the_major_is_read_in_either_form() {
        let asked = |line: &str| major(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(asked("--quick").unwrap(), None);
        assert_eq!(asked("--repeat 3 --postgres 17").unwrap(), Some(17));
        assert_eq!(asked("--postgres=18 --quick").unwrap(), Some(18));
        assert!(asked("--postgres").is_err() && asked("--postgres new").is_err());
    }
}
