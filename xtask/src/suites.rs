//! `cargo xtask test`: every check of the project, suite by suite, and one closing summary.

mod counts;
mod list;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use local_stack::postgres::Installation;
use local_stack::repository;

use crate::extension;
use crate::setup::{self, Need};
use crate::tidy;
use counts::Counts;
use list::{Handed, SUITES, Suite, Work};

/// A suite that takes longer hangs, also on a busy machine.
const LIMIT: Duration = Duration::from_secs(3 * 60 * 60);

/// Runs the suites of these names, or all. The differential test goes on for `seconds`; `arguments` go to the suites' own
/// programs.
pub(crate) async fn run(names: &[String], seconds: Option<u64>, arguments: &[String]) -> Result<ExitCode> {
    let chosen = choose(names)?;
    let handed = Handed { seconds, arguments };
    setup::ensure(&Need::ALL).await?;
    let logs = repository().join(".work/logs");
    std::fs::create_dir_all(&logs).with_context(|| format!("{} cannot be made", logs.display()))?;
    let began = Instant::now();
    let mut total = Counts::default();
    let mut failed = Vec::new();
    let mut installed = false;
    for suite in chosen {
        if suite.wants_extension && !installed {
            println!("Building the extension and installing it into this checkout's PostgreSQL.");
            extension::install(&Installation::find()?).await?;
            installed = true;
        }
        let counts = suite.report(logs.join(format!("{}.log", suite.name)), &handed).await?;
        if counts.failed > 0 {
            failed.push(suite.name);
        }
        total.add(counts);
    }
    println!("\nTook {} in all.", told(began.elapsed()));
    if !failed.is_empty() {
        println!("Failed: {}.", failed.join(", "));
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn choose(names: &[String]) -> Result<Vec<&'static Suite>> {
    for name in names {
        if !SUITES.iter().any(|suite| suite.name == name) {
            let known: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
            bail!("there is no suite `{name}`; there are {}", known.join(", "));
        }
    }
    Ok(SUITES
        .iter()
        .filter(|suite| names.is_empty() || names.iter().any(|name| name == suite.name))
        .collect())
}

impl Suite {
    /// Runs it and says how it went; what it printed is shown when it failed, and kept in `log`.
    async fn report(&self, log: PathBuf, handed: &Handed<'_>) -> Result<Counts> {
        println!("{:<12} {}", self.name, self.about);
        std::fs::write(&log, "").with_context(|| format!("{} cannot be written", log.display()))?;
        let began = Instant::now();
        let outcome = tokio::time::timeout(LIMIT, self.work(&log, handed)).await;
        let outcome =
            outcome.unwrap_or_else(|_| Err(anyhow::anyhow!("it did not end within {}", told(LIMIT))));
        let printed = std::fs::read(&log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())?;
        let counts = Counts::in_output(&printed).with_outcome(outcome.is_ok());
        match outcome {
            Ok(()) => println!("{:<12} ok: {} passed ({})", "", counts.passed, told(began.elapsed())),
            Err(error) => {
                // The error repeats the end of what is shown here in full.
                let error = format!("{error:#}");
                let reason = error.split("; the end of").next().unwrap_or_default();
                println!("{printed}\n{:<12} FAILED: {reason} ({})", "", told(began.elapsed()));
            }
        }
        Ok(counts)
    }

    async fn work(&self, log: &std::path::Path, handed: &Handed<'_>) -> Result<()> {
        match self.work {
            Work::Tidy => tidy::run(log),
            Work::Commands(commands) => {
                for command in commands {
                    command.run(log, handed).await?;
                }
                Ok(())
            }
        }
    }
}

fn told(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 { format!("{seconds} s") } else { format!("{} min {:02} s", seconds / 60, seconds % 60) }
}
