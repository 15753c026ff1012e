//! Any bytes as a packed body: no panic, and what a body is measured at is what it unpacks to, however it arrives.

#![no_main]

/// The shipper's own source: as a dependency it would bring the AWS SDK, minutes of building for one module.
#[path = "../../src"]
#[allow(dead_code, reason = "the shipper uses more of it")]
mod shipper {
    pub(crate) mod unpack;
}

use std::io::Write as _;

use arbitrary::Arbitrary;
use flate2::{Compression, write::GzEncoder};
use libfuzzer_sys::fuzz_target;
use shipper::unpack::{Measure, Packing, Unpacked, Unpacker, measure};

/// What the fuzzer makes up: members of a gzip stream or frames of a zstd one, what happens to them on the way, and how they arrive.
#[derive(Arbitrary, Debug)]
struct Case {
    is_zstd: bool,
    members: Vec<(Vec<u8>, u16)>,
    raw: Vec<u8>,
    damage: Vec<(u16, u8)>,
    limit: u32,
    arrivals: Vec<u16>,
}

impl Case {
    fn packing(&self) -> Packing {
        if self.is_zstd { Packing::Zstd } else { Packing::Gzip }
    }
}

fuzz_target!(|case: Case| {
    let (sound, length) = compressed(&case);
    assert_eq!(Packing::of(&sound), Some(case.packing()));
    let limit = u64::from(case.limit);
    match measure(case.packing(), &sound, limit) {
        Unpacked::TooLarge(at_least) => assert!((limit + 1..=length).contains(&at_least)),
        told => assert_eq!(told, Unpacked::Length(length)),
    }
    let body = damaged(sound, &case);
    let verdict = measure(case.packing(), &body, limit);
    let arrived = measured_in_arrivals(&body, &case);
    if let Unpacked::Length(length) = verdict {
        assert_eq!(arrived, verdict, "measured as it arrives");
        assert_eq!(unpacked_in_arrivals(&body, &case), Some(length), "unpacked as it arrives");
    } else {
        // Of a stream that is damaged where it grows too large, either may be found first.
        assert!(!matches!(arrived, Unpacked::Length(_)), "{verdict:?} as a whole, {arrived:?} as it arrives");
    }
});

/// The members, one after another, and what they unpack to; at least one, since an empty body is not packed.
fn compressed(case: &Case) -> (Vec<u8>, u64) {
    let (mut body, mut length) = (Vec::new(), 0);
    for (bytes, times) in case.members.iter().chain([&(Vec::new(), 0)]) {
        let text = bytes.repeat(usize::from(times % 512) + 1);
        length += text.len() as u64;
        body.append(&mut packed(case.packing(), &text));
    }
    (body, length)
}

fn packed(packing: Packing, text: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(zstd_safe::compress_bound(text.len()));
    // With room enough, neither can fail.
    let _ = match packing {
        Packing::Zstd => zstd_safe::compress(&mut body, text, 1).is_ok(),
        Packing::Gzip => {
            let mut encoder = GzEncoder::new(&mut body, Compression::fast());
            encoder.write_all(text).and_then(|()| encoder.finish().map(drop)).is_ok()
        }
    };
    body
}

fn damaged(mut body: Vec<u8>, case: &Case) -> Vec<u8> {
    for (place, bits) in &case.damage {
        let place = usize::from(*place) % body.len();
        body[place] ^= bits;
    }
    body.extend_from_slice(&case.raw);
    body
}

/// The body in pieces of the fuzzer's choice, as a network would hand them over.
fn arrivals<'b>(body: &'b [u8], case: &'b Case) -> impl Iterator<Item = &'b [u8]> {
    let mut rest = body;
    let mut sizes = case.arrivals.iter().cycle();
    std::iter::from_fn(move || {
        let size = sizes.next().map_or(usize::MAX, |size| usize::from(*size) + 1);
        let (piece, left) = rest.split_at(size.min(rest.len()));
        rest = left;
        (!piece.is_empty()).then_some(piece)
    })
}

fn measured_in_arrivals(body: &[u8], case: &Case) -> Unpacked {
    let mut measure = Measure::new(case.packing(), u64::from(case.limit));
    for piece in arrivals(body, case) {
        if let Some(verdict) = measure.add(piece) {
            return verdict;
        }
    }
    measure.finish()
}

fn unpacked_in_arrivals(body: &[u8], case: &Case) -> Option<u64> {
    let (mut unpacker, mut length) = (Unpacker::new(case.packing()), 0);
    for arrival in arrivals(body, case) {
        for piece in unpacker.unpack(arrival) {
            length += piece.ok()?.len() as u64;
        }
    }
    Some(length + unpacker.finish().ok()?.len() as u64)
}
