//! PostgreSQL as the pure code sees it: it answers for the types and hands the rows on.

use std::ffi::CStr;
use std::ptr;

use json_rows::{Cell, Code, Contract, Database, PROGRAM_LIMIT, Row, TypeDescription};
use pgrx::pg_sys;

use crate::input_function::{ElementLayout, InputFunction, element_type};
use crate::session_settings::SessionSettings;
use crate::subtransaction::{self, Subtransaction};
use crate::unguarded;

/// The function `array_out` (PostgreSQL's pg_proc.dat).
const ARRAY_OUT: u32 = 751;

/// Where finished rows go.
pub(crate) trait RowSink {
    /// Takes a row. The current memory context is emptied behind it, and its values live until then.
    fn take(&mut self, row: &Row<'_>);
}

/// One call that reads: where its rows go and what only PostgreSQL knows about the columns.
///
/// The order of the fields is the order in which an error on its way up closes them.
pub(crate) struct Backend<'a, S> {
    contract: &'a Contract,
    pub(crate) sink: S,
    /// Open from the first question to the call's end, so that a file with many questions opens one.
    subtransaction: Option<Subtransaction>,
    settings: Option<SessionSettings>,
    /// Two a column: its own type's, its elements' type's.
    inputs: Vec<[Option<InputFunction>; 2]>,
    /// Of array columns: how elements lie in the array, and their type by the array's, which may be a domain.
    elements: Vec<Option<(ElementLayout, pg_sys::Oid)>>,
    text: Vec<u8>,
    /// Lives as long as the call.
    call_context: pg_sys::MemoryContext,
    /// Emptied behind each row.
    row_context: pg_sys::MemoryContext,
}

impl<'a, S: RowSink> Backend<'a, S> {
    /// Begins a call whose rows go to `sink`.
    pub(crate) fn new(contract: &'a Contract, sink: S) -> Backend<'a, S> {
        // SAFETY: a context under the current one, which outlives the call and takes it along should an error come.
        let (call_context, row_context) = unsafe {
            let call_context = pg_sys::CurrentMemoryContext;
            let row_context = pg_sys::AllocSetContextCreateInternal(
                call_context,
                c"pg_ingest row".as_ptr(),
                pg_sys::ALLOCSET_DEFAULT_MINSIZE as usize,
                pg_sys::ALLOCSET_DEFAULT_INITSIZE as usize,
                pg_sys::ALLOCSET_DEFAULT_MAXSIZE as usize,
            );
            (call_context, row_context)
        };
        let columns = contract.columns.len();
        Backend {
            contract,
            sink,
            subtransaction: None,
            settings: None,
            inputs: (0..columns).map(|_| [None, None]).collect(),
            elements: vec![None; columns],
            text: Vec::new(),
            call_context,
            row_context,
        }
    }

    /// Ends the call and gives the sink back.
    pub(crate) fn finish(mut self) -> S {
        if let Some(subtransaction) = self.subtransaction.take() {
            subtransaction.release();
        }
        // SAFETY: made in `new`; no value in it is referred to any more, since sinks keep copies.
        unsafe { pg_sys::MemoryContextDelete(self.row_context) };
        self.sink
    }

    /// The description of a column's type, or of its elements' type.
    fn description(&self, column: usize, of_element: bool) -> Option<&'a TypeDescription> {
        let description = &self.contract.columns.get(column)?.description;
        if of_element { description.element.as_deref() } else { Some(description) }
    }

    /// Runs `call` with the row's memory context as the current one.
    fn in_row_context<R>(&mut self, call: impl FnOnce(&mut Self) -> R) -> R {
        // SAFETY: the context lives until `finish`. Should `call` raise, whoever catches it sets the context.
        let outer = unsafe { pg_sys::MemoryContextSwitchTo(self.row_context) };
        let result = call(self);
        // SAFETY: it was the current context a moment ago.
        unsafe { pg_sys::MemoryContextSwitchTo(outer) };
        result
    }

