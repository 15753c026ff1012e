//! Metrics in CloudWatch's embedded metric format (CloudWatch User Guide, "Embedded metric format specification"):
//! one JSON line a batch, from which CloudWatch makes the metrics. It costs no call.
//!
//! Each metric costs by the month, and an account has ten free: those of [`CHARGED`] are what an alarm or the dashboard looks
//! at (infra/observability.yaml). The other numbers stand in the same line, for queries over the log.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use crate::batch::BatchReport;

/// The numbers of a line that become metrics.
const CHARGED: [&str; 12] = [
    "BatchesFailed",
    "Files",
    "FilesDeferred",
    "FilesFailed",
    "Records",
    "RowsLoaded",
    "RowsRejected",
    "RowsStale",
    "StageMs",
    "ProcessMs",
    "CommitMs",
    "OldestEventAge",
];

/// One number of a batch.
#[derive(Debug, Clone, Copy)]
struct Metric {
    name: &'static str,
    unit: &'static str,
    value: f64,
}

/// The line for one batch. `function` becomes the dimension `FunctionName`.
pub fn line(
    namespace: &str,
    function: Option<&str>,
    request_id: &str,
    report: &BatchReport,
    now: SystemTime,
) -> String {
    let metrics = metrics_of(report);
    let charged = metrics.iter().filter(|metric| CHARGED.contains(&metric.name));
    let named: Vec<Value> = charged.map(|metric| json!({"Name": metric.name, "Unit": metric.unit})).collect();
    let dimensions = if function.is_some() { json!([["FunctionName"]]) } else { json!([[]]) };
    let timestamp = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let mut line = Map::new();
    line.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": u64::try_from(timestamp).unwrap_or(0),
            "CloudWatchMetrics": [{"Namespace": namespace, "Dimensions": dimensions, "Metrics": named}],
        }),
    );
    if let Some(function) = function {
        line.insert("FunctionName".to_owned(), json!(function));
    }
    line.insert("request_id".to_owned(), json!(request_id));
    for metric in metrics {
        line.insert(metric.name.to_owned(), json!(metric.value));
    }
    Value::Object(line).to_string()
}

fn metrics_of(report: &BatchReport) -> Vec<Metric> {
    let processed = &report.processed;
    let mut metrics = vec![
        count("Messages", exact(report.messages as u64)),
        count("MessagesReturned", exact(report.messages_returned as u64)),
        count("MessagesRejected", exact(report.messages_rejected)),
        count("BatchesFailed", exact(report.failed_batches)),
        count("Retries", exact(report.retries)),
        count("Files", f64::from(processed.files)),
        count("FilesLoaded", f64::from(processed.loaded)),
        count("FilesPartiallyLoaded", f64::from(processed.partially_loaded)),
        count("FilesFailed", f64::from(processed.failed)),
        count("FilesSkipped", f64::from(processed.skipped)),
        count("FilesDeferred", f64::from(processed.deferred)),
        Metric { name: "Bytes", unit: "Bytes", value: exact(report.bytes) },
        count("Records", exact(processed.records.unsigned_abs())),
        count("RowsLoaded", exact(processed.rows_loaded.unsigned_abs())),
        count("RowsRejected", exact(processed.rows_rejected.unsigned_abs())),
        count("RowsStale", exact(processed.rows_stale.unsigned_abs())),
        milliseconds("ConnectMs", report.connect),
        milliseconds("StageMs", report.stage),
        milliseconds("ProcessMs", report.process),
        milliseconds("CommitMs", report.commit),
        milliseconds("BatchMs", report.total),
    ];
    if let Some(age) = report.oldest_event_age {
        metrics.push(Metric { name: "OldestEventAge", unit: "Seconds", value: age });
    }
    metrics
}

fn count(name: &'static str, value: f64) -> Metric {
    Metric { name, unit: "Count", value }
}

fn milliseconds(name: &'static str, duration: Duration) -> Metric {
    Metric { name, unit: "Milliseconds", value: duration.as_secs_f64() * 1000.0 }
}

/// CloudWatch's values are doubles: exact up to 2^53, which no batch reaches.
#[allow(clippy::cast_precision_loss, reason = "a batch's counts stay far below 2^53")]
fn exact(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_that_is_named_has_a_value_and_a_unit() {
        let report = BatchReport::sample();
        let line = line("ns", Some("f"), "r", &report, UNIX_EPOCH + Duration::from_millis(7));
        let line: Value = serde_json::from_str(&line).unwrap();
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(line["_aws"]["Timestamp"], 7);
        assert_eq!(directive["Namespace"], "ns");
        assert_eq!(directive["Dimensions"], json!([["FunctionName"]]));
        assert_eq!(line["FunctionName"], "f");
        let named = directive["Metrics"].as_array().unwrap();
        assert_eq!(named.len(), CHARGED.len(), "a charged metric is not sent");
        for metric in named {
            let name = metric["Name"].as_str().unwrap();
            assert!(line[name].is_number(), "{name}");
            assert!(
                ["Count", "Bytes", "Milliseconds", "Seconds"].contains(&metric["Unit"].as_str().unwrap())
            );
        }
        assert_eq!(line["Messages"], 3.0);
        assert_eq!(line["OldestEventAge"], 12.5);
    }
}
