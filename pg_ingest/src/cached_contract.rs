//! Contracts compiled once a backend and kept: reading one takes longer than reading a file.

use std::cell::RefCell;
use std::ffi::CStr;
use std::ptr;

use json_rows::{Contract, FileReader};
use pgrx::pg_sys;

/// Contracts that a backend keeps: more than the datasets of a batch are likely to be.
const KEPT: usize = 64;

thread_local! {
    /// The contracts, the one used last at the end.
    static CACHE: RefCell<Vec<Compiled>> = const { RefCell::new(Vec::new()) };
}

/// A contract and the reader made for it.
pub(crate) struct Compiled {
    /// The jsonb value that it was compiled from, header included.
    source: Box<[u8]>,
    pub(crate) contract: Contract,
    pub(crate) reader: FileReader,
}

/// Takes the contract of this jsonb value from the cache, or compiles it.
///
/// # Errors
/// What is wrong with the contract.
pub(crate) fn take(jsonb: &[u8]) -> Result<Compiled, String> {
    let cached = CACHE.with_borrow_mut(|cache| {
        let place = cache.iter().rposition(|compiled| *compiled.source == *jsonb)?;
        Some(cache.remove(place))
    });
    match cached {
        Some(compiled) => Ok(compiled),
        None => {
            let contract = Contract::from_json(&text_of(jsonb))?;
            let reader = FileReader::new(&contract);
            Ok(Compiled { source: jsonb.into(), contract, reader })
        }
    }
}

/// Puts a contract back, and the one that was not used for longest out.
pub(crate) fn put_back(compiled: Compiled) {
    CACHE.with_borrow_mut(|cache| {
        if cache.len() >= KEPT {
            cache.remove(0);
        }
        cache.push(compiled);
    });
}

/// The JSON text of a jsonb value.
pub(crate) fn text_of(jsonb: &[u8]) -> String {
    // SAFETY: the bytes are a whole jsonb value without compression, as the caller got it from PostgreSQL, which
    // aligned it; the text is a C string in the current memory context.
    unsafe {
        let value = jsonb.as_ptr().cast_mut().cast::<pg_sys::Jsonb>();
        let length = i32::try_from(jsonb.len()).unwrap_or(i32::MAX);
        let text = pg_sys::JsonbToCString(ptr::null_mut(), &mut (*value).root, length);
        CStr::from_ptr(text).to_string_lossy().into_owned()
    }
}
