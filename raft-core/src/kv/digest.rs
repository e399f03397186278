//! Digests of pairs: the store's hash is their sum, so that a change costs only
//! what it changes.

use std::hash::{Hash, Hasher};

use super::KeyValue;
use crate::digest::PortableHasher;

/// The digest of one pair, with all its revisions.
pub(super) fn digest_of_pair(pair: &KeyValue) -> u64 {
    let mut hasher = PortableHasher::new();
    pair.hash(&mut hasher);
    hasher.finish()
}

/// Folds the sum of all digests and the revision into what nodes show.
pub(super) fn fold(sum: u64, revision: u64, keys: u64) -> u32 {
    let mut hasher = PortableHasher::new();
    (sum, revision, keys).hash(&mut hasher);
    let whole = hasher.finish();
    (whole ^ (whole >> 32)) as u32
}
