//! Requests: what a client asks of the cluster.

use serde::{Deserialize, Serialize};

use super::call::Call;
use crate::kv::{Command, KeyRange, KvError, RangeRequest};
use crate::units::{Nanos, NodeId, SECOND};

/// Identifies a client request within a run, in the order of sending, from 1.
pub type RequestId = u64;

/// What a client asks, and of whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Request {
    /// Endpoints in the order in which they are tried; not empty.
    pub endpoints: Vec<NodeId>,
    /// The operation.
    pub operation: Operation,
    /// When the client gives up, in virtual nanoseconds from now; [`NO_TIMEOUT`] means never.
    pub timeout: Nanos,
}

/// A client gives up after this long unless it says otherwise (etcdctl's default).
pub const REQUEST_TIMEOUT: Nanos = 5 * SECOND;

/// The timeout of a client that waits for ever: a watch, a transaction of etcdctl.
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

    /// Deletes every key of a range and answers how many there were.
    pub fn delete(range: KeyRange) -> Self {
        Operation::Write(Command::delete(range))
    }

    /// Reads a range as it is now: linearizable.
    pub fn get(range: KeyRange) -> Self {
        Operation::read(range, Consistency::Linearizable)
    }

    /// Reads a range as it is now.
    pub fn read(range: KeyRange, consistency: Consistency) -> Self {
        Operation::Read { request: RangeRequest::new(range), consistency }
    }

    /// Whether the operation may change something: then a client must not send it twice.
    pub fn is_write(&self) -> bool {
        match self {
            Operation::Write(Command::Txn(txn)) => !txn.is_read_only(),
            Operation::Write(_) => true,
            Operation::Read { .. } => false,
            Operation::Call(call) => call.is_write(),
        }
    }

    /// About how many bytes it takes: its keys and values.
    pub fn bytes(&self) -> u64 {
        match self {
            Operation::Write(command) => command.bytes(),
            Operation::Read { request, .. } => request.range.bytes(),
            Operation::Call(call) => call.bytes(),
        }
    }

    /// Whether an endpoint takes the operation at all: what etcd checks before it looks at the store.
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
    /// The leader confirms with a majority that it still leads; the answer is never stale.
    #[default]
    Linearizable,
    /// The endpoint answers from its own copy, which may be arbitrarily old.
    Serializable,
}
