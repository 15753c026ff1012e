//! The command line: the Lambda function, and where the operator's commands are.

mod help;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::lambda;

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
        (Some("--help" | "-h" | "help" | "--version" | "-V"), Some(unknown)) => {
            misused(&format!("`{unknown}` is one argument too many"))
        }
        (Some(moved @ ("check" | "ingest")), _) => {
            misused(&format!("`{moved}` is a command of the operator's program: `pg-ingest {moved}`"))
        }
        (Some(unknown), _) => misused(&format!("`{unknown}` is no command")),
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
