//! Whether bytes are the same that were read before, where to keep them would take their memory again.

use std::hash::{BuildHasher, RandomState};

/// A digest by a key of its own. Other bytes have it by chance alone, since nobody knows the key: once in 2^64.
#[derive(Debug)]
pub(crate) struct Digest {
    key: [u64; 4],
    value: u64,
}

impl Digest {
    pub(crate) fn of(bytes: &[u8]) -> Digest {
        let random = RandomState::new();
        let key = [0_u8, 1, 2, 3].map(|number| random.hash_one(number));
        Digest { key, value: value(bytes, key) }
    }

    pub(crate) fn is_of(&self, bytes: &[u8]) -> bool {
        value(bytes, self.key) == self.value
    }
}

/// Bytes that are taken in at once.
const BLOCK: usize = 32;

/// By whole words: each dataset that shares a file pays for its bytes.
fn value(bytes: &[u8], key: [u64; 4]) -> u64 {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut lanes = [key[0], key[1]];
    for block in blocks {
        take(&mut lanes, block, key);
    }
    // The length tells zeros behind the end from zeros before it.
    let mut last = [0; BLOCK];
    for (to, byte) in last.iter_mut().zip(rest) {
        *to = *byte;
    }
    take(&mut lanes, &last, key);
    folded(lanes[0] ^ bytes.len() as u64, lanes[1] ^ key[3])
}

fn take(lanes: &mut [u64; 2], block: &[u8; BLOCK], key: [u64; 4]) {
    let (words, _) = block.as_chunks::<8>();
    let [first, second, third, fourth] = words else { return };
    let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    lanes[0] = folded(lanes[0] ^ word(first), key[2] ^ word(second));
    lanes[1] = folded(lanes[1] ^ word(third), key[3] ^ word(fourth));
}

/// The product's halves, one over the other: each bit of it depends on all bits of both.
#[expect(clippy::cast_possible_truncation, reason = "each is a half")]
fn folded(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_and_the_length_tell() {
        let bytes: Vec<u8> = (0..100).collect();
        for length in [0, 1, 31, 32, 33, 64, 100] {
            let digest = Digest::of(&bytes[..length]);
            assert!(digest.is_of(&bytes[..length]));
            for place in 0..length {
                let mut other = bytes[..length].to_vec();
                other[place] ^= 1;
                assert!(!digest.is_of(&other), "{place} of {length}");
            }
            let mut longer = bytes[..length].to_vec();
            longer.push(0);
            assert!(!digest.is_of(&longer), "{length}");
        }
    }
}
