//! Faults of single messages, clocks and disks.

use super::Chaos;
use crate::cluster::{Action, CLOCK_PPM_TRUE, MessageClass, PendingDrop};
use crate::units::{MILLISECOND, NodeId};

/// How fast the clocks run, in per cent off.
const CLOCKS: [i32; 6] = [-80, -30, -5, 5, 50, 300];

impl Chaos {
    /// Loses, delays or copies a message that is on its way, or loses the next of a kind.
    pub(super) fn tamper_with_a_message(&mut self) {
        let link = self.link();
        let class = MessageClass::ALL[self.random.range(0, MessageClass::ALL.len() as u64 - 1) as usize];
        let flying = self.cluster.view().messages;
        let last = (flying.len() as u64).saturating_sub(1);
        let chosen = flying.get(self.random.range(0, last) as usize).map(|message| message.id);
        let millis = self.random.range(1, 400);
        match (self.random.range(0, 3), chosen) {
            (0, Some(id)) => self.act(format!("drop message {id}"), Action::Drop(id)),
            (1, Some(message)) => {
                let by = millis * MILLISECOND;
                self.act(format!("delay message {message} by {millis}ms"), Action::Delay { message, by });
            }
            (2, Some(id)) => self.act(format!("duplicate message {id}"), Action::Duplicate(id)),
            _ => {
                let line = format!("drop next {} node{} -> node{}", class.name(), link.from, link.to);
                self.act(line, Action::DropNext(PendingDrop { class, link: Some(link) }));
            }
        }
    }

    /// Lets a clock or a disk be fast or slow.
    pub(super) fn tamper_with_a_machine(&mut self, node: NodeId) {
        if self.random.chance_ppm(500_000) {
            let percent = CLOCKS[self.random.range(0, CLOCKS.len() as u64 - 1) as usize];
            let ppm = CLOCK_PPM_TRUE.saturating_add_signed(percent * 10_000);
            self.act(format!("clock node{node} {percent:+}%"), Action::ClockRate { node, ppm });
        } else {
            let millis = self.random.range(0, 60);
            let takes = millis * MILLISECOND;
            self.act(format!("fsync node{node} {millis}ms"), Action::Fsync { node: Some(node), takes });
        }
    }

    /// Lets a share of all messages come twice.
    pub(super) fn send_twice(&mut self) {
        let percent = self.random.range(0, 4) as u32 * 10;
        let ppm = percent * 10_000;
        self.act(format!("duplicate {percent}%"), Action::Duplication { link: None, ppm });
    }

    /// Takes all of it back.
    pub(super) fn stop_tampering(&mut self) {
        self.act("duplicate 0%".to_owned(), Action::Duplication { link: None, ppm: 0 });
        self.act("drop none".to_owned(), Action::CancelDrops);
        let takes = self.cluster.settings().fsync;
        let millis = takes / MILLISECOND;
        self.act(format!("fsync {millis}ms"), Action::Fsync { node: None, takes });
        for node in self.cluster.node_ids() {
            self.act(format!("clock node{node} +0%"), Action::ClockRate { node, ppm: CLOCK_PPM_TRUE });
        }
    }
}
