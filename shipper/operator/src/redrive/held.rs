//! Messages that a run was given and leaves where they are.

use std::collections::HashMap;

/// A queue has 120,000 messages given at once, more or less. Beyond that SQS says to who waits for one that there is none
/// (Amazon SQS Developer Guide, "Amazon SQS standard queue quotas").
const MOST_GIVEN: usize = 100_000;

/// Messages that are left.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// By their ids, the receipts that free them.
    receipts: HashMap<String, String>,
    /// So many were given once more since one came for the first time.
    given_again: usize,
}

impl Held {
    /// Whether it comes for the first time. One that is left comes again when its time has run out.
    pub(super) fn is_new(&mut self, id: String, receipt: String) -> bool {
        let is_new = self.receipts.insert(id, receipt).is_none();
        self.given_again = if is_new { 0 } else { self.given_again + 1 };
        is_new
    }

    /// It is not left any more.
    pub(super) fn let_go(&mut self, id: &str) {
        self.receipts.remove(id);
    }

    /// A long run is given again what it left, beside what nobody has seen yet: only when all of it came round without any
    /// other between is there no other.
    pub(super) fn came_round(&self) -> bool {
        self.given_again > 0 && self.given_again >= self.receipts.len()
    }

    /// Whether there may be others that SQS does not give.
    pub(super) fn is_full(&self) -> bool {
        self.receipts.len() >= MOST_GIVEN
    }

    /// The receipts of all.
    pub(super) fn receipts(&self) -> Vec<String> {
        self.receipts.values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;

    fn give(held: &mut Held, ids: Range<usize>) -> bool {
        for id in ids {
            held.is_new(id.to_string(), "receipt".to_owned());
        }
        held.came_round()
    }

    #[test]
    fn a_long_run_ends_only_when_all_that_it_left_came_round() {
        let mut held = Held::default();
        assert!(!give(&mut held, 0..20));
        assert!(!give(&mut held, 0..10), "the others may stand beside new ones");
        assert!(!give(&mut held, 20..21));
        assert!(!give(&mut held, 0..20));
        assert!(give(&mut held, 20..21));
    }

    #[test]
    fn where_sqs_gives_no_more_nobody_knows_whether_there_are_more() {
        let mut held = Held::default();
        give(&mut held, 0..MOST_GIVEN);
        assert!(held.is_full());
        held.let_go("0");
        assert!(!held.is_full());
    }
}
