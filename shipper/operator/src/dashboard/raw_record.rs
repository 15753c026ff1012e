//! Pure: a raw record as text, with the place of the value at fault.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::value::RawValue;

/// A record's bytes as a page can show them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RawRecord {
    pub(super) text: String,
    /// Where in the text the value of the column stands; none where the record cannot be read or has no such member.
    pub(super) place: Option<Range<usize>>,
}

/// Reads bytes (what is no UTF-8 is shown as U+FFFD), and finds what a path such as `$.shipping.city` points at.
pub(super) fn read(bytes: &[u8], path: Option<&str>) -> RawRecord {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let place = path.and_then(steps).and_then(|steps| find(&text, &steps));
    RawRecord { text, place }
}

/// The members that a path goes through; none where it has a step that is no member.
fn steps(path: &str) -> Option<Vec<String>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        rest = rest.strip_prefix('.')?;
        if rest.starts_with('"') {
            let mut read = serde_json::Deserializer::from_str(rest).into_iter::<String>();
            steps.push(read.next()?.ok()?);
            rest = rest.get(read.byte_offset()..)?;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            steps.push(name.to_owned());
            rest = after;
        }
    }
    Some(steps)
}

fn find(text: &str, steps: &[String]) -> Option<Range<usize>> {
    let mut value: &str = text;
    for step in steps {
        // Of members of one name the last counts, which is what a map keeps.
        let members: BTreeMap<String, &RawValue> = serde_json::from_str(value).ok()?;
        value = members.get(step)?.get();
    }
    let start = value.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    Some(start..start + value.len())
}

/// Bytes from PostgreSQL's `encode(…, 'hex')`.
pub(super) fn from_hex(hex: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let pairs = hex.as_bytes().chunks_exact(2);
    pairs.filter_map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(record: &str, path: &str) -> Option<String> {
        let read = read(record.as_bytes(), Some(path));
        read.place.map(|place| read.text[place].to_owned())
    }

    #[test]
    fn the_value_at_fault_is_found_as_it_stands_in_the_record() {
        let record = r#" { "a" : 1.50 , "shipping": {"city" : "Turin", "a b": [1, 2]}, "a": 2e1 } "#;
        assert_eq!(marked(record, "$.a").unwrap(), "2e1");
        assert_eq!(marked(record, "$.shipping.city").unwrap(), r#""Turin""#);
        assert_eq!(marked(record, r#"$.shipping."a b""#).unwrap(), "[1, 2]");
    }

    #[test]
    fn what_cannot_be_found_is_not_marked() {
        for (record, path) in [
            ("{\"a\": 1}", "$.b"),
            ("{\"a\"", "$.a"),
            ("[1]", "$.a"),
            ("{\"a\": [1]}", "$.a[0]"),
            ("", "$.a"),
        ] {
            assert_eq!(marked(record, path), None, "{path} in {record}");
        }
        assert_eq!(read(b"\xffab", Some("$.a")).text, "\u{fffd}ab");
    }

    #[test]
    fn hex_is_read() {
        assert_eq!(from_hex("7b00ff7D"), [0x7b, 0, 0xff, 0x7d]);
    }
}
