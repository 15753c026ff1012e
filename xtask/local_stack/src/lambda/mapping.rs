//! The event source mapping: takes messages from the queue, invokes the function, deletes what it has done.
//!
//! It has the real one's semantics:
//! - A batch is full at its size, at 6 MB, or when its window has passed since its first message.
//! - At most so many batches run at once, and nothing is received for which no run is free.
//! - Messages are deleted only after success. Those reported as failed are left to the visibility timeout, and the queue
//!   itself moves them to its dead-letter queue.
//!
//! One thing is simpler: one poller fills one batch after the other where Lambda starts with five.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use bytes::Bytes;
use serde_json::Value;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use super::batch::{Verdict, event, verdict};
use super::function::{Function, Outcome};
use crate::aws::{Aws, Message};

/// Lambda's limit on an event's bytes (synchronous invocation).
const PAYLOAD_LIMIT: usize = 6 * 1024 * 1024;
/// Bytes that a message takes in the event besides its body.
const ENVELOPE: usize = 700;
const LONG_POLL_SECONDS: u64 = 1;
const AFTER_AN_ERROR: Duration = Duration::from_millis(200);

/// How batches are made.
#[derive(Debug, Clone)]
pub struct MappingSettings {
    /// The queue's URL.
    pub queue_url: String,
    /// The queue's ARN.
    pub queue_arn: String,
    /// Messages a batch, at most.
    pub batch_size: usize,
    /// How long a batch waits, from its first message, to be filled.
    pub window: Duration,
    /// Batches at once, at most.
    pub maximum_concurrency: usize,
    /// Whether the function's report of failed messages is heeded (ReportBatchItemFailures).
    pub reports_failures: bool,
}

impl MappingSettings {
    /// What was deployed under this id.
    ///
    /// # Errors
    /// When Lambda does not know the mapping or leaves out a setting.
    pub async fn deployed(aws: &Aws, id: &str, queue_url: &str) -> Result<Self> {
        let deployed = aws.get_json("lambda", &format!("/2015-03-31/event-source-mappings/{id}")).await?;
        let number = |pointer: &str| -> Result<u64> {
            // The emulator hands on parameters as CloudFormation holds them, as text.
            let value = deployed.pointer(pointer);
            let value = value.and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()));
            value.with_context(|| format!("the deployed event source mapping has no {pointer}"))
        };
        let types = deployed.get("FunctionResponseTypes").and_then(Value::as_array);
        let queue_arn = deployed.get("EventSourceArn").and_then(Value::as_str);
        Ok(Self {
            queue_url: queue_url.to_owned(),
            queue_arn: queue_arn.context("the deployed event source mapping names no queue")?.to_owned(),
            batch_size: usize::try_from(number("/BatchSize")?)?,
            window: Duration::from_secs(number("/MaximumBatchingWindowInSeconds")?),
            maximum_concurrency: usize::try_from(number("/ScalingConfig/MaximumConcurrency")?)?,
            reports_failures: types
                .is_some_and(|types| types.iter().any(|kind| kind == "ReportBatchItemFailures")),
        })
    }
}

/// What a mapping has done so far.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// Messages received, redeliveries included.
    pub received: u64,
    /// Messages deleted after success.
    pub deleted: u64,
    /// Messages that the function reported as failed, or whose whole batch failed.
    pub failed: u64,
    /// Invocations that ended in an error, a timeout or a crash.
    pub failed_invocations: u64,
    /// Messages of the largest batch.
    pub largest_batch: u64,
    /// Invocations that ran at the same time, at most.
    pub highest_concurrency: u64,
}

#[derive(Debug, Default)]
struct Counters {
    received: AtomicU64,
    deleted: AtomicU64,
    failed: AtomicU64,
    failed_invocations: AtomicU64,
    largest_batch: AtomicU64,
    running: AtomicU64,
    highest_concurrency: AtomicU64,
}

/// A running mapping; dropping it stops it at once, [`Mapping::stop`] lets running batches finish.
#[derive(Debug)]
pub struct Mapping {
    counters: Arc<Counters>,
    running: watch::Sender<bool>,
    poller: JoinHandle<()>,
}

impl Drop for Mapping {
    fn drop(&mut self) {
        self.poller.abort();
    }
}

struct Worker {
    aws: Aws,
    function: Arc<Function>,
    settings: MappingSettings,
    counters: Arc<Counters>,
}

impl Mapping {
    /// Starts to poll.
    #[must_use]
    pub fn start(aws: Aws, function: Arc<Function>, settings: MappingSettings) -> Self {
        let counters = Arc::new(Counters::default());
        let (running, watcher) = watch::channel(true);
        let worker = Worker { aws, function, settings, counters: Arc::clone(&counters) };
        let poller = tokio::spawn(poll(Arc::new(worker), watcher));
        Self { counters, running, poller }
    }

