//! The shipper, as Lambda runs it: envelopes, bodies, its connection, its command line.
//!
//! What goes wrong around it is in `tests/faults`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests stand outside of #[test] functions; there a panic is the report"
)]
#![allow(clippy::cloned_ref_to_slice_refs, reason = "in a case, a clone reads better than a slice of one")]

mod after_load;
mod bodies;
mod command_line;
mod connection;
mod deferred;
mod envelopes;
mod pooler;
mod removals;
mod staging_held;
// Each of the two targets uses its own part of the stand.
#[allow(dead_code, unreachable_pub)]
mod stand;
