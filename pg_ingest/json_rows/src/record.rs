//! One record to one row: its columns, its faults, its unknown members (docs/semantics.md section 2).

mod faults;
mod locate;
mod namesake;
mod nested;
mod unknown;

use std::borrow::Cow;

use crate::code::{Code, PROGRAM_LIMIT};
use crate::coerce::{Coerced, Rule, Value, Workspace, json_image, text_length};
use crate::contract::{Column, Contract, OnUnknown, Origin};
use crate::convert::{Conversion, Converted};
use crate::fault;
use crate::image::Images;
use crate::path::follow;
use crate::places::Places;
use crate::row::{Cell, Database, Row};
use crate::run::Reject;
use crate::scan::{Index, Kind, Tape};
use crate::staged::File;
use faults::Faults;
use locate::{ABSENT, Locator};
use unknown::Rescue;
pub(crate) use unknown::Unknown;

/// A record that is being read.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) file: File<'a>,
    /// Of the file's context.
    pub(crate) context: &'a Tape,
    /// What stands around it.
    pub(crate) places: &'a Places,
    pub(crate) record_no: i32,
    pub(crate) tape: &'a Tape,
    pub(crate) root: Index,
    /// It takes the row of its key away: no more of it is read than that takes.
    pub(crate) deletes: bool,
}

impl<'a> Record<'a> {
    fn value(self, index: Index) -> Value<'a> {
        Value { body: self.file.body, tape: self.tape, index }
    }

    /// What a column reads of the file's context.
    fn of_file(self, column: &Column) -> Value<'a> {
        let body = self.file.context;
        let index = follow(self.context, body, 0, &column.path).unwrap_or(ABSENT);
        Value { body, tape: self.context, index }
    }
}

/// Reads records by one contract; keeps its memory from one to the next.
#[derive(Debug)]
pub(crate) struct RecordReader {
    locator: Locator,
    workspace: Workspace,
    converted: Converted,
    images: Images,
    cells: Vec<Cell>,
    elements: Vec<Cell>,
    absent: Vec<bool>,
    faults: Vec<i16>,
    /// The element for which an array was refused last.
    refused: Option<Index>,
    rescue: Rescue,
}

impl RecordReader {
    pub(crate) fn new(contract: &Contract) -> RecordReader {
        RecordReader {
            locator: Locator::new(&contract.paths),
            workspace: Workspace::default(),
            converted: Converted::default(),
            images: Images::default(),
            cells: Vec::new(),
            elements: Vec::new(),
            absent: Vec::new(),
            faults: Vec::new(),
            refused: None,
            rescue: Rescue::default(),
        }
    }

    /// Reads a record that is an object and storable, and hands its row to the database. Gives its unknown members.
    pub(crate) fn read(
        &mut self,
        contract: &Contract,
        record: Record<'_>,
        database: &mut impl Database,
        rejects: &mut Vec<Reject>,
    ) -> Vec<Unknown> {
        self.images.clear();
        self.cells.clear();
        self.absent.clear();
        self.faults.clear();
        self.locator.locate(&contract.paths, record.file.body, record.tape, record.root);
        let mut faults = Faults { record, shared: None, rejects };
        for (position, (column, rule)) in contract.columns.iter().zip(&contract.rules).enumerate() {
            if matches!(contract.given.get(position), Some(Some(_))) {
                self.absent.push(false);
                self.cells.push(Cell::Given);
                continue;
            }
            if record.deletes && !contract.is_needed_of_deletes(position) {
                self.absent.push(false);
                self.cells.push(Cell::Null);
                continue;
            }
            let value = match column.origin {
                Origin::Record => {
                    let index = self.locator.value(contract.paths.columns.get(position).copied());
                    record.value(index)
                }
                Origin::Place => {
                    let place = contract.place_of.get(position).copied().flatten();
                    let value = place.and_then(|place| record.places.value(place, ABSENT));
                    value.unwrap_or_else(|| record.of_file(column))
                }
                Origin::File => record.of_file(column),
            };
            self.absent.push(value.index == ABSENT);
            if column.matched.is_some() && faults.ambiguous(contract, position, column, &mut self.locator) {
                self.mark(position);
                self.cells.push(Cell::Null);
                continue;
            }
            let conversion = contract.conversions.get(position).and_then(Option::as_ref);
            let cell = if value.index != ABSENT && (conversion.is_some() || !column.null_strings.is_empty()) {
                self.made_over(column, rule, position, conversion, value, database, &mut faults)
            } else {
                self.column(column, rule, position, value, value, database, &mut faults)
            };
            self.cells.push(cell);
        }
        let unknown = if contract.only_columns || record.deletes {
            Vec::new()
        } else {
            self.unknown(contract, record, &mut faults)
        };
        let whole = record.value(record.root);
        let only = contract.record_members.as_deref();
        let whole = if contract.want_record { self.whole(whole, only, &mut faults) } else { Cell::Null };
        let rescued = if contract.want_rescued && !unknown.is_empty() {
            match self.rescue.image(
                &contract.paths,
                &unknown,
                record.file.body,
                record.tape,
                &mut self.workspace.jsonb,
                &mut self.images,
            ) {
                Some(offset) => Cell::Image(offset),
                None => self.limit(&mut faults),
            }
        } else {
            Cell::Null
        };
        database.row(&Row {
            record_no: record.record_no,
            deletes: record.deletes,
            raw: record.tape.node(record.root).raw(record.file.body),
            places: record.places,
            faults: &self.faults,
            rescued,
            record: whole,
            cells: &self.cells,
            absent: &self.absent,
            images: self.images.bytes(),
        });
        unknown
    }

