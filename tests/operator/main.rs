//! The operator's program, `pg-ingest`: the real binary between a real PostgreSQL and an S3.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests stand outside of #[test] functions; there a panic is the report"
)]

mod backfill;
mod commands;
mod health;
mod ingest;
// Each target uses its own part of the stand.
#[allow(dead_code, unreachable_pub)]
#[path = "../shipper/stand/mod.rs"]
mod stand;
