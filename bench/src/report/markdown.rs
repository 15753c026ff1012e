//! The figures as Markdown.

use super::goals::{self, Goal};
use super::{Report, majors};
use crate::measure::{Measurement, Series};
use crate::path::{Backfill, Comparison, WholePath};
use crate::statistics::Spread;
use crate::{citus, concurrency, content, contract, history};

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
        series.name(),
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
            series.name(),
            median(|p| p.begin),
            median(|p| p.stage),
            median(|p| p.process),
            median(|p| p.commit),
        );
    }
    text
}

/// Many sessions.
pub(crate) fn concurrency(points: &[concurrency::Point]) -> String {
    let mut text = "### Sessions at once\n\n\
         | | keys | sessions | files/s | waiting for rows | for a longer table | deadlocks |\n|---|---|---:|---:|---:|---:|---:|\n"
        .to_owned();
    for point in points {
        text += &format!(
            "| {} | {} | {} | {} | {:.1} % | {:.1} % | {} |\n",
            point.contender.name(),
            if point.same_keys { "the same in all" } else { "all new" },
            point.sessions,
            whole(point.files_a_second),
            point.lock_wait * 100.0,
            point.extension_wait * 100.0,
            point.deadlocks,
        );
    }
    text
}

/// Full tables.
pub(crate) fn history(points: &[history::Point]) -> String {
    let mut text = "### With a history\n\n\
         | | before | ms a file | over empty | over the floor | database CPU ms a file | over empty | over the floor |\n|---|---|---:|---:|---:|---:|---:|---:|\n"
        .to_owned();
    for point in points {
        let (empty, floor) = (point.when_empty(points), point.floor(points));
        let over = |other: Option<&history::Point>, part: fn(&history::Point) -> Spread| {
            other.map_or(String::new(), |other| format!("{:.2}", part(point).median / part(other).median))
        };
        text += &format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} |\n",
            point.contender.name(),
            point.state.name(),
            told(Some(point.wall)),
            over(empty, |p| p.wall),
            over(floor, |p| p.wall),
            told(Some(point.database_cpu)),
            over(empty, |p| p.database_cpu),
            over(floor, |p| p.database_cpu),
        );
    }
    text
}

/// What records cost by what stands in them, one engine beside the other.
pub(crate) fn content(points: &[content::Point]) -> String {
    let mut engines: Vec<&str> = points.iter().map(|point| point.engine).collect();
    engines.dedup();
    let heads = |text: &str| engines.iter().map(|engine| text.replace('…', engine)).collect::<String>();
    let mut text = format!(
        "### What a record costs by what stands in it: the backend's CPU over that of clean records\n\n\
         | | over | at most |{}\n|---|---|---:|{}\n",
        heads(" … | µs a record |"),
        heads("---:|---:|"),
    );
    for first in points.iter().filter(|point| Some(&point.engine) == engines.first()) {
        text += &format!("| {}: {} | {} | {} |", first.kind, first.about, first.over, first.bound);
        for engine in &engines {
            let found = points.iter().find(|point| point.kind == first.kind && point.engine == *engine);
            let ratio = found.and_then(|point| point.ratio(points));
            let cost = found.and_then(|point| Spread::of(&point.microseconds));
            text += &format!(
                " {} | {} |",
                ratio.map_or(String::new(), |ratio| format!(
                    "{:.2} ({:.2}–{:.2})",
                    ratio.median, ratio.least, ratio.most
                )),
                cost.map_or(String::new(), |cost| format!("{:.2}", cost.median)),
            );
        }
        text.push('\n');
    }
    text
}

/// What registrations cost by columns.
pub(crate) fn registrations(registrations: &[content::Registration]) -> String {
    let mut text = "### One registration\n\n\
         | engine | columns | seconds of the backend's CPU | at most |\n|---|---:|---:|---:|\n"
        .to_owned();
    for one in registrations {
        text += &format!("| {} | {} | {:.3} | {} |\n", one.engine, one.columns, one.seconds, one.bound);
    }
    text
}

