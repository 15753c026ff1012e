//! The `shipper` binary: the Lambda function.

// In the package the whole batch is laid out as one future, the SDK's calls within it: deeper than the default of 128.
#![recursion_limit = "256"]

use std::process::ExitCode;

// One thread: below 1,769 MB of memory Lambda gives less than one vCPU (AWS Lambda Developer Guide, "Configure Lambda
// function memory"), and threads that wake each other took a fifth of the time.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shipper::command::run(std::env::args_os().skip(1).collect()).await
}
