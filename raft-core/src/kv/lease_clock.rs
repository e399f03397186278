//! The expiry times of leases, which only the leader knows. They are not part of the replicated state.
//!
//! As in etcd, only the leader counts down, and a new leader starts again with every lease's full
//! time to live. An expired lease exists until its revocation is applied. Times are virtual
//! nanoseconds on the leader's own clock.

use super::{KvError, LeaseId, Store};
use crate::units::{Nanos, SECOND};

/// The deadlines of all leases while the node leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeaseClock {
    /// The deadlines by lease id; `None` while the node does not lead.
    deadlines: Option<Vec<Deadline>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Deadline {
    lease: LeaseId,
    at: Nanos,
}

/// Maps a lease id, which is signed, to an unsigned number and keeps the order.
fn ordered(lease: LeaseId) -> u64 {
    lease.cast_unsigned() ^ (1 << 63)
}

/// The inverse of [`ordered`].
fn lease_of(ordered: u64) -> LeaseId {
    (ordered ^ (1 << 63)).cast_signed()
}

impl LeaseClock {
    /// Creates the clock of a node that does not lead.
    pub fn new() -> Self {
        LeaseClock::default()
    }

    /// Starts the clock of a new leader: every lease gets its full time to live from `now`, plus
    /// `extra` nanoseconds for the election (etcd adds its election timeout).
    pub fn promote(&mut self, store: &Store, now: Nanos, extra: Nanos) {
        let start = now.saturating_add(extra);
        let deadlines = store
            .leases()
            .iter()
            .map(|lease| Deadline { lease: lease.id(), at: deadline(start, lease.ttl_seconds()) })
            .collect();
        self.deadlines = Some(deadlines);
    }

    /// Drops all deadlines, as the node does not lead any more.
    pub fn demote(&mut self) {
        self.deadlines = None;
    }

    /// Returns whether the clock counts down, that is, whether the node leads.
    pub fn counts(&self) -> bool {
        self.deadlines.is_some()
    }

    /// Adds a lease that was granted at `now`.
    pub fn granted(&mut self, lease: LeaseId, ttl_seconds: i64, now: Nanos) {
        let Some(deadlines) = &mut self.deadlines else { return };
        let new = Deadline { lease, at: deadline(now, ttl_seconds) };
        match place(deadlines, lease) {
            Ok(at) => deadlines[at] = new,
            Err(at) => deadlines.insert(at, new),
        }
    }

    /// Removes a lease that was revoked.
    pub fn revoked(&mut self, lease: LeaseId) {
        if let Some(deadlines) = &mut self.deadlines
            && let Ok(at) = place(deadlines, lease)
        {
            deadlines.remove(at);
        }
    }

    /// Restarts a lease's time to live; returns it in seconds.
    ///
    /// # Errors
    /// Returns [`KvError::LeaseNotFound`] if the lease does not exist or has expired, or if the
    /// node does not lead.
    pub fn keep_alive(&mut self, store: &Store, id: LeaseId, now: Nanos) -> Result<i64, KvError> {
        let deadlines = self.deadlines.as_mut().ok_or(KvError::LeaseNotFound)?;
        let at = place(deadlines, id).map_err(|_| KvError::LeaseNotFound)?;
        let lease = store.lease(id).ok_or(KvError::LeaseNotFound)?;
        if deadlines[at].at <= now {
            return Err(KvError::LeaseNotFound);
        }
        deadlines[at].at = deadline(now, lease.ttl_seconds());
        Ok(lease.ttl_seconds())
    }

    /// Returns the expired leases, earliest expiry first.
    pub fn expired(&self, now: Nanos) -> Vec<LeaseId> {
        self.in_order(|deadline| deadline.at <= now)
    }

    /// Returns all leases, earliest expiry first: the order in which etcd's leader lists them.
    pub fn by_expiry(&self) -> Vec<LeaseId> {
        self.in_order(|_| true)
    }

