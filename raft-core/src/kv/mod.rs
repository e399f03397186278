//! The etcd v3 data model as a pure state machine: keys, values, revisions.
//!
//! This module knows nothing of Raft. It turns a [`Command`] into a [`Response`] or a [`KvError`],
//! and the same commands in the same order give the same store on every node.
//!
//! Every transaction that changes something takes the next revision. The history holds all changes
//! by revision; the index holds the changes of each key, by key. Both share the pairs, so a change
//! costs a binary search and two short entries. Only compaction and `hashkv` scan the history.

mod alarm;
mod change;
mod command;
mod compact;
mod error;
mod hash;
mod index;
mod keys;
mod lease;
mod lease_clock;
mod quota;
mod range;
mod request;
mod response;
mod revisions;
mod select;
mod snapshot;
mod store;
mod txn;
mod validate;
mod visible;
mod watch;
mod wire;

#[cfg(test)]
mod tests;

pub use command::{Command, TXN_OPS_MAX};
pub use error::KvError;
pub use hash::HashKv;
pub use lease::{LEASE_TTL_MAX, LEASE_TTL_MIN, Lease};
pub use lease_clock::LeaseClock;
pub use quota::QUOTA_DEFAULT;
pub use range::{KeyRange, RangeEnd};
pub use request::{
    Alarm, AlarmKind, Compare, CompareOperator, CompareTarget, DeleteRequest, LeaseId, PutRequest,
    RangeRequest, Sort, SortTarget, TxnOp, TxnRequest,
};
pub use response::{
    AlarmResponse, DeleteResponse, KeyValue, LeaseGrantResponse, PutResponse, RangeResponse, Response,
    TxnResponse,
};
pub use snapshot::DecodeError;
pub(crate) use snapshot::{Encoded, Pieces};
pub use store::Store;
pub use visible::{Piece, visible};
pub use watch::{WatchBatch, WatchEvent, WatchEventKind, WatchRequest};
