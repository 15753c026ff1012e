//! Where the columns' values stand in a record, and which members no path wants.

use std::collections::HashMap;

use super::unknown::{Unknown, UnknownPlace, name_text};
use crate::path::{PathTree, Place, ROOT, TreeNode};
use crate::scan::{Index, Kind, Tape};
use crate::text::unescape;

/// The index of a value that is not there.
pub(super) const ABSENT: Index = Index::MAX;

/// No place: nothing was learned yet.
const NOWHERE: Place = Place::MAX;

/// Names whose places are kept: of producers that make names of data, most are met once.
const KNOWN_NAMES: usize = 1024;

/// Finds the values of one contract's paths; learns in which order members usually stand.
#[derive(Debug)]
pub(super) struct Locator {
    /// For each place of the tree, the value that stands there.
    found: Vec<Index>,
    /// For each place, the sibling that stood behind it last time.
    followed_by: Vec<Place>,
    /// For each place, the child that stood first last time.
    begun_with: Vec<Place>,
    unknown: Vec<UnknownPlace>,
    name: Vec<u8>,
    /// The places of names that were met, where names are matched by a rule; at most [`KNOWN_NAMES`].
    places_of_names: HashMap<Box<[u8]>, Option<Place>>,
    /// In the record: the places whose value was found by a rule, each with the member's name.
    named: Vec<(Place, Index)>,
    /// In the record: the places for which members of several names stand.
    ambiguous: Vec<Place>,
}

impl Locator {
    pub(super) fn new(paths: &PathTree) -> Locator {
        let places = paths.nodes.len();
        Locator {
            found: vec![ABSENT; places],
            followed_by: vec![NOWHERE; places],
            begun_with: vec![NOWHERE; places],
            unknown: Vec::new(),
            name: Vec::new(),
            places_of_names: HashMap::new(),
            named: Vec::new(),
            ambiguous: Vec::new(),
        }
    }

    /// The value at a place, [`ABSENT`] where there is none.
    #[inline]
    pub(super) fn value(&self, place: Option<Place>) -> Index {
        place.and_then(|place| self.found.get(place)).copied().unwrap_or(ABSENT)
    }

    /// Finds the values of all places in the record at `root`. Of members of one name the last counts.
    #[inline]
    pub(super) fn locate(&mut self, paths: &PathTree, body: &[u8], tape: &Tape, root: Index) {
        self.found.fill(ABSENT);
        self.unknown.clear();
        self.named.clear();
        self.ambiguous.clear();
        if let Some(found) = self.found.first_mut() {
            *found = root;
        }
        // A place's parent comes before it, so that its value is known by the time it is looked into.
        for (place, node) in paths.nodes.iter().enumerate() {
            let index = self.value(Some(place));
            // Of the record itself all members are unknown where no path leads into it.
            let is_opened = place == ROOT || !node.members.is_empty();
            if index == ABSENT || (!is_opened && node.positions.is_empty()) {
                continue;
            }
            match tape.node(index).kind() {
                Kind::Object if is_opened => self.members(paths, place, node, body, tape, index),
                Kind::Array if !node.positions.is_empty() => self.elements(node, tape, index),
                kind => {
                    let unread = kind != Kind::Null && !node.members.is_empty() && !node.is_read;
                    if unread && !node.below_position && place != ROOT {
                        self.unknown.push(UnknownPlace { place, name: None, value: index });
                    }
                }
            }
        }
    }

    #[inline]
    fn members(
        &mut self,
        paths: &PathTree,
        place: Place,
        node: &TreeNode,
        body: &[u8],
        tape: &Tape,
        index: Index,
    ) {
        let reports = !node.below_position && !node.is_read;
        let matches = place == ROOT && paths.rule.is_some();
        let mut unescaped = std::mem::take(&mut self.name);
        let mut previous = NOWHERE;
        for (name, value) in tape.members(index) {
            let written = tape.node(name);
            let text = if written.kind() == Kind::EscapedText {
                unescaped.clear();
                unescape(written.content(body), &mut unescaped);
                unescaped.as_slice()
            } else {
                written.content(body)
            };
            if matches && self.matched(paths, text, body, tape, (name, value)) {
                continue;
            }
            let expected =
                if previous == NOWHERE { self.begun_with.get(place) } else { self.followed_by.get(previous) };
            let expected = expected.copied().unwrap_or(NOWHERE);
            let child = if paths.nodes.get(expected).is_some_and(|child| child.name.as_bytes() == text) {
                Some(expected)
            } else {
                node.members.get(text).copied()
            };
            let Some(child) = child else {
                if reports {
                    self.unknown.push(UnknownPlace { place, name: Some(name), value });
                }
                continue;
            };
            if child != expected {
                let learned = if previous == NOWHERE {
                    self.begun_with.get_mut(place)
                } else {
                    self.followed_by.get_mut(previous)
                };
                if let Some(learned) = learned {
                    *learned = child;
                }
            }
            if let Some(found) = self.found.get_mut(child) {
                *found = value;
            }
            previous = child;
        }
        self.name = unescaped;
    }

    /// Whether the member is a column's by the rule for names; its value is noted then.
    fn matched(
        &mut self,
        paths: &PathTree,
        text: &[u8],
        body: &[u8],
        tape: &Tape,
        (name, value): (Index, Index),
    ) -> bool {
        let Some(place) = self.place_of_name(paths, text) else { return false };
        match self.named.iter().find(|(named, _)| *named == place) {
            // Of duplicate members the last counts: they are one.
            Some((_, other)) if name_text(*other, body, tape).as_bytes() != text => {
                self.ambiguous.push(place)
            }
            Some(_) => {}
            None => self.named.push((place, name)),
        }
        if let Some(found) = self.found.get_mut(place) {
            *found = value;
        }
        true
    }

    fn place_of_name(&mut self, paths: &PathTree, text: &[u8]) -> Option<Place> {
        if let Some(place) = self.places_of_names.get(text) {
            return *place;
        }
        let mut matched = Vec::new();
        paths.rule?.matched(text, &mut matched);
        let place = paths.matched.get(matched.as_slice()).copied();
        if self.places_of_names.len() < KNOWN_NAMES {
            self.places_of_names.insert(text.into(), place);
        }
        place
    }

    /// The first two names, by their bytes, of members that stand for one place of the record located last; none where it is one member.
    pub(super) fn ambiguous(
        &mut self,
        paths: &PathTree,
        place: Option<Place>,
        body: &[u8],
        tape: &Tape,
        root: Index,
    ) -> Option<[String; 2]> {
        let place = place.filter(|place| self.ambiguous.contains(place))?;
        let mut names: Vec<String> =
            tape.members(root).map(|(name, _)| name_text(name, body, tape)).collect();
        names.retain(|name| self.place_of_name(paths, name.as_bytes()) == Some(place));
        names.sort_unstable();
        names.dedup();
        let mut names = names.into_iter();
        Some([names.next()?, names.next()?])
    }

    fn elements(&mut self, node: &TreeNode, tape: &Tape, index: Index) {
        let wanted = node.positions.iter().map(|(position, _)| *position).max().unwrap_or(0);
        for (position, element) in (0..=wanted).zip(tape.elements(index)) {
            for (_, child) in node.positions.iter().filter(|(at, _)| *at == position) {
                if let Some(found) = self.found.get_mut(*child) {
                    *found = element;
                }
            }
        }
    }

    /// The unknown members of the record located last, by path; of one path the last stays.
    pub(super) fn unknown(&self, paths: &PathTree, body: &[u8], tape: &Tape) -> Vec<Unknown> {
        Unknown::sorted(&self.unknown, paths, body, tape)
    }
}
