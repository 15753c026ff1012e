//! The figures as JSON.

use serde_json::{Map, Value, json};

use super::{Machine, Report, goals};
use crate::measure::{Measurement, Series};
use crate::path::{Backfill, WholePath};
use crate::statistics::Spread;
use crate::workload::Workload;
use crate::{citus, concurrency, content, contract, history};

/// `<contender>_ratio` for the workload `new`, and everything else below.
pub(super) fn json(report: &Report) -> Value {
    let mut whole = Map::new();
    for measurement in report.measurements.iter().filter(|m| m.workload == Workload::New) {
        for series in &measurement.series {
            if let Some(ratio) = measurement.ratio_to_floor(series) {
                whole.insert(format!("{}_ratio", series.contender.name()), rounded(ratio.median));
            }
        }
    }
    let told = |goal: &goals::Goal| json!({"what": goal.what, "at_most": goal.bound, "found": rounded(goal.found), "met": goal.is_met()});
    whole.insert("goals".to_owned(), goals::of(report).iter().map(told).collect());
    whole.insert("machine".to_owned(), machine(&report.machine));
    whole.insert("quick".to_owned(), report.quick.into());
    whole.insert("repetitions".to_owned(), report.repeat.into());
    let workloads = report.measurements.iter().map(|m| (m.workload.name().to_owned(), workload(m)));
    whole.insert("workloads".to_owned(), Value::Object(workloads.collect()));
    whole.insert("concurrency".to_owned(), report.concurrency.iter().map(crowd).collect());
    whole.insert("history".to_owned(), report.history.iter().map(with_history).collect());
    whole.insert(
        "content".to_owned(),
        report.content.iter().map(|point| of_content(point, &report.content)).collect(),
    );
    whole.insert("registrations".to_owned(), report.registrations.iter().map(registration).collect());
    whole.insert("datasets".to_owned(), report.crowds.iter().map(datasets).collect());
    whole.insert("contract".to_owned(), report.contract.as_ref().map_or(Value::Null, contract));
    whole.insert("path".to_owned(), report.path.as_ref().map_or(Value::Null, path));
    whole.insert(
        "citus".to_owned(),
        report.citus.iter().map(|point| distributed(point, &report.citus)).collect(),
    );
    whole.insert("backfill".to_owned(), report.backfill.as_ref().map_or(Value::Null, backfill));
    Value::Object(whole)
}

fn workload(measurement: &Measurement) -> Value {
    let told = measurement.series.iter().map(|series| (series.name(), of(measurement, series)));
    Value::Object(told.collect())
}

fn of(measurement: &Measurement, series: &Series) -> Value {
    let phases = series.timings.iter().filter_map(|timing| timing.phases);
    let phases: Vec<Value> = phases
        .map(|p| {
            json!({"begin": rounded(p.begin), "stage": rounded(p.stage), "process": rounded(p.process), "commit": rounded(p.commit)})
        })
        .collect();
    json!({
        "files": series.files,
        "rows": series.rows,
        "ms_a_file": spread(Spread::of(&series.wall())),
        "rows_a_second": series.rows_a_second().map(f64::round),
        "ratio": spread(measurement.ratio_to_floor(series)),
        "database_cpu_ms_a_file": spread(series.database_cpu()),
        "database_cpu_ratio": spread(measurement.cpu_ratio_to_floor(series)),
        "phases_ms_a_file": phases,
    })
}

fn crowd(point: &concurrency::Point) -> Value {
    json!({
        "contender": point.contender.name(),
        "same_keys": point.same_keys,
        "sessions": point.sessions,
        "files_a_second": spread(Some(point.files_a_second)),
        "lock_wait": rounded(point.lock_wait),
        "extension_wait": rounded(point.extension_wait),
        "deadlocks": point.deadlocks,
    })
}

fn with_history(point: &history::Point) -> Value {
    json!({
        "contender": point.contender.name(),
        "state": point.state.name(),
        "ms_a_file": spread(Some(point.wall)),
        "database_cpu_ms_a_file": spread(Some(point.database_cpu)),
    })
}

fn of_content(point: &content::Point, points: &[content::Point]) -> Value {
    json!({
        "kind": point.kind,
        "over": point.over,
        "engine": point.engine,
        "cpu_microseconds_a_record": spread(Spread::of(&point.microseconds)),
        "ratio": spread(point.ratio(points)),
    })
}

