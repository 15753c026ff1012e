//! One staged body to rows, rejects and drift.

use std::collections::HashSet;
use std::rc::Rc;

use crate::code::Code;
use crate::contract::Contract;
use crate::fault;
use crate::path::{Step, follow};
use crate::record::{Database, Record, RecordReader};
use crate::run::{Drift, FileReport, Reject, Run};
use crate::scan::{Candidate, DocumentError, Documents, Findings, Kind, Tape, ValueScan, lines};
use crate::staged::File;
use crate::text::shown;

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
    reader: RecordReader,
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
    seen: HashSet<(String, &'static str)>,
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
            reader: RecordReader::new(contract),
        }
    }

    /// Reads one body: rows go to `database`, the rest to `run`. False when the file fails as a whole: then the rows
    /// that the database was given already do not count.
    pub fn read(
        &mut self,
        contract: &Contract,
        file: File<'_>,
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
            seen: HashSet::new(),
        };
        // What is no JSON, of a caller by hand, holds nothing.
        if self.candidates.value(file.context, 0, usize::MAX, &mut reading.context).is_err() {
            reading.context.clear();
        }
        let result = self.documents(&mut reading);
        self.context = std::mem::take(&mut reading.context);
        self.candidate.release();
        self.record.release();
        self.context.release();
        let failure = result.err();
        let loaded = failure.is_none();
        let records = if loaded { reading.records } else { 0 };
        run.files.push(FileReport { file_no: file.file_no, records, failure });
        if loaded {
            run.rejects.append(&mut reading.rejects);
            run.drift.append(&mut reading.drift);
        }
        loaded
    }

    fn documents<D: Database>(&mut self, reading: &mut Reading<'_, D>) -> Result<(), Failure> {
        let contract = reading.contract;
        let levels = contract.records_path.as_ref().map_or(usize::MAX, |steps| steps.len() + 1);
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
                None => reading.record(&mut self.reader, &self.candidate, candidate),
                Some(steps) if first_failure.is_ok() => {
                    first_failure = self.envelope(reading, steps, candidate, number);
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
                None => reading.record(&mut self.reader, &self.candidate, candidate),
                Some(steps) => self.envelope(reading, steps, candidate, number)?,
            }
        }
        Ok(())
    }

    /// Follows `records_path` in one candidate and reads what it finds there.
    fn envelope<D: Database>(
        &mut self,
        reading: &mut Reading<'_, D>,
        steps: &[Step],
        candidate: Candidate,
        number: i32,
    ) -> Result<(), Failure> {
        let body = reading.file.body;
        let root = self.candidate.node(0);
        if let Some(code) = refusal(root.kind(), &candidate.findings) {
            let raw = body.get(candidate.start..candidate.findings.end).unwrap_or_default();
            return Err((code, format!("candidate {number}: {}", fault::of_record(code, root.kind(), raw))));
        }
        let path = &reading.contract.records_path_text;
        let found = follow(&self.candidate, body, 0, steps);
        let node = found.map(|index| self.candidate.node(index));
        match node.map(|node| (node, node.kind())) {
            None | Some((_, Kind::Null)) if reading.contract.skip_missing => Ok(()),
            None => Err((Code::MissingRequired, fault::of_records_path(path, "absent", number))),
            Some((_, Kind::Null)) => {
                Err((Code::MissingRequired, fault::of_records_path(path, "null", number)))
            }
            Some((node, Kind::Object)) => self.enclosed(reading, node.start()).map(|_| ()),
            Some((node, Kind::Array)) => self.elements(reading, node.start()),
            Some((node, kind)) => {
                let came = format!("came {}", fault::came(kind, node.raw(body)));
                Err((Code::TypeMismatch, fault::of_records_path(path, &came, number)))
            }
        }
    }

    /// Reads each element of the array at `start` as a record. The array was validated with its candidate.
    fn elements<D: Database>(&mut self, reading: &mut Reading<'_, D>, start: usize) -> Result<(), Failure> {
        let body = reading.file.body;
        let mut at = crate::scan::skip_white_space(body, start + 1);
        while body.get(at).is_some_and(|byte| *byte != b']') {
            at = self.enclosed(reading, at)?;
            at = crate::scan::skip_white_space(body, at);
            if body.get(at) == Some(&b',') {
                at = crate::scan::skip_white_space(body, at + 1);
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
        reading.record(&mut self.reader, &self.record, Candidate { start, findings });
        Ok(findings.end)
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

    /// Reads one record: a row, or a reject of the record as a whole.
    fn record(&mut self, reader: &mut RecordReader, tape: &Tape, candidate: Candidate) {
        self.records += 1;
        if self.records % PULSE == 0 {
            self.database.pulse();
        }
        let kind = tape.node(0).kind();
        if let Some(code) = refusal(kind, &candidate.findings) {
            let raw = self.file.body.get(candidate.start..candidate.findings.end).unwrap_or_default();
            self.rejects.push(Reject {
                file_no: self.file.file_no,
                record_no: self.records,
                record: Rc::from(raw),
                column: None,
                code,
                message: fault::of_record(code, kind, raw),
            });
            return;
        }
        let record =
            Record { file: self.file, context: &self.context, record_no: self.records, tape, root: 0 };
        let unknown = reader.read(self.contract, record, self.database, &mut self.rejects);
        for unknown in unknown.into_iter().filter(|_| !self.contract.want_unknown) {
            let node = tape.node(unknown.value);
            let json_type = node.kind().name();
            let key = (unknown.path, json_type);
            if !self.seen.contains(&key) {
                let path = key.0.clone();
                self.drift.push(Drift {
                    file_no: self.file.file_no,
                    path,
                    json_type,
                    sample: shown(node.raw(self.file.body)),
                });
                self.seen.insert(key);
            }
        }
    }
}

/// Why a record, or a candidate that has to hold records, is refused as a whole (docs/semantics.md 2.2, 2.3).
fn refusal(kind: Kind, findings: &Findings) -> Option<Code> {
    if findings.too_deep {
        Some(Code::TooDeep)
    } else if kind != Kind::Object {
        Some(Code::NotARecord)
    } else if findings.unstorable_text {
        Some(Code::UnsupportedUnicode)
    } else if findings.unstorable_number {
        Some(Code::OutOfRange)
    } else {
        None
    }
}
