//! The command line: which of the three jobs is asked for.

mod check;
mod help;
mod ingest;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::settings::{DatabaseAuth, DatabaseSource, Settings};
use crate::{lambda, logging};

/// Runs what the arguments (without the program's name) ask for. Exit code 0: done; 1: failed; 2: misused.
pub async fn run(arguments: Vec<OsString>) -> ExitCode {
    let mut words = arguments.iter().map(|word| word.to_string_lossy());
    match (words.next().as_deref(), words.next().as_deref()) {
        (None, _) if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() => report(lambda::serve().await),
        (None, _) => misused(
            "this is not a Lambda runtime (AWS_LAMBDA_RUNTIME_API is not set), and no command was given",
        ),
        (Some("--help" | "-h" | "help"), None) => {
            print!("{}", help::text());
            ExitCode::SUCCESS
        }
        (Some("--version" | "-V"), None) => {
            println!("shipper {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        (Some("check"), None) => match settings() {
            Ok(settings) => check::run(&settings).await,
            Err(code) => code,
        },
        (Some("ingest"), _) => match ingest::Arguments::parse(&arguments[1..]) {
            Ok(arguments) => match settings() {
                Ok(settings) => report(ingest::run(&settings, &arguments).await),
                Err(code) => code,
            },
            Err(problem) => misused(&problem),
        },
        (Some("--help" | "-h" | "help" | "--version" | "-V" | "check"), Some(unknown)) => {
            misused(&format!("`{unknown}` is one argument too many"))
        }
        (Some(unknown), _) => misused(&format!("`{unknown}` is no command")),
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
