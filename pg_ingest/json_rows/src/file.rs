//! One staged body to rows, rejects and drift.

mod children;
mod envelope;
mod limits;

use std::collections::HashSet;
use std::rc::Rc;

use crate::code::{Code, PROGRAM_LIMIT};
use crate::condition::Condition;
use crate::contract::Contract;
use crate::fault;
use crate::places::Places;
use crate::record::{Record, RecordReader, Unknown};
use crate::row::Database;
use crate::run::{Drift, FileReport, OddRecord, Reject, Run};
use crate::scan::{Candidate, DocumentError, Documents, Kind, Tape, ValueScan, lines};
use crate::staged::File;
use crate::text::shown;
use crate::walked::Walked;
use children::ChildReader;

/// Records between two calls of [`Database::pulse`].
const PULSE: i32 = 2048;

/// Why a file fails as a whole.
type Failure = (Code, String);

/// Reads files by one contract; keeps its memory from one to the next.
#[derive(Debug)]
pub struct FileReader {
    candidates: ValueScan,
    records: ValueScan,
    candidate: Tape,
    record: Tape,
    context: Tape,
    places: Places,
    reader: FamilyReader,
}

/// Reads records, and what stands inside them.
#[derive(Debug)]
struct FamilyReader {
    own: RecordReader,
    children: Vec<ChildReader>,
}

/// What a file under way has given so far.
struct Reading<'a, D> {
    contract: &'a Contract,
    file: File<'a>,
    context: Tape,
    database: &'a mut D,
    records: i32,
    rejects: Vec<Reject>,
    drift: Vec<Drift>,
    child_drift: Vec<(usize, Drift)>,
    /// What is in both by child (none of the record itself), path and type.
    seen: HashSet<(Option<usize>, String, &'static str)>,
    odd: Vec<OddRecord>,
    left_out: i64,
    /// Of the record under way, what the condition reads.
    facts: Vec<u8>,
    /// What is noted for contracts that read the file later.
    walked: Option<&'a mut Walked>,
}

impl FileReader {
    /// Makes a reader for `contract`, and for no other.
    pub fn new(contract: &Contract) -> FileReader {
        FileReader {
            candidates: ValueScan::default(),
            records: ValueScan::default(),
            candidate: Tape::default(),
            record: Tape::default(),
            context: Tape::default(),
            places: Places::new(&contract.places),
            reader: FamilyReader {
                own: RecordReader::new(contract),
                children: contract.family.iter().map(|child| ChildReader::new(&child.contract)).collect(),
            },
        }
    }

    /// Reads one body: rows go to `database`, the rest to `run`. False when the file fails as a whole: then the rows
    /// that the database was given already do not count. `walked`, of the same file, spares this contract what another has
    /// found out, and takes what this one does, where [`Contract::is_walked_for_others`].
    pub fn read(
        &mut self,
        contract: &Contract,
        file: File<'_>,
        walked: Option<&mut Walked>,
        database: &mut impl Database,
        run: &mut Run,
    ) -> bool {
        let mut reading = Reading {
            contract,
            file,
            context: std::mem::take(&mut self.context),
            database,
            records: 0,
            rejects: Vec::new(),
            drift: Vec::new(),
            child_drift: Vec::new(),
            seen: HashSet::new(),
            odd: Vec::new(),
            left_out: 0,
            facts: Vec::new(),
            walked: None,
        };
        // What is no JSON, of a caller by hand, holds nothing.
        if self.candidates.value(file.context, 0, usize::MAX, &mut reading.context).is_err() {
            reading.context.clear();
        }
        let result = match (walked, &contract.only_where) {
            (Some(walked), Some(condition)) if walked.serves(condition, file.body) => {
                self.walked(&mut reading, walked, condition)
            }
            (Some(walked), Some(condition)) => self.walk(&mut reading, walked, condition),
            _ => self.documents(&mut reading),
        };
        self.context = std::mem::take(&mut reading.context);
        self.candidate.release();
        self.record.release();
        self.context.release();
        self.places.release();
        self.reader.children.iter_mut().for_each(ChildReader::release);
        let failure = result.err();
        let loaded = failure.is_none();
        let records = if loaded { reading.records } else { 0 };
        run.files.push(FileReport { file_no: file.file_no, records, failure });
        if loaded {
            run.rejects.append(&mut reading.rejects);
            run.drift.append(&mut reading.drift);
            run.child_drift.append(&mut reading.child_drift);
            run.odd.append(&mut reading.odd);
            run.left_out.extend((reading.left_out > 0).then_some((file.file_no, reading.left_out)));
        }
        loaded
    }

