//! The figures as Markdown.

use super::Report;
use crate::measure::{Measurement, Series};
use crate::statistics::Spread;

/// One workload's table.
pub(crate) fn table(measurement: &Measurement) -> String {
    let mut text = format!(
        "### {}: {}\n\n\
         | | files | ms a file | rows/s | ratio to the floor | database CPU ms a file | its ratio |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
        measurement.workload.name(),
        measurement.workload.about()
    );
    for series in &measurement.series {
        text += &line(measurement, series);
    }
    text + &phases(measurement)
}

fn line(measurement: &Measurement, series: &Series) -> String {
    format!(
        "| {} | {} | {} | {} | {} | {} | {} |\n",
        series.contender.name(),
        series.files,
        told(Spread::of(&series.wall())),
        series.rows_a_second().map_or(String::new(), |rows| format!("{rows:.0}")),
        told(measurement.ratio_to_floor(series)),
        told(series.database_cpu()),
        told(measurement.cpu_ratio_to_floor(series)),
    )
}

/// Where the pipeline's time goes, by the medians.
fn phases(measurement: &Measurement) -> String {
    let mut text = String::new();
    for series in &measurement.series {
        let phases: Vec<_> = series.timings.iter().filter_map(|timing| timing.phases).collect();
        if phases.is_empty() {
            continue;
        }
        let median = |part: fn(&crate::contender::Phases) -> f64| {
            Spread::of(&phases.iter().map(part).collect::<Vec<_>>()).map_or(0.0, |spread| spread.median)
        };
        text += &format!(
            "\n{}: begin {:.3}, COPY into staging {:.3}, ingest_process_staging {:.3}, COMMIT {:.3} ms a file\n",
            series.contender.name(),
            median(|p| p.begin),
            median(|p| p.stage),
            median(|p| p.process),
            median(|p| p.commit),
        );
    }
    text
}

/// The median, and from where to where the repetitions lie.
fn told(spread: Option<Spread>) -> String {
    spread.map_or(String::new(), |spread| {
        format!("{:.3} ({:.3}–{:.3})", spread.median, spread.least, spread.most)
    })
}

/// `bench/results.md`.
pub(super) fn page(report: &Report) -> String {
    let machine = &report.machine;
    let settings: Vec<String> =
        machine.settings.iter().map(|(name, value)| format!("`{name} = {value}`")).collect();
    let mut text = format!(
        "# Measured\n\n\
         Written by `cargo xtask bench{}` on {} on {}, {} cores; {}.\n\
         Settings: {}.\n\n\
         Medians of {} repetitions, in parentheses the least and the most. The contenders take turns in each repetition on\n\
         the same server; a ratio is to the floor of the same repetition. Every contender's table was compared with the\n\
         expected rows after every repetition. The floor is `COPY` of the files' rows, already clean, as CSV, in the same\n\
         batches, into an empty table of the same shape.\n\n",
        if report.quick { " --quick" } else { "" },
        machine.date,
        machine.processor,
        machine.cores,
        machine.postgres.split(',').next().unwrap_or_default(),
        settings.join(", "),
        report.repeat,
    );
    text += &contenders();
    for measurement in &report.measurements {
        text += &table(measurement);
        text.push('\n');
    }
    text
}

fn contenders() -> String {
    let mut text = "| contender | what it does |\n|---|---|\n".to_owned();
    for contender in crate::contender::Contender::ALL {
        text += &format!("| {} | {} |\n", contender.name(), contender.about());
    }
    text + "\n"
}
