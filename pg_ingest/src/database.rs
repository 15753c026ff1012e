//! PostgreSQL as the pure code sees it: it answers for the types and hands the rows on.

use std::cell::RefCell;
use std::ffi::CStr;
use std::ptr;
use std::rc::Rc;

use json_rows::{Cell, Code, Contract, Database, PROGRAM_LIMIT, Row, TypeDescription};
use pgrx::datum::DatumWithOid;
use pgrx::{IntoDatum, Spi, pg_sys};

use crate::call::Call;
use crate::input_function::{ElementLayout, InputFunction, element_type};
use crate::memory::OwnedMemory;
use crate::questions::Questions;

/// The function `array_out` (PostgreSQL's pg_proc.dat).
const ARRAY_OUT: u32 = 751;
/// The function `to_timestamp(text, text)`.
const TO_TIMESTAMP: u32 = 1778;
/// Microseconds from 1970 to 2000, from which PostgreSQL counts.
const FROM_1970: i64 = 946_684_800_000_000;

/// Where finished rows go.
pub(crate) trait RowSink {
    /// Takes a row. The current memory context is emptied behind it, and its values live until then.
    fn take(&mut self, row: &Row<'_>);
    /// Gives a child's rows what they have of the row that was taken last; false where that one is not plainly good.
    fn stand_around(&self, _child: &mut Self) -> bool
    where
        Self: Sized,
    {
        false
    }
    /// A record begins that may have children.
    fn begin_record(&mut self) {}
    /// Forgets the rows that were taken since.
    fn forget_record(&mut self) {}
}

/// One call that reads: where its rows go and what only PostgreSQL knows about the columns.
pub(crate) struct Backend<'call, S> {
    contract: &'call Contract,
    pub(crate) sink: S,
    /// Shared with the children: a subtransaction that one of them opened would be the innermost for all.
    questions: Rc<RefCell<Questions<'call>>>,
    /// One for each child of the contract.
    children: Vec<Backend<'call, S>>,
    /// Two a column: its own type's, its elements' type's.
    inputs: Vec<[Option<InputFunction<'call>>; 2]>,
    /// Of array columns: how elements lie in the array, and their type by the array's, which may be a domain.
    elements: Vec<Option<(ElementLayout, pg_sys::Oid)>>,
    text: Vec<u8>,
    call: Call<'call>,
    /// Emptied behind each row.
    row_memory: OwnedMemory<'call>,
}

impl<'call, S: RowSink> Backend<'call, S> {
    /// Begins to read; rows go to `sink`.
    pub(crate) fn new(call: Call<'call>, contract: &'call Contract, sink: S) -> Backend<'call, S> {
        let columns = contract.columns.len();
        Backend {
            contract,
            sink,
            questions: Rc::new(RefCell::new(Questions::new(call))),
            children: Vec::new(),
            inputs: (0..columns).map(|_| [None, None]).collect(),
            elements: vec![None; columns],
            text: Vec::new(),
            call,
            row_memory: OwnedMemory::under(call.memory(), c"pg_ingest row"),
        }
    }

    /// Rows that stand inside a record go to these, one for each child of the contract.
    pub(crate) fn with_children(mut self, sinks: Vec<S>) -> Backend<'call, S> {
        let children = self.contract.family.iter().zip(sinks);
        self.children = children
            .map(|(child, sink)| {
                let backend = Backend::new(self.call, &child.contract, sink);
                Backend { questions: Rc::clone(&self.questions), ..backend }
            })
            .collect();
        self
    }

    /// What rows are read by.
    pub(crate) fn contract(&self) -> &'call Contract {
        self.contract
    }

    /// All sinks: its own, then the children's.
    pub(crate) fn sinks(&mut self) -> impl Iterator<Item = &mut S> {
        std::iter::once(&mut self.sink).chain(self.children.iter_mut().map(|child| &mut child.sink))
    }

    /// Ends reading and gives the sink back, and those of the children.
    pub(crate) fn finish(self) -> (S, Vec<S>) {
        self.questions.borrow_mut().finish();
        (self.sink, self.children.into_iter().map(|child| child.sink).collect())
    }

    /// The description of a column's type, or of its elements' type.
    fn description(&self, column: usize, of_element: bool) -> Option<&'call TypeDescription> {
        let description = &self.contract.columns.get(column)?.description;
        if of_element { description.element.as_deref() } else { Some(description) }
    }
}

