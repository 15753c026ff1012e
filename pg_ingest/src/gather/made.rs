//! What was made of a unit's records for one target.

use crate::gather::fates::Change;
use crate::gather::gathered::{GatheredRow, Rest};

/// What was made of records.
#[derive(Default)]
pub(crate) struct Made {
    pub(crate) rows: Vec<GatheredRow>,
    /// One for each row, where records may delete.
    pub(crate) changes: Vec<Change>,
    /// What is left to the load statement.
    pub(crate) rest: Vec<Rest>,
}

/// How many rows there were, and records left to the load statement.
#[derive(Clone, Copy, Default)]
pub(crate) struct Mark(usize, usize);

impl Made {
    /// How much there is.
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.rows.len(), self.rest.len())
    }

    /// Forgets what was made since.
    pub(crate) fn forget_since(&mut self, Mark(rows, rest): Mark) {
        self.rows.truncate(rows);
        self.changes.truncate(rows);
        self.rest.truncate(rest);
    }
}
