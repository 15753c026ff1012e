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
/// Messages that one batched delete carries at most (SQS, `DeleteMessageBatch`).
const DELETES_A_REQUEST: f64 = 10.0;
/// Objects that the shipper fetches at once (`MAX_INFLIGHT_OBJECTS`).
const FETCHES_AT_ONCE: f64 = 32.0;
/// Log of one invocation, in bytes: the shipper's one line (a test of `shipper/src/metrics.rs` counts it), and 26 that
/// CloudWatch adds to each.
const LOG_BYTES: f64 = 900.0;
/// The same of a function that prints nothing: the platform's start, end and report.
const PLATFORM_LOG_BYTES: f64 = 700.0;
/// The size of a file that [`Measured::REFERENCE`] is about.
const REFERENCE_KB: f64 = 50.0;
/// Metrics of one's own that are sent in an hour of faults (two of `FAULTS` in `shipper/src/metrics.rs`), and such hours a
/// month: a day of them. In all other hours none is sent, and CloudWatch bills by the hour.
const METRICS_IN_A_FAULT: f64 = 2.0;
const FAULT_HOURS: f64 = 24.0;
/// Metrics of one's own with `Metrics: all`: `FAULTS` and `TRENDS` in `shipper/src/metrics.rs`.
const ALL_METRICS: f64 = 12.0;
/// Metrics that the default alarms of infra/observability.yaml watch: "waiting" three, five others one each.
const ALARM_METRICS: f64 = 8.0;
/// One daily run of dbt, packages included; an assumption until measured in an account.
const DBT_MINUTES_A_DAY: f64 = 5.0;
/// Part of the bytes that cross to the database in another zone, where the function runs in two and the writer in one.
const ACROSS_ZONES: f64 = 0.5;
const HOURS_A_MONTH: f64 = DAYS_A_MONTH * 24.0;
/// `MinCapacity` of infra/database.yaml, for each of its two instances.
const LEAST_ACU: f64 = 0.5;

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
    /// One file in an invocation of its own that inserts record by record, over a connection that is kept.
    pub(super) per_file_ms: f64,
}

impl Measured {
    /// For files of 50 KB (docs/cost.md says where from).
    const REFERENCE: Self = Self { process_ms: 2.4, batch_ms: 15.0, get_ms: 40.0, per_file_ms: 20.0 };

