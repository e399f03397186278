//! Copies of a disk, and changes that no running process makes: replacing the disk and rewriting its member list.

use std::collections::BTreeMap;
use std::rc::Rc;

use openraft::EntryPayload;
use openraft::entry::RaftEntry;
use openraft::impls::leader_id_std::LeaderId;
use openraft::vote::RaftLeaderId;

use super::Disk;
use crate::kv::Pieces;
use crate::model::{EventKind, Member};
use crate::raft::{Entry, LogId, Membership, SnapshotMeta, Vote, bytes_of, list_of, mark_of, term_of};
use crate::small_map::SmallMap;
use crate::units::{Nanos, NodeId};

/// The durable content of a disk at an instant.
#[derive(Clone)]
pub(crate) struct Image {
    vote: Option<Vote>,
    committed: Option<LogId>,
    log: SmallMap<u64, Entry>,
    purged: Option<LogId>,
    snapshot: Option<(SnapshotMeta, Rc<Pieces>)>,
    snapshot_at: (Nanos, u32),
    durable_end: u64,
}

impl Disk {
    /// Switches whether the disk lies about fsyncs.
    pub(crate) fn set_lying(&mut self, on: bool) {
        self.lying = on;
    }

    /// Switches whether votes stay in memory only. When switched off, the present vote becomes durable at once.
    pub(crate) fn set_forgetting(&mut self, on: bool) {
        self.forgetting = on;
        if !on {
            self.durable_vote = self.vote;
        }
    }

    /// Whether votes stay in memory only.
    pub(crate) fn forgets_votes(&self) -> bool {
        self.forgetting
    }

    /// Keeps the term at least at the last entry's term after a lost vote, so that a node does not go back behind its
    /// own log. It has no vote for a candidate in that term.
    pub(super) fn keep_terms(&mut self) {
        let Some(last) = self.last_log_id() else { return };
        let term = term_of(&last);
        if self.vote.is_none_or(|vote| vote.leader_id.term < term) {
            let leader_id = LeaderId { term, voted_for: self.node };
            self.vote = Some(Vote { leader_id, committed: false });
            self.durable_vote = self.vote;
        }
    }

    /// A copy of the durable content.
    pub(crate) fn image(&self) -> Image {
        let mut log = self.log.clone();
        log.split_off(&self.durable_end);
        Image {
            vote: self.durable_vote,
            committed: self
                .committed
                .min(log.values().next_back().map(|entry| entry.log_id).max(self.purged)),
            log,
            purged: self.purged,
            snapshot: self.snapshot.clone(),
            snapshot_at: self.snapshot_at,
            durable_end: self.durable_end,
        }
    }

    /// Replaces the content with an image. The process must not run.
    pub(crate) fn replace(&mut self, image: &Image) {
        let Image { vote, committed, log, purged, snapshot, snapshot_at, durable_end } = image.clone();
        *self = Disk {
            next_sync: self.next_sync,
            epoch: self.epoch + 1,
            lying: self.lying,
            forgetting: self.forgetting,
            vote,
            durable_vote: vote,
            committed,
            log_bytes: log.values().map(bytes_of).sum(),
            log,
            purged,
            snapshot_at,
            ..Disk::blank(self.node, self.fsync, self.recorder.clone())
        };
        self.keep_terms();
        let node = self.node;
        self.recorder.record(EventKind::DiskReplaced { node });
        if let Some((meta, bytes)) = snapshot {
            self.save_snapshot(meta, bytes, snapshot_at.1, true);
            self.snapshot_at = snapshot_at;
        }
        if let Some(through) = purged {
            self.recorder.record(EventKind::Purged { node, through: through.index });
        }
        let entries: Vec<_> = self.log.values().map(mark_of).collect();
        let lists: Vec<_> = self.log.values().filter_map(list_of).collect();
        if !entries.is_empty() {
            self.recorder.record(EventKind::Appended { node, entries });
        }
        for (index, configuration) in lists {
            self.recorder.record(EventKind::MembersStored { node, index, configuration });
        }
        if durable_end > 0 {
            self.set_durable(durable_end);
        }
    }

    /// Makes its member the only one, as etcd's `--force-new-cluster` does: discards entries that are not known to be
    /// committed, and appends a member list of one.
    pub(crate) fn keep_only(&mut self, id: NodeId, member: Rc<Member>) {
        let committed = self.committed.max(self.snapshot_end()).max(self.purged);
        self.truncate_from(committed.map_or(0, |last| last.index + 1));
        let Some(last) = self.last_log_id() else { return };
        let leader = match self.vote {
            Some(vote) => vote.leader_id.to_committed().max(last.leader_id),
            None => last.leader_id,
        };
        let log_id = LogId { leader_id: leader, index: last.index + 1 };
        let members = Membership::new(vec![[id].into()], BTreeMap::from([(id, member)]));
        let Ok(members) = members else { return };
        let sequence = self.append(vec![Entry::new(log_id, EntryPayload::Membership(members))]);
        self.synced(sequence);
    }
}
