//! Reading: from the tape to views.

use std::rc::Rc;

use super::block::{Block, State, place};
use super::rows::{followers_of, message_of_row, node_of_row, progress_of_row};
use super::{DivergentEntry, EntryInfo, Inner, TermRun};
use crate::cluster::{LOG_WINDOW_MAX, LogStretch, TAIL_CELLS};
use crate::model::{ClusterView, EntryMark, LogCell, NodeView, RequestView};
use crate::recorder::REQUESTS_KEPT;
use crate::small_map::SmallMap;
use crate::units::{NODES_MAX, Nanos, NodeId};

/// Moves `run` down a log's shape to the run that holds an index. Call it with descending indexes.
pub(super) fn run_at<'a>(run: &mut Option<&'a Rc<TermRun>>, index: u64) -> Option<&'a TermRun> {
    while let Some(lower) = run.filter(|run| run.first > index) {
        *run = lower.below.as_ref();
    }
    run.map(Rc::as_ref)
}

impl Inner {
    pub(super) fn view_at(&self, at: Nanos) -> Option<ClusterView> {
        let (state, _) = self.block_of(at)?.state_at(at);
        let (_, surround) = self.surrounds.get(state.surround as usize)?;
        let nodes: Vec<NodeView> = (1..=NODES_MAX)
            .filter_map(|id| {
                let row = &state.nodes[place(id)];
                let node = node_of_row(id, row, at)?;
                let progress = followers_of(row);
                let progress =
                    progress.map(|follower| progress_of_row(follower, &state.progress_of(id, follower)));
                Some(NodeView { tail: self.tail(&state, &node), progress: progress.collect(), ..node })
            })
            .collect();
        let is_shown = |id| nodes.iter().any(|node| node.id == id);
        let mut cuts = surround.cuts.clone();
        cuts.retain(|link| is_shown(link.from) && is_shown(link.to));
        let mut links = surround.links.clone();
        links.retain(|known| is_shown(known.link.from) && is_shown(known.link.to));
        Some(ClusterView {
            now: at,
            messages: state.flight.values().map(message_of_row).collect(),
            cuts,
            links,
            pending_drops: surround.pending_drops.clone(),
            dice: surround.dice,
            dice_on: surround.dice_on.clone(),
            groups: surround.groups.clone(),
            status: surround.status.clone(),
            warnings: surround.warnings.clone(),
            alterations: surround.alterations.clone(),
            requests: self.requests_at(at),
            violations: self.violations.iter().filter(|violation| violation.at <= at).cloned().collect(),
            stress_left: state.stress,
            nodes,
        })
    }

    /// Returns the block of an instant: the last one that starts at or before it.
    pub(super) fn block_of(&self, at: Nanos) -> Option<&Block> {
        if self.open.key.at <= at {
            return Some(&self.open);
        }
        let after = self.closed.partition_point(|block| block.key.at <= at);
        self.closed.get(after.checked_sub(1)?).map(Rc::as_ref)
    }

    /// Returns the last entries of a log.
    fn tail(&self, state: &State, node: &NodeView) -> Vec<LogCell> {
        let end = node.last_index.map_or(0, |last| last + 1);
        self.cells(state, node, end.saturating_sub(TAIL_CELLS as u64), end)
    }

    /// Returns the entries of a log from index `first` on and below `end`.
    fn cells(&self, state: &State, node: &NodeView, first: u64, end: u64) -> Vec<LogCell> {
        let first = first.max(node.purged_index.map_or(0, |purged| purged + 1));
        let end = end.min(node.last_index.map_or(0, |last| last + 1));
        let mut cells = Vec::new();
        let mut run = self.shape_of(state, node.id);
        for index in (first..end).rev() {
            let Some(TermRun { term, .. }) = run_at(&mut run, index) else { break };
            if let Some(info) = self.info_of(node.id, index, *term, state.at) {
                let mark = EntryMark { index, term: *term, digest: info.digest };
                cells.push(LogCell { mark, label: info.label.to_string() });
            }
        }
        cells.reverse();
        cells
    }

