//! The etcd v3 data model as a pure state machine: keys, values, revisions.
//!
//! Knows nothing of Raft: a [`Command`] goes in, a [`Response`] or a [`KvError`] comes out,
//! and the same commands in the same order give the same store on every node.
//!
//! Every transaction that changes something takes the next revision. The history holds each
//! change by its revision, the index each key's changes by the key; both share the pairs, so
//! that a change costs a bisection and two short entries, and nothing ever scans the history
//! but compaction and `hashkv`, which are about all of it.

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
pub use request::*;
pub use response::*;
pub use snapshot::DecodeError;
pub(crate) use snapshot::{Encoded, Pieces};
pub use store::Store;
pub use visible::{Piece, visible};
pub use watch::{WatchBatch, WatchEvent, WatchEventKind, WatchRequest};
