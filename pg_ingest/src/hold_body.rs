//! The trigger of `ingest.staging` that has bodies held instead of stored, where the session asks for it.

use pgrx::datum::TryFromDatumError;
use pgrx::prelude::*;
use pgrx::{AllocatedByPostgres, PgTupleDesc, pg_sys};

use crate::refusal::refuse;
use crate::{held_bodies, kept_memory};

/// A session that stages and processes in one transaction sets this to `on`.
const SETTING: &std::ffi::CStr = c"ingest.hold_bodies";

/// BEFORE INSERT on `ingest.staging` FOR EACH ROW: takes the body out of the row and keeps it, and leaves its number.
#[pg_trigger]
fn hold_body<'a>(
    trigger: &'a PgTrigger<'a>,
) -> Result<Option<PgHeapTuple<'a, AllocatedByPostgres>>, TryFromDatumError> {
    let event = trigger.event();
    let Some(row) = trigger.new().filter(|_| event.fired_by_insert() && event.fired_before()) else {
        refuse(
            PgSqlErrorCode::ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
            "hold_body() was fired otherwise; expected BEFORE INSERT FOR EACH ROW, on ingest.staging",
        );
    };
    if row.get_by_name::<i64>("held")?.is_some() {
        refuse(
            PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
            "a row for ingest.staging came with a value of held; expected none, since the extension alone gives it",
        );
    }
    // What a person stages without a batch may be processed by whoever calls.
    let Some(body) = row.get_by_name::<&[u8]>("body")?.filter(|_| is_wanted()) else { return Ok(Some(row)) };
    if row.get_by_name::<pgrx::Uuid>("batch_id")?.is_none() {
        return Ok(Some(row));
    }
    kept_memory::keep();
    let Some(held) = held_bodies::hold(body) else { return Ok(Some(row)) };
    let size = i64::try_from(body.len()).unwrap_or(i64::MAX);
    Ok(Some(with_held(trigger, &row, held, size)))
}

/// Whether bodies are to be held: by the session's setting, and where the native engine is in force.
fn is_wanted() -> bool {
    // SAFETY: the name is a C string; for a setting that nobody has set the answer is a null pointer.
    let value = unsafe { pg_sys::GetConfigOption(SETTING.as_ptr(), true, false) };
    // SAFETY: otherwise it is a C string that stays until the setting is changed.
    let is_on = !value.is_null() && unsafe { std::ffi::CStr::from_ptr(value) } == c"on";
    is_on && held_bodies::once_a_transaction(native_is_in_force)
}

/// Asks the pipeline, whose answer may change from one transaction to the next.
fn native_is_in_force() -> bool {
    match Spi::get_one::<String>("SELECT public.ingest_engine()") {
        Ok(engine) => engine.as_deref() == Some("native"),
        Err(error) => pgrx::error!(
            "the engine in force is not known: {error}; expected public.ingest_engine() as the migrations make it"
        ),
    }
}

/// The row with the body's number in place of the body, and with the size that the body has.
fn with_held<'a>(
    trigger: &'a PgTrigger<'a>,
    row: &PgHeapTuple<'a, AllocatedByPostgres>,
    held: i64,
    size: i64,
) -> PgHeapTuple<'a, AllocatedByPostgres> {
    let expected = [("body", pg_sys::BYTEAOID), ("held", pg_sys::INT8OID), ("size", pg_sys::INT8OID)];
    let mut columns = expected.map(|(name, type_oid)| match row.get_attribute_by_name(name) {
        Some((number, column)) if column.atttypid == type_oid => i32::try_from(number.get()).unwrap_or_default(),
        _ => refuse(
            PgSqlErrorCode::ERRCODE_DATATYPE_MISMATCH,
            format!(
                "the table that hold_body() was fired for has no column {name} of the type that ingest.staging gives it; \
                 expected the table as the migrations make it"
            ),
        ),
    });
    let mut values = [pg_sys::Datum::null(), pg_sys::Datum::from(held), pg_sys::Datum::from(size)];
    let mut nulls = [true, false, false];
    let data = trigger.trigger_data();
    // SAFETY: PostgreSQL called us as a trigger with this row of this open table, and the three columns are there. Body
    // may be NULL; the others were seen to be bigint, which is passed by value. The new row lives in the memory that
    // PostgreSQL keeps for the trigger's result.
    unsafe {
        let layout = (*data.tg_relation).rd_att;
        let new = pg_sys::heap_modify_tuple_by_cols(
            data.tg_trigtuple,
            layout,
            3,
            columns.as_mut_ptr(),
            values.as_mut_ptr(),
            nulls.as_mut_ptr(),
        );
        PgHeapTuple::from_heap_tuple(PgTupleDesc::from_pg_unchecked(layout), new)
    }
}