/// An array of so many elements in each dimension; no elements make an array without dimensions.
///
/// # Safety
/// The sizes multiply to how many values and null flags there are, there are at most six, and each value is of the type whose layout is given.
unsafe fn array_of(
    type_oid: pg_sys::Oid,
    layout: ElementLayout,
    sizes: &mut [i32],
    values: &mut [pg_sys::Datum],
    nulls: &mut [bool],
) -> pg_sys::Datum {
    let mut firsts = vec![1; sizes.len()];
    let dimensions = i32::try_from(sizes.len()).unwrap_or(0);
    // SAFETY: by the caller's word.
    let array = unsafe {
        if values.is_empty() {
            pg_sys::construct_empty_array(type_oid)
        } else {
            pg_sys::construct_md_array(
                values.as_mut_ptr(),
                nulls.as_mut_ptr(),
                dimensions,
                sizes.as_mut_ptr(),
                firsts.as_mut_ptr(),
                type_oid,
                i32::from(layout.length),
                layout.by_value,
                layout.alignment,
            )
        }
    };
    pg_sys::Datum::from(array)
}

/// A cell as PostgreSQL passes it: the value, and whether it is NULL.
#[inline]
pub(crate) fn datum(cell: Cell, images: &[u8]) -> (pg_sys::Datum, bool) {
    match cell {
        // What is given stands in the row already.
        Cell::Null | Cell::Given => (pg_sys::Datum::from(0_usize), true),
        Cell::Word(word) => (pg_sys::Datum::from(word), false),
        Cell::Image(offset) => {
            // An offset beyond the images would be a fault of the pure code; then the slice is empty and the
            // value NULL, and no foreign memory is read.
            let image = images.get(offset..).unwrap_or_default();
            (pg_sys::Datum::from(image.as_ptr()), image.is_empty())
        }
    }
}

