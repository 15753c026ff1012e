//! The command line: which of the three jobs is asked for.

mod check;
mod help;
mod ingest;

use std::process::ExitCode;

use crate::settings::{DatabaseAuth, DatabaseSource, Settings};
use crate::{lambda, logging};

/// Runs what the arguments (without the program's name) ask for. Exit code 0: done; 1: failed; 2: misused.
pub async fn run(arguments: Vec<String>) -> ExitCode {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() => report(lambda::serve().await),
        [] => misused(
            "this is not a Lambda runtime (AWS_LAMBDA_RUNTIME_API is not set), and no command was given",
        ),
        ["--help" | "-h" | "help"] => {
            print!("{}", help::text());
            ExitCode::SUCCESS
        }
        ["--version" | "-V"] => {
            println!("shipper {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        ["check"] => match settings() {
            Ok(settings) => check::run(&settings).await,
            Err(code) => code,
        },
        ["ingest", rest @ ..] => match ingest::Arguments::parse(rest) {
            Ok(arguments) => match settings() {
                Ok(settings) => report(ingest::run(&settings, &arguments).await),
                Err(code) => code,
            },
            Err(problem) => misused(&problem),
        },
        [unknown, ..] => misused(&format!("`{unknown}` is no command")),
    }
}

fn settings() -> Result<Settings, ExitCode> {
    match Settings::from_environment() {
        Ok(settings) => {
            logging::start_plain(&settings.log_level);
            Ok(settings)
        }
        Err(faults) => {
            eprintln!("{faults}");
            Err(ExitCode::from(2))
        }
    }
}

/// AWS only for a login that comes from there: elsewhere the SDK would search for a region that nobody needs.
async fn aws_if_needed(settings: &Settings) -> Option<aws_config::SdkConfig> {
    match (&settings.database.source, settings.database.auth) {
        (DatabaseSource::Secret(_), _) | (_, DatabaseAuth::Iam) => Some(aws_config::load_from_env().await),
        _ => None,
    }
}

fn report(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shipper: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn misused(problem: &str) -> ExitCode {
    eprintln!("shipper: {problem}; `shipper --help` explains the commands");
    ExitCode::from(2)
}