    /// The cell of a column whose value is made into another one before it is coerced.
    #[expect(clippy::too_many_arguments, reason = "as column(), with the conversion")]
    fn made_over(
        &mut self,
        column: &Column,
        rule: &Rule,
        position: usize,
        conversion: Option<&Conversion>,
        came: Value<'_>,
        database: &mut impl Database,
        faults: &mut Faults<'_>,
    ) -> Cell {
        let mut converted = std::mem::take(&mut self.converted);
        let made = if came.is_one_of(&column.null_strings) || came.kind() == Kind::Null {
            converted.make_null();
            Ok(converted.value())
        } else {
            match conversion {
                None => Ok(came),
                Some(conversion) => converted.make(conversion, came, database).map(|()| converted.value()),
            }
        };
        let cell = match made {
            Ok(value) => self.column(column, rule, position, came, value, database, faults),
            Err(code) => {
                let message = fault::of_value(code, column, came.kind(), came.raw(), || 0);
                faults.add(Some(column), code, message);
                self.mark(position);
                Cell::Null
            }
        };
        self.converted = converted;
        cell
    }

    /// The cell of a column. `came` is what stood there, and `value` what is coerced.
    #[inline]
    #[expect(clippy::too_many_arguments, reason = "what it takes to make a cell or say why not")]
    fn column(
        &mut self,
        column: &Column,
        rule: &Rule,
        position: usize,
        came: Value<'_>,
        value: Value<'_>,
        database: &mut impl Database,
        faults: &mut Faults<'_>,
    ) -> Cell {
        let missing = match (value.index == ABSENT, value.kind()) {
            (true, _) if column.required && !column.has_default => {
                match namesake::path(faults.record, column) {
                    Some(path) => {
                        Cow::Owned(format!("absent, but the record has {path}{}", fault::remedy(column)))
                    }
                    None => Cow::Borrowed("absent"),
                }
            }
            (false, Kind::Null) if column.required => Cow::Borrowed("null"),
            (true, _) | (false, Kind::Null) => return Cell::Null,
            _ => match self.coerce(rule, position, value, database) {
                Ok(cell) => return cell,
                Err(code) => {
                    let message = fault::of_value(code, column, came.kind(), came.raw(), || {
                        match (self.refused, rule) {
                            (Some(index), Rule::Array(element)) => {
                                text_length(element, Value { index, ..value })
                            }
                            _ => text_length(rule, value),
                        }
                    });
                    faults.add(Some(column), code, message);
                    self.mark(position);
                    return Cell::Null;
                }
            },
        };
        faults.add(Some(column), Code::MissingRequired, fault::of_missing(column, &missing));
        self.mark(position);
        Cell::Null
    }

    /// Marks the column at `position` (from 0) as at fault.
    fn mark(&mut self, position: usize) {
        self.faults.push(i16::try_from(position + 1).unwrap_or(i16::MAX));
    }

