//! The requests of clients, modelled on etcd's protobufs.
//!
//! Numbers that a client chooses (revisions, bounds, lease ids) are signed as in etcd's messages,
//! so that a client can also send zero and negative numbers. Numbers that the store chooses are
//! `u64`.

use serde::{Deserialize, Serialize};

use super::range::KeyRange;

/// A lease's id. Clients may choose it; etcdctl prints it as 16 hexadecimal digits.
pub type LeaseId = i64;

/// The property by which the pairs of a range are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SortTarget {
    /// The key, bytewise.
    #[default]
    Key,
    /// The number of puts since the key's creation.
    Version,
    /// The revision of the key's creation.
    Create,
    /// The revision of the key's last change.
    Mod,
    /// The value, bytewise.
    Value,
}

/// A sort order of pairs. Pairs with equal properties stay in the order of their keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    /// The property to sort by.
    pub target: SortTarget,
    /// Whether the greatest pair comes first.
    pub descending: bool,
}

/// Reads a range (etcd's `RangeRequest`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RangeRequest {
    /// The keys to read.
    pub range: KeyRange,
    /// The revision to read at; 0 or less means the present.
    pub revision: i64,
    /// The maximum number of pairs; 0 or less means no limit.
    pub limit: i64,
    /// The order of the pairs; by ascending key if absent.
    pub sort: Option<Sort>,
    /// Whether the limit applies before the sort, as in etcd when a client names a property to sort
    /// by but no direction (`--sort-by` without `--order`). etcd then takes one pair more than the
    /// limit by key, sorts these and cuts. With a filter it sorts the whole range.
    pub limit_first: bool,
    /// Whether the response omits the values.
    pub keys_only: bool,
    /// Whether the response holds only the count.
    pub count_only: bool,
    /// The lowest revision of the last change; pairs below are omitted. 0 means no bound.
    pub min_mod_revision: i64,
    /// The highest revision of the last change; pairs above are omitted. 0 means no bound.
    pub max_mod_revision: i64,
    /// The lowest revision of creation; pairs below are omitted. 0 means no bound.
    pub min_create_revision: i64,
    /// The highest revision of creation; pairs above are omitted. 0 means no bound.
    pub max_create_revision: i64,
}

impl RangeRequest {
    /// Returns the request for all pairs of a range at the present, by ascending key.
    pub fn new(range: KeyRange) -> Self {
        RangeRequest {
            range,
            revision: 0,
            limit: 0,
            sort: None,
            limit_first: false,
            keys_only: false,
            count_only: false,
            min_mod_revision: 0,
            max_mod_revision: 0,
            min_create_revision: 0,
            max_create_revision: 0,
        }
    }
}

impl From<KeyRange> for RangeRequest {
    fn from(range: KeyRange) -> Self {
        RangeRequest::new(range)
    }
}

/// Sets a key (etcd's `PutRequest`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PutRequest {
    /// The key, not empty.
    pub key: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
    /// The lease to attach the key to; 0 means none.
    pub lease: LeaseId,
    /// Whether the response holds the replaced pair.
    pub prev_kv: bool,
    /// Whether the key keeps its present value; `value` must then be empty.
    pub ignore_value: bool,
    /// Whether the key keeps its present lease; `lease` must then be 0.
    pub ignore_lease: bool,
}

impl PutRequest {
    /// Returns the request to set `key` to `value`, without a lease.
    pub fn new(key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> Self {
        PutRequest {
            key: key.into(),
            value: value.into(),
            lease: 0,
            prev_kv: false,
            ignore_value: false,
            ignore_lease: false,
        }
    }
}

/// Deletes the keys of a range (etcd's `DeleteRangeRequest`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeleteRequest {
    /// The keys to delete.
    pub range: KeyRange,
    /// Whether the response holds the deleted pairs.
    pub prev_kv: bool,
}

impl DeleteRequest {
    /// Returns the request to delete a range, without the deleted pairs in the response.
    pub fn new(range: KeyRange) -> Self {
        DeleteRequest { range, prev_kv: false }
    }
}

/// Executes `success` if every comparison holds and `failure` otherwise, atomically (etcd's
/// `TxnRequest`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TxnRequest {
    /// The comparisons; if there are none, `success` is executed.
    pub compares: Vec<Compare>,
    /// The operations to execute if every comparison holds.
    pub success: Vec<TxnOp>,
    /// The operations to execute otherwise.
    pub failure: Vec<TxnOp>,
}

/// A comparison (etcd's `Compare`). On a range it holds if it holds for every pair of the range.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Compare {
    /// The keys to compare.
    pub range: KeyRange,
    /// The property to compare, and the operand.
    pub target: CompareTarget,
    /// The relation that must hold.
    pub operator: CompareOperator,
}

/// The property that a [`Compare`] reads, with the right-hand operand.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CompareTarget {
    /// The value, bytewise.
    Value(Vec<u8>),
    /// The version; 0 if the key is absent.
    Version(i64),
    /// The revision of the key's creation; 0 if the key is absent.
    Create(i64),
    /// The revision of the key's last change; 0 if the key is absent.
    Mod(i64),
    /// The lease; 0 if there is none.
    Lease(LeaseId),
}

/// The relation of a [`Compare`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CompareOperator {
    /// The stored side equals the operand.
    Equal,
    /// The stored side differs from the operand.
    NotEqual,
    /// The stored side is less than the operand.
    Less,
    /// The stored side is greater than the operand.
    Greater,
}

/// One operation of a transaction (etcd's `RequestOp`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TxnOp {
    /// Reads a range.
    Range(RangeRequest),
    /// Sets a key.
    Put(PutRequest),
    /// Deletes a range.
    Delete(DeleteRequest),
    /// Executes a nested transaction.
    Txn(TxnRequest),
}

/// The reason for an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AlarmKind {
    /// A member's database exceeds the quota. The cluster refuses writes that need space.
    NoSpace,
    /// A member's data differs from the other members'. The cluster refuses every command.
    Corrupt,
}

impl AlarmKind {
    /// Returns etcd's name: `NOSPACE` or `CORRUPT`.
    pub fn name(self) -> &'static str {
        match self {
            AlarmKind::NoSpace => "NOSPACE",
            AlarmKind::Corrupt => "CORRUPT",
        }
    }
}

/// An alarm and the member that raised it (etcd's `AlarmMember`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Alarm {
    /// The member's id.
    pub member: u64,
    /// The reason for the alarm.
    pub kind: AlarmKind,
}
