//! `date`, `timestamp`, `timestamptz` in their ISO 8601 spelling; everything else goes to the input function.
//!
//! Source of the representation: `src/include/datatype/timestamp.h`, days and microseconds since 2000-01-01.

use super::unfit::is_unfit;
use super::{Coerced, Value, Workspace, is_string, oid, word};
use crate::code::Code;
use crate::type_description::Unfit;

/// Which of the types it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Date,
    /// With or without time zone; the unit in microseconds that its precision keeps.
    Timestamp {
        zone: bool,
        unit: i64,
    },
    /// Times of day and intervals.
    Other,
}

const MICROSECONDS: i64 = 1_000_000;
const DAY: i64 = 86_400;
/// Days from 1970-01-01 to 2000-01-01.
const EPOCH_DAYS: i64 = 10_957;

impl Form {
    pub(crate) fn new(base_oid: u32, typmod: i32) -> Form {
        let unit =
            u32::try_from(typmod).ok().filter(|digits| *digits < 6).map_or(1, |digits| 10i64.pow(6 - digits));
        match base_oid {
            oid::DATE => Form::Date,
            oid::TIMESTAMP => Form::Timestamp { zone: false, unit },
            oid::TIMESTAMPTZ => Form::Timestamp { zone: true, unit },
            _ => Form::Other,
        }
    }

    /// What no string may be, or hold, that stands for such a time.
    pub(super) fn unfit(self) -> &'static [Unfit] {
        match self {
            Form::Date | Form::Timestamp { .. } => &[Unfit::Words, Unfit::Digits, Unfit::Zones],
            Form::Other => &[Unfit::Words],
        }
    }
}

#[inline]
pub(super) fn coerce(form: Form, value: Value<'_>, workspace: &mut Workspace) -> Coerced {
    if !is_string(value) {
        return Coerced::Fault(Code::TypeMismatch);
    }
    let mut scratch = std::mem::take(&mut workspace.scratch);
    let text = value.string(&mut scratch);
    let read = match form {
        Form::Date => date(text),
        Form::Timestamp { zone, unit } => timestamp(text, zone).filter(|instant| instant % unit == 0),
        Form::Other => None,
    };
    let coerced = match read {
        Some(read) => word(read),
        None if is_unfit(text, form.unfit()) || is_no_time(form, text) => Coerced::Fault(Code::TypeMismatch),
        None => workspace.ask(text),
    };
    workspace.scratch = scratch;
    coerced
}

/// Whether it is told without the input function, which looks for a first word among the time zones on disk. Words that
/// stand for a time are unfit, and an interval may have no digit (`PT`).
fn is_no_time(form: Form, text: &[u8]) -> bool {
    form != Form::Other && !text.iter().any(u8::is_ascii_digit)
}

/// The number that `text` writes in digits alone.
#[inline]
fn number(text: &[u8]) -> Option<i64> {
    let mut value = 0;
    for digit in text {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(digit - b'0');
    }
    Some(value)
}

/// `YYYY-MM-DD` as days since 2000-01-01.
#[inline]
fn date(text: &[u8]) -> Option<i64> {
    let text: &[u8; 10] = text.try_into().ok()?;
    if text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let (year, month, day) = (number(&text[..4])?, number(&text[5..7])?, number(&text[8..])?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => return None,
    };
    if year == 0 || day == 0 || day > last {
        return None;
    }
    // Years that begin in March have their leap day last (Hinnant, "chrono-compatible low-level date algorithms").
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let since_year_0 = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year;
    Some(since_year_0 - 719_468 - EPOCH_DAYS)
}

/// `YYYY-MM-DD`, `T` or a space, `HH:MM:SS`, perhaps a fraction, perhaps a zone; microseconds since 2000-01-01.
/// A zone is read and then left out for a timestamp without one, as PostgreSQL does.
#[inline]
fn timestamp(text: &[u8], zone: bool) -> Option<i64> {
    let (day, rest) = text.split_at_checked(10)?;
    let (clock, rest) = rest.split_at_checked(9)?;
    let clock: &[u8; 9] = clock.try_into().ok()?;
    if !matches!(clock[0], b'T' | b' ') || clock[3] != b':' || clock[6] != b':' {
        return None;
    }
    let (hour, minute, second) = (number(&clock[1..3])?, number(&clock[4..6])?, number(&clock[7..])?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (fraction, rest) = fraction(rest)?;
    let offset = offset(rest)?;
    let seconds = date(day)? * DAY + hour * 3600 + minute * 60 + second - if zone { offset } else { 0 };
    Some(seconds * MICROSECONDS + fraction)
}

/// The fraction of a second at the beginning of `text` in microseconds, and what follows it.
#[inline]
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some(digits) = text.strip_prefix(b".") else { return Some((0, text)) };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at_checked(count)?;
    let missing = 6u32.checked_sub(u32::try_from(count).ok()?)?;
    (count > 0).then_some((number(digits)? * 10i64.pow(missing), rest))
}

/// Seconds east of UTC that `Z`, `+HH`, `+HHMM` or `+HH:MM` stands for; nothing is UTC.
#[inline]
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, hours, minutes) = match text {
        [] | [b'Z'] => return Some(0),
        [sign @ (b'+' | b'-'), hours @ ..] if hours.len() == 2 => (sign, hours, &b"00"[..]),
        [sign @ (b'+' | b'-'), rest @ ..] if rest.len() == 4 => (sign, &rest[..2], &rest[2..]),
        [sign @ (b'+' | b'-'), rest @ ..] if rest.len() == 5 && rest[2] == b':' => {
            (sign, &rest[..2], &rest[3..])
        }
        _ => return None,
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let seconds = hours * 3600 + minutes * 60;
    (hours <= 14 && minutes <= 59).then_some(if *sign == b'-' { -seconds } else { seconds })
}
