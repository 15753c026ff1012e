//! `int2`, `int4`, `int8`.

use super::{Coerced, Value, Workspace, word};
use crate::code::Code;
use crate::decimal::{Decimal, Small};
use crate::scan::Kind;

/// The values that a type can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    least: i64,
    greatest: i64,
}

/// The machine's integers that PostgreSQL has types for.
pub(crate) trait Integer {
    const LEAST: i64;
    const GREATEST: i64;
}

impl Integer for i16 {
    const LEAST: i64 = i16::MIN as i64;
    const GREATEST: i64 = i16::MAX as i64;
}

impl Integer for i32 {
    const LEAST: i64 = i32::MIN as i64;
    const GREATEST: i64 = i32::MAX as i64;
}

impl Integer for i64 {
    const LEAST: i64 = i64::MIN;
    const GREATEST: i64 = i64::MAX;
}

impl Range {
    pub(crate) fn of<T: Integer>() -> Range {
        Range { least: T::LEAST, greatest: T::GREATEST }
    }

    fn holds(self, value: i64) -> bool {
        (self.least..=self.greatest).contains(&value)
    }
}

#[inline]
pub(super) fn coerce(range: Range, value: Value<'_>, workspace: &mut Workspace) -> Coerced {
    match value.kind() {
        Kind::Number => from_number(range, value.raw()),
        Kind::Text | Kind::EscapedText => {
            let mut scratch = std::mem::take(&mut workspace.scratch);
            let text = value.string(&mut scratch);
            let coerced = match plain(text).filter(|integer| range.holds(*integer)) {
                Some(integer) => word(integer),
                None => workspace.ask(text),
            };
            workspace.scratch = scratch;
            coerced
        }
        _ => Coerced::Fault(Code::TypeMismatch),
    }
}

/// The integer of a text that is digits alone, perhaps with a sign, and short enough.
#[inline]
fn plain(text: &[u8]) -> Option<i64> {
    let small = Small::parse(text).filter(|small| small.scale == 0)?;
    let magnitude = i64::try_from(small.mantissa).ok()?;
    Some(if small.negative { -magnitude } else { magnitude })
}

#[inline]
fn from_number(range: Range, raw: &[u8]) -> Coerced {
    let integer = match plain(raw) {
        Some(integer) => Some(integer),
        None => match Decimal::parse(raw) {
            Some(decimal) if decimal.is_integral() => decimal.to_integer(),
            _ => return Coerced::Fault(Code::TypeMismatch),
        },
    };
    match integer.filter(|integer| range.holds(*integer)) {
        Some(integer) => word(integer),
        None => Coerced::Fault(Code::OutOfRange),
    }
}
