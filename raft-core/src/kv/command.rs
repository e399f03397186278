//! Commands: the payloads of log entries, which change the store.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::range::KeyRange;
use super::request::{Alarm, DeleteRequest, LeaseId, PutRequest, TxnOp, TxnRequest};

/// The maximum number of comparisons or operations in one list of a transaction: etcd's default
/// `--max-txn-ops`.
pub const TXN_OPS_MAX: u64 = 128;

/// A command: the payload of a log entry. Its effect depends only on the command and the store, so
/// every node applies it with the same result.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Command {
    /// Sets a key.
    Put(PutRequest),
    /// Deletes a range of keys.
    Delete(DeleteRequest),
    /// Executes a transaction.
    Txn(TxnRequest),
    /// Drops the history below a revision.
    Compact {
        /// The first revision that remains readable.
        revision: i64,
    },
    /// Grants a lease.
    LeaseGrant {
        /// The lease's id, never 0. The proposing node draws it if the client did not choose one.
        id: LeaseId,
        /// The requested time to live, in seconds.
        ttl_seconds: i64,
    },
    /// Revokes a lease and deletes its keys. The leader also proposes this when a lease expires.
    LeaseRevoke {
        /// The lease to revoke.
        id: LeaseId,
    },
    /// Raises an alarm.
    AlarmRaise(Alarm),
    /// Disarms an alarm.
    AlarmDisarm(Alarm),
}

impl Command {
    /// Returns the command that sets `key` to `value`, without a lease.
    pub fn put(key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> Self {
        Command::Put(PutRequest::new(key, value))
    }

    /// Returns the command that deletes a range.
    pub fn delete(range: KeyRange) -> Self {
        Command::Delete(DeleteRequest::new(range))
    }

    /// The total length of the command's keys and values, in bytes. Used for estimates.
    pub fn bytes(&self) -> u64 {
        match self {
            Command::Put(put) => put.bytes(),
            Command::Delete(delete) => delete.range.bytes(),
            Command::Txn(txn) => txn.bytes(),
            Command::Compact { .. }
            | Command::LeaseGrant { .. }
            | Command::LeaseRevoke { .. }
            | Command::AlarmRaise(_)
            | Command::AlarmDisarm(_) => 0,
        }
    }

    /// Returns whether the command, or a branch of its transaction, sets a key to `value`.
    pub fn puts_value(&self, value: &[u8]) -> bool {
        match self {
            Command::Put(put) => put.value == value,
            Command::Txn(txn) => txn.puts_value(value),
            _ => false,
        }
    }
}

impl PutRequest {
    pub(super) fn bytes(&self) -> u64 {
        (self.key.len() + self.value.len()) as u64
    }
}

impl TxnRequest {
    /// The operations of both branches, without those of nested transactions.
    pub fn ops(&self) -> impl Iterator<Item = &TxnOp> {
        self.success.iter().chain(&self.failure)
    }

    /// Returns whether neither branch contains a put or delete, nested transactions included.
    pub fn is_read_only(&self) -> bool {
        self.ops().all(|op| match op {
            TxnOp::Range(_) => true,
            TxnOp::Put(_) | TxnOp::Delete(_) => false,
            TxnOp::Txn(txn) => txn.is_read_only(),
        })
    }

    fn bytes(&self) -> u64 {
        let compares: u64 = self.compares.iter().map(|compare| compare.range.bytes()).sum();
        let ops: u64 = self
            .ops()
            .map(|op| match op {
                TxnOp::Range(range) => range.range.bytes(),
                TxnOp::Put(put) => put.bytes(),
                TxnOp::Delete(delete) => delete.range.bytes(),
                TxnOp::Txn(txn) => txn.bytes(),
            })
            .sum();
        compares + ops
    }

    fn puts_value(&self, value: &[u8]) -> bool {
        self.ops().any(|op| match op {
            TxnOp::Put(put) => put.value == value,
            TxnOp::Txn(txn) => txn.puts_value(value),
            TxnOp::Range(_) | TxnOp::Delete(_) => false,
        })
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Command::Put(put) => write!(f, "put {}", String::from_utf8_lossy(&put.key)),
            Command::Delete(delete) => write!(f, "del {}", String::from_utf8_lossy(&delete.range.key)),
            Command::Txn(txn) => write!(f, "txn of {}", txn.success.len().max(txn.failure.len())),
            Command::Compact { revision } => write!(f, "compact {revision}"),
            Command::LeaseGrant { id, .. } => write!(f, "grant {id:016x}"),
            Command::LeaseRevoke { id } => write!(f, "revoke {id:016x}"),
            Command::AlarmRaise(alarm) => write!(f, "alarm {}", alarm.kind.name()),
            Command::AlarmDisarm(alarm) => write!(f, "disarm {}", alarm.kind.name()),
        }
    }
}