impl<S: RowSink> Database for Backend<'_, S> {
    fn input(&mut self, column: usize, of_element: bool, text: &[u8]) -> Result<Cell, Code> {
        let Some(description) = self.description(column, of_element) else { return Err(Code::TypeMismatch) };
        let slots = self.inputs.get_mut(column);
        let Some(slot) = slots.and_then(|slots| slots.get_mut(usize::from(of_element))) else {
            return Err(Code::TypeMismatch);
        };
        let input = slot.get_or_insert_with(|| InputFunction::find(description, self.call.memory()));
        self.text.clear();
        self.text.extend_from_slice(text);
        self.text.push(0);
        self.questions.borrow_mut().ask(self.row_memory.memory(), || input.call(&mut self.text))
    }

    fn array(
        &mut self,
        column: usize,
        elements: &[Cell],
        sizes: &[usize],
        images: &[u8],
    ) -> Result<Cell, Code> {
        let (Some(element), Some(whole)) = (self.description(column, true), self.description(column, false))
        else {
            return Err(Code::TypeMismatch);
        };
        let type_oid = pg_sys::Oid::from(element.base_oid);
        let (layout, declared) = match self.elements.get(column).copied().flatten() {
            Some(known) => known,
            None => (ElementLayout::find(type_oid), element_type(pg_sys::Oid::from(whole.base_oid))),
        };
        if let Some(slot) = self.elements.get_mut(column) {
            *slot = Some((layout, declared));
        }
        let whole_size = [elements.len()];
        let sizes = if sizes.is_empty() { &whole_size } else { sizes };
        let sizes: Result<Vec<i32>, _> = sizes.iter().map(|size| i32::try_from(*size)).collect();
        let Ok(mut sizes) = sizes else { return Err(PROGRAM_LIMIT) };
        let (mut values, mut nulls): (Vec<_>, Vec<_>) =
            elements.iter().map(|cell| datum(*cell, images)).unzip();
        if declared == type_oid {
            // SAFETY: each value is of the element type whose layout is given: an image of it or what its input function gave.
            return self.questions.borrow_mut().ask(self.row_memory.memory(), || unsafe {
                array_of(type_oid, layout, &mut sizes, &mut values, &mut nulls)
            });
        }
        // Of a domain: its constraints are the array's input function's to check, and its elements have its type.
        let mut text = Vec::new();
        self.questions.borrow_mut().ask(self.row_memory.memory(), || {
            // SAFETY: as above; the output function gives a C string.
            unsafe {
                let array = array_of(type_oid, layout, &mut sizes, &mut values, &mut nulls);
                let printed = pg_sys::OidOutputFunctionCall(pg_sys::Oid::from(ARRAY_OUT), array);
                text.extend_from_slice(CStr::from_ptr(printed).to_bytes());
                array
            }
        })?;
        self.input(column, false, &text)
    }

    fn json(&mut self, images: &[u8], offset: usize) -> Result<Cell, Code> {
        let (image, missing) = datum(Cell::Image(offset), images);
        if missing {
            return Err(PROGRAM_LIMIT);
        }
        let expected_length = i32::try_from(images.len() - offset).unwrap_or(i32::MAX);
        self.questions.borrow_mut().ask(self.row_memory.memory(), || {
            // SAFETY: the image is a complete jsonb value, aligned as palloc would align it (images begin at multiples of eight), and
            // lives as long as `images`. jsonb_out gives a C string, of which a text is made.
            unsafe {
                let jsonb = image.cast_mut_ptr::<pg_sys::Jsonb>();
                let text = pg_sys::JsonbToCString(ptr::null_mut(), &mut (*jsonb).root, expected_length);
                pg_sys::Datum::from(pg_sys::cstring_to_text(text))
            }
        })
    }

    fn time(&mut self, text: &[u8], pattern: &str) -> Result<i64, Code> {
        let text = String::from_utf8_lossy(text);
        let read = self.questions.borrow_mut().ask(self.row_memory.memory(), || {
            let arguments = [text.as_ref().into_datum(), pattern.into_datum()];
            let [Some(text), Some(pattern)] = arguments else { return pg_sys::Datum::from(0_usize) };
            // SAFETY: the function takes two texts and gives a timestamptz, which a machine word holds.
            unsafe {
                pg_sys::OidFunctionCall2Coll(
                    TO_TIMESTAMP.into(),
                    pg_sys::DEFAULT_COLLATION_OID,
                    text,
                    pattern,
                )
            }
        })?;
        match read {
            Cell::Word(word) => {
                i64::from_ne_bytes(word.to_ne_bytes()).checked_add(FROM_1970).ok_or(Code::OutOfRange)
            }
            _ => Err(Code::TypeMismatch),
        }
    }

    fn transform(&mut self, geometry: &str, srid: i32) -> Result<String, Code> {
        let mut made = None;
        self.questions.borrow_mut().ask(self.row_memory.memory(), || {
            let arguments = [DatumWithOid::from(geometry), DatumWithOid::from(srid)];
            made = Spi::get_one_with_args::<String>("SELECT ingest.transformed_geometry($1, $2)", &arguments)
                .unwrap_or_else(|error| pgrx::error!("a geometry cannot be transformed: {error}; expected ingest.transformed_geometry() as the migrations make it"));
            pg_sys::Datum::from(0_usize)
        })?;
        made.ok_or(Code::TypeMismatch)
    }

    fn row(&mut self, row: &Row<'_>) {
        self.row_memory.memory().run(|| self.sink.take(row));
        self.row_memory.empty();
    }

    fn child(&mut self, number: usize) -> Option<&mut Self> {
        let child = self.children.get_mut(number)?;
        self.sink.stand_around(&mut child.sink).then_some(child)
    }

    fn begin_record(&mut self) {
        self.sinks().for_each(RowSink::begin_record);
    }

    fn forget_record(&mut self) {
        self.sinks().for_each(RowSink::forget_record);
    }

    fn pulse(&mut self) {
        pgrx::check_for_interrupts!();
    }
}