/// What a batch costs beside many datasets.
pub(crate) fn crowds(crowds: &[content::Crowd]) -> String {
    let mut text = "### A batch of a hundred small files beside other datasets\n\n\
         | engine | ms of the backend's CPU beside 10 | beside 1,000 | ratio | at most |\n|---|---:|---:|---:|---:|\n"
        .to_owned();
    for crowd in crowds {
        text += &format!(
            "| {} | {} | {} | {} | {} |\n",
            crowd.engine,
            told(Spread::of(&crowd.few)),
            told(Spread::of(&crowd.many)),
            told(crowd.ratio()),
            crowd.bound,
        );
    }
    text
}

/// A distributed table as the target.
pub(crate) fn citus(points: &[citus::Point]) -> String {
    let mut text = "### A distributed table of Citus as the target, all nodes on one machine\n\n\
         | | workers | ms a batch of 10,000 rows | over COPY into the same table |\n|---|---:|---:|---:|\n"
        .to_owned();
    for point in points {
        text += &format!(
            "| {} | {} | {} | {} |\n",
            point.contender.name(),
            point.workers,
            told(Spread::of(&point.walls)),
            told(point.ratio(points)),
        );
    }
    text
}

/// What it costs that the contract follows the data.
pub(crate) fn contract(contract: &contract::Contract) -> String {
    let fill = &contract.fill;
    let mut text = format!(
        "### The contract follows the data\n\n\
         | {} rows | ms of the backend's CPU | over the UPDATE | at most |\n|---|---:|---:|---:|\n\
         | UPDATE of one column | {} | | |\n| ingest_fill | {} | {} | {} |\n\n\
         | infer | files | seconds | at most | seconds of the backend's CPU | of the client's |\n|---|---:|---:|---:|---:|---:|\n",
        fill.rows,
        told(Spread::of(&fill.updated)),
        told(Spread::of(&fill.filled)),
        told(fill.ratio()),
        fill.bound,
    );
    for one in &contract.inferences {
        text += &format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            one.engine,
            one.files,
            told(Spread::of(&one.wall)),
            one.bound,
            told(Spread::of(&one.database_cpu)),
            told(Spread::of(&one.client_cpu)),
        );
    }
    text += "\n| batches of known members | ms of the backend's CPU, rescue | evolve | ratio | at most |\n|---|---:|---:|---:|---:|\n";
    for one in &contract.evolutions {
        text += &format!(
            "| {} | {} | {} | {} | {} |\n",
            one.engine,
            told(Spread::of(&one.rescuing)),
            told(Spread::of(&one.evolving)),
            told(one.ratio()),
            one.bound,
        );
    }
    text
}

/// The whole path.
pub(crate) fn path(path: &WholePath) -> String {
    let mut text = "### The whole path: S3, the shipper in the Lambda runtime, TLS, PostgreSQL\n\n\
         | engine | files | files/s | shipper's CPU ms a file | database's CPU ms a file |\n|---|---:|---:|---:|---:|\n"
        .to_owned();
    for flow in &path.flows {
        text += &format!(
            "| {} | {} | {} | {} | {} |\n",
            flow.engine.name(),
            flow.files,
            whole(flow.files_a_second),
            told(Some(flow.shipper_cpu)),
            told(Some(flow.database_cpu)),
        );
    }
    text += &format!(
        "\n| the shipper | |\n|---|---:|\n\
         | most memory at 100 × 44 KB a batch | {} |\n\
         | most memory at 20 × 50 MB a batch | {} |\n\
         | cold start until it asks for work, ms | {} |\n\
         | cold start until it asks S3 for the first byte, ms | {} |\n\
         | its binary, stripped | {} |\n",
        megabytes(path.usual_memory),
        megabytes(path.huge_memory),
        told(Some(path.until_ready)),
        told(Some(path.until_first_get)),
        megabytes(path.binary),
    );
    text
}

/// The operator's program.
pub(crate) fn backfill(backfill: &Backfill) -> String {
    let mut text = "### pg-ingest: a backfill beside the whole path, and a bucket compared with the ledger\n\n\
         | engine | files | files/s of the backfill | files/s of the path | path over backfill | most memory |\n|---|---:|---:|---:|---:|---:|\n"
        .to_owned();
    for flow in &backfill.flows {
        text += &format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            flow.engine.name(),
            flow.files,
            whole(flow.backfill),
            whole(flow.path),
            told(Some(flow.ratio)),
            megabytes(flow.memory),
        );
    }
    text += "\n| compared with the ledger | keys | seconds | most memory |\n|---|---:|---:|---:|\n";
    for one in &backfill.comparisons {
        let Comparison { source, keys, seconds, memory } = one;
        text += &format!("| {source} | {keys} | {seconds:.1} | {} |\n", megabytes(*memory));
    }
    text
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn whole(spread: Spread) -> String {
    format!("{:.0} ({:.0}–{:.0})", spread.median, spread.least, spread.most)
}

