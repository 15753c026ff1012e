//! Any bytes as a gzip body: no panic, and what a body is measured at is what it inflates to, however it arrives.

#![no_main]

/// The shipper's own source: as a dependency it would bring the AWS SDK, minutes of building for one module.
#[path = "../../src/gunzip.rs"]
#[allow(dead_code, reason = "the shipper uses more of it")]
mod gunzip;

use std::io::Write as _;

use arbitrary::Arbitrary;
use flate2::{Compression, write::GzEncoder};
use gunzip::{Inflated, Inflater, Measure, measure};
use libfuzzer_sys::fuzz_target;

/// What the fuzzer makes up: members of a gzip stream, what happens to them on the way, and how they arrive.
#[derive(Arbitrary, Debug)]
struct Case {
    members: Vec<(Vec<u8>, u16)>,
    raw: Vec<u8>,
    damage: Vec<(u16, u8)>,
    limit: u32,
    arrivals: Vec<u16>,
}

fuzz_target!(|case: Case| {
    let (sound, length) = compressed(&case);
    let limit = u64::from(case.limit);
    match measure(&sound, limit) {
        Inflated::TooLarge(at_least) => assert!((limit + 1..=length).contains(&at_least)),
        told => assert_eq!(told, Inflated::Length(length)),
    }
    let body = damaged(sound, &case);
    let verdict = measure(&body, limit);
    let arrived = measured_in_arrivals(&body, &case);
    if let Inflated::Length(length) = verdict {
        assert_eq!(arrived, verdict, "measured as it arrives");
        assert_eq!(inflated_in_arrivals(&body, &case), Some(length), "inflated as it arrives");
    } else {
        // Of a stream that is damaged where it grows too large, either may be found first.
        assert!(!matches!(arrived, Inflated::Length(_)), "{verdict:?} as a whole, {arrived:?} as it arrives");
    }
});

/// The members, one after another, and what they inflate to; at least one, since an empty body is no gzip.
fn compressed(case: &Case) -> (Vec<u8>, u64) {
    let (mut body, mut length) = (Vec::new(), 0);
    for (bytes, times) in case.members.iter().chain([&(Vec::new(), 0)]) {
        let text = bytes.repeat(usize::from(times % 512) + 1);
        length += text.len() as u64;
        let mut encoder = GzEncoder::new(&mut body, Compression::fast());
        // Writing to a vector cannot fail.
        let _ = encoder.write_all(&text).and_then(|()| encoder.finish().map(drop));
    }
    (body, length)
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

fn measured_in_arrivals(body: &[u8], case: &Case) -> Inflated {
    let mut measure = Measure::new(u64::from(case.limit));
    for piece in arrivals(body, case) {
        if let Some(verdict) = measure.add(piece) {
            return verdict;
        }
    }
    measure.finish()
}

fn inflated_in_arrivals(body: &[u8], case: &Case) -> Option<u64> {
    let (mut inflater, mut length) = (Inflater::default(), 0);
    for piece in arrivals(body, case).flat_map(Inflater::pieces) {
        length += inflater.inflate(piece).ok()?.len() as u64;
    }
    Some(length + inflater.finish().ok()?.len() as u64)
}
