//! State machine safety: no two nodes apply different entries at an index
//! (paper, 5.4.3); and after the same entries, all stores are equal.

use super::Violation;
use crate::cluster::{EntryMark, Event, EventKind, Property};
use crate::small_map::SmallMap;
use crate::units::NodeId;

/// Indexes remembered; the lowest are forgotten first.
const APPLIED_MAX: usize = 20_000;

#[derive(Clone, Copy)]
struct AppliedAt {
    term: u64,
    digest: u64,
    hash: u32,
    by: NodeId,
}

#[derive(Default)]
pub(super) struct StateMachine {
    applied: SmallMap<u64, AppliedAt>,
    /// The index that each running node must apply next.
    next: SmallMap<NodeId, u64>,
    /// The last index under each disk's snapshot.
    snapshots: SmallMap<NodeId, u64>,
}

impl StateMachine {
    pub(super) fn observe(&mut self, event: &Event, found: &mut Vec<Violation>) {
        match &event.kind {
            // A new member has no snapshot, whoever had its number before.
            EventKind::MemberAdded { node, .. }
            | EventKind::Wiped { node }
            | EventKind::DiskReplaced { node } => drop(self.snapshots.remove(node)),
            EventKind::Started { node, .. } => {
                let next = self.snapshots.get(node).map_or(0, |index| index + 1);
                self.next.insert(*node, next);
            }
            EventKind::SnapshotSaved { node, index, hash, installed, .. } => {
                self.snapshots.insert(*node, *index);
                if *installed {
                    self.next.insert(*node, index + 1);
                }
                if let Some(known) = self.applied.get(index)
                    && known.hash != *hash
                {
                    let by = known.by;
                    let detail = format!(
                        "node{node}'s snapshot of index {index} differs from node{by}'s store after the same index"
                    );
                    found.push(Violation::new(Property::StateMachineSafety, detail));
                }
            }
            EventKind::Applied { node, entry, hash } => self.apply(*node, entry, *hash, found),
            _ => {}
        }
    }

    fn apply(&mut self, node: NodeId, entry: &EntryMark, hash: u32, found: &mut Vec<Violation>) {
        let EntryMark { index, term, digest } = *entry;
        let mut complain = |detail| found.push(Violation::new(Property::StateMachineSafety, detail));
        let next = self.next.insert(node, index + 1).unwrap_or(0);
        if next != index {
            complain(format!("node{node} applied index {index} where index {next} was next"));
        }
        let new = AppliedAt { term, digest, hash, by: node };
        let known = *self.applied.or_insert(index, new);
        let by = known.by;
        if (known.term, known.digest) != (term, digest) {
            let before = known.term;
            complain(format!(
                "node{by} and node{node} applied different entries at index {index}: one of term {before}, one of term {term}"
            ));
        } else if known.hash != hash {
            complain(format!("node{by} and node{node} hold different stores after the same index {index}"));
        }
        while self.applied.len() > APPLIED_MAX {
            self.applied.forget_first();
        }
    }
}
