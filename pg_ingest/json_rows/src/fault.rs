//! Codes and messages: one table for all that the row source refuses (docs/semantics.md section 3).

use std::borrow::Cow;

use crate::contract::Column;
use crate::scan::{DocumentError, Kind, MAX_BODY, MAX_DEPTH};
use crate::text::shown;

/// Why a record, a value or a file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the code of its name, which docs/semantics.md section 3 explains")]
pub enum Code {
    InvalidUtf8,
    InvalidJson,
    NotARecord,
    MissingRequired,
    TypeMismatch,
    OutOfRange,
    TooLong,
    UnsupportedUnicode,
    UnknownMember,
    TooDeep,
    TooLarge,
    /// A limit of PostgreSQL's, by its SQLSTATE.
    Sqlstate([u8; 5]),
}

/// The SQLSTATE of what exceeds a limit of PostgreSQL's, `program_limit_exceeded`.
pub const PROGRAM_LIMIT: Code = Code::Sqlstate(*b"54000");

impl Code {
    /// The code as quarantine and ledger hold it.
    pub fn name(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Code::InvalidUtf8 => "invalid_utf8",
            Code::InvalidJson => "invalid_json",
            Code::NotARecord => "not_a_record",
            Code::MissingRequired => "missing_required",
            Code::TypeMismatch => "type_mismatch",
            Code::OutOfRange => "out_of_range",
            Code::TooLong => "too_long",
            Code::UnsupportedUnicode => "unsupported_unicode",
            Code::UnknownMember => "unknown_member",
            Code::TooDeep => "too_deep",
            Code::TooLarge => "too_large",
            Code::Sqlstate(state) => return format!("sqlstate_{}", String::from_utf8_lossy(&state)).into(),
        })
    }

    /// The code of a value that an input function refused with this SQLSTATE; `None` when it is an error of the moment and
    /// has to be raised again (docs/semantics.md 2.16 and 4.9).
    pub fn of_sqlstate(state: [u8; 5]) -> Option<Code> {
        match &state {
            b"22003" | b"22008" | b"22015" => Some(Code::OutOfRange),
            b"22001" => Some(Code::TooLong),
            b"22P05" => Some(Code::UnsupportedUnicode),
            [b'5', b'4', ..] => Some(Code::Sqlstate(state)),
            [b'4', b'0', ..] | [b'5', b'3' | b'7' | b'8', ..] | b"55P03" | b"XX001" | b"XX002" => None,
            // Types of extensions raise what they like of a bad text.
            _ => Some(Code::TypeMismatch),
        }
    }
}

/// Code and message of a document that cannot be read.
pub(crate) fn of_document(error: DocumentError) -> (Code, String) {
    match error {
        DocumentError::NotUtf8 { at, format: None } => {
            (Code::InvalidUtf8, format!("not UTF-8 at byte offset {at}; expected UTF-8 text"))
        }
        DocumentError::NotUtf8 { at, format: Some(format) } => (
            Code::InvalidUtf8,
            format!(
                "not UTF-8 at byte offset {at}, for the body is {format}; expected UTF-8 text, plain or in gzip"
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
    let (name, expected) = (&column.name, &column.description.name);
    match code {
        Code::OutOfRange => format!("column {name}: came {came}; expected {expected}, in range"),
        Code::TooLong => {
            format!("column {name}: came {came} of {} characters; expected {expected}, not longer", length())
        }
        _ => format!("column {name}: came {came}; expected {expected}"),
    }
}

/// Message of a required column without a value. `state` is `absent` or `null`.
pub(crate) fn of_missing(column: &Column, state: &str) -> String {
    let Column { name, path_text, description, .. } = column;
    format!("column {name}: path {path_text} is {state}; expected {}, not null", description.name)
}

/// Message of a member that no column reads.
pub(crate) fn of_unknown(path: &str, kind: Kind, raw: &[u8]) -> String {
    format!("member {path}: came {}; expected no member without a column", came(kind, raw))
}

/// Message of a candidate in which `records_path` finds no records.
pub(crate) fn of_records_path(path: &str, state: &str, candidate: i32) -> String {
    format!("records_path {path}: {state} in candidate {candidate}; expected an array")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_errors_of_the_moment_become_codes() {
        for (state, code) in [
            (*b"22003", Some("out_of_range")),
            (*b"22008", Some("out_of_range")),
            (*b"22001", Some("too_long")),
            (*b"22P05", Some("unsupported_unicode")),
            (*b"22P02", Some("type_mismatch")),
            (*b"23514", Some("type_mismatch")),
            (*b"42601", Some("type_mismatch")),
            (*b"54001", Some("sqlstate_54001")),
            (*b"22023", Some("type_mismatch")),
            (*b"XX000", Some("type_mismatch")),
            (*b"57014", None),
            (*b"53200", None),
            (*b"40P01", None),
            (*b"55P03", None),
            (*b"58030", None),
            (*b"XX001", None),
        ] {
            assert_eq!(Code::of_sqlstate(state).map(Code::name).as_deref(), code);
        }
    }
}
