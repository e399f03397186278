//! Makes views from disks, openraft's metrics and messages in flight, without changing any schedule.

use std::rc::Rc;

use super::Surround;
use super::facade::Cluster;
use crate::kv::{KeyRange, LeaseId, RangeRequest, RangeResponse};
use crate::model::{
    ClusterView, Configuration, Countdown, EntryMark, LogCell, NodeView, Process, RequestId, RequestView,
    Role, Status, StoreView, ViolationView,
};
use crate::node::{Node, Server, domain_of};
use crate::raft::{Entry, label_of, mark_of};
use crate::safety::Verdict;
use crate::units::{MILLISECOND, Nanos, NodeId};

/// The number of log cells in a node's view: as many as fit beside the node on the page.
pub(crate) const TAIL_CELLS: usize = 8;

impl Cluster {
    /// The view of the whole cluster now.
    pub fn view(&self) -> ClusterView {
        let (now, configuration) = (self.now(), self.configuration());
        let Surround { cuts, groups, links, pending_drops, dice, dice_on, status, warnings, alterations } =
            self.surroundings();
        ClusterView {
            now,
            nodes: self
                .nodes
                .values()
                .filter(|node| !node.is_gone(now))
                .map(|node| NodeView {
                    tail: cells(node, TAIL_CELLS),
                    ..self.node_state(node, &configuration, status.leader)
                })
                .collect(),
            messages: self.around.network.in_flight(),
            cuts,
            groups,
            links,
            pending_drops,
            dice,
            dice_on,
            status,
            warnings,
            alterations,
            requests: self.requests(),
            violations: self.around.recorder.violations(),
            stress_left: self.stress_left(),
        }
    }

    /// The state of the cluster for clients.
    pub fn status(&self) -> Status {
        let leader = self.acting_leader();
        let configuration = Configuration::clone(&self.configuration());
        let spare = self.nodes.keys().filter_map(|id| self.spare(*id, &configuration)).max();
        let count = |wanted: fn(Process) -> bool| {
            let members = self.nodes.values().filter(|node| configuration.current().contains(&node.id));
            members.filter(|node| wanted(node.process)).count() as u64
        };
        Status {
            members: configuration.current().len() as u64,
            up: count(|process| matches!(process, Process::Running | Process::Starting)),
            paused: count(|process| process == Process::Paused),
            quorum: configuration.quorum(),
            leader,
            term: self
                .nodes
                .values()
                .filter(|node| node.process.is_up())
                .map(|node| node.observed.term)
                .max()
                .unwrap_or(0),
            stale_leaders: self
                .nodes
                .values()
                .filter(|node| node.process.is_up() && node.observed.role == Some(Role::Leader))
                .map(|node| node.id)
                .filter(|id| Some(*id) != leader)
                .collect(),
            spare: spare.unwrap_or(0),
            quorum_possible: spare.is_some(),
            configuration,
        }
    }

    /// A running request, or one of the last 256 that ended.
    pub fn request(&self, id: RequestId) -> Option<RequestView> {
        self.around.recorder.with_book(|book| book.view(id))
    }

    /// The violations so far, oldest first; at most 100.
    pub fn violations(&self) -> Vec<ViolationView> {
        self.around.recorder.violations()
    }

    /// Whether the answers to clients were linearizable so far.
    pub fn linearizability(&self) -> Verdict {
        self.around.recorder.linearizability()
    }

    /// Reads a running node's own store, without any protocol. `None` if the process is down.
    pub fn local_range(&self, node: NodeId, range: &KeyRange, limit: i64) -> Option<RangeResponse> {
        let server = self.around.listening.get(node)?;
        let memory = server.machine.memory.borrow();
        memory.store.range(&RangeRequest { limit, ..RangeRequest::new(range.clone()) }).ok()
    }

    /// Whether a running node's own store knows a lease. `None` if the process is down.
    pub fn local_lease(&self, node: NodeId, id: LeaseId) -> Option<bool> {
        let server = self.around.listening.get(node)?;
        let memory = server.machine.memory.borrow();
        Some(memory.store.lease(id).is_some())
    }

    /// The last `limit` entries on a node's disk, oldest first, whether its process runs or not.
    pub fn log(&self, node: NodeId, limit: usize) -> Vec<LogCell> {
        self.nodes.get(&node).map_or_else(Vec::new, |node| cells(node, limit))
    }

    /// Whether an entry in the log on a node's disk puts this value.
    pub fn entry_on(&self, node: NodeId, value: &[u8]) -> bool {
        self.nodes.get(&node).is_some_and(|node| {
            let disk = node.disk.borrow();
            disk.entries_from(0).any(|entry| puts(entry, value))
        })
    }

    /// Whether some node knows that an entry that puts this value is committed.
    pub fn entry_committed(&self, value: &[u8]) -> bool {
        self.nodes.values().any(|node| {
            let commit = node.observed.commit;
            let disk = node.disk.borrow();
            let mut entries = disk.entries_from(0);
            entries.any(|entry| commit >= Some(entry.log_id.index) && puts(entry, value))
        })
    }

    /// Whether the leader lease is over on every running node. While a node is bound by one, it may refuse a
    /// campaign.
    pub fn lease_over(&self) -> bool {
        let lease = self.settings.election_max;
        self.nodes.values().filter(|node| node.process == Process::Running).all(|node| {
            let local = self.around.executor.local_now(domain_of(node.id));
            let heard = self.around.listening.with(node.id, |server| server.touched.get()).flatten();
            let vote = node.disk.borrow().vote_touched().filter(|(_, leads)| *leads).map(|(at, _)| at);
            heard.max(vote).is_none_or(|at| local > at + lease)
        })
    }

