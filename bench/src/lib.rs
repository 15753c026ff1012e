//! Measures the pipeline against a plain COPY of clean rows and against what people write by hand.
//!
//! A [`workload`] makes files and the rows that must come of them. A [`contender`] loads them. [`measure`] interleaves and
//! repeats the contenders on one server, verifies what each left behind and times it. [`report`] tells it all.
//! A contender whose table does not end with the expected rows fails the run: a fast wrong loader must not win.
//!
//! Besides, [`content`] holds records against others of the same table and engine. [`concurrency`] sets many sessions on one
//! table, and [`history`] fills tables and ledger first. [`contract`] infers, fills and evolves. [`path`] puts the real shipper,
//! or the operator's program, between an S3 and the database, and [`citus`] has a table on several servers as the target.

pub mod arguments;
mod checksum;
mod citus;
mod concurrency;
pub mod contender;
mod content;
mod contract;
mod history;
mod measure;
mod path;
mod place;
mod process;
mod report;
mod server;
mod shape;
mod statistics;
pub mod workload;

use anyhow::{Context, Result, ensure};

use arguments::{Options, Part};
use measure::Measurement;
use report::{Report, markdown};
use server::Server;

/// Runs what the options ask for, prints it, and writes the files that they name.
///
/// # Errors
/// When the server does not start, a contender fails or leaves wrong rows, or a file cannot be written.
pub async fn run(options: &Options) -> Result<()> {
    let server = Server::start().await?;
    if let Some(wanted) = options.postgres {
        let major = server.major();
        ensure!(
            major == wanted,
            "the server is of PostgreSQL {major}; expected {wanted}, as --postgres says"
        );
    }
    for contender in &options.contenders {
        contender.make_database(&server).await?;
    }
    let mut report = Report::new(&server, options).await?;
    for part in &options.parts {
        let told = measure_part(&server, *part, options, &mut report).await;
        println!("{}", told.with_context(|| format!("{} failed", part.name()))?);
    }
    println!("{}", report.goals());
    report.write(options)
}

/// Measures one part, adds it to the report and tells it as Markdown.
async fn measure_part(server: &Server, part: Part, options: &Options, report: &mut Report) -> Result<String> {
    Ok(match part {
        Part::Load(workload) => {
            let measured = Measurement::of(server, workload, options).await?;
            let told = markdown::table(&measured);
            report.measurements.push(measured);
            told
        }
        Part::Concurrency => {
            report.concurrency = concurrency::measure(server, options).await?;
            markdown::concurrency(&report.concurrency)
        }
        Part::History => {
            report.history = history::measure(server, options).await?;
            markdown::history(&report.history)
        }
        Part::Content => {
            let (contenders, kinds) = (&options.contenders, &options.kinds);
            report.content = content::measure(server, contenders, kinds, options.repeat).await?;
            markdown::content(&report.content)
        }
        Part::Registration => {
            report.registrations = content::measure_registration(server, &options.contenders).await?;
            markdown::registrations(&report.registrations)
        }
        Part::Datasets => {
            report.crowds = content::measure_datasets(server, &options.contenders, options.repeat).await?;
            markdown::crowds(&report.crowds)
        }
        Part::Contract => {
            let contract = report.contract.insert(contract::measure(server, options).await?);
            markdown::contract(contract)
        }
        Part::Path => {
            let path = report.path.insert(path::measure(server, options).await?);
            markdown::path(path)
        }
        Part::Backfill => {
            let backfill = report.backfill.insert(path::measure_backfill(server, options).await?);
            markdown::backfill(backfill)
        }
        Part::Citus => {
            report.citus = citus::measure(server, options).await?;
            markdown::citus(&report.citus)
        }
    })
}
