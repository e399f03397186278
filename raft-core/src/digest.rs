//! A small hasher that gives the same result on every platform.
//!
//! `std`'s hashers promise no stable output, and `usize` is 32 bits wide in wasm. This hasher
//! widens
//! every length and discriminant to 64 bits first.

use std::hash::{Hash, Hasher};

/// A hasher that rotates and multiplies one 64-bit word at a time. It does not resist collisions
/// that somebody constructs.
#[derive(Clone, Debug)]
pub(crate) struct PortableHasher(u64);

impl PortableHasher {
    pub(crate) fn new() -> Self {
        PortableHasher(0xcbf2_9ce4_8422_2325)
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for PortableHasher {
    fn finish(&self) -> u64 {
        // The last multiplication leaves the low bits weak: fold the high bits into them.
        let mixed = (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.word(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            self.word(rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.word(u64::from(value));
    }

    fn write_u16(&mut self, value: u16) {
        self.word(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.word(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.word(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.word(value as u64);
    }

    fn write_isize(&mut self, value: isize) {
        self.word(value as i64 as u64);
    }
}

/// Returns the digest of one value.
pub(crate) fn digest_of(value: &impl Hash) -> u64 {
    let mut hasher = PortableHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_pinned() {
        // If these numbers change, every trace hash changes: raise the trace version as well.
        assert_eq!(digest_of(&(1u64, Some(2u32), "three")), 12_752_700_270_278_047_797);
        assert_ne!(digest_of(&vec![1u8, 0]), digest_of(&vec![1u8]));
    }
}
