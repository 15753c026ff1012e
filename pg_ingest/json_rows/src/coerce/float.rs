//! `float4`, `float8`: the nearest value.

use super::{Coerced, Value, Workspace, numeric};
use crate::code::Code;
use crate::decimal::Small;
use crate::scan::Kind;

/// The machine's two floating point types.
pub(super) trait Float: std::str::FromStr + Copy {
    fn is_infinite(self) -> bool;
    fn is_zero(self) -> bool;
    /// The word that PostgreSQL passes it in; a zero loses its sign unless it is to be kept.
    fn word(self, signed_zero: bool) -> u64;
}

impl Float for f32 {
    fn is_infinite(self) -> bool {
        self.is_infinite()
    }
    fn is_zero(self) -> bool {
        self == 0.0
    }
    fn word(self, signed_zero: bool) -> u64 {
        u64::from(if self == 0.0 && !signed_zero { 0 } else { self.to_bits() })
    }
}

impl Float for f64 {
    fn is_infinite(self) -> bool {
        self.is_infinite()
    }
    fn is_zero(self) -> bool {
        self == 0.0
    }
    fn word(self, signed_zero: bool) -> u64 {
        if self == 0.0 && !signed_zero { 0 } else { self.to_bits() }
    }
}

pub(super) fn coerce<T: Float>(value: Value<'_>, workspace: &mut Workspace) -> Coerced {
    match value.kind() {
        // numeric, by which a number is read, knows no negative zero.
        Kind::Number => nearest::<T>(value.raw(), false),
        Kind::Text | Kind::EscapedText => {
            let mut scratch = std::mem::take(&mut workspace.scratch);
            let text = value.string(&mut scratch);
            let coerced = if Small::parse(text).is_some() {
                nearest::<T>(text, true)
            } else if numeric::is_special_value(text) {
                Coerced::Fault(Code::TypeMismatch)
            } else {
                workspace.ask(text)
            };
            workspace.scratch = scratch;
            coerced
        }
        _ => Coerced::Fault(Code::TypeMismatch),
    }
}

fn nearest<T: Float>(text: &[u8], signed_zero: bool) -> Coerced {
    let Some(nearest) = std::str::from_utf8(text).ok().and_then(|text| text.parse::<T>().ok()) else {
        return Coerced::Fault(Code::TypeMismatch);
    };
    let mantissa = text.split(|byte| matches!(byte, b'e' | b'E')).next().unwrap_or_default();
    let underflow = nearest.is_zero() && mantissa.iter().any(|byte| (b'1'..=b'9').contains(byte));
    if nearest.is_infinite() || underflow {
        Coerced::Fault(Code::OutOfRange)
    } else {
        Coerced::Word(nearest.word(signed_zero))
    }
}
