//! The size of the database, and the quota that it must keep.
//!
//! The file is imagined as etcd's bbolt would write it, page by page: an empty one of five pages,
//! four of them in use, and one more for every page that the history fills. As there, the file
//! never shrinks by itself: compaction frees pages, and only defragmentation, which each member
//! does for itself, gives them back. So the size is no part of the hash that nodes compare.

use super::{Command, PutRequest, Store, TxnOp};

/// The default quota in bytes: etcd's default `--quota-backend-bytes`.
pub const QUOTA_DEFAULT: u64 = 2_147_483_648;

/// Bytes of a page.
pub(super) const PAGE: u64 = 4096;
/// What an empty database uses: buckets, metadata.
const PAGES_EMPTY: u64 = 4;
/// etcd's estimate of what a pair takes besides key and value.
const PAIR_SPACE: u64 = 256;
/// etcd's estimate of what a lease takes.
const LEASE_SPACE: u64 = 64;

/// The size of the database file, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// What the file may grow to.
    pub(super) quota: u64,
    /// The file.
    pub(super) total: u64,
}

impl Size {
    /// An empty database.
    pub(super) fn new(quota: u64) -> Self {
        Size { quota, total: (PAGES_EMPTY + 1) * PAGE }
    }
}

impl Store {
    /// An empty store whose database may grow to so many bytes; 0 means [`QUOTA_DEFAULT`].
    ///
    /// A new process takes the quota of its snapshot, so that members agree on it.
    pub fn with_quota(bytes: u64) -> Self {
        let quota = if bytes == 0 { QUOTA_DEFAULT } else { bytes };
        Store { size: Size::new(quota), ..Store::new() }
    }

    /// The bytes that the database may grow to.
    pub fn quota(&self) -> u64 {
        self.size.quota
    }

    /// Bytes of the database file (etcd's `dbSize`).
    pub fn db_size(&self) -> u64 {
        self.size.total
    }

    /// Bytes of the file's pages that are in use (etcd's `dbSizeInUse`).
    pub fn db_size_in_use(&self) -> u64 {
        let filled = self.revisions.stored() + LEASE_SPACE * self.leases.all().len() as u64;
        // The first page's worth finds room in the pages of an empty database.
        let pages = if filled <= PAGE { 0 } else { filled.div_ceil(PAGE) };
        (PAGES_EMPTY + pages) * PAGE
    }

    /// Gives the pages that are not in use back: this member's file only.
    pub fn defragment(&mut self) {
        self.size.total = 0;
        self.grow();
    }

    /// Lets the file grow to what is in use.
    pub(super) fn grow(&mut self) {
        self.size.total = self.size.total.max(self.db_size_in_use() + PAGE);
    }

    /// Whether the database has room for a command. An endpoint asks before it proposes one; if
    /// there is no room, it raises the alarm in its own name and refuses.
    pub fn available(&self, command: &Command) -> bool {
        let space = command.space();
        space == 0 || self.size.total.saturating_add(space) < self.size.quota
    }
}

impl Command {
    /// About how many bytes of the database the command may take; 0 for those that no quota
    /// holds back. As in etcd, transactions inside others are not counted.
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
