//! What columns read around a record: the object that encloses it, the document, its position, its name.

use serde::Deserialize;

use crate::coerce::Value;
use crate::path::{Step, follow};
use crate::scan::{Index, Tape, ValueScan};
use crate::text::quote;

/// Where a source reads.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum PlaceKind {
    Parent,
    Document,
    Position,
    Name,
}

/// One source, as the contract has it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PlaceSource {
    /// Such as `parent:$.id`.
    source: String,
    kind: PlaceKind,
    /// From the parent or document on.
    path: Vec<Step>,
    /// Of a parent, after how many steps of `records_path` it stands.
    #[serde(default)]
    depth: Option<usize>,
}

/// All that a contract's columns read around records.
#[derive(Debug, Default)]
pub(crate) struct PlaceSources {
    sources: Vec<PlaceSource>,
}

impl PlaceSources {
    pub(crate) fn new(sources: Vec<PlaceSource>) -> PlaceSources {
        PlaceSources { sources }
    }

    /// Which of them a column reads; none where its value comes with the file's context.
    pub(crate) fn place_of(&self, source: &str) -> Option<usize> {
        self.sources.iter().position(|one| one.source == source)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// Levels of a candidate down to the deepest value that is read.
    pub(crate) fn levels(&self) -> usize {
        let level = |source: &PlaceSource| match source.kind {
            PlaceKind::Parent => source.depth.unwrap_or(0) + source.path.len() + 1,
            PlaceKind::Document => source.path.len() + 1,
            PlaceKind::Position | PlaceKind::Name => 0,
        };
        self.sources.iter().map(level).max().unwrap_or(0)
    }
}

/// A value around a record, copied out of the document.
#[derive(Debug, Default)]
struct PlaceValue {
    text: Vec<u8>,
    tape: Tape,
    is_there: bool,
}

/// The place of the record that is being read; keeps its memory from one to the next.
#[derive(Debug, Default)]
pub struct Places {
    scan: ValueScan,
    /// The source of each value as a JSON string.
    names: Vec<String>,
    values: Vec<PlaceValue>,
    position: u32,
    /// The record whose place was given last, and where that stands in the context: the next one's stands behind it.
    given: (u32, Index),
}

impl Places {
    pub(crate) fn new(sources: &PlaceSources) -> Places {
        let named = |source: &PlaceSource| {
            let mut name = String::new();
            quote(&source.source, &mut name);
            name
        };
        Places {
            scan: ValueScan::default(),
            names: sources.sources.iter().map(named).collect(),
            values: sources.sources.iter().map(|_| PlaceValue::default()).collect(),
            position: 1,
            given: (0, 0),
        }
    }

    /// The values as a JSON object by source; `None` where nothing is read. What is absent is left out.
    pub fn json(&self) -> Option<String> {
        if self.values.is_empty() {
            return None;
        }
        let members: Vec<String> = (self.names.iter().zip(&self.values))
            .filter(|(_, value)| value.is_there)
            .map(|(name, value)| format!("{name}:{}", String::from_utf8_lossy(&value.text)))
            .collect();
        Some(format!("{{{}}}", members.join(",")))
    }

    /// The value of one source, absent where the tape is empty.
    pub(crate) fn value(&self, place: usize, absent: Index) -> Option<Value<'_>> {
        let value = self.values.get(place)?;
        let index = if value.is_there { 0 } else { absent };
        Some(Value { body: &value.text, tape: &value.tape, index })
    }

    /// Begins a candidate.
    pub(crate) fn begin(&mut self, sources: &PlaceSources, body: &[u8], tape: &Tape) {
        self.read(sources, (PlaceKind::Document, None), body, tape, Some(0));
        self.stand_at(sources, 1);
    }

    /// Goes to the object after so many steps, if one that encloses the records is read there.
    pub(crate) fn enclose(
        &mut self,
        sources: &PlaceSources,
        steps: usize,
        body: &[u8],
        tape: &Tape,
        found: Option<Index>,
    ) {
        self.read(sources, (PlaceKind::Parent, Some(steps)), body, tape, found);
    }

    /// The position of the record, from 1.
    pub(crate) fn position(&self) -> u32 {
        self.position
    }

    /// Goes to a position, from 1, in an array.
    pub(crate) fn stand_at(&mut self, sources: &PlaceSources, position: u32) {
        self.position = position;
        self.set(sources, PlaceKind::Position, || position.to_string());
    }

    /// Goes to a member of a map, whose name is asked for only where a column reads it.
    pub(crate) fn stand_under(&mut self, sources: &PlaceSources, name: impl Fn() -> String) {
        self.set(sources, PlaceKind::Name, || {
            let mut quoted = String::new();
            quote(&name(), &mut quoted);
            quoted
        });
    }

    /// Takes the place from a context that brings one for each record. False where it brings none.
    pub(crate) fn take_given(
        &mut self,
        sources: &PlaceSources,
        context: &Tape,
        body: &[u8],
        record: u32,
    ) -> bool {
        let place = match self.given {
            (before, index) if before > 0 && before + 1 == record => context.after(index),
            _ => {
                let steps = [Step::Member("places".to_owned()), Step::Position(record.saturating_sub(1))];
                let Some(place) = follow(context, body, 0, &steps) else { return false };
                place
            }
        };
        self.given = (record, place);
        for (source, value) in sources.sources.iter().zip(&mut self.values) {
            let step = [Step::Member(source.source.clone())];
            let found = follow(context, body, place, &step);
            value.take(found.map(|index| context.node(index).raw(body)), &mut self.scan);
        }
        true
    }

    /// Gives back the memory that huge values took.
    pub(crate) fn release(&mut self) {
        const KEPT: usize = 1 << 16;
        for value in &mut self.values {
            value.tape.release();
            if value.text.capacity() > KEPT {
                *value = PlaceValue::default();
            }
        }
    }

    fn read(
        &mut self,
        sources: &PlaceSources,
        (kind, depth): (PlaceKind, Option<usize>),
        body: &[u8],
        tape: &Tape,
        from: Option<Index>,
    ) {
        for (source, value) in sources.sources.iter().zip(&mut self.values) {
            if source.kind == kind && source.depth == depth {
                let found = from.and_then(|index| follow(tape, body, index, &source.path));
                value.take(found.map(|index| tape.node(index).raw(body)), &mut self.scan);
            }
        }
    }

    fn set(&mut self, sources: &PlaceSources, kind: PlaceKind, raw: impl Fn() -> String) {
        for (source, value) in sources.sources.iter().zip(&mut self.values) {
            if source.kind == kind {
                value.take(Some(raw().as_bytes()), &mut self.scan);
            }
        }
    }
}

impl PlaceValue {
    /// Becomes this JSON value, or absent.
    fn take(&mut self, raw: Option<&[u8]>, scan: &mut ValueScan) {
        self.text.clear();
        self.text.extend_from_slice(raw.unwrap_or_default());
        // What stands in a document that was scanned is a value.
        self.is_there = raw.is_some() && scan.value(&self.text, 0, usize::MAX, &mut self.tape).is_ok();
    }
}