/// The median, and from where to where the repetitions lie.
fn told(spread: Option<Spread>) -> String {
    spread.map_or(String::new(), |spread| {
        format!("{:.3} ({:.3}–{:.3})", spread.median, spread.least, spread.most)
    })
}

/// The goals.
pub(crate) fn goals(goals: &[Goal]) -> String {
    let mut text = "| goal | at most | found | |\n|---|---:|---:|---|\n".to_owned();
    for goal in goals {
        let met = if goal.is_met() { "met" } else { "missed" };
        text += &format!("| {} | {} | {:.3} | {met} |\n", goal.what, goal.bound, goal.found);
    }
    text
}

/// `bench/results.md`, or of another major than the usual one the section there.
pub(super) fn page(report: &Report) -> String {
    let machine = &report.machine;
    let list = |pairs: &[(String, String)], between: &str| {
        pairs.iter().map(|(name, value)| format!("{name}{between}{value}")).collect::<Vec<_>>().join(", ")
    };
    let is_section = report.major != majors::DEFAULT;
    let asked = if is_section { format!(" --postgres {}", report.major) } else { String::new() };
    let mut text = format!(
        "{}\n\n\
         Written by `cargo xtask bench{asked}{}` on {}.\n\n\
         Machine: {}, {} cores, {:.0} GB; load in the minute before: {:.2}. Versions: {}.\n\
         Settings: {}.\n\n",
        if is_section { majors::heading(report.major) } else { "# Measured".to_owned() },
        if report.quick { " --quick" } else { "" },
        machine.date,
        machine.processor,
        machine.cores,
        machine.memory_gb,
        machine.load,
        list(&machine.versions, " "),
        list(&machine.settings, " = "),
    );
    text += &if is_section {
        format!("Medians of {} repetitions, as above.\n\n", report.repeat)
    } else {
        how(report)
    };
    text += &format!("{}\n", goals(&goals::of(report)));
    if !is_section {
        text += &contenders();
    }
    for measurement in &report.measurements {
        text += &table(measurement);
        text.push('\n');
    }
    if !report.content.is_empty() {
        text += &format!("{}\n", content(&report.content));
    }
    if !report.registrations.is_empty() {
        text += &format!("{}\n", registrations(&report.registrations));
    }
    if !report.crowds.is_empty() {
        text += &format!("{}\n", crowds(&report.crowds));
    }
    if let Some(measured) = &report.contract {
        text += &format!("{}\n", contract(measured));
    }
    if !report.concurrency.is_empty() {
        text += &format!("{}\n", concurrency(&report.concurrency));
    }
    if !report.history.is_empty() {
        text += &format!("{}\n", history(&report.history));
    }
    if let Some(measured) = &report.path {
        text += &path(measured);
    }
    if let Some(measured) = &report.backfill {
        text += &format!("\n{}", backfill(measured));
    }
    if !report.citus.is_empty() {
        text += &citus(&report.citus);
    }
    text
}

/// How it was measured.
fn how(report: &Report) -> String {
    format!(
        "Medians of {} repetitions, in parentheses the least and the most. The contenders take turns in each repetition on\n\
         the same server, each on a connection that has done a batch before; a ratio is to the floor of the same repetition.\n\
         In that batch, too, a session of the pipeline finds out that a plain insert is in vain, and goes without for fifteen.\n\
         Every contender's table was compared with the expected rows after every repetition. The floor is `COPY` of the\n\
         files' rows, already clean, as CSV, in the same batches, into an empty table of the same shape. The programs in\n\
         Rust have the files in memory, those in Python read them from disk, as they would from S3.\n\n",
        report.repeat
    )
}

fn contenders() -> String {
    let mut text = "| contender | what it does |\n|---|---|\n".to_owned();
    for contender in crate::contender::Contender::ALL {
        text += &format!("| {} | {} |\n", contender.name(), contender.about());
    }
    text + "\n"
}
