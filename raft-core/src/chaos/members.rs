//! Changes of members, as a client asks for them.

use super::monkey::{Chaos, Step};
use crate::cluster::Cluster;
use crate::model::Standing;
use crate::units::{NODES_MAX, Nanos, NodeId, SECOND};

/// Members are changed only when all have been connected for a while (etcd's five seconds).
const PATIENCE: Nanos = 9 * SECOND;

impl Chaos {
    /// Mends everything, so that members can be changed after a while.
    pub(super) fn plan_members(&mut self, cluster: &mut Cluster) {
        self.hand.mend(cluster);
        self.planned.push_back((cluster.now() + PATIENCE, Step::ChangeMembers));
    }

    /// Asks for another member, for one fewer, or for a learner's vote.
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
        self.hand.type_line(cluster, endpoint, &format!("etcdctl member {line}"));
    }
}