    /// Runs a call that may raise on data, inside a subtransaction; gives the code of an error of data and raises any
    /// other again.
    fn ask(&mut self, call: impl FnOnce(&mut Self) -> pg_sys::Datum) -> Result<Cell, Code> {
        if self.subtransaction.is_none() {
            self.settings.get_or_insert_with(SessionSettings::enter);
            self.subtransaction = Some(Subtransaction::begin());
        }
        match subtransaction::catch(|| self.in_row_context(call)) {
            Ok(datum) => Ok(Cell::Word(datum.value() as u64)),
            Err(error) => {
                // Rolls back; the next question opens another one.
                self.subtransaction = None;
                match Code::of_sqlstate(subtransaction::sqlstate(&error)) {
                    Some(code) => Err(code),
                    None => error.rethrow(),
                }
            }
        }
    }
}

/// An array of one dimension; no elements make an array without dimensions.
///
/// # Safety
/// `count` is how many values and null flags there are, and each value is of the type whose layout is given.
unsafe fn array_of(
    type_oid: pg_sys::Oid,
    layout: ElementLayout,
    mut count: i32,
    values: &mut [pg_sys::Datum],
    nulls: &mut [bool],
) -> pg_sys::Datum {
    let mut first = 1;
    // SAFETY: by the caller's word.
    let array = unsafe {
        if count == 0 {
            pg_sys::construct_empty_array(type_oid)
        } else {
            pg_sys::construct_md_array(
                values.as_mut_ptr(),
                nulls.as_mut_ptr(),
                1,
                &mut count,
                &mut first,
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
        Cell::Null => (pg_sys::Datum::from(0_usize), true),
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
        let context = self.call_context;
        let which = usize::from(of_element);
        if let Some(slot) = self.inputs.get_mut(column).and_then(|slots| slots.get_mut(which)) {
            slot.get_or_insert_with(|| InputFunction::find(description, context));
        }
        self.text.clear();
        self.text.extend_from_slice(text);
        self.text.push(0);
        self.ask(|backend| match backend.inputs.get_mut(column).and_then(|slots| slots.get_mut(which)) {
            Some(Some(input)) => input.call(&mut backend.text),
            _ => pg_sys::Datum::from(0_usize),
        })
    }

    fn array(&mut self, column: usize, elements: &[Cell], images: &[u8]) -> Result<Cell, Code> {
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
        let Ok(count) = i32::try_from(elements.len()) else { return Err(PROGRAM_LIMIT) };
        let (mut values, mut nulls): (Vec<_>, Vec<_>) =
            elements.iter().map(|cell| datum(*cell, images)).unzip();
        if declared == type_oid {
            // SAFETY: each value is of the element type whose layout is given: an image of it or what its input function gave.
            return self.ask(|_| unsafe { array_of(type_oid, layout, count, &mut values, &mut nulls) });
        }
        // Of a domain: its constraints are the array's input function's to check, and its elements have its type.
        let mut text = Vec::new();
        self.ask(|_| {
            // SAFETY: as above; the output function gives a C string.
            unsafe {
                let array = array_of(type_oid, layout, count, &mut values, &mut nulls);
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
        self.ask(|_| {
            // SAFETY: the image is a complete jsonb value, aligned as palloc would align it (images begin at multiples of eight), and
            // lives as long as `images`. jsonb_out gives a C string, of which a text is made.
            unsafe {
                let jsonb = image.cast_mut_ptr::<pg_sys::Jsonb>();
                let text = pg_sys::JsonbToCString(ptr::null_mut(), &mut (*jsonb).root, expected_length);
                pg_sys::Datum::from(pg_sys::cstring_to_text(text))
            }
        })
    }

    fn row(&mut self, row: &Row<'_>) {
        self.in_row_context(|backend| backend.sink.take(row));
        // SAFETY: the sink has copied what it keeps. Emptying raises nothing: the context has no callbacks.
        unsafe { unguarded::reset(self.row_context) };
    }

    fn pulse(&mut self) {
        pgrx::check_for_interrupts!();
    }
}
