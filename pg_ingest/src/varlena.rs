//! Values of variable length, as bytes.

use pgrx::pg_sys;

use crate::memory::Memory;

/// A value of variable length, header of four bytes included. It is brought into `memory` where it does not lie whole
/// already.
///
/// # Safety
/// `datum` is a value of variable length that lives as long as `memory`.
pub(crate) unsafe fn whole(memory: Memory<'_>, datum: pg_sys::Datum) -> &[u8] {
    // SAFETY: by the caller's word; detoasting gives the whole value with a header of four bytes.
    unsafe {
        let value = memory.run(|| pg_sys::pg_detoast_datum(datum.cast_mut_ptr()));
        std::slice::from_raw_parts(value.cast::<u8>(), pgrx::varsize_any(value))
    }
}

/// The bytes of a value of variable length, without its header.
///
/// # Safety
/// As for [`whole`].
pub(crate) unsafe fn content(memory: Memory<'_>, datum: pg_sys::Datum) -> &[u8] {
    // SAFETY: by the caller's word; a header of one byte may stay.
    unsafe {
        let value = memory.run(|| pg_sys::pg_detoast_datum_packed(datum.cast_mut_ptr()));
        std::slice::from_raw_parts(pgrx::vardata_any(value).cast::<u8>(), pgrx::varsize_any_exhdr(value))
    }
}
