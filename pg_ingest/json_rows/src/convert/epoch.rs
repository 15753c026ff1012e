//! Times that came as a count since 1970, written as PostgreSQL writes a timestamp.

use crate::decimal::Decimal;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
    Days,
}

/// Out of every type's range, so that the type says so.
const BEYOND: &[u8] = b"\"99999999-01-01\"";
const DAY: i64 = 86_400_000_000;
/// `MIN_TIMESTAMP` of PostgreSQL's datatype/timestamp.h, in microseconds from 1970.
const EARLIEST: i64 = -210_866_803_200_000_000;
/// The days from 1970 that `date` has (datatype/timestamp.h: `DATETIME_MIN_JULIAN`, `DATE_END_JULIAN`).
const DAYS: std::ops::RangeInclusive<i64> = -2_440_588..=2_145_042_905;

/// Whether a string counts: a sign, digits, a fraction.
pub(super) fn is_count(text: &[u8]) -> bool {
    let unsigned = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    let mut parts = unsigned.splitn(2, |byte| *byte == b'.');
    parts.all(is_digits)
}

/// Whether a text is 1 to 30 digits.
pub(super) fn is_digits(text: &[u8]) -> bool {
    matches!(text.len(), 1..=30) && text.iter().all(u8::is_ascii_digit)
}

impl Unit {
    /// Writes the time that `text` counts; `None` for a fraction of a day.
    pub(super) fn write(self, text: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let mut count = Decimal::parse(text)?;
        count.point += match self {
            Unit::Seconds if !count.digits.is_empty() => 6,
            Unit::Milliseconds if !count.digits.is_empty() => 3,
            Unit::Nanoseconds if !count.digits.is_empty() => -3,
            _ => 0,
        };
        if self == Unit::Days {
            if !count.is_integral() {
                return (count.point > 25).then(|| out.extend_from_slice(BEYOND));
            }
            match count.to_integer().filter(|days| DAYS.contains(days)) {
                Some(days) => write_quoted(days, None, out),
                None => out.extend_from_slice(BEYOND),
            }
            return Some(());
        }
        match count.round(0).to_integer() {
            Some(micros) if micros >= EARLIEST => write_time(micros, out),
            _ => out.extend_from_slice(BEYOND),
        }
        Some(())
    }
}

/// Writes microseconds from 1970 as a time.
pub(super) fn write_time(micros: i64, out: &mut Vec<u8>) {
    write_quoted(micros.div_euclid(DAY), Some(micros.rem_euclid(DAY)), out);
}

/// Writes a day, counted from 1970, and the microseconds of it.
fn write_quoted(days: i64, of_day: Option<i64>, out: &mut Vec<u8>) {
    // Hinnant, "chrono-compatible low-level date algorithms": years begin in March, eras have 400 of them.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    // There is no year 0: the one before 1 is 1 BC.
    let (shown, before) = if year > 0 { (year, "") } else { (1 - year, " BC") };
    let clock = of_day.map_or(String::new(), |micros| {
        let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
        format!(" {:02}:{:02}:{:02}.{fraction:06}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    });
    out.extend_from_slice(format!("\"{shown:04}-{month:02}-{day:02}{clock}{before}\"").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_become_times() {
        for (unit, text, time) in [
            (Unit::Seconds, "1761991231", "2025-11-01 10:00:31.000000"),
            (Unit::Seconds, "1761991231.1234565", "2025-11-01 10:00:31.123457"),
            (Unit::Milliseconds, "1761991231123", "2025-11-01 10:00:31.123000"),
            (Unit::Nanoseconds, "1761991231123456789", "2025-11-01 10:00:31.123457"),
            (Unit::Microseconds, "-1", "1969-12-31 23:59:59.999999"),
            (Unit::Seconds, "0", "1970-01-01 00:00:00.000000"),
            (Unit::Seconds, "-62135596801", "0001-12-31 23:59:59.000000 BC"),
            (Unit::Days, "20394", "2025-11-02"),
            (Unit::Days, "1e30", "99999999-01-01"),
            (Unit::Seconds, "1e30", "99999999-01-01"),
        ] {
            let mut out = Vec::new();
            unit.write(text.as_bytes(), &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), format!("\"{time}\""), "{text}");
        }
        assert_eq!(Unit::Days.write(b"1.5", &mut Vec::new()), None);
    }
}
