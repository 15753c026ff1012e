//! Tables and indexes while they are open.

use pgrx::pg_sys;

/// An open table or index. It is closed with its owner; its lock stays until the transaction ends, as an INSERT's does.
///
/// What is read of a relation lives as long as it is open, and is borrowed from here.
pub(crate) struct OpenRelation {
    relation: pg_sys::Relation,
}

impl OpenRelation {
    /// Opens a table under the lock that an INSERT takes; raises unless it is one.
    pub(crate) fn table(table: pg_sys::Oid) -> OpenRelation {
        let mode = pg_sys::RowExclusiveLock.cast_signed();
        // SAFETY: raises unless `table` is a relation.
        OpenRelation { relation: unsafe { pg_sys::table_open(table, mode) } }
    }

    /// Opens an index for reading.
    pub(crate) fn index(index: pg_sys::Oid) -> OpenRelation {
        let mode = pg_sys::AccessShareLock.cast_signed();
        // SAFETY: raises unless `index` is one.
        OpenRelation { relation: unsafe { pg_sys::index_open(index, mode) } }
    }

    /// For PostgreSQL's functions, none of which keeps it for longer than it is borrowed here.
    #[inline]
    pub(crate) fn as_ptr(&self) -> pg_sys::Relation {
        self.relation
    }

    /// The form of its rows.
    #[inline]
    pub(crate) fn layout(&self) -> pg_sys::TupleDesc {
        // SAFETY: the relation is open.
        unsafe { (*self.relation).rd_att }
    }
}

impl Drop for OpenRelation {
    fn drop(&mut self) {
        // An error on its way up leaves closing to the end of the transaction, whose owner knows what is open.
        if !std::thread::panicking() {
            // SAFETY: opened by one of the above, and nobody has borrowed it.
            unsafe { pg_sys::relation_close(self.relation, pg_sys::NoLock.cast_signed()) };
        }
    }
}
