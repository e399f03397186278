//! Reads of a range: selection, sort order and limit.

use std::collections::BinaryHeap;
use std::rc::Rc;

use super::{KeyRange, KeyValue, KvError, RangeRequest, RangeResponse, Sort, SortTarget, Store};

impl Store {
    /// Reads a range.
    ///
    /// The response's `count` covers the whole range, and its revision is the present one, whatever
    /// the other options are.
    ///
    /// # Errors
    /// Returns [`KvError::Compacted`] or [`KvError::FutureRevision`] if the revision is not readable.
    pub fn range(&self, request: &RangeRequest) -> Result<RangeResponse, KvError> {
        self.range_in(request, self.revision)
    }

    /// Reads a range with `now` as the present revision: in a transaction that changed something,
    /// the revision that it will have.
    pub(super) fn range_in(&self, request: &RangeRequest, now: u64) -> Result<RangeResponse, KvError> {
        let main = self.readable(request.revision, now)?;
        // The number of pairs after which no further pair can affect the result.
        let enough = if request.cuts_early() { request.limit() + 1 } else { u64::MAX };
        let mut pairs: Vec<&Rc<KeyValue>> = Vec::new();
        let (mut count, mut taken) = (0, 0);
        for (_, pair) in self.index.select(&request.range, main) {
            count += 1;
            if !request.count_only && taken < enough && request.wants(pair) {
                pairs.push(pair);
                taken += 1;
            }
        }
        if let Some(sort) = request.sort {
            pairs = in_order(sort, &pairs);
        }
        let more = request.limit > 0 && taken > request.limit();
        if more {
            pairs.truncate(usize::try_from(request.limit).unwrap_or(usize::MAX));
        }
        let kvs = pairs.into_iter().map(|pair| without_value(pair, request.keys_only)).collect();
        Ok(RangeResponse { revision: now, kvs, count, more })
    }

    /// Returns the revision at which a request reads.
    fn readable(&self, revision: i64, now: u64) -> Result<u64, KvError> {
        match u64::try_from(revision) {
            Ok(0) | Err(_) => Ok(now),
            Ok(wanted) if wanted > now => Err(KvError::FutureRevision),
            Ok(_) if revision < self.compacted => Err(KvError::Compacted),
            Ok(wanted) => Ok(wanted),
        }
    }

    /// The pairs of a range at the present, by ascending key.
    pub fn pairs<'a>(&'a self, range: &'a KeyRange) -> impl Iterator<Item = &'a KeyValue> {
        self.index.select(range, self.revision).map(|(_, pair)| &**pair)
    }

    /// The changes of a key that were not compacted, newest first: the revision, and the pair from
    /// then on (`None` after a deletion).
    pub fn changes_of(&self, key: &[u8]) -> impl Iterator<Item = (u64, Option<&KeyValue>)> {
        self.index.history(key).rev().map(|(at, pair)| (at.main, pair))
    }

    /// Returns a key's present pair.
    pub fn get(&self, key: &[u8]) -> Option<&KeyValue> {
        self.index.get(key, self.revision).map(|pair| &**pair)
    }
}

impl RangeRequest {
    fn limit(&self) -> u64 {
        u64::try_from(self.limit).unwrap_or(0)
    }

    fn filters(&self) -> bool {
        let bounds = [
            self.min_mod_revision,
            self.max_mod_revision,
            self.min_create_revision,
            self.max_create_revision,
        ];
        bounds.iter().any(|bound| *bound != 0)
    }

    /// Returns whether the limit applies to the pairs in the order of their keys: there is no sort,
    /// or the limit comes before it.
    fn cuts_early(&self) -> bool {
        self.limit > 0 && (self.sort.is_none() || self.limit_first && !self.filters())
    }

    /// Returns whether a pair passes the filters.
    fn wants(&self, pair: &KeyValue) -> bool {
        let within = |revision: u64, min: i64, max: i64| {
            let revision = revision.cast_signed();
            (min == 0 || revision >= min) && (max == 0 || revision <= max)
        };
        within(pair.mod_revision, self.min_mod_revision, self.max_mod_revision)
            && within(pair.create_revision, self.min_create_revision, self.max_create_revision)
    }
}

/// Sorts pairs that are given by ascending key. Pairs with equal properties stay in the order of
/// their keys.
///
/// Sorts pairs of numbers because each instance of `sort` is much code, and this instance has other users.
fn in_order<'a>(sort: Sort, pairs: &[&'a Rc<KeyValue>]) -> Vec<&'a Rc<KeyValue>> {
    // The descending order is the reversed ascending one. Until then `!at` counts the places from
    // the end, so that equal pairs end up in the order of their keys.
    let place = |at: u64| if sort.descending { !at } else { at };
    let placed = || pairs.iter().zip(0..);
    let numbered = |number: fn(&KeyValue) -> u64| {
        let mut order: Vec<(u64, u64)> =
            placed().map(|(pair, at)| (number(pair.as_ref()), place(at))).collect();
        order.sort_unstable();
        order.into_iter().map(|(_, place)| place).collect()
    };
    let mut order: Vec<u64> = match sort.target {
        SortTarget::Key if sort.descending => (0..pairs.len() as u64).map(place).collect(),
        SortTarget::Key => return pairs.to_vec(),
        SortTarget::Version => numbered(|pair| pair.version),
        SortTarget::Create => numbered(|pair| pair.create_revision),
        SortTarget::Mod => numbered(|pair| pair.mod_revision),
        SortTarget::Value => {
            let heap: BinaryHeap<(&[u8], u64)> =
                placed().map(|(pair, at)| (pair.value.as_slice(), place(at))).collect();
            heap.into_sorted_vec().into_iter().map(|(_, place)| place).collect()
        }
    };
    if sort.descending {
        order.reverse();
    }
    order.into_iter().filter_map(|at| pairs.get(place(at) as usize).copied()).collect()
}

fn without_value(pair: &KeyValue, keys_only: bool) -> KeyValue {
    if keys_only {
        let KeyValue { ref key, create_revision, mod_revision, version, lease, .. } = *pair;
        KeyValue { key: key.clone(), value: Vec::new(), create_revision, mod_revision, version, lease }
    } else {
        pair.clone()
    }
}
