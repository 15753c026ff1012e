//! The figures as JSON.

use serde_json::{Map, Value, json};

use super::{Machine, Report};
use crate::measure::{Measurement, Series};
use crate::statistics::Spread;
use crate::workload::Workload;

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
    whole.insert("machine".to_owned(), machine(&report.machine));
    whole.insert("quick".to_owned(), report.quick.into());
    whole.insert("repetitions".to_owned(), report.repeat.into());
    let workloads = report.measurements.iter().map(|m| (m.workload.name().to_owned(), workload(m)));
    whole.insert("workloads".to_owned(), Value::Object(workloads.collect()));
    Value::Object(whole)
}

fn workload(measurement: &Measurement) -> Value {
    let told =
        measurement.series.iter().map(|series| (series.contender.name().to_owned(), of(measurement, series)));
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

fn machine(machine: &Machine) -> Value {
    let settings = machine.settings.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    json!({
        "processor": machine.processor,
        "cores": machine.cores,
        "postgres": machine.postgres,
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
