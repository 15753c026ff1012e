//! From a queue message's body to the objects that it speaks of.
//!
//! Pure. Three envelopes are known: S3's own notification, the same inside SNS, and EventBridge's "Object Created" and
//! "Object Deleted".
//! Whatever else arrives is described by a [`Rejection`], so that it can be kept instead of blocking its queue.

mod envelope;
pub mod key;
mod object_reference;
mod removal;

pub use envelope::{Decoded, IgnoredEvent, Rejection, decode};
pub use object_reference::{AllowedBuckets, ObjectReference};
pub use removal::Removal;
