//! The responses of the store, modelled on etcd's protobufs. A `revision` is the store's revision
//! at the time of the response (etcd's response header).

use serde::{Deserialize, Serialize};

use super::request::{Alarm, LeaseId};

/// A key with its value and history (etcd's `KeyValue`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeyValue {
    /// The key.
    pub key: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
    /// The revision of the key's latest creation.
    pub create_revision: u64,
    /// The revision of the key's last change.
    pub mod_revision: u64,
    /// The number of puts since the key's creation, from 1.
    pub version: u64,
    /// The lease to which the key is attached; 0 means none.
    pub lease: LeaseId,
}

/// The response to a [`RangeRequest`](super::RangeRequest).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RangeResponse {
    /// The store's present revision, even if the request read the past.
    pub revision: u64,
    /// The pairs, at most as many as the limit.
    pub kvs: Vec<KeyValue>,
    /// The number of keys in the range, regardless of limit and filters.
    pub count: u64,
    /// Whether the limit omitted pairs.
    pub more: bool,
}

/// The response to a [`PutRequest`](super::PutRequest).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PutResponse {
    /// The store's revision after the put.
    pub revision: u64,
    /// The replaced pair, if the request asked for it and the key existed.
    pub prev_kv: Option<KeyValue>,
}

/// The response to a [`DeleteRequest`](super::DeleteRequest).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeleteResponse {
    /// The store's revision after the deletion; unchanged if the range held no key.
    pub revision: u64,
    /// The number of deleted keys.
    pub deleted: u64,
    /// The deleted pairs by ascending key, if the request asked for them.
    pub prev_kvs: Vec<KeyValue>,
}

/// The response to a [`TxnRequest`](super::TxnRequest).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TxnResponse {
    /// The store's revision after the transaction, unchanged if nothing changed; 0 in a nested
    /// transaction, as in etcd.
    pub revision: u64,
    /// Whether every comparison held.
    pub succeeded: bool,
    /// One response for each executed operation: of a range, put, delete or transaction.
    pub responses: Vec<Response>,
}

/// The response to [`Command::LeaseGrant`](super::Command::LeaseGrant).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LeaseGrantResponse {
    /// The store's revision.
    pub revision: u64,
    /// The lease.
    pub id: LeaseId,
    /// The granted time to live, in seconds.
    pub ttl_seconds: i64,
}

/// The response to a command that raises or disarms an alarm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AlarmResponse {
    /// The store's revision.
    pub revision: u64,
    /// The alarm that the command raised or disarmed; empty if the alarm to disarm was not raised.
    pub alarms: Vec<Alarm>,
}

/// The store's answer to a command or a read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Response {
    /// The result of a read.
    Range(RangeResponse),
    /// The result of a put.
    Put(PutResponse),
    /// The result of a deletion.
    Delete(DeleteResponse),
    /// The result of a transaction.
    Txn(TxnResponse),
    /// The history was compacted.
    Compact {
        /// The store's revision.
        revision: u64,
    },
    /// A lease was granted.
    LeaseGrant(LeaseGrantResponse),
    /// A lease was revoked, and its keys deleted.
    LeaseRevoke {
        /// The store's revision after the revocation; unchanged if the lease had no keys.
        revision: u64,
    },
    /// An alarm was raised or disarmed.
    Alarm(AlarmResponse),
}

impl Response {
    /// Returns the store's revision at the time of the response.
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
