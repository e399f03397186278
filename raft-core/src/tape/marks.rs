//! Marks: the turning points of a run, which a timeline shows and navigation jumps to.

use std::rc::Rc;

use crate::cluster::Surround;
use crate::model::{Event, EventKind, Role};
use crate::units::{Nanos, NodeId};

/// A turning point of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The instant.
    pub at: Nanos,
    /// The node concerned; 0 if there is none.
    pub node: NodeId,
    /// The kind of turning point.
    pub kind: MarkKind,
}

/// The kind of a [`Mark`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// A node became leader.
    Elected {
        /// The term of the leader.
        term: u64,
    },
    /// A node became a candidate.
    Campaign {
        /// The term of the candidate.
        term: u64,
    },
    /// A node crashed or failed.
    Crash,
    /// A node stopped gracefully.
    Stop,
    /// A node started.
    Start,
    /// A node was paused.
    Pause,
    /// A node resumed.
    Resume,
    /// Links were cut.
    Cut,
    /// Links were healed.
    Heal,
    /// A client sent a write.
    Write,
    /// A node's commit index rose above that of all others.
    Commit,
    /// The membership changed.
    Members,
    /// A safety property was violated.
    Violation,
}

impl MarkKind {
    /// Returns whether the mark is a fault.
    pub fn is_fault(self) -> bool {
        matches!(self, MarkKind::Crash | MarkKind::Stop | MarkKind::Pause | MarkKind::Cut)
    }

    /// Returns whether the mark belongs to an election.
    pub fn is_election(self) -> bool {
        matches!(self, MarkKind::Elected { .. } | MarkKind::Campaign { .. })
    }
}

/// Returns the mark of an event, if it has one. `committed` is the highest commit index of any node
/// so far.
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

/// A stretch of time without a change of leadership or of cut links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reign {
    /// The start.
    pub from: Nanos,
    /// The end.
    pub to: Nanos,
    /// The leader with a quorum.
    pub leader: Option<NodeId>,
    /// The highest term of any running node.
    pub term: u64,
    /// The nodes that consider themselves leaders without a quorum.
    pub stale: Vec<NodeId>,
    /// Whether any link is cut.
    pub cut: bool,
}

/// Returns the stretches between two instants, from the recorded states outside the nodes.
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
