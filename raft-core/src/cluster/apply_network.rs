//! Actions on the network: its links, and single messages in flight.

use super::apply::{Result, nothing, refuse};
use super::facade::Cluster;
use crate::model::LATENCY_MAX;
use crate::model::{Applied, EventKind, Link, PENDING_DROPS_MAX, PendingDrop};
use crate::network::NotInFlight;
use crate::units::{MILLISECOND, Nanos, NodeId};

impl Cluster {
    pub(super) fn isolate(&mut self, id: NodeId) -> Result<Applied> {
        self.member(id)?;
        if self.around.network.with_links(|links| links.is_isolated(id)) {
            return nothing(format!("node{id} is isolated already"));
        }
        self.around.recorder.record(EventKind::Isolated { node: id });
        self.around.network.change_links(|links| links.isolate(id));
        Ok(Applied::Done)
    }

    pub(super) fn partition(&mut self, groups: Vec<Vec<NodeId>>) -> Result<Applied> {
        let accepted = "groups of members, each in one group, such as node1,node2 | node3,node4,node5";
        let mut left = self.node_ids();
        let mut sets = Vec::new();
        for mut group in groups {
            for id in &group {
                self.member(*id)?;
                let Some(at) = left.iter().position(|other| other == id) else {
                    return refuse(format!("node{id} is named twice in the partition"), accepted);
                };
                left.remove(at);
            }
            if group.is_empty() {
                return refuse("a group of the partition is empty", accepted);
            }
            group.sort_unstable();
            sets.push(group);
        }
        if !left.is_empty() {
            sets.push(left);
        }
        if sets.len() < 2 {
            return refuse("all nodes are in one group", accepted);
        }
        if self.around.network.with_links(|links| links.groups() == sets) {
            return nothing("the network is divided just so already");
        }
        self.around.recorder.record(EventKind::Partitioned { groups: sets.clone() });
        self.around.network.change_links(|links| links.partition(sets));
        Ok(Applied::Done)
    }

    fn check_link(&self, link: Link) -> Result<()> {
        self.member(link.from)?;
        self.member(link.to)?;
        if link.from == link.to {
            return refuse(
                format!("node{} has no link to itself", link.from),
                "a link such as node1 -> node2",
            );
        }
        Ok(())
    }

    pub(super) fn cut(&mut self, link: Link) -> Result<Applied> {
        self.check_link(link)?;
        if self.around.network.with_links(|links| links.has_own_cut(link)) {
            return nothing(format!("node{} -> node{} is cut already", link.from, link.to));
        }
        self.around.recorder.record(EventKind::LinkCut(link));
        self.around.network.change_links(|links| links.cut(link));
        Ok(Applied::Done)
    }

    pub(super) fn heal(&mut self, nodes: Option<Vec<NodeId>>) -> Result<Applied> {
        for id in nodes.iter().flatten() {
            self.member(*id)?;
        }
        let chosen = nodes.map(|mut nodes| {
            nodes.sort_unstable();
            nodes.dedup();
            nodes
        });
        let cuts = self.around.network.with_links(|links| links.all_cuts());
        let touched = |link: &Link| {
            chosen.as_ref().is_none_or(|nodes| nodes.contains(&link.from) || nodes.contains(&link.to))
        };
        if !cuts.iter().any(touched) {
            return nothing("nothing is cut there");
        }
        let nodes = chosen.iter().flatten().copied().collect();
        self.around.recorder.record(EventKind::Healed { nodes });
        self.around.network.change_links(|links| match &chosen {
            Some(nodes) => links.heal(nodes),
            None => links.heal_all(),
        });
        Ok(Applied::Done)
    }

    pub(super) fn heal_link(&mut self, link: Link) -> Result<Applied> {
        self.check_link(link)?;
        if !self.around.network.with_links(|links| links.is_cut(link)) {
            return nothing(format!("node{} -> node{} is not cut", link.from, link.to));
        }
        self.around.recorder.record(EventKind::LinkHealed(link));
        self.around.network.change_links(|links| links.heal_link(link));
        Ok(Applied::Done)
    }

