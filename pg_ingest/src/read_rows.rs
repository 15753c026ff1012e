//! `read_rows`: one body to rows, in the form of the column definition list that the caller gives.

use json_rows::{Contract, Run, oid};
use pgrx::pg_sys;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::prelude::*;
use pgrx::{PgTupleDesc, function_name};

use crate::database::Backend;
use crate::{aside, cached_contract};

#[expect(unreachable_pub, reason = "PostgreSQL reaches it by name")]
/// Tells PostgreSQL how `ingest_native_read_rows` is called.
#[unsafe(no_mangle)]
#[doc(hidden)]
pub extern "C" fn pg_finfo_ingest_native_read_rows() -> &'static pg_sys::Pg_finfo_record {
    const V1: pg_sys::Pg_finfo_record = pg_sys::Pg_finfo_record { api_version: 1 };
    &V1
}

/// `read_rows(contract jsonb, file_no integer, body bytea) RETURNS SETOF record`.
///
/// # Safety
/// PostgreSQL's alone to call, by the declaration in `sql/read_rows.sql`: strict, with these three arguments.
#[unsafe(no_mangle)]
#[pg_guard]
pub unsafe extern "C-unwind" fn ingest_native_read_rows(fcinfo: pg_sys::FunctionCallInfo) -> pg_sys::Datum {
    // SAFETY: the declaration names three arguments and none is NULL, since the function is strict. Values of variable
    // length are brought into memory whole; what they are kept in outlives the call.
    let (contract, file_no, body) = unsafe {
        (
            whole(pgrx::fcinfo::pg_getarg_datum_raw(fcinfo, 0)),
            pgrx::fcinfo::pg_getarg::<i32>(fcinfo, 1).unwrap_or_default(),
            content(pgrx::fcinfo::pg_getarg_datum_raw(fcinfo, 2)),
        )
    };
    // SAFETY: for a function in FROM, PostgreSQL passes a ReturnSetInfo here or nothing; `checked` tells.
    let result = unsafe { checked((*fcinfo).resultinfo.cast::<pg_sys::ReturnSetInfo>()) };

    let mut compiled = cached_contract::take(contract)
        .unwrap_or_else(|wrong| refuse(PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE, wrong));
    let (store, layout, width) = begin_result(result, &compiled.contract);
    let mut run = Run::default();
    let mut backend = Backend::new(&compiled.contract, store, layout, width);
    let loaded = compiled.reader.read(&compiled.contract, file_no, body, &mut backend, &mut run);
    backend.finish();
    if !loaded {
        // SAFETY: the store was made above and nobody reads it yet.
        unsafe { pg_sys::tuplestore_clear(store) };
    }
    aside::add(run);
    cached_contract::put_back(compiled);
    pg_sys::Datum::from(0_usize)
}

/// A value of variable length, header of four bytes included.
///
/// # Safety
/// `datum` is a value of variable length that lives as long as the current memory context.
unsafe fn whole<'a>(datum: pg_sys::Datum) -> &'a [u8] {
    // SAFETY: by the caller's word; detoasting gives the whole value with a header of four bytes.
    unsafe {
        let value = pg_sys::pg_detoast_datum(datum.cast_mut_ptr());
        std::slice::from_raw_parts(value.cast::<u8>(), pgrx::varsize_any(value))
    }
}

/// The bytes of a value of variable length, without its header.
///
/// # Safety
/// As for [`whole`].
unsafe fn content<'a>(datum: pg_sys::Datum) -> &'a [u8] {
    // SAFETY: by the caller's word; a header of one byte may stay.
    unsafe {
        let value = pg_sys::pg_detoast_datum_packed(datum.cast_mut_ptr());
        std::slice::from_raw_parts(pgrx::vardata_any(value).cast::<u8>(), pgrx::varsize_any_exhdr(value))
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
            "read_rows was called where no set of rows fits; expected it in FROM, with a column definition list",
        );
    }
    result
}

/// Makes the store that the rows go to and hands it to the caller; gives it with its form and width.
fn begin_result(
    result: *mut pg_sys::ReturnSetInfo,
    contract: &Contract,
) -> (*mut pg_sys::Tuplestorestate, pg_sys::TupleDesc, usize) {
    // SAFETY: `checked` has looked at `result`; what it points to outlives the call. Store and layout are made in the
    // query's memory context, as the caller wants them.
    unsafe {
        let expected = wanted_types(contract);
        check_layout((*result).expectedDesc, &expected);
        let outer = pg_sys::MemoryContextSwitchTo((*(*result).econtext).ecxt_per_query_memory);
        let layout = pg_sys::CreateTupleDescCopy((*result).expectedDesc);
        let random = i64::from((*result).allowedModes)
            & i64::from(pg_sys::SetFunctionReturnMode::SFRM_Materialize_Random)
            != 0;
        let store = pg_sys::tuplestore_begin_heap(random, false, pg_sys::work_mem);
        pg_sys::MemoryContextSwitchTo(outer);
        (*result).returnMode = pg_sys::SetFunctionReturnMode::SFRM_Materialize;
        (*result).setResult = store;
        (*result).setDesc = layout;
        (store, layout, expected.len())
    }
}

/// The types of the row's columns, in order (docs/row-source.md).
fn wanted_types(contract: &Contract) -> Vec<u32> {
    let mut types = vec![oid::INT4, pg_sys::INT2ARRAYOID.to_u32()];
    types.extend(std::iter::repeat_n(
        oid::JSONB,
        usize::from(contract.want_rescued) + usize::from(contract.want_record),
    ));
    types.extend(contract.columns.iter().map(|column| column.description.base_oid));
    types.extend(contract.columns.iter().filter(|column| column.has_default).map(|_| oid::BOOL));
    types
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

/// Raises an error of the caller's.
fn refuse(code: PgSqlErrorCode, message: impl Into<std::borrow::Cow<'static, str>>) -> ! {
    ErrorReport::new(code, message, function_name!()).report(PgLogLevel::ERROR);
    unreachable!("a report at the level ERROR does not return")
}
