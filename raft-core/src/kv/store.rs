//! The store.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

use super::digest::{digest_of_pair, fold};
use super::{
    Command, DeleteRequest, DeleteResponse, KeyRange, KeyValue, KvError, PutRequest, PutResponse, RangeEnd,
    RangeRequest, RangeResponse, Response,
};

/// The revision of an empty store, as in etcd.
pub(super) const FIRST_REVISION: u64 = 1;

/// All keys with their current values, and the revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    pub(super) revision: u64,
    pub(super) pairs: BTreeMap<Vec<u8>, Rc<KeyValue>>,
    /// Bytes of all keys and values.
    bytes: u64,
    /// Sum of the digests of all pairs.
    digest: u64,
}

impl Default for Store {
    fn default() -> Self {
        Store::new()
    }
}

impl Store {
    /// An empty store at revision 1.
    pub fn new() -> Self {
        Store { revision: FIRST_REVISION, pairs: BTreeMap::new(), bytes: 0, digest: 0 }
    }

    /// Carries out a command; whoever proposed it has validated it.
    ///
    /// # Errors
    /// The store refuses it, and is untouched.
    pub fn apply(&mut self, command: &Command) -> Result<Response, KvError> {
        match command {
            Command::Put(put) => self.put(put),
            Command::Delete(delete) => Ok(self.delete(delete)),
            Command::Txn(_)
            | Command::Compact { .. }
            | Command::LeaseGrant { .. }
            | Command::LeaseRevoke { .. }
            | Command::AlarmRaise(_)
            | Command::AlarmDisarm(_) => Err(KvError::Unimplemented),
        }
    }

    /// The response to an entry that changes nothing (a leader's blank, a member list).
    pub fn blank(&self) -> Response {
        Response::Range(RangeResponse { revision: self.revision, ..RangeResponse::default() })
    }

    fn put(&mut self, put: &PutRequest) -> Result<Response, KvError> {
        let before = self.pairs.get(&put.key).cloned();
        if (put.ignore_value || put.ignore_lease) && before.is_none() {
            return Err(KvError::KeyNotFound);
        }
        if put.lease != 0 {
            return Err(KvError::LeaseNotFound);
        }
        self.revision += 1;
        let (create_revision, version) =
            before.as_ref().map_or((self.revision, 1), |old| (old.create_revision, old.version + 1));
        let kept = before.as_ref().filter(|_| put.ignore_value);
        self.insert(KeyValue {
            key: put.key.clone(),
            value: kept.map_or_else(|| put.value.clone(), |old| old.value.clone()),
            create_revision,
            mod_revision: self.revision,
            version,
            lease: 0,
        });
        let prev_kv = before.filter(|_| put.prev_kv).map(|old| (*old).clone());
        Ok(Response::Put(PutResponse { revision: self.revision, prev_kv }))
    }

    fn delete(&mut self, delete: &DeleteRequest) -> Response {
        let doomed: Vec<Vec<u8>> = self.select(&delete.range).map(|pair| pair.key.clone()).collect();
        if !doomed.is_empty() {
            self.revision += 1;
        }
        let removed: Vec<Rc<KeyValue>> = doomed.iter().filter_map(|key| self.remove(key)).collect();
        let deleted = removed.len() as u64;
        let prev_kvs =
            if delete.prev_kv { removed.iter().map(|pair| (**pair).clone()).collect() } else { Vec::new() };
        Response::Delete(DeleteResponse { revision: self.revision, deleted, prev_kvs })
    }

    /// Adds or replaces a pair.
    pub(super) fn insert(&mut self, pair: KeyValue) {
        self.remove(&pair.key.clone());
        self.bytes += size_of_pair(&pair);
        self.digest = self.digest.wrapping_add(digest_of_pair(&pair));
        self.pairs.insert(pair.key.clone(), Rc::new(pair));
    }

    fn remove(&mut self, key: &[u8]) -> Option<Rc<KeyValue>> {
        let pair = self.pairs.remove(key)?;
        self.bytes -= size_of_pair(&pair);
        self.digest = self.digest.wrapping_sub(digest_of_pair(&pair));
        Some(pair)
    }

