//! Ranges of keys in bytewise order, as in etcd's API.

use serde::{Deserialize, Serialize};

use super::error::KvError;

/// The keys from `key` (included) to `end`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyRange {
    /// The first key of the range.
    pub key: Vec<u8>,
    /// The end of the range.
    pub end: RangeEnd,
}

/// The end of a [`KeyRange`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RangeEnd {
    /// Only the first key itself.
    Single,
    /// All keys below this one (etcd's `range_end`).
    Before(Vec<u8>),
    /// All keys at and above the first one (etcd's `range_end` of one zero byte).
    Unbounded,
}

impl KeyRange {
    /// The range of one key.
    pub fn single(key: impl Into<Vec<u8>>) -> Self {
        KeyRange { key: key.into(), end: RangeEnd::Single }
    }

    /// The range of all keys that start with `prefix`; an empty prefix means all keys.
    pub fn prefix(prefix: impl Into<Vec<u8>>) -> Self {
        let key: Vec<u8> = prefix.into();
        let mut end = key.clone();
        while end.last() == Some(&0xff) {
            end.pop();
        }
        match end.last_mut() {
            Some(last) => {
                *last += 1;
                KeyRange { key, end: RangeEnd::Before(end) }
            }
            None => KeyRange { key, end: RangeEnd::Unbounded },
        }
    }

    /// The range of all keys at and above `key`.
    pub fn from_key(key: impl Into<Vec<u8>>) -> Self {
        KeyRange { key: key.into(), end: RangeEnd::Unbounded }
    }

    /// The range of all keys from `start` (included) to `end` (excluded).
    pub fn span(start: impl Into<Vec<u8>>, end: impl Into<Vec<u8>>) -> Self {
        KeyRange { key: start.into(), end: RangeEnd::Before(end.into()) }
    }

    /// The range of all keys.
    pub fn all() -> Self {
        KeyRange::from_key(Vec::new())
    }

    /// Checks that a request may name this range.
    ///
    /// # Errors
    /// Returns [`KvError::KeyNotProvided`] if the first key is empty and the range is not unbounded.
    pub fn validate(&self) -> Result<(), KvError> {
        let nameless = self.key.is_empty() && self.end != RangeEnd::Unbounded;
        if nameless { Err(KvError::KeyNotProvided) } else { Ok(()) }
    }

    /// The total length of the two keys that bound the range, in bytes.
    pub fn bytes(&self) -> u64 {
        let end = match &self.end {
            RangeEnd::Before(end) => end.len(),
            RangeEnd::Single | RangeEnd::Unbounded => 0,
        };
        (self.key.len() + end) as u64
    }

    /// Returns whether the two ranges can share a key.
    pub fn meets(&self, other: &KeyRange) -> bool {
        match (self.as_single(), other.as_single()) {
            (Some(key), _) => other.contains(key),
            (_, Some(key)) => self.contains(key),
            (None, None) => {
                self.contains(&other.key) && !other.is_empty()
                    || other.contains(&self.key) && !self.is_empty()
            }
        }
    }

    /// Returns whether the range can hold no key.
    pub fn is_empty(&self) -> bool {
        matches!(&self.end, RangeEnd::Before(end) if *end <= self.key)
    }

    /// Returns the key of a range of one key.
    pub fn as_single(&self) -> Option<&[u8]> {
        (self.end == RangeEnd::Single).then_some(&self.key)
    }

    /// Returns whether `key` lies in the range.
    pub fn contains(&self, key: &[u8]) -> bool {
        match &self.end {
            RangeEnd::Single => key == self.key,
            RangeEnd::Before(end) => key >= self.key.as_slice() && key < end.as_slice(),
            RangeEnd::Unbounded => key >= self.key.as_slice(),
        }
    }
}
