//! Brings a database up to date with `migrations/`.
//!
//! Files have Flyway's names. `V1__name.sql` is structure, applied once and never edited after its release.
//! `R__name.sql` is repeatable: functions, views and privileges, edited in place. Everything that is pending runs in ONE
//! transaction, which is rolled back whole when any of it fails. An advisory lock makes two migrations take turns.
//! Indexes of large tables follow, outside of a transaction: `indexes/` says which there shall be.
//!
//! The pipeline's own files and those of its user are two [`Line`]s with a history table each, so that neither's
//! numbers can stand in the other's way.

mod assertions;
mod file;
mod history;
mod indexes;
mod installer;
mod line;
mod run;

pub use file::{File, Kind, checksum};
pub use indexes::{make_indexes, missing_indexes};
pub use installer::{installer, trusted_extension};
pub use line::Line;
pub use run::{Ending, Limits, apply_to_url, pending, run};

/// The pipeline's files in a folder, in the order in which they run.
///
/// # Errors
/// When the folder cannot be read or a file's name is no migration's.
pub fn pipeline_files(folder: &std::path::Path) -> anyhow::Result<Vec<File>> {
    file::read(folder)
}

/// The advisory lock that every migration of this project takes; any constant does, as long as all agree.
pub const LOCK: i64 = 0x7067_5f69_6e67;