    fn in_order(&self, wanted: impl Fn(&Deadline) -> bool) -> Vec<LeaseId> {
        // Sorts pairs of numbers because each instance of `sort` is much code, and this instance
        // has other users.
        let chosen = self.deadlines.iter().flatten().filter(|deadline| wanted(deadline));
        let mut order: Vec<(u64, u64)> =
            chosen.map(|deadline| (deadline.at, ordered(deadline.lease))).collect();
        order.sort_unstable();
        order.into_iter().map(|(_, lease)| lease_of(lease)).collect()
    }

    /// The earliest expiry of a lease.
    pub fn next_expiry(&self) -> Option<Nanos> {
        self.deadlines.iter().flatten().map(|deadline| deadline.at).min()
    }

    /// Returns a lease's expiry. `None` if the lease does not exist or the node does not lead.
    pub fn ends_at(&self, id: LeaseId) -> Option<Nanos> {
        let deadlines = self.deadlines.as_ref()?;
        Some(deadlines[place(deadlines, id).ok()?].at)
    }

    /// Returns a lease's remaining time in whole seconds; 0 if it has expired and is not revoked
    /// yet. `None` if the lease does not exist or the node does not lead.
    pub fn remaining(&self, id: LeaseId, now: Nanos) -> Option<i64> {
        self.ends_at(id).map(|at| (at.saturating_sub(now) / SECOND).cast_signed())
    }
}

fn place(deadlines: &[Deadline], lease: LeaseId) -> Result<usize, usize> {
    deadlines.binary_search_by_key(&lease, |deadline| deadline.lease)
}

fn deadline(start: Nanos, ttl_seconds: i64) -> Nanos {
    let ttl = u64::try_from(ttl_seconds).unwrap_or(0).saturating_mul(SECOND);
    start.saturating_add(ttl)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use super::*;
    use crate::kv::Command;

    fn store() -> Store {
        let mut store = Store::new();
        for (id, ttl_seconds) in [(7, 10), (3, 5), (9, 5)] {
            store.apply(&Command::LeaseGrant { id, ttl_seconds }).expect("the lease is granted");
        }
        store
    }

    #[test]
    fn leases_expire_in_order_unless_kept_alive() {
        let store = store();
        let mut clock = LeaseClock::new();
        assert_eq!((clock.next_expiry(), clock.remaining(3, 0)), (None, None));
        assert_eq!(clock.keep_alive(&store, 3, 0), Err(KvError::LeaseNotFound));
        clock.promote(&store, 100 * SECOND, 0);
        assert_eq!(clock.by_expiry(), [3, 9, 7]);
        assert_eq!(clock.expired(105 * SECOND - 1), []);
        assert_eq!(clock.remaining(3, 100 * SECOND + 1), Some(4));
        assert_eq!(clock.keep_alive(&store, 3, 104 * SECOND), Ok(5));
        assert_eq!(clock.expired(105 * SECOND), [9]);
        assert_eq!(clock.keep_alive(&store, 9, 105 * SECOND), Err(KvError::LeaseNotFound));
        clock.revoked(9);
        assert_eq!(clock.next_expiry(), Some(109 * SECOND));
        clock.granted(1, 2, 106 * SECOND);
        assert_eq!(clock.expired(110 * SECOND), [1, 3, 7]);
        assert_eq!(clock.remaining(1, 200 * SECOND), Some(0));
        clock.demote();
        assert_eq!((clock.counts(), clock.expired(u64::MAX)), (false, vec![]));
    }

    #[test]
    fn a_new_leader_restarts_the_full_time_to_live() {
        let store = store();
        let mut clock = LeaseClock::new();
        clock.promote(&store, 0, 0);
        clock.promote(&store, 4 * SECOND, SECOND);
        assert_eq!(clock.remaining(3, 4 * SECOND), Some(6));
        assert_eq!(clock.expired(9 * SECOND), []);
        assert_eq!(clock.expired(10 * SECOND), [3, 9]);
    }

    #[test]
    fn the_maximum_time_to_live_does_not_overflow() {
        let mut store = Store::new();
        let longest = Command::LeaseGrant { id: 1, ttl_seconds: crate::kv::LEASE_TTL_MAX };
        store.apply(&longest).expect("the lease is granted");
        let mut clock = LeaseClock::new();
        clock.promote(&store, u64::MAX - 5, SECOND);
        assert_eq!(clock.expired(0), []);
    }
}
