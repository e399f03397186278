//! Leader completeness: an entry committed in a term is in the log of every leader of a later term
//! (paper, 5.4).
//!
//! An entry counts as committed in the lowest term in which a node was seen to know of the commit.
//! This term is never lower than the term of the actual commit.

use super::Violation;
use super::fact::of_node;
use super::mirror::{Mirror, MirroredNode};
use crate::model::{Event, EventKind, Fact, Property, Role, Seen};
use crate::small_map::SmallMap;
use crate::units::{Nanos, NodeId};

/// The maximum number of committed entries kept. Those with the lowest indexes are dropped first.
const COMMITTED_MAX: usize = 20_000;

/// An entry that a node knows to be committed.
#[derive(Clone, Copy)]
struct Committed {
    term: u64,
    digest: u64,
    /// The lowest term in which a node was seen to know of the commit.
    known_in: u64,
    /// The first node that was seen to know of the commit.
    by: NodeId,
    /// The instant at which it was seen.
    at: Nanos,
}

impl Committed {
    fn fact(&self, index: u64) -> Fact {
        of_node(self.at, self.by, Seen::Committed { index, term: self.term })
    }
}

#[derive(Default)]
pub(super) struct Completeness {
    committed: SmallMap<u64, Committed>,
    /// For each node, the end (exclusive) of the indexes that it knows to be committed.
    known: SmallMap<NodeId, u64>,
    /// For each node, the first index at which its log differs from the committed entries. This can
    /// happen if the node learned of the commit from a snapshot that is about to replace its log.
    /// It must not apply the differing entry.
    doubts: SmallMap<NodeId, u64>,
    /// For each leader, its term and the end (exclusive) of the indexes at which its log was compared.
    compared: SmallMap<NodeId, (u64, u64)>,
    /// The number of comparisons of a committed entry with a log.
    pub(super) checked: u64,
}

impl Completeness {
    pub(super) fn observe(&mut self, mirror: &Mirror, event: &Event, found: &mut Vec<Violation>) {
        match &event.kind {
            EventKind::Committed { node, index } => self.commit(mirror, *node, *index, event.at, found),
            EventKind::Role { node, role: Role::Leader, .. } => {
                self.compare(mirror, *node, 0, event.at, found)
            }
            EventKind::Applied { node, entry, .. } => {
                self.resolve(mirror, *node, entry.index, event.at, found)
            }
            EventKind::Started { node, .. } => {
                self.doubts.remove(node);
                self.known.remove(node);
                self.compared.remove(node);
            }
            _ => {}
        }
    }

    fn commit(&mut self, mirror: &Mirror, node: NodeId, index: u64, now: Nanos, found: &mut Vec<Violation>) {
        let Some(log) = mirror.node(node) else { return };
        let first = self.known.get(&node).copied().unwrap_or(0).max(log.first());
        for at in first..=index {
            let Some((term, digest)) = log.entry(at) else { continue };
            let new = Committed { term, digest, known_in: log.term, by: node, at: now };
            self.checked += 1;
            let committed = self.committed.or_insert(at, new);
            committed.known_in = committed.known_in.min(log.term);
            if (committed.term, committed.digest) != (term, digest) {
                self.doubts.or_insert(node, at);
            }
        }
        self.known.insert(node, index + 1);
        while self.committed.len() > COMMITTED_MAX {
            self.committed.forget_first();
        }
        let leaders: Vec<NodeId> = mirror
            .iter()
            .filter(|(_, other)| other.leads() && other.term > log.term)
            .map(|(id, _)| id)
            .collect();
        for leader in leaders {
            self.compare(mirror, leader, first, now, found);
        }
    }

    /// Checks that a node that applied an index has replaced the differing entry up to there.
    fn resolve(
        &mut self,
        mirror: &Mirror,
        node: NodeId,
        applied: u64,
        now: Nanos,
        found: &mut Vec<Violation>,
    ) {
        let Some(at) = self.doubts.get(&node).copied().filter(|at| *at <= applied) else { return };
        self.doubts.remove(&node);
        let (Some(log), Some(committed)) = (mirror.node(node), self.committed.get(&at)) else { return };
        if !has(log, at, committed) {
            let (term, before) = (log.term_at(at).unwrap_or(0), committed.term);
            let detail = format!(
                "node{node} took an entry of term {term} at index {at} as committed, but one of term {before} was committed there"
            );
            let facts = [committed.fact(at), of_node(now, node, Seen::Committed { index: at, term })];
            found.push(Violation::new(Property::LeaderCompleteness, detail, facts));
        }
    }

    /// Compares a leader's log from `first` on with the entries committed in earlier terms.
    fn compare(
        &mut self,
        mirror: &Mirror,
        leader: NodeId,
        first: u64,
        now: Nanos,
        found: &mut Vec<Violation>,
    ) {
        let Some(log) = mirror.node(leader) else { return };
        let done = match self.compared.get(&leader) {
            Some((term, through)) if *term == log.term => *through,
            _ => 0,
        };
        let mut through = done;
        for (index, committed) in self.committed.at_or_above(&first.min(done)) {
            through = index + 1;
            self.checked += 1;
            if committed.known_in >= log.term || has(log, *index, committed) {
                continue;
            }
            let (term, since) = (log.term, committed.known_in);
            let detail = format!(
                "node{leader} leads term {term} without the entry at index {index}, which was committed by term {since}"
            );
            let seen = match log.entry(*index) {
                Some((term, _)) => Seen::Holds { index: *index, term, previous: None },
                None => Seen::Lacks { index: *index },
            };
            let facts = [committed.fact(*index), of_node(now, leader, seen)];
            found.push(Violation::new(Property::LeaderCompleteness, detail, facts));
            break;
        }
        self.compared.insert(leader, (log.term, through));
    }
}

fn has(log: &MirroredNode, index: u64, committed: &Committed) -> bool {
    match log.entry(index) {
        Some(entry) => entry == (committed.term, committed.digest),
        None => log.covers_purged(index),
    }
}