    /// Returns the data of an entry of a node's log at an instant.
    fn info_of(&self, node: NodeId, index: u64, term: u64, at: Nanos) -> Option<&EntryInfo> {
        let key = (node, index, term);
        let own =
            |other: &&DivergentEntry| (other.node, other.index, other.term) == key && other.info.since <= at;
        let own = self.divergent.iter().rev().find(own).map(|other| &other.info);
        own.or_else(|| self.infos.get(&(index, term)))
    }

    /// Returns the shape of a node's log.
    pub(super) fn shape_of(&self, state: &State, node: NodeId) -> Option<&Rc<TermRun>> {
        self.shapes.get(state.shapes[place(node)] as usize).and_then(Option::as_ref)
    }

    pub(super) fn log_window(&self, at: Nanos, first: u64, count: u64) -> Option<Vec<LogStretch>> {
        let (state, _) = self.block_of(at)?.state_at(at);
        let end = first.saturating_add(count.min(LOG_WINDOW_MAX));
        let nodes = (1..=NODES_MAX).filter_map(|id| node_of_row(id, &state.nodes[place(id)], at));
        Some(
            nodes
                .map(|node| LogStretch { node: node.id, cells: self.cells(&state, &node, first, end) })
                .collect(),
        )
    }

    /// Returns the requests that ran at an instant, and the latest ones that had ended before it.
    fn requests_at(&self, at: Nanos) -> Vec<RequestView> {
        let mut ended_left = REQUESTS_KEPT;
        let mut requests: Vec<RequestView> = Vec::new();
        for request in self.requests.values().rev() {
            if request.started > at {
                continue;
            }
            let ended = request.ended.as_ref().filter(|(when, _)| *when <= at).cloned();
            if ended.is_some() {
                if ended_left == 0 {
                    continue;
                }
                ended_left -= 1;
            }
            let steps = request.steps.iter().filter(|(when, _)| *when <= at).cloned().collect();
            requests.push(RequestView {
                steps,
                ended,
                operation: request.operation.clone(),
                endpoints: request.endpoints.clone(),
                ..**request
            });
        }
        requests.reverse();
        requests
    }

    pub(super) fn instant_before(&self, at: Nanos) -> Option<Nanos> {
        let block = self.block_of(at.checked_sub(1)?)?;
        let (state, _) = block.state_at(at - 1);
        Some(state.at)
    }

    pub(super) fn instant_after(&self, at: Nanos) -> Option<Nanos> {
        let block = self.block_of(at)?;
        let (state, place) = block.state_at(at);
        if let Some(next) = state.next_instant(&block.bytes, place) {
            return Some(next);
        }
        let later = self.closed.partition_point(|block| block.key.at <= at);
        let next = self.closed.get(later).map_or(&self.open, |block| block.as_ref());
        if next.key.at > at {
            return Some(next.key.at);
        }
        next.key.next_instant(&next.bytes, 0).filter(|next| *next > at)
    }

    /// Drops everything after an instant.
    pub(super) fn cut(&mut self, at: Nanos) {
        let later = self.closed.partition_point(|block| block.key.at <= at);
        let block = match later.checked_sub(1) {
            _ if self.open.key.at <= at => self.open.clone(),
            Some(last) => {
                self.closed.get(last).map_or_else(|| self.open.clone(), |block| Block::clone(block))
            }
            None => return,
        };
        if self.open.key.at > at {
            self.closed.truncate(later - 1);
        }
        let (state, place) = block.state_at(at);
        self.open = Block { key: block.key, bytes: block.bytes[..place].to_vec() };
        self.state = state;
        self.closed_bytes = self.closed.iter().map(|block| block.size()).sum();
        self.surrounds.truncate(self.surrounds.partition_point(|(since, _)| *since <= at));
        // The branch may append another entry with the same index and term.
        let mut infos = SmallMap::default();
        for (key, info) in self.infos.iter().filter(|(_, info)| info.since <= at) {
            infos.insert(*key, info.clone());
        }
        self.infos = infos;
        self.divergent.retain(|other| other.info.since <= at);
        self.marks.truncate(self.marks.partition_point(|mark| mark.at <= at));
        self.violations.retain(|violation| violation.at <= at);
        let later: Vec<_> =
            self.requests.iter().filter(|(_, request)| request.started > at).map(|(id, _)| *id).collect();
        later.iter().for_each(|id| drop(self.requests.remove(id)));
    }
}
