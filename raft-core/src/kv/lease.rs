//! Leases: the granted leases and the keys attached to them.
//!
//! This part is replicated and knows no time. The leader's [`LeaseClock`](super::LeaseClock)
//! determines when a lease expires, and the leader then proposes its revocation.

use std::rc::Rc;

use super::{KeyRange, KeyValue, KvError, LeaseGrantResponse, LeaseId, Response, Store};
use crate::digest::digest_of;

/// The minimum time to live of a lease, in seconds: etcd's for an election timeout of one second. A
/// grant that asks for less gets this.
pub const LEASE_TTL_MIN: i64 = 2;
/// The maximum time to live of a lease, in seconds.
pub const LEASE_TTL_MAX: i64 = 9_000_000_000;

/// A granted lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    id: LeaseId,
    ttl_seconds: i64,
    /// The attached keys, in order.
    keys: Vec<Rc<[u8]>>,
}

impl Lease {
    /// The lease's id.
    pub fn id(&self) -> LeaseId {
        self.id
    }

    /// The granted time to live, in seconds.
    pub fn ttl_seconds(&self) -> i64 {
        self.ttl_seconds
    }

    /// The attached keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &[u8]> {
        self.keys.iter().map(|key| &**key)
    }

    fn place(&self, key: &[u8]) -> Result<usize, usize> {
        self.keys.binary_search_by(|known| (**known).cmp(key))
    }
}

/// All granted leases, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Leases {
    leases: Vec<Lease>,
    /// The sum of all leases' digests. They exclude the attached keys, as the digests of the pairs
    /// include the lease.
    digest: u64,
}

impl Leases {
    fn place(&self, id: LeaseId) -> Result<usize, usize> {
        self.leases.binary_search_by_key(&id, |lease| lease.id)
    }

    /// All granted leases, by id.
    pub(super) fn all(&self) -> &[Lease] {
        &self.leases
    }

    pub(super) fn get(&self, id: LeaseId) -> Option<&Lease> {
        self.leases.get(self.place(id).ok()?)
    }

    /// Adds a lease; returns false if the id is taken.
    pub(super) fn add(&mut self, id: LeaseId, ttl_seconds: i64) -> bool {
        let Err(place) = self.place(id) else { return false };
        self.digest = self.digest.wrapping_add(digest_of(&(id, ttl_seconds)));
        self.leases.insert(place, Lease { id, ttl_seconds, keys: Vec::new() });
        true
    }

    fn remove(&mut self, id: LeaseId) -> Option<Lease> {
        let place = self.place(id).ok()?;
        let lease = self.leases.remove(place);
        self.digest = self.digest.wrapping_sub(digest_of(&(id, lease.ttl_seconds)));
        Some(lease)
    }

    /// The sum of all leases' digests.
    pub(super) fn digest(&self) -> u64 {
        self.digest
    }

    /// Attaches a key to the lease `now` (0: none) and detaches it from the lease of its pair
    /// `before`, unless they are equal.
    pub(super) fn attach(&mut self, key: &[u8], before: Option<&KeyValue>, now: LeaseId) {
        let before = before.map_or(0, |pair| pair.lease);
        if before == now {
            return;
        }
        if let Ok(place) = self.place(before)
            && let Ok(at) = self.leases[place].place(key)
        {
            self.leases[place].keys.remove(at);
        }
        if let Ok(place) = self.place(now)
            && let Err(at) = self.leases[place].place(key)
        {
            self.leases[place].keys.insert(at, Rc::from(key));
        }
    }
}

impl Store {
    pub(super) fn grant(&mut self, id: LeaseId, ttl_seconds: i64) -> Result<Response, KvError> {
        if id == 0 {
            return Err(KvError::LeaseNotFound);
        }
        if ttl_seconds > LEASE_TTL_MAX {
            return Err(KvError::LeaseTtlTooLarge);
        }
        let ttl_seconds = ttl_seconds.max(LEASE_TTL_MIN);
        if !self.leases.add(id, ttl_seconds) {
            return Err(KvError::LeaseExists);
        }
        Ok(Response::LeaseGrant(LeaseGrantResponse { revision: self.revision, id, ttl_seconds }))
    }

    /// Revokes a lease and deletes its keys, in order, at one revision.
    pub(super) fn revoke(&mut self, id: LeaseId) -> Result<Response, KvError> {
        let lease = self.leases.remove(id).ok_or(KvError::LeaseNotFound)?;
        let mut writer = self.write();
        for key in lease.keys() {
            writer.remove(&KeyRange::single(key));
        }
        Ok(Response::LeaseRevoke { revision: writer.finish() })
    }

    /// Checks that a put may name this lease: it exists, or it is 0 (none).
    pub(super) fn check_lease(&self, id: LeaseId) -> Result<(), KvError> {
        if id == 0 || self.lease(id).is_some() { Ok(()) } else { Err(KvError::LeaseNotFound) }
    }

    /// Returns a granted lease.
    pub fn lease(&self, id: LeaseId) -> Option<&Lease> {
        self.leases.get(id)
    }

    /// All granted leases, by id.
    pub fn leases(&self) -> &[Lease] {
        self.leases.all()
    }
}
