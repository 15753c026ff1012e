//! Unpacking bodies piece by piece, so that memory stays bounded whatever a body grows to.
//!
//! The body's own first bytes decide how it is packed: a key's suffix and Content-Encoding only claim it, and no JSON document
//! begins with these bytes.

mod gzip;
mod zstd;

use std::io;

use bytes::Bytes;

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

impl Packing {
    /// So many bytes of a body tell.
    pub const TOLD_BY_BYTES: usize = 4;

    /// How a body that begins so is packed; `None` where it is not, or in a way that is not read.
    pub fn of(start: &[u8]) -> Option<Self> {
        if start.starts_with(&gzip::MAGIC) {
            Some(Self::Gzip)
        } else if zstd::begins(start) {
            Some(Self::Zstd)
        } else {
            None
        }
    }
}

/// A body being unpacked.
pub struct Unpacker(Format);

enum Format {
    Gzip(gzip::Inflater),
    Zstd(zstd::Decoder),
}

impl Unpacker {
    /// Begins a body that is packed so.
    pub fn new(packing: Packing) -> Self {
        Self(match packing {
            Packing::Gzip => Format::Gzip(gzip::Inflater::default()),
            Packing::Zstd => Format::Zstd(zstd::Decoder::default()),
        })
    }

    /// Unpacks more of the stream, into pieces of about 2 MiB at most. An error, after which nothing more comes, says that the
    /// stream is damaged.
    pub fn unpack(&mut self, mut packed: &[u8]) -> impl Iterator<Item = io::Result<Bytes>> {
        let mut is_damaged = false;
        std::iter::from_fn(move || {
            if is_damaged {
                return None;
            }
            let piece = match &mut self.0 {
                Format::Gzip(inflater) => inflater.step(&mut packed),
                Format::Zstd(decoder) => decoder.step(&mut packed),
            };
            is_damaged = piece.is_err();
            piece.transpose()
        })
    }

    /// Ends the stream and returns the rest.
    ///
    /// # Errors
    /// The stream is cut off or damaged.
    pub fn finish(self) -> io::Result<Bytes> {
        match self.0 {
            Format::Gzip(inflater) => inflater.finish(),
            Format::Zstd(decoder) => decoder.finish(),
        }
    }
}

/// What a body is once unpacked. Of one that is damaged where it grows too large, either is said, by how it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unpacked {
    /// It unpacks to this many bytes.
    Length(u64),
    /// It unpacks to more than the limit: to this many bytes at least, where unpacking was ended.
    TooLarge(u64),
    /// It begins as if it were packed but is damaged: it is staged as it stands, and the database says what is wrong with it.
    Damaged,
}

/// Adds up the length of a packed body without keeping what it unpacks to.
pub struct Measure {
    unpacker: Unpacker,
    length: u64,
    limit: u64,
    verdict: Option<Unpacked>,
}

impl Measure {
    /// Measures up to `limit` bytes.
    pub fn new(packing: Packing, limit: u64) -> Self {
        Self { unpacker: Unpacker::new(packing), length: 0, limit, verdict: None }
    }

    /// Takes more of the stream; the verdict as soon as there is one.
    pub fn add(&mut self, packed: &[u8]) -> Option<Unpacked> {
        for piece in self.unpacker.unpack(packed) {
            if self.verdict.is_some() {
                break;
            }
            (self.length, self.verdict) = counted(self.length, self.limit, piece);
        }
        self.verdict
    }

    /// Ends the stream.
    pub fn finish(self) -> Unpacked {
        if let Some(verdict) = self.verdict {
            return verdict;
        }
        let (length, verdict) = counted(self.length, self.limit, self.unpacker.finish());
        verdict.unwrap_or(Unpacked::Length(length))
    }
}

/// The length with one piece more, and the verdict if that decides it.
fn counted(length: u64, limit: u64, piece: io::Result<Bytes>) -> (u64, Option<Unpacked>) {
    let Ok(piece) = piece else { return (length, Some(Unpacked::Damaged)) };
    let length = length + piece.len() as u64;
    (length, (length > limit).then_some(Unpacked::TooLarge(length)))
}

/// Measures a body that is held whole.
pub fn measure(packing: Packing, packed: &[u8], limit: u64) -> Unpacked {
    let mut measure = Measure::new(packing, limit);
    match measure.add(packed) {
        Some(verdict) => verdict,
        None => measure.finish(),
    }
}

#[cfg(test)]
mod tests;
