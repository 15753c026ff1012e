//! Metrics in CloudWatch's embedded metric format (CloudWatch User Guide, "Embedded metric format specification"):
//! one JSON line a batch, from which CloudWatch makes the metrics. It costs no call.
//!
//! CloudWatch bills a metric for each hour in which it is sent. So what an alarm looks at ([`FAULTS`]) is sent as a metric
//! only where it is above 0, and what the dashboard draws ([`TRENDS`]) only where that was asked for (`METRICS=all`). Every
//! number stands in the line, whether it is a metric or not, for queries over the log.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use crate::batch::BatchReport;
use crate::settings::MetricsSent;

/// The numbers that need a person when they are above 0 (the alarms of infra/observability.yaml).
const FAULTS: [&str; 4] = ["BatchesFailed", "FilesFailed", "FilesDeferred", "RowsRejected"];

/// The numbers that the dashboard of infra/observability.yaml draws, and that shares are reckoned from.
const TRENDS: [&str; 8] =
    ["Files", "Records", "RowsLoaded", "RowsStale", "StageMs", "ProcessMs", "CommitMs", "OldestEventAge"];

/// What a person wants to know of, but nobody has to act on at once; sent as the faults are.
const NOTICES: [&str; 2] = ["TagsFailed", "StagingHeld"];

/// One number of a batch.
#[derive(Debug, Clone, Copy)]
struct Metric {
    name: &'static str,
    unit: &'static str,
    /// What it counts or measures: docs/reference/metrics.md is made from it.
    #[cfg_attr(not(test), expect(dead_code, reason = "the page is made by a test"))]
    meaning: &'static str,
    value: f64,
}

impl Metric {
    /// Whether CloudWatch makes a metric of it.
    fn is_sent(&self, sent: MetricsSent) -> bool {
        if NOTICES.contains(&self.name) {
            return self.value > 0.0;
        }
        match sent {
            MetricsSent::Faults => FAULTS.contains(&self.name) && self.value > 0.0,
            // The dashboard draws a line of zeros, and no gap, where nothing was wrong.
            MetricsSent::All => FAULTS.contains(&self.name) || TRENDS.contains(&self.name),
        }
    }
}

/// The line for one batch. `function` becomes the dimension `FunctionName`.
pub fn line(
    namespace: &str,
    sent: MetricsSent,
    function: Option<&str>,
    request_id: &str,
    report: &BatchReport,
    now: SystemTime,
) -> String {
    let metrics = metrics_of(report);
    let charged = metrics.iter().filter(|metric| metric.is_sent(sent));
    let named: Vec<Value> = charged.map(|metric| json!({"Name": metric.name, "Unit": metric.unit})).collect();
    let dimensions = if function.is_some() { json!([["FunctionName"]]) } else { json!([[]]) };
    let directives = if named.is_empty() {
        json!([])
    } else {
        json!([{"Namespace": namespace, "Dimensions": dimensions, "Metrics": named}])
    };
    let timestamp = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let mut line = Map::new();
    line.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": u64::try_from(timestamp).unwrap_or(0),
            "CloudWatchMetrics": directives,
        }),
    );
    if let Some(function) = function {
        line.insert("FunctionName".to_owned(), json!(function));
    }
    line.insert("request_id".to_owned(), json!(request_id));
    if let Some(batch) = report.batch_id {
        line.insert("batch_id".to_owned(), json!(batch.to_string()));
    }
    for metric in metrics {
        line.insert(metric.name.to_owned(), json!(metric.value));
    }
    Value::Object(line).to_string()
}

