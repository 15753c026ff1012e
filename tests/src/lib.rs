//! What judges the pipeline: cases as data, run on a real server, on both engines.
//!
//! [`case`] and [`body`] are the data. [`server`] gives every case a database of its own, and [`run`] does what a case
//! says. [`report`] turns what the database then holds into text, which is compared with the case's expectation.

pub mod bless;
pub mod body;
pub mod case;
pub mod diff;
pub mod environment;
pub mod needs;
#[cfg(test)]
mod recipes;
pub mod released;
pub mod report;
pub mod run;
pub mod server;
pub mod sql;
pub mod staging;
