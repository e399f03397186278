//! Reading a range: which pairs, in which order, and how many of them.

use std::collections::BinaryHeap;
use std::rc::Rc;

use super::{KeyRange, KeyValue, KvError, RangeRequest, RangeResponse, Sort, SortTarget, Store};

impl Store {
    /// Reads a range.
    ///
    /// `count` and the header's revision are those of the whole range and of the present, whatever
    /// else is asked for.
    ///
    /// # Errors
    /// The revision was compacted, or is still to come.
    pub fn range(&self, request: &RangeRequest) -> Result<RangeResponse, KvError> {
        self.range_in(request, self.revision)
    }

    /// Reads a range where the present is `now`: inside a transaction that changed something, the
    /// revision that it will have.
    pub(super) fn range_in(&self, request: &RangeRequest, now: u64) -> Result<RangeResponse, KvError> {
        let main = self.readable(request.revision, now)?;
        // A cut that needs no more than so many pairs.
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

    /// The revision at which a request reads.
    fn readable(&self, revision: i64, now: u64) -> Result<u64, KvError> {
        match u64::try_from(revision) {
            Ok(0) | Err(_) => Ok(now),
            Ok(wanted) if wanted > now => Err(KvError::FutureRevision),
            Ok(_) if revision < self.compacted => Err(KvError::Compacted),
            Ok(wanted) => Ok(wanted),
        }
    }

    /// The pairs of a range as they are now, by key, one after the other.
    pub fn pairs<'a>(&'a self, range: &'a KeyRange) -> impl Iterator<Item = &'a KeyValue> {
        self.index.select(range, self.revision).map(|(_, pair)| &**pair)
    }

    /// Every change of a key that was not compacted, newest first: its revision, and what the key
    /// held from then on (nothing after a deletion).
    pub fn changes_of(&self, key: &[u8]) -> impl Iterator<Item = (u64, Option<&KeyValue>)> {
        self.index.history(key).rev().map(|(at, pair)| (at.main, pair))
    }

    /// One key's pair.
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

    /// Whether the first pairs by key decide what comes out: nothing is sorted, or only after the
    /// cut.
    fn cuts_early(&self) -> bool {
        self.limit > 0 && (self.sort.is_none() || self.limit_first && !self.filters())
    }

    /// Whether a pair passes the filters.
    fn wants(&self, pair: &KeyValue) -> bool {
        let within = |revision: u64, min: i64, max: i64| {
            let revision = revision.cast_signed();
            (min == 0 || revision >= min) && (max == 0 || revision <= max)
        };
        within(pair.mod_revision, self.min_mod_revision, self.max_mod_revision)
            && within(pair.create_revision, self.min_create_revision, self.max_create_revision)
    }
}

/// Pairs that come by key, as a request wants them; equal ones stay by key.
///
/// What is sorted is pairs of numbers, as elsewhere in here: sorting is much code for each type.
fn in_order<'a>(sort: Sort, pairs: &[&'a Rc<KeyValue>]) -> Vec<&'a Rc<KeyValue>> {
    // A descending order is the ascending one turned round, with places counted from the end until then.
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
