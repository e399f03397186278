//! What clients ask of the store, as etcd's protobufs have it.
//!
//! Numbers that a client chooses (revisions, bounds, lease ids) are signed as in etcd's
//! messages, so that zero and less can be asked for, too; numbers that the store chooses are
//! `u64` everywhere.

use serde::{Deserialize, Serialize};

use super::range::KeyRange;

/// A lease's number. Clients may choose it; etcdctl prints it as 16 hexadecimal digits.
pub type LeaseId = i64;

/// By what the pairs of a range are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SortTarget {
    /// The key, bytewise.
    #[default]
    Key,
    /// How often the key was set since its creation.
    Version,
    /// The revision of its creation.
    Create,
    /// The revision of its last change.
    Mod,
    /// The value, bytewise.
    Value,
}

/// An order of pairs; equal ones keep the order of their keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    /// By what.
    pub target: SortTarget,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// Reads a range (etcd's `RangeRequest`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RangeRequest {
    /// Which keys.
    pub range: KeyRange,
    /// At which revision; 0 or less means now.
    pub revision: i64,
    /// At most this many pairs; 0 or less means all.
    pub limit: i64,
    /// In which order; by key when absent.
    pub sort: Option<Sort>,
    /// Whether the limit comes before the order: so etcd has it when a client tells by what to
    /// sort, but not in which direction (`--sort-by` without `--order`). It takes one pair more
    /// than the limit by key, sorts those, then cuts. Filters bring the whole range back in.
    pub limit_first: bool,
    /// Whether values are left out.
    pub keys_only: bool,
    /// Whether only the count is wanted.
    pub count_only: bool,
    /// Leaves out pairs last changed before this revision; 0 means no bound.
    pub min_mod_revision: i64,
    /// Leaves out pairs last changed after this revision; 0 means no bound.
    pub max_mod_revision: i64,
    /// Leaves out pairs created before this revision; 0 means no bound.
    pub min_create_revision: i64,
    /// Leaves out pairs created after this revision; 0 means no bound.
    pub max_create_revision: i64,
}

impl RangeRequest {
    /// All pairs of a range as they are now, by key.
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
    /// The lease that the key shall hang on; 0 means none.
    pub lease: LeaseId,
    /// Whether the response holds the pair that was replaced.
    pub prev_kv: bool,
    /// Keeps the present value; then `value` is empty.
    pub ignore_value: bool,
    /// Keeps the present lease; then `lease` is 0.
    pub ignore_lease: bool,
}

impl PutRequest {
    /// Sets a key to a value, without a lease.
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
    /// Which keys.
    pub range: KeyRange,
    /// Whether the response holds the pairs that were deleted.
    pub prev_kv: bool,
}

impl DeleteRequest {
    /// Deletes a range without asking for what was there.
    pub fn new(range: KeyRange) -> Self {
        DeleteRequest { range, prev_kv: false }
    }
}

/// Carries out `success` when every comparison holds, `failure` otherwise, as one
/// indivisible change (etcd's `TxnRequest`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TxnRequest {
    /// The comparisons; without any, `success` is carried out.
    pub compares: Vec<Compare>,
    /// What is done when all hold.
    pub success: Vec<TxnOp>,
    /// What is done when one does not.
    pub failure: Vec<TxnOp>,
}

/// A comparison (etcd's `Compare`). On a range it holds when it holds for every pair there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Compare {
    /// Which keys.
    pub range: KeyRange,
    /// What of them is compared, and with what.
    pub target: CompareTarget,
    /// How.
    pub operator: CompareOperator,
}

/// What a [`Compare`] looks at, with the operand on the right.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CompareTarget {
    /// The value, bytewise.
    Value(Vec<u8>),
    /// The version; 0 when the key is absent.
    Version(i64),
    /// The revision of its creation; 0 when the key is absent.
    Create(i64),
    /// The revision of its last change; 0 when the key is absent.
    Mod(i64),
    /// The lease; 0 when there is none.
    Lease(LeaseId),
}

/// How a [`Compare`] compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CompareOperator {
    /// Both sides are equal.
    Equal,
    /// They differ.
    NotEqual,
    /// The stored side is less.
    Less,
    /// The stored side is greater.
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
    /// A transaction inside.
    Txn(TxnRequest),
}

/// Why a member raised an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AlarmKind {
    /// Its database is larger than the quota: writes that need room are refused.
    NoSpace,
    /// Its data differs from the others': everything is refused.
    Corrupt,
}

impl AlarmKind {
    /// etcd's name: `NOSPACE` or `CORRUPT`.
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
    /// What is wrong.
    pub kind: AlarmKind,
}