    #[inline]
    fn coerce(
        &mut self,
        rule: &Rule,
        position: usize,
        value: Value<'_>,
        database: &mut impl Database,
    ) -> Result<Cell, Code> {
        self.refused = None;
        match rule {
            Rule::Array(element) if value.kind() == Kind::Array => {
                self.array(element, position, value, database)
            }
            _ => {
                let coerced = rule.coerce(value, &mut self.workspace, &mut self.images);
                self.settle(coerced, position, false, database)
            }
        }
    }

    /// A JSON array into an array: each element as a column of the element type would take it.
    fn array(
        &mut self,
        rule: &Rule,
        position: usize,
        value: Value<'_>,
        database: &mut impl Database,
    ) -> Result<Cell, Code> {
        self.elements.clear();
        let first = value.tape.elements(value.index).next();
        let is_nested = !matches!(rule, Rule::Json | Rule::Jsonb)
            && first.is_some_and(|first| value.tape.node(first).kind() == Kind::Array);
        let mut sizes = Vec::new();
        if is_nested {
            let inside;
            (inside, sizes) = nested::members(value)?;
            for index in inside {
                self.element(rule, position, Value { index, ..value }, database)?;
            }
        } else {
            for index in value.tape.elements(value.index) {
                self.element(rule, position, Value { index, ..value }, database)?;
            }
        }
        database.array(position, &self.elements, &sizes, self.images.bytes())
    }

    /// Adds an array's element to those that were made.
    #[inline]
    fn element(
        &mut self,
        rule: &Rule,
        position: usize,
        element: Value<'_>,
        database: &mut impl Database,
    ) -> Result<(), Code> {
        let cell = match element.kind() {
            Kind::Null => Cell::Null,
            _ => {
                let coerced = rule.coerce(element, &mut self.workspace, &mut self.images);
                self.settle(coerced, position, true, database)
                    .inspect_err(|_| self.refused = Some(element.index))?
            }
        };
        self.elements.push(cell);
        if self.images.bytes().len() > MAX_VALUES { Err(PROGRAM_LIMIT) } else { Ok(()) }
    }

    /// Asks the database where the pure code could not decide.
    #[inline]
    fn settle(
        &mut self,
        coerced: Coerced,
        position: usize,
        of_element: bool,
        database: &mut impl Database,
    ) -> Result<Cell, Code> {
        match coerced {
            Coerced::Word(word) => Ok(Cell::Word(word)),
            Coerced::Image(offset) => Ok(Cell::Image(offset)),
            Coerced::JsonText(offset) => database.json(self.images.bytes(), offset),
            Coerced::Ask => database.input(position, of_element, &self.workspace.asked),
            Coerced::Fault(code) => Err(code),
        }
    }

    /// Sorts out the unknown members; each is a fault of the record where the contract says so.
    fn unknown(&mut self, contract: &Contract, record: Record<'_>, faults: &mut Faults<'_>) -> Vec<Unknown> {
        let unknown = self.locator.unknown(&contract.paths, record.file.body, record.tape);
        if contract.on_unknown == OnUnknown::Reject && !unknown.is_empty() {
            for member in &unknown {
                let node = record.tape.node(member.value);
                let message = fault::of_unknown(&member.path, node.kind(), node.raw(record.file.body));
                faults.add(None, Code::UnknownMember, message);
            }
            self.faults.push(0);
        }
        unknown
    }

    fn whole(&mut self, record: Value<'_>, only: Option<&[String]>, faults: &mut Faults<'_>) -> Cell {
        match json_image(record, only, &mut self.workspace, &mut self.images) {
            Some(offset) => Cell::Image(offset),
            None => self.limit(faults),
        }
    }

    /// The record as a whole is beyond what jsonb can hold.
    fn limit(&mut self, faults: &mut Faults<'_>) -> Cell {
        faults.add(
            None,
            PROGRAM_LIMIT,
            "the record is beyond jsonb's limits; expected less than 256 MB in each string and container"
                .to_owned(),
        );
        if self.faults.last() != Some(&0) {
            self.faults.push(0);
        }
        Cell::Null
    }
}

/// Bytes that a record's values may take while an array is made: no value of PostgreSQL's holds more (`MaxAllocSize`). A
/// number of eight bytes can become a text of 128 kB.
const MAX_VALUES: usize = 0x3FFF_FFFF;
