//! The errors of the store: etcd's errors with etcd's messages.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The reason why a request was refused. The store is then unchanged. Displays as etcd's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KvError {
    /// A request names no key.
    KeyNotProvided,
    /// A put keeps the value or lease of a key that does not exist.
    KeyNotFound,
    /// A put keeps the present value but also gives one.
    ValueProvided,
    /// A put keeps the present lease but also names one.
    LeaseProvided,
    /// A list in a transaction holds more than 128 comparisons or operations.
    TooManyOps,
    /// A transaction changes a key twice.
    DuplicateKey,
    /// The request is larger than 1.5 MiB.
    RequestTooLarge,
    /// The revision was compacted.
    Compacted,
    /// The revision is greater than the store's.
    FutureRevision,
    /// The database exceeds its quota, or a `NOSPACE` alarm is raised.
    NoSpace,
    /// The lease does not exist.
    LeaseNotFound,
    /// A lease with this id exists already.
    LeaseExists,
    /// The time to live exceeds the maximum.
    LeaseTtlTooLarge,
    /// A `CORRUPT` alarm is raised.
    Corrupt,
}

impl KvError {
    /// Returns etcd's message.
    pub fn message(self) -> &'static str {
        match self {
            KvError::KeyNotProvided => "etcdserver: key is not provided",
            KvError::KeyNotFound => "etcdserver: key not found",
            KvError::ValueProvided => "etcdserver: value is provided",
            KvError::LeaseProvided => "etcdserver: lease is provided",
            KvError::TooManyOps => "etcdserver: too many operations in txn request",
            KvError::DuplicateKey => "etcdserver: duplicate key given in txn request",
            KvError::RequestTooLarge => "etcdserver: request is too large",
            KvError::Compacted => "etcdserver: mvcc: required revision has been compacted",
            KvError::FutureRevision => "etcdserver: mvcc: required revision is a future revision",
            KvError::NoSpace => "etcdserver: mvcc: database space exceeded",
            KvError::LeaseNotFound => "etcdserver: requested lease not found",
            KvError::LeaseExists => "etcdserver: lease already exists",
            KvError::LeaseTtlTooLarge => "etcdserver: too large lease TTL",
            KvError::Corrupt => "etcdserver: corrupt cluster",
        }
    }
}

impl fmt::Display for KvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for KvError {}
