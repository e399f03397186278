//! Faults of single messages, clocks and disks.

use super::Actor;
use super::monkey::Chaos;
use crate::cluster::Cluster;
use crate::model::{Action, CLOCK_PPM_TRUE, MessageClass, PendingDrop};
use crate::units::{MILLISECOND, Nanos, NodeId};

/// Deviations of clock rates, in per cent.
const CLOCKS: [i32; 6] = [-80, -30, -5, 5, 50, 300];

impl Chaos {
    /// Drops, delays or duplicates a message in flight, or drops the next of a kind.
    pub(super) fn tamper_with_a_message(&mut self, cluster: &Cluster) -> Action {
        let link = self.link(cluster);
        let class = MessageClass::ALL[self.random.range(0, MessageClass::ALL.len() as u64 - 1) as usize];
        let flying = cluster.view().messages;
        let last = (flying.len() as u64).saturating_sub(1);
        let chosen = flying.get(self.random.range(0, last) as usize).map(|message| message.id);
        let by = self.random.range(1, 400) * MILLISECOND;
        match (self.random.range(0, 3), chosen) {
            (0, Some(id)) => Action::Drop(id),
            (1, Some(message)) => Action::Delay { message, by },
            (2, Some(id)) => Action::Duplicate(id),
            _ => Action::DropNext(PendingDrop { class, link: Some(link) }),
        }
    }

    /// Changes the rate of a clock or the fsync time of a disk.
    pub(super) fn tamper_with_a_machine(&mut self, node: NodeId) -> Action {
        if self.random.chance_ppm(500_000) {
            let percent = CLOCKS[self.random.range(0, CLOCKS.len() as u64 - 1) as usize];
            Action::ClockRate { node, ppm: CLOCK_PPM_TRUE.saturating_add_signed(percent * 10_000) }
        } else {
            let takes = self.random.range(0, 60) * MILLISECOND;
            Action::Fsync { node: Some(node), takes }
        }
    }

    /// Sets the share of all messages that arrive twice.
    pub(super) fn send_twice(&mut self) -> Action {
        Action::Duplication { link: None, ppm: self.random.range(0, 4) as u32 * 100_000 }
    }
}

impl Actor {
    /// Removes all faults of messages, clocks and disks; `fsync` is the time that an fsync takes again.
    pub(super) fn stop_tampering(&mut self, cluster: &mut Cluster, fsync: Nanos) {
        self.act(cluster, Action::Duplication { link: None, ppm: 0 });
        self.act(cluster, Action::CancelDrops);
        self.act(cluster, Action::Fsync { node: None, takes: fsync });
        for node in cluster.node_ids() {
            self.act(cluster, Action::ClockRate { node, ppm: CLOCK_PPM_TRUE });
        }
    }
}
