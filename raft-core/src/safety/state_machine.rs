//! State machine safety: no two nodes apply different entries at an index (paper, 5.4.3), and after
//! the same entries all stores are equal.

use super::Violation;
use super::fact::of_node;
use crate::model::{EntryMark, Event, EventKind, Fact, Property, Seen};
use crate::small_map::SmallMap;
use crate::units::{Nanos, NodeId};

/// The maximum number of indexes kept. The lowest are dropped first.
const APPLIED_MAX: usize = 20_000;

/// The first application of an index.
#[derive(Clone, Copy)]
struct AppliedAt {
    term: u64,
    digest: u64,
    hash: u32,
    by: NodeId,
    at: Nanos,
}

impl AppliedAt {
    fn fact(&self, index: u64) -> Fact {
        of_node(self.at, self.by, Seen::Applied { index, term: self.term, hash: self.hash })
    }
}

#[derive(Default)]
pub(super) struct StateMachine {
    applied: SmallMap<u64, AppliedAt>,
    /// The index that each running node must apply next.
    next: SmallMap<NodeId, u64>,
    /// The last index under each disk's snapshot.
    snapshots: SmallMap<NodeId, u64>,
    /// The number of applied entries that were compared with the first application of their index,
    /// and of compared snapshots.
    pub(super) checked: u64,
}

impl StateMachine {
    pub(super) fn observe(&mut self, event: &Event, found: &mut Vec<Violation>) {
        match &event.kind {
            // A new member has no snapshot, whatever an earlier member with its id had.
            EventKind::MemberAdded { node, .. }
            | EventKind::Wiped { node }
            | EventKind::DiskReplaced { node } => drop(self.snapshots.remove(node)),
            EventKind::Started { node, .. } => {
                let next = self.snapshots.get(node).map_or(0, |index| index + 1);
                self.next.insert(*node, next);
            }
            EventKind::SnapshotSaved { node, index, hash, installed, term } => {
                self.checked += 1;
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
                    let stored = Seen::Applied { index: *index, term: *term, hash: *hash };
                    let facts = [known.fact(*index), of_node(event.at, *node, stored)];
                    found.push(Violation::new(Property::StateMachineSafety, detail, facts));
                }
            }
            EventKind::Applied { node, entry, hash } => self.apply(*node, entry, *hash, event.at, found),
            _ => {}
        }
    }

    fn apply(&mut self, node: NodeId, entry: &EntryMark, hash: u32, at: Nanos, found: &mut Vec<Violation>) {
        let EntryMark { index, term, digest } = *entry;
        self.checked += 1;
        let new = AppliedAt { term, digest, hash, by: node, at };
        let mut report = |detail, other| {
            found.push(Violation::new(Property::StateMachineSafety, detail, [other, new.fact(index)]));
        };
        let next = self.next.insert(node, index + 1).unwrap_or(0);
        if next != index {
            let was_next = of_node(at, node, Seen::WasNext { index: next });
            report(format!("node{node} applied index {index} where index {next} was next"), was_next);
        }
        let known = *self.applied.or_insert(index, new);
        let by = known.by;
        if (known.term, known.digest) != (term, digest) {
            let before = known.term;
            let detail = format!(
                "node{by} and node{node} applied different entries at index {index}: one of term {before}, one of term {term}"
            );
            report(detail, known.fact(index));
        } else if known.hash != hash {
            let detail =
                format!("node{by} and node{node} hold different stores after the same index {index}");
            report(detail, known.fact(index));
        }
        while self.applied.len() > APPLIED_MAX {
            self.applied.forget_first();
        }
    }
}
