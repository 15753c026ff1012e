//! Values as PostgreSQL holds them in memory, built without PostgreSQL.
//!
//! The formats are those of PostgreSQL 13 to 18 on little-endian and big-endian machines of 64 bits:
//! `varatt.h` (headers of four bytes), `numeric.c`, `jsonb.h`. An image is the same as what the type's input function gives.

mod jsonb;
mod numeric;

pub(crate) use jsonb::JsonbWriter;
pub(crate) use numeric::{any as any_numeric, small as small_numeric};

/// The longest value of variable length.
const MAX_VARIABLE: usize = 0x3FFF_FFFF;

/// The images of one row, one after another, each at a multiple of eight.
#[derive(Default, Debug)]
pub(crate) struct Images {
    bytes: Vec<u8>,
}

/// Where an image begins in its [`Images`].
pub(crate) type Offset = usize;

impl Images {
    /// Forgets the images and keeps the memory, unless one huge value made it so large that it has to go.
    pub(crate) fn clear(&mut self) {
        const KEPT: usize = 1 << 20;
        self.bytes.clear();
        if self.bytes.capacity() > KEPT {
            self.bytes.shrink_to(KEPT);
        }
    }

    /// All bytes; valid until the next image is added.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, to be written at their end.
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Begins an image of a fixed length.
    #[inline]
    pub(crate) fn begin(&mut self) -> Offset {
        let offset = self.bytes.len().next_multiple_of(8);
        self.bytes.resize(offset, 0);
        offset
    }

    /// Begins a value of variable length: leaves room for the header.
    #[inline]
    pub(crate) fn begin_variable(&mut self) -> Offset {
        let offset = self.begin();
        self.bytes.extend_from_slice(&[0; 4]);
        offset
    }

    /// Ends the value of variable length that begins at `offset`: writes the header. False when it is too long.
    #[inline]
    pub(crate) fn end_variable(&mut self, offset: Offset) -> bool {
        let length = self.bytes.len() - offset;
        write_header(&mut self.bytes, offset, length)
    }

    /// Takes back what was written from `offset` on.
    pub(crate) fn truncate(&mut self, offset: Offset) {
        self.bytes.truncate(offset);
    }
}

/// Writes the header of four bytes for a value of `length` bytes, itself included.
#[inline]
fn write_header(bytes: &mut [u8], offset: Offset, length: usize) -> bool {
    let (Some(slot), Ok(word)) = (bytes.get_mut(offset..offset + 4), u32::try_from(length)) else {
        return false;
    };
    let word = if cfg!(target_endian = "little") { word << 2 } else { word };
    slot.copy_from_slice(&word.to_ne_bytes());
    length <= MAX_VARIABLE
}
