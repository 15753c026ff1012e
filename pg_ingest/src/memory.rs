//! Memory contexts, each borrowed from what keeps it, so that nobody can go back to one that is gone.

use std::ffi::CStr;
use std::marker::PhantomData;

use pgrx::pg_sys;

use crate::unguarded;

/// A memory context that exists for `'a`.
#[derive(Clone, Copy)]
pub(crate) struct Memory<'a> {
    context: pg_sys::MemoryContext,
    kept: PhantomData<&'a ()>,
}

impl<'a> Memory<'a> {
    /// The context that PostgreSQL or we ourselves keep for `'a`.
    ///
    /// # Safety
    /// The context exists for `'a`.
    pub(crate) unsafe fn kept(context: pg_sys::MemoryContext) -> Memory<'a> {
        Memory { context, kept: PhantomData }
    }

    /// The context, for PostgreSQL's functions that ask where to allocate. What they keep of it has to end with `'a`.
    pub(crate) fn context(self) -> pg_sys::MemoryContext {
        self.context
    }

    /// Runs `work` with this context as the current one. However `work` ends, the one before is current again.
    #[inline]
    pub(crate) fn run<R>(self, work: impl FnOnce() -> R) -> R {
        // SAFETY: reads and sets a global of the backend. The context exists, since it is borrowed until this returns.
        let _back = Back(unsafe { pg_sys::MemoryContextSwitchTo(self.context) });
        work()
    }
}

/// Runs what leaves some context of its own current; the one before is current again.
pub(crate) fn back_where_we_were<R>(work: impl FnOnce() -> R) -> R {
    // SAFETY: reads a global of the backend.
    let _back = Back(unsafe { pg_sys::CurrentMemoryContext });
    work()
}

/// Makes a context the current one when dropped. It never leaves the function that made it, so that changes of the
/// current context are nested as calls are: whoever made the context current keeps it for longer.
struct Back(pg_sys::MemoryContext);

impl Drop for Back {
    fn drop(&mut self) {
        // SAFETY: the context was current when the function began, and what keeps it is further out on the stack.
        unsafe { pg_sys::MemoryContextSwitchTo(self.0) };
    }
}

/// A memory context of our own, deleted with its owner, also on an error's way up.
pub(crate) struct OwnedMemory<'parent> {
    context: pg_sys::MemoryContext,
    parent: PhantomData<&'parent ()>,
}

impl<'parent> OwnedMemory<'parent> {
    /// An empty context under another.
    pub(crate) fn under(parent: Memory<'parent>, name: &'static CStr) -> OwnedMemory<'parent> {
        // SAFETY: the parent exists, and the name for ever.
        let context = unsafe {
            pg_sys::AllocSetContextCreateInternal(
                parent.context,
                name.as_ptr(),
                pg_sys::ALLOCSET_DEFAULT_MINSIZE as usize,
                pg_sys::ALLOCSET_DEFAULT_INITSIZE as usize,
                pg_sys::ALLOCSET_DEFAULT_MAXSIZE as usize,
            )
        };
        OwnedMemory { context, parent: PhantomData }
    }

    /// The context, for as long as its owner is borrowed.
    #[inline]
    pub(crate) fn memory(&self) -> Memory<'_> {
        Memory { context: self.context, kept: PhantomData }
    }

    /// Frees what is in it.
    #[inline]
    pub(crate) fn empty(&mut self) {
        // SAFETY: the context exists and nobody has borrowed it. Emptying raises nothing: no callback in it does.
        unsafe { unguarded::reset(self.context) };
    }
}

impl Drop for OwnedMemory<'_> {
    fn drop(&mut self) {
        // SAFETY: the context exists, since its parent does. Nobody has borrowed it, so it is not the current one.
        unsafe { pg_sys::MemoryContextDelete(self.context) };
    }
}
