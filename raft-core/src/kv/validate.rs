//! The checks that an endpoint makes before it serves a request, as in etcd.

use super::{Command, KeyRange, KvError, PutRequest, RangeEnd, RangeRequest, TXN_OPS_MAX, TxnOp, TxnRequest};
use crate::units::REQUEST_BYTES_MAX;

impl Command {
    /// Checks that a server may propose this command.
    ///
    /// # Errors
    /// Returns etcd's error if the request contradicts itself, names no key, changes a key twice or
    /// is too large.
    pub fn validate(&self) -> Result<(), KvError> {
        match self {
            Command::Put(put) => put.validate()?,
            Command::Delete(delete) => delete.range.validate()?,
            Command::Txn(txn) => txn.validate()?,
            _ => {}
        }
        if self.request_bytes() > REQUEST_BYTES_MAX { Err(KvError::RequestTooLarge) } else { Ok(()) }
    }
}

impl RangeRequest {
    /// Checks that a server may serve this request.
    ///
    /// # Errors
    /// Returns [`KvError::KeyNotProvided`] if the request names no key.
    pub fn validate(&self) -> Result<(), KvError> {
        self.range.validate()
    }
}

impl PutRequest {
    fn validate(&self) -> Result<(), KvError> {
        if self.key.is_empty() {
            return Err(KvError::KeyNotProvided);
        }
        if self.ignore_value && !self.value.is_empty() {
            return Err(KvError::ValueProvided);
        }
        if self.ignore_lease && self.lease != 0 {
            return Err(KvError::LeaseProvided);
        }
        Ok(())
    }
}

impl TxnRequest {
    /// Checks that a server may serve this transaction.
    ///
    /// # Errors
    /// Returns etcd's error if it holds too many operations, contradicts itself, names no key or
    /// changes a key twice.
    pub fn validate(&self) -> Result<(), KvError> {
        self.check_ops(TXN_OPS_MAX)?;
        changed(&self.success)?;
        changed(&self.failure)?;
        Ok(())
    }

    /// Checks the operations and their number. A nested transaction may hold `max` less the longest
    /// list of the transaction around it.
    fn check_ops(&self, max: u64) -> Result<(), KvError> {
        let longest = self.compares.len().max(self.success.len()).max(self.failure.len());
        let left = max.checked_sub(longest as u64).ok_or(KvError::TooManyOps)?;
        self.compares.iter().try_for_each(|compare| compare.range.validate())?;
        self.ops().try_for_each(|op| match op {
            TxnOp::Range(range) => range.validate(),
            TxnOp::Put(put) => put.validate(),
            TxnOp::Delete(delete) => delete.range.validate(),
            TxnOp::Txn(txn) => txn.check_ops(left),
        })
    }
}

/// The keys and ranges that a list of operations may change.
#[derive(Default)]
struct Changed<'a> {
    /// The keys of the puts, in order.
    puts: Vec<&'a [u8]>,
    deletes: Vec<&'a KeyRange>,
}

impl<'a> Changed<'a> {
    fn puts(&self, key: &[u8]) -> bool {
        self.puts.binary_search(&key).is_ok()
    }

    /// Adds a put. A key that the `other` branch puts is no duplicate.
    fn put(&mut self, key: &'a [u8], other: Option<&Changed<'_>>) -> Result<(), KvError> {
        let excused = other.is_some_and(|other| other.puts(key));
        if self.puts(key) && !excused || self.deletes.iter().any(|range| range.contains(key)) {
            return Err(KvError::DuplicateKey);
        }
        if let Err(place) = self.puts.binary_search(&key) {
            self.puts.insert(place, key);
        }
        Ok(())
    }

    /// Adds a delete. An unbounded one is skipped: etcd compares its end literally, as one zero
    /// byte, and therefore finds no overlap.
    fn delete(&mut self, range: &'a KeyRange) {
        if range.end != RangeEnd::Unbounded {
            self.deletes.push(range);
        }
    }
}

/// Collects the keys and ranges that a list of operations may change, and refuses duplicates: first
/// its deletes, then its nested transactions in order, then its puts.
fn changed(ops: &[TxnOp]) -> Result<Changed<'_>, KvError> {
    let mut all = Changed::default();
    for op in ops {
        if let TxnOp::Delete(delete) = op {
            all.delete(&delete.range);
        }
    }
    for op in ops {
        let TxnOp::Txn(txn) = op else { continue };
        let success = changed(&txn.success)?;
        let failure = changed(&txn.failure)?;
        success.puts.iter().try_for_each(|key| all.put(key, None))?;
        failure.puts.iter().try_for_each(|key| all.put(key, Some(&success)))?;
        all.deletes.extend(success.deletes.iter().chain(&failure.deletes));
    }
    for op in ops {
        if let TxnOp::Put(put) = op {
            all.put(&put.key, None)?;
        }
    }
    Ok(all)
}
