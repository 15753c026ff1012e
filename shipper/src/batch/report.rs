//! What a batch came to: the source of its log line and its metrics.

use std::time::{Duration, Instant, SystemTime};

use uuid::Uuid;

use super::attempt::Committed;
use crate::database::{DatabaseError, Processed, Staging};
use crate::outcome::Outcomes;
use crate::tagging::Tagged;
use crate::timestamp::Timestamp;

/// A batch in figures.
#[derive(Debug)]
pub struct BatchReport {
    began: Instant,
    /// The last transaction's batch.
    pub batch_id: Option<Uuid>,
    /// Messages in the invocation.
    pub messages: usize,
    /// Messages given back to the queue.
    pub messages_returned: usize,
    /// Messages kept in quarantine.
    pub messages_rejected: u64,
    /// Batches of which nothing was committed.
    pub failed_batches: u64,
    /// Why nothing of the last such batch was.
    pub failure: Option<DatabaseError>,
    /// Transactions that were begun again.
    pub retries: u64,
    /// Connections made since the process began.
    pub connections: u64,
    /// Bytes of staged bodies.
    pub bytes: u64,
    /// What the database reports, summed.
    pub processed: Processed,
    /// Objects tagged after they were loaded, where that is asked for.
    pub tagged: Option<Tagged>,
    /// What lay staged behind the batch, where it was looked at.
    pub staging: Option<Staging>,
    /// Time of the oldest event.
    pub oldest_event: Option<Timestamp>,
    /// Age of the oldest event when the batch ended, in seconds.
    pub oldest_event_age: Option<f64>,
    /// Until the transaction stood.
    pub connect: Duration,
    /// Fetching and COPY, which overlap.
    pub stage: Duration,
    /// Processing in the database.
    pub process: Duration,
    /// COMMIT.
    pub commit: Duration,
    /// All of it.
    pub total: Duration,
}

impl BatchReport {
    pub(super) fn begin(messages: usize) -> Self {
        Self {
            began: Instant::now(),
            batch_id: None,
            messages,
            messages_returned: 0,
            messages_rejected: 0,
            failed_batches: 0,
            failure: None,
            retries: 0,
            connections: 0,
            bytes: 0,
            processed: Processed::default(),
            tagged: None,
            staging: None,
            oldest_event: None,
            oldest_event_age: None,
            connect: Duration::ZERO,
            stage: Duration::ZERO,
            process: Duration::ZERO,
            commit: Duration::ZERO,
            total: Duration::ZERO,
        }
    }

    pub(super) fn add(&mut self, committed: &Committed) {
        self.messages_rejected += committed.rejected_messages;
        self.bytes += committed.bytes;
        self.processed.add(&committed.processed);
        self.connect += committed.connect;
        self.stage += committed.stage;
        self.process += committed.process;
        self.commit += committed.commit;
    }

    pub(super) fn end(&mut self, outcomes: &Outcomes, connections: u64, now: SystemTime) {
        self.messages_returned = outcomes.returned();
        self.connections = connections;
        self.oldest_event_age = self.oldest_event.map(|event| event.age_seconds(now));
        self.total = self.began.elapsed();
    }
}

#[cfg(test)]
impl BatchReport {
    /// A report for other modules' tests.
    pub(crate) fn sample() -> Self {
        let mut report = Self::begin(3);
        report.oldest_event_age = Some(12.5);
        report
    }
}
