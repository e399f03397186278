//! A copy of every node's log and role, built only from events.

use crate::model::{Configuration, EntryMark, Event, EventKind, Role};
use crate::small_map::SmallMap;
use crate::units::{Nanos, NodeId};

/// The maximum number of memberships kept per log. Older ones are certainly decided.
const LISTS_MAX: usize = 8;

/// The copies of all nodes' logs and roles.
pub(super) struct Mirror {
    nodes: SmallMap<NodeId, MirroredNode>,
}

/// The copy of one node's log and role.
#[derive(Default)]
pub(super) struct MirroredNode {
    /// The index of the entry before the first one kept, and its term if the log or a snapshot told it.
    base: Option<(u64, Option<u64>)>,
    /// The term and digest of each entry kept, ascending and without gaps.
    entries: Vec<(u64, u64)>,
    pub(super) role: Option<Role>,
    pub(super) term: u64,
    /// The instant at which the node took its role.
    pub(super) since: Nanos,
    /// The end (exclusive) of the synced entries, which survive a crash.
    durable_end: u64,
    /// The last memberships in the log, by index.
    pub(super) lists: Vec<(u64, Configuration)>,
    /// The last index and term of the snapshot on disk.
    pub(super) snapshot: Option<(u64, u64)>,
}

impl Mirror {
    pub(super) fn new(nodes: u64) -> Mirror {
        Mirror { nodes: (1..=nodes).map(|id| (id, MirroredNode::default())).collect() }
    }

    pub(super) fn node(&self, id: NodeId) -> Option<&MirroredNode> {
        self.nodes.get(&id)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (NodeId, &MirroredNode)> {
        self.nodes.iter().map(|(id, node)| (*id, node))
    }

    /// Updates the copies by an event.
    pub(super) fn observe(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Appended { node, entries } => self.change(*node, |log| log.append(entries)),
            EventKind::Synced { node, through } => self.change(*node, |log| log.durable_end = through + 1),
            EventKind::MembersStored { node, index, configuration } => {
                self.change(*node, |log| log.take_list(*index, configuration));
            }
            // A new member has a new disk, whatever an earlier member with its id had; a replaced
            // disk is empty.
            EventKind::MemberAdded { node, .. }
            | EventKind::Wiped { node }
            | EventKind::DiskReplaced { node } => self.change(*node, |log| *log = MirroredNode::default()),
            EventKind::Truncated { node, from } => self.change(*node, |log| log.cut_from(*from)),
            EventKind::Purged { node, through } => self.change(*node, |log| log.purge(*through)),
            EventKind::Crashed { node, lost, .. } => self.change(*node, |log| {
                // Use the count, as an empty log and one that ends at index 0 both report index 0.
                log.cut_from(log.end().saturating_sub(*lost));
                log.role = None;
            }),
            // A leader that votes for another node leads no more, although its change of role may
            // follow later.
            EventKind::VoteSaved { node, term, candidate, .. } => self.change(*node, |log| {
                if log.leads() && (*term > log.term || candidate != node) {
                    log.role = None;
                }
            }),
            EventKind::Stopped { node } | EventKind::Failed { node, .. } => {
                self.change(*node, |log| log.role = None)
            }
            EventKind::SnapshotSaved { node, index, term, .. } => {
                self.change(*node, |log| log.snapshot = log.snapshot.max(Some((*index, *term))));
            }
            EventKind::Role { node, role, term, .. } => self.change(*node, |log| {
                if (log.role, log.term) != (Some(*role), *term) {
                    log.since = event.at;
                }
                log.role = Some(*role);
                log.term = *term;
            }),
            _ => {}
        }
    }

    fn change(&mut self, node: NodeId, change: impl FnOnce(&mut MirroredNode)) {
        change(self.nodes.or_insert(node, MirroredNode::default()));
    }
}

impl MirroredNode {
    /// The index of the first entry kept.
    pub(super) fn first(&self) -> u64 {
        self.base.map_or(0, |(index, _)| index + 1)
    }

    /// The index after the last entry.
    pub(super) fn end(&self) -> u64 {
        self.first() + self.entries.len() as u64
    }

    /// Returns whether the node leads its term.
    pub(super) fn leads(&self) -> bool {
        self.role == Some(Role::Leader)
    }

    /// Returns the term and digest of an entry kept.
    pub(super) fn entry(&self, index: u64) -> Option<(u64, u64)> {
        let at = index.checked_sub(self.first())?;
        self.entries.get(usize::try_from(at).ok()?).copied()
    }

    /// Returns the term of an entry kept, of the entry before the first one kept, or of the
    /// snapshot's last entry.
    pub(super) fn term_at(&self, index: u64) -> Option<u64> {
        let base = self.base.filter(|(base, _)| *base == index).and_then(|(_, term)| term);
        let kept = self.entry(index).map(|(term, _)| term);
        let snapshot = self.snapshot.filter(|(last, _)| *last == index).map(|(_, term)| term);
        base.or(kept).or(snapshot)
    }

    /// Returns whether an index was purged or lies under the snapshot.
    pub(super) fn covers_purged(&self, index: u64) -> bool {
        index < self.first() || self.snapshot.is_some_and(|(last, _)| index <= last)
    }

    /// Returns whether an entry would survive a crash, in the log or under a snapshot.
    pub(super) fn holds_durably(&self, index: u64, term: u64, digest: u64) -> bool {
        match self.entry(index) {
            Some(entry) => index < self.durable_end && entry == (term, digest),
            None => self.covers_purged(index),
        }
    }

    fn take_list(&mut self, index: u64, configuration: &Configuration) {
        self.lists.retain(|(at, _)| *at < index);
        self.lists.push((index, configuration.clone()));
        if self.lists.len() > LISTS_MAX {
            self.lists.remove(0);
        }
    }

    fn append(&mut self, marks: &[EntryMark]) {
        let Some(first) = marks.first() else { return };
        if first.index > self.end() {
            // The entries before it lie under a snapshot, so the log starts here.
            self.base = Some((first.index - 1, self.term_at(first.index - 1)));
            self.entries.clear();
        }
        self.cut_from(first.index);
        self.entries.extend(marks.iter().map(|mark| (mark.term, mark.digest)));
    }

    fn cut_from(&mut self, from: u64) {
        self.durable_end = self.durable_end.min(from);
        self.lists.retain(|(index, _)| *index < from);
        let keep = from.saturating_sub(self.first());
        self.entries.truncate(usize::try_from(keep).unwrap_or(usize::MAX));
    }

    fn purge(&mut self, through: u64) {
        if through < self.first() {
            return;
        }
        self.durable_end = self.durable_end.max(through + 1);
        let term = self.term_at(through);
        let gone = usize::try_from(through + 1 - self.first()).unwrap_or(usize::MAX);
        self.entries.drain(..gone.min(self.entries.len()));
        self.base = Some((through, term));
    }
}
