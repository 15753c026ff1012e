//! Messages: one table for all that the row source refuses (docs/semantics.md section 3).

use crate::code::Code;
use crate::coerce::{has_zone_with_offset, oid};
use crate::contract::Column;
use crate::path::{Step, append_member};
use crate::scan::{DocumentError, Kind, MAX_BODY, MAX_DEPTH, wide_text};
use crate::text::shown;

/// Code and message of a document that cannot be read.
pub(crate) fn of_document(error: DocumentError) -> (Code, String) {
    match error {
        DocumentError::NotUtf8 { at, format: None } => {
            (Code::InvalidUtf8, format!("not UTF-8 at byte offset {at}; expected UTF-8 text"))
        }
        DocumentError::NotUtf8 { at, format: Some(format) } => (
            Code::InvalidUtf8,
            format!(
                "not UTF-8 at byte offset {at}, for the body is {format}; expected UTF-8 text, plain, in gzip or in zstd"
            ),
        ),
        DocumentError::NotJson { at } => (
            Code::InvalidJson,
            format!(
                "not JSON at byte offset {at}; expected one object, one array, or objects one after another"
            ),
        ),
        DocumentError::CutOff { at } => {
            (Code::InvalidJson, format!("the document is cut off at byte offset {at}; expected its end"))
        }
        DocumentError::TooDeep { at } => (
            Code::TooDeep,
            format!(
                "nested deeper than {MAX_DEPTH} levels at byte offset {at}; expected at most {MAX_DEPTH}"
            ),
        ),
        DocumentError::TooLarge { bytes } => {
            (Code::TooLarge, format!("body of {bytes} bytes; expected at most {MAX_BODY}"))
        }
    }
}

/// Message of a line that is no JSON.
pub(crate) fn of_line(error: DocumentError) -> String {
    match error {
        DocumentError::NotJson { at } => {
            format!("not JSON at byte offset {at}; expected one JSON value in the line")
        }
        DocumentError::CutOff { at } => {
            format!("the line is cut off at byte offset {at}; expected its end")
        }
        error => of_document(error).1,
    }
}

/// The same of a document that may be in another encoding, or may be lines: then a dataset may take each by itself.
pub(crate) fn of_document_in(error: DocumentError, body: &[u8]) -> (Code, String) {
    if let (DocumentError::NotJson { at }, Some(format)) = (error, wide_text(body)) {
        let message = format!(
            "not JSON at byte offset {at}, for the body is {format}; expected UTF-8 text, plain, in gzip or in zstd"
        );
        return (Code::InvalidJson, message);
    }
    let (code, mut message) = of_document(error);
    let has = |text: &[u8]| memchr::memmem::find(body, text).is_some();
    if code == Code::InvalidJson && (has(b"}\n{") || has(b"}\r\n{")) {
        message.push_str(" (document_format => 'lines' would load the other lines)");
    }
    (code, message)
}

/// Message of a record that is refused as a whole.
pub(crate) fn of_record(code: Code, kind: Kind, raw: &[u8]) -> String {
    match code {
        Code::TooDeep => format!("nested deeper than {MAX_DEPTH} levels; expected at most {MAX_DEPTH}"),
        Code::UnsupportedUnicode => {
            "the record holds \\u0000 or a lone surrogate, which PostgreSQL cannot store; expected neither".to_owned()
        }
        Code::OutOfRange => "the record holds a number beyond numeric; expected at most 131072 digits before and 16383 after the point".to_owned(),
        _ => format!("came {}; expected an object", came(kind, raw)),
    }
}

/// A value as messages show it: its JSON type and its raw text. Of null the type says it all.
pub(crate) fn came(kind: Kind, raw: &[u8]) -> String {
    if kind == Kind::Null { "null".to_owned() } else { format!("{} {}", kind.name(), shown(raw)) }
}

/// Message of a value that a column refuses. `length` counts the characters of its text.
pub(crate) fn of_value(
    code: Code,
    column: &Column,
    kind: Kind,
    raw: &[u8],
    length: impl FnOnce() -> usize,
) -> String {
    let came = came(kind, raw);
    let (name, expected) = (&column.name, column.expected.as_ref().unwrap_or(&column.description.name));
    match code {
        Code::TypeMismatch if is_time(column) && has_zone_with_offset(raw) => {
            format!("column {name}: came {came}; expected {expected}{BARE_OFFSET}")
        }
        Code::OutOfRange => format!("column {name}: came {came}; expected {expected}, in range"),
        Code::TooLong => {
            format!("column {name}: came {came} of {} characters; expected {expected}, not longer", length())
        }
        _ => format!("column {name}: came {came}; expected {expected}"),
    }
}

/// Behind what is expected where a time has an offset behind GMT or UTC. In the SQL engine it is `ingest.value_error()`.
const BARE_OFFSET: &str = ", with an offset such as +01:00 and no GMT or UTC before it, or JavaScript's by as => 'timestamp:Dy Mon DD YYYY HH24:MI:SS \"GMT\"TZHTZM'";

/// Whether the column is a date or timestamp as it came.
fn is_time(column: &Column) -> bool {
    column.conversion.is_none()
        && [oid::DATE, oid::TIMESTAMP, oid::TIMESTAMPTZ].contains(&column.description.base_oid)
}

/// Message of a required column without a value. `state` is `absent`, perhaps with what stands there instead, or `null`.
pub(crate) fn of_missing(column: &Column, state: &str) -> String {
    let Column { name, path_text, description, .. } = column;
    format!("column {name}: path {path_text} is {state}; expected {}, not null", description.name)
}

/// What would read a member whose name differs from a column's by the case of letters alone.
pub(crate) fn remedy(column: &Column) -> &'static str {
    match column.path.as_slice() {
        [Step::Member(name)] if *name == column.name && !column.mapped => {
            " (match_names => 'ignore_case' would read it)"
        }
        _ => "",
    }
}

/// Message of a column for which members of several names stand: two of them.
pub(crate) fn of_ambiguous(column: &Column, names: &[String; 2]) -> String {
    let [first, second] = names.each_ref().map(|name| {
        let mut path = String::from("$");
        append_member(&mut path, name);
        path
    });
    format!("column {}: members {first} and {second} both have its name; expected one of them", column.name)
}

/// Message of a member that no column reads.
pub(crate) fn of_unknown(path: &str, kind: Kind, raw: &[u8]) -> String {
    format!("member {path}: came {}; expected no member without a column", came(kind, raw))
}

/// Message of a candidate in which `records_path` finds no records.
/// `at` is where, of a path that leads to several places.
pub(crate) fn of_records_path(
    path: &str,
    state: &str,
    at: Option<&str>,
    candidate: i32,
    expected: &str,
) -> String {
    let at = at.map_or(String::new(), |at| format!(" at {at}"));
    format!("records_path {path}: {state}{at} in candidate {candidate}; expected {expected}")
}
