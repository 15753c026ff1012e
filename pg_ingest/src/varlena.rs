//! Values of variable length, as bytes.

use pgrx::pg_sys;

/// A value of variable length, header of four bytes included.
///
/// # Safety
/// `datum` is a value of variable length that lives as long as the current memory context.
pub(crate) unsafe fn whole<'a>(datum: pg_sys::Datum) -> &'a [u8] {
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
pub(crate) unsafe fn content<'a>(datum: pg_sys::Datum) -> &'a [u8] {
    // SAFETY: by the caller's word; a header of one byte may stay.
    unsafe {
        let value = pg_sys::pg_detoast_datum_packed(datum.cast_mut_ptr());
        std::slice::from_raw_parts(pgrx::vardata_any(value).cast::<u8>(), pgrx::varsize_any_exhdr(value))
    }
}
