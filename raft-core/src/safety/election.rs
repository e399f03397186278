//! Election safety: at most one leader a term (paper, 5.2).
//!
//! A leader shows itself by its vote on disk, by its role, and by its messages.
//! What it rests on is checked, too: no disk votes for two candidates in a term.

use super::Violation;
use crate::cluster::{Event, EventKind, MessageKind, Property, Role};
use crate::small_map::SmallMap;
use crate::units::NodeId;

/// Terms remembered; far more than a run of the page has.
const TERMS_MAX: usize = 10_000;

#[derive(Default)]
pub(super) struct Election {
    /// By term: its leader, and whether a second one was told of already.
    leaders: SmallMap<u64, (NodeId, bool)>,
    /// For each node, its last uncommitted vote.
    votes: SmallMap<NodeId, (u64, NodeId)>,
}

impl Election {
    pub(super) fn observe(&mut self, event: &Event, found: &mut Vec<Violation>) {
        match &event.kind {
            EventKind::Sent(message) if message.reply.is_none() => {
                let from_leader = matches!(
                    message.kind,
                    MessageKind::Append | MessageKind::Heartbeat | MessageKind::Snapshot
                );
                if from_leader {
                    self.leads(message.from, message.term, found);
                }
            }
            EventKind::Role { node, role: Role::Leader, term, .. } => self.leads(*node, *term, found),
            EventKind::VoteSaved { term, candidate, committed: true, .. } => {
                self.leads(*candidate, *term, found)
            }
            // A new member has voted for nobody, whoever had its number before.
            EventKind::MemberAdded { node, .. } => drop(self.votes.remove(node)),
            EventKind::VoteSaved { node, term, candidate, committed: false } => {
                self.voted(*node, *term, *candidate, found);
            }
            _ => {}
        }
    }

    fn leads(&mut self, node: NodeId, term: u64, found: &mut Vec<Violation>) {
        // Term 0 has no leader: the member list is handed out in it.
        if term == 0 {
            return;
        }
        let (leader, told) = self.leaders.or_insert(term, (node, false));
        if *leader != node && !*told {
            *told = true;
            let detail = format!("node{leader} and node{node} both lead term {term}");
            found.push(Violation::new(Property::ElectionSafety, detail));
        }
        if self.leaders.len() > TERMS_MAX {
            self.leaders.forget_first();
        }
    }

    fn voted(&mut self, node: NodeId, term: u64, candidate: NodeId, found: &mut Vec<Violation>) {
        if let Some((voted_term, voted)) = self.votes.insert(node, (term, candidate)) {
            if voted_term == term && voted != candidate {
                let detail =
                    format!("node{node} voted for node{voted} and for node{candidate} in term {term}");
                found.push(Violation::new(Property::ElectionSafety, detail));
            }
            if voted_term > term {
                let detail =
                    format!("node{node} voted in term {term} after it had voted in term {voted_term}");
                found.push(Violation::new(Property::ElectionSafety, detail));
            }
        }
    }
}
