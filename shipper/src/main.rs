//! The `shipper` binary: the Lambda function and the operator's commands.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    shipper::command::run(std::env::args().skip(1).collect()).await
}