    /// Reads a range.
    ///
    /// # Errors
    /// It asks for the past.
    pub fn range(&self, request: &RangeRequest) -> Result<RangeResponse, KvError> {
        if request.revision > 0 {
            return Err(KvError::Unimplemented);
        }
        let limit = u64::try_from(request.limit).unwrap_or(0);
        let mut kvs = Vec::new();
        let mut count = 0;
        for pair in self.select(&request.range) {
            if limit == 0 || count < limit {
                kvs.push((**pair).clone());
            }
            count += 1;
        }
        let more = count > kvs.len() as u64;
        Ok(RangeResponse { revision: self.revision, kvs, count, more })
    }

    /// One key's pair.
    pub fn get(&self, key: &[u8]) -> Option<&KeyValue> {
        self.pairs.get(key).map(|pair| &**pair)
    }

    /// Pairs of a range, by key.
    fn select<'a>(&'a self, range: &'a KeyRange) -> impl Iterator<Item = &'a Rc<KeyValue>> {
        let low = Bound::Included(range.key.as_slice());
        let high = match &range.end {
            RangeEnd::Single => Bound::Included(range.key.as_slice()),
            RangeEnd::Before(end) => Bound::Excluded(end.as_slice()),
            RangeEnd::Unbounded => Bound::Unbounded,
        };
        // `BTreeMap::range` panics on a range whose end lies before its start.
        let empty = matches!(&range.end, RangeEnd::Before(end) if *end <= range.key);
        let bounds = if empty { None } else { Some((low, high)) };
        bounds.into_iter().flat_map(|bounds| self.pairs.range::<[u8], _>(bounds).map(|(_, pair)| pair))
    }

    /// The revision of the last change; 1 before the first.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Number of keys.
    pub fn key_count(&self) -> u64 {
        self.pairs.len() as u64
    }

    /// Bytes of all keys and values.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Hash of the whole state, revisions included: equal on nodes that applied the same commands.
    pub fn hash(&self) -> u32 {
        fold(self.digest, self.revision, self.key_count())
    }
}

