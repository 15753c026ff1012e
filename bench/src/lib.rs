//! Measures the pipeline against a plain COPY of clean rows and against what people write by hand.
//!
//! A [`workload`] makes files and the rows that must come of them, a [`contender`] loads them, [`measure`] interleaves and
//! repeats the contenders on one server, verifies what each left behind and times it, [`report`] tells it all.
//! A contender whose table does not end with the expected rows fails the run: a fast wrong loader must not win.

pub mod arguments;
mod checksum;
mod contender;
mod measure;
mod place;
mod process_time;
mod report;
mod server;
mod shape;
mod statistics;
mod workload;

use anyhow::{Context, Result};

use arguments::Options;
use measure::Measurement;
use report::Report;
use server::Server;

/// Runs what the options ask for, prints it, and writes the files that they name.
///
/// # Errors
/// When the server does not start, a contender fails or leaves wrong rows, or a file cannot be written.
pub async fn run(options: &Options) -> Result<()> {
    let server = Server::start(options).await?;
    let mut report = Report::new(&server, options).await?;
    for workload in &options.workloads {
        let measured = Measurement::of(&server, *workload, options).await;
        let measured = measured.with_context(|| format!("the workload {} failed", workload.name()))?;
        println!("{}", report::markdown::table(&measured));
        report.measurements.push(measured);
    }
    report.write(options)
}