    pub(super) fn set_latency(&mut self, link: Option<Link>, min: Nanos, max: Nanos) -> Result<Applied> {
        if let Some(link) = link {
            self.check_link(link)?;
        }
        if min > max || max > LATENCY_MAX {
            return refuse(
                format!("a latency of {} ms to {} ms", min / MILLISECOND, max / MILLISECOND),
                "a range such as 5ms..15ms, at most 10s, is accepted",
            );
        }
        self.around.recorder.record(EventKind::LatencySet { link, min, max });
        self.around.network.change_links(|links| {
            links.set(link, |quality| (quality.latency_min, quality.latency_max) = (min, max));
        });
        Ok(Applied::Done)
    }

    pub(super) fn set_loss(&mut self, link: Option<Link>, ppm: u32) -> Result<Applied> {
        if let Some(link) = link {
            self.check_link(link)?;
        }
        if ppm > 1_000_000 {
            return refuse(format!("a loss of {ppm} per million"), "0% to 100% is accepted");
        }
        self.around.recorder.record(EventKind::LossSet { link, ppm });
        self.around.network.change_links(|links| links.set(link, |quality| quality.loss_ppm = ppm));
        Ok(Applied::Done)
    }

    pub(super) fn set_duplication(&mut self, link: Option<Link>, ppm: u32) -> Result<Applied> {
        if let Some(link) = link {
            self.check_link(link)?;
        }
        if ppm > 1_000_000 {
            return refuse(format!("second copies of {ppm} per million"), "0% to 100% is accepted");
        }
        self.around.recorder.record(EventKind::DuplicationSet { link, ppm });
        self.around.network.change_links(|links| links.set(link, |quality| quality.duplicate_ppm = ppm));
        Ok(Applied::Done)
    }

    pub(super) fn drop_message(&mut self, id: u64) -> Result<Applied> {
        let dropped = self.around.network.drop_message(id);
        self.in_flight(id, dropped)
    }

    pub(super) fn delay_message(&mut self, id: u64, by: Nanos) -> Result<Applied> {
        if by == 0 || by > LATENCY_MAX {
            return refuse(
                format!("a delay of {} ms", by / MILLISECOND),
                "more than nothing and at most 10s is accepted",
            );
        }
        let delayed = self.around.network.delay_message(id, by);
        self.in_flight(id, delayed)
    }

    pub(super) fn duplicate_message(&mut self, id: u64) -> Result<Applied> {
        let copied = self.around.network.duplicate_message(id);
        self.in_flight(id, copied)
    }

    fn in_flight(&self, id: u64, done: std::result::Result<(), NotInFlight>) -> Result<Applied> {
        let problem = match done {
            Ok(()) => return Ok(Applied::Done),
            Err(NotInFlight::Over) => format!("message {id} has arrived already, or was lost"),
            Err(NotInFlight::NeverSent) => format!("no message {id} was sent yet"),
        };
        let ids: Vec<String> = self.around.network.in_flight().iter().map(|one| one.id.to_string()).collect();
        let accepted = match ids.as_slice() {
            [] => "no message is on its way now".to_owned(),
            [id] => format!("message {id} is on its way now"),
            ids if ids.len() <= IDS_TOLD => format!("on their way now are {}", ids.join(", ")),
            ids => format!(
                "on their way now are {} and {} more",
                ids[..IDS_TOLD].join(", "),
                ids.len() - IDS_TOLD
            ),
        };
        refuse(problem, accepted)
    }

    pub(super) fn drop_next(&mut self, drop: PendingDrop) -> Result<Applied> {
        if let Some(link) = drop.link {
            self.check_link(link)?;
        }
        if self.around.network.pending_drops().len() >= PENDING_DROPS_MAX {
            return refuse(
                format!("{PENDING_DROPS_MAX} losses wait for their messages already"),
                "let some of them happen, or take them back",
            );
        }
        self.around.recorder.record(EventKind::DropPlanned(drop));
        self.around.network.change_pending_drops(|drops| drops.push(drop));
        Ok(Applied::Done)
    }

    pub(super) fn cancel_drops(&mut self) -> Result<Applied> {
        if self.around.network.pending_drops().is_empty() {
            return nothing("no loss waits for its message");
        }
        self.around.network.change_pending_drops(Vec::clear);
        self.around.recorder.record(EventKind::DropsCancelled);
        Ok(Applied::Done)
    }
}

/// The largest number of message ids that an error names.
const IDS_TOLD: usize = 8;
