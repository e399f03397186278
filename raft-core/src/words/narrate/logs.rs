//! Narration of logs and disks: entries that are committed, dropped, lost, or replaced by snapshots.

use super::super::explain::rules;
use super::{ENTRIES_MAX, Narrator, Said, Weight};
use crate::model::ClusterView;
use crate::model::EventKind;
use crate::units::NodeId;

impl Narrator {
    /// Narrates a change of a log.
    pub(super) fn log(&mut self, kind: &EventKind, view: &ClusterView) -> Said {
        match kind {
            EventKind::Appended { node, entries } => {
                let known = self.entries.entry(*node).or_default();
                known.extend(entries.iter().map(|mark| (mark.index, mark.term)));
                while known.len() > ENTRIES_MAX {
                    known.pop_first();
                }
                None
            }
            EventKind::Synced { node, through } => {
                self.durable.insert(*node, *through);
                None
            }
            EventKind::Truncated { node, from } => {
                let last = self.durable.entry(*node).or_default();
                *last = (*last).min(from.saturating_sub(1));
                self.entries.entry(*node).or_default().split_off(from);
                let text = format!(
                    "node{node} drops its entries from {from} on: they were never committed, and its leader has others"
                );
                Some((Weight::Step, Some(*node), Some(rules::MATCHING), text))
            }
            EventKind::Committed { node, index } => self.committed(*node, *index, view),
            EventKind::SnapshotSaved { node, index, installed, .. } => {
                let last = self.durable.entry(*node).or_default();
                *last = (*last).max(*index);
                let text = if *installed {
                    format!(
                        "node{node} took over the leader's snapshot up to entry {index}: it lagged too far behind"
                    )
                } else {
                    format!("node{node} took a snapshot up to entry {index}: the log before it can go")
                };
                Some((Weight::Step, Some(*node), Some(rules::SNAPSHOT), text))
            }
            EventKind::Crashed { node, durable, lost } => {
                self.ended(*node);
                self.durable.insert(*node, *durable);
                self.entries.entry(*node).or_default().split_off(&(durable + 1));
                let lost = match lost {
                    0 => "; its disk lost nothing".to_owned(),
                    1 => "; 1 entry in memory was lost".to_owned(),
                    lost => format!("; {lost} entries in memory were lost"),
                };
                Some((Weight::Turn, Some(*node), Some(rules::CRASH), format!("node{node} crashed{lost}")))
            }
            EventKind::Stopped { node } => {
                self.ended(*node);
                let text = format!("node{node} stopped in good order: all it had is on its disk");
                Some((Weight::Turn, Some(*node), None, text))
            }
            EventKind::Started { node, last_index } => {
                self.durable.insert(*node, *last_index);
                // The first start is not worth telling: its disk is empty.
                (*last_index > 0).then(|| {
                    let text =
                        format!("node{node} starts with the log on its disk, up to entry {last_index}");
                    (Weight::Turn, Some(*node), Some(rules::CRASH), text)
                })
            }
            _ => None,
        }
    }

    fn ended(&mut self, node: NodeId) {
        self.roles.remove(&node);
    }

    /// Narrates a commit. The first node that knows of it is a leader.
    fn committed(&mut self, knows: NodeId, index: u64, view: &ClusterView) -> Said {
        if index <= self.committed {
            return None;
        }
        let first = std::mem::replace(&mut self.committed, index) + 1;
        let voters = view.status.configuration.all_voters();
        let term = |id: &NodeId| self.entries.get(id).and_then(|entries| entries.get(&index));
        let wanted = term(&knows);
        // A disk may hold another leader's entry at this index. An entry that only a snapshot covers was committed.
        let holds = |id: &&NodeId| {
            self.durable.get(id).is_some_and(|durable| *durable >= index)
                && (wanted.is_none() || term(id).is_none() || term(id) == wanted)
        };
        let (disks, of) = (voters.iter().filter(holds).count(), voters.len());
        let what = if first == index {
            format!("Entry {index} is committed: {disks} of {of} disks hold it")
        } else {
            format!("Entries {first} to {index} are committed: {disks} of {of} disks hold them")
        };
        Some((Weight::Detail, None, Some(rules::COMMITTED), what))
    }
}
