//! What lies in `ingest.staging` while no batch of this process runs: looked at now and then, for the line of metrics.
//!
//! A login that was stolen can fill the table and hold transactions open. Nothing bounds that but the server, so it is told.

use std::time::{Duration, Instant};

use crate::budget::Deadline;
use crate::database::{Database, Staging};

/// So often it is looked: a look costs about a millisecond.
const PAUSE: Duration = Duration::from_secs(300);

/// How long a transaction may have files staged. Lambda ends a function after 15 minutes, and with it the transaction.
const LONGEST_S: u64 = 15 * 60;

/// So much the table may hold: forty batches of the largest default size, staged at once.
const MOST_BYTES: u64 = 10 << 30;

/// Looks now and then.
#[derive(Debug, Default)]
pub(crate) struct StagingWatch {
    looked: Option<Instant>,
}

impl StagingWatch {
    /// Looks, unless it has looked lately. Without a connection at hand, or an answer, nothing is told.
    pub(crate) async fn look(&mut self, database: &mut Database, deadline: Deadline) -> Option<Staging> {
        if self.looked.is_some_and(|looked| looked.elapsed() < PAUSE) || !deadline.allows(Duration::ZERO) {
            return None;
        }
        self.looked = Some(Instant::now());
        match database.staging(deadline).await {
            Ok(staging) => staging,
            Err(error) => {
                tracing::warn!(%error, "what lies in ingest.staging is not known; it is asked again in five minutes");
                None
            }
        }
    }
}

impl Staging {
    /// How many of the three are more than sound batches explain.
    pub(crate) fn held(&self) -> u64 {
        [self.files > 0, self.bytes > MOST_BYTES, self.oldest_s > LONGEST_S]
            .into_iter()
            .filter(|is| *is)
            .count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_batches_under_way_explain_is_nothing_to_tell() {
        let sound = Staging { files: 0, bytes: MOST_BYTES, oldest_s: LONGEST_S };
        assert_eq!(sound.held(), 0);
        assert_eq!(Staging { files: 1, ..sound }.held(), 1, "a batch leaves nothing behind its COMMIT");
        assert_eq!(Staging { bytes: MOST_BYTES + 1, ..sound }.held(), 1);
        assert_eq!(Staging { oldest_s: LONGEST_S + 1, ..sound }.held(), 1);
        assert_eq!(Staging { files: 7, bytes: u64::MAX, oldest_s: u64::MAX }.held(), 3);
    }
}
