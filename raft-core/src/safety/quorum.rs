//! Majorities: a leader has the votes of a majority of the members, and an entry that it takes as
//! committed is on the disks of a majority. During a membership change both need a majority of the
//! old and one of the new members (paper, 5.2, 5.3 and 6).
//!
//! Votes and entries are counted on disks. A node uses the last membership in its own log.

use super::Violation;
use super::fact::of_node;
use super::mirror::Mirror;
use crate::model::{Event, EventKind, Property, Role, Seen};
use crate::node_set::NodeSet;
use crate::small_map::SmallMap;
use crate::units::{Nanos, NodeId};

/// The maximum number of campaigns kept. Those of the lowest terms are dropped first.
const CAMPAIGNS_MAX: usize = 1_000;

#[derive(Default)]
pub(super) struct Quorum {
    /// By term and candidate: the nodes whose disks hold a vote for it.
    votes: SmallMap<(u64, NodeId), NodeSet>,
    /// By node: the last term in which it was seen to lead.
    led: SmallMap<NodeId, u64>,
    /// The number of elections whose votes were counted.
    pub(super) elections: u64,
    /// The number of commits whose copies were counted.
    pub(super) commits: u64,
}

impl Quorum {
    pub(super) fn observe(&mut self, mirror: &Mirror, event: &Event, found: &mut Vec<Violation>) {
        match &event.kind {
            EventKind::VoteSaved { node, term, candidate, committed: false } => {
                self.votes.or_insert((*term, *candidate), NodeSet::default()).insert(*node);
                if self.votes.len() > CAMPAIGNS_MAX {
                    self.votes.forget_first();
                }
            }
            EventKind::Role { node, role: Role::Leader, term, .. } => {
                self.elected(mirror, *node, *term, event.at, found)
            }
            EventKind::Committed { node, index } => self.committed(mirror, *node, *index, event.at, found),
            _ => {}
        }
    }

    fn elected(&mut self, mirror: &Mirror, node: NodeId, term: u64, at: Nanos, found: &mut Vec<Violation>) {
        if self.led.insert(node, term) == Some(term) {
            return;
        }
        let Some((_, members)) = mirror.node(node).and_then(|log| log.lists.last()) else { return };
        let votes = self.votes.get(&(term, node)).copied().unwrap_or_default();
        self.elections += 1;
        if !members.agrees(|voter| votes.contains(voter)) {
            let detail = format!(
                "node{node} leads term {term} with {} votes on disk, which are no majority of {members}",
                votes.len()
            );
            let facts = [
                of_node(at, node, Seen::Leads { term }),
                of_node(at, node, Seen::Elected { term, votes: votes.len() }),
            ];
            found.push(Violation::new(Property::ElectionSafety, detail, facts));
        }
    }

    /// Checks an index that a leader takes as committed.
    fn committed(
        &mut self,
        mirror: &Mirror,
        leader: NodeId,
        index: u64,
        at: Nanos,
        found: &mut Vec<Violation>,
    ) {
        let Some(log) = mirror.node(leader).filter(|log| log.leads()) else { return };
        let Some((term, digest)) = log.entry(index) else { return };
        let stored =
            |node: NodeId| mirror.node(node).is_some_and(|log| log.holds_durably(index, term, digest));
        // The membership in force at the commit is the last one up to the index, or a later one.
        let first = log.lists.iter().rposition(|(at, _)| *at <= index).unwrap_or(0);
        let Some(lists) = log.lists.get(first..).filter(|lists| !lists.is_empty()) else { return };
        self.commits += 1;
        if !lists.iter().any(|(_, members)| members.agrees(stored)) {
            let members = &lists[0].1;
            let detail = format!(
                "node{leader} takes index {index} as committed, but no majority of {members} has it on disk"
            );
            let disks = mirror.iter().filter(|(id, _)| stored(*id)).count() as u64;
            let facts = [
                of_node(at, leader, Seen::Committed { index, term }),
                of_node(at, leader, Seen::Stored { index, disks }),
            ];
            found.push(Violation::new(Property::LeaderCompleteness, detail, facts));
        }
    }
}
