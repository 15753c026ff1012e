//! The developer commands. `cargo xtask --help` lists them.

mod arguments;
mod bench;
mod binaries;
mod connection;
mod cost;
mod db;
mod demo;
mod extension;
mod fuzz;
mod migrate;
mod package;
mod release;
mod setup;
mod smoke;
mod suites;
mod tidy;
mod tracked;

use std::process::ExitCode;

use anyhow::Result;
use arguments::Command;
use tokio::signal::unix::{SignalKind, signal};

/// What a shell reports for a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let command = match arguments::parse(lexopt::Parser::from_env()) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("error: {error:#}");
            return ExitCode::from(2);
        }
    };
    match run(command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(command: Command) -> Result<ExitCode> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    // Dropping the command's future drops everything it started, in order.
    tokio::select! {
        outcome = execute(command) => outcome,
        _ = interrupt.recv() => Ok(interrupted()),
        _ = terminate.recv() => Ok(interrupted()),
        _ = hangup.recv() => Ok(interrupted()),
    }
}

fn interrupted() -> ExitCode {
    eprintln!("\ninterrupted; everything that was started has been stopped");
    ExitCode::from(INTERRUPTED)
}

async fn execute(command: Command) -> Result<ExitCode> {
    match command {
        Command::Help => {
            println!("{}", arguments::HELP);
            Ok(ExitCode::SUCCESS)
        }
        Command::Setup => setup::run().await.map(|()| ExitCode::SUCCESS),
        Command::Test { choice, seconds, arguments } => suites::run(&choice, seconds, &arguments).await,
        Command::Demo(options) => demo::run(options).await,
        Command::DbStart(options) => db::start(options).await,
        Command::DbStop { data } => db::stop(&data),
        Command::Package(arguments) => package::run(&arguments).await.map(|()| ExitCode::SUCCESS),
        Command::Fuzz(arguments) => fuzz::run(&arguments).await.map(|()| ExitCode::SUCCESS),
        Command::Smoke(arguments) => smoke::run(&arguments).await.map(|()| ExitCode::SUCCESS),
        Command::Bench(arguments) => bench::run(&arguments).await.map(|()| ExitCode::SUCCESS),
        Command::Cost(arguments) => cost::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Release(arguments) => release::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Migrate(arguments) => migrate::run(&arguments).await.map(|()| ExitCode::SUCCESS),
    }
}
