//! Objects on their way: into the database as the function does it, or into the queue.

use anyhow::{Result, bail};
use aws_config::SdkConfig;
use serde_json::{Value, json};
use shipper::batch::{QueueMessage, Shipper};
use shipper::budget::Deadline;
use shipper::database::{DatabaseError, Processed};
use uuid::Uuid;

use crate::answer::out;
use crate::comparison::Entry;
use crate::events::{message, removal};
use crate::listed::Listed;
use crate::progress::Progress;
use crate::queue::{Letter, Queue};
use crate::{Session, account};

/// Objects of one transaction, as many as an invocation of the function has at most.
const OBJECTS_A_BATCH: usize = 100;

/// Where objects go.
pub(crate) enum Way {
    /// Each is read and loaded here.
    Database(Box<Shipper>),
    /// The function loads them.
    Queue(Queue),
}

impl Way {
    /// Into the database; known files, too, where they are to be loaded again.
    ///
    /// # Errors
    /// The bucket may not be loaded from, or TLS cannot be set up as asked.
    pub(crate) fn into_database(
        session: &Session,
        aws: &SdkConfig,
        bucket: &str,
        again: bool,
    ) -> Result<Self> {
        let allowed = &session.settings.objects.allowed_buckets;
        if !allowed.is_empty() && !allowed.iter().any(|name| name == bucket) {
            bail!(
                "bucket {bucket} is not in ALLOWED_BUCKETS ({}); add it to load from it",
                allowed.join(", ")
            );
        }
        let mut shipper = Shipper::new(&session.settings, aws)?;
        if again {
            shipper.load_again();
        }
        Ok(Self::Database(Box::new(shipper)))
    }
}

/// What a batch tells the database.
#[derive(Clone, Copy)]
enum Told {
    OfObjects,
    OfRemovals,
}

impl Told {
    /// What becomes of one that comes back.
    fn when_returned(self) -> &'static str {
        match self {
            Self::OfObjects => "not loaded, as said above; a later backfill tries it again",
            Self::OfRemovals => "not removed, as said above; a later reconcile --gone --load tries it again",
        }
    }
}

/// A run's loading, and what has come of it so far.
pub(crate) struct Loading<'a> {
    bucket: &'a str,
    way: &'a mut Way,
    /// In `ingest.batch`, by which this run's files are found again.
    pub(crate) request_id: String,
    pub(crate) progress: Progress,
    total: Processed,
    sent: u64,
    /// Objects that could not be read, or whose dataset cannot take them now.
    returned: u64,
    /// Objects that S3 would not give out of an archive, which no listing had told: kept in `ingest.rejected_message`.
    archived: u64,
}

impl<'a> Loading<'a> {
    pub(crate) fn begin(command: &str, bucket: &'a str, way: &'a mut Way) -> Self {
        Self {
            bucket,
            way,
            request_id: format!("pg-ingest {command} {}", Uuid::new_v4()),
            progress: Progress::begin(0),
            total: Processed::default(),
            sent: 0,
            returned: 0,
            archived: 0,
        }
    }

    /// Oldest first, a batch at a time.
    ///
    /// # Errors
    /// What would stop the next ones, too. What is committed or sent stays.
    pub(crate) async fn load(&mut self, mut objects: Vec<Listed>) -> Result<()> {
        objects.sort_by(|one, other| (one.modified, &one.key).cmp(&(other.modified, &other.key)));
        self.progress.expect(objects.len());
        for batch in objects.chunks(OBJECTS_A_BATCH) {
            match self.way {
                Way::Queue(queue) => {
                    let letters = batch.iter().map(|object| Letter {
                        body: message(self.bucket, object).body,
                        ..Letter::default()
                    });
                    queue.send(letters.collect()).await?;
                    self.sent += batch.len() as u64;
                    self.progress.advance(batch.len(), 0);
                }
                Way::Database(_) => {
                    let messages = batch.iter().map(|object| message(self.bucket, object)).collect();
                    let keys: Vec<&str> = batch.iter().map(|object| object.key.as_str()).collect();
                    self.load_batch(messages, &keys, Told::OfObjects).await?;
                }
            }
        }
        Ok(())
    }

    /// Tells the database of objects that are gone from the bucket; how many of them a dataset has removed.
    ///
    /// # Errors
    /// As for [`Self::load`].
    pub(crate) async fn remove(&mut self, gone: &[&Entry]) -> Result<u64> {
        let before = self.total.removed;
        self.progress.expect(gone.len());
        for batch in gone.chunks(OBJECTS_A_BATCH) {
            let told = |entry: &&Entry| removal(self.bucket, &entry.key, entry.modified_text.as_deref());
            let messages = batch.iter().map(told).collect();
            let keys: Vec<&str> = batch.iter().map(|entry| entry.key.as_str()).collect();
            self.load_batch(messages, &keys, Told::OfRemovals).await?;
        }
        Ok(u64::try_from(self.total.removed - before).unwrap_or_default())
    }

    async fn load_batch(&mut self, messages: Vec<QueueMessage>, keys: &[&str], told: Told) -> Result<()> {
        let Way::Database(shipper) = self.way else { return Ok(()) };
        let (outcomes, report) = shipper.handle(messages, &self.request_id, Deadline::none()).await;
        self.total.add(&report.processed);
        self.archived += report.messages_rejected;
        self.progress.advance(keys.len(), report.bytes);
        let returned: Vec<usize> = outcomes.to_return().collect();
        let is_none_read = returned.len() == OBJECTS_A_BATCH && report.processed.files == 0;
        for place in returned {
            self.returned += 1;
            let key = keys.get(place).copied().unwrap_or_default();
            self.progress.say(&format!("{key}: {}", told.when_returned()));
        }
        // As where s3:GetObject is missing: the next ones would not be read either. Where others were read, it is these alone.
        if is_none_read && report.failure.is_none() && self.total.files == 0 {
            bail!(
                "none of {OBJECTS_A_BATCH} objects could be read, as said above; look at s3:GetObject and the credentials. If these alone are \
                 kept from you, --since or --until leaves them out"
            );
        }
        // An object that takes too long or that nothing can process is its own: the next ones are loaded.
        if let Some(error) = report.failure.filter(|_| report.processed.files == 0)
            && !matches!(error, DatabaseError::Unprocessable(_) | DatabaseError::Conflict(_))
        {
            bail!(
                "a batch could not be committed: {}; what is committed stays, so run the command again",
                error.in_full()
            );
        }
        Ok(())
    }

    /// For a person, at the end.
    pub(crate) fn tell(&self) -> Result<()> {
        if let Way::Queue(queue) = &*self.way {
            return out(&format!("{} messages sent to {}; the function loads them", self.sent, queue.url));
        }
        if self.archived > 0 {
            out(&format!(
                "{} archived objects could not be read; ingest.rejected_message names them: restore them and run the command again",
                self.archived
            ))?;
        }
        out(&account::sentence(&self.total))
    }

    /// For machines.
    pub(crate) fn account(&self) -> Value {
        json!({
            "request_id": self.request_id, "returned": self.returned, "archived": self.archived, "sent": self.sent,
            "committed": account::json(&self.total),
        })
    }

    /// Whether something of it was not loaded whole.
    pub(crate) fn has_problems(&self) -> bool {
        self.total.failed + self.total.partially_loaded > 0 || self.returned + self.archived > 0
    }
}
