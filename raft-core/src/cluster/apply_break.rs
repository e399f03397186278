//! Actions that take a safeguard away, and the alteration that they leave on the run.

use std::cell::Cell;

use super::apply::{Result, nothing, refuse};
use super::facade::Cluster;
use crate::model::{Alteration, Altered, Applied, Breach, CLOCK_PPM_TRUE, EventKind, FSYNC_NEVER, Process};
use crate::units::NodeId;

/// The clock rate of a node whose lease must outlast the others' election timeouts: a quarter of true time, in seconds
/// per million true seconds.
const DRIFTING_CLOCK_PPM: u32 = CLOCK_PPM_TRUE / 4;

type Alter = fn(&mut Cluster, Breach) -> Result<Applied>;

thread_local! {
    /// The code that carries breaches out, once a caller of this thread allowed them.
    static ALTER: Cell<Option<Alter>> = const { Cell::new(None) };
}

/// Lets the clusters of this thread carry out [`Breach`]es.
///
/// A global, so that the code behind it is linked only where it is called: a page that breaks nothing does not
/// load it. The rooms that break things (`scenario`, and the page's dialog) call it before they make a breach.
pub fn allow_breaches() {
    ALTER.set(Some(Cluster::alter));
}

impl Cluster {
    /// Carries a breach out.
    ///
    /// # Errors
    /// Refuses it where [`allow_breaches`] was not called, or where it makes no sense for this cluster.
    pub(super) fn carry_out(&mut self, breach: Breach) -> Result<Applied> {
        match ALTER.get() {
            Some(alter) => alter(self, breach),
            None => refuse("breaches are not allowed on this thread", "allow_breaches() allows them"),
        }
    }

    /// The safeguards that this run has lost so far, in the order of their loss.
    pub fn alterations(&self) -> &[Altered] {
        &self.alterations
    }

    /// Keeps a copy of what is durable on a node's disk.
    pub(super) fn back_up(&mut self, id: NodeId) -> Result<Applied> {
        if self.member(id)? == Process::Announced {
            return nothing(format!("node{id} never ran: its disk is empty"));
        }
        if let Some(node) = self.nodes.get_mut(&id) {
            node.backup = Some(node.disk.borrow().image());
            self.around.recorder.record(EventKind::BackedUp { node: id });
        }
        Ok(Applied::Done)
    }

    /// Takes a safeguard away, or gives a switch back.
    fn alter(&mut self, breach: Breach) -> Result<Applied> {
        let Breach { what, node, from, on } = breach;
        for id in node.into_iter().chain(from) {
            self.member(id)?;
        }
        if !on && !what.is_switch() {
            return refuse(
                format!("{}: that is done and cannot be taken back", what.name()),
                "a new cluster",
            );
        }
        // From now on a request that contradicts a committed entry ends the process, as in etcd.
        self.around.disk_lost.set(true);
        let told = EventKind::Altered { what, node, from, on };
        let needed = |node: Option<NodeId>| match node {
            Some(id) => Ok(id),
            None => refuse(format!("break {} concerns one node", what.word()), "name it, such as node2"),
        };
        match what {
            Alteration::FsyncLies => {
                self.around.recorder.record(told);
                self.each_disk(node, |disk| disk.set_lying(on));
                if node.is_none() {
                    self.lying = on;
                }
            }
            Alteration::VotesForgotten => {
                self.around.recorder.record(told);
                self.each_disk(node, |disk| disk.set_forgetting(on));
            }
            Alteration::DriftingLease => {
                let id = needed(node)?;
                self.around.recorder.record(told);
                self.set_clock(id, if on { DRIFTING_CLOCK_PPM } else { CLOCK_PPM_TRUE })?;
                self.set_lease_reads(on)?;
            }
            Alteration::RetriedWrites => {
                if self.clients.set_resending(on) == on {
                    return nothing("clients do so already");
                }
                self.around.recorder.record(told);
            }
            Alteration::OldDisk => return self.restore(needed(node)?, told),
            Alteration::CopiedDisk => {
                let Some(from) = from else {
                    return refuse("no source is named", "break copy NODE -> NODE, the source first");
                };
                return self.copy_disk(from, needed(node)?, told);
            }
            Alteration::EmptyDisk => return self.rejoin(needed(node)?, told),
            Alteration::ForcedCluster => return self.force_new_cluster(needed(node)?, told),
        }
        self.mark_altered(what, node, on);
        Ok(Applied::Done)
    }

    fn each_disk(&mut self, id: Option<NodeId>, change: impl Fn(&mut crate::disk::Disk)) {
        for node in self.nodes.values().filter(|node| id.is_none_or(|id| id == node.id)) {
            change(&mut node.disk.borrow_mut());
        }
    }

    /// Ends a process before its disk is replaced.
    fn take_down(&mut self, id: NodeId) -> Result<()> {
        match self.member(id)? {
            Process::Announced => refuse(format!("node{id} never ran"), "start it first"),
            process if process.is_up() => self.crash(id).map(drop),
            _ => Ok(()),
        }
    }

