//! Writing: from the cluster to the tape.

use std::collections::VecDeque;
use std::rc::Rc;

use super::block::{Block, Change, State, place};
use super::codec::changed_columns;
use super::marks::mark_of;
use super::rows::{
    MATCHED, NODE_COLUMNS, column_of_matched, node_of_row, number_of_reason, row_of_message, row_of_node,
    row_of_progress,
};
use super::{DIVERGENT_MAX, DivergentEntry, EntryInfo, Inner, MARKS_MAX, REQUESTS_TAPED_MAX, TermRun};
use crate::cluster::{Cluster, Scene};
use crate::model::{Configuration, EntryMark, Event, EventKind, LossReason, RequestView};
use crate::small_map::SmallMap;
use crate::units::{NODES_MAX, NodeId};

/// The size of the changes at which a block is closed, in bytes. Reading a block of this size takes
/// far less than a frame.
const BLOCK_BYTES: usize = 8 << 10;

/// The columns of a node's row that can affect the status of the whole cluster.
const STATUS_COLUMNS: [usize; 6] = [0, 1, 3, 4, 6, 9];

impl Inner {
    /// Creates the content of a tape that starts with the cluster's present state.
    pub(super) fn of(cluster: &Cluster, bytes_max: usize) -> Inner {
        let mut inner = Inner {
            bytes_max,
            closed: VecDeque::new(),
            closed_bytes: 0,
            open: Block::new(State::blank(cluster.now())),
            state: State::blank(cluster.now()),
            shapes: vec![None],
            surrounds: vec![(cluster.now(), Rc::new(cluster.surroundings()))],
            infos: SmallMap::default(),
            divergent: VecDeque::new(),
            requests: SmallMap::default(),
            violations: cluster.violations(),
            marks: VecDeque::new(),
            configuration: None,
            leader: None,
            seen: cluster.event_count(),
            committed: 0,
        };
        let state = &mut inner.state;
        state.stress = cluster.stress_left();
        for message in cluster.view().messages {
            state.last = row_of_message(&message);
            state.flight.insert(message.id, state.last);
        }
        for node in cluster.node_ids() {
            for cell in cluster.log(node, usize::MAX) {
                inner.append(cluster, node, &cell.mark);
            }
        }
        inner.open.key = inner.state.clone();
        inner.open.bytes.clear();
        cluster.requests().into_iter().for_each(|request| inner.keep_request(request));
        inner
    }

    /// Records what changed since the last call.
    pub(super) fn write(&mut self, scene: &Scene<'_>) {
        let cluster = scene.cluster;
        let now = cluster.now();
        if now > self.state.at {
            if self.open.bytes.len() >= BLOCK_BYTES {
                self.close();
            }
            self.put(Change::At(now));
        }
        let mut surround_may_differ = false;
        let mut ended = Vec::new();
        let mut since = std::mem::replace(&mut self.seen, cluster.event_count());
        scene.read_events(since, |event| {
            since += 1;
            surround_may_differ |= self.take_event(cluster, event, &mut ended);
        });
        for id in ended {
            if let Some(request) = cluster.request(id) {
                self.keep_request(request);
            }
        }
        surround_may_differ |= self.take_nodes(scene, surround_may_differ);
        if surround_may_differ {
            let surround = cluster.surroundings();
            if self.surrounds.last().is_none_or(|(_, known)| **known != surround) {
                self.surrounds.push((now, Rc::new(surround)));
                self.put(Change::Surround(self.surrounds.len() as u64 - 1));
            }
        }
        let stress = cluster.stress_left();
        if stress != self.state.stress {
            self.put(Change::Stress(stress));
        }
    }

    fn put(&mut self, change: Change<'_>) {
        self.state.write(change, &mut self.open.bytes);
    }

    /// Starts another block, and drops the oldest ones if the tape is too large.
    fn close(&mut self) {
        let full = std::mem::replace(&mut self.open, Block::new(self.state.clone()));
        self.closed_bytes += full.size();
        self.closed.push_back(Rc::new(full));
        while self.closed_bytes > self.bytes_max {
            let Some(oldest) = self.closed.pop_front() else { break };
            self.closed_bytes -= oldest.size();
            self.forget_infos();
        }
    }

