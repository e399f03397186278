//! Membership changes, as a client requests them.

use super::monkey::{Chaos, Step};
use crate::cluster::Cluster;
use crate::model::Standing;
use crate::units::{NODES_MAX, Nanos, NodeId, SECOND};

/// The time between mending and a membership change: etcd refuses one unless all members have been connected
/// for 5 seconds.
const PATIENCE: Nanos = 9 * SECOND;

impl Chaos {
    /// Heals the network, starts all members, and plans a membership change.
    pub(super) fn plan_members(&mut self, cluster: &mut Cluster) {
        self.actor.mend(cluster);
        self.planned.push_back((cluster.now() + PATIENCE, Step::ChangeMembers));
    }

    /// Types a command that adds or removes a member, or promotes a learner.
    pub(super) fn change_members(&mut self, cluster: &mut Cluster) {
        let endpoint = self.node(cluster);
        let naming = cluster.settings().naming;
        let view = cluster.view();
        let directory = cluster.directory();
        let member = |id: NodeId| directory.member_id(id);
        let learner = view.nodes.iter().find(|node| node.standing == Standing::Learner).map(|node| node.id);
        let free = (1..=NODES_MAX).find(|id| !view.nodes.iter().any(|node| node.id == *id));
        let grows = view.status.members < 4 || self.random.chance_ppm(500_000);
        let line = match (learner, free) {
            (Some(id), _) => format!("promote {:x}", member(id)),
            (None, Some(id)) if grows => {
                let flag = if self.random.chance_ppm(500_000) { " --learner" } else { "" };
                format!("add {} --peer-urls={}{flag}", naming.name(id), naming.peer_url(id))
            }
            _ => {
                let voters = view.status.configuration.current();
                let at = self.random.range(0, voters.len().max(1) as u64 - 1) as usize;
                format!("remove {:x}", member(voters.get(at).copied().unwrap_or(1)))
            }
        };
        self.actor.type_line(cluster, endpoint, &format!("etcdctl member {line}"));
    }
}
