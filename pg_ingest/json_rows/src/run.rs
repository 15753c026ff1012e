//! What one run sets aside: a report for each file, rejects, drift.

use std::rc::Rc;

use crate::code::Code;

/// How reading one file ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// The number that the caller gave the file.
    pub file_no: i32,
    /// Records in it, good or not; 0 where the file failed as a whole.
    pub records: i32,
    /// Why the file failed as a whole.
    pub failure: Option<(Code, String)>,
}

/// One fault of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The number that the caller gave the file.
    pub file_no: i32,
    /// The record's number in its file, from 1.
    pub record_no: i32,
    /// The record's bytes as they stood, shared by all its faults.
    pub record: Rc<[u8]>,
    /// The column at fault, where it is a column's.
    pub column: Option<String>,
    /// Why.
    pub code: Code,
    /// The message.
    pub message: String,
}

/// A record with children that, or one of which, is not plainly good. Nothing else is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddRecord {
    /// The number that the caller gave the file.
    pub file_no: i32,
    /// The record's number in its file, from 1.
    pub record_no: i32,
    /// The record's bytes as they stood.
    pub record: Vec<u8>,
    /// What columns read around it, as JSON; only where they read anything.
    pub place: Option<String>,
}

/// A member without a column, once for each file, path and type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The number that the caller gave the file.
    pub file_no: i32,
    /// Where it stood, such as `$.shipping.floor`.
    pub path: String,
    /// JSON's name of the value's type.
    pub json_type: &'static str,
    /// The first value, as it stood, cut after 100 characters with `…`.
    pub sample: String,
}

/// What the files of one run gave besides rows.
#[derive(Default, Debug)]
pub struct Run {
    /// A report for each file, in the order in which they were read.
    pub files: Vec<FileReport>,
    /// The faults of the records of files that did not fail as a whole.
    pub rejects: Vec<Reject>,
    /// The drift of the same files.
    pub drift: Vec<Drift>,
    /// How many records of the same files the contract's condition leaves out, by the file's number; of those where it does.
    pub left_out: Vec<(i32, i64)>,
    /// The drift of children in the same files, each with the number of its child in the contract.
    pub child_drift: Vec<(usize, Drift)>,
    /// The odd records of files that did not fail as a whole.
    pub odd: Vec<OddRecord>,
}
