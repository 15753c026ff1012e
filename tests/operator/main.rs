//! The operator's program, `pg-ingest`: the real binary between a real PostgreSQL and an S3.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests stand outside of #[test] functions; there a panic is the report"
)]

mod again;
mod backfill;
mod commands;
mod documented;
mod health;
mod infer;
mod ingest;
mod interrupted;
mod inventory;
mod ledger;
mod many_keys;
mod parquet;
mod quarantine;
mod queues;
// Each target uses its own part of the stand.
#[allow(dead_code, unreachable_pub)]
#[path = "../shipper/stand/mod.rs"]
mod stand;
