//! What differs between the majors of PostgreSQL, and nothing else asks which one it is.
//!
//! Functions that pgrx does not declare, or that are called under one guard (`unguarded`), have their declarations here
//! where they changed. Each is as in the headers of the major that the feature names.

use std::ptr;

use pgrx::pg_sys::{self, Buffer, Relation};

use crate::btree::{SearchKey, Stack};
use crate::unguarded;

#[cfg(feature = "pg15")]
unsafe extern "C-unwind" {
    fn _bt_search(
        index: Relation,
        key: *mut SearchKey,
        leaf: *mut Buffer,
        access: i32,
        snapshot: pg_sys::Snapshot,
    ) -> *mut Stack;
}

#[cfg(feature = "pg16")]
unsafe extern "C-unwind" {
    fn _bt_search(
        index: Relation,
        table: Relation,
        key: *mut SearchKey,
        leaf: *mut Buffer,
        access: i32,
        snapshot: pg_sys::Snapshot,
    ) -> *mut Stack;
}

#[cfg(any(feature = "pg17", feature = "pg18"))]
unsafe extern "C-unwind" {
    fn _bt_search(
        index: Relation,
        table: Relation,
        key: *mut SearchKey,
        leaf: *mut Buffer,
        access: i32,
    ) -> *mut Stack;
}

/// Goes down a B-tree to the leaf where a key belongs, which is then held and locked for reading.
///
/// # Safety
/// Called under [`unguarded::guarded`]; the index is open, and the key one of its own.
pub(crate) unsafe fn search_leaf(index: Relation, key: *mut SearchKey, leaf: *mut Buffer) -> *mut Stack {
    let access = pg_sys::BUFFER_LOCK_SHARE.cast_signed();
    // SAFETY: by the caller's word. The table is looked at by searches that write.
    unsafe {
        #[cfg(feature = "pg15")]
        return _bt_search(index, key, leaf, access, ptr::null_mut());
        #[cfg(feature = "pg16")]
        return _bt_search(index, ptr::null_mut(), key, leaf, access, ptr::null_mut());
        #[cfg(any(feature = "pg17", feature = "pg18"))]
        return _bt_search(index, ptr::null_mut(), key, leaf, access);
    }
}

/// The index of a table's primary key that is checked at once; `InvalidOid` where there is none.
///
/// # Safety
/// The table is open.
pub(crate) unsafe fn primary_key(table: Relation) -> pg_sys::Oid {
    // SAFETY: by the caller's word.
    unsafe {
        #[cfg(not(feature = "pg18"))]
        return pg_sys::RelationGetPrimaryKeyIndex(table);
        #[cfg(feature = "pg18")]
        return pg_sys::RelationGetPrimaryKeyIndex(table, false);
    }
}

/// Begins a scan for `count` conditions.
///
/// # Safety
/// Both relations are open and the snapshot is active.
pub(crate) unsafe fn begin_scan(
    table: Relation,
    index: Relation,
    snapshot: pg_sys::Snapshot,
    count: i32,
) -> pg_sys::IndexScanDesc {
    // SAFETY: by the caller's word. What 18 counts for EXPLAIN is wanted by nobody.
    unsafe {
        #[cfg(not(feature = "pg18"))]
        return pg_sys::index_beginscan(table, index, snapshot, count, 0);
        #[cfg(feature = "pg18")]
        return pg_sys::index_beginscan(table, index, snapshot, ptr::null_mut(), count, 0);
    }
}

/// Prepares the ascending order of a B-tree's column, whose number the comparison holds.
///
/// # Safety
/// The index is open and has that column.
pub(crate) unsafe fn prepare_order(index: Relation, sort: &mut pg_sys::SortSupportData) {
    /// The number of `<` in a B-tree operator family (PostgreSQL, "B-Tree Strategies").
    #[cfg(not(feature = "pg18"))]
    const ASCENDING: i16 = 1;
    #[cfg(feature = "pg18")]
    const ASCENDING: bool = false;
    // SAFETY: by the caller's word.
    unsafe { pg_sys::PrepareSortSupportFromIndexRel(index, ASCENDING, sort) }
}

/// Makes the index entries of a row that is in the heap. An entry that violates a unique index raises.
///
/// # Safety
/// Called under [`unguarded::guarded`]; the slot holds a row of the table whose indexes `result` has open.
pub(crate) unsafe fn insert_index_entries(
    result: *mut pg_sys::ResultRelInfo,
    slot: *mut pg_sys::TupleTableSlot,
    executor: *mut pg_sys::EState,
) {
    // SAFETY: by the caller's word. The list of indexes to check again is empty: none of them is deferred.
    unsafe {
        unguarded::ExecInsertIndexTuples(
            result,
            slot,
            executor,
            false,
            false,
            ptr::null_mut(),
            ptr::null_mut(),
            // Indexes that only summarise are not all that an insert is for.
            #[cfg(not(feature = "pg15"))]
            false,
        );
    }
}

/// A table's columns in order, dropped ones too.
///
/// # Safety
/// The layout is that of an open relation, which stays open for as long as the answer is used.
pub(crate) unsafe fn attributes<'a>(layout: pg_sys::TupleDesc) -> &'a [pg_sys::FormData_pg_attribute] {
    // SAFETY: by the caller's word; the descriptor of an open relation holds `natts` attributes, side by side.
    unsafe {
        let count = usize::try_from((*layout).natts).unwrap_or(0);
        #[cfg(not(feature = "pg18"))]
        return (*layout).attrs.as_slice(count);
        #[cfg(feature = "pg18")]
        return if count == 0 {
            &[]
        } else {
            std::slice::from_raw_parts(pg_sys::TupleDescAttr(layout, 0), count)
        };
    }
}

/// Whether a table has generated columns, stored or (from 18 on) virtual.
pub(crate) fn has_generated(constraints: &pg_sys::TupleConstr) -> bool {
    #[cfg(not(feature = "pg18"))]
    return constraints.has_generated_stored;
    #[cfg(feature = "pg18")]
    return constraints.has_generated_stored || constraints.has_generated_virtual;
}

/// Whether rows are held to a CHECK constraint: from 18 on there are those that are NOT ENFORCED.
pub(crate) fn is_enforced(check: &pg_sys::ConstrCheck) -> bool {
    #[cfg(not(feature = "pg18"))]
    {
        let _ = check;
        true
    }
    #[cfg(feature = "pg18")]
    check.ccenforced
}
