//! What PostgreSQL keeps for us while it calls one of our functions.

use pgrx::pg_sys;

use crate::memory::{Memory, back_where_we_were};

/// A call of one of our functions. `'call` ends before the call does.
#[derive(Clone, Copy)]
pub(crate) struct Call<'call> {
    memory: Memory<'call>,
    owner: pg_sys::ResourceOwner,
}

impl<'call> Call<'call> {
    /// The memory in which PostgreSQL has called us.
    pub(crate) fn memory(self) -> Memory<'call> {
        self.memory
    }

    /// The owner of what the call takes hold of: locks, open tables, pinned pages.
    pub(crate) fn owner(self) -> pg_sys::ResourceOwner {
        self.owner
    }
}

/// Does the work of a function that PostgreSQL has just called. Nothing of the call's can be returned from it.
pub(crate) fn serve<R>(work: impl for<'call> FnOnce(Call<'call>) -> R) -> R {
    // SAFETY: both globals are set while a function is called, and what they name outlives the call.
    let call = unsafe {
        Call { memory: Memory::kept(pg_sys::CurrentMemoryContext), owner: pg_sys::CurrentResourceOwner }
    };
    back_where_we_were(|| work(call))
}
