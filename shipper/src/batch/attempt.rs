//! One attempt at a batch: one transaction.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::{Id, JoinSet};
use uuid::Uuid;

use super::{Task, stream};
use crate::budget::Deadline;
use crate::database::{Database, DatabaseError, Processed, Transaction};
use crate::notification::{ObjectReference, Rejection};
use crate::reader::{Fetched, ObjectReader, ReadError};

/// What a committed attempt did.
#[derive(Debug, Default)]
pub(super) struct Committed {
    /// Messages with an object that could not be read, by their place in the batch.
    pub(super) failed: Vec<usize>,
    /// Messages with an object that nobody can read, by their place in the batch, and why in words.
    archived: Vec<(usize, String)>,
    /// What the database reports.
    pub(super) processed: Processed,
    /// Messages kept in quarantine.
    pub(super) rejected_messages: u64,
    /// Bytes of staged bodies.
    pub(super) bytes: u64,
    /// Until the transaction stood.
    pub(super) connect: Duration,
    /// Fetching and COPY, which overlap.
    pub(super) stage: Duration,
    /// Processing in the database.
    pub(super) process: Duration,
    /// COMMIT.
    pub(super) commit: Duration,
}

/// Stages, processes and commits, as batch `batch`. An error leaves nothing behind.
pub(super) async fn run(
    database: &mut Database,
    reader: &ObjectReader,
    tasks: &[Task],
    batch: Uuid,
    request_id: &str,
    deadline: Deadline,
) -> Result<Committed, DatabaseError> {
    let mut clock = Clock(Instant::now());
    let mut committed = Committed::default();

    let transaction = database.begin(request_id, deadline).await?;
    committed.connect = clock.lap();

    let staged = stage(&transaction, reader, tasks, batch, deadline, &mut committed).await?;
    for task in tasks {
        let mut rejection = task.rejection.clone();
        for (_, problem) in committed.archived.iter().filter(|(message, _)| *message == task.message) {
            Rejection::add(&mut rejection, "object_archived", problem);
        }
        if let Some(rejection) = rejection {
            transaction.reject_message(&task.id, &task.body, &rejection).await?;
            committed.rejected_messages += 1;
        }
    }
    committed.stage = clock.lap();

    if staged > 0 {
        committed.processed = transaction.process(batch, deadline).await?;
        require_all_processed(staged, &committed.processed)?;
    }
    committed.process = clock.lap();

    let client = if staged > 0 || committed.rejected_messages > 0 {
        transaction.commit().await?
    } else {
        transaction.roll_back().await?
    };
    database.keep(client);
    committed.commit = clock.lap();
    tracing::debug!(staged, "committed");
    Ok(committed)
}

/// What was staged but not processed would be acknowledged and then lie in a table that a crash empties.
fn require_all_processed(staged: u64, processed: &Processed) -> Result<(), DatabaseError> {
    if u64::try_from(processed.files) == Ok(staged) {
        return Ok(());
    }
    let problem =
        format!("{staged} files were staged, but ingest_process_staging reports {}", processed.files);
    Err(DatabaseError::Refused(problem.into()))
}

/// Fetches and stages every object; those that cannot be read are noted and left out. Returns the rows staged.
async fn stage(
    transaction: &Transaction,
    reader: &ObjectReader,
    tasks: &[Task],
    batch: Uuid,
    deadline: Deadline,
    committed: &mut Committed,
) -> Result<u64, DatabaseError> {
    let mut fetches = Fetches::begin(reader, tasks, deadline);
    if fetches.is_empty() {
        return Ok(0);
    }
    let mut to_stream = Vec::new();
    let mut copy = transaction.copy().await?;
    while let Some((message, reference, outcome)) = fetches.next().await {
        match outcome {
            Ok(Fetched::Held(object)) => committed.bytes += copy.row(batch, &object).await?,
            Ok(Fetched::ToStream) => to_stream.push((message, reference)),
            Err(error) => note_failure(committed, message, &reference, &error),
        }
    }
    let mut staged = copy.finish().await?;
    for (message, reference) in to_stream {
        match stream::stage(transaction, reader, &reference, batch, deadline).await? {
            Ok(bytes) => {
                committed.bytes += bytes;
                staged += 1;
            }
            Err(error) => note_failure(committed, message, &reference, &error),
        }
    }
    Ok(staged)
}

/// An object that cannot be read now returns its message; for one in an archive the queue would only repeat the refusal,
/// so its message is kept for whoever restores it.
fn note_failure(committed: &mut Committed, message: usize, reference: &ObjectReference, error: &ReadError) {
    let ObjectReference { bucket, key, .. } = reference;
    if let ReadError::Archived(_) = error {
        tracing::warn!(bucket, key, %error, "an object cannot be read; its message is kept in ingest.rejected_message");
        let problem =
            format!("s3://{bucket}/{key}: {error}; restore it, then send this body to the queue again");
        committed.archived.push((message, problem));
        return;
    }
    tracing::warn!(bucket, key, %error, "an object could not be read; its message is returned");
    if !committed.failed.contains(&message) {
        committed.failed.push(message);
    }
}

/// Fetches in progress, all cancelled when this is dropped.
struct Fetches {
    running: JoinSet<Result<Fetched, ReadError>>,
    of: HashMap<Id, (usize, ObjectReference)>,
}

impl Fetches {
    fn begin(reader: &ObjectReader, tasks: &[Task], deadline: Deadline) -> Self {
        let settings = reader.settings();
        let slots = Arc::new(Semaphore::new(settings.max_inflight_objects));
        let memory = Arc::new(Semaphore::new(
            settings.max_inflight_bytes.try_into().unwrap_or(Semaphore::MAX_PERMITS),
        ));
        let mut fetches = Self { running: JoinSet::new(), of: HashMap::new() };
        for task in tasks {
            for reference in &task.objects {
                let (reader, slots, memory) = (reader.clone(), Arc::clone(&slots), Arc::clone(&memory));
                let wanted = reference.clone();
                let handle = fetches.running.spawn(async move {
                    let slot = tokio::time::timeout_at(deadline.begin_until, slots.acquire_owned()).await;
                    let Ok(Ok(_slot)) = slot else { return Err(ReadError::Deadline) };
                    reader.fetch(&wanted, &memory, deadline).await
                });
                fetches.of.insert(handle.id(), (task.message, reference.clone()));
            }
        }
        fetches
    }

    fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// The next object that is here, in whatever order they come.
    async fn next(&mut self) -> Option<(usize, ObjectReference, Result<Fetched, ReadError>)> {
        loop {
            let (id, outcome) = match self.running.join_next_with_id().await? {
                Ok((id, outcome)) => (id, outcome),
                Err(error) => (error.id(), Err(ReadError::Broken("the reading task ended early".to_owned()))),
            };
            if let Some((message, reference)) = self.of.remove(&id) {
                return Some((message, reference, outcome));
            }
        }
    }
}

/// Times one phase after another.
struct Clock(Instant);

impl Clock {
    fn lap(&mut self) -> Duration {
        let now = Instant::now();
        std::mem::replace(&mut self.0, now).elapsed()
    }
}
