//! `gathered_rows`: what `gather()` kept, as rows for an upsert.

use json_rows::oid;
use pgrx::pg_sys;
use pgrx::prelude::*;

use crate::call::{self, Call};
use crate::gather::gathered::{self, GatheredTable};
use crate::gather::target::Target;
use crate::refusal::refuse;
use crate::result_set::ResultSet;

#[expect(unreachable_pub, reason = "PostgreSQL reaches it by name")]
/// Tells PostgreSQL how `ingest_native_gathered_rows` is called.
#[unsafe(no_mangle)]
#[doc(hidden)]
pub extern "C" fn pg_finfo_ingest_native_gathered_rows() -> &'static pg_sys::Pg_finfo_record {
    const V1: pg_sys::Pg_finfo_record = pg_sys::Pg_finfo_record { api_version: 1 };
    &V1
}

/// `gathered_rows() RETURNS SETOF record`.
///
/// # Safety
/// PostgreSQL's alone to call, by the declaration in `sql/read_rows.sql`: without arguments.
#[unsafe(no_mangle)]
#[pg_guard]
pub unsafe extern "C-unwind" fn ingest_native_gathered_rows(
    fcinfo: pg_sys::FunctionCallInfo,
) -> pg_sys::Datum {
    let given = call::serve(|call| {
        gathered::look(|gathered| {
            // SAFETY: `fcinfo` is what PostgreSQL called us with, and the target has the form that the rows were made for.
            unsafe { give(call, fcinfo, &gathered.own.open_target(), &gathered.own) };
            Some(())
        })
    });
    if given.is_none() {
        refuse(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            "nothing is gathered; expected a call of gather() before, in the same transaction",
        );
    }
    pg_sys::Datum::from(0_usize)
}

/// # Safety
/// `fcinfo` is what PostgreSQL called the function with; the rows have the target's form.
unsafe fn give(call: Call<'_>, fcinfo: pg_sys::FunctionCallInfo, target: &Target, gathered: &GatheredTable) {
    let attributes = target.attributes();
    let live = || (0..).zip(attributes).filter(|(_, attribute)| !attribute.attisdropped);
    let types: Vec<u32> =
        std::iter::once(oid::INT4).chain(live().map(|(_, attribute)| attribute.atttypid.to_u32())).collect();
    // SAFETY: by the caller's word.
    let mut result = unsafe { ResultSet::begin(call, fcinfo, &types) };
    let mut values = vec![pg_sys::Datum::from(0_usize); attributes.len()];
    let mut nulls = vec![true; attributes.len()];
    for row in &gathered.rows {
        // SAFETY: the tuple has the target's form, for which the two arrays are wide enough; its values live with it.
        unsafe {
            pg_sys::heap_deform_tuple(row.tuple, target.layout(), values.as_mut_ptr(), nulls.as_mut_ptr());
            result.set(0, (pg_sys::Datum::from(row.file_no), false));
            for (column, (place, _)) in (1..).zip(live()) {
                let place: usize = place;
                result.set(
                    column,
                    (
                        values.get(place).copied().unwrap_or(pg_sys::Datum::from(0_usize)),
                        nulls.get(place).copied().unwrap_or(true),
                    ),
                );
            }
            result.add();
        }
    }
}
