//! Gzip (RFC 1952).

use std::io::{self, Write};

use bytes::Bytes;
use flate2::write::GzDecoder;

/// Input is fed in pieces of this many bytes: deflate grows at most 1,032 times, so one piece yields at most 2 MiB.
const PIECE_BYTES: usize = 2_048;

/// How every gzip stream begins (RFC 1952, 2.3.1); no JSON document does.
pub(super) const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// A gzip stream being unpacked: one member after another, as RFC 1952 (2.2) allows. Zeros behind a member are padding, as
/// GNU gzip and Python read them: tapes and some archivers write whole blocks.
pub(super) struct Inflater {
    /// `None` between two members.
    member: Option<GzDecoder<Vec<u8>>>,
}

impl Default for Inflater {
    fn default() -> Self {
        Self { member: Some(GzDecoder::new(Vec::new())) }
    }
}

impl Inflater {
    /// Takes the next piece of what is there and returns what came out of it; `None` once all is taken.
    pub(super) fn step(&mut self, packed: &mut &[u8]) -> io::Result<Option<Bytes>> {
        let (piece, rest) = packed.split_at(packed.len().min(PIECE_BYTES));
        *packed = rest;
        if piece.is_empty() { Ok(None) } else { self.inflate(piece).map(Some) }
    }

    fn inflate(&mut self, mut piece: &[u8]) -> io::Result<Bytes> {
        let mut inflated = Vec::new();
        while !piece.is_empty() {
            let Some(member) = &mut self.member else {
                let padding = piece.iter().take_while(|byte| **byte == 0).count();
                piece = &piece[padding..];
                if !piece.is_empty() {
                    self.member = Some(GzDecoder::new(Vec::new()));
                }
                continue;
            };
            match member.write(piece)? {
                // The member is complete; what is left of the piece lies behind it.
                0 => inflated.append(&mut self.end_member()?),
                taken => piece = &piece[taken..],
            }
        }
        if let Some(member) = &mut self.member {
            inflated.append(member.get_mut());
        }
        Ok(Bytes::from(inflated))
    }

    /// Ends the stream and returns the rest; an error where it is cut off or damaged.
    pub(super) fn finish(mut self) -> io::Result<Bytes> {
        self.end_member().map(Bytes::from)
    }

    fn end_member(&mut self) -> io::Result<Vec<u8>> {
        self.member.take().map_or_else(|| Ok(Vec::new()), GzDecoder::finish)
    }
}
