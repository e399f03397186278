//! The checksum at the end of a link. It detects lost or changed letters and is no protection against
//! forgery.

use super::LinkError;

/// The length of the checksum, in letters.
pub(super) const LETTERS: usize = 6;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Returns the checksum of a document: FNV-1a with 64 bits, folded to 30, in base32.
pub(super) fn letters(document: &str) -> String {
    let hash = document
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let folded = hash ^ (hash >> 32);
    (0..LETTERS)
        .map(|place| char::from(ALPHABET[(folded >> (5 * place)) as usize % ALPHABET.len()]))
        .collect()
}

/// Splits a text into the body and the checksum at its end.
pub(super) fn split(text: &str) -> Result<(&str, &str), LinkError> {
    text.len().checked_sub(LETTERS).and_then(|at| text.split_at_checked(at)).ok_or(LinkError::Damaged)
}
