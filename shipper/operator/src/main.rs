//! The `pg-ingest` binary: the operator's program.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    pg_ingest_operator::run(std::env::args_os()).await
}
