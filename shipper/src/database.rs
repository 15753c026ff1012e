//! The database: one connection, kept between invocations, and one transaction a batch.

mod connect;
mod copy;
mod endpoint;
mod error;
mod joined_records;
mod known;
mod problem;
mod release;
mod staging;
mod tls;
mod transaction;

pub use connect::{Database, ServerFacts};
pub use copy::CopyWriter;
pub use error::DatabaseError;
pub use known::Known;
pub use problem::Problem;
pub use release::{Release, refusal as release_refusal};
pub use staging::Staging;
pub use transaction::{DeferredFile, Manner, Processed, Transaction};