fn metrics_of(report: &BatchReport) -> Vec<Metric> {
    let processed = &report.processed;
    let mut metrics = vec![
        count("Messages", "Queue messages that the invocation was given.", exact(report.messages as u64)),
        count(
            "MessagesReturned",
            "Messages that go back to the queue.",
            exact(report.messages_returned as u64),
        ),
        count(
            "MessagesRejected",
            "Messages kept in `ingest.rejected_message`.",
            exact(report.messages_rejected),
        ),
        count(
            "BatchesFailed",
            "Batches of which nothing was committed. Their messages go back to the queue.",
            exact(report.failed_batches),
        ),
        count("Retries", "Transactions that were begun again.", exact(report.retries)),
        count("Files", "Files that were processed, duplicates included.", f64::from(processed.files)),
        count("FilesLoaded", "Files with status `loaded`.", f64::from(processed.loaded)),
        count(
            "FilesPartiallyLoaded",
            "Files with status `partially_loaded`.",
            f64::from(processed.partially_loaded),
        ),
        count("FilesFailed", "Files with status `load_failed` or `no_dataset`.", f64::from(processed.failed)),
        count(
            "FilesSkipped",
            "Duplicate deliveries, `skipped_stale`, `object_missing`, and removals that change nothing.",
            f64::from(processed.skipped),
        ),
        count(
            "ObjectsRemoved",
            "Objects that were removed, in datasets with `on_removed => 'delete_rows'`.",
            f64::from(processed.removed),
        ),
        count(
            "FilesDeferred",
            "Files of a dataset whose target refuses them all just now. Their messages go back to the queue.",
            f64::from(processed.deferred),
        ),
        Metric {
            name: "Bytes",
            unit: "Bytes",
            meaning: "Bytes of the bodies as staged.",
            value: exact(report.bytes),
        },
        count("Records", "Records found.", exact(processed.records.unsigned_abs())),
        count(
            "RowsLoaded",
            "Records that are now rows of their target.",
            exact(processed.rows_loaded.unsigned_abs()),
        ),
        count("RowsRejected", "Records kept in quarantine.", exact(processed.rows_rejected.unsigned_abs())),
        count(
            "RowsStale",
            "Records that lost to a newer version of their key.",
            exact(processed.rows_stale.unsigned_abs()),
        ),
        count(
            "RowsFiltered",
            "Records that their dataset's `record_filter` leaves out, or whose key is suppressed.",
            exact(processed.rows_filtered.unsigned_abs()),
        ),
        count(
            "RowsDeleted",
            "Records by which `delete_when` had the row of their key deleted, or found it gone.",
            exact(processed.rows_deleted.unsigned_abs()),
        ),
        count(
            "RowsSuppressed",
            "Those of `RowsFiltered` whose key `ingest_erase()` has suppressed.",
            exact(processed.rows_suppressed.unsigned_abs()),
        ),
        count(
            "RowsRemoved",
            "Rows of former versions of objects that their newer ones do not bring, and rows of removed objects, that went. They are no records.",
            exact(processed.rows_removed.unsigned_abs()),
        ),
        milliseconds(
            "ConnectMs",
            "Time until the transaction stood, a new connection included.",
            report.connect,
        ),
        milliseconds("StageMs", "Time of fetching and COPY, which overlap.", report.stage),
        milliseconds("ProcessMs", "Time in `ingest_process_staging()`.", report.process),
        milliseconds("CommitMs", "Time of the COMMIT.", report.commit),
        milliseconds("BatchMs", "Time of the invocation in all.", report.total),
    ];
    if processed.child_rows_loaded + processed.child_rows_rejected > 0 {
        metrics.push(count(
            "ChildRowsLoaded",
            "Of records with children: rows of these, which are in none of the counts of records.",
            exact(processed.child_rows_loaded.unsigned_abs()),
        ));
        metrics.push(count(
            "ChildRowsRejected",
            "Of records with children: children that were left out of a record that is loaded.",
            exact(processed.child_rows_rejected.unsigned_abs()),
        ));
    }
    if let Some(tagged) = report.tagged {
        metrics.push(count(
            "ObjectsTagged",
            "With `AFTER_LOAD=tag`: loaded objects that have their tag.",
            exact(tagged.tagged),
        ));
        metrics.push(count(
            "TagsFailed",
            "With `AFTER_LOAD=tag`: loaded objects that could not be tagged. They are loaded all the same.",
            exact(tagged.failed),
        ));
    }
    if let Some(staging) = report.staging {
        metrics.push(count(
            "StagingHeld",
            "Every five minutes: how many of the next three are more than sound batches explain: a file, 10 GiB, 900 seconds.",
            exact(staging.held()),
        ));
        metrics.push(count(
            "StagedFiles",
            "Files that lie in `ingest.staging` and no batch is about to process.",
            exact(staging.files),
        ));
        metrics.push(Metric {
            name: "StagingBytes",
            unit: "Bytes",
            meaning: "Size of `ingest.staging`, with what open transactions have staged.",
            value: exact(staging.bytes),
        });
        metrics.push(Metric {
            name: "OldestStaging",
            unit: "Seconds",
            meaning: "Age of the oldest other transaction of the shipper's login that has files staged.",
            value: exact(staging.oldest_s),
        });
    }
    if let Some(age) = report.oldest_event_age {
        metrics.push(Metric {
            name: "OldestEventAge",
            unit: "Seconds",
            meaning: "Age of the oldest event, from its put to the end of the batch.",
            value: age,
        });
    }
    metrics
}

fn count(name: &'static str, meaning: &'static str, value: f64) -> Metric {
    Metric { name, unit: "Count", meaning, value }
}

fn milliseconds(name: &'static str, meaning: &'static str, duration: Duration) -> Metric {
    Metric { name, unit: "Milliseconds", meaning, value: duration.as_secs_f64() * 1000.0 }
}