    /// Reads all, and notes it for others.
    fn walk<'a, D: Database>(
        &mut self,
        reading: &mut Reading<'a, D>,
        walked: &'a mut Walked,
        condition: &Condition,
    ) -> Result<(), Failure> {
        walked.begin();
        reading.walked = Some(walked);
        let result = self.documents(reading);
        if let Some(walked) = reading.walked.take() {
            match result {
                Ok(()) => walked.end(condition, reading.file.body),
                Err(_) => walked.begin(),
            }
        }
        result
    }

    /// Reads what the condition may be true of, in a file that was walked through before, and was found whole.
    fn walked<D: Database>(
        &mut self,
        reading: &mut Reading<'_, D>,
        walked: &Walked,
        condition: &Condition,
    ) -> Result<(), Failure> {
        let body = reading.file.body;
        for (record, holds) in walked.judged(condition) {
            if !holds {
                reading.begin_record();
                reading.left_out += 1;
                continue;
            }
            if let Some(nodes) = walked.tape(record) {
                // It was found storable, and the condition true.
                self.candidate.copy(nodes);
                reading.begin_record();
                if !reading.is_left_out() {
                    reading.own_record(&mut self.reader, &self.places, &self.candidate);
                }
                continue;
            }
            let start = record.start();
            let findings = (self.candidates)
                .value(body, start, usize::MAX, &mut self.candidate)
                .map_err(|error| fault::of_document_in(error, body))?;
            reading.record(&mut self.reader, &self.places, &self.candidate, Candidate { start, findings });
        }
        Ok(())
    }

    fn documents<D: Database>(&mut self, reading: &mut Reading<'_, D>) -> Result<(), Failure> {
        let contract = reading.contract;
        let levels = contract.records_path.as_ref().map_or(usize::MAX, |path| path.levels);
        let body = reading.file.body;
        let mut documents = Documents::new(body).map_err(fault::of_document)?;
        if contract.lines {
            return self.lines(reading, documents.begins_at(), levels);
        }
        let mut number = 0;
        // A later error of grammar outranks what records_path finds in an earlier candidate.
        let mut first_failure = Ok(());
        while let Some(candidate) = documents
            .next(&mut self.candidates, levels, &mut self.candidate)
            .map_err(|error| fault::of_document_in(error, body))?
        {
            number += 1;
            match &contract.records_path {
                None => {
                    self.stand_in_document(reading, number);
                    reading.record(&mut self.reader, &self.places, &self.candidate, candidate);
                }
                Some(path) if first_failure.is_ok() => {
                    first_failure = self.envelope(reading, path, candidate, number);
                }
                Some(_) => {}
            }
        }
        first_failure
    }

    /// Reads each line by itself; one that is broken is a reject of its own.
    fn lines<D: Database>(
        &mut self,
        reading: &mut Reading<'_, D>,
        begins_at: usize,
        levels: usize,
    ) -> Result<(), Failure> {
        let (contract, body) = (reading.contract, reading.file.body);
        for (number, line) in (1..).zip(lines(body, begins_at)) {
            let candidate = match line.candidate(body, &mut self.candidates, levels, &mut self.candidate) {
                Ok(candidate) => candidate,
                Err(error) => {
                    reading.broken(body.get(line.start..line.end).unwrap_or_default(), error);
                    continue;
                }
            };
            match &contract.records_path {
                None => {
                    self.stand_in_document(reading, number);
                    reading.record(&mut self.reader, &self.places, &self.candidate, candidate);
                }
                Some(path) => self.envelope(reading, path, candidate, number)?,
            }
        }
        Ok(())
    }

    /// The place of a record that stands in no envelope: its own in the document, or the one that it is given as part of a file.
    fn stand_in_document<D: Database>(&mut self, reading: &Reading<'_, D>, number: i32) {
        let sources = &reading.contract.places;
        if !sources.is_empty() {
            let number = u32::try_from(number).unwrap_or(0);
            if !self.places.take_given(sources, &reading.context, reading.file.context, number) {
                self.places.stand_at(sources, number);
            }
        }
    }
}

