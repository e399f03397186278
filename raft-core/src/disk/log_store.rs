//! openraft's log traits over a [`Disk`](super::Disk).

use std::fmt::Debug;
use std::io;
use std::ops::{Bound, RangeBounds};

use openraft::storage::{IOFlushed, RaftLogStorage};
use openraft::{AsyncRuntime, LogState, OptionalSend, RaftLogReader};

use super::SharedDisk;
use crate::raft::{Entry, LogId, Types, Vote};
use crate::runtime::{self, VirtualRuntime};

/// A process's handle to its disk.
#[derive(Clone)]
pub(crate) struct LogStore(pub(crate) SharedDisk);

impl RaftLogReader<Types> for LogStore {
    async fn try_get_log_entries<RB: RangeBounds<u64> + Clone + Debug + OptionalSend>(
        &mut self,
        range: RB,
    ) -> Result<Vec<Entry>, io::Error> {
        let first = match range.start_bound() {
            Bound::Included(first) => *first,
            Bound::Excluded(before) => before + 1,
            Bound::Unbounded => 0,
        };
        Ok(self
            .0
            .borrow()
            .entries_from(first)
            .take_while(|entry| range.contains(&entry.log_id.index))
            .cloned()
            .collect())
    }

    async fn read_vote(&mut self) -> Result<Option<Vote>, io::Error> {
        Ok(self.0.borrow().vote)
    }
}

impl RaftLogStorage<Types> for LogStore {
    type LogReader = LogStore;

    async fn get_log_state(&mut self) -> Result<LogState<Types>, io::Error> {
        let disk = self.0.borrow();
        Ok(LogState { last_purged_log_id: disk.purged, last_log_id: disk.last_log_id() })
    }

    async fn get_log_reader(&mut self) -> LogStore {
        self.clone()
    }

    async fn save_vote(&mut self, vote: &Vote) -> Result<(), io::Error> {
        let (fsync, is_durable) = {
            let mut disk = self.0.borrow_mut();
            disk.vote_touched = Some((runtime::local_now(), vote.committed));
            disk.saving = Some(*vote);
            (disk.fsync_wait(), !disk.lies())
        };
        if fsync > 0 {
            runtime::sleep_true(fsync).await;
        }
        self.0.borrow_mut().save_vote(*vote, is_durable);
        Ok(())
    }

    async fn save_committed(&mut self, committed: Option<LogId>) -> Result<(), io::Error> {
        self.0.borrow_mut().committed = committed;
        Ok(())
    }

    async fn read_committed(&mut self) -> Result<Option<LogId>, io::Error> {
        let disk = self.0.borrow();
        // A crash may have cut the log below the commit index (the other members still hold the entries): a commit
        // beyond the log must not be reported.
        Ok(disk.committed.min(disk.last_log_id()))
    }

    async fn append<I>(&mut self, entries: I, callback: IOFlushed<Types>) -> Result<(), io::Error>
    where
        I: IntoIterator<Item = Entry> + OptionalSend,
        I::IntoIter: OptionalSend,
    {
        let mut disk = self.0.borrow_mut();
        let sequence = disk.append(entries.into_iter().collect());
        let (fsync, epoch) = (disk.fsync_wait(), disk.epoch);
        if fsync == 0 {
            // The next true fsync also makes durable what the disk lied about before.
            if !disk.lies() {
                disk.synced(sequence);
            }
            drop(disk);
            callback.io_completed(Ok(()));
            return Ok(());
        }
        drop(disk);
        let shared = self.0.clone();
        // The fsync belongs to the process: a crash ends it.
        let _detached = VirtualRuntime::spawn(async move {
            runtime::sleep_true(fsync).await;
            let mut disk = shared.borrow_mut();
            if disk.epoch != epoch {
                return;
            }
            disk.synced(sequence);
            drop(disk);
            callback.io_completed(Ok(()));
        });
        Ok(())
    }

    async fn truncate_after(&mut self, last_log_id: Option<LogId>) -> Result<(), io::Error> {
        self.0.borrow_mut().truncate_from(last_log_id.map_or(0, |id| id.index + 1));
        Ok(())
    }

    async fn purge(&mut self, log_id: LogId) -> Result<(), io::Error> {
        self.0.borrow_mut().purge_through(log_id);
        Ok(())
    }
}