    /// Drops the data of entries that no log holds any more at the new start of the tape.
    fn forget_infos(&mut self) {
        let begins = self.closed.front().map_or(&self.open.key, |block| &block.key);
        let nodes = (1..=NODES_MAX).filter_map(|id| node_of_row(id, &begins.nodes[place(id)], begins.at));
        let logs = nodes.filter(|node| node.last_index.is_some());
        let Some(held) = logs.map(|node| node.purged_index.map_or(0, |purged| purged + 1)).min() else {
            return;
        };
        while self.infos.first().is_some_and(|((index, _), _)| *index < held) {
            self.infos.forget_first();
        }
    }

    /// Records the nodes that changed. Only nodes whose tasks ran are compared, unless `all` tells
    /// that others may have changed as well. Returns true if the status of the whole cluster may
    /// have changed.
    fn take_nodes(&mut self, scene: &Scene<'_>, all: bool) -> bool {
        if !scene.somebody_ran() {
            return false;
        }
        let configuration = scene.cluster.configuration();
        let all = all || self.configuration.as_ref().is_none_or(|known| *known != configuration);
        // The leader depends on all nodes, but changes only with one of the status columns.
        if all {
            self.leader = scene.cluster.acting_leader();
        }
        let mut status_changed = self.take_those(scene, &configuration, |node| all || scene.ran(node));
        if status_changed {
            self.leader = scene.cluster.acting_leader();
            self.take_those(scene, &configuration, |_| true);
        } else if !all && let Some(leader) = self.leader.filter(|leader| scene.ran(*leader)) {
            self.take_matched(scene, leader);
        }
        if all || status_changed {
            for id in (1..=NODES_MAX).filter(|id| !scene.cluster.has_node(*id)) {
                if self.state.nodes[place(id)][0] != 0 {
                    self.put(Change::Node(id, &[0; NODE_COLUMNS]));
                    status_changed = true;
                }
            }
        }
        self.configuration = Some(configuration);
        status_changed
    }

    fn take_those(
        &mut self,
        scene: &Scene<'_>,
        configuration: &Configuration,
        wanted: impl Fn(NodeId) -> bool,
    ) -> bool {
        let mut status_changed = false;
        for (node, leaves_at) in scene.nodes(configuration, self.leader, wanted) {
            let row = row_of_node(&node, leaves_at);
            let changed = changed_columns(&self.state.nodes[place(node.id)], &row);
            if changed != 0 {
                status_changed |= STATUS_COLUMNS.iter().any(|column| changed & 1 << *column != 0);
                self.put(Change::Node(node.id, &row));
            }
            for progress in &node.progress {
                let row = row_of_progress(progress);
                if changed_columns(&self.state.progress_of(node.id, progress.node), &row) != 0 {
                    self.put(Change::Progress(node.id, progress.node, &row));
                }
            }
        }
        status_changed
    }

    /// Records the leader's knowledge about the logs of nodes whose tasks did not run.
    fn take_matched(&mut self, scene: &Scene<'_>, leader: NodeId) {
        let others = (1..=NODES_MAX).filter(|node| *node != leader && !scene.ran(*node));
        for node in others.filter(|node| scene.cluster.has_node(*node)) {
            let matched = column_of_matched(scene.cluster.matched(Some(leader), node));
            let known = &self.state.nodes[place(node)];
            if known[MATCHED] != matched {
                let mut row = *known;
                row[MATCHED] = matched;
                self.put(Change::Node(node, &row));
            }
        }
    }

