//! The etcd v3 data model as a pure state machine: keys, values, revisions.
//!
//! Knows nothing of Raft: a [`Command`] goes in, a [`Response`] comes out, and
//! the same commands in the same order give the same store on every node.

mod command;
mod range;

pub use command::*;
pub use range::*;
