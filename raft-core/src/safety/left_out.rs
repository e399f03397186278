//! Keys that the linearizability check leaves out, because something may write them that it does
//! not follow: a transaction, a put that keeps the value, a lease that deletes them when it ends.

use std::collections::BTreeSet;

use crate::cluster::Operation;
use crate::kv::{Command, KeyRange, TxnOp, TxnRequest};

/// Keys and ranges listed. Beyond, every key is left out.
const LISTED_MAX: usize = 10_000;

/// The keys left out, from the moment at which a request was sent that may bear on them.
#[derive(Default)]
pub(super) struct LeftOut {
    keys: BTreeSet<Vec<u8>>,
    ranges: BTreeSet<KeyRange>,
}

impl LeftOut {
    /// Leaves out a range of keys from now on.
    pub(super) fn add(&mut self, range: &KeyRange) {
        match range.as_single() {
            Some(key) => drop(self.keys.insert(key.to_vec())),
            None => drop(self.ranges.insert(range.clone())),
        }
        if self.keys.len() + self.ranges.len() > LISTED_MAX {
            self.keys.clear();
            self.ranges = BTreeSet::from([KeyRange::all()]);
        }
    }

    /// Whether a key is left out.
    pub(super) fn contains(&self, key: &[u8]) -> bool {
        self.keys.contains(key) || self.ranges.iter().any(|range| range.contains(key))
    }

    /// Whether some key of a range is left out.
    pub(super) fn meets(&self, range: &KeyRange) -> bool {
        match range.as_single() {
            Some(key) => self.contains(key),
            None => {
                self.keys.range(range.key.clone()..).next().is_some_and(|key| range.contains(key))
                    || self.ranges.iter().any(|other| other.meets(range))
            }
        }
    }
}

/// The keys that an operation may change in a way that is not followed.
pub(super) fn leaves_out(operation: &Operation) -> Vec<KeyRange> {
    match operation {
        Operation::Write(Command::Put(put)) if put.lease != 0 || put.ignore_value => {
            vec![KeyRange::single(put.key.clone())]
        }
        Operation::Write(Command::Txn(txn)) => {
            let mut ranges = Vec::new();
            written(txn, &mut ranges);
            ranges
        }
        // A lease's keys are left out since they were put on it.
        Operation::Write(_) | Operation::Read { .. } | Operation::Call(_) => Vec::new(),
    }
}

fn written(txn: &TxnRequest, ranges: &mut Vec<KeyRange>) {
    for op in txn.ops() {
        match op {
            TxnOp::Range(_) => {}
            TxnOp::Put(put) => ranges.push(KeyRange::single(put.key.clone())),
            TxnOp::Delete(delete) => ranges.push(delete.range.clone()),
            TxnOp::Txn(txn) => written(txn, ranges),
        }
    }
}
