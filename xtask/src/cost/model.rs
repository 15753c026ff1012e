//! What a month costs: from files a day to requests, milliseconds and dollars.
//!
//! Every figure that is neither a price nor measured is an assumption, and stands here with its reason.

use super::prices::Prices;

const DAYS_A_MONTH: f64 = 365.25 / 12.0;
const SECONDS_A_DAY: f64 = 86_400.0;

/// The template's defaults (infra/ingest.yaml).
const BATCH_SIZE: f64 = 100.0;
const BATCH_WINDOW_S: f64 = 55.0;
const MEMORY_GB: f64 = 0.5;
const LONG_POLL_S: f64 = 20.0;

/// Lambda keeps five long polls open on a quiet queue, each of which fills a batch of its own.
const POLLERS: f64 = 5.0;
/// Messages that one receive or one batched delete carries.
const MESSAGES_A_REQUEST: f64 = 10.0;
/// Objects that the shipper fetches at once (`MAX_INFLIGHT_OBJECTS`).
const FETCHES_AT_ONCE: f64 = 32.0;
/// Log of one invocation: the platform's start, end and report, and the shipper's line with its metrics, in bytes.
const LOG_BYTES: f64 = 3_000.0;
/// Numbers of the shipper that become metrics (`CHARGED` in `shipper/src/metrics.rs`).
const METRICS: f64 = 10.0;
/// Metrics that the alarms of infra/observability.yaml watch: five alarms on one, two on two each.
const ALARM_METRICS: f64 = 9.0;

/// How much is loaded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Workload {
    pub(super) files_per_day: f64,
    pub(super) file_kb: f64,
}

impl Workload {
    pub(super) fn gigabytes_a_month(&self) -> f64 {
        self.files_a_month() * self.file_kb / 1e6
    }

    fn files_a_month(&self) -> f64 {
        self.files_per_day * DAYS_A_MONTH
    }
}

/// Milliseconds that were measured, or stand for what only a real account can measure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    /// The database's time for one file, copy to commit, without the extension (docs/cost.md).
    pub(super) process_ms: f64,
    /// What a batch costs whatever its size: check of the connection, BEGIN, COMMIT (docs/cost.md).
    pub(super) batch_ms: f64,
    /// One GET of 50 KB from S3 to Lambda; an assumption until measured in an account.
    pub(super) get_ms: f64,
    /// One file in an invocation of its own: connect with TLS and log in, insert record by record (docs/cost.md).
    pub(super) per_file_ms: f64,
}

impl Default for Measured {
    fn default() -> Self {
        Self { process_ms: 2.0, batch_ms: 15.0, get_ms: 40.0, per_file_ms: 75.0 }
    }
}

/// Who is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Design {
    /// This project: up to 100 files in an invocation and a transaction.
    Batched,
    /// The obvious first design: each message invokes the function by itself.
    PerFile,
}

/// One service's part of the bill, in dollars a month.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) service: &'static str,
    /// With the amounts that are free in every account.
    pub(super) billed: f64,
    /// Without them.
    pub(super) list: f64,
}

/// The monthly bill, besides the database; the same services in the same order for both designs.
pub(super) fn bill(design: Design, workload: &Workload, measured: &Measured, prices: &Prices) -> Vec<Line> {
    let (files, free) = (workload.files_a_month(), &prices.free_each_month);
    let invocations = invocations(design, workload);
    let gb_seconds = MEMORY_GB * duration_s(design, files / invocations, measured) * invocations;
    // S3 sends one message a file; they are received and deleted by tens; idle long polls are requests too.
    let polls = POLLERS * SECONDS_A_DAY / LONG_POLL_S * DAYS_A_MONTH;
    let sqs = files * (1.0 + 2.0 / MESSAGES_A_REQUEST) + polls;
    let logs_gb = invocations * LOG_BYTES / 1e9;
    let above = |used: f64, free: f64| (used - free).max(0.0);
    let line = |service, used: f64, free: f64, price: f64| Line {
        service,
        billed: above(used, free) * price,
        list: used * price,
    };
    vec![
        line("Lambda, time", gb_seconds, free.lambda_gb_seconds, prices.lambda_gb_second_arm64),
        line("Lambda, requests", invocations, free.lambda_requests, prices.lambda_million_requests / 1e6),
        line("SQS", sqs, free.sqs_requests, prices.sqs_million_requests / 1e6),
        line("S3, reading", files, 0.0, prices.s3_thousand_gets / 1e3),
        line("CloudWatch, logs", logs_gb, free.logs_gb, prices.logs_gb_ingested),
        line("CloudWatch, metrics", METRICS, free.metrics, prices.metric_month),
        line("CloudWatch, alarms", ALARM_METRICS, free.alarm_metrics, prices.alarm_metric_month),
    ]
}

/// Hours a month that one connection of the database is busy.
pub(super) fn database_hours(workload: &Workload, measured: &Measured) -> f64 {
    let batches = invocations(Design::Batched, workload);
    (workload.files_a_month() * measured.process_ms + batches * measured.batch_ms) / 3.6e6
}

/// Full batches where there are files enough, else one a window and poller; never more than there are files.
fn invocations(design: Design, workload: &Workload) -> f64 {
    let files = workload.files_a_month();
    match design {
        Design::PerFile => files,
        Design::Batched => {
            let windows = POLLERS * SECONDS_A_DAY / BATCH_WINDOW_S * DAYS_A_MONTH;
            (files / BATCH_SIZE).max(files.min(windows))
        }
    }
}

fn duration_s(design: Design, files: f64, measured: &Measured) -> f64 {
    let milliseconds = match design {
        Design::PerFile => measured.get_ms + measured.per_file_ms,
        Design::Batched => {
            let fetch = measured.get_ms * (files / FETCHES_AT_ONCE).max(1.0);
            measured.batch_ms + fetch + files * measured.process_ms
        }
    };
    milliseconds / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload(files_per_day: f64) -> Workload {
        Workload { files_per_day, file_kb: 50.0 }
    }

    #[test]
    fn few_files_are_a_batch_each_and_many_fill_theirs() {
        let day = |files| invocations(Design::Batched, &workload(files)) / DAYS_A_MONTH;
        assert!((day(10.0) - 10.0).abs() < 1e-6);
        assert!((day(100_000.0) - POLLERS * SECONDS_A_DAY / BATCH_WINDOW_S).abs() < 1e-6);
        assert!((day(10_000_000.0) - 100_000.0).abs() < 1e-3);
    }

    #[test]
    fn the_fetch_of_a_small_batch_takes_one_round_trip() {
        let measured = Measured { process_ms: 1.0, batch_ms: 10.0, get_ms: 40.0, per_file_ms: 0.0 };
        assert!((duration_s(Design::Batched, 10.0, &measured) - 0.060).abs() < 1e-9);
        assert!((duration_s(Design::Batched, 64.0, &measured) - 0.154).abs() < 1e-9);
    }
}