    fn restore(&mut self, id: NodeId, told: EventKind) -> Result<Applied> {
        let Some(image) = self.nodes.get(&id).and_then(|node| node.backup.clone()) else {
            return refuse(
                format!("there is no backup of node{id}'s disk"),
                format!("take one first, with backup node{id}"),
            );
        };
        self.take_down(id)?;
        self.around.recorder.record(told);
        self.exchange_disk(id, &image);
        self.mark_altered(Alteration::OldDisk, Some(id), true);
        Ok(Applied::Done)
    }

    fn copy_disk(&mut self, from: NodeId, to: NodeId, told: EventKind) -> Result<Applied> {
        if from == to {
            return nothing(format!("node{to} has its own disk already"));
        }
        self.take_down(to)?;
        let Some(image) = self.nodes.get(&from).map(|node| node.disk.borrow().image()) else {
            return Ok(Applied::Done);
        };
        self.around.recorder.record(told);
        self.exchange_disk(to, &image);
        self.mark_altered(Alteration::CopiedDisk, Some(to), true);
        Ok(Applied::Done)
    }

    fn exchange_disk(&mut self, id: NodeId, image: &crate::disk::Image) {
        let now = self.now();
        if let Some(node) = self.nodes.get_mut(&id) {
            node.disk.borrow_mut().replace(image);
            node.observed = Default::default();
            if node.process == Process::Wiped {
                node.process = Process::Stopped;
                node.since = now;
            }
        }
    }

    fn rejoin(&mut self, id: NodeId, told: EventKind) -> Result<Applied> {
        self.take_down(id)?;
        self.around.recorder.record(told);
        self.wipe(id)?;
        self.mark_altered(Alteration::EmptyDisk, Some(id), true);
        if let Some(node) = self.nodes.get_mut(&id) {
            node.boot(&self.around);
        }
        Ok(Applied::Done)
    }

    fn force_new_cluster(&mut self, id: NodeId, told: EventKind) -> Result<Applied> {
        let is_empty = |node: &crate::node::Node| node.disk.borrow().last_index().is_none();
        if self.nodes.get(&id).is_none_or(is_empty) {
            return refuse(
                format!("node{id}'s disk is empty: there is nothing to make a cluster of"),
                "choose a member that has a log",
            );
        }
        self.take_down(id)?;
        self.around.recorder.record(told);
        if let Some(node) = self.nodes.get_mut(&id) {
            node.disk.borrow_mut().keep_only(id, node.member.clone());
            // Its own log has it as a member, whatever the others' logs say.
            node.removed = None;
            node.boot(&self.around);
        }
        self.mark_altered(Alteration::ForcedCluster, Some(id), true);
        Ok(Applied::Done)
    }

    /// Marks the run as altered.
    pub(super) fn mark_altered(&mut self, what: Alteration, node: Option<NodeId>, on: bool) {
        let since = self.now();
        let at = self.alterations.iter().position(|altered| altered.what == what);
        if !on {
            let holds = self.holds_still(what);
            if let Some(at) = at {
                self.alterations[at].in_force = holds;
            }
            return;
        }
        let at = at.unwrap_or_else(|| {
            self.alterations.push(Altered { what, nodes: Vec::new(), since, in_force: true });
            self.alterations.len() - 1
        });
        let altered = &mut self.alterations[at];
        altered.in_force = true;
        altered.nodes.extend(node);
        altered.nodes.sort_unstable();
        altered.nodes.dedup();
    }

    /// Whether a switch is still on, on some node.
    fn holds_still(&self, what: Alteration) -> bool {
        let on_a_disk = |holds: fn(&crate::disk::Disk) -> bool| {
            self.nodes.values().any(|node| holds(&node.disk.borrow()))
        };
        match what {
            Alteration::FsyncLies => on_a_disk(|disk| disk.fsync() == FSYNC_NEVER),
            Alteration::VotesForgotten => on_a_disk(|disk| disk.forgets_votes()),
            Alteration::DriftingLease => self.leases_drift(),
            Alteration::RetriedWrites => self.clients.is_resending(),
            _ => true,
        }
    }

    /// Whether lease reads are on while some clock does not keep true time.
    fn leases_drift(&self) -> bool {
        let drifts = self.nodes.values().any(|node| node.clock_ppm != CLOCK_PPM_TRUE);
        drifts && self.around.switches.lease_reads.get()
    }

    /// Marks a drifting lease after a clock or lease reads were set, if both together are one.
    pub(super) fn look_for_drift(&mut self) {
        if !self.leases_drift() {
            return self.mark_altered(Alteration::DriftingLease, None, false);
        }
        let drifts = |node: &&crate::node::Node| node.clock_ppm != CLOCK_PPM_TRUE;
        let nodes: Vec<NodeId> = self.nodes.values().filter(drifts).map(|node| node.id).collect();
        for id in nodes {
            self.mark_altered(Alteration::DriftingLease, Some(id), true);
        }
    }
}
