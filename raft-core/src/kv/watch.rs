//! Watches: what happened to the keys of a range since a revision.
//!
//! Nothing is kept for a watch: its events are read from the history, which a bisection enters at
//! the right place. A live watch asks for what came after the revision that it saw last.

use super::revisions::{Change, Entry};
use super::{KeyRange, KeyValue, KvError, Store};

/// What a watch wants to see (etcd's `WatchCreateRequest`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct WatchRequest {
    /// Which keys.
    pub range: KeyRange,
    /// The first revision to see; 0 means what comes from now on.
    pub start_revision: i64,
    /// Whether events tell what the key held before.
    pub prev_kv: bool,
    /// Whether puts are left out.
    pub no_put: bool,
    /// Whether deletes are left out.
    pub no_delete: bool,
    /// Whether a response without events shall come from time to time: whoever serves the watch sees to it.
    pub progress_notify: bool,
}

impl WatchRequest {
    /// All that happens to a range from now on.
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

/// What happened to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum WatchEventKind {
    /// It was set.
    Put,
    /// It was deleted.
    Delete,
}

/// One change, as a watch shows it (etcd's `Event`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct WatchEvent {
    /// What happened.
    pub kind: WatchEventKind,
    /// The pair that was set; of a deleted one, only key and revision.
    pub kv: KeyValue,
    /// The pair as it was before the revision, if it was asked for, there, and not compacted.
    pub prev_kv: Option<KeyValue>,
}

/// The events of one revision, in the order in which they happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct WatchBatch {
    /// The revision.
    pub revision: u64,
    /// At least one event.
    pub events: Vec<WatchEvent>,
}

impl Store {
    /// What a watch shows of everything from a revision on, by revision.
    ///
    /// It may start exactly at the compacted revision, yet a deletion there is lost.
    ///
    /// # Errors
    /// The revision was compacted; [`Store::compacted_revision`] tells up to where.
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

    /// What a live watch shows of everything after the revision at which the store was when it was
    /// asked last, by revision.
    ///
    /// # Errors
    /// What comes next was compacted, as after a snapshot from afar.
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
