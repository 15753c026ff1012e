//! A record's values as they are handed to the database, and what is asked of it.

use crate::code::Code;
use crate::image::Offset;
use crate::places::Places;

/// A value on its way into a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// NULL.
    Null,
    /// A machine word: the value itself, or an address that the [`Database`] gave.
    Word(u64),
    /// Where the value begins in [`Row::images`].
    Image(Offset),
    /// What the database itself knows: a child's column that has something of the record around it ([`Database::child`]).
    Given,
}

/// One record, ready for the table.
#[derive(Debug)]
pub struct Row<'a> {
    /// The record's number in its file, from 1.
    pub record_no: i32,
    /// It takes the row of its key away, and has no more than that takes.
    pub deletes: bool,
    /// The record's bytes as they stood.
    pub raw: &'a [u8],
    /// What columns read around the record.
    pub places: &'a Places,
    /// Positions from 1 of the columns at fault, 0 for a fault of the record; empty when it is clean.
    pub faults: &'a [i16],
    /// Unknown members as jsonb; only where the contract wants them.
    pub rescued: Cell,
    /// The record as jsonb; only where the contract wants it.
    pub record: Cell,
    /// A value for each column.
    pub cells: &'a [Cell],
    /// For each column whether the record had no value for it.
    pub absent: &'a [bool],
    /// The memory that [`Cell::Image`] points into.
    pub images: &'a [u8],
}

/// What only the database can do.
pub trait Database {
    /// Asks a column's input function (or its element type's) about a text. The value lives until [`Database::row`].
    ///
    /// # Errors
    /// The code of an error of data. Other errors do not come back: the implementation raises them.
    fn input(&mut self, column: usize, of_element: bool, text: &[u8]) -> Result<Cell, Code>;
    /// Makes an array of a column's type, with so many elements in each dimension; of one dimension where no sizes are given.
    /// The value lives until [`Database::row`].
    ///
    /// # Errors
    /// As for [`Database::input`].
    fn array(
        &mut self,
        column: usize,
        elements: &[Cell],
        sizes: &[usize],
        images: &[u8],
    ) -> Result<Cell, Code>;
    /// Makes `json` of the jsonb value at `offset` in `images`. The value lives until [`Database::row`].
    ///
    /// # Errors
    /// As for [`Database::input`].
    fn json(&mut self, images: &[u8], offset: Offset) -> Result<Cell, Code>;
    /// The microseconds since 1970 of the time that `to_timestamp` reads in a text by a pattern.
    ///
    /// # Errors
    /// As for [`Database::input`].
    fn time(&mut self, text: &[u8], pattern: &str) -> Result<i64, Code>;
    /// The text of a geometry in the reference system `srid`, of its text in its own.
    ///
    /// # Errors
    /// As for [`Database::input`].
    fn transform(&mut self, geometry: &str, srid: i32) -> Result<String, Code>;
    /// Takes a finished row.
    fn row(&mut self, row: &Row<'_>);
    /// Where rows of the contract's child of that number go that stand inside the record whose row was taken last; `None`
    /// where that one is not plainly good.
    fn child(&mut self, _number: usize) -> Option<&mut Self>
    where
        Self: Sized,
    {
        None
    }
    /// A record begins that may have children.
    fn begin_record(&mut self) {}
    /// Forgets what was taken since [`Database::begin_record`], children's rows too.
    fn forget_record(&mut self) {}
    /// Called every few thousand records, so that a long file can be interrupted.
    fn pulse(&mut self);
}
