//! A node's disk: log, vote and snapshot, and which of it is durable.
//!
//! * The disk outlives the process.
//! * Appended entries are in memory until their fsync is done. A crash removes them; a graceful stop writes them first.
//! * A vote and a snapshot are replaced atomically when their fsync is done. openraft waits for that before it answers
//!   any request.
//!
//! `log_store` is openraft's door to the log and the vote; `image` copies and exchanges disks, for safeguards that are
//! lost on purpose.

mod image;
mod log_store;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

pub(crate) use image::Image;
pub(crate) use log_store::LogStore;

use crate::kv::Pieces;
use crate::model::{EventKind, FSYNC_NEVER, RequestId, RequestStep, SnapshotView, VoteView};
use crate::raft::{Entry, LogId, SnapshotMeta, Vote, bytes_of, configuration_of, list_of, mark_of, term_of};
use crate::recorder::Recorder;
use crate::small_map::SmallMap;
use crate::units::{Nanos, NodeId};

/// A disk shared by its process and the cluster's views.
pub(crate) type SharedDisk = Rc<RefCell<Disk>>;

/// One node's disk.
pub(crate) struct Disk {
    node: NodeId,
    recorder: Recorder,
    /// The duration of an fsync, in virtual nanoseconds; [`FSYNC_NEVER`] if the disk lies.
    fsync: Nanos,
    vote: Option<Vote>,
    /// The durable vote: an older one if the disk lied about the newest.
    durable_vote: Option<Vote>,
    committed: Option<LogId>,
    log: SmallMap<u64, Entry>,
    purged: Option<LogId>,
    snapshot: Option<(SnapshotMeta, Rc<Pieces>)>,
    /// Entries below this log index are durable.
    durable_end: u64,
    /// Appends whose fsync runs: sequence number, and the end index that becomes durable.
    syncing: VecDeque<(u64, u64)>,
    next_sync: u64,
    /// Incremented by every crash, so that an fsync that began before has no effect.
    epoch: u64,
    log_bytes: u64,
    /// Writes whose entry is expected: digest of the command, and its request.
    proposals: VecDeque<(u64, RequestId)>,
    /// When the vote was last changed, and whether for an established leader.
    vote_touched: Option<(Nanos, bool)>,
    /// A vote whose fsync runs.
    saving: Option<Vote>,
    /// When the snapshot was saved, and the hash of its store.
    snapshot_at: (Nanos, u32),
    /// Whether it reports every fsync as done and does none.
    lying: bool,
    /// Whether votes stay in memory only.
    forgetting: bool,
}

impl Disk {
    /// An empty disk.
    pub(crate) fn new(node: NodeId, fsync: Nanos, recorder: Recorder) -> SharedDisk {
        Rc::new(RefCell::new(Disk::blank(node, fsync, recorder)))
    }

    fn blank(node: NodeId, fsync: Nanos, recorder: Recorder) -> Disk {
        Disk {
            node,
            recorder,
            fsync,
            vote: None,
            durable_vote: None,
            committed: None,
            log: SmallMap::default(),
            purged: None,
            snapshot: None,
            durable_end: 0,
            syncing: VecDeque::new(),
            next_sync: 0,
            epoch: 0,
            log_bytes: 0,
            proposals: VecDeque::new(),
            vote_touched: None,
            saving: None,
            snapshot_at: (0, 0),
            lying: false,
            forgetting: false,
        }
    }

    /// Removes everything that is not durable. Returns the last durable index, if there is one, and the number of lost
    /// entries.
    pub(crate) fn crash(&mut self) -> (Option<u64>, u64) {
        self.epoch += 1;
        self.syncing.clear();
        self.proposals.clear();
        self.saving = None;
        self.vote = self.durable_vote;
        let lost = self.log.split_off(&self.durable_end);
        self.log_bytes -= lost.values().map(bytes_of).sum::<u64>();
        self.keep_terms();
        (self.last_index(), lost.len() as u64)
    }

    /// Erases everything on it.
    pub(crate) fn wipe(&mut self) {
        let empty = Disk {
            next_sync: self.next_sync,
            epoch: self.epoch + 1,
            lying: self.lying,
            forgetting: self.forgetting,
            ..Disk::blank(self.node, self.fsync, self.recorder.clone())
        };
        *self = empty;
        self.recorder.record(EventKind::Wiped { node: self.node });
    }