    /// Records an event. Returns true if the status of the whole cluster may have changed.
    fn take_event(&mut self, cluster: &Cluster, event: &Event, ended: &mut Vec<u64>) -> bool {
        if let Some(mark) = mark_of(event, &mut self.committed) {
            if self.marks.len() == MARKS_MAX {
                self.marks.pop_front();
            }
            self.marks.push_back(mark);
        }
        match &event.kind {
            EventKind::Sent(message) => {
                self.put(Change::Sent(&row_of_message(message)));
                // The scheduled loss of this message is not pending any more.
                return message.lost.is_some_and(|loss| loss.reason == LossReason::Dropped);
            }
            EventKind::Delayed { id, by } => self.put(Change::Delayed(*id, *by)),
            // A message that is not in flight was lost at the instant of sending.
            EventKind::Delivered { id, .. } if self.state.flight.contains_key(id) => {
                self.put(Change::Arrived(*id));
            }
            EventKind::Lost { id, reason } if self.state.flight.contains_key(id) => {
                self.put(Change::Lost(*id, number_of_reason(*reason)));
            }
            EventKind::Appended { node, entries } => {
                entries.iter().for_each(|mark| self.append(cluster, *node, mark));
            }
            EventKind::Truncated { node, from } => self.truncate(*node, *from),
            EventKind::Crashed { node, durable, lost } => {
                if *lost > 0 {
                    self.truncate(*node, durable + 1);
                }
                return true;
            }
            EventKind::Wiped { node } | EventKind::DiskReplaced { node } => {
                self.truncate(*node, 0);
                return true;
            }
            EventKind::RequestEnded { id, .. } => ended.push(*id),
            EventKind::Violation { .. } => self.violations = cluster.violations(),
            EventKind::Delivered { .. }
            | EventKind::Lost { .. }
            | EventKind::RequestStarted { .. }
            | EventKind::RequestStep { .. }
            | EventKind::RequestProgress { .. }
            | EventKind::Duplicated { .. }
            | EventKind::Synced { .. }
            | EventKind::Purged { .. }
            | EventKind::VoteSaved { .. }
            | EventKind::Committed { .. }
            | EventKind::Applied { .. }
            | EventKind::SnapshotSaved { .. } => {}
            _ => return true,
        }
        false
    }

    /// Records that an entry was appended to a node's log.
    fn append(&mut self, cluster: &Cluster, node: NodeId, mark: &EntryMark) {
        let EntryMark { index, term, digest } = *mark;
        let known = self.infos.get(&(index, term)).map(|info| info.digest);
        let is_other = |other: &DivergentEntry| (other.node, other.index, other.term) == (node, index, term);
        if known != Some(digest) || self.divergent.iter().any(is_other) {
            let label = cluster.entry_label(node, index).filter(|(found, _)| *found == term);
            let label = label.map_or_else(String::new, |(_, label)| label).into();
            let info = EntryInfo { since: cluster.now(), digest, label };
            if known.is_none() {
                self.infos.insert((index, term), info);
            } else {
                if self.divergent.len() == DIVERGENT_MAX {
                    self.divergent.pop_front();
                }
                self.divergent.push_back(DivergentEntry { node, index, term, info });
            }
        }
        let top = self.shapes.get(self.state.shapes[place(node)] as usize).cloned().flatten();
        if top.as_ref().is_none_or(|run| run.term != mark.term) {
            self.reshape(node, Some(Rc::new(TermRun { first: mark.index, term: mark.term, below: top })));
        }
    }

    /// Records that a node's log lost its entries from an index on.
    fn truncate(&mut self, node: NodeId, from: u64) {
        let known = self.shapes.get(self.state.shapes[place(node)] as usize).cloned().flatten();
        let mut top = known.clone();
        while let Some(run) = top.clone().filter(|run| run.first >= from) {
            top = run.below.clone();
        }
        let same = match (&known, &top) {
            (Some(known), Some(top)) => Rc::ptr_eq(known, top),
            (known, top) => known.is_none() && top.is_none(),
        };
        if !same {
            self.reshape(node, top);
        }
    }

    fn reshape(&mut self, node: NodeId, shape: Option<Rc<TermRun>>) {
        self.shapes.push(shape);
        self.put(Change::Shape(node, self.shapes.len() as u64 - 1));
    }

    /// Records a request with its steps.
    pub(super) fn keep_request(&mut self, request: RequestView) {
        if self.requests.len() == REQUESTS_TAPED_MAX && !self.requests.contains_key(&request.id) {
            self.requests.forget_first();
        }
        self.requests.insert(request.id, Rc::new(request));
    }
}
