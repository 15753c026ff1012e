//! A member that a path would lead to if the case of letters did not count: said where the path leads to nothing.

use super::Record;
use super::unknown::name_text;
use crate::contract::{Column, Origin};
use crate::path::{Step, append_member};
use crate::scan::Kind;
use crate::staged::File;

/// The path of the member that stands where a column's path leads to none, and whose name differs by the case of its letters (of
/// ASCII) alone. Of several it is the first by its bytes.
pub(super) fn path(record: Record<'_>, column: &Column) -> Option<String> {
    if column.origin != Origin::Record {
        return None;
    }
    let Record { file: File { body, .. }, tape, root, .. } = record;
    let mut text = String::from("$");
    let mut place = root;
    for step in &column.path {
        match (step, tape.node(place).kind()) {
            (Step::Member(wanted), Kind::Object) => {
                let mut found = None;
                let mut namesake: Option<String> = None;
                for (name, value) in tape.members(place) {
                    let name = name_text(name, body, tape);
                    if name == *wanted {
                        found = Some(value);
                    } else if name.eq_ignore_ascii_case(wanted)
                        && namesake.as_ref().is_none_or(|other| name < *other)
                    {
                        namesake = Some(name);
                    }
                }
                let Some(value) = found else {
                    append_member(&mut text, &namesake?);
                    return Some(text);
                };
                append_member(&mut text, wanted);
                place = value;
            }
            (Step::Position(position), Kind::Array) => {
                text.push_str(&format!("[{position}]"));
                place = tape.elements(place).nth(usize::try_from(*position).ok()?)?;
            }
            _ => return None,
        }
    }
    None
}
