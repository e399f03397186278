//! Compaction: drops the history below a revision; the state at that revision stays readable.

use super::{KvError, Response, Store};

impl Store {
    /// Drops every change up to `revision` that a later change up to `revision` replaced, and every
    /// tombstone. The store's revision does not change.
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
