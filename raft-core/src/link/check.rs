//! The check at a link's end: it finds what was lost or changed on the way. No secret: whoever writes
//! links can compute it.

use super::LinkError;

/// How many letters it has.
pub(super) const LETTERS: usize = 6;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The check of a document: FNV-1a in 64 bits, folded to 30.
pub(super) fn letters(document: &str) -> String {
    let hash = document
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let folded = hash ^ (hash >> 32);
    (0..LETTERS)
        .map(|place| char::from(ALPHABET[(folded >> (5 * place)) as usize % ALPHABET.len()]))
        .collect()
}

/// A body and the check that stands behind it.
pub(super) fn split(text: &str) -> Result<(&str, &str), LinkError> {
    text.len().checked_sub(LETTERS).and_then(|at| text.split_at_checked(at)).ok_or(LinkError::Damaged)
}
