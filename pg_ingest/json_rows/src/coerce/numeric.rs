//! `numeric`, and the other types of the numeric category that take a number's rendering.

use super::{Coerced, Value, Workspace, ask_about_string};
use crate::code::Code;
use crate::decimal::{Decimal, Small, power_of_ten};
use crate::image::{Images, any_numeric, small_numeric};
use crate::scan::Kind;
use crate::text::trim_space;

/// `numeric(precision, scale)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    precision: i64,
    scale: i64,
}

impl Limit {
    /// Reads a type modifier as `numeric.c` packs it; `None` for `numeric` without limits.
    pub(crate) fn of_typmod(typmod: i32) -> Option<Limit> {
        const HEADER: i32 = 4;
        let packed = typmod.checked_sub(HEADER).filter(|packed| *packed >= 0)?;
        // The scale is a signed number of 11 bits.
        Some(Limit {
            precision: i64::from(packed >> 16 & 0xFFFF),
            scale: i64::from(((packed & 0x7FF) ^ 1024) - 1024),
        })
    }
}

#[inline]
pub(super) fn coerce(
    limit: Option<Limit>,
    value: Value<'_>,
    workspace: &mut Workspace,
    images: &mut Images,
) -> Coerced {
    match value.kind() {
        Kind::Number => from_number(limit, value.raw(), images),
        Kind::Text | Kind::EscapedText => {
            let mut scratch = std::mem::take(&mut workspace.scratch);
            let text = value.string(&mut scratch);
            let coerced = if Small::parse(text).is_some() {
                from_number(limit, text, images)
            } else if is_special_value(text) {
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

#[inline]
fn from_number(limit: Option<Limit>, raw: &[u8], images: &mut Images) -> Coerced {
    let offset = images.begin();
    let written = match Small::parse(raw) {
        Some(small) => write_small(limit, small, images.buffer()),
        None => None,
    };
    if written.or_else(|| write_any(limit, raw, images.buffer())).is_some() {
        return Coerced::Image(offset);
    }
    images.truncate(offset);
    Coerced::Fault(Code::OutOfRange)
}

/// Writes a number of few digits; `None` where the long way has to decide.
#[inline]
fn write_small(limit: Option<Limit>, value: Small, out: &mut Vec<u8>) -> Option<()> {
    let Some(Limit { precision, scale }) = limit else {
        small_numeric(value, u16::try_from(value.scale).ok()?, out);
        return Some(());
    };
    let scale = u32::try_from(scale).ok()?;
    let digits_before = u32::try_from(precision).ok()?.checked_sub(scale)?;
    let rounded = value.round(scale);
    let whole = rounded.mantissa / power_of_ten(rounded.scale);
    if digits_before < 18 && whole >= power_of_ten(digits_before) {
        return None;
    }
    small_numeric(rounded, u16::try_from(scale).ok()?, out);
    Some(())
}

fn write_any(limit: Option<Limit>, raw: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let mut decimal = Decimal::parse(raw)?;
    if let Some(Limit { precision, scale }) = limit {
        decimal = decimal.round(scale);
        if !decimal.digits.is_empty() && decimal.point > precision - scale {
            return None;
        }
    }
    any_numeric(&decimal, out);
    Some(())
}

/// Types of the numeric category that are none of ours (money, oid): a number goes to the input function as numeric
/// would print it.
pub(super) fn coerce_other(value: Value<'_>, workspace: &mut Workspace) -> Coerced {
    if value.kind() != Kind::Number {
        return ask_about_string(value, workspace);
    }
    workspace.asked.clear();
    match Decimal::parse(value.raw()) {
        Some(decimal) => {
            decimal.render(&mut workspace.asked);
            Coerced::Ask
        }
        None => Coerced::Fault(Code::OutOfRange),
    }
}

/// Whether a string names a value that is no number: `NaN`, `inf`, `infinity`, with any sign, case and space around.
pub(super) fn is_special_value(text: &[u8]) -> bool {
    let text = trim_space(text);
    let unsigned = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    ["nan", "inf", "infinity"].iter().any(|word| unsigned.eq_ignore_ascii_case(word.as_bytes()))
}
