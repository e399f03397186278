//! The replication progress of a leader's followers, and the lease that binds a voter, read from openraft's metrics,
//! the disks and messages in flight.

use super::facade::Cluster;
use crate::model::Progress;
use crate::network::Pending;
use crate::node::{Node, Server, domain_of};
use crate::units::{Nanos, NodeId};

impl Cluster {
    /// The progress of each other node, as this leader knows it.
    pub(super) fn progress(&self, node: &Node, server: &Server) -> Vec<Progress> {
        let clock = |local| self.around.executor.to_global(domain_of(node.id), local);
        server.metrics(|metrics| {
            let (Some(matched), Some(heard)) = (&metrics.replication, &metrics.heartbeat) else {
                return Vec::new();
            };
            let others = matched.iter().filter(|(id, _)| **id != node.id);
            let followed = others.map(|(id, matched)| {
                let Pending { up_to, range, unanswered, snapshot } = self.sent(node, *id);
                let acked = heard.get(id).and_then(Option::as_ref);
                Progress {
                    node: *id,
                    matched: matched.map(|id| id.index),
                    sent_up_to: up_to,
                    in_flight: range,
                    unanswered,
                    snapshot_in_flight: snapshot,
                    acked_at: acked.and_then(|at| clock(at.nanos())),
                }
            });
            followed.collect()
        })
    }

    fn sent(&self, leader: &Node, follower: NodeId) -> Pending {
        self.around.network.sent(leader.id, leader.observed.term, follower)
    }

    /// The end of the leader lease for which a node refuses vote requests. openraft renews the lease with each message
    /// of the leader and drops it when leadership is transferred.
    pub(super) fn promised_until(&self, node: &Node, server: &Server) -> Option<Nanos> {
        let touched = node.disk.borrow().vote_touched().filter(|(at, _)| *at >= server.booted);
        let heard = server.touched.get();
        let since = match touched {
            // Only the vote of an established leader starts a lease.
            Some((at, true)) => heard.max(Some(at)),
            Some((_, false)) => None,
            // It heard only of the leader whose vote was on its disk when it started.
            None => heard.filter(|_| node.disk.borrow().newest_vote().is_some_and(|vote| vote.committed)),
        };
        let begun = touched.map_or(server.booted, |(at, _)| at);
        let released = server.released.get().is_some_and(|at| at >= begun);
        let since = since.filter(|_| !released)?;
        self.around.executor.to_global(domain_of(node.id), since + self.settings.election_max)
    }
}
