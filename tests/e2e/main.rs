//! From the bucket to the table: the product's template deployed to emulated AWS, the real shipper under the Lambda
//! runtime API, an event source mapping with the real one's semantics, and PostgreSQL.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests stand outside of #[test] functions; there a panic is the report"
)]

mod batching;
mod delivery;
mod failures;
mod interrupted;
mod kept;
mod path;
mod readme;