    /// Makes everything durable, as a graceful stop does.
    pub(crate) fn close(&mut self) {
        self.epoch += 1;
        self.syncing.clear();
        self.proposals.clear();
        self.saving = None;
        if self.forgetting {
            self.vote = self.durable_vote;
            self.keep_terms();
        }
        self.durable_vote = self.vote;
        if let Some(last) = self.last_index()
            && self.durable_end <= last
        {
            self.set_durable(last + 1);
        }
    }

    /// The index of the last entry, purged ones included.
    pub(crate) fn last_index(&self) -> Option<u64> {
        self.last_log_id().map(|id| id.index)
    }

    /// Term and index of the last entry, purged ones included, which voters compare (Raft paper, 5.4.1).
    pub(crate) fn last_position(&self) -> Option<(u64, u64)> {
        self.last_log_id().map(|id| (term_of(&id), id.index))
    }

    /// The last durable index.
    pub(crate) fn durable_index(&self) -> Option<u64> {
        self.durable_end.checked_sub(1)
    }

    /// The last index that was dropped because a snapshot covers it.
    pub(crate) fn purged_index(&self) -> Option<u64> {
        self.purged.map(|id| id.index)
    }

    /// The vote on disk: term, candidate, and whether the candidate leads the term.
    pub(crate) fn vote(&self) -> Option<(u64, NodeId, bool)> {
        self.vote.map(|v| (v.leader_id.term, v.leader_id.voted_for, v.committed))
    }

    /// The newest vote, on disk or with its fsync still running.
    pub(crate) fn newest_vote(&self) -> Option<VoteView> {
        self.saving.or(self.vote).map(|vote| VoteView {
            term: vote.leader_id.term,
            candidate: vote.leader_id.voted_for,
            committed: vote.committed,
            saved: self.saving.is_none(),
        })
    }

    /// The view of the snapshot.
    pub(crate) fn snapshot_view(&self) -> Option<SnapshotView> {
        let (meta, bytes) = self.snapshot.as_ref()?;
        let last = meta.last_log_id?;
        let (index, term) = (last.index, term_of(&last));
        Some(SnapshotView { index, term, bytes: bytes.len() as u64, at: self.snapshot_at.0 })
    }

    /// The vote on disk.
    pub(crate) fn latest_vote(&self) -> Option<Vote> {
        self.vote
    }

    /// The last entry that openraft noted as committed.
    pub(crate) fn committed(&self) -> Option<LogId> {
        self.committed
    }

    /// Term of an entry on disk, or of the last one that was dropped.
    pub(crate) fn term_at(&self, index: u64) -> Option<u64> {
        let purged = self.purged.filter(|id| id.index == index);
        self.log.get(&index).map(|entry| entry.log_id).or(purged).map(|id| term_of(&id))
    }

    /// The entries on disk, ascending, from `first` on.
    pub(crate) fn entries_from(&self, first: u64) -> impl DoubleEndedIterator<Item = &Entry> {
        self.log.values_from(&first).iter()
    }

    /// Bytes on disk.
    pub(crate) fn bytes(&self) -> u64 {
        self.log_bytes + self.snapshot.as_ref().map_or(0, |(_, bytes)| bytes.len() as u64)
    }

    /// The last entry that the snapshot on disk covers.
    pub(crate) fn snapshot_end(&self) -> Option<LogId> {
        self.snapshot.as_ref().and_then(|(meta, _)| meta.last_log_id)
    }

    /// The snapshot on disk.
    pub(crate) fn snapshot(&self) -> Option<(SnapshotMeta, Rc<Pieces>)> {
        self.snapshot.clone()
    }

    /// When the vote was last changed (on the node's own clock), and whether for an established leader.
    pub(crate) fn vote_touched(&self) -> Option<(Nanos, bool)> {
        self.vote_touched
    }

    /// The duration of an fsync in virtual nanoseconds, or [`FSYNC_NEVER`].
    pub(crate) fn fsync(&self) -> Nanos {
        if self.lying { FSYNC_NEVER } else { self.fsync }
    }

    /// How long the process waits for an fsync, in virtual nanoseconds.
    pub(crate) fn fsync_wait(&self) -> Nanos {
        if self.lies() { 0 } else { self.fsync }
    }

    /// Whether it reports fsyncs as done and does none.
    fn lies(&self) -> bool {
        self.fsync() == FSYNC_NEVER
    }

    /// Sets the duration of later fsyncs, in virtual nanoseconds.
    pub(crate) fn set_fsync(&mut self, takes: Nanos) {
        self.fsync = takes;
    }

