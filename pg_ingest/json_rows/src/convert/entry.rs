//! One entry of what is written as keys with values: `[{"key": "service.name", "value": {"stringValue": "x"}}]`.

use crate::coerce::Value;
use crate::path::{Step, follow};
use crate::scan::{Index, Kind, Tape};
use crate::text::unescape;

/// How members are called that hold the key, and those that hold the value.
const KEYS: [&str; 4] = ["key", "Key", "name", "Name"];
const VALUES: [&str; 2] = ["value", "Value"];

/// Writes the value of the entry `key` of an array of such objects, or of an object; null where there is none.
pub(super) fn write(value: Value<'_>, key: &str, out: &mut Vec<u8>) -> Option<()> {
    let Value { tape, body, index } = value;
    let found = match value.kind() {
        Kind::Object => member(tape, body, index, key),
        Kind::Array => (tape.elements(index))
            .find(|element| {
                first(tape, body, *element, &KEYS).is_some_and(|name| is_text(tape, body, name, key))
            })
            .and_then(|element| first(tape, body, element, &VALUES)),
        _ => return None,
    };
    let found = found.and_then(|found| bare(tape, body, found));
    out.extend_from_slice(found.map_or(b"null", |found| tape.node(found).raw(body)));
    Some(())
}

fn member(tape: &Tape, body: &[u8], index: Index, name: &str) -> Option<Index> {
    follow(tape, body, index, &[Step::Member(name.to_owned())])
}

/// The first of these members that an element has.
fn first(tape: &Tape, body: &[u8], element: Index, names: &[&str]) -> Option<Index> {
    names.iter().find_map(|name| member(tape, body, element, name))
}

fn is_text(tape: &Tape, body: &[u8], index: Index, text: &str) -> bool {
    let node = tape.node(index);
    let mut unescaped = Vec::new();
    match node.kind() {
        Kind::Text => node.content(body) == text.as_bytes(),
        Kind::EscapedText => {
            unescape(node.content(body), &mut unescaped);
            unescaped == text.as_bytes()
        }
        _ => false,
    }
}

/// Of an object whose one member that is not null names a type, that member: `{"stringValue": "x"}` is `"x"`.
fn bare(tape: &Tape, body: &[u8], index: Index) -> Option<Index> {
    if tape.node(index).kind() != Kind::Object {
        return Some(index);
    }
    let mut members = crate::records_path::last_members(tape, body, index)
        .into_iter()
        .map(|(_, value)| value)
        .filter(|value| tape.node(*value).kind() != Kind::Null);
    match (members.next(), members.next()) {
        (None, _) => None,
        (Some(one), None) => Some(one),
        (Some(_), Some(_)) => Some(index),
    }
}
