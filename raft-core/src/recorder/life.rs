//! The life of a proposed write: which disks hold its entry, when it was committed and when applied.
//!
//! Derived from events alone, for the view. Only running requests are followed.

use crate::model::{EntryMark, Event, EventKind, LifeStep, RequestId, RequestStep};
use crate::node_set::NodeSet;
use crate::small_map::SmallMap;
use crate::units::NodeId;

/// The entries of running writes.
#[derive(Default)]
pub(super) struct Lives {
    /// The followed entries, by log index and request.
    followed: SmallMap<(u64, RequestId), Life>,
    indexes: SmallMap<RequestId, u64>,
}

struct Life {
    leader: NodeId,
    term: u64,
    /// Nodes whose logs hold the entry, perhaps only in memory.
    logs: NodeSet,
    /// Nodes whose disks hold the entry durably.
    disks: NodeSet,
    committed: bool,
}

impl Lives {
    /// Returns the steps that an event adds to requests.
    pub(super) fn observe(&mut self, event: &Event) -> Vec<(RequestId, LifeStep)> {
        match &event.kind {
            EventKind::RequestStep { id, step: RequestStep::Proposed { leader, index, term } } => {
                let mut life = Life {
                    leader: *leader,
                    term: *term,
                    logs: NodeSet::default(),
                    disks: NodeSet::default(),
                    committed: false,
                };
                life.logs.insert(*leader);
                self.followed.insert((*index, *id), life);
                self.indexes.insert(*id, *index);
            }
            EventKind::RequestEnded { id, .. } => {
                if let Some(index) = self.indexes.remove(id) {
                    self.followed.remove(&(index, *id));
                }
            }
            _ if self.followed.is_empty() => {}
            EventKind::Appended { node, entries } => {
                entries.iter().for_each(|mark| self.appended(*node, mark))
            }
            EventKind::Truncated { node, from } => {
                for (_, life) in self.followed.at_or_above_mut(&(*from, 0)) {
                    life.logs.remove(*node);
                    life.disks.remove(*node);
                }
            }
            EventKind::Crashed { node, .. } => {
                for life in self.followed.values_mut().filter(|life| !life.disks.contains(*node)) {
                    life.logs.remove(*node);
                }
            }
            EventKind::Wiped { node } | EventKind::DiskReplaced { node } => {
                for life in self.followed.values_mut() {
                    life.logs.remove(*node);
                    life.disks.remove(*node);
                }
            }
            EventKind::Synced { node, through } => return self.synced(*node, *through),
            EventKind::Committed { node, index } => return self.committed(*node, *index),
            EventKind::Applied { node, entry, .. } => return self.applied(*node, entry),
            _ => {}
        }
        Vec::new()
    }

    /// The lives of entries at these indexes, ascending.
    fn between(&mut self, first: u64, last: u64) -> impl Iterator<Item = (&(u64, RequestId), &mut Life)> {
        self.followed.at_or_above_mut(&(first, 0)).take_while(move |((index, _), _)| *index <= last)
    }

    fn appended(&mut self, node: NodeId, mark: &EntryMark) {
        for (_, life) in self.between(mark.index, mark.index) {
            if life.term == mark.term {
                life.logs.insert(node);
            } else {
                // Another leader's entry took its place.
                life.logs.remove(node);
                life.disks.remove(node);
            }
        }
    }

    fn synced(&mut self, node: NodeId, through: u64) -> Vec<(RequestId, LifeStep)> {
        let mut steps = Vec::new();
        for ((_, id), life) in self.between(0, through) {
            if life.logs.contains(node) && life.disks.insert(node) {
                steps.push((*id, LifeStep::Stored { node, disks: life.disks.len() }));
            }
        }
        steps
    }

    fn committed(&mut self, node: NodeId, through: u64) -> Vec<(RequestId, LifeStep)> {
        let mut steps = Vec::new();
        for ((index, id), life) in self.between(0, through) {
            if life.leader == node && life.logs.contains(node) && !life.committed {
                life.committed = true;
                steps.push((*id, LifeStep::Committed { leader: node, index: *index }));
            }
        }
        steps
    }

    fn applied(&mut self, node: NodeId, mark: &EntryMark) -> Vec<(RequestId, LifeStep)> {
        let mut steps = Vec::new();
        for ((index, id), life) in self.between(mark.index, mark.index) {
            if life.leader != node || life.term != mark.term {
                continue;
            }
            // An applied entry is committed; the node's metrics say so only at the end of the instant.
            if !std::mem::replace(&mut life.committed, true) {
                steps.push((*id, LifeStep::Committed { leader: node, index: *index }));
            }
            steps.push((*id, LifeStep::Applied { node }));
        }
        steps
    }
}
