//! The lessor of a process: it counts the remaining time of each lease and proposes to revoke expired ones.
//!
//! As in etcd, only the leader counts and proposes. Its task runs while the node leads and some lease is granted;
//! without leases there is no timer.

use std::cell::RefCell;
use std::rc::Rc;

use super::Server;
use crate::kv::{Command, KvError, LEASE_TTL_MIN, LeaseClock, LeaseId, Response, Store};
use crate::network::{LeaseAsk, LeaseTold};
use crate::runtime::{self, local_now};
use crate::units::{MILLISECOND, Nanos, NodeId, SECOND};

/// The pause before a refused revocation is tried again, in virtual nanoseconds on the node's clock (etcd's lessor
/// checks its leases at this interval).
const LOOK_AGAIN: Nanos = 500 * MILLISECOND;
/// The longest sleep between two checks, in virtual nanoseconds: no lease granted meanwhile expires earlier.
const SLEEP_MAX: Nanos = LEASE_TTL_MIN.unsigned_abs() * SECOND;

/// A handle to the lessor of a process.
#[derive(Clone, Default)]
pub(crate) struct Lessor(Rc<RefCell<Count>>);

#[derive(Default)]
struct Count {
    clock: LeaseClock,
    /// Leases whose revocation is under way.
    revoking: Vec<LeaseId>,
    /// Whether the revoking task runs.
    at_work: bool,
}

impl Lessor {
    /// Begins to count: the node leads. Every lease gets its full time again and `extra` virtual nanoseconds more.
    pub(crate) fn promote(&self, store: &Store, now: Nanos, extra: Nanos) {
        self.0.borrow_mut().clock.promote(store, now, extra);
    }

    /// Stops counting: the node no longer leads.
    pub(crate) fn demote(&self) {
        self.0.borrow_mut().clock.demote();
    }

    /// Takes over what an applied command did to leases.
    pub(super) fn applied(&self, command: &Command, result: &Result<Response, KvError>) {
        let mut count = self.0.borrow_mut();
        if !count.clock.counts() {
            return;
        }
        match (command, result) {
            (_, Ok(Response::LeaseGrant(grant))) => {
                count.clock.granted(grant.id, grant.ttl_seconds, local_now());
            }
            (Command::LeaseRevoke { id }, Ok(_)) => count.clock.revoked(*id),
            _ => {}
        }
    }

    /// Whether [`Server::tend_leases`] must be started. Returns true once; the caller starts it.
    pub(crate) fn hands_out_work(&self) -> bool {
        let mut count = self.0.borrow_mut();
        let needed = !count.at_work && count.clock.next_expiry().is_some();
        count.at_work |= needed;
        needed
    }

    /// All leases in the order of expiry; `None` while the node does not lead.
    pub(crate) fn by_expiry(&self) -> Option<Vec<LeaseId>> {
        let count = self.0.borrow();
        count.clock.counts().then(|| count.clock.by_expiry())
    }

    /// The end of a lease on the node's own clock; `None` while the node does not lead.
    pub(crate) fn ends_at(&self, id: LeaseId) -> Option<Nanos> {
        self.0.borrow().clock.ends_at(id)
    }

    /// Answers as the leader; `None` while the node does not lead.
    fn tell(&self, store: &Store, ask: LeaseAsk) -> Option<LeaseTold> {
        let mut count = self.0.borrow_mut();
        if !count.clock.counts() {
            return None;
        }
        let (id, missing, with_keys, left) = match ask {
            LeaseAsk::KeepAlive { id } => (id, 0, false, count.clock.keep_alive(store, id, local_now()).ok()),
            LeaseAsk::TimeToLive { id, keys } => (id, -1, keys, count.clock.remaining(id, local_now())),
        };
        Some(match (left, store.lease(id)) {
            (Some(ttl_seconds), Some(lease)) => LeaseTold {
                ttl_seconds,
                granted_seconds: lease.ttl_seconds(),
                keys: lease.keys().filter(|_| with_keys).map(<[u8]>::to_vec).collect(),
            },
            _ => LeaseTold { ttl_seconds: missing, ..LeaseTold::default() },
        })
    }

    /// Takes the leases to revoke now and marks them as being revoked.
    fn take_expired(&self) -> Vec<LeaseId> {
        let mut count = self.0.borrow_mut();
        let mut expired = count.clock.expired(local_now());
        expired.retain(|lease| !count.revoking.contains(lease));
        count.revoking.extend(&expired);
        expired
    }

    /// How long the task may sleep, in virtual nanoseconds; `None` if it has nothing left to do.
    fn rest(&self) -> Option<Nanos> {
        let mut count = self.0.borrow_mut();
        let Some(next) = count.clock.next_expiry() else {
            count.at_work = false;
            return None;
        };
        let left = next.saturating_sub(local_now());
        // Leases that have expired are being revoked already.
        Some(if left == 0 { LOOK_AGAIN } else { left.min(SLEEP_MAX) })
    }

    fn revoked_or_not(&self, lease: LeaseId) {
        self.0.borrow_mut().revoking.retain(|other| *other != lease);
    }
}

impl Server {
    /// Revokes expired leases until no lease is left or the node no longer leads. Runs in the node's own domain.
    pub(crate) async fn tend_leases(self) {
        while let Some(time) = self.lessor().rest() {
            runtime::sleep(time).await;
            for id in self.lessor().take_expired() {
                let server = self.clone();
                runtime::spawn(async move {
                    // If the commit fails, this leader or its successor tries again.
                    let _ = server.propose(Rc::new(Command::LeaseRevoke { id }), None).await;
                    server.lessor().revoked_or_not(id);
                });
            }
        }
    }

    /// Answers about a lease if this node leads and its lease as a leader holds.
    pub(crate) fn tell_lease(&self, ask: LeaseAsk) -> Option<LeaseTold> {
        let leads = self.leader_in_touch() == Some(self.id);
        let memory = self.machine.memory.borrow();
        if leads { memory.lessor.tell(&memory.store, ask) } else { None }
    }

    /// Starts or stops counting after a change of role or term.
    pub(super) fn set_leading(&self, leads: bool, now: Nanos) {
        let memory = self.machine.memory.borrow();
        if leads {
            memory.lessor.promote(&memory.store, now, self.settings.election_min);
        } else {
            memory.lessor.demote();
        }
    }

    fn lessor(&self) -> Lessor {
        self.machine.memory.borrow().lessor.clone()
    }

    /// The leader that this node knows, as an etcd server reports it. `None` for a leader whose lease is over, and for
    /// a follower that heard from no leader with a valid lease for a lease and an election timeout; openraft still
    /// names the last leader then. Must be called in the node's own domain.
    pub(crate) fn leader_in_touch(&self) -> Option<NodeId> {
        let now = local_now();
        let lease = self.settings.election_max;
        let (leader, acked) = self.metrics(|metrics| {
            (metrics.current_leader, metrics.last_quorum_acked.as_ref().map(|at| at.nanos()))
        });
        let leader = leader?;
        let late = if leader == self.id {
            // A single voter needs no answer; the voters are read only when they matter.
            acked.is_some_and(|acked| now > acked.saturating_add(lease))
                && self.metrics(|metrics| metrics.membership_config.voter_ids().nth(1).is_some())
        } else {
            let vote = self.disk.borrow().vote_touched().filter(|(_, leads)| *leads).map(|(at, _)| at);
            now > self.led.get().max(vote).unwrap_or(self.booted).saturating_add(2 * lease)
        };
        (!late).then_some(leader)
    }
}
