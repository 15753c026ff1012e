//! Inflating gzip piece by piece, so that memory stays bounded whatever a body grows to.
//!
//! The body's own first bytes decide whether it is gzip: a key's suffix and Content-Encoding only claim it, no JSON
//! document begins with these bytes, and every gzip stream does (RFC 1952, 2.3.1).

use std::io::{self, Write};

use bytes::Bytes;
use flate2::write::GzDecoder;

/// Input is fed in pieces of this many bytes: deflate grows at most 1,032 times, so one piece yields at most 2 MiB.
const PIECE_BYTES: usize = 2_048;

/// Whether a body that begins so is gzip.
pub fn is_gzip(start: &[u8]) -> bool {
    start.starts_with(&[0x1f, 0x8b])
}

/// A gzip stream being inflated: one member after another, as RFC 1952 (2.2) allows. Zeros behind a member are padding, as
/// GNU gzip and Python read them: tapes and some archivers write whole blocks.
pub struct Inflater {
    /// `None` between two members.
    member: Option<GzDecoder<Vec<u8>>>,
}

impl Default for Inflater {
    fn default() -> Self {
        Self { member: Some(GzDecoder::new(Vec::new())) }
    }
}

impl Inflater {
    /// Splits compressed bytes into pieces that [`Self::inflate`] takes.
    pub fn pieces(compressed: &[u8]) -> impl Iterator<Item = &[u8]> {
        compressed.chunks(PIECE_BYTES)
    }

    /// Inflates one piece and returns what came out of it.
    ///
    /// # Errors
    /// The stream is damaged.
    pub fn inflate(&mut self, mut piece: &[u8]) -> io::Result<Bytes> {
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

    /// Ends the stream and returns the rest.
    ///
    /// # Errors
    /// The stream is cut off or damaged.
    pub fn finish(mut self) -> io::Result<Bytes> {
        self.end_member().map(Bytes::from)
    }

    fn end_member(&mut self) -> io::Result<Vec<u8>> {
        self.member.take().map_or_else(|| Ok(Vec::new()), GzDecoder::finish)
    }
}

/// What a body is once inflated. Of one that is damaged where it grows too large, either is said, by how it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inflated {
    /// It inflates to this many bytes.
    Length(u64),
    /// It inflates to more than the limit: to this many bytes at least, where inflating was ended.
    TooLarge(u64),
    /// It begins like gzip but is damaged: it is staged as it stands, and the database says what is wrong with it.
    Damaged,
}

/// Adds up the length of a gzip stream without keeping what it inflates to.
pub struct Measure {
    inflater: Inflater,
    length: u64,
    limit: u64,
    verdict: Option<Inflated>,
}

impl Measure {
    /// Measures up to `limit` bytes.
    pub fn new(limit: u64) -> Self {
        Self { inflater: Inflater::default(), length: 0, limit, verdict: None }
    }

    /// Takes more of the stream; the verdict as soon as there is one.
    pub fn add(&mut self, compressed: &[u8]) -> Option<Inflated> {
        for piece in Inflater::pieces(compressed) {
            if self.verdict.is_some() {
                break;
            }
            let inflated = self.inflater.inflate(piece).map(|bytes| bytes.len());
            self.count(inflated);
        }
        self.verdict
    }

    /// Ends the stream.
    pub fn finish(mut self) -> Inflated {
        if self.verdict.is_none() {
            let inflater = std::mem::take(&mut self.inflater);
            let inflated = inflater.finish().map(|bytes| bytes.len());
            self.count(inflated);
        }
        self.verdict.unwrap_or(Inflated::Length(self.length))
    }

    fn count(&mut self, inflated: io::Result<usize>) {
        match inflated {
            Ok(bytes) => self.length += bytes as u64,
            Err(_) => self.verdict = Some(Inflated::Damaged),
        }
        if self.length > self.limit {
            self.verdict = Some(Inflated::TooLarge(self.length));
        }
    }
}

/// Measures a body that is held whole.
pub fn measure(compressed: &[u8], limit: u64) -> Inflated {
    let mut measure = Measure::new(limit);
    match measure.add(compressed) {
        Some(verdict) => verdict,
        None => measure.finish(),
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn inflate(compressed: &[u8]) -> io::Result<Vec<u8>> {
        let mut inflater = Inflater::default();
        let mut inflated = Vec::new();
        for piece in Inflater::pieces(compressed) {
            inflated.extend_from_slice(&inflater.inflate(piece)?);
        }
        inflated.extend_from_slice(&inflater.finish()?);
        Ok(inflated)
    }

    #[test]
    fn what_was_compressed_comes_back() {
        let text = b"{\"a\": 1}\n".repeat(10_000);
        assert_eq!(inflate(&gzip(&text)).unwrap(), text);
        assert_eq!(measure(&gzip(&text), 1 << 30), Inflated::Length(text.len() as u64));
        assert_eq!(measure(&gzip(b""), 10), Inflated::Length(0));
    }

    #[test]
    fn several_members_are_one_body() {
        let both = [gzip(b"[1,"), gzip(b"2]")].concat();
        assert_eq!(inflate(&both).unwrap(), b"[1,2]");
        assert_eq!(measure(&both, 5), Inflated::Length(5));
    }

    #[test]
    fn zeros_behind_a_member_are_padding_and_anything_else_is_damage() {
        let member = gzip(b"[1]");
        for padding in [1, 512, 2 * PIECE_BYTES] {
            let padded = [member.clone(), vec![0; padding]].concat();
            assert_eq!(inflate(&padded).unwrap(), b"[1]", "{padding}");
            assert_eq!(measure(&padded, 3), Inflated::Length(3), "{padding}");
            let both = [padded.clone(), member.clone()].concat();
            assert_eq!(inflate(&both).unwrap(), b"[1][1]", "{padding}");
            assert_eq!(measure(&[padded, vec![7]].concat(), 100), Inflated::Damaged, "{padding}");
        }
        assert_eq!(measure(&[member, b"rest".to_vec()].concat(), 100), Inflated::Damaged);
    }

    #[test]
    fn a_bomb_is_found_without_holding_it() {
        let bomb = gzip(&vec![0; 50_000_000]);
        let Inflated::TooLarge(at_least) = measure(&bomb, 1_000_000) else { panic!("the bomb is not found") };
        assert!((1_000_001..4_000_000).contains(&at_least), "{at_least}");
        assert_eq!(measure(&bomb, 50_000_000), Inflated::Length(50_000_000));
        let mut inflater = Inflater::default();
        assert!(Inflater::pieces(&bomb).all(|piece| inflater.inflate(piece).unwrap().len() < 3_000_000));
    }

    #[test]
    fn cut_off_or_damaged_streams_are_told() {
        let whole = gzip(b"{\"a\": 1}");
        for cut in 2..whole.len() {
            assert_eq!(measure(&whole[..cut], 100), Inflated::Damaged, "cut at {cut}");
        }
        let mut damaged = whole;
        let end = damaged.len() - 6;
        damaged[end] ^= 1;
        assert_eq!(measure(&damaged, 100), Inflated::Damaged);
    }
}
