//! The result of a function in FROM whose columns the caller defines.

use std::marker::PhantomData;

use pgrx::PgTupleDesc;
use pgrx::pg_sys;
use pgrx::prelude::*;

use crate::call::Call;
use crate::memory::Memory;
use crate::refusal::refuse;

/// A result under way: rows go to a store that PostgreSQL reads when the call has ended.
pub(crate) struct ResultSet<'call> {
    call: PhantomData<Call<'call>>,
    store: *mut pg_sys::Tuplestorestate,
    layout: pg_sys::TupleDesc,
    values: Vec<pg_sys::Datum>,
    nulls: Vec<bool>,
}

impl<'call> ResultSet<'call> {
    /// Makes the store and hands it to the caller. Raises an error unless the column definition list has these types:
    /// values of another type would be misread.
    ///
    /// # Safety
    /// `fcinfo` is what PostgreSQL called the function with.
    pub(crate) unsafe fn begin(
        _: Call<'call>,
        fcinfo: pg_sys::FunctionCallInfo,
        types: &[u32],
    ) -> ResultSet<'call> {
        // SAFETY: for a function in FROM, PostgreSQL passes a ReturnSetInfo here or nothing, `checked` tells; it
        // outlives the call. Store and layout are made in the query's memory context, as the caller wants them.
        unsafe {
            let result = checked((*fcinfo).resultinfo.cast::<pg_sys::ReturnSetInfo>());
            check_layout((*result).expectedDesc, types);
            let of_query: Memory<'call> = Memory::kept((*(*result).econtext).ecxt_per_query_memory);
            let random = i64::from((*result).allowedModes)
                & i64::from(pg_sys::SetFunctionReturnMode::SFRM_Materialize_Random)
                != 0;
            let (layout, store) = of_query.run(|| {
                (
                    pg_sys::CreateTupleDescCopy((*result).expectedDesc),
                    pg_sys::tuplestore_begin_heap(random, false, pg_sys::work_mem),
                )
            });
            (*result).returnMode = pg_sys::SetFunctionReturnMode::SFRM_Materialize;
            (*result).setResult = store;
            (*result).setDesc = layout;
            let width = types.len();
            ResultSet {
                call: PhantomData,
                store,
                layout,
                values: vec![pg_sys::Datum::from(0_usize); width],
                nulls: vec![true; width],
            }
        }
    }

    /// Sets a column of the row under way.
    #[inline]
    pub(crate) fn set(&mut self, place: usize, (value, null): (pg_sys::Datum, bool)) {
        if let (Some(value_slot), Some(null_slot)) = (self.values.get_mut(place), self.nulls.get_mut(place)) {
            *value_slot = value;
            *null_slot = null;
        }
    }

    /// Adds the row under way.
    ///
    /// # Safety
    /// Every value that was set is of its column's type and lives until now.
    pub(crate) unsafe fn add(&mut self) {
        // SAFETY: `values` and `nulls` are as wide as the layout; the rest is the caller's word. The store copies.
        unsafe {
            pg_sys::tuplestore_putvalues(
                self.store,
                self.layout,
                self.values.as_mut_ptr(),
                self.nulls.as_mut_ptr(),
            );
        }
    }

    /// Forgets the rows that were added.
    pub(crate) fn clear(&mut self) {
        // SAFETY: the store was made in `begin` and nobody reads it before the call ends.
        unsafe { pg_sys::tuplestore_clear(self.store) };
    }
}

/// The call's place for a set, where it has one.
///
/// # Safety
/// `result` is null or the `resultinfo` of a call that PostgreSQL made.
unsafe fn checked(result: *mut pg_sys::ReturnSetInfo) -> *mut pg_sys::ReturnSetInfo {
    // SAFETY: by the caller's word; the tag says whether it is a ReturnSetInfo before more of it is read.
    let fits = unsafe {
        !result.is_null()
            && (*result).type_ == pg_sys::NodeTag::T_ReturnSetInfo
            && i64::from((*result).allowedModes) & i64::from(pg_sys::SetFunctionReturnMode::SFRM_Materialize)
                != 0
            && !(*result).expectedDesc.is_null()
    };
    if !fits {
        refuse(
            PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
            "the function was called where no set of rows fits; expected it in FROM, with a column definition list",
        );
    }
    result
}

/// Raises an error unless the column definition list has these types: values of another type would be misread.
///
/// # Safety
/// `layout` is a valid tuple descriptor.
unsafe fn check_layout(layout: pg_sys::TupleDesc, wanted: &[u32]) {
    // SAFETY: by the caller's word; the borrowed descriptor is only read.
    let layout = unsafe { PgTupleDesc::from_pg_copy(layout) };
    let given: Vec<u32> = layout.iter().map(|column| column.atttypid.to_u32()).collect();
    if given != wanted {
        refuse(
            PgSqlErrorCode::ERRCODE_DATATYPE_MISMATCH,
            format!(
                "the column definition list has the types {given:?}; expected {wanted:?}, as the contract says"
            ),
        );
    }
}
