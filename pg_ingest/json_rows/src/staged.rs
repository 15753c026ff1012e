//! A file as it is staged.

/// A staged file.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// The number that the caller gave the file.
    pub file_no: i32,
    /// Its bytes.
    pub body: &'a [u8],
    /// What is known of it besides, as JSON: what columns of [`crate::Origin::File`] read.
    pub context: &'a [u8],
    /// Numbers of records that are not read but counted, in order.
    pub left_out: &'a [i32],
}
