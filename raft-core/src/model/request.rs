//! Requests: what a client asks of the cluster.

use serde::{Deserialize, Serialize};

use super::call::Call;
use crate::kv::{Command, KeyRange, KvError, RangeRequest};
use crate::units::{Nanos, NodeId, SECOND};

/// The number of a client request within a run, in the order of sending, from 1.
pub type RequestId = u64;

/// A client's request: the operation, and the endpoints to ask.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Request {
    /// The endpoints, in the order in which they are tried; not empty.
    pub endpoints: Vec<NodeId>,
    /// The operation.
    pub operation: Operation,
    /// The time after which the client gives up, in virtual nanoseconds; [`NO_TIMEOUT`] means never.
    pub timeout: Nanos,
}

/// The default timeout of a request (etcdctl's).
pub const REQUEST_TIMEOUT: Nanos = 5 * SECOND;

/// The timeout of a client that waits without limit: a watch, or etcdctl's transaction.
pub const NO_TIMEOUT: Nanos = Nanos::MAX;

/// An operation of etcd's API.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Operation {
    /// Changes the store, through the log.
    Write(Command),
    /// Reads a range.
    Read {
        /// What to read.
        request: RangeRequest,
        /// Linearizable or serializable.
        consistency: Consistency,
    },
    /// Any other call: leases, members, maintenance, watches.
    Call(Call),
}

impl Operation {
    /// Sets a key to a value.
    pub fn put(key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> Self {
        Operation::Write(Command::put(key, value))
    }

    /// Deletes every key of a range; the answer is their number.
    pub fn delete(range: KeyRange) -> Self {
        Operation::Write(Command::delete(range))
    }

    /// Reads the current revision of a range, linearizable.
    pub fn get(range: KeyRange) -> Self {
        Operation::read(range, Consistency::Linearizable)
    }

    /// Reads the current revision of a range.
    pub fn read(range: KeyRange, consistency: Consistency) -> Self {
        Operation::Read { request: RangeRequest::new(range), consistency }
    }

    /// Whether the operation may change something, so that a client must not send it twice.
    pub fn is_write(&self) -> bool {
        match self {
            Operation::Write(Command::Txn(txn)) => !txn.is_read_only(),
            Operation::Write(_) => true,
            Operation::Read { .. } => false,
            Operation::Call(call) => call.is_write(),
        }
    }

    /// Approximate size in bytes: its keys and values.
    pub fn bytes(&self) -> u64 {
        match self {
            Operation::Write(command) => command.bytes(),
            Operation::Read { request, .. } => request.range.bytes(),
            Operation::Call(call) => call.bytes(),
        }
    }

    /// Validates the operation as etcd does before it consults the store.
    ///
    /// # Errors
    /// See [`Command::validate`] and [`RangeRequest::validate`].
    pub fn validate(&self) -> Result<(), KvError> {
        match self {
            Operation::Write(command) => command.validate(),
            Operation::Read { request, .. } => request.validate(),
            Operation::Call(_) => Ok(()),
        }
    }
}

/// How fresh a read must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Consistency {
    /// The leader confirms with a majority that it still leads, so the answer is never stale.
    #[default]
    Linearizable,
    /// The endpoint answers from its own store, which may be arbitrarily old.
    Serializable,
}
