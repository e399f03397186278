//! The store: its state and the application of commands.

use super::index::Index;
use super::lease::Leases;
use super::quota::{QUOTA_DEFAULT, Size};
use super::revisions::Revisions;
use super::{Alarm, Command, KvError, PutRequest, RangeResponse, Response};

/// The revision of an empty store, as in etcd.
pub(super) const FIRST_REVISION: u64 = 1;
/// The compacted revision of a store that was never compacted, as in etcd.
pub(super) const NOTHING_COMPACTED: i64 = -1;

/// The replicated state of a node: all keys with their history, the leases, the alarms and the revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    pub(super) revision: u64,
    /// The first readable revision; [`NOTHING_COMPACTED`] before the first compaction.
    pub(super) compacted: i64,
    pub(super) index: Index,
    pub(super) revisions: Revisions,
    pub(super) leases: Leases,
    /// The raised alarms, sorted.
    pub(super) alarms: Vec<Alarm>,
    pub(super) size: Size,
}

impl Default for Store {
    fn default() -> Self {
        Store::new()
    }
}

impl Store {
    /// Creates an empty store at revision 1.
    pub fn new() -> Self {
        Store {
            revision: FIRST_REVISION,
            compacted: NOTHING_COMPACTED,
            index: Index::default(),
            revisions: Revisions::default(),
            leases: Leases::default(),
            alarms: Vec::new(),
            size: Size::new(QUOTA_DEFAULT),
        }
    }

    /// Applies a command, which the proposing node has validated.
    ///
    /// # Errors
    /// Returns etcd's error if the store refuses the command. The store is then unchanged.
    pub fn apply(&mut self, command: &Command) -> Result<Response, KvError> {
        self.check_alarms(command)?;
        let response = self.carry_out(command)?;
        self.grow();
        Ok(response)
    }

    fn carry_out(&mut self, command: &Command) -> Result<Response, KvError> {
        match command {
            Command::Put(put) => self.put(put),
            Command::Delete(delete) => {
                let mut writer = self.write();
                let response = writer.delete(delete);
                writer.finish();
                Ok(Response::Delete(response))
            }
            Command::Txn(txn) => self.txn(txn),
            Command::Compact { revision } => self.compact(*revision),
            Command::LeaseGrant { id, ttl_seconds } => self.grant(*id, *ttl_seconds),
            Command::LeaseRevoke { id } => self.revoke(*id),
            Command::AlarmRaise(alarm) => Ok(self.raise(*alarm)),
            Command::AlarmDisarm(alarm) => Ok(self.disarm(*alarm)),
        }
    }

    /// Returns the response to a log entry without a command (a new leader's blank entry, a membership).
    pub fn blank(&self) -> Response {
        Response::Range(RangeResponse { revision: self.revision, ..RangeResponse::default() })
    }

    fn put(&mut self, put: &PutRequest) -> Result<Response, KvError> {
        self.check_lease(put.lease)?;
        if (put.ignore_value || put.ignore_lease) && self.get(&put.key).is_none() {
            return Err(KvError::KeyNotFound);
        }
        let mut writer = self.write();
        let response = writer.put(put);
        writer.finish();
        Ok(Response::Put(response))
    }

    /// The revision of the last change; 1 before the first change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The first readable revision; -1 before the first compaction.
    pub fn compacted_revision(&self) -> i64 {
        self.compacted
    }

    /// The number of keys that exist now.
    pub fn key_count(&self) -> u64 {
        self.index.live()
    }

    /// The total length of the keys and values that exist now, in bytes.
    pub fn bytes(&self) -> u64 {
        self.index.bytes()
    }
}
