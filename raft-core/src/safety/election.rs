//! Election safety: at most one leader per term (paper, 5.2).
//!
//! A leader is recognized by its committed vote on disk, by its role and by its messages. The
//! premise is checked as well: no disk votes for two candidates in one term.

use super::Violation;
use super::fact::of_node;
use crate::model::{Event, EventKind, MessageKind, Property, Role, Seen};
use crate::small_map::SmallMap;
use crate::units::{Nanos, NodeId};

/// The maximum number of terms kept, far more than a run on the page reaches. The lowest are
/// dropped first.
const TERMS_MAX: usize = 10_000;

/// The first leader that a term was seen to have.
struct LeaderOfTerm {
    node: NodeId,
    since: Nanos,
    /// Whether a second leader of the term was already reported.
    reported: bool,
}

#[derive(Default)]
pub(super) struct Election {
    /// The leaders by term.
    leaders: SmallMap<u64, LeaderOfTerm>,
    /// By node: the term, candidate and instant of its last uncommitted vote.
    votes: SmallMap<NodeId, (u64, NodeId, Nanos)>,
    /// The number of comparisons: of signs of leadership with the known leader, and of votes with
    /// the previous one.
    pub(super) checked: u64,
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
                    self.leads(message.from, message.term, event.at, found);
                }
            }
            EventKind::Role { node, role: Role::Leader, term, .. } => {
                self.leads(*node, *term, event.at, found)
            }
            EventKind::VoteSaved { term, candidate, committed: true, .. } => {
                self.leads(*candidate, *term, event.at, found)
            }
            // A new member has not voted, whatever an earlier member with its id did.
            EventKind::MemberAdded { node, .. } => drop(self.votes.remove(node)),
            EventKind::VoteSaved { node, term, candidate, committed: false } => {
                self.voted(*node, (*term, *candidate, event.at), found);
            }
            _ => {}
        }
    }

    fn leads(&mut self, node: NodeId, term: u64, at: Nanos, found: &mut Vec<Violation>) {
        // Term 0 has no leader: it only serves to store the initial membership.
        if term == 0 {
            return;
        }
        self.checked += 1;
        let new = LeaderOfTerm { node, since: at, reported: false };
        let LeaderOfTerm { node: leader, since, reported } = self.leaders.or_insert(term, new);
        if *leader != node && !*reported {
            *reported = true;
            let detail = format!("node{leader} and node{node} both lead term {term}");
            let facts =
                [of_node(*since, *leader, Seen::Leads { term }), of_node(at, node, Seen::Leads { term })];
            found.push(Violation::new(Property::ElectionSafety, detail, facts));
        }
        if self.leaders.len() > TERMS_MAX {
            self.leaders.forget_first();
        }
    }

    fn voted(&mut self, node: NodeId, vote: (u64, NodeId, Nanos), found: &mut Vec<Violation>) {
        self.checked += 1;
        let Some(before) = self.votes.insert(node, vote) else { return };
        let ((term, candidate, at), (voted_term, voted, when)) = (vote, before);
        let detail = if voted_term == term && voted != candidate {
            format!("node{node} voted for node{voted} and for node{candidate} in term {term}")
        } else if voted_term > term {
            format!("node{node} voted in term {term} after it had voted in term {voted_term}")
        } else {
            return;
        };
        let facts = [
            of_node(when, node, Seen::Voted { term: voted_term, candidate: voted }),
            of_node(at, node, Seen::Voted { term, candidate }),
        ];
        found.push(Violation::new(Property::ElectionSafety, detail, facts));
    }
}
