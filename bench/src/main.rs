//! The program behind `cargo xtask bench`, which builds it, installs what it needs and runs it.

use std::process::ExitCode;

use pg_ingest_bench::arguments;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let options = arguments::parse(lexopt::Parser::from_env())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    // Dropping the run's future stops the server and whatever else it started.
    tokio::select! {
        outcome = pg_ingest_bench::run(&options) => outcome,
        _ = interrupt.recv() => anyhow::bail!("interrupted"),
        _ = terminate.recv() => anyhow::bail!("interrupted"),
    }
}
