//! One attempt at a batch: one transaction.

use std::time::{Duration, Instant};

use uuid::Uuid;

use super::fetches::Fetches;
use super::{Task, stream};
use crate::budget::Deadline;
use crate::database::{Database, DatabaseError, DeferredFile, Manner, Processed, Transaction};
use crate::notification::{ObjectReference, Rejection};
use crate::reader::{Fetched, ObjectReader, ReadError};

/// What one transaction is to load, and within which bounds.
pub(super) struct Attempt<'a> {
    pub(super) reader: &'a ObjectReader,
    pub(super) tasks: &'a [Task],
    pub(super) batch: Uuid,
    pub(super) deadline: Deadline,
    /// Bytes of bodies after which it takes no more.
    pub(super) max_bytes: u64,
    /// What becomes of files that are known.
    pub(super) manner: Manner,
}

/// What a committed attempt did. Messages are named by their place in the batch.
#[derive(Debug, Default)]
pub(super) struct Committed {
    /// Messages with an object that could not be read.
    pub(super) failed: Vec<usize>,
    /// Messages with a file that its dataset could not take now.
    pub(super) deferred: Vec<usize>,
    /// Objects for which the transaction had no room, each with its message.
    no_room: Vec<(usize, ObjectReference)>,
    /// Messages with an object that nobody can read, and why in words.
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

impl Committed {
    /// What is left of the tasks for another transaction: the objects for which this one had no room.
    pub(super) fn left_of(&self, tasks: &[Task]) -> Vec<Task> {
        let left = tasks.iter().filter_map(|task| {
            let objects = self.no_room.iter().filter(|(message, _)| *message == task.message);
            let objects: Vec<ObjectReference> = objects.map(|(_, object)| object.clone()).collect();
            (!objects.is_empty()).then(|| Task { objects, rejection: None, ..task.clone() })
        });
        left.collect()
    }
}

impl Attempt<'_> {
    /// Stages, processes and commits. An error leaves nothing behind.
    pub(super) async fn run(
        self,
        database: &mut Database,
        request_id: &str,
    ) -> Result<Committed, DatabaseError> {
        let mut clock = Clock(Instant::now());
        let mut committed = Committed::default();

        let transaction = database.begin(request_id, self.deadline).await?;
        committed.connect = clock.lap();

        let staged = self.stage(&transaction, &mut committed).await?;
        self.reject(&transaction, &mut committed).await?;
        committed.stage = clock.lap();

        if staged > 0 {
            committed.processed = transaction.process(self.batch, self.manner, self.deadline).await?;
            require_all_processed(staged, &committed.processed)?;
            self.note_deferred(&transaction, &mut committed).await?;
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

    /// Fetches and stages every object for which there is room; those that cannot be read are noted and left out. Returns
    /// the rows staged.
    async fn stage(
        &self,
        transaction: &Transaction,
        committed: &mut Committed,
    ) -> Result<u64, DatabaseError> {
        let mut fetches = Fetches::begin(self.reader, self.tasks, self.deadline);
        if fetches.is_empty() {
            return Ok(0);
        }
        let mut to_stream = Vec::new();
        let mut copy = transaction.copy().await?;
        while let Some((message, reference, outcome)) = fetches.next().await {
            match outcome {
                Ok(Fetched::Held(object)) => committed.bytes += copy.row(self.batch, &object).await?,
                Ok(Fetched::ToStream) => to_stream.push((message, reference)),
                Err(error) => note_failure(committed, message, &reference, &error),
            }
            if committed.bytes >= self.max_bytes {
                committed.no_room.extend(fetches.abandon());
                break;
            }
        }
        let mut staged = copy.finish().await?;
        for (message, reference) in to_stream {
            if committed.bytes >= self.max_bytes {
                committed.no_room.push((message, reference));
                continue;
            }
            match stream::stage(transaction, self.reader, &reference, self.batch, self.deadline).await? {
                Ok(bytes) => {
                    committed.bytes += bytes;
                    staged += 1;
                }
                Err(error) => note_failure(committed, message, &reference, &error),
            }
        }
        Ok(staged)
    }

    /// Keeps the messages that nobody can serve.
    async fn reject(
        &self,
        transaction: &Transaction,
        committed: &mut Committed,
    ) -> Result<(), DatabaseError> {
        for task in self.tasks {
            let mut rejection = task.rejection.clone();
            for (_, problem) in committed.archived.iter().filter(|(message, _)| *message == task.message) {
                Rejection::add(&mut rejection, "object_archived", problem);
            }
            if let Some(rejection) = rejection {
                transaction.reject_message(&task.id, &task.body, &rejection).await?;
                committed.rejected_messages += 1;
            }
        }
        Ok(())
    }

    /// Asks which files their datasets could not take: their messages return, and nobody else's.
    async fn note_deferred(
        &self,
        transaction: &Transaction,
        committed: &mut Committed,
    ) -> Result<(), DatabaseError> {
        if committed.processed.deferred == 0 {
            return Ok(());
        }
        let files = transaction.deferred(self.batch).await?;
        let told = usize::try_from(committed.processed.deferred).unwrap_or(usize::MAX);
        if files.len() != told {
            let problem = format!("{told} files are deferred, but ingest_deferred names {}", files.len());
            return Err(DatabaseError::Refused(problem.into()));
        }
        for file in &files {
            let of = self.tasks.iter().filter(|task| task.objects.iter().any(|object| file.is(object)));
            let messages: Vec<usize> = of.map(|task| task.message).collect();
            if messages.is_empty() {
                let problem =
                    format!("ingest_deferred names s3://{}/{}, which was not staged", file.bucket, file.key);
                return Err(DatabaseError::Refused(problem.into()));
            }
            let DeferredFile { bucket, key, dataset, sqlstate, .. } = file;
            tracing::warn!(
                bucket,
                key,
                dataset,
                sqlstate,
                "a file is deferred: its dataset's target cannot take it now, as ingest.dataset_fault says; its message is returned"
            );
            committed.deferred.extend(messages);
        }
        Ok(())
    }
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

/// Times one phase after another.
struct Clock(Instant);

impl Clock {
    fn lap(&mut self) -> Duration {
        let now = Instant::now();
        std::mem::replace(&mut self.0, now).elapsed()
    }
}
