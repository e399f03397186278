//! The etcd v3 data model as a pure state machine: keys, values, revisions.
//!
//! Knows nothing of Raft: a [`Command`] goes in, a [`Response`] or a [`KvError`] comes out,
//! and the same commands in the same order give the same store on every node.
//!
//! A store holds the current pair of every key, ordered bytewise. Every change
//! takes the next revision. Pairs are shared, so that a copy of a store is cheap.

mod command;
mod digest;
mod error;
mod range;
mod request;
mod response;
mod snapshot;
mod store;

pub use command::{Command, TXN_OPS_MAX};
pub use error::KvError;
pub use range::{KeyRange, RangeEnd};
pub use request::*;
pub use response::*;
pub use snapshot::DecodeError;
pub use store::Store;
