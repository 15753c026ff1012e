//! What stands inside a record, read by contracts of its own while the record's tape is there.
//!
//! All of it has to be plainly good. Where something is not, nothing of the record is kept, and whoever asked reads it by other ways,
//! which say what it is.

use super::{FamilyReader, Reading};
use crate::contract::Contract;
use crate::path::follow;
use crate::places::Places;
use crate::record::{Record, RecordReader, Unknown};
use crate::records_path::{Each, Way, last_members, member_name};
use crate::row::Database;
use crate::run::{OddRecord, Reject};
use crate::scan::{Index, Kind, Tape};
use crate::staged::File;

/// Reads the children of one contract; keeps its memory from one record to the next.
#[derive(Debug)]
pub(super) struct ChildReader {
    reader: RecordReader,
    places: Places,
}

impl ChildReader {
    /// Makes a reader for a contract of the family, and for no other.
    pub(super) fn new(contract: &Contract) -> ChildReader {
        ChildReader { reader: RecordReader::new(contract), places: Places::new(&contract.places) }
    }

    /// Gives back the memory that huge values took.
    pub(super) fn release(&mut self) {
        self.places.release();
    }
}

/// The way through one record.
struct Walk<'a, D> {
    contract: &'a Contract,
    reader: &'a mut ChildReader,
    database: &'a mut D,
    file: File<'a>,
    context: &'a Tape,
    tape: &'a Tape,
    children: i32,
    unknown: Vec<Unknown>,
    rejects: Vec<Reject>,
}

impl<D: Database> Reading<'_, D> {
    /// Reads a record and what stands inside it: all of it, or the record is odd.
    pub(super) fn record_with_children(&mut self, reader: &mut FamilyReader, places: &Places, tape: &Tape) {
        let record_no = self.records;
        let record = Record {
            file: self.file,
            context: &self.context,
            places,
            record_no,
            tape,
            root: 0,
            deletes: false,
        };
        self.database.begin_record();
        let mut faults = Vec::new();
        let unknown = reader.own.read(self.contract, record, self.database, &mut faults);
        let inside = if faults.is_empty() { self.children(&mut reader.children, tape) } else { None };
        let Some(inside) = inside else {
            self.database.forget_record();
            self.odd.push(OddRecord {
                file_no: self.file.file_no,
                record_no,
                record: tape.node(0).raw(self.file.body).into(),
                place: places.json(),
            });
            return;
        };
        if !self.contract.want_unknown {
            self.note_drift(None, unknown, tape);
        }
        for (number, unknown) in (0..).zip(inside) {
            self.note_drift(Some(number), unknown, tape);
        }
    }

    /// Reads what stands inside the record whose row was given last. The unknown members of each child; `None` where something is odd.
    fn children(&mut self, readers: &mut [ChildReader], tape: &Tape) -> Option<Vec<Vec<Unknown>>> {
        let mut inside = Vec::new();
        for (number, (child, reader)) in self.contract.family.iter().zip(readers).enumerate() {
            let database = self.database.child(number)?;
            reader.places.begin(&child.contract.places, self.file.body, tape);
            let mut walk = Walk {
                contract: &child.contract,
                reader,
                database,
                file: self.file,
                context: &self.context,
                tape,
                children: 0,
                unknown: Vec::new(),
                rejects: Vec::new(),
            };
            let ways = child.contract.records_path.as_ref().map_or(&[][..], |path| &path.ways);
            if !walk.follow(Some(0), ways, 0) || !walk.rejects.is_empty() {
                return None;
            }
            inside.push(walk.unknown);
        }
        Some(inside)
    }
}

impl<D: Database> Walk<'_, D> {
    /// Goes on from `found`, which is none where the path leads to nothing, after so many steps. False where something is odd.
    /// Each call goes at least one level deeper in the record, whose depth is bounded.
    fn follow(&mut self, mut found: Option<Index>, mut ways: &[Way], mut steps: usize) -> bool {
        let (body, sources) = (self.file.body, &self.contract.places);
        let position = self.reader.places.position();
        self.reader.places.enclose(sources, steps, body, self.tape, found);
        while let Some((Way::Step(step), rest)) = ways.split_first() {
            if let crate::path::Step::Position(position) = step {
                self.reader.places.stand_at(sources, position + 1);
            }
            found = found.and_then(|index| follow(self.tape, body, index, std::slice::from_ref(step)));
            steps += 1;
            self.reader.places.enclose(sources, steps, body, self.tape, found);
            ways = rest;
        }
        let each = ways.split_first().and_then(|(way, rest)| match way {
            Way::Each { each } => Some((*each, rest)),
            Way::Step(_) => None,
        });
        let kind = found.map_or(Kind::Null, |index| self.tape.node(index).kind());
        let index = found.unwrap_or(0);
        let is_good = match (kind, each) {
            (Kind::Null, _) => self.contract.skip_missing,
            (Kind::Array, None) => self.through_array(index, &[], steps),
            (Kind::Array, Some((Each::Element, rest))) => self.through_array(index, rest, steps + 1),
            (Kind::Object, Some((Each::Member, rest))) => self.through_map(index, rest, steps + 1),
            (Kind::Object, None) => self.child(index),
            _ => false,
        };
        self.reader.places.stand_at(sources, position);
        is_good
    }

    fn through_array(&mut self, array: Index, rest: &[Way], steps: usize) -> bool {
        let tape = self.tape;
        (1..).zip(tape.elements(array)).all(|(position, element)| {
            self.reader.places.stand_at(&self.contract.places, position);
            self.one(element, rest, steps)
        })
    }

    fn through_map(&mut self, map: Index, rest: &[Way], steps: usize) -> bool {
        let (tape, body) = (self.tape, self.file.body);
        last_members(tape, body, map).into_iter().all(|(name, value)| {
            self.reader.places.stand_under(&self.contract.places, || member_name(tape, body, name));
            self.one(value, rest, steps)
        })
    }

    fn one(&mut self, index: Index, rest: &[Way], steps: usize) -> bool {
        if rest.is_empty() { self.child(index) } else { self.follow(Some(index), rest, steps) }
    }

    fn child(&mut self, root: Index) -> bool {
        if self.tape.node(root).kind() != Kind::Object {
            return false;
        }
        self.children += 1;
        let record = Record {
            file: self.file,
            context: self.context,
            places: &self.reader.places,
            record_no: self.children,
            tape: self.tape,
            root,
            deletes: false,
        };
        let unknown = self.reader.reader.read(self.contract, record, self.database, &mut self.rejects);
        self.unknown.extend(unknown);
        self.rejects.is_empty()
    }
}
