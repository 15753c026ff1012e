use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use zstd_safe::{CCtx, CParameter};

use super::*;

const BOTH: [Packing; 2] = [Packing::Gzip, Packing::Zstd];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A frame with a checksum, that looks back so far at most.
fn zstd(bytes: &[u8], window_log: u32) -> Vec<u8> {
    let mut context = CCtx::create();
    context.set_parameter(CParameter::ChecksumFlag(true)).unwrap();
    context.set_parameter(CParameter::WindowLog(window_log)).unwrap();
    let mut packed = Vec::with_capacity(zstd_safe::compress_bound(bytes.len()));
    context.compress2(&mut packed, bytes).unwrap();
    packed
}

fn packed(packing: Packing, bytes: &[u8]) -> Vec<u8> {
    match packing {
        Packing::Gzip => gzip(bytes),
        Packing::Zstd => zstd(bytes, 20),
    }
}

/// What a body unpacks to, in pieces as it arrives.
fn unpacked(body: &[u8], arrival: usize) -> io::Result<Vec<u8>> {
    let mut unpacker = Unpacker::new(Packing::of(body).unwrap());
    let mut whole = Vec::new();
    for chunk in body.chunks(arrival) {
        for piece in unpacker.unpack(chunk) {
            whole.extend_from_slice(&piece?);
        }
    }
    whole.extend_from_slice(&unpacker.finish()?);
    Ok(whole)
}

fn measured(body: &[u8], limit: u64) -> Unpacked {
    measure(Packing::of(body).unwrap(), body, limit)
}

#[test]
fn what_was_packed_comes_back_however_it_arrives() {
    let text = b"{\"a\": 1}\n".repeat(100_000);
    for packing in BOTH {
        let body = packed(packing, &text);
        assert_eq!(Packing::of(&body), Some(packing));
        for arrival in [1, 1_000, body.len()] {
            assert_eq!(unpacked(&body, arrival).unwrap(), text, "{packing:?}, {arrival} bytes at a time");
        }
        assert_eq!(measured(&body, 1 << 30), Unpacked::Length(text.len() as u64));
        assert_eq!(measured(&packed(packing, b""), 10), Unpacked::Length(0));
    }
}

#[test]
fn several_members_or_frames_are_one_body() {
    for packing in BOTH {
        let both = [packed(packing, b"[1,"), packed(packing, b""), packed(packing, b"2]")].concat();
        assert_eq!(unpacked(&both, both.len()).unwrap(), b"[1,2]");
        assert_eq!(unpacked(&both, 1).unwrap(), b"[1,2]");
        assert_eq!(measured(&both, 5), Unpacked::Length(5));
    }
}

#[test]
fn a_zstd_frame_without_content_may_stand_anywhere() {
    let skippable = [&[0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
    let body = [&skippable[..], &zstd(b"[1]", 20), &skippable].concat();
    assert_eq!(unpacked(&body, 1).unwrap(), b"[1]");
    assert_eq!(measured(&body, 3), Unpacked::Length(3));
}

#[test]
fn zeros_behind_a_member_are_padding_and_anything_else_is_damage() {
    let member = gzip(b"[1]");
    for padding in [1, 512, 5_000] {
        let padded = [member.clone(), vec![0; padding]].concat();
        assert_eq!(unpacked(&padded, padded.len()).unwrap(), b"[1]", "{padding}");
        assert_eq!(measured(&padded, 3), Unpacked::Length(3), "{padding}");
        let both = [padded.clone(), member.clone()].concat();
        assert_eq!(unpacked(&both, both.len()).unwrap(), b"[1][1]", "{padding}");
        assert_eq!(measured(&[padded, vec![7]].concat(), 100), Unpacked::Damaged, "{padding}");
    }
    for packing in BOTH {
        assert_eq!(measured(&[packed(packing, b"[1]"), b"rest".to_vec()].concat(), 100), Unpacked::Damaged);
    }
}

#[test]
fn a_bomb_is_found_without_holding_it() {
    for packing in BOTH {
        let bomb = packed(packing, &vec![0; 50_000_000]);
        assert!(bomb.len() < 100_000, "{packing:?}: {}", bomb.len());
        let Unpacked::TooLarge(at_least) = measured(&bomb, 1_000_000) else {
            panic!("the bomb is not found")
        };
        assert!((1_000_001..4_000_000).contains(&at_least), "{packing:?}: {at_least}");
        assert_eq!(measured(&bomb, 50_000_000), Unpacked::Length(50_000_000));
        let mut unpacker = Unpacker::new(packing);
        assert!(unpacker.unpack(&bomb).all(|piece| piece.unwrap().len() < 3_000_000));
    }
}

#[test]
fn a_zstd_frame_that_asks_for_more_memory_than_readers_owe_is_damaged() {
    let mut random = std::iter::successors(Some(1_u32), |state| Some(state.wrapping_mul(747_796_405) + 1));
    let text: Vec<u8> =
        std::iter::repeat_with(|| random.next().unwrap().to_be_bytes()[0]).take(9_000_000).collect();
    assert_eq!(measured(&zstd(&text, 23), 1 << 30), Unpacked::Length(9_000_000));
    assert_eq!(measured(&zstd(&text, 24), 1 << 30), Unpacked::Damaged);
}

#[test]
fn cut_off_or_damaged_streams_are_told() {
    for packing in BOTH {
        let whole = packed(packing, b"{\"a\": 1}");
        for cut in 4..whole.len() {
            assert_eq!(measured(&whole[..cut], 100), Unpacked::Damaged, "{packing:?} cut at {cut}");
        }
        let mut damaged = whole;
        let end = damaged.len() - 6;
        damaged[end] ^= 1;
        assert_eq!(measured(&damaged, 100), Unpacked::Damaged, "{packing:?}");
    }
}

#[test]
fn nothing_comes_after_an_error() {
    for packing in BOTH {
        let mut body = packed(packing, &b"{\"a\": 1}\n".repeat(10_000));
        body.truncate(10);
        body.extend([0xff; 20_000]);
        let mut unpacker = Unpacker::new(packing);
        assert_eq!(unpacker.unpack(&body).filter(Result::is_err).count(), 1, "{packing:?}");
    }
}
