//! Single faults and their removal.

use super::monkey::Chaos;
use crate::cluster::Cluster;
use crate::model::{Action, Link, Process, Standing};
use crate::units::{MILLISECOND, NodeId};

impl Chaos {
    /// Draws a node.
    pub(super) fn node(&mut self, cluster: &Cluster) -> NodeId {
        let ids = cluster.node_ids();
        let last = (ids.len() as u64).saturating_sub(1);
        ids.get(self.random.range(0, last) as usize).copied().unwrap_or(1)
    }

    /// Draws a link: one direction between two nodes.
    pub(super) fn link(&mut self, cluster: &Cluster) -> Link {
        let ids = cluster.node_ids();
        let count = (ids.len() as u64).max(1);
        let from = self.random.range(0, count - 1);
        let to = (from + self.random.range(1, (count - 1).max(1))) % count;
        let id = |at: u64| ids.get(at as usize).copied().unwrap_or(1);
        Link { from: id(from), to: id(to) }
    }

    /// Injects a single fault, or removes one.
    pub(super) fn fault(&mut self, cluster: &mut Cluster) {
        let node = self.node(cluster);
        let action = match self.random.range(0, 22) {
            0..=2 => Action::Crash(node),
            3 => Action::Stop(node),
            4..=7 => return self.restart_one_that_is_down(cluster),
            8 => Action::Pause(node),
            9 => Action::Resume(node),
            10 => Action::Isolate(node),
            11 => return self.partition(cluster),
            12 => Action::Cut(self.link(cluster)),
            13 | 14 => Action::Heal(None),
            15 => {
                let max = self.random.range(6, 40) * MILLISECOND;
                Action::Latency { link: None, min: 5 * MILLISECOND, max }
            }
            // While the leader's lease is valid, only a transfer deposes it in good order.
            16 => Action::Transfer(node),
            17 => Action::Snapshot(node),
            18..=20 => self.tamper_with_a_message(cluster),
            21 => self.tamper_with_a_machine(node),
            _ => self.send_twice(),
        };
        self.actor.act(cluster, action);
    }

    fn restart_one_that_is_down(&mut self, cluster: &mut Cluster) {
        let view = cluster.view();
        if let Some(node) = view.nodes.iter().find(|node| !node.process.is_up()) {
            self.actor.act(cluster, Action::Restart(node.id));
        }
    }

    fn partition(&mut self, cluster: &mut Cluster) {
        let mut groups = [Vec::new(), Vec::new()];
        for id in cluster.node_ids() {
            groups[self.random.range(0, 1) as usize].push(id);
        }
        if groups.iter().all(|group| !group.is_empty()) {
            self.actor.act(cluster, Action::Partition(groups.to_vec()));
        }
    }
}

impl super::Actor {
    /// Heals the network and starts or resumes every member, including those that were added and never ran.
    pub fn mend(&mut self, cluster: &mut Cluster) {
        self.act(cluster, Action::Heal(None));
        for node in cluster.view().nodes {
            match node.process {
                Process::Paused => self.act(cluster, Action::Resume(node.id)),
                process if !process.is_up() && node.standing != Standing::Removed => {
                    self.act(cluster, Action::Restart(node.id))
                }
                _ => false,
            };
        }
    }

    /// Removes every fault of network, clocks and disks, and starts or resumes every member.
    pub fn take_back(&mut self, cluster: &mut Cluster) {
        let settings = cluster.settings().clone();
        let (min, max) = (settings.latency_min, settings.latency_max);
        self.act(cluster, Action::Loss { link: None, ppm: 0 });
        self.stop_tampering(cluster, settings.fsync);
        self.act(cluster, Action::Latency { link: None, min, max });
        self.mend(cluster);
    }
}