    /// What it has done so far.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Statistics {
            received: read(&self.counters.received),
            deleted: read(&self.counters.deleted),
            failed: read(&self.counters.failed),
            failed_invocations: read(&self.counters.failed_invocations),
            largest_batch: read(&self.counters.largest_batch),
            highest_concurrency: read(&self.counters.highest_concurrency),
        }
    }

    /// Receives nothing more and waits for the running batches.
    pub async fn stop(mut self) -> Statistics {
        let _ = self.running.send(false);
        let _ = (&mut self.poller).await;
        self.statistics()
    }
}

async fn poll(worker: Arc<Worker>, mut running: watch::Receiver<bool>) {
    let permits = Arc::new(Semaphore::new(worker.settings.maximum_concurrency));
    // Dropped with this future: an aborted mapping leaves no batch running.
    let mut batches = JoinSet::new();
    while *running.borrow() {
        while batches.try_join_next().is_some() {}
        // Nothing is received before a run is free for it: messages in hand would only age.
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { break };
        let batch = worker.collect(&mut running).await;
        if batch.is_empty() {
            continue;
        }
        let worker = Arc::clone(&worker);
        batches.spawn(async move {
            worker.handle(batch).await;
            drop(permit);
        });
    }
    while batches.join_next().await.is_some() {}
}

impl Worker {
    /// One batch; empty when nothing came or the mapping is being stopped.
    async fn collect(&self, running: &mut watch::Receiver<bool>) -> Vec<Message> {
        let mut batch: Vec<Message> = Vec::new();
        let mut bytes = 0;
        let mut closes_at: Option<Instant> = None;
        while batch.len() < self.settings.batch_size && bytes < PAYLOAD_LIMIT - 10 * 256 * 1024 {
            if !*running.borrow() || closes_at.is_some_and(|at| at <= Instant::now()) {
                break;
            }
            let wanted = self.settings.batch_size - batch.len();
            let Some(messages) = self.receive(wanted, closes_at, running).await else { break };
            if batch.is_empty() && !messages.is_empty() {
                closes_at = Some(Instant::now() + self.settings.window);
            }
            self.counters.received.fetch_add(messages.len() as u64, Ordering::Relaxed);
            bytes += messages.iter().map(|message| message.body.len() + ENVELOPE).sum::<usize>();
            batch.extend(messages);
        }
        batch
    }

    /// The next messages, waiting for them at most until the batch closes; nothing when it has.
    async fn receive(
        &self,
        wanted: usize,
        closes_at: Option<Instant>,
        running: &mut watch::Receiver<bool>,
    ) -> Option<Vec<Message>> {
        let wait = if closes_at.is_some() { 0 } else { LONG_POLL_SECONDS };
        let received = self.aws.receive(&self.settings.queue_url, wanted, wait).await;
        let pause = match received {
            Ok(messages) if !messages.is_empty() => return Some(messages),
            Ok(_) if closes_at.is_none() => return Some(Vec::new()),
            Ok(_) => Duration::from_millis(20),
            Err(_) => AFTER_AN_ERROR,
        };
        let until = closes_at.map_or(Instant::now() + pause, |at| at.min(Instant::now() + pause));
        tokio::select! {
            () = tokio::time::sleep_until(until) => Some(Vec::new()),
            _ = running.changed() => None,
        }
    }

    async fn handle(&self, batch: Vec<Message>) {
        let size = batch.len() as u64;
        self.counters.largest_batch.fetch_max(size, Ordering::Relaxed);
        let running = self.counters.running.fetch_add(1, Ordering::Relaxed) + 1;
        self.counters.highest_concurrency.fetch_max(running, Ordering::Relaxed);
        let payload = Bytes::from(event(&batch, &self.settings.queue_arn).to_string());
        let outcome = self.function.invoke(payload).await;
        self.counters.running.fetch_sub(1, Ordering::Relaxed);
        let done = match outcome {
            Ok(Outcome::Response(response)) => {
                match verdict(&response, &batch, self.settings.reports_failures) {
                    Verdict::Failed(failed) => {
                        batch.iter().filter(|message| !failed.contains(&message.message_id)).collect()
                    }
                    Verdict::AllFailed(_) => Vec::new(),
                }
            }
            _ => {
                self.counters.failed_invocations.fetch_add(1, Ordering::Relaxed);
                Vec::new()
            }
        };
        self.counters.failed.fetch_add(size - done.len() as u64, Ordering::Relaxed);
        self.delete(&done).await;
    }

    /// A deletion that fails is a redelivery, which the function must bear anyway.
    async fn delete(&self, done: &[&Message]) {
        let receipts: Vec<&str> = done.iter().map(|message| message.receipt_handle.as_str()).collect();
        if self.aws.delete_messages(&self.settings.queue_url, &receipts).await.is_ok() {
            self.counters.deleted.fetch_add(done.len() as u64, Ordering::Relaxed);
        }
    }
}
