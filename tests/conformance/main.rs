//! Runs the cases of `tests/conformance/*.yaml` on both engines.
//!
//! `cargo test -p pg_ingest_tests --test conformance -- [--engine sql|native] [--topics NAME,NAME] [WORD…]` runs the
//! cases whose topic or name contains every word, of those topics (files) where some are named. `BLESS=1` rewrites expectations that differ: read the diff before keeping it.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use pg_ingest_tests::case::{self, Case, Topic};
use pg_ingest_tests::needs::Offer;
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::{bless, diff, run};

/// Cases run side by side; the server has the other half of the machine.
const WORKERS: usize = 2;

struct Arguments {
    engines: Vec<Engine>,
    /// Names of files without their ending; all where there is none.
    topics: Vec<String>,
    words: Vec<String>,
    bless: bool,
}

struct Job {
    engine: Engine,
    path: PathBuf,
    place: usize,
    case: Case,
}

/// A case that did not report what was expected, or could not be run.
struct Failure {
    job: Job,
    found: Result<String>,
}

fn main() -> ExitCode {
    match arguments().and_then(|arguments| all(&arguments)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("conformance: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Arguments> {
    let mut engine = std::env::var("ENGINE").ok();
    let (mut topics, mut words) = (Vec::new(), Vec::new());
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--engine" => engine = Some(given.next().context("--engine needs a name: sql or native")?),
            "--topics" => {
                let names =
                    given.next().context("--topics needs names of files, with commas between them")?;
                topics = names.split(',').map(str::to_owned).collect();
            }
            other if other.starts_with('-') => {
                bail!("no option {other}; expected --engine sql|native, --topics NAME,NAME and words")
            }
            word => words.push(word.to_owned()),
        }
    }
    let bless = std::env::var("BLESS").is_ok_and(|value| value == "1");
    Ok(Arguments { engines: Engine::chosen(engine.as_deref())?, topics, words, bless })
}

fn all(arguments: &Arguments) -> Result<bool> {
    let jobs = jobs(arguments)?;
    if jobs.is_empty() {
        bail!("no case has all of {:?} in its topic or name", arguments.words);
    }
    let begun = Instant::now();
    let server = Server::start(&arguments.engines)?;
    let offer = Offer::of(&mut server.empty_database()?.connect()?)?;
    let chosen = jobs.len();
    let jobs = without_unfit(jobs, &offer);
    let (count, left_out) = (jobs.len(), chosen - jobs.len());
    let failures = run_all(&server, jobs);
    for failure in &failures {
        print_failure(failure);
    }
    if arguments.bless {
        write_expectations(&failures)?;
    }
    let names: Vec<&str> = arguments.engines.iter().map(|engine| engine.name()).collect();
    println!(
        "conformance: {} of {count} cases passed on {} of PostgreSQL {} in {:.0} s, {left_out} not run there",
        count - failures.len(),
        names.join(" and "),
        offer.major(),
        begun.elapsed().as_secs_f64()
    );
    Ok(failures.is_empty())
}

fn jobs(arguments: &Arguments) -> Result<VecDeque<Job>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
    let mut jobs = VecDeque::new();
    let paths = case::topics(&folder)?;
    let name = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    if let Some(unknown) =
        arguments.topics.iter().find(|topic| !paths.iter().any(|path| name(path) == **topic))
    {
        bail!("there is no topic {unknown} in {}", folder.display());
    }
    for path in paths {
        if !arguments.topics.is_empty() && !arguments.topics.contains(&name(&path)) {
            continue;
        }
        let topic = Topic::read(&path)?;
        for (place, case) in topic.cases.iter().enumerate() {
            let title = format!("{} {} {}", path.display(), topic.topic, case.name);
            if arguments.words.iter().all(|word| title.contains(word.as_str())) {
                for &engine in &arguments.engines {
                    jobs.push_back(Job { engine, path: path.clone(), place, case: case.clone() });
                }
            }
        }
    }
    Ok(jobs)
}

/// The cases that can be run on this server; each other one is named with what it needs.
fn without_unfit(jobs: VecDeque<Job>, offer: &Offer) -> VecDeque<Job> {
    jobs.into_iter()
        .filter(|job| {
            let missing = job.case.needs.missing(&job.case.sql(), offer);
            if let Some(missing) = &missing {
                println!("not run: {} on {}; it needs {missing}", job.case.name, job.engine.name());
            }
            missing.is_none()
        })
        .collect()
}

fn run_all(server: &Server, jobs: VecDeque<Job>) -> Vec<Failure> {
    let jobs = Mutex::new(jobs);
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(job) = next(&jobs) {
                    let found =
                        server.database(job.engine).and_then(|database| run::report(&database, &job.case));
                    if !found.as_ref().is_ok_and(|report| *report == job.case.expect) {
                        failures.lock().unwrap_or_else(PoisonError::into_inner).push(Failure { job, found });
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap_or_else(PoisonError::into_inner);
    failures.sort_by(|a, b| (&a.job.path, a.job.place).cmp(&(&b.job.path, b.job.place)));
    failures
}

fn next(jobs: &Mutex<VecDeque<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

fn print_failure(failure: &Failure) {
    let job = &failure.job;
    let topic = job.path.file_stem().unwrap_or_default().to_string_lossy();
    println!("{topic} [{}] {} ({})", job.engine.name(), job.case.name, job.case.says);
    match &failure.found {
        Ok(found) => println!("{}", diff::lines(&job.case.expect, found)),
        Err(error) => println!("  could not be run: {error:#}\n"),
    }
}

/// Takes the first engine's report where the two differ; the next run then shows the other engine's.
fn write_expectations(failures: &[Failure]) -> Result<()> {
    let mut done: Vec<(&PathBuf, usize)> = Vec::new();
    for Failure { job, found } in failures {
        let Ok(report) = found else { continue };
        if done.contains(&(&job.path, job.place)) {
            continue;
        }
        let text = fs::read_to_string(&job.path)?;
        fs::write(&job.path, bless::with_expectation(&text, job.place, report)?)?;
        done.push((&job.path, job.place));
    }
    println!("blessed {} cases", done.len());
    Ok(())
}
