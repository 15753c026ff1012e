//! Faults, each injected into the real shipper between a real PostgreSQL and an S3 that misbehaves: after each,
//! nothing is lost and nothing is doubled.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests stand outside of #[test] functions; there a panic is the report"
)]
#![allow(clippy::cloned_ref_to_slice_refs, reason = "in a case, a clone reads better than a slice of one")]

// Each of the two targets uses its own part of the stand.
#[allow(dead_code, unreachable_pub)]
#[path = "../shipper/stand/mod.rs"]
mod stand;

mod database;
mod duplicates;
mod s3;
mod soak;
mod tls;

use serde_json::json;

/// A file of one record, with a text of so many bytes.
fn file(id: u32, bytes: usize) -> Vec<u8> {
    json!({"id": id, "said": "x".repeat(bytes)}).to_string().into_bytes()
}
