//! What one walk through a file found out, so that the next contract reads only the records that are its own.

use std::collections::HashMap;

use crate::condition::{Condition, Operand};
use crate::digest::Digest;
use crate::scan::{Node, Tape};

/// Kinds of records that are told apart: where more are, the operands are no kinds but keys.
const MOST_KINDS: usize = 1024;

/// Nodes of tapes that are kept of a file, of twelve bytes each: records beyond are scanned again.
const MOST_NODES: usize = 1 << 20;

/// A record that was met.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Met {
    start: u32,
    /// The place of its facts; none where it is refused.
    facts: Option<u32>,
    /// Where its nodes begin and end; nowhere where they are not kept.
    nodes: (u32, u32),
}

impl Met {
    /// Offset of its first byte in the body.
    pub(crate) fn start(self) -> usize {
        self.start as usize
    }
}

/// The records of a file, each with what a condition reads of it, and with its tape.
#[derive(Debug, Default)]
pub struct Walked {
    records: Vec<Met>,
    nodes: Vec<Node>,
    facts: Vec<Box<[u8]>>,
    places: HashMap<Box<[u8]>, u32>,
    /// By what operands, once the walk came to the file's end, and the digest of its body.
    complete: Option<(String, Digest)>,
    is_in_vain: bool,
}

impl Walked {
    /// How many bytes it takes, about.
    pub fn bytes(&self) -> usize {
        self.records.len() * size_of::<Met>() + self.nodes.len() * size_of::<Node>()
    }

    /// Whether it has all records of this body, by the operands of this condition. A file that is loaded again in one
    /// transaction may bring other bytes.
    pub(crate) fn serves(&self, condition: &Condition, body: &[u8]) -> bool {
        self.complete
            .as_ref()
            .is_some_and(|(operands, digest)| *operands == name_of(condition) && digest.is_of(body))
    }

    /// Begins another walk.
    pub(crate) fn begin(&mut self) {
        *self = Walked::default();
    }

    /// Notes a record that begins at `start`; without facts and tape where it is refused, whatever it is.
    pub(crate) fn note(&mut self, start: usize, found: Option<(&[u8], &Tape)>) {
        if self.is_in_vain {
            return;
        }
        let Ok(start) = u32::try_from(start) else { return };
        let mut met = Met { start, facts: None, nodes: (0, 0) };
        if let Some((facts, tape)) = found {
            met.facts = self.place_of(facts);
            self.is_in_vain = met.facts.is_none();
            let first = self.nodes.len();
            if first + tape.nodes().len() <= MOST_NODES {
                self.nodes.extend_from_slice(tape.nodes());
                let narrow = |place: usize| u32::try_from(place).unwrap_or(0);
                met.nodes = (narrow(first), narrow(self.nodes.len()));
            }
        }
        self.records.push(met);
    }

    /// The place of these facts among those that were met; none where there are too many.
    fn place_of(&mut self, facts: &[u8]) -> Option<u32> {
        if let Some(place) = self.places.get(facts) {
            return Some(*place);
        }
        let place = u32::try_from(self.facts.len()).ok().filter(|_| self.facts.len() < MOST_KINDS)?;
        self.facts.push(facts.into());
        self.places.insert(facts.into(), place);
        Some(place)
    }

    /// The nodes of a record, where they are kept.
    pub(crate) fn tape(&self, record: Met) -> Option<&[Node]> {
        let (first, last) = record.nodes;
        self.nodes.get(first as usize..last as usize).filter(|nodes| !nodes.is_empty())
    }

    /// The walk came to the end of this body.
    pub(crate) fn end(&mut self, condition: &Condition, body: &[u8]) {
        if self.is_in_vain {
            self.begin();
        } else {
            self.complete = Some((name_of(condition), Digest::of(body)));
        }
    }

    /// Each record, and whether a condition with the same operands may be true of it.
    pub(crate) fn judged<'a>(&'a self, condition: &Condition) -> impl Iterator<Item = (Met, bool)> + 'a {
        let holds: Vec<bool> =
            self.facts.iter().map(|facts| condition.holds(facts).unwrap_or(true)).collect();
        self.records.iter().map(move |record| {
            let holds = record.facts.and_then(|place| holds.get(place as usize)).copied();
            (*record, holds.unwrap_or(true))
        })
    }
}

/// What the operands read.
fn name_of(condition: &Condition) -> String {
    condition.operands.iter().map(Operand::name).collect()
}
