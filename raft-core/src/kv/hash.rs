//! Hashes of the store: the one that the page shows for each node, and etcd's `hashkv`.
//!
//! The shown hash is computed from sums of digests, so that an update costs only the changed parts.
//! `hashkv` equals etcd's bit for bit: a CRC-32C over the history as etcd's database stores it.

use std::hash::{Hash, Hasher};

use super::revisions::Entry;
use super::{KvError, Store, wire};
use crate::digest::{PortableHasher, digest_of};

/// Returns the digest of one change and its revision.
pub(super) fn digest_of_entry(entry: &Entry) -> u64 {
    digest_of(entry)
}

/// The response to `hashkv` (etcd's `HashKVResponse`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashKv {
    /// The CRC-32C of the history up to the requested revision.
    pub hash: u32,
    /// The store's revision.
    pub revision: u64,
    /// The first readable revision; -1 before the first compaction.
    pub compact_revision: i64,
}

impl Store {
    /// Returns the hash of the whole replicated state, history included. It is equal on nodes that
    /// applied the same commands.
    pub fn hash(&self) -> u32 {
        let mut hasher = PortableHasher::new();
        (self.revisions.digest(), self.revision, self.compacted).hash(&mut hasher);
        (self.leases.digest(), &self.alarms).hash(&mut hasher);
        let whole = hasher.finish();
        (whole ^ (whole >> 32)) as u32
    }

    /// Returns etcd's hash of the history up to a revision; 0 means the present.
    ///
    /// Changes that one node has compacted and another has not are left out.
    ///
    /// # Errors
    /// Returns [`KvError::Compacted`] or [`KvError::FutureRevision`] if the revision is not readable.
    pub fn hashkv(&self, revision: i64) -> Result<HashKv, KvError> {
        if revision > 0 && revision <= self.compacted {
            return Err(KvError::Compacted);
        }
        if revision > self.revision.cast_signed() {
            return Err(KvError::FutureRevision);
        }
        let until = if revision == 0 { self.revision } else { u64::try_from(revision).unwrap_or(0) };
        let compacted = u64::try_from(self.compacted).unwrap_or(0);
        // As in etcd, old changes are left out only if some key exists at the revision.
        let prunes = compacted > 0 && self.index.any_at(until);
        let mut crc = Crc32c::new();
        crc.write(b"key");
        let mut bytes = Vec::new();
        for entry in self.revisions.all().iter().take_while(|entry| entry.at.main <= until) {
            let old = prunes && entry.at.main <= compacted;
            if old && self.index.last_change(entry.change.key(), until) != Some(entry.at) {
                continue;
            }
            bytes.clear();
            wire::write_entry(entry.at, &entry.change, &mut bytes);
            crc.write(&bytes);
        }
        Ok(HashKv { hash: crc.finish(), revision: self.revision, compact_revision: self.compacted })
    }
}

/// CRC-32 with Castagnoli's polynomial, bits reversed. It takes four bits per step: a table for
/// eight bits would add more bytes to the page than the speed is worth.
struct Crc32c(u32);

const POLYNOMIAL: u32 = 0x82f6_3b78;
const NIBBLES: [u32; 16] = nibbles();

const fn nibbles() -> [u32; 16] {
    let mut table = [0; 16];
    let mut nibble = 0;
    while nibble < 16 {
        let mut crc = nibble;
        let mut bit = 0;
        while bit < 4 {
            crc = if crc & 1 == 1 { crc >> 1 ^ POLYNOMIAL } else { crc >> 1 };
            bit += 1;
        }
        table[nibble as usize] = crc;
        nibble += 1;
    }
    table
}

impl Crc32c {
    fn new() -> Self {
        Crc32c(u32::MAX)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let mut crc = self.0 ^ u32::from(*byte);
            crc = crc >> 4 ^ NIBBLES[(crc & 15) as usize];
            self.0 = crc >> 4 ^ NIBBLES[(crc & 15) as usize];
        }
    }

    fn finish(&self) -> u32 {
        !self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crc_matches_published_vectors() {
        let crc = |bytes: &[u8]| {
            let mut crc = Crc32c::new();
            crc.write(bytes);
            crc.finish()
        };
        // The check value from the catalogue of CRCs, and two vectors from RFC 3720.
        assert_eq!(crc(b"123456789"), 0xe306_9283);
        assert_eq!(crc(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc(&[0xff; 32]), 0x62a8_ab43);
    }
}
