//! Why something is refused, in one word: the codes (docs/semantics.md section 3).

use std::borrow::Cow;

/// Why a record, a value or a file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the code of its name, which docs/semantics.md section 3 explains")]
pub enum Code {
    AmbiguousMember,
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
            Code::AmbiguousMember => "ambiguous_member",
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