    /// Replaces the snapshot. The caller has waited for the fsync.
    pub(crate) fn save_snapshot(
        &mut self,
        meta: SnapshotMeta,
        bytes: Rc<Pieces>,
        hash: u32,
        installed: bool,
    ) {
        let last = meta.last_log_id;
        let members = meta.last_membership.clone();
        self.snapshot = Some((meta, bytes));
        self.snapshot_at = (self.recorder.now(), hash);
        if let Some(id) = last {
            let (index, term) = (id.index, term_of(&id));
            self.recorder.record(EventKind::SnapshotSaved { node: self.node, index, term, hash, installed });
            if let Some(list) = members.log_id().filter(|_| installed) {
                let configuration = configuration_of(members.membership());
                self.recorder.record(EventKind::MembersStored {
                    node: self.node,
                    index: list.index,
                    configuration,
                });
            }
        }
    }

    /// Expects that a write with this digest is proposed on this node.
    pub(crate) fn expect_proposal(&mut self, digest: u64, request: RequestId) {
        self.proposals.push_back((digest, request));
    }

    /// Forgets an expected write that was refused before it reached the log.
    pub(crate) fn forget_proposal(&mut self, request: RequestId) {
        self.proposals.retain(|(_, id)| *id != request);
    }

    fn last_log_id(&self) -> Option<LogId> {
        self.log.values().next_back().map(|entry| entry.log_id).or(self.purged)
    }

    /// Appends entries to the log. Returns the sequence number of their fsync.
    fn append(&mut self, entries: Vec<Entry>) -> u64 {
        let sequence = self.next_sync;
        self.next_sync += 1;
        let Some(last) = entries.last().map(|entry| entry.log_id.index) else {
            self.syncing.push_back((sequence, self.durable_end));
            return sequence;
        };
        let marks: Vec<_> = entries.iter().map(mark_of).collect();
        let lists: Vec<_> = entries.iter().filter_map(list_of).collect();
        for entry in entries {
            self.log_bytes += bytes_of(&entry);
            if let Some(old) = self.log.insert(entry.log_id.index, entry) {
                self.log_bytes -= bytes_of(&old);
            }
        }
        self.syncing.push_back((sequence, last + 1));
        self.recorder.record(EventKind::Appended { node: self.node, entries: marks.clone() });
        for (index, configuration) in lists {
            self.recorder.record(EventKind::MembersStored { node: self.node, index, configuration });
        }
        for mark in marks {
            if let Some(at) = self.proposals.iter().position(|(digest, _)| *digest == mark.digest)
                && let Some((_, id)) = self.proposals.remove(at)
            {
                let step = RequestStep::Proposed { leader: self.node, index: mark.index, term: mark.term };
                self.recorder.record(EventKind::RequestStep { id, step });
            }
        }
        sequence
    }

    /// Completes an fsync: everything appended before it began is durable.
    fn synced(&mut self, sequence: u64) {
        let mut end = self.durable_end;
        while self.syncing.front().is_some_and(|(s, _)| *s <= sequence) {
            if let Some((_, through)) = self.syncing.pop_front() {
                end = end.max(through);
            }
        }
        if end > self.durable_end {
            self.set_durable(end);
        }
    }

    fn set_durable(&mut self, end: u64) {
        self.durable_end = end;
        self.recorder.record(EventKind::Synced { node: self.node, through: end - 1 });
    }

    /// Removes entries from `first` on. The removal itself is durable at once.
    fn truncate_from(&mut self, first: u64) {
        let removed = self.log.split_off(&first);
        if removed.is_empty() {
            return;
        }
        self.log_bytes -= removed.values().map(bytes_of).sum::<u64>();
        self.durable_end = self.durable_end.min(first);
        for (_, through) in &mut self.syncing {
            *through = (*through).min(first);
        }
        self.recorder.record(EventKind::Truncated { node: self.node, from: first });
    }

    fn purge_through(&mut self, id: LogId) {
        let kept = self.log.split_off(&(id.index + 1));
        let removed = std::mem::replace(&mut self.log, kept);
        self.log_bytes -= removed.values().map(bytes_of).sum::<u64>();
        self.purged = self.purged.max(Some(id));
        self.durable_end = self.durable_end.max(id.index + 1);
        self.recorder.record(EventKind::Purged { node: self.node, through: id.index });
    }

    fn save_vote(&mut self, vote: Vote, is_durable: bool) {
        self.vote = Some(vote);
        if is_durable && !self.forgetting {
            self.durable_vote = self.vote;
        }
        self.saving = None;
        self.recorder.record(EventKind::VoteSaved {
            node: self.node,
            term: vote.leader_id.term,
            candidate: vote.leader_id.voted_for,
            committed: vote.committed,
        });
    }
}
