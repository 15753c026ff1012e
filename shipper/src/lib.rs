//! Takes S3 notifications from SQS, fetches the objects, and hands their bytes to PostgreSQL, whole and once.
//!
//! A message passes through four types: its body is decoded into [`notification::ObjectReference`]s, each is read into
//! a [`reader::Fetched`] object, staged as a [`copy_format::StagedRow`], and ends as an outcome in
//! [`outcome::Outcomes`]. `DELIVERY.md` beside this crate says what is acknowledged when, and why that loses nothing.

pub mod batch;
pub mod budget;
pub mod command;
pub mod copy_format;
pub mod database;
pub mod database_url;
pub mod lambda;
pub mod logging;
pub mod login;
pub mod metrics;
pub mod notification;
pub mod outcome;
mod rds_token;
pub mod reader;
pub mod secret;
mod setting_table;
pub mod settings;
pub mod ssl_mode;
mod staging_watch;
pub mod tagging;
pub mod timestamp;
pub mod unpack;
