//! `read_rows`: one body to rows, in the form of the column definition list that the caller gives.

use json_rows::{Contract, File, Run, oid};
use pgrx::pg_sys;
use pgrx::prelude::*;

use crate::call::{self, Call};
use crate::database::Backend;
use crate::refusal::refuse;
use crate::result_set::ResultSet;
use crate::stored_rows::StoredRows;
use crate::varlena::{content, whole};
use crate::{aside, cached_contract, gather};

#[expect(unreachable_pub, reason = "PostgreSQL reaches it by name")]
/// Tells PostgreSQL how `ingest_native_read_rows` is called.
#[unsafe(no_mangle)]
#[doc(hidden)]
pub extern "C" fn pg_finfo_ingest_native_read_rows() -> &'static pg_sys::Pg_finfo_record {
    const V1: pg_sys::Pg_finfo_record = pg_sys::Pg_finfo_record { api_version: 1 };
    &V1
}

/// `read_rows(contract jsonb, file_no integer, body bytea, context jsonb) RETURNS SETOF record`.
///
/// # Safety
/// PostgreSQL's alone to call, by the declaration in `sql/read_rows.sql`: strict, with these four arguments.
#[unsafe(no_mangle)]
#[pg_guard]
pub unsafe extern "C-unwind" fn ingest_native_read_rows(fcinfo: pg_sys::FunctionCallInfo) -> pg_sys::Datum {
    // SAFETY: `fcinfo` is what PostgreSQL called us with, by a declaration that names four arguments. None is NULL, since
    // the function is strict.
    call::serve(|call| unsafe { read(call, fcinfo) });
    pg_sys::Datum::from(0_usize)
}

/// # Safety
/// `fcinfo` is what PostgreSQL called the function with: four arguments, none of them NULL.
unsafe fn read(call: Call<'_>, fcinfo: pg_sys::FunctionCallInfo) {
    // SAFETY: by the caller's word; arguments live as long as the call.
    let (contract, file_no, body, context) = unsafe {
        (
            whole(call.memory(), pgrx::fcinfo::pg_getarg_datum_raw(fcinfo, 0)),
            pgrx::fcinfo::pg_getarg::<i32>(fcinfo, 1).unwrap_or_default(),
            content(call.memory(), pgrx::fcinfo::pg_getarg_datum_raw(fcinfo, 2)),
            whole(call.memory(), pgrx::fcinfo::pg_getarg_datum_raw(fcinfo, 3)),
        )
    };
    let mut compiled = cached_contract::take(contract)
        .unwrap_or_else(|wrong| refuse(PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE, wrong));
    // SAFETY: by the caller's word.
    let result = unsafe { ResultSet::begin(call, fcinfo, &wanted_types(&compiled.contract)) };
    let mut run = Run::default();
    let mut backend = Backend::new(call, &compiled.contract, StoredRows::new(&compiled.contract, result));
    let context = cached_contract::text_of(context);
    let file = File { file_no, body, context: context.as_bytes(), left_out: &[] };
    let loaded = compiled.reader.read(&compiled.contract, file, None, &mut backend, &mut run);
    let (mut rows, _) = backend.finish();
    if !loaded {
        rows.clear();
    }
    // After gather() the load statement only judges again what was read then, and reported.
    if !gather::is_any() {
        aside::add(run);
    }
    cached_contract::put_back(compiled);
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
