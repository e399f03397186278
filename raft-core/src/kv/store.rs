//! The store.

use super::index::Index;
use super::lease::Leases;
use super::quota::{QUOTA_DEFAULT, Size};
use super::revisions::Revisions;
use super::{Alarm, Command, KvError, PutRequest, RangeResponse, Response};

/// The revision of an empty store, as in etcd.
pub(super) const FIRST_REVISION: u64 = 1;
/// The compacted revision of a store that was never compacted, as in etcd.
pub(super) const NOTHING_COMPACTED: i64 = -1;

/// All keys with their history, the leases, the alarms, and the revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    pub(super) revision: u64,
    /// The first revision that can be read.
    pub(super) compacted: i64,
    pub(super) index: Index,
    pub(super) revisions: Revisions,
    pub(super) leases: Leases,
    /// In order.
    pub(super) alarms: Vec<Alarm>,
    pub(super) size: Size,
}

impl Default for Store {
    fn default() -> Self {
        Store::new()
    }
}

impl Store {
    /// An empty store at revision 1.
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

    /// Carries out a command; whoever proposed it has validated it.
    ///
    /// # Errors
    /// The store refuses it, and is untouched.
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

    /// The response to an entry that changes nothing (a leader's blank, a member list).
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

    /// The revision of the last change; 1 before the first.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The first revision that can be read; -1 when nothing was compacted.
    pub fn compacted_revision(&self) -> i64 {
        self.compacted
    }

    /// Number of keys.
    pub fn key_count(&self) -> u64 {
        self.index.live()
    }

    /// Bytes of all keys and values, without history.
    pub fn bytes(&self) -> u64 {
        self.index.bytes()
    }
}