impl<D: Database> Reading<'_, D> {
    /// A line that is no JSON.
    fn broken(&mut self, raw: &[u8], error: DocumentError) {
        self.records += 1;
        self.rejects.push(Reject {
            file_no: self.file.file_no,
            record_no: self.records,
            record: Rc::from(raw),
            column: None,
            code: Code::InvalidJson,
            message: fault::of_line(error),
        });
    }

    fn begin_record(&mut self) {
        self.records += 1;
        if self.records % PULSE == 0 {
            self.database.pulse();
        }
    }

    /// Whether whoever asked for the file leaves the record under way out.
    fn is_left_out(&self) -> bool {
        self.file.left_out.binary_search(&self.records).is_ok()
    }

    /// Whether the record under way is one of this contract's, where it has a condition.
    fn is_meant(&mut self, tape: &Tape, start: usize) -> bool {
        let Some(condition) = &self.contract.only_where else { return true };
        condition.read(tape, self.file.body, 0, &mut self.facts);
        if let Some(walked) = &mut self.walked {
            walked.note(start, Some((&self.facts, tape)));
        }
        // A record of which nothing can be said is told.
        condition.holds(&self.facts).unwrap_or(true)
    }

    /// Whether the record under way takes the row of its key away.
    fn deletes(&mut self, tape: &Tape) -> bool {
        let Some(deletes) = &self.contract.deletes else { return false };
        deletes.condition.read(tape, self.file.body, 0, &mut self.facts);
        deletes.condition.holds(&self.facts) == Some(true)
    }

    /// Reads one record: a row, or a reject of the record as a whole.
    fn record(&mut self, reader: &mut FamilyReader, places: &Places, tape: &Tape, candidate: Candidate) {
        self.begin_record();
        if self.is_left_out() {
            return;
        }
        let kind = tape.node(0).kind();
        if let Some((code, message)) = refusal(kind, self.file.body, candidate) {
            if let Some(walked) = &mut self.walked {
                walked.note(candidate.start, None);
            }
            let raw = self.file.body.get(candidate.start..candidate.findings.end).unwrap_or_default();
            self.rejects.push(Reject {
                file_no: self.file.file_no,
                record_no: self.records,
                record: Rc::from(raw),
                column: None,
                code,
                message,
            });
            return;
        }
        if !self.is_meant(tape, candidate.start) {
            self.left_out += 1;
            return;
        }
        self.own_record(reader, places, tape);
    }

    /// Reads a record that is an object, storable and one of this contract's.
    fn own_record(&mut self, reader: &mut FamilyReader, places: &Places, tape: &Tape) {
        if !self.contract.family.is_empty() {
            self.record_with_children(reader, places, tape);
            return;
        }
        let deletes = self.deletes(tape);
        let record = Record {
            file: self.file,
            context: &self.context,
            places,
            record_no: self.records,
            tape,
            root: 0,
            deletes,
        };
        let unknown = reader.own.read(self.contract, record, self.database, &mut self.rejects);
        if !self.contract.want_unknown {
            self.note_drift(None, unknown, tape);
        }
    }

    /// Notes members without a column; `child`: of which of the contract's children they are, none of the record itself.
    fn note_drift(&mut self, child: Option<usize>, unknown: Vec<Unknown>, tape: &Tape) {
        for unknown in unknown {
            let node = tape.node(unknown.value);
            let json_type = node.kind().name();
            let key = (child, unknown.path, json_type);
            if !self.seen.contains(&key) {
                let drift = Drift {
                    file_no: self.file.file_no,
                    path: key.1.clone(),
                    json_type,
                    sample: shown(node.raw(self.file.body)),
                };
                match child {
                    None => self.drift.push(drift),
                    Some(child) => self.child_drift.push((child, drift)),
                }
                self.seen.insert(key);
            }
        }
    }
}

/// Why a record, or a candidate that has to hold records, is refused as a whole (docs/semantics.md 2.2, 2.3).
fn refusal(kind: Kind, body: &[u8], candidate: Candidate) -> Option<Failure> {
    let findings = &candidate.findings;
    let code = if findings.too_deep {
        Code::TooDeep
    } else if kind != Kind::Object {
        Code::NotARecord
    } else if findings.unstorable_text {
        Code::UnsupportedUnicode
    } else if findings.unstorable_number {
        Code::OutOfRange
    } else {
        let limit = limits::beyond_jsonb(body, candidate)?;
        return Some((PROGRAM_LIMIT, limit.to_owned()));
    };
    let raw = body.get(candidate.start..candidate.findings.end).unwrap_or_default();
    Some((code, fault::of_record(code, kind, raw)))
}
