//! A condition that a few texts of the record decide: which records are a dataset's, or delete, where SQL need not be asked
//! (`ingest.plain_condition()`).

use serde::Deserialize;

use crate::coerce::{Value, append_text};
use crate::path::{Step, follow};
use crate::scan::{Index, Kind, Tape};

/// True where all terms of one of its alternatives are. Nothing can be said where a column that it reads is at fault.
#[derive(Debug, Deserialize)]
pub(crate) struct Condition {
    /// What is read of the record.
    pub(crate) operands: Vec<Operand>,
    alternatives: Vec<Vec<Term>>,
}

/// A text of the record.
#[derive(Debug, Deserialize)]
pub(crate) struct Operand {
    path: Vec<Step>,
    /// It is that of a column of texts.
    column: bool,
    /// The column takes no null.
    required: bool,
}

impl Operand {
    /// What it reads, whoever reads it.
    pub(crate) fn name(&self) -> String {
        format!("{:?}", self.path)
    }
}

/// What is said of an operand.
#[derive(Debug, Deserialize)]
struct Term {
    /// The operand's place among them.
    operand: usize,
    texts: Vec<String>,
    /// It is one of the texts, or none of them.
    listed: bool,
    /// The same of null.
    null: bool,
}

/// Marks in what [`Condition::read`] gives: what an operand is.
const NULL: u8 = 0;
const CONTAINER: u8 = 1;
const TEXT: u8 = 2;

impl Condition {
    /// Writes what the record at `root` has for each operand into `facts`, from its beginning.
    pub(crate) fn read(&self, tape: &Tape, body: &[u8], root: Index, facts: &mut Vec<u8>) {
        facts.clear();
        for operand in &self.operands {
            let mark = facts.len();
            facts.extend_from_slice(&[NULL, 0, 0, 0, 0]);
            let Some(index) = follow(tape, body, root, &operand.path) else { continue };
            let kind = match tape.node(index).kind() {
                Kind::Null => NULL,
                Kind::Array | Kind::Object => CONTAINER,
                _ => {
                    append_text(Value { body, tape, index }, facts);
                    TEXT
                }
            };
            // A body is at most 1 GiB long, and a number's text at most 150 kB.
            let length = u32::try_from(facts.len() - mark - HEAD).unwrap_or(u32::MAX).to_le_bytes();
            if let Some(head) = facts.get_mut(mark..mark + HEAD) {
                head.copy_from_slice(&[kind, length[0], length[1], length[2], length[3]]);
            }
        }
    }

    /// Whether it is true of a record with these facts, which [`Condition::read`] gave by the same operands. `None` where a column
    /// that it reads is at fault.
    pub(crate) fn holds(&self, facts: &[u8]) -> Option<bool> {
        let found: Vec<Fact<'_>> = Facts { rest: facts }.collect();
        let at_fault = |(operand, fact): (&Operand, &Fact<'_>)| {
            operand.column && (fact.kind == CONTAINER || operand.required && fact.kind == NULL)
        };
        if self.operands.iter().zip(&found).any(at_fault) {
            return None;
        }
        Some(self.alternatives.iter().any(|terms| terms.iter().all(|term| term.holds(&found))))
    }
}

impl Term {
    fn holds(&self, found: &[Fact<'_>]) -> bool {
        match found.get(self.operand) {
            None | Some(Fact { kind: NULL, .. }) => self.null,
            // Its text is none of the texts, which begin with no bracket.
            Some(Fact { kind: CONTAINER, .. }) => !self.listed,
            Some(Fact { text, .. }) => self.texts.iter().any(|one| one.as_bytes() == *text) == self.listed,
        }
    }
}

/// Bytes before the text of a fact: its kind and its length.
const HEAD: usize = 5;

/// What a record has for one operand.
struct Fact<'a> {
    kind: u8,
    text: &'a [u8],
}

struct Facts<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Facts<'a> {
    type Item = Fact<'a>;

    fn next(&mut self) -> Option<Fact<'a>> {
        let (head, rest) = self.rest.split_first_chunk::<HEAD>()?;
        let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
        let (text, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        self.rest = rest;
        Some(Fact { kind: head[0], text })
    }
}
