//! What the store answers, as etcd's protobufs have it. `revision` is the store's revision
//! when it answered (etcd's response header).

use serde::{Deserialize, Serialize};

use super::request::{Alarm, LeaseId};

/// A key with its value and history (etcd's `KeyValue`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeyValue {
    /// The key.
    pub key: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
    /// Revision of the key's creation (since it was last absent).
    pub create_revision: u64,
    /// Revision of its last change.
    pub mod_revision: u64,
    /// How often it was set since its creation, from 1.
    pub version: u64,
    /// The lease it hangs on; 0 means none.
    pub lease: LeaseId,
}

/// Keys were read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RangeResponse {
    /// Revision of the store, also when the past was read.
    pub revision: u64,
    /// The pairs, at most as many as were asked for.
    pub kvs: Vec<KeyValue>,
    /// How many keys the range holds in all.
    pub count: u64,
    /// Whether the limit left some out.
    pub more: bool,
}

/// A key was set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PutResponse {
    /// Revision of the store afterwards.
    pub revision: u64,
    /// What was replaced, if it was asked for and there.
    pub prev_kv: Option<KeyValue>,
}

/// Keys were deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeleteResponse {
    /// Revision of the store afterwards; unchanged when nothing was deleted.
    pub revision: u64,
    /// How many keys were deleted.
    pub deleted: u64,
    /// What was deleted, by key, if it was asked for.
    pub prev_kvs: Vec<KeyValue>,
}

/// A transaction was carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TxnResponse {
    /// Revision of the store afterwards; unchanged when nothing changed.
    pub revision: u64,
    /// Whether every comparison held.
    pub succeeded: bool,
    /// One response for each operation carried out: of a range, put, delete or transaction.
    pub responses: Vec<Response>,
}

/// A lease was granted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LeaseGrantResponse {
    /// Revision of the store.
    pub revision: u64,
    /// The lease.
    pub id: LeaseId,
    /// Its time to live in seconds, as granted.
    pub ttl_seconds: i64,
}

/// The alarms that this request changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AlarmResponse {
    /// Revision of the store.
    pub revision: u64,
    /// The alarms, by member.
    pub alarms: Vec<Alarm>,
}

/// The store's answer to a command or a read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Response {
    /// Keys were read.
    Range(RangeResponse),
    /// A key was set.
    Put(PutResponse),
    /// Keys were deleted.
    Delete(DeleteResponse),
    /// A transaction was carried out.
    Txn(TxnResponse),
    /// History was compacted.
    Compact {
        /// Revision of the store.
        revision: u64,
    },
    /// A lease was granted.
    LeaseGrant(LeaseGrantResponse),
    /// A lease was revoked, and its keys deleted.
    LeaseRevoke {
        /// Revision of the store afterwards; unchanged when no key hung on the lease.
        revision: u64,
    },
    /// An alarm was raised or disarmed.
    Alarm(AlarmResponse),
}

impl Response {
    /// The store's revision when it answered.
    pub fn revision(&self) -> u64 {
        match self {
            Response::Range(range) => range.revision,
            Response::Put(put) => put.revision,
            Response::Delete(delete) => delete.revision,
            Response::Txn(txn) => txn.revision,
            Response::LeaseGrant(grant) => grant.revision,
            Response::Alarm(alarm) => alarm.revision,
            Response::Compact { revision } | Response::LeaseRevoke { revision } => *revision,
        }
    }
}
