//! Paths into records, and all paths of a contract as one tree.

use std::collections::HashMap;

use serde::Deserialize;

use crate::names::NameRule;
use crate::scan::{Index, Kind, Tape};
use crate::text;

/// One step of a path.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Hash)]
#[serde(untagged)]
pub enum Step {
    /// The array element at this position, counted from 0.
    Position(u32),
    /// The object's member of this name.
    Member(String),
}

/// Adds `.name` as paths are written: quoted where the name is not a letter or underscore followed by letters,
/// digits and underscores (ASCII).
pub(crate) fn append_member(path: &mut String, name: &str) {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|first| !first.is_ascii_digit());
    path.push('.');
    if plain {
        path.push_str(name);
    } else {
        text::quote(name, path);
    }
}

/// The value that `steps` lead to from the one at `from`; of members of one name the last counts.
pub(crate) fn follow(tape: &Tape, body: &[u8], from: Index, steps: &[Step]) -> Option<Index> {
    let mut name = Vec::new();
    steps.iter().try_fold(from, |index, step| match (step, tape.node(index).kind()) {
        (Step::Member(wanted), Kind::Object) => tape
            .members(index)
            .filter(|(member, _)| {
                let written = tape.node(*member);
                if written.kind() == Kind::Text {
                    return written.content(body) == wanted.as_bytes();
                }
                name.clear();
                text::unescape(written.content(body), &mut name);
                name == wanted.as_bytes()
            })
            .last()
            .map(|(_, value)| value),
        (Step::Position(position), Kind::Array) => tape.elements(index).nth(usize::try_from(*position).ok()?),
        _ => None,
    })
}

/// Index of a place in its [`PathTree`].
pub(crate) type Place = usize;

/// A place that at least one path reaches or goes through.
#[derive(Debug, Default)]
pub(crate) struct TreeNode {
    /// The place before the last step; the root is its own.
    pub(crate) parent: Place,
    /// The last step, when it is a member's name.
    pub(crate) name: String,
    /// Where each member goes that a path continues into.
    pub(crate) members: HashMap<Box<[u8]>, Place>,
    /// The array positions that a path continues into.
    pub(crate) positions: Vec<(u32, Place)>,
    /// Whether a column or an expression reads the value here, or one that it lies in, whole. Of the record itself this is not said.
    pub(crate) is_read: bool,
    /// Whether the way here goes through an array position, below which nothing is reported as unknown.
    pub(crate) below_position: bool,
}

/// What a column reads of a record.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Read<'a> {
    /// Where a path leads to.
    Path(&'a [Step]),
    /// The member whose name is the column's by a rule.
    Matched {
        /// What such names have in common.
        matched: &'a str,
        /// The column's own.
        name: &'a str,
    },
}

/// All paths of a contract. A place's parent comes before it.
#[derive(Debug)]
pub(crate) struct PathTree {
    pub(crate) nodes: Vec<TreeNode>,
    /// The place that each column reads.
    pub(crate) columns: Vec<Place>,
    /// By which rule names of members are columns'.
    pub(crate) rule: Option<NameRule>,
    /// By what their names have in common, the places of members that columns read by that rule.
    pub(crate) matched: HashMap<Box<[u8]>, Place>,
}

/// The place of the record itself.
pub(crate) const ROOT: Place = 0;

impl PathTree {
    /// The tree of the paths of columns, in their order, and of what is read `besides`.
    pub(crate) fn new<'a>(
        rule: Option<NameRule>,
        columns: impl Iterator<Item = Read<'a>>,
        besides: impl Iterator<Item = &'a [Step]>,
    ) -> PathTree {
        let mut tree =
            PathTree { nodes: vec![TreeNode::default()], columns: Vec::new(), rule, matched: HashMap::new() };
        for read in columns {
            let place = match read {
                Read::Path(path) => tree.read(path),
                Read::Matched { matched, name } => tree.read_matched(matched, name),
            };
            tree.columns.push(place);
        }
        for path in besides {
            tree.read(path);
        }
        for place in ROOT + 1..tree.nodes.len() {
            let parent = tree.nodes.get(place).map_or(ROOT, |node| node.parent);
            let covered = tree.nodes.get(parent).is_some_and(|node| node.is_read);
            if let Some(node) = tree.nodes.get_mut(place) {
                node.is_read |= covered;
            }
        }
        tree
    }

    /// The place that `path` leads to, which is read from now on.
    fn read(&mut self, path: &[Step]) -> Place {
        let place = path.iter().fold(ROOT, |place, step| self.child(place, step));
        if let Some(node) = self.nodes.get_mut(place).filter(|_| place != ROOT) {
            node.is_read = true;
        }
        place
    }

    /// The place of the member whose name is `name` by the rule.
    fn read_matched(&mut self, matched: &str, name: &str) -> Place {
        let new = self.nodes.len();
        let place = *self.matched.entry(matched.as_bytes().into()).or_insert(new);
        if place == new {
            self.nodes.push(TreeNode {
                parent: ROOT,
                name: name.to_owned(),
                is_read: true,
                ..TreeNode::default()
            });
        }
        place
    }

    /// The place one step on from `parent`, made where it is new.
    fn child(&mut self, parent: Place, step: &Step) -> Place {
        let new = self.nodes.len();
        let Some(node) = self.nodes.get_mut(parent) else { return parent };
        let mut below_position = node.below_position;
        let (place, name) = match step {
            Step::Member(name) => (*node.members.entry(name.as_bytes().into()).or_insert(new), name.clone()),
            Step::Position(position) => {
                below_position = true;
                let known =
                    node.positions.iter().find(|(known, _)| known == position).map(|(_, place)| *place);
                if known.is_none() {
                    node.positions.push((*position, new));
                }
                (known.unwrap_or(new), String::new())
            }
        };
        if place == new {
            self.nodes.push(TreeNode { parent, name, below_position, ..TreeNode::default() });
        }
        place
    }

    /// The path of a place that is reached by members alone, such as `$.shipping`.
    pub(crate) fn path_text(&self, place: Place) -> String {
        let mut names = Vec::new();
        let mut at = place;
        while let Some(node) = self.nodes.get(at).filter(|_| at != ROOT) {
            names.push(node.name.as_str());
            at = node.parent;
        }
        let mut path = String::from("$");
        for name in names.iter().rev() {
            append_member(&mut path, name);
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_not_plain_are_quoted() {
        for (name, path) in [
            ("a_1", "$.a_1"),
            ("1a", "$.\"1a\""),
            ("order id", "$.\"order id\""),
            ("", "$.\"\""),
            ("é", "$.\"é\""),
        ] {
            let mut text = String::from("$");
            append_member(&mut text, name);
            assert_eq!(text, path);
        }
    }

    #[test]
    fn paths_share_their_common_steps() {
        let (member, position) = (|name: &str| Step::Member(name.into()), Step::Position);
        let paths = [
            vec![member("a"), member("b")],
            vec![member("a"), member("c")],
            vec![member("a"), position(0), member("d")],
        ];
        let tree = PathTree::new(None, paths.iter().map(|path| Read::Path(path)), [].into_iter());
        assert_eq!(tree.nodes.len(), 6);
        assert_eq!(tree.path_text(tree.columns[1]), "$.a.c");
        assert!(tree.nodes[tree.columns[2]].below_position);
        assert!(!tree.nodes[ROOT].is_read);
    }
}
