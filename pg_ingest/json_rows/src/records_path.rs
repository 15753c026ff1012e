//! `records_path`: from a candidate to its records, through arrays and maps (docs/semantics.md, section 1).

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;

use crate::path::{Step, append_member};
use crate::scan::{Index, Kind, Tape};
use crate::text::unescape;

/// What a path goes through, one after another.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Each {
    /// The elements of an array, `[*]`.
    Element,
    /// The members of a map, `.*`.
    Member,
}

/// One step of the path.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub(crate) enum Way {
    Step(Step),
    Each { each: Each },
}

/// The path, ready to follow.
#[derive(Debug)]
pub(crate) struct RecordsPath {
    pub(crate) ways: Vec<Way>,
    /// As messages show it.
    pub(crate) text: String,
    /// Levels of a candidate that have to be on its tape.
    pub(crate) levels: usize,
    /// It goes through arrays or maps, so that messages have to tell where.
    pub(crate) is_through: bool,
}

impl RecordsPath {
    /// `read_levels`: those that lie above the deepest value that columns read around the records.
    pub(crate) fn new(ways: Vec<Way>, text: String, read_levels: usize) -> RecordsPath {
        let through = |way: &Way| matches!(way, Way::Each { .. });
        // The elements of the last array are read from the text, one after another.
        let untaped = usize::from(matches!(ways.last(), Some(Way::Each { each: Each::Element })));
        RecordsPath {
            levels: (ways.len() + 1 - untaped).max(read_levels),
            is_through: ways.iter().any(through),
            ways,
            text,
        }
    }
}

/// A step as it was taken in one candidate.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Spot<'a> {
    Step(&'a Step),
    /// An element, counted from 0.
    Element(u32),
    /// A member, by its name on the tape.
    Member(Index),
}

/// The path to where `trail` leads, such as `$.orders[3].lines`.
pub(crate) fn trail_text(trail: &[Spot<'_>], tape: &Tape, body: &[u8]) -> String {
    let mut path = String::from("$");
    for spot in trail {
        match spot {
            Spot::Step(Step::Member(name)) => append_member(&mut path, name),
            Spot::Step(Step::Position(position)) | Spot::Element(position) => {
                path.push_str(&format!("[{position}]"));
            }
            Spot::Member(name) => {
                append_member(&mut path, &member_name(tape, body, *name));
            }
        }
    }
    path
}

/// The members of the map at `index`, in order; of those of one name the last.
pub(crate) fn last_members(tape: &Tape, body: &[u8], index: Index) -> Vec<(Index, Index)> {
    let mut last = HashMap::new();
    for (name, _) in tape.members(index) {
        last.insert(name_of(tape, body, name), name);
    }
    tape.members(index).filter(|(name, _)| last.get(&name_of(tape, body, *name)) == Some(name)).collect()
}

/// The text of a member's name.
pub(crate) fn member_name(tape: &Tape, body: &[u8], name: Index) -> String {
    String::from_utf8_lossy(&name_of(tape, body, name)).into_owned()
}

fn name_of<'a>(tape: &Tape, body: &'a [u8], name: Index) -> Cow<'a, [u8]> {
    let node = tape.node(name);
    if node.kind() == Kind::EscapedText {
        let mut text = Vec::new();
        unescape(node.content(body), &mut text);
        Cow::Owned(text)
    } else {
        Cow::Borrowed(node.content(body))
    }
}
