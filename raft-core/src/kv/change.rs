//! A transaction in progress: its changes share the next revision and are numbered within it.
//!
//! Every check that can refuse a transaction has passed before a [`Writer`] exists, so a started
//! transaction always finishes.

use std::rc::Rc;

use super::revisions::{Change, Entry, Revision};
use super::{
    DeleteRequest, DeleteResponse, KeyRange, KeyValue, PutRequest, PutResponse, RangeRequest, RangeResponse,
    Store,
};

/// A transaction in progress on a store.
pub(super) struct Writer<'a> {
    store: &'a mut Store,
    /// The number of changes so far.
    changes: u32,
}

impl Store {
    /// Begins a transaction.
    pub(super) fn write(&mut self) -> Writer<'_> {
        Writer { store: self, changes: 0 }
    }
}

impl Writer<'_> {
    /// Returns the revision that the transaction sees: the next one after its first change, the
    /// store's before.
    pub(super) fn revision(&self) -> u64 {
        self.store.revision + u64::from(self.changes > 0)
    }

    /// Ends the transaction; returns the store's revision afterwards.
    pub(super) fn finish(self) -> u64 {
        self.store.revision = self.revision();
        self.store.revision
    }

    /// Reads a range including the changes so far. Returns an empty response if the revision is not
    /// readable, which an earlier check excludes.
    pub(super) fn range(&self, request: &RangeRequest) -> RangeResponse {
        let revision = self.revision();
        let nothing = RangeResponse { revision, ..RangeResponse::default() };
        self.store.range_in(request, revision).unwrap_or(nothing)
    }

    /// Sets a key.
    pub(super) fn put(&mut self, put: &PutRequest) -> PutResponse {
        let before = self.store.index.get(&put.key, self.revision()).cloned();
        let main = self.store.revision + 1;
        let (create_revision, version) =
            before.as_ref().map_or((main, 1), |old| (old.create_revision, old.version + 1));
        let kept = before.as_ref().filter(|_| put.ignore_value).map(|old| &old.value);
        let lease = before.as_ref().filter(|_| put.ignore_lease).map_or(put.lease, |old| old.lease);
        let pair = Rc::new(KeyValue {
            key: put.key.clone(),
            value: kept.unwrap_or(&put.value).clone(),
            create_revision,
            mod_revision: main,
            version,
            lease,
        });
        self.store.leases.attach(&put.key, before.as_deref(), lease);
        self.add(Change::Put(pair));
        let prev_kv = before.filter(|_| put.prev_kv).map(|old| (*old).clone());
        PutResponse { revision: main, prev_kv }
    }

    /// Deletes a range.
    pub(super) fn delete(&mut self, delete: &DeleteRequest) -> DeleteResponse {
        let removed = self.remove(&delete.range);
        let deleted = removed.len() as u64;
        let prev_kvs =
            if delete.prev_kv { removed.iter().map(|pair| (**pair).clone()).collect() } else { Vec::new() };
        DeleteResponse { revision: self.revision(), deleted, prev_kvs }
    }

    /// Deletes a range; returns the deleted pairs by ascending key.
    pub(super) fn remove(&mut self, range: &KeyRange) -> Vec<Rc<KeyValue>> {
        let there = self.store.index.select(range, self.revision());
        let doomed: Vec<(Rc<[u8]>, Rc<KeyValue>)> =
            there.map(|(key, pair)| (key.clone(), pair.clone())).collect();
        doomed
            .into_iter()
            .map(|(key, pair)| {
                self.store.leases.attach(&key, Some(&pair), 0);
                self.add(Change::Delete(key));
                pair
            })
            .collect()
    }

    fn add(&mut self, change: Change) {
        let at = Revision { main: self.store.revision + 1, sub: self.changes };
        self.store.index.push(change.key(), at, change.pair().cloned());
        self.store.revisions.push(Entry { at, change });
        self.changes += 1;
    }
}
