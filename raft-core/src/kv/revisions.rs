//! The history: every change that was not compacted, by revision.
//!
//! As in etcd's backend, a change has the revision of its transaction (`main`) and its place in it
//! (`sub`). Changes are only appended, and only compaction removes some, so the history is one
//! sorted list, in which a binary search finds any revision.

use std::rc::Rc;

use super::{KeyValue, hash, wire};

/// The revision of one change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Revision {
    /// The store's revision after the transaction.
    pub(super) main: u64,
    /// The change's place in the transaction, from 0.
    pub(super) sub: u32,
}

/// A change of one key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Change {
    /// The key was set to this pair.
    Put(Rc<KeyValue>),
    /// The key was deleted (a tombstone).
    Delete(Rc<[u8]>),
}

impl Change {
    /// The key that changed.
    pub(super) fn key(&self) -> &[u8] {
        match self {
            Change::Put(pair) => &pair.key,
            Change::Delete(key) => key,
        }
    }

    /// The new pair; `None` for a deletion.
    pub(super) fn pair(&self) -> Option<&Rc<KeyValue>> {
        match self {
            Change::Put(pair) => Some(pair),
            Change::Delete(_) => None,
        }
    }
}

/// A change with its revision.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Entry {
    pub(super) at: Revision,
    pub(super) change: Change,
}

/// All changes that were not compacted, by revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Revisions {
    entries: Vec<Entry>,
    /// The sum of all entries' digests, so that an update costs one digest.
    digest: u64,
    /// The bytes that the entries take in the database.
    stored: u64,
}

impl Revisions {
    /// Adds a change. It must be later than all others.
    pub(super) fn push(&mut self, entry: Entry) {
        self.digest = self.digest.wrapping_add(hash::digest_of_entry(&entry));
        self.stored += wire::stored_bytes(&entry.change);
        self.entries.push(entry);
    }

    /// All changes, by revision.
    pub(super) fn all(&self) -> &[Entry] {
        &self.entries
    }

    /// The changes from revision `main` on.
    pub(super) fn since(&self, main: u64) -> &[Entry] {
        &self.entries[self.entries.partition_point(|entry| entry.at.main < main)..]
    }

    /// Removes the changes up to revision `main` for which `keep` returns false.
    pub(super) fn retain_until(&mut self, main: u64, mut keep: impl FnMut(&Entry) -> bool) {
        let (digest, stored) = (&mut self.digest, &mut self.stored);
        self.entries.retain(|entry| {
            let stays = entry.at.main > main || keep(entry);
            if !stays {
                *digest = digest.wrapping_sub(hash::digest_of_entry(entry));
                *stored -= wire::stored_bytes(&entry.change);
            }
            stays
        });
    }

    /// The sum of all changes' digests.
    pub(super) fn digest(&self) -> u64 {
        self.digest
    }

    /// The bytes that the changes take in the database.
    pub(super) fn stored(&self) -> u64 {
        self.stored
    }
}
