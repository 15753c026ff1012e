//! Pure: numbers, bytes and times as people read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer};

/// A moment as the database gives it. PostgreSQL knows moments, such as `infinity`, that no calendar has: they stay text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum When {
    Known(Timestamp),
    Told(String),
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(text.parse().map_or(Self::Told(text), Self::Known))
    }
}

impl When {
    /// With its zone, to the second.
    pub(super) fn full(&self) -> String {
        match self {
            Self::Known(at) => at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
            Self::Told(text) => text.clone(),
        }
    }

    /// To the millisecond, for the steps of one file.
    pub(super) fn precise(&self) -> String {
        match self {
            Self::Known(at) => at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S.%3f UTC").to_string(),
            Self::Told(text) => text.clone(),
        }
    }

    /// For machines.
    pub(super) fn machine(&self) -> String {
        match self {
            Self::Known(at) => at.to_string(),
            Self::Told(text) => text.clone(),
        }
    }

    /// How long before `now` it was.
    pub(super) fn ago(&self, now: &Self) -> Option<String> {
        let (Self::Known(at), Self::Known(now)) = (self, now) else { return None };
        let seconds = now.as_second().saturating_sub(at.as_second());
        if seconds < 0 { None } else { Some(format!("{} ago", span(seconds))) }
    }
}

/// A span in its largest unit.
pub(super) fn span(seconds: i64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let (count, unit) = units
        .into_iter()
        .find(|(length, _)| seconds >= *length)
        .map_or((seconds, "second"), |(length, unit)| (seconds / length, unit));
    format!("{} {unit}{}", number(count), if count == 1 { "" } else { "s" })
}

/// A duration in seconds: as many digits as say something.
pub(super) fn seconds(value: f64) -> String {
    if value.abs() < 1.0 {
        format!("{:.0} ms", value * 1000.0)
    } else if value.abs() < 100.0 {
        format!("{value:.1} s")
    } else if value.abs() < 7200.0 {
        format!("{:.0} min", value / 60.0)
    } else {
        format!("{:.1} h", value / 3600.0)
    }
}

/// With separators between thousands.
pub(super) fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut written = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    if value < 0 { format!("-{written}") } else { written }
}

/// A number and its noun.
pub(super) fn counted(value: i64, noun: &str) -> String {
    format!("{} {noun}{}", number(value), if value == 1 { "" } else { "s" })
}

/// A count that stops at a bound: `100,000+`.
pub(super) fn capped(value: i64, cap: i64) -> String {
    if value > cap { format!("{}+", number(cap)) } else { number(value) }
}

/// Bytes in a unit of which there are few.
pub(super) fn bytes(value: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")];
    let Some((size, unit)) = UNITS.into_iter().find(|(size, _)| value >= *size) else {
        return format!("{} B", number(value));
    };
    let tenths = value.saturating_mul(10) / size;
    if tenths < 1000 {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    } else {
        format!("{} {unit}", number(tenths / 10))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_separators() {
        let written = [0, 999, 1_000, 1_234_567, -45_000].map(number);
        assert_eq!(written, ["0", "999", "1,000", "1,234,567", "-45,000"]);
        assert_eq!(capped(100_001, 100_000), "100,000+");
        assert_eq!(capped(17, 100_000), "17");
    }

    #[test]
    fn bytes_are_written_in_a_unit_of_which_there_are_few() {
        assert_eq!(
            [17, 2_048, 44_000, 5 << 30, i64::MAX].map(bytes),
            ["17 B", "2.0 kB", "42.9 kB", "5.0 GB", "838,860 TB"]
        );
    }

    #[test]
    fn times_have_their_zone() {
        let when: When = serde_json::from_str("\"2026-11-29T09:22:21.123456+00:00\"").unwrap();
        assert_eq!(when.full(), "2026-11-29 09:22:21 UTC");
        assert_eq!(when.precise(), "2026-11-29 09:22:21.123 UTC");
        let later: When = serde_json::from_str("\"2026-11-29T11:30:00+00:00\"").unwrap();
        assert_eq!(when.ago(&later).unwrap(), "2 hours ago");
        assert_eq!(later.ago(&when), None);
    }

    #[test]
    fn moments_that_no_calendar_has_stay_text() {
        let when: When = serde_json::from_str("\"infinity\"").unwrap();
        assert_eq!(when.full(), "infinity");
        assert_eq!(when.ago(&when), None);
    }
}
