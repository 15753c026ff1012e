//! One batch of queue messages, from bodies to outcomes. `DELIVERY.md` argues why this loses and doubles nothing.

mod attempt;
mod fetches;
mod report;
mod stream;

use std::time::{Duration, SystemTime};

use tracing::Instrument;
use uuid::Uuid;

use attempt::{Attempt, Committed};
pub use report::BatchReport;

use crate::budget::{Attempts, Deadline};
use crate::database::{Database, DatabaseError, Manner};
use crate::notification::{self, AllowedBuckets, ObjectReference, Rejection};
use crate::outcome::Outcomes;
use crate::reader::ObjectReader;
use crate::settings::{AfterLoad, Settings};
use crate::staging_watch::StagingWatch;
use crate::tagging::Tagger;

/// A database that cannot be reached at all is tried this often: the queue repeats the batch later anyway, and a batch
/// that fails fast leaves its messages visible to the alarms.
const ATTEMPTS_TO_REACH: u32 = 2;

/// Everything that handles batches, kept between invocations.
pub struct Shipper {
    reader: ObjectReader,
    database: Database,
    allowed: AllowedBuckets,
    max_batch_bytes: u64,
    manner: Manner,
    tagger: Option<Tagger>,
    /// Where metrics are written.
    staging_watch: Option<StagingWatch>,
}

/// One message of the queue.
#[derive(Debug, Clone)]
pub struct QueueMessage {
    /// The queue's id for it.
    pub id: Option<String>,
    /// Its body.
    pub body: String,
}

/// What one message asks for, or what is left of it.
#[derive(Debug, Clone)]
struct Task {
    /// Place in the batch.
    message: usize,
    id: String,
    body: String,
    objects: Vec<ObjectReference>,
    /// Why the message must be kept whole.
    rejection: Option<Rejection>,
}

impl Shipper {
    /// Prepares; connects to nothing yet.
    ///
    /// # Errors
    /// TLS cannot be set up as asked.
    pub fn new(settings: &Settings, aws: &aws_config::SdkConfig) -> anyhow::Result<Self> {
        Ok(Self {
            reader: ObjectReader::new(aws, &settings.objects),
            database: Database::new(&settings.database, Some(aws.clone()))?,
            allowed: AllowedBuckets::new(&settings.objects.allowed_buckets),
            max_batch_bytes: settings.max_batch_bytes,
            manner: Manner::Once,
            tagger: (settings.after_load == AfterLoad::Tag).then(|| Tagger::new(aws, settings)),
            staging_watch: settings.metrics_namespace.as_ref().map(|_| StagingWatch::default()),
        })
    }

    /// Loads what is known already once more, from now on.
    pub fn load_again(&mut self) {
        self.manner = Manner::Again;
    }

