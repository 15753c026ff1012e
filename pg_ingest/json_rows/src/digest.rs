//! Whether bytes are the same that were read before, where to keep them would take their memory again.

use std::hash::{BuildHasher, RandomState};

/// A digest by a key of its own. Other bytes have it by chance alone, since nobody knows the key: once in 2^64.
#[derive(Debug)]
pub(crate) struct Digest {
    key: RandomState,
    value: u64,
}

impl Digest {
    pub(crate) fn of(bytes: &[u8]) -> Digest {
        let key = RandomState::new();
        let value = key.hash_one(bytes);
        Digest { key, value }
    }

    pub(crate) fn is_of(&self, bytes: &[u8]) -> bool {
        self.key.hash_one(bytes) == self.value
    }
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
