//! Watches: the changes of the keys of a range since a revision.
//!
//! The store keeps no state for a watch. It reads the events from the history, where a binary
//! search finds the start. A live watch asks for the changes after the revision that it saw last.

use super::revisions::{Change, Entry};
use super::{KeyRange, KeyValue, KvError, Store};

/// A request to watch a range (etcd's `WatchCreateRequest`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct WatchRequest {
    /// The keys to watch.
    pub range: KeyRange,
    /// The first revision to report; 0 means the next one.
    pub start_revision: i64,
    /// Whether events hold the previous pair.
    pub prev_kv: bool,
    /// Whether puts are omitted.
    pub no_put: bool,
    /// Whether deletes are omitted.
    pub no_delete: bool,
    /// Whether the server sends a response without events from time to time. The store ignores this.
    pub progress_notify: bool,
}

impl WatchRequest {
    /// Returns the request to watch a range from the next revision on.
    pub fn new(range: KeyRange) -> Self {
        WatchRequest {
            range,
            start_revision: 0,
            prev_kv: false,
            no_put: false,
            no_delete: false,
            progress_notify: false,
        }
    }
}

/// The kind of a change of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum WatchEventKind {
    /// The key was set.
    Put,
    /// The key was deleted.
    Delete,
}

/// One change as a watch reports it (etcd's `Event`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct WatchEvent {
    /// The kind of the change.
    pub kind: WatchEventKind,
    /// The new pair; for a deletion, only key and revision are set.
    pub kv: KeyValue,
    /// The pair before the revision, if the request asked for it, the key existed and the revision
    /// before was not compacted.
    pub prev_kv: Option<KeyValue>,
}

/// The events of one revision, in the order of the changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct WatchBatch {
    /// The revision.
    pub revision: u64,
    /// The events, at least one.
    pub events: Vec<WatchEvent>,
}

impl Store {
    /// Returns the events that a watch reports from revision `from` on, grouped by revision.
    ///
    /// A watch may start at the compacted revision itself, but a deletion at that revision is lost.
    ///
    /// # Errors
    /// Returns [`KvError::Compacted`] if `from` lies below [`Store::compacted_revision`].
    pub fn history(&self, watch: &WatchRequest, from: i64) -> Result<Vec<WatchBatch>, KvError> {
        if from < self.compacted {
            return Err(KvError::Compacted);
        }
        let mut batches: Vec<WatchBatch> = Vec::new();
        for entry in self.revisions.since(u64::try_from(from).unwrap_or(0)) {
            if !watch.range.contains(entry.change.key()) || watch.leaves_out(&entry.change) {
                continue;
            }
            let event = self.event(entry, watch.prev_kv);
            match batches.last_mut() {
                Some(batch) if batch.revision == entry.at.main => batch.events.push(event),
                _ => batches.push(WatchBatch { revision: entry.at.main, events: vec![event] }),
            }
        }
        Ok(batches)
    }

    /// Returns the events that a live watch reports after `revision`, the last one that it saw,
    /// grouped by revision.
    ///
    /// # Errors
    /// Returns [`KvError::Compacted`] if the next revision was compacted, for example because the
    /// node installed a leader's snapshot.
    pub fn events_after(&self, watch: &WatchRequest, revision: u64) -> Result<Vec<WatchBatch>, KvError> {
        self.history(watch, i64::try_from(revision).map_or(i64::MAX, |seen| seen.saturating_add(1)))
    }

    fn event(&self, entry: &Entry, prev_kv: bool) -> WatchEvent {
        let (kind, kv) = match &entry.change {
            Change::Put(pair) => (WatchEventKind::Put, (**pair).clone()),
            Change::Delete(key) => {
                let key = key.to_vec();
                let mod_revision = entry.at.main;
                let bare =
                    KeyValue { key, value: vec![], create_revision: 0, mod_revision, version: 0, lease: 0 };
                (WatchEventKind::Delete, bare)
            }
        };
        let before = entry.at.main - 1;
        let readable = prev_kv && before.cast_signed() >= self.compacted;
        let prev_kv = readable.then(|| self.index.get(&kv.key, before)).flatten();
        let prev_kv = prev_kv.map(|pair| (**pair).clone());
        WatchEvent { kind, kv, prev_kv }
    }
}

impl WatchRequest {
    fn leaves_out(&self, change: &Change) -> bool {
        match change {
            Change::Put(_) => self.no_put,
            Change::Delete(_) => self.no_delete,
        }
    }
}