fn size_of_pair(pair: &KeyValue) -> u64 {
    (pair.key.len() + pair.value.len()) as u64
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    fn put(key: &str, value: &str) -> Command {
        Command::Put(PutRequest { prev_kv: true, ..PutRequest::new(key, value) })
    }

    fn delete(range: KeyRange) -> Command {
        Command::Delete(DeleteRequest { range, prev_kv: true })
    }

    #[test]
    fn revisions_count_changes_and_versions_count_sets() {
        let mut store = Store::new();
        assert_eq!(store.revision(), 1);
        for (key, value) in [("a", "1"), ("b", "1"), ("a", "2")] {
            store.apply(&put(key, value)).expect("a put is done");
        }
        let a = store.get(b"a").cloned().expect("a is there");
        assert_eq!((a.create_revision, a.mod_revision, a.version), (2, 4, 2));
        let nothing = store.apply(&delete(KeyRange::single("x")));
        let none = DeleteResponse { revision: 4, deleted: 0, prev_kvs: vec![] };
        assert_eq!(nothing, Ok(Response::Delete(none)));
        let Ok(Response::Delete(DeleteResponse { revision, deleted, prev_kvs })) =
            store.apply(&delete(KeyRange::prefix("")))
        else {
            panic!("a delete answers as a delete")
        };
        assert_eq!((revision, deleted, prev_kvs.len()), (5, 2, 2));
        store.apply(&put("a", "3")).expect("a put is done");
        let a = store.get(b"a").cloned().expect("a is there again");
        assert_eq!((a.create_revision, a.mod_revision, a.version), (6, 6, 1));
    }

    #[test]
    fn a_limit_says_that_there_is_more() {
        let mut store = Store::new();
        for key in ["a", "b", "c"] {
            store.apply(&put(key, "")).expect("a put is done");
        }
        let request = RangeRequest { limit: 2, ..RangeRequest::new(KeyRange::all()) };
        let RangeResponse { kvs, count, more, .. } = store.range(&request).expect("the present can be read");
        assert_eq!((kvs.len(), count, more), (2, 3, true));
    }

    /// Short keys over an alphabet with both ends of the byte range, so that prefixes and
    /// ends collide often.
    fn any_key() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop::sample::select(vec![0u8, b'a', b'b', 0xfe, 0xff]), 1..4)
    }

    fn any_range() -> impl Strategy<Value = KeyRange> {
        prop_oneof![
            any_key().prop_map(KeyRange::single),
            prop::collection::vec(prop::sample::select(vec![0u8, b'a', 0xff]), 0..3)
                .prop_map(KeyRange::prefix),
            any_key().prop_map(KeyRange::from_key),
            (any_key(), any_key()).prop_map(|(start, end)| KeyRange::span(start, end)),
            Just(KeyRange::all()),
        ]
    }

    fn any_command() -> impl Strategy<Value = Command> {
        prop_oneof![
            3 => (any_key(), any_key(), any::<bool>())
                .prop_map(|(key, value, prev_kv)| Command::Put(PutRequest { prev_kv, ..PutRequest::new(key, value) })),
            1 => (any_range(), any::<bool>()).prop_map(|(range, prev_kv)| Command::Delete(DeleteRequest { range, prev_kv })),
        ]
    }

    fn keys_of(response: RangeResponse) -> Vec<Vec<u8>> {
        response.kvs.into_iter().map(|kv| kv.key).collect()
    }

    proptest! {
        #[test]
        fn ranges_hold_what_a_naive_filter_holds(commands in prop::collection::vec(any_command(), 0..40), range in any_range()) {
            let mut store = Store::new();
            let mut model: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
            for command in &commands {
                let response = store.apply(command).expect("nothing is refused");
                match command {
                    Command::Put(PutRequest { key, value, .. }) => {
                        model.retain(|(k, _)| k != key);
                        model.push((key.clone(), value.clone()));
                    }
                    Command::Delete(DeleteRequest { range, .. }) => {
                        let before = model.len();
                        model.retain(|(k, _)| !range.contains(k));
                        let gone = (before - model.len()) as u64;
                        let counted = matches!(response, Response::Delete(delete) if delete.deleted == gone);
                        prop_assert!(counted);
                    }
                    other => panic!("{other} is not among the commands"),
                }
            }
            model.sort();
            let expected: Vec<Vec<u8>> =
                model.iter().filter(|(k, _)| range.contains(k)).map(|(k, _)| k.clone()).collect();
            prop_assert_eq!(keys_of(store.range(&range.clone().into()).expect("the present can be read")), expected);
            prop_assert_eq!(store.key_count(), model.len() as u64);
            prop_assert_eq!(store.bytes(), model.iter().map(|(k, v)| (k.len() + v.len()) as u64).sum::<u64>());
        }

        #[test]
        fn a_prefix_holds_exactly_what_starts_with_it(key in any_key(), prefix in prop::collection::vec(prop::sample::select(vec![0u8, b'a', 0xff]), 0..3)) {
            prop_assert_eq!(KeyRange::prefix(prefix.clone()).contains(&key), key.starts_with(&prefix));
        }

        #[test]
        fn the_hash_is_a_function_of_the_state(commands in prop::collection::vec(any_command(), 0..40), extra in any_command()) {
            let mut one = Store::new();
            let mut other = Store::new();
            for command in &commands {
                one.apply(command).expect("nothing is refused");
                other.apply(command).expect("nothing is refused");
            }
            prop_assert_eq!(one.hash(), other.hash());
            let decoded = Store::decode(&one.encode()).expect("what was encoded decodes");
            prop_assert_eq!(&decoded, &one);
            prop_assert_eq!(decoded.hash(), one.hash());
            let before = one.clone();
            one.apply(&extra).expect("nothing is refused");
            prop_assert_eq!(before == one, before.hash() == one.hash());
        }

        #[test]
        fn broken_snapshots_are_refused_without_a_panic(commands in prop::collection::vec(any_command(), 0..20), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
            let mut store = Store::new();
            for command in &commands {
                store.apply(command).expect("nothing is refused");
            }
            let bytes = store.encode();
            let shorter = &bytes[..cut.index(bytes.len())];
            prop_assert!(Store::decode(shorter).is_err());
            let mut changed = bytes.clone();
            let at = at.index(changed.len());
            changed[at] = byte;
            // Some changes give another valid store; none may panic.
            if let Ok(decoded) = Store::decode(&changed) {
                prop_assert_eq!(decoded.encode(), changed);
            }
        }
    }
}
