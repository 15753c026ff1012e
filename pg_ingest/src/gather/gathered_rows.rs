//! `gathered_rows`: what `gather()` kept, as rows for an upsert.

use json_rows::oid;
use pgrx::pg_sys;
use pgrx::prelude::*;

use crate::call::{self, Call};
use crate::gather::fates::{Delete, Fate, Fates};
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
    let of_fates = gathered.fates.as_ref().map(of_fates).unwrap_or_default();
    let before = 1 + of_fates.len();
    let types: Vec<u32> = std::iter::once(oid::INT4)
        .chain(of_fates)
        .chain(live().map(|(_, attribute)| attribute.atttypid.to_u32()))
        .collect();
    // SAFETY: by the caller's word.
    let mut result = unsafe { ResultSet::begin(call, fcinfo, &types) };
    let mut values = vec![pg_sys::Datum::from(0_usize); attributes.len()];
    let mut nulls = vec![true; attributes.len()];
    for (number, row) in gathered.rows.iter().enumerate() {
        // SAFETY: the tuple has the target's form, for which the two arrays are wide enough; its values live with it.
        unsafe {
            pg_sys::heap_deform_tuple(row.tuple, target.layout(), values.as_mut_ptr(), nulls.as_mut_ptr());
            result.set(0, (pg_sys::Datum::from(row.file_no), false));
            if let Some(fate) = gathered.fates.as_ref().and_then(|fates| fates.each.get(number)) {
                set_fate(&mut result, fate);
            }
            for (column, (place, _)) in (before..).zip(live()) {
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

/// The types of what is told of a row's key, where records may delete.
fn of_fates(fates: &Fates) -> Vec<u32> {
    let mut types = vec![oid::INT4, oid::BOOL, oid::INT4, oid::INT4, oid::INT4];
    types.extend(fates.version_type.map(pg_sys::Oid::to_u32));
    types
}

/// Sets it: the record's number, whether it deletes, and of the key's newest delete its place, file, record and version.
fn set_fate(result: &mut ResultSet<'_>, fate: &Fate) {
    let nothing = pg_sys::Datum::from(0_usize);
    let of_delete = |what: &dyn Fn(&Delete) -> i32| match &fate.delete {
        Some(delete) => (pg_sys::Datum::from(what(delete)), false),
        None => (nothing, true),
    };
    result.set(1, (pg_sys::Datum::from(fate.change.record_no), false));
    result.set(2, (pg_sys::Datum::from(fate.change.deletes), false));
    result.set(3, of_delete(&|delete| if delete.is_newest { 1 } else { 2 }));
    result.set(4, of_delete(&|delete| delete.file_no));
    result.set(5, of_delete(&|delete| delete.record_no));
    // Without a version column the next one is the table's, and is set behind.
    let version = fate.delete.and_then(|delete| delete.version);
    result.set(6, (version.unwrap_or(nothing), version.is_none()));
}
