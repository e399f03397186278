//! Actions on a node's disk, its clock, and the draws of its election timer.

use super::apply::{Result, nothing, refuse};
use super::facade::{Cluster, LoadedDice};
use crate::model::LATENCY_MAX;
use crate::model::{
    Alteration, Applied, CLOCK_PPM_MAX, CLOCK_PPM_MIN, Dice, EventKind, FSYNC_NEVER, Process,
};
use crate::node::domain_of;
use crate::units::{MILLISECOND, Nanos, NodeId};

impl Cluster {
    pub(super) fn wipe(&mut self, id: NodeId) -> Result<Applied> {
        match self.member(id)? {
            Process::Wiped => return nothing(format!("node{id} has lost its disk already")),
            Process::Announced => return nothing(format!("node{id} never ran: its disk is empty")),
            process if process.is_up() => {
                self.crash(id)?;
            }
            _ => {}
        }
        let Some(node) = self.nodes.get_mut(&id) else { return Ok(Applied::Done) };
        if node.removed.is_some() {
            return nothing(format!("node{id} is not a member any more: nobody needs its disk"));
        }
        node.wipe(&self.around);
        Ok(Applied::Done)
    }

    pub(super) fn set_clock(&mut self, id: NodeId, ppm: u32) -> Result<Applied> {
        self.member(id)?;
        if !(CLOCK_PPM_MIN..=CLOCK_PPM_MAX).contains(&ppm) {
            return refuse(format!("a clock at {ppm} parts per million"), "-90% to +900% is accepted");
        }
        let Some(node) = self.nodes.get_mut(&id).filter(|node| node.clock_ppm != ppm) else {
            return nothing(format!("the clock of node{id} runs so already"));
        };
        node.clock_ppm = ppm;
        self.around.recorder.record(EventKind::ClockSet { node: id, ppm });
        self.around.executor.set_clock_rate_ppm(domain_of(id), u64::from(ppm));
        self.look_for_drift();
        Ok(Applied::Done)
    }

    pub(super) fn set_fsync(&mut self, id: Option<NodeId>, takes: Nanos) -> Result<Applied> {
        if let Some(id) = id {
            self.member(id)?;
        }
        if takes > LATENCY_MAX && takes != FSYNC_NEVER {
            return refuse(
                format!("an fsync of {} ms", takes / MILLISECOND),
                "0 to 10s, or never, is accepted",
            );
        }
        if id.is_none() {
            self.fsync = takes;
        }
        self.around.recorder.record(EventKind::FsyncSet { node: id, takes });
        for node in self.nodes.values().filter(|node| id.is_none_or(|id| id == node.id)) {
            node.disk.borrow_mut().set_fsync(takes);
        }
        self.mark_altered(Alteration::FsyncLies, id, takes == FSYNC_NEVER);
        Ok(Applied::Done)
    }

    pub(super) fn set_pre_vote(&mut self, on: bool) -> Result<Applied> {
        if self.around.switches.pre_vote.replace(on) == on {
            return nothing("pre-vote stands so already");
        }
        self.around.recorder.record(EventKind::PreVoteSet { on });
        for id in self.node_ids() {
            if let Some(server) = self.around.listening.get(id) {
                server.raft.runtime_config().pre_vote(on);
            }
        }
        Ok(Applied::Done)
    }

    pub(super) fn set_lease_reads(&mut self, on: bool) -> Result<Applied> {
        if self.around.switches.lease_reads.replace(on) == on {
            return nothing("reads are confirmed so already");
        }
        self.around.recorder.record(EventKind::LeaseReadsSet { on });
        self.look_for_drift();
        Ok(Applied::Done)
    }

    pub(super) fn load_dice(&mut self, nodes: Vec<NodeId>, dice: Dice) -> Result<Applied> {
        for id in &nodes {
            self.member(*id)?;
        }
        let mut loaded = match dice {
            Dice::Drawn => Vec::new(),
            _ if nodes.is_empty() => self.node_ids(),
            _ => nodes,
        };
        loaded.sort_unstable();
        loaded.dedup();
        let set = LoadedDice { dice, nodes: loaded };
        if self.dice == set {
            return nothing("the timers are drawn so already");
        }
        let (min, max) = (self.settings.election_min / MILLISECOND, self.settings.election_max / MILLISECOND);
        for id in self.nodes.keys() {
            let place = set.nodes.iter().position(|loaded| loaded == id);
            let sample = place.map(|place| match dice {
                Dice::Spread => min + (max - min) * place as u64 / set.nodes.len() as u64,
                Dice::Aligned | Dice::Drawn => min,
            });
            let ticks_aligned = sample.is_some() && dice == Dice::Aligned;
            self.around.executor.load_election_dice(domain_of(*id), sample, ticks_aligned);
        }
        self.around.recorder.record(EventKind::DiceSet { nodes: set.nodes.clone(), dice });
        self.dice = set;
        Ok(Applied::Done)
    }
}
