//! Witnesses: observers that see the cluster after every step, not only when a caller asks.

use super::facade::Cluster;
use crate::model::{
    Altered, Configuration, Dice, Event, Link, LinkView, NodeView, PendingDrop, RequestView, TimingWarning,
};
use crate::node::domain_of;
use crate::units::{Nanos, NodeId};

/// An observer that is called each time the cluster has settled after a message, a timer or an action.
///
/// Invariant: a witness cannot change the cluster, so a run with a witness equals the run without.
pub trait Witness {
    /// Sees the settled cluster.
    fn see(&mut self, scene: &Scene<'_>);
}

/// What a witness sees: the cluster, and which nodes may have changed since the last call.
pub struct Scene<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// One bit for each domain in which a task ran; all bits after an action.
    pub(super) ran: u64,
}

impl Scene<'_> {
    /// Whether a task of some node ran or an action was applied. If not, no node has changed.
    pub fn somebody_ran(&self) -> bool {
        self.ran != 0
    }

    /// Whether a task of this node ran or an action was applied. If not, only facts about the node that others hold may
    /// have changed: its membership, its reachability, and the leader's matchIndex for it.
    pub fn ran(&self, node: NodeId) -> bool {
        self.ran & 1 << domain_of(node) != 0
    }

    /// The views of the wanted nodes without their logs' tails, each with the instant at which it leaves the ring, if it
    /// does.
    pub fn nodes<'s>(
        &'s self,
        configuration: &'s Configuration,
        leader: Option<NodeId>,
        wanted: impl Fn(NodeId) -> bool + 's,
    ) -> impl Iterator<Item = (NodeView, Option<Nanos>)> + 's {
        let nodes = self.cluster.nodes.values().filter(move |node| wanted(node.id));
        nodes.map(move |node| (self.cluster.node_state(node, configuration, leader), node.leaves_at()))
    }

    /// Reads the events with numbers from `since` on, oldest first.
    pub fn read_events(&self, since: u64, read: impl FnMut(&Event)) {
        self.cluster.around.recorder.read_since(since, read);
    }
}

impl Cluster {
    /// Attaches a witness in place of the one before.
    pub fn attend(&mut self, witness: Box<dyn Witness>) {
        self.witness = Some(witness);
        // A new witness has seen nothing yet.
        self.show(u64::MAX);
    }

    /// Detaches the witness.
    pub fn dismiss_witness(&mut self) -> Option<Box<dyn Witness>> {
        self.witness.take()
    }

    /// Shows the cluster to the witness; `ran` has one bit for each domain in which a task ran.
    pub(super) fn show(&mut self, ran: u64) {
        if let Some(mut witness) = self.witness.take() {
            witness.see(&Scene { cluster: self, ran });
            self.witness = Some(witness);
        }
    }

    /// The links and the status, as in the view.
    pub fn surroundings(&self) -> Surround {
        let network = &self.around.network;
        let (cuts, groups, (latency_min, latency_max)) =
            network.with_links(|links| (links.all_cuts(), links.groups(), links.latency_range()));
        let mut links = network.with_links(|links| links.unlike_settings());
        links.retain(|LinkView { link, .. }| self.is_shown(link.from) && self.is_shown(link.to));
        Surround {
            // The links of a node that left the ring are not shown.
            cuts: cuts
                .into_iter()
                .filter(|link| self.is_shown(link.from) && self.is_shown(link.to))
                .collect(),
            groups,
            links,
            pending_drops: network.pending_drops(),
            dice: self.dice.dice,
            dice_on: self.dice.nodes.clone(),
            status: self.status(),
            warnings: TimingWarning::of(self.settings.heartbeat, latency_min, latency_max),
            alterations: self.alterations.clone(),
        }
    }

    /// The number of writes that a running stress has yet to send.
    pub fn stress_left(&self) -> u64 {
        self.clients.stress_left()
    }

    /// Running requests and the most recently ended ones, ascending.
    pub fn requests(&self) -> Vec<RequestView> {
        self.around.recorder.with_book(|book| book.views())
    }

    /// The term and the label of an entry in a node's log.
    pub fn entry_label(&self, node: NodeId, index: u64) -> Option<(u64, String)> {
        let disk = self.nodes.get(&node)?.disk.borrow();
        let entry = disk.entries_from(index).next().filter(|entry| entry.log_id.index == index)?;
        Some((entry.log_id.leader_id.term, crate::raft::label_of(entry)))
    }
}

/// The parts of a view that belong to no node and change seldom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surround {
    /// Directions that let nothing pass.
    pub cuts: Vec<Link>,
    /// The groups of the partition in force.
    pub groups: Vec<Vec<NodeId>>,
    /// Directions whose quality differs from the settings.
    pub links: Vec<LinkView>,
    /// Planned losses that wait for their messages.
    pub pending_drops: Vec<PendingDrop>,
    /// How election timeouts are drawn.
    pub dice: Dice,
    /// The nodes whose draws are not random.
    pub dice_on: Vec<NodeId>,
    /// What the state means for clients.
    pub status: crate::model::Status,
    /// The timings in force under which Raft cannot work.
    pub warnings: Vec<TimingWarning>,
    /// The safeguards lost so far.
    pub alterations: Vec<Altered>,
}
