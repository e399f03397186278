//! Why the store refuses a request: etcd's errors, in etcd's words.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A request that was refused; the store is untouched. Displays as etcd's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KvError {
    /// A request names no key.
    KeyNotProvided,
    /// A put keeps the value or lease of a key that is absent.
    KeyNotFound,
    /// A put keeps the value, yet brings one.
    ValueProvided,
    /// A put keeps the lease, yet names one.
    LeaseProvided,
    /// A transaction has more than 128 comparisons or operations in one list.
    TooManyOps,
    /// A transaction changes a key twice.
    DuplicateKey,
    /// The request is longer than 1.5 MiB.
    RequestTooLarge,
    /// The revision was compacted.
    Compacted,
    /// The revision is still to come.
    FutureRevision,
    /// The database is larger than its quota, or the alarm about that stands.
    NoSpace,
    /// There is no such lease.
    LeaseNotFound,
    /// There is such a lease already.
    LeaseExists,
    /// A lease may not live that long.
    LeaseTtlTooLarge,
    /// An alarm says that the data is corrupt.
    Corrupt,
}

impl KvError {
    /// etcd's message.
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
