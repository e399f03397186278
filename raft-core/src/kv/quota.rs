//! The size of the database, and its quota.
//!
//! The size is estimated page by page, as etcd's bbolt would write the file: an empty file has five
//! pages, of which four are in use, and the history adds the pages that it fills. As in etcd, the
//! file never shrinks by itself: compaction only frees pages, and defragmentation, which each
//! member runs for itself, returns them. The size is therefore not part of the hash that nodes compare.

use super::{Command, PutRequest, Store, TxnOp};

/// The default quota in bytes: etcd's default `--quota-backend-bytes`.
pub const QUOTA_DEFAULT: u64 = 2_147_483_648;

/// The size of a page, in bytes.
pub(super) const PAGE: u64 = 4096;
/// The number of pages that an empty database uses for buckets and metadata.
const PAGES_EMPTY: u64 = 4;
/// etcd's estimate of a pair's overhead besides key and value, in bytes.
const PAIR_SPACE: u64 = 256;
/// etcd's estimate of a lease's size, in bytes.
const LEASE_SPACE: u64 = 64;

/// The size of the database file, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// The limit of the file's size.
    pub(super) quota: u64,
    /// The file's size.
    pub(super) total: u64,
}

impl Size {
    /// Returns the size of an empty database.
    pub(super) fn new(quota: u64) -> Self {
        Size { quota, total: (PAGES_EMPTY + 1) * PAGE }
    }
}

impl Store {
    /// Creates an empty store whose database may grow to `bytes`; 0 means [`QUOTA_DEFAULT`].
    ///
    /// A restarted node takes the quota from its snapshot, so that the members agree on it.
    pub fn with_quota(bytes: u64) -> Self {
        let quota = if bytes == 0 { QUOTA_DEFAULT } else { bytes };
        Store { size: Size::new(quota), ..Store::new() }
    }

    /// The limit of the database's size, in bytes.
    pub fn quota(&self) -> u64 {
        self.size.quota
    }

    /// The size of the database file, in bytes (etcd's `dbSize`).
    pub fn db_size(&self) -> u64 {
        self.size.total
    }

    /// The size of the file's pages in use, in bytes (etcd's `dbSizeInUse`).
    pub fn db_size_in_use(&self) -> u64 {
        let filled = self.revisions.stored() + LEASE_SPACE * self.leases.all().len() as u64;
        // The first page of entries fits into the pages of an empty database.
        let pages = if filled <= PAGE { 0 } else { filled.div_ceil(PAGE) };
        (PAGES_EMPTY + pages) * PAGE
    }

    /// Shrinks this member's file to the pages in use.
    pub fn defragment(&mut self) {
        self.size.total = 0;
        self.grow();
    }

    /// Grows the file so that it holds the pages in use.
    pub(super) fn grow(&mut self) {
        self.size.total = self.size.total.max(self.db_size_in_use() + PAGE);
    }

    /// Returns whether the database has space for a command. An endpoint checks this before it
    /// proposes a command. If there is no space, it raises the alarm for its own member and refuses.
    pub fn available(&self, command: &Command) -> bool {
        let space = command.space();
        space == 0 || self.size.total.saturating_add(space) < self.size.quota
    }
}

impl Command {
    /// An estimate of the bytes that the command adds to the database; 0 for commands without a
    /// quota check. As in etcd, nested transactions are not counted.
    pub(super) fn space(&self) -> u64 {
        match self {
            Command::Put(put) => put.space(),
            Command::Txn(txn) => {
                let space = |ops: &[TxnOp]| -> u64 {
                    ops.iter().map(|op| if let TxnOp::Put(put) = op { put.space() } else { 0 }).sum()
                };
                space(&txn.success).max(space(&txn.failure))
            }
            Command::LeaseGrant { .. } => LEASE_SPACE,
            _ => 0,
        }
    }
}

impl PutRequest {
    fn space(&self) -> u64 {
        PAIR_SPACE + self.bytes()
    }
}
