//! The C library's memory: kept between two batches instead of given back to the system and asked for again.

/// Tells the C library once a backend to keep what is freed.
///
/// A batch of 100 files of 44 KB takes some ten megabytes and frees them. Given back, each page is faulted in and
/// zeroed by the kernel once more in the next batch.
#[cfg(target_env = "gnu")]
pub(crate) fn keep() {
    use std::ffi::c_int;
    use std::sync::Once;

    /// `malloc.h`: how much free memory at the heap's end makes the library give it back, and from what size on a
    /// block is mapped by itself and unmapped when it is freed.
    const TRIM_THRESHOLD: c_int = -1;
    const MMAP_THRESHOLD: c_int = -3;
    /// PostgreSQL's memory contexts have blocks of at most 8 MB, apart from single larger values.
    const LARGEST_KEPT: c_int = 16 << 20;
    const KEPT: c_int = 32 << 20;

    unsafe extern "C" {
        fn mallopt(parameter: c_int, value: c_int) -> c_int;
    }
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        // SAFETY: changes two numbers of the allocator; the backend has one thread.
        unsafe {
            mallopt(MMAP_THRESHOLD, LARGEST_KEPT);
            mallopt(TRIM_THRESHOLD, KEPT);
        }
    });
}

/// Other C libraries decide for themselves.
#[cfg(not(target_env = "gnu"))]
pub(crate) fn keep() {}