    /// For files of another size: what is done record by record grows with it.
    pub(super) fn for_files_of(kilobytes: f64) -> Self {
        let factor = kilobytes / REFERENCE_KB;
        Self {
            process_ms: Self::REFERENCE.process_ms * factor,
            per_file_ms: Self::REFERENCE.per_file_ms * factor,
            ..Self::REFERENCE
        }
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
    /// The plain list price.
    pub(super) list: f64,
    /// Less what AWS gives free, where nothing else uses it.
    pub(super) billed: f64,
}

/// The monthly bill, besides the database, the network and what can be chosen; the same services in the same order for both
/// designs.
pub(super) fn bill(design: Design, workload: &Workload, measured: &Measured, prices: &Prices) -> Vec<Line> {
    let (files, free) = (workload.files_a_month(), &prices.free_each_month);
    let invocations = invocations(design, workload);
    let gb_seconds = MEMORY_GB * duration_s(design, files / invocations, measured) * invocations;
    let log_bytes = if design == Design::Batched { LOG_BYTES } else { PLATFORM_LOG_BYTES };
    let logs_gb = invocations * log_bytes / 1e9;
    let metrics = METRICS_IN_A_FAULT * FAULT_HOURS / HOURS_A_MONTH;
    let line = |service, used: f64, free: f64, price: f64| Line {
        service,
        list: used * price,
        billed: (used - free).max(0.0) * price,
    };
    vec![
        line("Lambda, time", gb_seconds, free.lambda_gb_seconds, prices.lambda_gb_second_arm64),
        line("Lambda, requests", invocations, free.lambda_requests, prices.lambda_million_requests / 1e6),
        line(
            "SQS",
            sqs_requests(workload, invocations),
            free.sqs_requests,
            prices.sqs_million_requests / 1e6,
        ),
        line("S3, reading", files, 0.0, prices.s3_thousand_gets / 1e3),
        line("CloudWatch, logs", logs_gb, free.logs_gb, prices.logs_gb_ingested),
        line("CloudWatch, metrics", metrics, free.metrics, prices.metric_month),
        line("CloudWatch, alarms", ALARM_METRICS, free.alarm_metrics, prices.alarm_metric_month),
    ]
}

/// Requests to SQS a month. S3 sends one by one. A receive ends with the first message that comes, so where files come one
/// after the other it carries one; only what has piled up comes by tens. Deletes are sent for a batch at a time.
fn sqs_requests(workload: &Workload, batches: f64) -> f64 {
    let files = workload.files_a_month();
    let deletes = batches * (files / batches / DELETES_A_REQUEST).ceil();
    // Long polls that end with nothing: those in which no file came (Poisson).
    let polls = POLLERS * SECONDS_A_DAY / LONG_POLL_S * DAYS_A_MONTH;
    let files_a_poll = workload.files_per_day / SECONDS_A_DAY * LONG_POLL_S / POLLERS;
    files + files + deletes + polls * (-files_a_poll).exp()
}

/// What does not depend on the files and can be chosen, in dollars a month at list price.
pub(super) fn choices(prices: &Prices) -> [(&'static str, f64); 9] {
    let acu_month = prices.aurora_acu_hour * LEAST_ACU * HOURS_A_MONTH;
    let dbt_run = DBT_MINUTES_A_DAY * DAYS_A_MONTH * prices.codebuild_small_arm_minute;
    [
        ("the database at rest, one instance, and its master's login", acu_month + prices.secret_month),
        (
            "the database at rest, two instances, and its master's login",
            2.0 * acu_month + prices.secret_month,
        ),
        (
            "NAT for the builds, and its address",
            (prices.nat_hour + prices.public_address_hour) * HOURS_A_MONTH,
        ),
        ("an interface endpoint in two zones", 2.0 * prices.endpoint_zone_hour * HOURS_A_MONTH),
        ("`DatabaseAuth: password`: the logins of shipper and smoke test", 2.0 * prices.secret_month),
        ("dbt each day, and its login", dbt_run + prices.secret_month),
        ("`Metrics: all`", ALL_METRICS * prices.metric_month),
        ("`Dashboard: true`", prices.dashboard_month),
        ("`FunctionAlarms: true`", 2.0 * prices.alarm_metric_month),
    ]
}

/// What the files' bytes cost on their way to a database in another zone, in dollars a month.
pub(super) fn between_zones(workload: &Workload, prices: &Prices) -> f64 {
    workload.gigabytes_a_month() * ACROSS_ZONES * prices.between_zones_gb
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
    fn a_message_is_sent_once_received_once_and_deleted_with_others() {
        let month = |files| workload(files).files_a_month();
        let quiet = sqs_requests(&workload(1.0), month(1.0));
        let polls = POLLERS * SECONDS_A_DAY / LONG_POLL_S * DAYS_A_MONTH;
        assert!((quiet - polls - 3.0 * month(1.0)).abs() < polls / 1000.0, "{quiet}");
        let busy = sqs_requests(&workload(10_000_000.0), month(10_000_000.0) / BATCH_SIZE);
        assert!((busy / month(10_000_000.0) - 2.1).abs() < 1e-6, "{busy}");
    }

    #[test]
    fn the_fetch_of_a_small_batch_takes_one_round_trip() {
        let measured = Measured { process_ms: 1.0, batch_ms: 10.0, get_ms: 40.0, per_file_ms: 0.0 };
        assert!((duration_s(Design::Batched, 10.0, &measured) - 0.060).abs() < 1e-9);
        assert!((duration_s(Design::Batched, 64.0, &measured) - 0.154).abs() < 1e-9);
    }
}
