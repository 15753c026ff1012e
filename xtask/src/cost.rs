//! `cargo xtask cost`: the monthly bill for a number of files a day, by service.
//!
//! Prices are read from `infra/prices.json`. What the pipeline does a month (invocations, requests, milliseconds) is
//! worked out in [`model`] from the template's defaults and from measured milliseconds.

mod model;
mod prices;

use anyhow::{Context, Result, ensure};
use lexopt::{Arg, ValueExt as _};

use model::{Design, Line, Measured, Workload};
use prices::Prices;

/// What `cargo xtask cost --help` prints.
const HELP: &str = "\
cargo xtask cost [--files-per-day N] [--file-kb K] [--process-ms MS]

  --files-per-day N  default: one table each for 100,000, 1,000,000 and 10,000,000
  --file-kb K        kilobytes of a file; default 50
  --process-ms MS    the database's time for one file of that size, in milliseconds; default measured, see docs/cost.md";

const DEFAULT_WORKLOADS: [f64; 3] = [100_000.0, 1_000_000.0, 10_000_000.0];

struct Options {
    files_per_day: Option<f64>,
    file_kb: f64,
    process_ms: Option<f64>,
}

/// Runs the command with the arguments that follow `cost`.
///
/// # Errors
/// When the arguments are not understood or the price file cannot be read.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let Some(options) = parse(arguments)? else {
        println!("{HELP}");
        return Ok(());
    };
    let prices = Prices::read(&local_stack::repository().join("infra/prices.json"))?;
    let counts = options.files_per_day.map_or_else(|| DEFAULT_WORKLOADS.to_vec(), |count| vec![count]);
    let mut measured = Measured::for_files_of(options.file_kb);
    measured.process_ms = options.process_ms.unwrap_or(measured.process_ms);
    for files_per_day in counts {
        let workload = Workload { files_per_day, file_kb: options.file_kb };
        print!("{}", report(&workload, &measured, &prices));
    }
    print!("{}", choices(&prices));
    Ok(())
}

fn parse(arguments: &[String]) -> Result<Option<Options>> {
    let mut options = Options { files_per_day: None, file_kb: 50.0, process_ms: None };
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("files-per-day") => {
                options.files_per_day = Some(positive(&mut parser, "--files-per-day")?)
            }
            Arg::Long("file-kb") => options.file_kb = positive(&mut parser, "--file-kb")?,
            Arg::Long("process-ms") => options.process_ms = Some(positive(&mut parser, "--process-ms")?),
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            other => return Err(other.unexpected()).context("see cargo xtask cost --help"),
        }
    }
    Ok(Some(options))
}

fn positive(parser: &mut lexopt::Parser, flag: &str) -> Result<f64> {
    let number: f64 = parser.value()?.parse().with_context(|| format!("{flag} takes a number"))?;
    ensure!(number > 0.0 && number.is_finite(), "{flag} takes a number above 0, not {number}");
    Ok(number)
}

/// The tables for one workload, as Markdown.
fn report(workload: &Workload, measured: &Measured, prices: &Prices) -> String {
    let batched = model::bill(Design::Batched, workload, measured, prices);
    let per_file = model::bill(Design::PerFile, workload, measured, prices);
    let mut text = format!(
        "\n{} files of {} KB a day ({:.1} GB a month); {} list prices of {}, dollars a month\n\n",
        grouped(workload.files_per_day),
        workload.file_kb,
        workload.gigabytes_a_month(),
        prices.region,
        prices.as_of,
    );
    text +=
        "| service | pg_ingest | less AWS' free amounts | one invocation a file |\n|---|---:|---:|---:|\n";
    for (ours, theirs) in batched.iter().zip(&per_file) {
        text +=
            &format!("| {} | {:.2} | {:.2} | {:.2} |\n", ours.service, ours.list, ours.billed, theirs.list);
    }
    text += &format!(
        "| **sum** | **{:.2}** | **{:.2}** | **{:.2}** |\n",
        sum(&batched, |line| line.list),
        sum(&batched, |line| line.billed),
        sum(&per_file, |line| line.list),
    );
    text + &others(workload, measured, prices)
}

fn others(workload: &Workload, measured: &Measured, prices: &Prices) -> String {
    format!(
        "\nThe database's own work: {:.1} hours a month of one busy connection.\n\
         Between zones, where the database's writer is in another than the function: {:.2}.\n\
         Snowpipe's fee for as much: {:.2} ({} credits a GB at {:.2} dollars), its warehouses and storage besides.\n",
        model::database_hours(workload, measured),
        model::between_zones(workload, prices),
        workload.gigabytes_a_month() * prices.snowpipe_credits_gb * prices.snowflake_credit_enterprise,
        prices.snowpipe_credits_gb,
        prices.snowflake_credit_enterprise,
    )
}

/// What can be chosen besides, as Markdown.
fn choices(prices: &Prices) -> String {
    let mut text = "\n| by choice, whatever the files | dollars a month |\n|---|---:|\n".to_owned();
    for (what, dollars) in model::choices(prices) {
        text += &format!("| {what} | {dollars:.2} |\n");
    }
    text
}

fn sum(lines: &[Line], part: impl Fn(&Line) -> f64) -> f64 {
    lines.iter().map(part).sum()
}

/// A whole number with its thousands apart.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(100.0), "100");
        assert_eq!(grouped(1_000_000.0), "1,000,000");
    }

    #[test]
    fn a_number_that_makes_no_sense_is_refused() {
        let arguments = ["--files-per-day".to_owned(), "0".to_owned()];
        assert!(parse(&arguments).err().unwrap().to_string().contains("above 0"));
    }

    #[test]
    fn the_page_shows_what_the_command_prints() {
        let prices = Prices::read(&local_stack::repository().join("infra/prices.json")).unwrap();
        let page = std::fs::read_to_string(local_stack::repository().join("docs/cost.md")).unwrap();
        for files_per_day in DEFAULT_WORKLOADS {
            let table =
                report(&Workload { files_per_day, file_kb: 50.0 }, &Measured::for_files_of(50.0), &prices);
            assert!(
                page.contains(table.trim()),
                "docs/cost.md is not what `cargo xtask cost` prints:\n{table}"
            );
        }
        assert!(page.contains(choices(&prices).trim()), "{}", choices(&prices));
    }

    #[test]
    fn everything_besides_database_and_network_is_under_five_dollars_at_list_price() {
        let prices = Prices::read(&local_stack::repository().join("infra/prices.json")).unwrap();
        let workload = Workload { files_per_day: 100_000.0, file_kb: 50.0 };
        let bill = model::bill(Design::Batched, &workload, &Measured::for_files_of(50.0), &prices);
        let total = sum(&bill, |line| line.list);
        assert!(total < 5.0, "{total} dollars a month for 100,000 files of 50 KB a day");
    }
}
