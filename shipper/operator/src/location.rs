//! Which objects are meant: `s3://bucket/prefix`, within suffixes and a time.

use std::str::FromStr;
use std::time::Duration;

use shipper::timestamp::Timestamp;

use crate::listed::Listed;

/// A bucket and a prefix of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) bucket: String,
    pub(crate) prefix: String,
}

impl FromStr for Location {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("s3://").ok_or("expected s3://BUCKET/PREFIX")?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err("it names no bucket; expected s3://BUCKET/PREFIX".to_owned());
        }
        Ok(Self { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }
}

/// How keys of JSON files end.
const SUFFIXES: [&str; 9] = [
    ".json",
    ".json.gz",
    ".json.zst",
    ".jsonl",
    ".jsonl.gz",
    ".jsonl.zst",
    ".ndjson",
    ".ndjson.gz",
    ".ndjson.zst",
];

/// Which of the objects below a prefix are meant.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Selection {
    /// The bucket, and the prefix of the keys that are meant
    #[arg(value_name = "s3://BUCKET/PREFIX")]
    pub(crate) location: Location,
    /// Only keys that end so; may be given several times. An empty one takes all keys
    #[arg(long, value_name = "SUFFIX", default_values = SUFFIXES)]
    suffix: Vec<String>,
    /// Only objects modified at this time or later, such as 2026-11-01 or 2026-11-01T06:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,
    /// Only objects modified before this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,
    /// Whether the prefix may be one object's whole key: that object is meant, however its key ends.
    #[arg(skip)]
    may_be_key: bool,
    /// Whether it is one by its suffix, so that nothing below it is meant.
    #[arg(skip)]
    is_key: bool,
}

impl Selection {
    /// Whether an object is meant.
    pub(crate) fn takes(&self, object: &Listed) -> bool {
        self.takes_key(&object.key, object.modified)
    }

    /// Whether an object of this key, modified at this time, is meant.
    pub(crate) fn takes_key(&self, key: &str, modified: Option<Timestamp>) -> bool {
        let is_named = self.may_be_key && key == self.location.prefix;
        let ends = !self.is_key && self.suffix.iter().any(|suffix| key.ends_with(suffix.as_str()));
        (is_named || ends) && is_within(modified, self.since, self.until)
    }

    /// Whether something has to be there: somebody named it as one names a file.
    pub(crate) fn is_named(&self) -> bool {
        self.may_be_key
    }

    /// All that lies below a location by the usual suffixes, or the one object whose key it is.
    pub(crate) fn of(location: Location) -> Self {
        let is_key = SUFFIXES.iter().any(|suffix| location.prefix.ends_with(suffix));
        Self {
            location,
            suffix: SUFFIXES.map(str::to_owned).to_vec(),
            since: None,
            until: None,
            may_be_key: true,
            is_key,
        }
    }
}

/// Whether a time is one of those from `since` on and before `until`.
pub(crate) fn is_within(time: Option<Timestamp>, since: Option<Timestamp>, until: Option<Timestamp>) -> bool {
    since.is_none_or(|since| time >= Some(since))
        && until.is_none_or(|until| time.is_some_and(|time| time < until))
}

/// A time, or a day's beginning in UTC.
pub(crate) fn time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text)
        .or_else(|| Timestamp::parse(&format!("{text}T00:00:00Z")))
        .ok_or_else(|| "expected a day or a time with its zone, such as 2026-11-01T06:00:00Z".to_owned())
}

/// A duration with its unit: `60s`, `5m`, `1h`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let wanted = || "expected a number with its unit, such as 60s, 5m or 1h".to_owned();
    let unit = text.chars().last().ok_or_else(wanted)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        _ => return Err(wanted()),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| wanted())?;
    if number == 0 || number > 1_000_000 {
        return Err(wanted());
    }
    Ok(Duration::from_secs(number * seconds))
}

/// A key as a person reads it: what would move the cursor of a terminal stands as an escape.
pub(crate) fn shown(key: &str) -> String {
    key.chars().flat_map(|c| if c.is_control() { c.escape_unicode().collect() } else { vec![c] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_a_bucket_and_a_prefix() {
        let of = |text: &str| text.parse::<Location>();
        assert_eq!(of("s3://b/in/x").unwrap(), Location { bucket: "b".into(), prefix: "in/x".into() });
        assert_eq!(of("s3://b").unwrap(), Location { bucket: "b".into(), prefix: String::new() });
        for wrong in ["b/in", "s3:///in", "http://b/in"] {
            assert!(of(wrong).unwrap_err().contains("s3://BUCKET/PREFIX"), "{wrong}");
        }
    }

    #[test]
    fn times_have_a_zone_and_durations_a_unit() {
        assert_eq!(time("2026-11-01").unwrap(), time("2026-11-01T01:00:00+01:00").unwrap());
        assert_eq!(duration("5m").unwrap(), Duration::from_secs(300));
        for wrong in ["", "5", "0s", "s", "-1s", "1d", "é"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        assert!(time("yesterday").is_err());
    }

    #[test]
    fn a_key_moves_no_cursor() {
        assert_eq!(shown("in/é\u{1b}[2J\n.json"), "in/é\\u{1b}[2J\\u{a}.json");
    }
}
