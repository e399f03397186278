//! Marks: the turning points of a run, for a timeline and for jumping.

use std::rc::Rc;

use crate::cluster::Surround;
use crate::model::{Event, EventKind, Role};
use crate::units::{Nanos, NodeId};

/// Something worth jumping to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub at: Nanos,
    /// The node that it is about; zero when about none.
    pub node: NodeId,
    /// What.
    pub kind: MarkKind,
}

/// What a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// A node became leader.
    Elected {
        /// Of which term.
        term: u64,
    },
    /// A node asks for votes.
    Campaign {
        /// For which term.
        term: u64,
    },
    /// A node crashed or failed.
    Crash,
    /// A node stopped in good order.
    Stop,
    /// A node started.
    Start,
    /// A node stands still.
    Pause,
    /// A node goes on.
    Resume,
    /// Links were cut.
    Cut,
    /// Links were joined.
    Heal,
    /// A client sent a write.
    Write,
    /// An entry was committed that no node knew to be so before.
    Commit,
    /// The members changed.
    Members,
    /// A safety property does not hold.
    Violation,
}

impl MarkKind {
    /// Whether something went wrong, or was made to.
    pub fn is_fault(self) -> bool {
        matches!(self, MarkKind::Crash | MarkKind::Stop | MarkKind::Pause | MarkKind::Cut)
    }

    /// Whether it belongs to an election.
    pub fn is_election(self) -> bool {
        matches!(self, MarkKind::Elected { .. } | MarkKind::Campaign { .. })
    }
}

/// The mark of an event, if it has one. `committed` is the highest index that some node knew to be
/// committed.
pub(super) fn mark_of(event: &Event, committed: &mut u64) -> Option<Mark> {
    let (node, kind) = match &event.kind {
        EventKind::Role { node, role: Role::Leader, term, .. } => (*node, MarkKind::Elected { term: *term }),
        EventKind::Role { node, role: Role::Candidate, term, .. } => {
            (*node, MarkKind::Campaign { term: *term })
        }
        EventKind::Crashed { node, .. } | EventKind::Failed { node, .. } | EventKind::Wiped { node } => {
            (*node, MarkKind::Crash)
        }
        EventKind::Stopped { node } | EventKind::Expelled { node } => (*node, MarkKind::Stop),
        EventKind::Started { node, .. } => (*node, MarkKind::Start),
        EventKind::Paused { node } => (*node, MarkKind::Pause),
        EventKind::Resumed { node } => (*node, MarkKind::Resume),
        EventKind::Partitioned { .. } => (0, MarkKind::Cut),
        EventKind::Isolated { node } => (*node, MarkKind::Cut),
        EventKind::LinkCut(link) => (link.from, MarkKind::Cut),
        EventKind::Healed { .. } => (0, MarkKind::Heal),
        EventKind::LinkHealed(link) => (link.from, MarkKind::Heal),
        EventKind::RequestStarted { operation, endpoints, .. } if operation.is_write() => {
            (endpoints.first().copied().unwrap_or(0), MarkKind::Write)
        }
        EventKind::Committed { node, index } if index > committed => {
            *committed = *index;
            (*node, MarkKind::Commit)
        }
        EventKind::MembersCommitted { node, index, .. } if *index > 0 => (*node, MarkKind::Members),
        EventKind::Violation { .. } => (0, MarkKind::Violation),
        _ => return None,
    };
    Some(Mark { at: event.at, node, kind })
}

/// A stretch of time in which the same node led, or nobody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reign {
    /// Since when.
    pub from: Nanos,
    /// Until when.
    pub to: Nanos,
    /// Who leads with a quorum.
    pub leader: Option<NodeId>,
    /// The highest term of any running node.
    pub term: u64,
    /// Who thinks to lead without.
    pub stale: Vec<NodeId>,
    /// Whether links are cut.
    pub cut: bool,
}

/// The stretches between two instants, from what was known of the cluster when.
pub(super) fn reigns(surrounds: &[(Nanos, Rc<Surround>)], from: Nanos, to: Nanos) -> Vec<Reign> {
    let first = surrounds.partition_point(|(at, _)| *at <= from).saturating_sub(1);
    let mut reigns: Vec<Reign> = Vec::new();
    for (at, surround) in surrounds[first..].iter().take_while(|(at, _)| *at <= to) {
        let status = &surround.status;
        let next = Reign {
            from: (*at).max(from),
            to,
            leader: status.leader,
            term: status.term,
            stale: status.stale_leaders.clone(),
            cut: !surround.cuts.is_empty(),
        };
        if let Some(last) = reigns.last_mut() {
            let same = |a: &Reign, b: &Reign| {
                (a.leader, a.term, &a.stale, a.cut) == (b.leader, b.term, &b.stale, b.cut)
            };
            if same(last, &next) {
                continue;
            }
            last.to = next.from;
        }
        reigns.push(next);
    }
    reigns
}