    /// Handles a batch within its deadline.
    pub async fn handle(
        &mut self,
        messages: Vec<QueueMessage>,
        request_id: &str,
        deadline: Deadline,
    ) -> (Outcomes, BatchReport) {
        let mut outcomes = Outcomes::new(messages.len());
        let mut report = BatchReport::begin(messages.len());
        let mut tasks = Vec::new();
        for (place, message) in messages.into_iter().enumerate() {
            let task = self.decode(place, message);
            if task.objects.is_empty() && task.rejection.is_none() {
                outcomes.acknowledge(place);
            } else {
                tasks.push(task);
            }
        }
        let events = tasks.iter().flat_map(|task| &task.objects).filter_map(|object| object.event_time);
        report.oldest_event = events.min();
        // Batches that still stand to be loaded; more than one only after a batch had to be halved, or held more bytes than
        // one transaction takes.
        let mut loaded = Vec::new();
        let mut waiting = if tasks.is_empty() { Vec::new() } else { vec![tasks] };
        while let Some(mut part) = waiting.pop() {
            match self.load(&part, request_id, deadline, &mut report).await {
                Ok(mut committed) => {
                    if self.tagger.is_some() {
                        loaded.extend(part.iter().flat_map(|task| task.objects.iter().cloned()));
                    }
                    let returned = committed.failed.drain(..).chain(committed.deferred.drain(..));
                    returned.for_each(|message| outcomes.give_back(message));
                    let rest = committed.left_of(&part);
                    let done = part.iter().map(|task| task.message);
                    let done = done.filter(|message| rest.iter().all(|task| task.message != *message));
                    done.for_each(|message| outcomes.acknowledge(message));
                    if rest.is_empty() {
                        continue;
                    }
                    if deadline.allows(Duration::ZERO) {
                        waiting.push(rest);
                    } else {
                        tracing::warn!(
                            messages = rest.len(),
                            "no time is left for the rest of the batch; it is returned"
                        );
                    }
                }
                Err(DatabaseError::Unprocessable(problem))
                    if part.len() > 1 && deadline.allows(Duration::ZERO) =>
                {
                    tracing::warn!(%problem, messages = part.len(), "a batch cannot be processed as a whole; halving it");
                    let rest = part.split_off(part.len() / 2);
                    waiting.extend([rest, part]);
                }
                Err(error) => {
                    report.failed_batches += 1;
                    tracing::error!(%error, messages = part.len(), "the batch is returned to the queue: nothing of it was committed");
                    report.failure = Some(error);
                }
            }
        }
        if let Some(tagger) = self.tagger.as_ref().filter(|_| !loaded.is_empty()) {
            // Boxed: two calls of the SDK more would make the future of a batch deeper than the compiler follows.
            report.tagged = Some(Box::pin(tagger.tag(&mut self.database, &loaded, deadline)).await);
        }
        if let Some(watch) = &mut self.staging_watch {
            report.staging = watch.look(&mut self.database, deadline).await;
        }
        report.end(&outcomes, self.database.connections(), SystemTime::now());
        (outcomes, report)
    }

    fn decode(&self, place: usize, message: QueueMessage) -> Task {
        let decoded = notification::decode(&message.body, &self.allowed);
        // Without an id a digest cannot be invented: a fresh one keeps the row, at worst twice.
        let id = message.id.filter(|id| !id.is_empty()).unwrap_or_else(|| Uuid::new_v4().to_string());
        for event in &decoded.ignored {
            tracing::info!(
                message_id = id,
                event_name = event.event_name,
                "an event that asks for nothing is acknowledged"
            );
        }
        if let Some(rejection) = &decoded.rejection {
            tracing::warn!(
                message_id = id,
                error_code = rejection.error_code,
                error = rejection.error,
                "a message is kept in ingest.rejected_message"
            );
        }
        Task {
            message: place,
            id,
            body: message.body,
            objects: decoded.objects,
            rejection: decoded.rejection,
        }
    }

    /// Loads tasks in one transaction, however often it takes.
    async fn load(
        &mut self,
        tasks: &[Task],
        request_id: &str,
        deadline: Deadline,
        report: &mut BatchReport,
    ) -> Result<Committed, DatabaseError> {
        let mut attempts = Attempts::new(self.database.settings().attempts);
        loop {
            // A new id each time: should the last COMMIT have gone through with its answer lost, its id is taken.
            let batch = Uuid::new_v4();
            report.batch_id = Some(batch);
            let attempt = Attempt {
                reader: &self.reader,
                tasks,
                batch,
                deadline,
                max_bytes: self.max_batch_bytes,
                manner: self.manner,
            };
            let attempt = attempt
                .run(&mut self.database, request_id)
                .instrument(tracing::info_span!("batch", batch_id = %batch));
            let error = match tokio::time::timeout(deadline.left(), attempt).await {
                Ok(Ok(committed)) => {
                    report.add(&committed);
                    return Ok(committed);
                }
                Ok(Err(error)) => error,
                Err(_) => DatabaseError::Deadline,
            };
            report.retries += 1;
            let gives_up = !error.is_worth_another_attempt()
                || (error.is_unreachable() && attempts.made() >= ATTEMPTS_TO_REACH);
            let Some(wait) = attempts.next_wait().filter(|wait| !gives_up && deadline.allows(*wait)) else {
                report.retries -= 1;
                return Err(error);
            };
            tracing::warn!(%error, attempt = attempts.made(), "loading the batch again");
            tokio::time::sleep(wait).await;
        }
    }
}
