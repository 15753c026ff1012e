//! An object as a listing shows it.

use shipper::timestamp::Timestamp;

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
}
