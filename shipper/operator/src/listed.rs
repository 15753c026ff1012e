//! An object as a listing shows it.

use serde_json::{Value, json};
use shipper::notification::key::check_key;
use shipper::timestamp::Timestamp;

/// Whether objects of a storage class have to be restored before they can be read.
pub(crate) fn is_archive(class: &str) -> bool {
    matches!(class, "GLACIER" | "DEEP_ARCHIVE")
}

/// An object of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) key: String,
    /// Without quotes.
    pub(crate) etag: Option<String>,
    pub(crate) size: u64,
    /// To the second.
    pub(crate) modified: Option<Timestamp>,
    /// The same as text, for messages.
    pub(crate) modified_text: String,
    /// The storage class of one that nobody can read before it is restored.
    pub(crate) archived: Option<String>,
}

impl Listed {
    /// Why its key can be none of the ledger's.
    pub(crate) fn key_problem(&self) -> Option<String> {
        check_key(self.key.clone()).err()
    }

    /// For machines.
    pub(crate) fn json(&self, bucket: &str, standing: &str) -> Value {
        let Self { key, size, modified_text, etag, .. } = self;
        json!({
            "standing": standing, "bucket": bucket, "key": key, "size": size, "last_modified": modified_text, "etag": etag,
        })
    }
}
