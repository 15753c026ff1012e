//! The Lambda function: invocations in, partial batch responses out.

use std::time::SystemTime;

use anyhow::Context;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use lambda_runtime::{LambdaEvent, service_fn};
use tokio::sync::Mutex;
use tracing::Instrument;

use crate::batch::{BatchReport, QueueMessage, Shipper};
use crate::budget::Deadline;
use crate::outcome::Outcomes;
use crate::settings::Settings;
use crate::{logging, metrics};

/// Serves invocations until the runtime ends the process.
///
/// # Errors
/// A setting is wrong, or the runtime API is gone.
pub async fn serve() -> anyhow::Result<()> {
    let settings = match Settings::from_environment() {
        Ok(settings) => settings,
        Err(faults) => {
            logging::start_json("info");
            tracing::error!(faults = ?faults.0, "the settings are wrong; the function cannot start");
            return Err(faults.into());
        }
    };
    logging::start_json(&settings.log_level);
    let aws = aws_config::load_from_env().await;
    let shipper = Mutex::new(Shipper::new(&settings, &aws).context("the function cannot start")?);
    let function = std::env::var("AWS_LAMBDA_FUNCTION_NAME").ok();
    let answer = service_fn(|event| invoke(&settings, &shipper, function.as_deref(), event));
    // Boxed: the futures of the runtime and of a batch, nested, are deeper than the compiler follows.
    Box::pin(lambda_runtime::run(answer))
        .await
        .map_err(|error| anyhow::anyhow!("the Lambda runtime ended: {error}"))
}

async fn invoke(
    settings: &Settings,
    shipper: &Mutex<Shipper>,
    function: Option<&str>,
    event: LambdaEvent<SqsEvent>,
) -> Result<SqsBatchResponse, lambda_runtime::Error> {
    let (event, context) = event.into_parts();
    let span = tracing::info_span!(
        "invocation",
        request_id = context.request_id,
        trace_id = context.xray_trace_id.as_deref().unwrap_or_default()
    );
    let deadline = Deadline::of_invocation(context.deadline(), settings.deadline_reserve);
    let (ids, messages): (Vec<_>, Vec<_>) = event
        .records
        .into_iter()
        .map(|record| {
            (
                record.message_id.clone(),
                QueueMessage { id: record.message_id, body: record.body.unwrap_or_default() },
            )
        })
        .unzip();
    async {
        let (outcomes, report) = shipper.lock().await.handle(messages, &context.request_id, deadline).await;
        // One line a batch, for CloudWatch bills logs by the byte: the line of metrics says all that `tell` would.
        if let Some(namespace) = &settings.metrics_namespace {
            let (sent, now) = (settings.metrics_sent, SystemTime::now());
            print_line(&metrics::line(namespace, sent, function, &context.request_id, &report, now));
        } else {
            tell(&report);
        }
        respond(&outcomes, &ids)
    }
    .instrument(span)
    .await
}

fn respond(outcomes: &Outcomes, ids: &[Option<String>]) -> Result<SqsBatchResponse, lambda_runtime::Error> {
    outcomes.response(ids).map_err(|error| {
        tracing::error!(%error, "the response cannot name a message");
        error.into()
    })
}

/// Standard output is the log; a log that cannot be written must not fail a batch that is committed.
fn print_line(line: &str) {
    use std::io::Write;
    let written = writeln!(std::io::stdout().lock(), "{line}");
    if written.is_err() {
        tracing::debug!("standard output is closed");
    }
}

fn tell(report: &BatchReport) {
    let processed = &report.processed;
    tracing::info!(
        batch_id = report.batch_id.map(|batch| batch.to_string()),
        messages = report.messages,
        returned = report.messages_returned,
        rejected_messages = report.messages_rejected,
        retries = report.retries,
        connections = report.connections,
        files = processed.files,
        loaded = processed.loaded,
        partially_loaded = processed.partially_loaded,
        failed = processed.failed,
        skipped = processed.skipped,
        removed = processed.removed,
        deferred = processed.deferred,
        bytes = report.bytes,
        records = processed.records,
        rows_loaded = processed.rows_loaded,
        rows_rejected = processed.rows_rejected,
        rows_stale = processed.rows_stale,
        rows_filtered = processed.rows_filtered,
        rows_deleted = processed.rows_deleted,
        rows_suppressed = processed.rows_suppressed,
        rows_removed = processed.rows_removed,
        child_rows_loaded = processed.child_rows_loaded,
        child_rows_rejected = processed.child_rows_rejected,
        stage_ms = millis(report.stage),
        process_ms = millis(report.process),
        commit_ms = millis(report.commit),
        total_ms = millis(report.total),
        "batch done"
    );
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
