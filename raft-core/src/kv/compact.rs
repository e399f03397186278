//! Compaction: the past below a revision goes, what was there at it stays readable.

use super::{KvError, Response, Store};

impl Store {
    /// Drops every change up to `revision` that a later one, up to it too, replaced; a tombstone
    /// goes even when it is the last. The store's revision stays.
    pub(super) fn compact(&mut self, revision: i64) -> Result<Response, KvError> {
        if revision <= self.compacted {
            return Err(KvError::Compacted);
        }
        if revision > self.revision.cast_signed() {
            return Err(KvError::FutureRevision);
        }
        self.compacted = revision;
        let main = u64::try_from(revision).unwrap_or(0);
        let index = &mut self.index;
        self.revisions.retain_until(main, |entry| {
            let key = entry.change.key();
            if index.last_change(key, main) != Some(entry.at) {
                return false;
            }
            index.compact(key, main);
            entry.change.pair().is_some()
        });
        Ok(Response::Compact { revision: self.revision })
    }
}
