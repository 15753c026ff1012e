//! The functions that give what reading set aside.

use json_rows::{Code, Run};
use pgrx::prelude::*;

use crate::{aside, gather};

/// Forgets what earlier calls set aside or gathered in this backend.
#[pg_extern(volatile, parallel_unsafe)]
fn begin_run() {
    aside::clear();
    gather::clear();
}

/// One row for each fault of each record.
#[pg_extern(volatile, parallel_unsafe)]
#[expect(clippy::type_complexity, reason = "the SQL signature is made of it")]
fn rejects() -> TableIterator<
    'static,
    (
        name!(file_no, i32),
        name!(record_no, i32),
        name!(record, Vec<u8>),
        name!(column_name, Option<String>),
        name!(error_code, String),
        name!(error, String),
    ),
> {
    let rejects = aside::look(|run: &Run| run.rejects.clone());
    TableIterator::new(rejects.into_iter().map(|reject| {
        let code = reject.code.name().into_owned();
        (reject.file_no, reject.record_no, reject.record.to_vec(), reject.column, code, reject.message)
    }))
}

/// One row for each file.
#[pg_extern(volatile, parallel_unsafe)]
fn files() -> TableIterator<
    'static,
    (
        name!(file_no, i32),
        name!(records, i32),
        name!(error_code, Option<String>),
        name!(error, Option<String>),
    ),
> {
    let files = aside::look(|run: &Run| run.files.clone());
    TableIterator::new(files.into_iter().map(|file| {
        let (code, message): (Option<Code>, Option<String>) = file.failure.unzip();
        (file.file_no, file.records, code.map(|code| code.name().into_owned()), message)
    }))
}

/// One row for each file, path and JSON type of a member without a column.
#[pg_extern(volatile, parallel_unsafe)]
fn drift() -> TableIterator<
    'static,
    (name!(file_no, i32), name!(path, String), name!(json_type, &'static str), name!(sample, String)),
> {
    let drift = aside::look(|run: &Run| run.drift.clone());
    TableIterator::new(
        drift.into_iter().map(|member| (member.file_no, member.path, member.json_type, member.sample)),
    )
}

/// The same of members of children, each with the number of its child in the contract's family, counted from 1.
#[pg_extern(volatile, parallel_unsafe)]
fn child_drift() -> TableIterator<
    'static,
    (
        name!(child, i64),
        name!(file_no, i32),
        name!(path, String),
        name!(json_type, &'static str),
        name!(sample, String),
    ),
> {
    let drift = aside::look(|run: &Run| run.child_drift.clone());
    TableIterator::new(drift.into_iter().map(|(child, member)| {
        let child = i64::try_from(child + 1).unwrap_or(0);
        (child, member.file_no, member.path, member.json_type, member.sample)
    }))
}

/// One row for each file of which the contract's condition left out records.
#[pg_extern(volatile, parallel_unsafe)]
fn left_out() -> TableIterator<'static, (name!(file_no, i32), name!(records, i64))> {
    TableIterator::new(aside::look(|run: &Run| run.left_out.clone()))
}

/// The library's version.
#[pg_extern(immutable, parallel_safe)]
fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
