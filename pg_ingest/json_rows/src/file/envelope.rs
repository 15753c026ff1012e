//! From an envelope to its records: `records_path` followed in one candidate.

use super::{Failure, FileReader, Reading, refusal};
use crate::code::Code;
use crate::fault;
use crate::path::{Step, follow};
use crate::records_path::{Each, RecordsPath, Spot, Way, last_members, member_name, trail_text};
use crate::row::Database;
use crate::scan::{Candidate, DocumentError, Findings, Index, Kind, Tape, skip_white_space};

/// The way through one candidate.
struct Walk<'a> {
    path: &'a RecordsPath,
    tape: &'a Tape,
    /// The candidate's number.
    number: i32,
    trail: Vec<Spot<'a>>,
}

/// What a path wants where it goes through something, or ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meant {
    Array,
    Object,
    Either,
}

impl FileReader {
    /// Follows `records_path` in one candidate and reads what it finds there.
    pub(super) fn envelope<D: Database>(
        &mut self,
        reading: &mut Reading<'_, D>,
        path: &RecordsPath,
        candidate: Candidate,
        number: i32,
    ) -> Result<(), Failure> {
        let body = reading.file.body;
        let root = self.candidate.node(0);
        if let Some((code, message)) = refusal(root.kind(), body, candidate) {
            return Err((code, format!("candidate {number}: {message}")));
        }
        let tape = std::mem::take(&mut self.candidate);
        self.places.begin(&reading.contract.places, body, &tape);
        let mut walk = Walk { path, tape: &tape, number, trail: Vec::new() };
        let result = self.follow(reading, &mut walk, Some(0), &path.ways);
        self.candidate = tape;
        result
    }

    /// Goes on from `found`, which is none where the path leads to nothing. Each call goes at least one level deeper in the
    /// candidate, whose depth is bounded.
    fn follow<'a, D: Database>(
        &mut self,
        reading: &mut Reading<'_, D>,
        walk: &mut Walk<'a>,
        mut found: Option<Index>,
        mut ways: &'a [Way],
    ) -> Result<(), Failure> {
        let (body, contract) = (reading.file.body, reading.contract);
        let sources = &contract.places;
        let (begun, position) = (walk.trail.len(), self.places.position());
        self.places.enclose(sources, begun, body, walk.tape, found);
        while let Some((Way::Step(step), rest)) = ways.split_first() {
            if let Step::Position(position) = step {
                self.places.stand_at(sources, position + 1);
            }
            found = found.and_then(|index| follow(walk.tape, body, index, std::slice::from_ref(step)));
            walk.trail.push(Spot::Step(step));
            self.places.enclose(sources, walk.trail.len(), body, walk.tape, found);
            ways = rest;
        }
        match ways.split_first() {
            Some((Way::Each { each: Each::Element }, rest)) => {
                if let Some(array) = Self::met(reading, walk, found, Meant::Array)? {
                    self.through_array(reading, walk, array, rest)?;
                }
            }
            Some((Way::Each { each: Each::Member }, rest)) => {
                if let Some(map) = Self::met(reading, walk, found, Meant::Object)? {
                    self.through_map(reading, walk, map, rest)?;
                }
            }
            _ => match Self::met(reading, walk, found, Meant::Either)? {
                Some(index) if walk.tape.node(index).kind() == Kind::Array => {
                    self.elements(reading, walk.tape.node(index).start())?;
                }
                Some(index) => {
                    self.enclosed(reading, walk.tape.node(index).start())?;
                }
                None => {}
            },
        }
        walk.trail.truncate(begun);
        self.places.stand_at(sources, position);
        Ok(())
    }

    /// The value to go through; none where what is missing there is no record.
    fn met<D: Database>(
        reading: &Reading<'_, D>,
        walk: &Walk<'_>,
        found: Option<Index>,
        meant: Meant,
    ) -> Result<Option<Index>, Failure> {
        let body = reading.file.body;
        let node = found.map(|index| walk.tape.node(index));
        let kind = node.map(|node| node.kind());
        let fits = match kind {
            Some(Kind::Array) => meant != Meant::Object,
            Some(Kind::Object) => meant != Meant::Array,
            _ => false,
        };
        if fits {
            return Ok(found);
        }
        let is_missing = kind.is_none_or(|kind| kind == Kind::Null);
        if is_missing && reading.contract.skip_missing {
            return Ok(None);
        }
        let state = match node {
            None => "absent".to_owned(),
            Some(node) if node.kind() == Kind::Null => "null".to_owned(),
            Some(node) => format!("came {}", fault::came(node.kind(), node.raw(body))),
        };
        let at = walk.path.is_through.then(|| trail_text(&walk.trail, walk.tape, body));
        let expected = match meant {
            Meant::Object => "an object",
            Meant::Either if walk.path.is_through => "an array or an object",
            Meant::Array | Meant::Either => "an array",
        };
        let code = if is_missing { Code::MissingRequired } else { Code::TypeMismatch };
        Err((code, fault::of_records_path(&walk.path.text, &state, at.as_deref(), walk.number, expected)))
    }

    fn through_array<'a, D: Database>(
        &mut self,
        reading: &mut Reading<'_, D>,
        walk: &mut Walk<'a>,
        array: Index,
        rest: &'a [Way],
    ) -> Result<(), Failure> {
        if rest.is_empty() {
            return self.elements(reading, walk.tape.node(array).start());
        }
        let tape = walk.tape;
        for (position, element) in (0..).zip(tape.elements(array)) {
            self.places.stand_at(&reading.contract.places, position + 1);
            walk.trail.push(Spot::Element(position));
            self.follow(reading, walk, Some(element), rest)?;
            walk.trail.pop();
        }
        Ok(())
    }

    fn through_map<'a, D: Database>(
        &mut self,
        reading: &mut Reading<'_, D>,
        walk: &mut Walk<'a>,
        map: Index,
        rest: &'a [Way],
    ) -> Result<(), Failure> {
        let body = reading.file.body;
        for (name, value) in last_members(walk.tape, body, map) {
            self.places.stand_under(&reading.contract.places, || member_name(walk.tape, body, name));
            if rest.is_empty() {
                self.enclosed(reading, walk.tape.node(value).start())?;
                continue;
            }
            walk.trail.push(Spot::Member(name));
            self.follow(reading, walk, Some(value), rest)?;
            walk.trail.pop();
        }
        Ok(())
    }

    /// Reads each element of the array at `start` as a record. The array was validated with its candidate.
    fn elements<D: Database>(&mut self, reading: &mut Reading<'_, D>, start: usize) -> Result<(), Failure> {
        let body = reading.file.body;
        let mut at = skip_white_space(body, start + 1);
        let mut position = 0;
        while body.get(at).is_some_and(|byte| *byte != b']') {
            position += 1;
            self.places.stand_at(&reading.contract.places, position);
            at = self.enclosed(reading, at)?;
            at = skip_white_space(body, at);
            if body.get(at) == Some(&b',') {
                at = skip_white_space(body, at + 1);
            }
        }
        Ok(())
    }

    /// Reads one record inside a candidate; gives the offset after it.
    fn enclosed<D: Database>(
        &mut self,
        reading: &mut Reading<'_, D>,
        start: usize,
    ) -> Result<usize, Failure> {
        let scanned: Result<Findings, DocumentError> =
            self.records.value(reading.file.body, start, usize::MAX, &mut self.record);
        let findings = scanned.map_err(fault::of_document)?;
        reading.record(&mut self.reader, &self.places, &self.record, Candidate { start, findings });
        Ok(findings.end)
    }
}
