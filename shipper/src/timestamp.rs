//! Points in time as PostgreSQL's binary format holds them.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// Seconds from 1970-01-01 to 2000-01-01, where PostgreSQL's clock begins.
const POSTGRES_EPOCH_SECONDS: i64 = 946_684_800;

/// Microseconds since 1970-01-01 UTC, between the years 0001 and 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Reads an ISO 8601 time with `Z` or an offset; `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::from_str(text, Format::DateTimeWithOffset).ok().and_then(|time| Self::from_sdk(&time))
    }

    /// From the AWS SDK's type; `None` outside of the years that PostgreSQL and ISO 8601 share.
    pub fn from_sdk(time: &DateTime) -> Option<Self> {
        let years_1_to_9999 = -62_135_596_800..=253_402_300_799;
        if !years_1_to_9999.contains(&time.secs()) {
            return None;
        }
        time.secs().checked_mul(1_000_000)?.checked_add(i64::from(time.subsec_nanos() / 1_000)).map(Self)
    }

    /// From the system's clock; `None` before 1970.
    pub fn from_system(time: SystemTime) -> Option<Self> {
        i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_micros()).ok().map(Self)
    }

    /// From milliseconds since 1970-01-01 UTC, as AWS tells some times.
    pub fn from_millis(millis: i64) -> Option<Self> {
        Self::from_sdk(&DateTime::from_millis(millis))
    }

    /// As the system's clock tells it; `None` before 1970.
    pub fn to_system(self) -> Option<SystemTime> {
        Some(UNIX_EPOCH + std::time::Duration::from_micros(u64::try_from(self.0).ok()?))
    }

    /// Microseconds since 2000-01-01 UTC: PostgreSQL's binary `timestamptz`.
    pub fn to_postgres(self) -> i64 {
        self.0 - POSTGRES_EPOCH_SECONDS * 1_000_000
    }

    /// Seconds from this time until `now`; 0 where it lies ahead.
    pub fn age_seconds(self, now: SystemTime) -> f64 {
        let now = Self::from_system(now).map_or(self.0, |now| now.0);
        std::time::Duration::from_micros(u64::try_from(now - self.0).unwrap_or(0)).as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notification_times_are_read_to_the_microsecond() {
        assert_eq!(Timestamp::parse("2000-01-01T00:00:00.000Z").unwrap().to_postgres(), 0);
        assert_eq!(Timestamp::parse("2000-01-01T00:00:01.250Z").unwrap().to_postgres(), 1_250_000);
        assert_eq!(Timestamp::parse("1999-12-31T23:59:59Z").unwrap().to_postgres(), -1_000_000);
        assert_eq!(Timestamp::parse("2000-01-01T02:00:00+02:00").unwrap().to_postgres(), 0);
    }

    #[test]
    fn milliseconds_and_the_systems_clock_tell_the_same_time() {
        let time = Timestamp::parse("2026-11-28T06:00:00.250Z").unwrap();
        assert_eq!(Timestamp::from_millis(1_795_845_600_250), Some(time));
        assert_eq!(time.to_system().and_then(Timestamp::from_system), Some(time));
        assert_eq!(Timestamp::parse("1969-12-31T23:59:59Z").unwrap().to_system(), None);
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "yesterday", "2000-13-01T00:00:00Z", "99999-01-01T00:00:00Z"] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_event_from_the_future_has_no_age() {
        let now = UNIX_EPOCH + std::time::Duration::from_secs(10);
        assert!((Timestamp(4_000_000).age_seconds(now) - 6.0).abs() < 1e-9);
        assert!(Timestamp(11_000_000).age_seconds(now).abs() < 1e-9);
    }
}
