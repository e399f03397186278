//! The lessor of a process: how long each lease still lives, and who ends those whose time is over.
//!
//! As in etcd, only the leader counts, and only it proposes to revoke. The task that does so runs
//! while the node leads and some lease is granted; without leases there is no timer.

use std::cell::RefCell;
use std::rc::Rc;

use super::Server;
use crate::kv::{Command, KvError, LEASE_TTL_MIN, LeaseClock, LeaseId, Response, Store};
use crate::network::{LeaseAsk, LeaseTold};
use crate::runtime::{self, local_now};
use crate::units::{MILLISECOND, Nanos, NodeId, SECOND};

/// How long until a lease whose revocation was refused is looked at again, on the node's clock:
/// etcd's lessor looks at all of them that often.
const LOOK_AGAIN: Nanos = 500 * MILLISECOND;
/// The longest sleep between two looks: no lease granted meanwhile is over before.
const SLEEP_MAX: Nanos = LEASE_TTL_MIN.unsigned_abs() * SECOND;

/// The lessor of a process. Handles only.
#[derive(Clone, Default)]
pub(crate) struct Lessor(Rc<RefCell<Count>>);

#[derive(Default)]
struct Count {
    clock: LeaseClock,
    /// Leases whose revocation is under way.
    revoking: Vec<LeaseId>,
    /// Whether the task runs.
    at_work: bool,
}

impl Lessor {
    /// The node leads from now on: every lease lives its full time again, and `extra` more.
    pub(crate) fn promote(&self, store: &Store, now: Nanos, extra: Nanos) {
        self.0.borrow_mut().clock.promote(store, now, extra);
    }

    /// The node leads no longer.
    pub(crate) fn demote(&self) {
        self.0.borrow_mut().clock.demote();
    }

    /// Takes in what a command did to the leases, now.
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

    /// Whether there is work and nobody at it; whoever is told so starts [`Server::tend_leases`].
    pub(crate) fn hands_out_work(&self) -> bool {
        let mut count = self.0.borrow_mut();
        let needed = !count.at_work && count.clock.next_expiry().is_some();
        count.at_work |= needed;
        needed
    }

    /// All leases, those that expire first in front; nothing while the node does not lead.
    pub(crate) fn by_expiry(&self) -> Option<Vec<LeaseId>> {
        let count = self.0.borrow();
        count.clock.counts().then(|| count.clock.by_expiry())
    }

    /// When a lease is over, on the node's own clock; nothing while the node does not lead.
    pub(crate) fn ends_at(&self, id: LeaseId) -> Option<Nanos> {
        self.0.borrow().clock.ends_at(id)
    }

    /// Answers for the leader; nothing while the node does not lead.
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

    /// The leases to revoke now; they count as being revoked from here on.
    fn take_expired(&self) -> Vec<LeaseId> {
        let mut count = self.0.borrow_mut();
        let mut expired = count.clock.expired(local_now());
        expired.retain(|lease| !count.revoking.contains(lease));
        count.revoking.extend(&expired);
        expired
    }

    /// How long the task may sleep; nothing when it has nothing to do any more.
    fn rest(&self) -> Option<Nanos> {
        let mut count = self.0.borrow_mut();
        let Some(next) = count.clock.next_expiry() else {
            count.at_work = false;
            return None;
        };
        let left = next.saturating_sub(local_now());
        // What is over by now is being revoked.
        Some(if left == 0 { LOOK_AGAIN } else { left.min(SLEEP_MAX) })
    }

    fn revoked_or_not(&self, lease: LeaseId) {
        self.0.borrow_mut().revoking.retain(|other| *other != lease);
    }
}

impl Server {
    /// Revokes leases whose time is over, until there is none left or the node leads no longer.
    /// Runs in the node's own domain.
    pub(crate) async fn tend_leases(self) {
        while let Some(time) = self.lessor().rest() {
            runtime::sleep(time).await;
            for id in self.lessor().take_expired() {
                let server = self.clone();
                runtime::spawn(async move {
                    // A leader that cannot commit it tries again, or its successor will.
                    let _ = server.propose(Rc::new(Command::LeaseRevoke { id }), None).await;
                    server.lessor().revoked_or_not(id);
                });
            }
        }
    }

    /// What this node, if it leads and its followers answered lately, says of a lease.
    pub(crate) fn tell_lease(&self, ask: LeaseAsk) -> Option<LeaseTold> {
        let leads = self.leader_in_touch() == Some(self.id);
        let memory = self.machine.memory.borrow();
        if leads { memory.lessor.tell(&memory.store, ask) } else { None }
    }

    /// The node's role or term is another: counts leases while it leads.
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

    /// The leader as this node knows it, unless it has reason to think that there is none: a
    /// leader whose lease is over, a follower that for a lease and an election timeout heard from
    /// none whose lease was not. That is what etcd's servers tell about, where openraft still names the last one.
    /// Must be asked in the node's own domain.
    pub(crate) fn leader_in_touch(&self) -> Option<NodeId> {
        let now = local_now();
        let lease = self.settings.election_max;
        let (leader, acked) = self.metrics(|metrics| {
            (metrics.current_leader, metrics.last_quorum_acked.as_ref().map(|at| at.nanos()))
        });
        let leader = leader?;
        let late = if leader == self.id {
            // A single voter needs nobody's answer; who votes is asked only when it matters.
            acked.is_some_and(|acked| now > acked.saturating_add(lease))
                && self.metrics(|metrics| metrics.membership_config.voter_ids().nth(1).is_some())
        } else {
            let vote = self.disk.borrow().vote_touched().filter(|(_, leads)| *leads).map(|(at, _)| at);
            now > self.led.get().max(vote).unwrap_or(self.booted).saturating_add(2 * lease)
        };
        (!late).then_some(leader)
    }
}