fn registration(one: &content::Registration) -> Value {
    json!({"engine": one.engine, "columns": one.columns, "cpu_seconds": rounded(one.seconds)})
}

fn datasets(crowd: &content::Crowd) -> Value {
    json!({
        "engine": crowd.engine,
        "cpu_ms_a_batch_beside_few": spread(Spread::of(&crowd.few)),
        "cpu_ms_a_batch_beside_many": spread(Spread::of(&crowd.many)),
        "ratio": spread(crowd.ratio()),
    })
}

fn distributed(point: &citus::Point, points: &[citus::Point]) -> Value {
    json!({
        "contender": point.contender.name(),
        "workers": point.workers,
        "ms_a_batch": spread(Spread::of(&point.walls)),
        "over_copy": spread(point.ratio(points)),
    })
}

fn contract(contract: &contract::Contract) -> Value {
    let inferences = contract.inferences.iter().map(|one| {
        json!({
            "engine": one.engine,
            "files": one.files,
            "seconds": spread(Spread::of(&one.wall)),
            "database_cpu_seconds": spread(Spread::of(&one.database_cpu)),
            "client_cpu_seconds": spread(Spread::of(&one.client_cpu)),
        })
    });
    let evolutions = contract.evolutions.iter().map(|one| {
        json!({
            "engine": one.engine,
            "cpu_ms_a_batch_evolve": spread(Spread::of(&one.evolving)),
            "cpu_ms_a_batch_rescue": spread(Spread::of(&one.rescuing)),
            "ratio": spread(one.ratio()),
        })
    });
    json!({
        "fill": {
            "rows": contract.fill.rows,
            "cpu_ms_fill": spread(Spread::of(&contract.fill.filled)),
            "cpu_ms_update": spread(Spread::of(&contract.fill.updated)),
            "ratio": spread(contract.fill.ratio()),
        },
        "infer": inferences.collect::<Vec<_>>(),
        "evolve": evolutions.collect::<Vec<_>>(),
    })
}

fn path(path: &WholePath) -> Value {
    let flows = path.flows.iter().map(|flow| {
        let told = json!({
            "files": flow.files,
            "files_a_second": spread(Some(flow.files_a_second)),
            "shipper_cpu_ms_a_file": spread(Some(flow.shipper_cpu)),
            "database_cpu_ms_a_file": spread(Some(flow.database_cpu)),
        });
        (flow.engine.name().to_owned(), told)
    });
    json!({
        "flows": Value::Object(flows.collect()),
        "usual_memory_bytes": path.usual_memory,
        "huge_memory_bytes": path.huge_memory,
        "until_ready_ms": spread(Some(path.until_ready)),
        "until_first_get_ms": spread(Some(path.until_first_get)),
        "binary_bytes": path.binary,
    })
}

fn backfill(backfill: &Backfill) -> Value {
    let flows = backfill.flows.iter().map(|flow| {
        let told = json!({
            "files": flow.files,
            "files_a_second": spread(Some(flow.backfill)),
            "files_a_second_of_the_path": spread(Some(flow.path)),
            "ratio": spread(Some(flow.ratio)),
            "memory_bytes": flow.memory,
        });
        (flow.engine.name().to_owned(), told)
    });
    let compared = backfill.comparisons.iter().map(|one| {
        json!({"source": one.source, "keys": one.keys, "seconds": rounded(one.seconds), "memory_bytes": one.memory})
    });
    json!({"flows": Value::Object(flows.collect()), "comparisons": compared.collect::<Vec<_>>()})
}

fn machine(machine: &Machine) -> Value {
    let settings = machine.settings.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    let versions = machine.versions.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    json!({
        "processor": machine.processor,
        "cores": machine.cores,
        "memory_gb": rounded(machine.memory_gb),
        "load": machine.load,
        "versions": Value::Object(versions.collect()),
        "date": machine.date,
        "settings": Value::Object(settings.collect()),
    })
}

fn spread(spread: Option<Spread>) -> Value {
    spread.map_or(Value::Null, |spread| {
        json!({"median": rounded(spread.median), "least": rounded(spread.least), "most": rounded(spread.most)})
    })
}

/// What is measured is not known to more digits.
fn rounded(number: f64) -> Value {
    json!((number * 1e4).round() / 1e4)
}
