//! What one walk through a file found out, so that the next contract reads only the records that are its own.

use std::collections::HashMap;

use crate::condition::{Condition, Operand};

/// Kinds of records that are told apart: where more are, the operands are no kinds but keys.
const MOST_KINDS: usize = 1024;

/// The records of a file, each with what a condition reads of it.
#[derive(Debug, Default)]
pub struct Walked {
    /// Where each record begins, and the place of its facts.
    records: Vec<(u32, Option<u32>)>,
    facts: Vec<Box<[u8]>>,
    places: HashMap<Box<[u8]>, u32>,
    /// By what operands, once the walk came to the file's end, and how long the file is.
    complete: Option<(String, usize)>,
    is_in_vain: bool,
}

impl Walked {
    /// How many records it has.
    pub fn records(&self) -> usize {
        self.records.len()
    }

    /// Whether it has all records of a file of this length, by the operands of this condition.
    pub(crate) fn serves(&self, condition: &Condition, length: usize) -> bool {
        self.complete
            .as_ref()
            .is_some_and(|(operands, bytes)| *bytes == length && *operands == name_of(condition))
    }

    /// Begins another walk.
    pub(crate) fn begin(&mut self) {
        *self = Walked::default();
    }

    /// Notes a record that begins at `start`; without facts where it is refused, whatever it is.
    pub(crate) fn note(&mut self, start: usize, facts: Option<&[u8]>) {
        let place = match facts {
            None => None,
            Some(facts) => match self.places.get(facts) {
                Some(place) => Some(*place),
                None => {
                    self.is_in_vain |= self.facts.len() >= MOST_KINDS;
                    let place = u32::try_from(self.facts.len()).unwrap_or(0);
                    if !self.is_in_vain {
                        self.facts.push(facts.into());
                        self.places.insert(facts.into(), place);
                    }
                    Some(place)
                }
            },
        };
        if !self.is_in_vain {
            self.records.push((u32::try_from(start).unwrap_or(0), place));
        }
    }

    /// The walk came to the end of a file of this length.
    pub(crate) fn end(&mut self, condition: &Condition, length: usize) {
        if self.is_in_vain {
            self.begin();
        } else {
            self.complete = Some((name_of(condition), length));
        }
    }

    /// Where each record begins, and whether a condition with the same operands may be true of it.
    pub(crate) fn judged<'a>(&'a self, condition: &Condition) -> impl Iterator<Item = (usize, bool)> + 'a {
        let holds: Vec<bool> = self.facts.iter().map(|facts| condition.holds(facts)).collect();
        self.records.iter().map(move |(start, place)| {
            let holds = place.and_then(|place| holds.get(place as usize)).copied().unwrap_or(true);
            (*start as usize, holds)
        })
    }
}

/// What the operands read.
fn name_of(condition: &Condition) -> String {
    condition.operands.iter().map(Operand::name).collect()
}
