//! `cargo xtask setup`: finds what is missing, says what and why, and installs it.

mod fuzzer;
mod packages;
mod pgrx;
mod postgresql;
pub(crate) mod python;

use std::fs::File;
use std::path::PathBuf;

use anyhow::{Context, Result};
use local_stack::environment::Environment;
use local_stack::process::Launch;
use local_stack::repository;

pub(crate) use postgresql::ensure_major;

/// What a command needs besides Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// PostgreSQL's server and programs.
    Postgres,
    /// The AWS emulator.
    Emulator,
    /// dbt.
    Dbt,
    /// What builds and tests the extension.
    Extension,
    /// What `cargo xtask fuzz` runs.
    Fuzzer,
    /// What only tests use: pgbouncer, linters, policy checkers.
    Checks,
    /// What the benchmark compares with.
    Bench,
}

impl Need {
    /// Everything that demo, test and db need.
    pub(crate) const ALL: [Self; 6] =
        [Self::Postgres, Self::Emulator, Self::Dbt, Self::Extension, Self::Checks, Self::Bench];
}

/// One thing that is missing and can be installed.
pub(crate) enum Missing {
    /// Debian packages.
    Packages(Vec<packages::Package>),
    /// The program `cargo pgrx`.
    Pgrx,
    /// pgrx does not know the installed PostgreSQL yet.
    PgrxInit,
    /// The program `cargo fuzz`.
    Fuzzer,
    /// A component of the Rust toolchain.
    Component(&'static str),
    /// A Python environment, and what it is for.
    Environment(Environment, &'static str),
}

/// Installs what of `needs` is missing; a second time there is nothing to do. Two who install at once take turns.
///
/// # Errors
/// When something cannot be installed; the text says what to do by hand.
pub(crate) async fn ensure(needs: &[Need]) -> Result<()> {
    if missing(needs)?.is_empty() {
        return Ok(());
    }
    let _turn = turn()?;
    // Whoever had the turn before may have installed it.
    let missing = missing(needs)?;
    if missing.is_empty() {
        return Ok(());
    }
    println!("To install first:");
    for thing in &missing {
        println!("  - {}", thing.why());
    }
    for thing in &missing {
        thing.install().await?;
    }
    println!("Installed.\n");
    Ok(())
}

/// The right to install, until it is dropped; waits for whoever has it, since each would remove what the other has half made.
fn turn() -> Result<File> {
    let folder = repository().join(".work");
    std::fs::create_dir_all(&folder).context("the folder .work/ cannot be made")?;
    let lock = folder.join("setup.lock");
    let file = File::create(&lock).with_context(|| format!("{} cannot be made", lock.display()))?;
    if file.try_lock().is_err() {
        println!("Another setup is under way; waiting for it.");
        file.lock().with_context(|| format!("{} cannot be locked", lock.display()))?;
    }
    Ok(file)
}

/// `cargo xtask setup`.
pub(crate) async fn run() -> Result<()> {
    if missing(&Need::ALL)?.is_empty() {
        println!("Nothing to install.");
        return Ok(());
    }
    ensure(&Need::ALL).await
}

fn missing(needs: &[Need]) -> Result<Vec<Missing>> {
    let mut missing = Vec::new();
    let packages = packages::missing(needs)?;
    if !packages.is_empty() {
        missing.push(Missing::Packages(packages));
    }
    if needs.contains(&Need::Checks) {
        missing.extend(
            ["rustfmt", "clippy"].into_iter().filter(|name| !has_component(name)).map(Missing::Component),
        );
    }
    if needs.contains(&Need::Extension) {
        missing.extend(pgrx::missing());
    }
    if needs.contains(&Need::Fuzzer) {
        missing.extend(fuzzer::missing());
    }
    missing.extend(python::missing(needs)?);
    Ok(missing)
}

fn has_component(name: &str) -> bool {
    let subcommand = if name == "rustfmt" { "fmt" } else { name };
    let output = std::process::Command::new("cargo").args([subcommand, "--version"]).output();
    output.is_ok_and(|output| output.status.success())
}

impl Missing {
    fn why(&self) -> String {
        match self {
            Self::Packages(packages) => packages::why(packages),
            Self::Pgrx => "cargo-pgrx 0.18.1, which builds the extension (about 3 minutes, once)".to_owned(),
            Self::PgrxInit => "cargo-pgrx's record of where PostgreSQL 15 is".to_owned(),
            Self::Fuzzer => "cargo-fuzz, which makes hostile input".to_owned(),
            Self::Component(name) => format!("{name}, which checks the source"),
            Self::Environment(environment, purpose) => {
                format!("Python packages in {}, {purpose}", environment.folder().display())
            }
        }
    }

    async fn install(&self) -> Result<()> {
        match self {
            Self::Packages(packages) => packages::install(packages).await,
            Self::Pgrx => pgrx::install().await,
            Self::PgrxInit => pgrx::initialise().await,
            Self::Fuzzer => fuzzer::install().await,
            Self::Component(name) => logged("rustup", "rustup")
                .args(["component", "add", name])
                .run()
                .await
                .with_context(|| format!("{name} cannot be added; add it to the toolchain by hand")),
            Self::Environment(environment, _) => python::install(environment).await,
        }
    }
}

/// A program whose output goes to the setup's log, run in the repository.
fn logged(name: &str, program: &str) -> Launch {
    Launch::new(name, program).folder(repository()).log(log())
}

fn log() -> PathBuf {
    repository().join(".work/setup.log")
}