    pub(super) fn applied_index(&self, node: NodeId) -> Option<u64> {
        self.around.listening.look(node, |server| server.and_then(applied_index))
    }

    /// A node's view without the tail of its log, for the given configuration and acting leader.
    pub(super) fn node_state(
        &self,
        node: &Node,
        configuration: &Configuration,
        leader: Option<NodeId>,
    ) -> NodeView {
        self.around.listening.look(node.id, |server| self.state_of(node, server, configuration, leader))
    }

    fn state_of(
        &self,
        node: &Node,
        server: Option<&Server>,
        configuration: &Configuration,
        leader: Option<NodeId>,
    ) -> NodeView {
        let disk = node.disk.borrow();
        let role = node.observed.role.unwrap_or(Role::Learner);
        let leads = node.process.is_up() && role == Role::Leader;
        let vote = disk.vote();
        let term = node.observed.term.max(vote.map_or(0, |(term, ..)| term));
        NodeView {
            id: node.id,
            standing: self.standing(node, configuration),
            matched: self.matched(leader, node.id),
            process: node.process,
            role,
            since: node.since,
            term,
            voted_for: vote.filter(|(at, ..)| *at == term && term > 0).map(|(_, candidate, _)| candidate),
            leader: node.observed.leader,
            has_quorum: leads && self.reaches_quorum(node),
            lease_until: server.filter(|_| leads).and_then(|server| self.lease_until(node, server)),
            last_index: disk.last_index(),
            durable_index: disk.durable_index(),
            commit_index: node.observed.commit,
            applied_index: server.and_then(applied_index),
            purged_index: disk.purged_index(),
            tail: Vec::new(),
            store: server.map(store_view),
            countdown: server.filter(|_| !leads).and_then(|server| self.countdown(node, server)),
            ballots: node.observed.ballots(|| self.own_configuration(node).all_voters()),
            elections: node.elections,
            disk_bytes: disk.bytes(),
            clock_ppm: node.clock_ppm,
            fsync: disk.fsync(),
            vote: disk.newest_vote(),
            promised_until: server.and_then(|server| self.promised_until(node, server)),
            last_term: disk.last_position().map(|(term, _)| term),
            snapshot: disk.snapshot_view(),
            progress: server
                .as_ref()
                .filter(|_| leads)
                .map_or_else(Vec::new, |server| self.progress(node, server)),
        }
    }

    /// The configuration in a node's own log.
    fn own_configuration(&self, node: &Node) -> Rc<Configuration> {
        let own = node.observed.members.as_ref().map(|members| members.configuration.clone());
        own.unwrap_or_else(|| self.configuration())
    }

    /// The end of a leader's lease, which rests on the last answers of a quorum.
    fn lease_until(&self, node: &Node, server: &Server) -> Option<Nanos> {
        let acked = server.metrics(|m| m.last_quorum_acked.as_ref().map(|at| at.nanos()))?;
        self.around.executor.to_global(domain_of(node.id), acked + self.settings.election_max)
    }

    /// The election timer, computed as openraft does: the last change of the vote, plus the lease if a leader caused
    /// it, plus the drawn timeout.
    fn countdown(&self, node: &Node, server: &Server) -> Option<Countdown> {
        let sample = node.observed.election_sample_ms? * MILLISECOND;
        if !node.elections
            || !matches!(node.observed.role, Some(Role::Follower | Role::Candidate | Role::PreCandidate))
        {
            return None;
        }
        let lease = self.settings.election_max;
        let boot = (server.booted, 0);
        let heard = server.touched.get().map_or(boot, |at| (at, lease));
        let vote =
            node.disk.borrow().vote_touched().map_or(boot, |(at, leads)| (at, if leads { lease } else { 0 }));
        let (from, lease) = boot.max(heard).max(vote);
        // openraft's rule: a candidate that lost because of its shorter log waits longer.
        let extra = if node.observed.saw_greater_log { 2 * self.settings.election_max } else { 0 };
        let domain = domain_of(node.id);
        Some(Countdown {
            from: self.around.executor.to_global(domain, from)?,
            until: self.around.executor.to_global(domain, from + lease + sample + extra)?,
        })
    }
}

fn applied_index(server: &Server) -> Option<u64> {
    server.machine.memory.borrow().applied.map(|id| id.index)
}

fn store_view(server: &Server) -> StoreView {
    let memory = server.machine.memory.borrow();
    let store = &memory.store;
    StoreView {
        hash: store.hash(),
        revision: store.revision(),
        keys: store.key_count(),
        bytes: store.bytes(),
    }
}

fn cells(node: &Node, limit: usize) -> Vec<LogCell> {
    let disk = node.disk.borrow();
    let mut cells: Vec<LogCell> = disk.entries_from(0).rev().take(limit).map(cell).collect();
    cells.reverse();
    cells
}

pub(super) fn cell(entry: &Entry) -> LogCell {
    let mark: EntryMark = mark_of(entry);
    LogCell { mark, label: label_of(entry) }
}

fn puts(entry: &Entry, wanted: &[u8]) -> bool {
    use openraft::EntryPayload;
    matches!(&entry.payload, EntryPayload::Normal(command) if command.puts_value(wanted))
}