/// CloudWatch's values are doubles: exact up to 2^53, which no batch reaches.
#[allow(clippy::cast_precision_loss, reason = "a batch's counts stay far below 2^53")]
fn exact(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// docs/reference/metrics.md as it should be.
    fn page() -> String {
        let mut page = String::from(
            "# Metrics\n\nThe shipper writes one line a batch into its log, in CloudWatch's embedded metric format. Every number \
             stands in it, for\nqueries over the log. The setting `METRICS` says of which numbers CloudWatch makes metrics, with the \
             dimension `FunctionName`:\n\n- *faults*: with `METRICS=faults`, which is the default, where it is above 0. With \
             `METRICS=all` always.\n- *trends*: with `METRICS=all`.\n- *notices*: where it is above 0. No alarm looks at them by default.\n\n| number | unit | metric | meaning |\n| --- | --- | --- | --- |\n",
        );
        let mut report = BatchReport::sample();
        report.processed.child_rows_loaded = 1;
        report.tagged = Some(crate::tagging::Tagged::default());
        report.staging = Some(crate::database::Staging { files: 0, bytes: 0, oldest_s: 0 });
        for metric in metrics_of(&report) {
            let Metric { name, unit, meaning, .. } = metric;
            let among = match name {
                name if FAULTS.contains(&name) => "faults",
                name if TRENDS.contains(&name) => "trends",
                name if NOTICES.contains(&name) => "notices",
                _ => "",
            };
            page.push_str(&format!("| `{name}` | {unit} | {among} | {meaning} |\n"));
        }
        page
    }

    #[test]
    fn the_reference_page_lists_every_number() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/metrics.md");
        if std::env::var("BLESS").is_ok_and(|value| value == "1") {
            std::fs::write(path, page()).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap();
        assert_eq!(
            kept,
            page(),
            "BLESS=1 cargo test -p shipper metrics writes docs/reference/metrics.md anew"
        );
    }

    fn named(sent: MetricsSent, report: &BatchReport) -> (Value, Vec<String>) {
        let line = line("ns", sent, Some("f"), "r", report, UNIX_EPOCH + Duration::from_millis(7));
        let line: Value = serde_json::from_str(&line).unwrap();
        let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
        let metrics = directives.first().map_or(vec![], |first| first["Metrics"].as_array().unwrap().clone());
        for metric in &metrics {
            let unit = metric["Unit"].as_str().unwrap();
            assert!(["Count", "Bytes", "Milliseconds", "Seconds"].contains(&unit));
            assert!(line[metric["Name"].as_str().unwrap()].is_number(), "{metric}");
        }
        let names = metrics.iter().map(|metric| metric["Name"].as_str().unwrap().to_owned()).collect();
        (line, names)
    }

    #[test]
    fn every_number_stands_in_the_line_of_a_clean_batch_and_none_is_billed() {
        let (line, names) = named(MetricsSent::Faults, &BatchReport::sample());
        assert_eq!(line["_aws"]["Timestamp"], 7);
        assert_eq!(line["FunctionName"], "f");
        assert_eq!(line["Messages"], 3.0);
        assert_eq!(line["OldestEventAge"], 12.5);
        assert_eq!(names, Vec::<String>::new());
    }

    #[test]
    fn a_clean_batch_logs_no_more_bytes_than_the_cost_page_reckons_with() {
        let mut report = BatchReport::sample();
        report.batch_id = Some(uuid::Uuid::max());
        report.bytes = 5_000_000;
        report.stage = Duration::from_micros(123_456);
        report.process = Duration::from_micros(123_456);
        let request = uuid::Uuid::max().to_string();
        let now = UNIX_EPOCH + Duration::from_secs(1 << 31);
        let line = line("pg_ingest", MetricsSent::Faults, Some("pg-ingest-shipper"), &request, &report, now);
        // CloudWatch bills 26 bytes more for each (`LOG_BYTES` in xtask/src/cost/model.rs).
        assert!(line.len() + 26 <= 900, "{}", line.len());
    }

    #[test]
    fn a_fault_is_a_metric_in_the_batch_that_has_it() {
        let mut report = BatchReport::sample();
        report.processed.failed = 2;
        report.failed_batches = 1;
        let (line, names) = named(MetricsSent::Faults, &report);
        assert_eq!(names, ["BatchesFailed", "FilesFailed"]);
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(directive["Namespace"], "ns");
        assert_eq!(directive["Dimensions"], json!([["FunctionName"]]));
    }

    #[test]
    fn where_all_are_asked_for_the_trends_are_metrics_too() {
        let (_, names) = named(MetricsSent::All, &BatchReport::sample());
        for name in TRENDS {
            assert!(names.iter().any(|known| known == name), "{name} in {names:?}");
        }
    }
}
