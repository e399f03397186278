//! Sequences of faults: planned as a whole, injected one by one.

use super::monkey::{Chaos, Step};
use crate::cluster::Cluster;
use crate::model::Action;
use crate::units::{MILLISECOND, Nanos, NodeId};

impl Chaos {
    /// Plans a swizzle (FoundationDB's term): some nodes are isolated one after the other and healed in
    /// another order.
    pub(super) fn swizzle(&mut self, cluster: &Cluster) {
        let mut nodes = self.shuffled(cluster.node_ids());
        nodes.truncate(self.random.range(1, nodes.len() as u64) as usize);
        let mut at = cluster.now();
        for node in &nodes {
            self.intend(at, Action::Isolate(*node));
            at += self.millis(20, 400);
        }
        at += self.millis(300, 3_000);
        for node in self.shuffled(nodes) {
            self.intend(at, Action::Heal(Some(vec![node])));
            at += self.millis(20, 400);
        }
    }

    /// Plans that all nodes go down and start again in another order.
    pub(super) fn all_down_and_back(&mut self, cluster: &Cluster) {
        let mut at = cluster.now();
        let gently = self.random.chance_ppm(300_000);
        for node in self.shuffled(cluster.node_ids()) {
            self.intend(at, if gently { Action::Stop(node) } else { Action::Crash(node) });
            at += self.millis(0, 100);
        }
        at += self.millis(200, 3_000);
        for node in self.shuffled(cluster.node_ids()) {
            self.intend(at, Action::Restart(node));
            at += self.millis(0, 500);
        }
    }

    /// Plans one gentle fault and its removal.
    pub(super) fn gentle(&mut self, cluster: &Cluster) {
        let now = cluster.now();
        let node = self.node(cluster);
        let until = now + self.millis(300, 3_000);
        let (fault, end) = match self.random.range(0, 9) {
            0..=2 => (Action::Crash(node), Action::Restart(node)),
            3 => (Action::Stop(node), Action::Restart(node)),
            4 => (Action::Pause(node), Action::Resume(node)),
            5 => (Action::Isolate(node), Action::Heal(Some(vec![node]))),
            6 => return self.intend(now, Action::Transfer(node)),
            7 => return self.intend(now, Action::Snapshot(node)),
            8 => {
                let action = self.tamper_with_a_message(cluster);
                return self.intend(now, action);
            }
            _ => {
                let settings = cluster.settings();
                let (min, max) = (settings.latency_min, settings.latency_max);
                let slower = Action::Latency { link: None, min: 2 * min, max: 3 * max };
                (slower, Action::Latency { link: None, min, max })
            }
        };
        self.intend(now, fault);
        self.intend(until, end);
    }

    /// Plans an action. Actions must be planned in the order of their times.
    fn intend(&mut self, at: Nanos, action: Action) {
        self.planned.push_back((at, Step::Act(action)));
    }

    fn millis(&mut self, low: u64, high: u64) -> Nanos {
        self.random.range(low, high) * MILLISECOND
    }

    /// Returns the nodes in a random order (Fisher and Yates).
    fn shuffled(&mut self, mut nodes: Vec<NodeId>) -> Vec<NodeId> {
        for last in (1..nodes.len()).rev() {
            let other = self.random.range(0, last as u64) as usize;
            nodes.swap(last, other);
        }
        nodes
    }
}
