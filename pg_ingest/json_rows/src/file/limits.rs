//! What jsonb cannot hold. The sql engine reads each record as jsonb, so a record that is beyond it is none on this engine either,
//! whether a column reads it or not.

use crate::image::{Images, JsonbWriter};
use crate::scan::{Candidate, Tape, ValueScan};

/// Elements of an array and members of an object, duplicates too, that PostgreSQL's parser has room for: it doubles its memory
/// until the next step would be more than 1 GB (`appendElement`, `appendKey`).
const ELEMENTS: usize = 1 << 24;
const MEMBERS: usize = 1 << 23;
/// Shorter text than this is within all limits: the elements that are too many take two bytes each, and jsonb is at most six times as long as its text.
const ALWAYS_WITHIN: usize = 2 * ELEMENTS;

/// Why jsonb cannot hold a value that is well-formed; `None` where it can.
pub(super) fn beyond_jsonb(body: &[u8], value: Candidate) -> Option<&'static str> {
    let raw = body.get(value.start..value.findings.end)?;
    if raw.len() < ALWAYS_WITHIN {
        return None;
    }
    if has_too_many_members(raw, ELEMENTS, MEMBERS) {
        return Some(
            "the record holds an array or object of more members than jsonb takes; expected at most 16777216 elements or 8388608 members",
        );
    }
    let mut tape = Tape::default();
    ValueScan::default().value(raw, 0, usize::MAX, &mut tape).ok()?;
    let written = JsonbWriter::default().write(raw, &tape, 0, &mut Images::default());
    written.is_none().then_some(
        "the record is beyond jsonb's limits; expected less than 256 MB in each string and container",
    )
}

/// Whether an array of a well-formed text has more than so many elements, or an object more than so many members.
fn has_too_many_members(raw: &[u8], elements: usize, members: usize) -> bool {
    // Of each open container what it may still take.
    let mut left: Vec<usize> = Vec::new();
    let mut in_string = false;
    let mut bytes = raw.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if in_string => {
                bytes.next();
            }
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' => left.push(elements - 1),
            b'{' => left.push(members - 1),
            b']' | b'}' => {
                left.pop();
            }
            b',' => match left.last_mut() {
                Some(0) => return true,
                Some(left) => *left -= 1,
                None => {}
            },
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_counted_each_by_itself_and_commas_in_strings_do_not_count() {
        for (text, expected) in [
            ("[1, 2, 3]", false),
            ("[1, 2, 3, 4]", true),
            (r#"{"x": {"": 1, "": 2}}"#, false),
            (r#"{"x": {"": 1, "": 2, "": 3}}"#, true),
            (r#"["\",,,,", "\\", "]"]"#, false),
            ("[[1, 1], [2, 2], [3, 3, 3]]", false),
            ("[[1, 1], [2, 2], [3, 3, 3, 3]]", true),
        ] {
            assert_eq!(has_too_many_members(text.as_bytes(), 3, 2), expected, "{text}");
        }
    }
}
