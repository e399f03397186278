//! Snapshots: a store as bytes. All numbers are little-endian.
//!
//! A format version, the revision, the number of pairs; then for each pair its
//! revisions, version and lease, and key and value with their lengths.

use std::fmt;

use super::store::{FIRST_REVISION, Store};
use super::{KeyValue, digest};

const FORMAT: u8 = 1;

/// A snapshot that does not decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// It was written in another format.
    Format(u8),
    /// It ends in the middle of something.
    TooShort,
    /// Something follows after its end.
    TooLong,
    /// A key is empty, out of order, or carries revisions that cannot be.
    BadPair,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Format(found) => {
                write!(f, "snapshot format {found} is not known; format {FORMAT} is")
            }
            DecodeError::TooShort => f.write_str("the snapshot ends too early"),
            DecodeError::TooLong => f.write_str("the snapshot goes on after its end"),
            DecodeError::BadPair => f.write_str("a pair in the snapshot is out of order or impossible"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl Store {
    /// The store as bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        let mut word = |value: u64| bytes.extend_from_slice(&value.to_le_bytes());
        word(self.revision);
        word(self.key_count());
        for pair in self.pairs.values() {
            let lease = pair.lease.cast_unsigned();
            for value in [pair.create_revision, pair.mod_revision, pair.version, lease] {
                bytes.extend_from_slice(&value.to_le_bytes());
            }
            for text in [&pair.key, &pair.value] {
                bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
                bytes.extend_from_slice(text);
            }
        }
        bytes
    }

    /// The store that [`Store::encode`] wrote.
    ///
    /// # Errors
    /// The bytes are no snapshot; see [`DecodeError`].
    pub fn decode(bytes: &[u8]) -> Result<Store, DecodeError> {
        let mut reader = Reader(bytes);
        match reader.take(1)? {
            [FORMAT] => {}
            found => return Err(DecodeError::Format(found[0])),
        }
        let mut store = Store::new();
        store.revision = reader.word()?;
        if store.revision < FIRST_REVISION {
            return Err(DecodeError::BadPair);
        }
        for _ in 0..reader.word()? {
            let pair = reader.pair()?;
            let follows = store.pairs.last_key_value().is_none_or(|(last, _)| *last < pair.key);
            let possible = pair.create_revision > FIRST_REVISION
                && pair.create_revision <= pair.mod_revision
                && pair.mod_revision <= store.revision
                && pair.version > 0;
            if !follows || !possible || pair.key.is_empty() {
                return Err(DecodeError::BadPair);
            }
            store.insert(pair);
        }
        if !reader.0.is_empty() {
            return Err(DecodeError::TooLong);
        }
        debug_assert_eq!(store.hash(), digest::fold(recomputed(&store), store.revision, store.key_count()));
        Ok(store)
    }
}

fn recomputed(store: &Store) -> u64 {
    store.pairs.values().fold(0, |sum: u64, pair| sum.wrapping_add(digest::digest_of_pair(pair)))
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: u64) -> Result<&'a [u8], DecodeError> {
        let count = usize::try_from(count).map_err(|_| DecodeError::TooShort)?;
        let (head, tail) = self.0.split_at_checked(count).ok_or(DecodeError::TooShort)?;
        self.0 = tail;
        Ok(head)
    }

    fn word(&mut self) -> Result<u64, DecodeError> {
        let bytes = self.take(8)?;
        let word = <[u8; 8]>::try_from(bytes).map_err(|_| DecodeError::TooShort)?;
        Ok(u64::from_le_bytes(word))
    }

    fn text(&mut self) -> Result<Vec<u8>, DecodeError> {
        let length = self.word()?;
        self.take(length).map(<[u8]>::to_vec)
    }

    fn pair(&mut self) -> Result<KeyValue, DecodeError> {
        let create_revision = self.word()?;
        let mod_revision = self.word()?;
        let version = self.word()?;
        let lease = self.word()?.cast_signed();
        let key = self.text()?;
        let value = self.text()?;
        Ok(KeyValue { key, value, create_revision, mod_revision, version, lease })
    }
}
