//! Arrays inside arrays, for multidimensional ones.

use crate::code::{Code, PROGRAM_LIMIT};
use crate::coerce::Value;
use crate::scan::{Index, Kind};

/// The elements of an array that holds arrays, and how long it is in each dimension. All arrays of one level are as long as each
/// other, and all that they hold are arrays or none is.
pub(super) fn members(value: Value<'_>) -> Result<(Vec<Index>, Vec<usize>), Code> {
    let is_array = |index: &Index| value.tape.node(*index).kind() == Kind::Array;
    let mut level: Vec<Index> = value.tape.elements(value.index).collect();
    let mut sizes = vec![level.len()];
    while level.first().is_some_and(is_array) {
        if !level.iter().all(is_array) {
            return Err(Code::TypeMismatch);
        }
        if sizes.len() == MAX_DIMENSIONS {
            return Err(PROGRAM_LIMIT);
        }
        let arrays: Vec<Vec<Index>> =
            level.iter().map(|array| value.tape.elements(*array).collect()).collect();
        let size = arrays.first().map_or(0, Vec::len);
        if size == 0 || arrays.iter().any(|array| array.len() != size) {
            return Err(Code::TypeMismatch);
        }
        sizes.push(size);
        level = arrays.concat();
    }
    Ok((level, sizes))
}

/// Dimensions of PostgreSQL's arrays (`MAXDIM`).
const MAX_DIMENSIONS: usize = 6;
