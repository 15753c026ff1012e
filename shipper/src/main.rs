//! The `shipper` binary: the Lambda function.

use std::process::ExitCode;

// One thread: below 1,769 MB of memory Lambda gives less than one vCPU (AWS Lambda Developer Guide, "Configure Lambda
// function memory"), and threads that wake each other took a fifth of the time.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shipper::command::run(std::env::args_os().skip(1).collect()).await
}
