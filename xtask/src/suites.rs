//! `cargo xtask test`: every check of the project, suite by suite, and one closing summary.

mod builds;
mod changed;
mod citus;
mod command;
mod counts;
mod list;
mod majors;
mod order;
mod times;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures_util::StreamExt as _;
use futures_util::future::{BoxFuture, FutureExt as _};
use futures_util::stream::FuturesUnordered;
use local_stack::{repository, scratch};

use crate::setup::{self, Need};
use crate::tidy;
use builds::Build;
use command::Handed;
use counts::Counts;
use list::{SUITES, Suite, Work};
use order::Weight;
use times::{Times, told};

/// A suite that takes longer hangs, also on a busy machine.
const LIMIT: Duration = Duration::from_secs(3 * 60 * 60);

/// Which suites are run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Those of these names; all where there is none.
    Named(Vec<String>),
    /// Those that what was changed can break.
    Changed,
    /// Those of these names, or all that can, on another major of PostgreSQL.
    OnMajor(u32, Vec<String>),
}

/// Runs suites. The differential test goes on for `seconds`; `arguments` go to the suites' own programs.
pub(crate) async fn run(choice: &Choice, seconds: Option<u64>, arguments: &[String]) -> Result<ExitCode> {
    let handed = Handed { seconds, arguments };
    let chosen = match choice {
        Choice::Named(names) => choose(names)?,
        Choice::Changed => changed::suites()?,
        Choice::OnMajor(major, names) => return majors::run(*major, names, &handed).await,
    };
    setup::ensure(&Need::ALL).await?;
    let logs = repository().join(".work/logs");
    std::fs::create_dir_all(&logs).with_context(|| format!("{} cannot be made", logs.display()))?;
    let outcome = all(chosen, &handed, &logs).await;
    print!("\n{}", outcome.times);
    if !outcome.failed.is_empty() {
        println!("Failed: {}.", outcome.failed.join(", "));
    }
    println!("{} passed, {} failed", outcome.total.passed, outcome.total.failed);
    Ok(if outcome.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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

/// What is run: builds, and the suites that want them.
#[derive(Clone, Copy)]
enum Task {
    Build(Build),
    Suite(&'static Suite),
}

/// How a task ended.
struct Ended {
    task: Task,
    took: Duration,
    counts: Counts,
    succeeded: bool,
}

#[derive(Default)]
struct Outcome {
    total: Counts,
    failed: Vec<&'static str>,
    times: Times,
}

/// Runs the suites, each after what it wants built, beside each other as far as the machine goes.
async fn all(chosen: Vec<&'static Suite>, handed: &Handed<'_>, logs: &Path) -> Outcome {
    let machine = machine();
    let mut waiting = tasks(&chosen);
    let mut running: Vec<Task> = Vec::new();
    let mut built: Vec<(Build, bool)> = Vec::new();
    let mut outcome = Outcome::default();
    let mut works: FuturesUnordered<BoxFuture<'_, Ended>> = FuturesUnordered::new();
    loop {
        while let Some(place) = next(&waiting, &running, &built, machine) {
            let task = waiting.remove(place);
            if let Some(missing) = task.missing(&built) {
                println!("{:<12} FAILED: {} did not build", task.name(), missing.about());
                outcome.failed.push(task.name());
                outcome.total.failed += 1;
                continue;
            }
            println!("{:<12} {}", task.name(), task.about());
            running.push(task);
            works.push(task.run(handed, logs.join(format!("{}.log", task.name()))).boxed());
        }
        let Some(ended) = works.next().await else { break };
        running.retain(|task| task.name() != ended.task.name());
        outcome.times.add(ended.task.name(), matches!(ended.task, Task::Build(_)), ended.took);
        match ended.task {
            Task::Build(build) => built.push((build, ended.succeeded)),
            Task::Suite(_) => outcome.total.add(ended.counts),
        }
        if !ended.succeeded {
            outcome.failed.push(ended.task.name());
        }
    }
    outcome
}

/// The suites in their order, and before the first that wants a build all builds that are wanted: they take the whole
/// machine, so that none may wait for the end of a long suite.
fn tasks(chosen: &[&'static Suite]) -> Vec<Task> {
    let (without, with): (Vec<&Suite>, Vec<&Suite>) = chosen.iter().partition(|suite| suite.after.is_empty());
    let mut builds: Vec<Build> = Vec::new();
    for build in with.iter().flat_map(|suite| suite.after) {
        if !builds.contains(build) {
            builds.push(*build);
        }
    }
    let suites = |some: Vec<&'static Suite>| some.into_iter().map(Task::Suite);
    suites(without).chain(builds.into_iter().map(Task::Build)).chain(suites(with)).collect()
}

/// The place of the task to start now: one whose builds have ended, and that the machine has room for.
fn next(waiting: &[Task], running: &[Task], built: &[(Build, bool)], machine: Weight) -> Option<usize> {
    let is_ready = |task: &Task| task.after().iter().all(|build| built.iter().any(|(done, _)| done == build));
    let ready: Vec<usize> = (0..waiting.len()).filter(|&place| is_ready(&waiting[place])).collect();
    let weights: Vec<Weight> = ready.iter().map(|&place| waiting[place].weight()).collect();
    let taken: Vec<Weight> = running.iter().map(Task::weight).collect();
    order::next(&weights, &taken, machine).map(|place| ready[place])
}

/// What the machine has.
fn machine() -> Weight {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    Weight { cores, gigabytes: scratch::memory_available() / 1_000_000_000 }
}

impl Task {
    fn name(&self) -> &'static str {
        match self {
            Self::Build(build) => build.name(),
            Self::Suite(suite) => suite.name,
        }
    }

    fn about(&self) -> &'static str {
        match self {
            Self::Build(build) => build.about(),
            Self::Suite(suite) => suite.about,
        }
    }

    fn after(&self) -> &'static [Build] {
        match self {
            Self::Build(_) => &[],
            Self::Suite(suite) => suite.after,
        }
    }

    fn weight(&self) -> Weight {
        match self {
            Self::Build(_) => Weight::ALL,
            Self::Suite(suite) => suite.weight,
        }
    }

    /// What it wants and could not be built.
    fn missing(&self, built: &[(Build, bool)]) -> Option<Build> {
        built
            .iter()
            .find(|(build, succeeded)| !succeeded && self.after().contains(build))
            .map(|(build, _)| *build)
    }

    /// Runs it and says how it went; what it printed is shown when it failed, and kept in `log`.
    async fn run(self, handed: &Handed<'_>, log: PathBuf) -> Ended {
        let began = Instant::now();
        let worked = match std::fs::write(&log, "") {
            Ok(()) => tokio::time::timeout(LIMIT, self.work(&log, handed))
                .await
                .unwrap_or_else(|_| Err(anyhow::anyhow!("it did not end within {}", told(LIMIT)))),
            Err(error) => Err(error).with_context(|| format!("{} cannot be written", log.display())),
        };
        let took = began.elapsed();
        let printed = std::fs::read(&log).unwrap_or_default();
        let printed = String::from_utf8_lossy(&printed);
        let left_out = printed.lines().find_map(|line| line.strip_prefix(citus::NOT_RUN));
        let counts = match left_out {
            Some(_) if worked.is_ok() => Counts::default(),
            _ => Counts::in_output(&printed).with_outcome(worked.is_ok()),
        };
        let succeeded = counts.failed == 0;
        let (name, time) = (self.name(), told(took));
        match (&worked, self) {
            (Ok(()), Self::Build(_)) => println!("{name:<12} built ({time})"),
            (Ok(()), Self::Suite(_)) if succeeded => match left_out {
                Some(reason) => println!("{name:<12} not run: {reason}"),
                None => println!("{name:<12} ok: {} passed ({time})", counts.passed),
            },
            (Ok(()), Self::Suite(_)) => {
                println!("{printed}\n{name:<12} FAILED: {} checks ({time})", counts.failed);
            }
            (Err(error), _) => {
                // The error repeats the end of what is shown here in full.
                let error = format!("{error:#}");
                let reason = error.split("; the end of").next().unwrap_or_default();
                println!("{printed}\n{name:<12} FAILED: {reason} ({time})");
            }
        }
        Ended { task: self, took, counts, succeeded }
    }

    async fn work(&self, log: &Path, handed: &Handed<'_>) -> Result<()> {
        match self {
            Self::Build(build) => build.work(log, handed).await,
            Self::Suite(suite) => match suite.work {
                Work::Tidy => tidy::run(log),
                Work::OtherMajors => majors::run_each(log).await,
                Work::Citus => citus::run(log, handed).await,
                Work::Commands(commands) => {
                    for command in commands {
                        command.run(log, handed).await?;
                    }
                    Ok(())
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(tasks: &[Task]) -> Vec<&'static str> {
        tasks.iter().map(Task::name).collect()
    }

    #[test]
    fn the_help_names_every_suite() {
        let words: Vec<&str> = crate::arguments::HELP.split([' ', '\n', ';']).collect();
        for suite in &SUITES {
            assert!(words.contains(&suite.name), "cargo xtask --help does not name the suite {}", suite.name);
        }
    }

    #[test]
    fn each_build_comes_once_and_before_every_suite_that_wants_one() {
        let chosen = choose(&["tidy".into(), "conformance".into(), "e2e".into(), "unit".into()]).unwrap();
        assert_eq!(names(&tasks(&chosen)), ["tidy", "workspace", "extension", "unit", "e2e", "conformance"]);
    }

    #[test]
    fn no_long_suite_holds_up_the_lint_or_a_build() {
        let machine = Weight { cores: 2, gigabytes: 8 };
        let waiting = tasks(&choose(&[]).unwrap());
        let builds = [Build::Workspace, Build::Extension, Build::ExtensionTests];
        for (began, built) in [(2, &builds[..0]), (3, &builds[..0]), (4, &builds[..1]), (5, &builds[..2])] {
            let built: Vec<(Build, bool)> = built.iter().map(|&build| (build, true)).collect();
            assert_eq!(
                next(&waiting[began..], &[], &built, machine),
                Some(0),
                "{:?}",
                names(&waiting[began..])
            );
        }
        assert_eq!(names(&waiting[..2]), ["tidy", "format"]);
        assert_eq!(next(&waiting[2..], &waiting[1..2], &[], machine), None, "beside format");
    }

    #[test]
    fn a_suite_waits_for_its_builds_and_no_other_does() {
        let waiting = tasks(&choose(&["e2e".into(), "infra".into()]).unwrap());
        assert_eq!(names(&waiting), ["workspace", "extension", "infra", "e2e"]);
        let machine = Weight { cores: 2, gigabytes: 8 };
        let built = [(Build::Workspace, true), (Build::Extension, false)];
        assert_eq!(next(&waiting[2..], &[], &built[..1], machine), Some(0));
        assert_eq!(next(&waiting[3..], &[], &built[..1], machine), None);
        assert_eq!(next(&waiting[3..], &[], &built, machine), Some(0));
        assert_eq!(waiting[3].missing(&built), Some(Build::Extension));
    }
}
