//! One object, as a notification names it.

use super::Removal;
use crate::timestamp::Timestamp;

/// One object version that a notification speaks of. Every text in it is fit for PostgreSQL: no NUL, bounded length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectReference {
    /// Bucket.
    pub bucket: String,
    /// Key, decoded.
    pub key: String,
    /// Version; `None` where the event names none.
    pub version_id: Option<String>,
    /// ETag of the object that caused the event, without quotes.
    pub etag: Option<String>,
    /// Hexadecimal; orders the events of one key.
    pub sequencer: Option<String>,
    /// When S3 finished the put, or the removal.
    pub event_time: Option<Timestamp>,
    /// Bytes, as the event says.
    pub size: Option<u64>,
    /// Set where the event tells that it was removed: there is nothing to fetch.
    pub removal: Option<Removal>,
}

/// Which buckets may be read.
#[derive(Debug, Clone, Default)]
pub struct AllowedBuckets(Vec<String>);

impl AllowedBuckets {
    /// An empty list allows every bucket.
    pub fn new(names: &[String]) -> Self {
        Self(names.to_vec())
    }

    /// Whether `bucket` may be read.
    pub fn allows(&self, bucket: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|name| name == bucket)
    }
}
