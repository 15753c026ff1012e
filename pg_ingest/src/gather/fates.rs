//! What is known of gathered rows where records may delete.

use pgrx::pg_sys;

/// What a row's record is, besides its columns.
#[derive(Clone, Copy)]
pub(crate) struct Change {
    /// Its number in its file.
    pub(crate) record_no: i32,
    pub(crate) deletes: bool,
}

/// The newest delete of a key.
#[derive(Clone, Copy)]
pub(crate) struct Delete {
    /// No other record of the key is newer.
    pub(crate) is_newest: bool,
    pub(crate) file_no: i32,
    pub(crate) record_no: i32,
    /// Its version, as long as its tuple is there.
    pub(crate) version: Option<pg_sys::Datum>,
}

/// What becomes of a key.
#[derive(Clone, Copy)]
pub(crate) struct Fate {
    /// What its row's record is.
    pub(crate) change: Change,
    pub(crate) delete: Option<Delete>,
}

/// The fates of rows.
pub(crate) struct Fates {
    /// One a row, in the rows' order.
    pub(crate) each: Vec<Fate>,
    /// The type of their versions; `None` without a version column.
    pub(crate) version_type: Option<pg_sys::Oid>,
}

impl Fates {
    /// Whether any record deletes.
    pub(crate) fn has_deletes(&self) -> bool {
        self.each.iter().any(|fate| fate.delete.is_some())
    }
}
