//! Zstandard (RFC 8878).

use std::io;

use bytes::Bytes;
use zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer, get_error_name};

/// A frame's first bytes (RFC 8878, 3.1.1).
const FRAME: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// What follows the first byte, 0x50 to 0x5f, of a frame that holds no content (RFC 8878, 3.1.2). Tools that compress in
/// parallel begin with one.
const SKIPPABLE: [u8; 3] = [0x2a, 0x4d, 0x18];
/// A frame asks for this much memory to look back into, and may ask for gigabytes. 2^23 is what RFC 8878 (3.1.1.1.2) asks of
/// every reader, RFC 9659 allows on the web, and `zstd` takes up to level 19.
const WINDOW_LOG: u32 = 23;
/// What one step gives at most: a block (RFC 8878, 3.1.1.2.4). Four bytes of input can be a block, so steps go by the output.
const PIECE_BYTES: usize = 128 * 1024;

/// Whether a body that begins so is zstd.
pub(super) fn begins(start: &[u8]) -> bool {
    let is_skippable =
        matches!(start, [first, rest @ ..] if first & 0xf0 == 0x50 && rest.starts_with(&SKIPPABLE));
    start.starts_with(&FRAME) || is_skippable
}

/// A zstd stream being unpacked, one frame after another.
pub(super) struct Decoder {
    /// `None` where there was no memory for it.
    context: Option<DCtx<'static>>,
    /// Whether all that came so far is whole frames.
    is_between_frames: bool,
    /// Whether the last piece was full, so that more may wait behind it.
    has_more: bool,
}

impl Default for Decoder {
    fn default() -> Self {
        let limited = |mut context: DCtx<'static>| {
            context.set_parameter(DParameter::WindowLogMax(WINDOW_LOG)).is_ok().then_some(context)
        };
        Self { context: DCtx::try_create().and_then(limited), is_between_frames: true, has_more: false }
    }
}

impl Decoder {
    /// Takes as much of what is there as fills a piece, and returns the piece; `None` once all is taken.
    pub(super) fn step(&mut self, packed: &mut &[u8]) -> io::Result<Option<Bytes>> {
        if packed.is_empty() && !self.has_more {
            return Ok(None);
        }
        let context = self.context.as_mut().ok_or(io::ErrorKind::OutOfMemory)?;
        let mut piece = vec![0; PIECE_BYTES];
        let mut output = OutBuffer::around(piece.as_mut_slice());
        let mut input = InBuffer::around(packed);
        let wanted = context
            .decompress_stream(&mut output, &mut input)
            .map_err(|code| io::Error::new(io::ErrorKind::InvalidData, get_error_name(code)))?;
        let (given, taken) = (output.pos(), input.pos);
        *packed = &packed[taken..];
        self.is_between_frames = wanted == 0;
        self.has_more = given == PIECE_BYTES && !self.is_between_frames;
        piece.truncate(given);
        Ok(Some(Bytes::from(piece)))
    }

    /// Ends the stream; an error where it is cut off.
    pub(super) fn finish(self) -> io::Result<Bytes> {
        if self.is_between_frames { Ok(Bytes::new()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}
