//! Witnesses look on: whoever wants to know of every instant, not only of those at which somebody asked.

use super::facade::Cluster;
use crate::model::{
    Altered, Configuration, Dice, Event, Link, LinkView, NodeView, PendingDrop, RequestView, TimingWarning,
};
use crate::node::domain_of;
use crate::units::{Nanos, NodeId};

/// Somebody who is told each time the cluster has come to rest after a message, a timer or an action.
///
/// It sees the cluster and cannot touch it, so a run with a witness is the run without.
pub trait Witness {
    /// The cluster stands still at this instant.
    fn see(&mut self, scene: &Scene<'_>);
}

/// What a witness sees: the cluster, and what may have changed since it last looked.
pub struct Scene<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// A bit for each domain in which a task ran; all of them after an action.
    pub(super) ran: u64,
}

impl Scene<'_> {
    /// Whether a task of some node ran, or an action changed something. If not, no node has changed.
    pub fn somebody_ran(&self) -> bool {
        self.ran != 0
    }

    /// Whether a task of this node ran, or an action changed something. If not, only what others tell of the
    /// node may have changed: who are members, who reaches whom, and how far a leader knows its log to be.
    pub fn ran(&self, node: NodeId) -> bool {
        self.ran & 1 << domain_of(node) != 0
    }

    /// Those nodes that are asked for, without their logs' tails, as the members and the acting leader are; and
    /// when they leave the ring if they do.
    pub fn nodes<'s>(
        &'s self,
        configuration: &'s Configuration,
        leader: Option<NodeId>,
        wanted: impl Fn(NodeId) -> bool + 's,
    ) -> impl Iterator<Item = (NodeView, Option<Nanos>)> + 's {
        let nodes = self.cluster.nodes.values().filter(move |node| wanted(node.id));
        nodes.map(move |node| (self.cluster.node_state(node, configuration, leader), node.leaves_at()))
    }

    /// Reads the events since the one with this number, oldest first.
    pub fn read_events(&self, since: u64, read: impl FnMut(&Event)) {
        self.cluster.around.recorder.read_since(since, read);
    }
}

impl Cluster {
    /// Takes in a witness, in the place of the one before.
    pub fn attend(&mut self, witness: Box<dyn Witness>) {
        self.witness = Some(witness);
        // It has seen nothing yet.
        self.show(u64::MAX);
    }

    /// Lets the witness go.
    pub fn dismiss_witness(&mut self) -> Option<Box<dyn Witness>> {
        self.witness.take()
    }

    /// Shows the witness what became of the nodes; `ran` has a bit for each domain in which something ran.
    pub(super) fn show(&mut self, ran: u64) {
        if let Some(mut witness) = self.witness.take() {
            witness.see(&Scene { cluster: self, ran });
            self.witness = Some(witness);
        }
    }

    /// Links and status, as in the view.
    pub fn surroundings(&self) -> Surround {
        let network = &self.around.network;
        let (cuts, groups, (latency_min, latency_max)) =
            network.with_links(|links| (links.all_cuts(), links.groups(), links.latency_range()));
        let mut links = network.with_links(|links| links.unlike_settings());
        links.retain(|LinkView { link, .. }| self.is_shown(link.from) && self.is_shown(link.to));
        Surround {
            // Nobody looks at the links of a node that has left the ring.
            cuts: cuts
                .into_iter()
                .filter(|link| self.is_shown(link.from) && self.is_shown(link.to))
                .collect(),
            groups,
            links,
            pending_drops: network.pending_drops(),
            dice: self.dice.0,
            dice_on: self.dice.1.clone(),
            status: self.status(),
            warnings: TimingWarning::of(self.settings.heartbeat, latency_min, latency_max),
            alterations: self.alterations.clone(),
        }
    }

    /// Writes of a running stress still to be sent.
    pub fn stress_left(&self) -> u64 {
        self.clients.stress_left()
    }

    /// Requests still running and the most recent ended ones, ascending.
    pub fn requests(&self) -> Vec<RequestView> {
        self.around.recorder.with_book(|book| book.views())
    }

    /// What the entry at this index of a node's log does, in a few words, with its term.
    pub fn entry_label(&self, node: NodeId, index: u64) -> Option<(u64, String)> {
        let disk = self.nodes.get(&node)?.disk.borrow();
        let entry = disk.entries_from(index).next().filter(|entry| entry.log_id.index == index)?;
        Some((entry.log_id.leader_id.term, crate::raft::label_of(entry)))
    }
}

/// Of a view, what belongs to no node and changes seldom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surround {
    /// Directions over which nothing passes.
    pub cuts: Vec<Link>,
    /// The groups of the partition in force.
    pub groups: Vec<Vec<NodeId>>,
    /// Directions that do not behave as the settings say.
    pub links: Vec<LinkView>,
    /// Losses that wait for their messages.
    pub pending_drops: Vec<PendingDrop>,
    /// How election timeouts come about.
    pub dice: Dice,
    /// The nodes whose draws are not by chance.
    pub dice_on: Vec<NodeId>,
    /// What this means for clients.
    pub status: super::Status,
    /// Timings under which Raft cannot work, now in force.
    pub warnings: Vec<TimingWarning>,
    /// Safeguards that were lost.
    pub alterations: Vec<Altered>,
}
