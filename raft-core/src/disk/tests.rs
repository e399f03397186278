//! openraft's own storage suite on this disk, and what a crash leaves.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use openraft::testing::log::{StoreBuilder, Suite};
use openraft::{AsyncRuntime, StorageError};

use super::{Disk, LogStore};
use crate::node::Machine;
use crate::raft::Types;
use crate::recorder::Recorder;
use crate::runtime::{Executor, VirtualRuntime};
use crate::units::{MILLISECOND, Nanos};

struct Builder {
    fsync: Nanos,
}

impl StoreBuilder<Types, LogStore, Machine, ()> for Builder {
    async fn build(&self) -> Result<((), LogStore, Machine), StorageError<Types>> {
        // The suite produces events that no cluster would, so they are recorded without checks.
        let recorder = Recorder::new(Executor::new(0, 1), 1).without_checks();
        let disk = Disk::new(1, self.fsync, recorder.clone());
        let machine = Machine::recover(1, disk.clone(), recorder, 0).expect("an empty disk is readable");
        Ok(((), LogStore(disk), machine))
    }
}

#[test]
fn passes_openrafts_storage_suite() {
    VirtualRuntime::run(Suite::test_all(Builder { fsync: 0 })).unwrap();
}

#[test]
fn passes_openrafts_storage_suite_with_a_slow_fsync() {
    VirtualRuntime::run(Suite::test_all(Builder { fsync: 2 * MILLISECOND })).unwrap();
}

mod crash {
    use std::rc::Rc;

    use openraft::entry::RaftEntry;
    use openraft::storage::{IOFlushed, RaftLogStorage};

    use super::*;
    use crate::kv::Command;
    use crate::raft::{Entry, LogId};
    use crate::runtime;

    fn log_id(term: u64, index: u64) -> LogId {
        LogId {
            leader_id: openraft::impls::leader_id_std::LeaderId { term, voted_for: 1 }.to_committed(),
            index,
        }
    }

    fn entry(term: u64, index: u64) -> Entry {
        let command = Command::put("k", index.to_le_bytes());
        Entry::new(log_id(term, index), openraft::EntryPayload::Normal(Rc::new(command)))
    }

    use openraft::vote::RaftLeaderId;

    #[test]
    fn only_what_was_fsynced_survives() {
        let executor = Executor::new(0, 2);
        let disk = Disk::new(1, 5 * MILLISECOND, Recorder::new(executor.clone(), 1));
        let mut store = LogStore(disk.clone());
        executor.spawn(1, async move {
            store.append([entry(1, 0), entry(1, 1)], IOFlushed::noop()).await.unwrap();
            runtime::sleep(3 * MILLISECOND).await;
            store.append([entry(1, 2)], IOFlushed::noop()).await.unwrap();
        });
        executor.run_ready().unwrap();
        // The first fsync is done at 5 ms, the second would be at 8 ms.
        for _ in 0..2 {
            assert!(executor.fire_next_timer());
            executor.run_ready().unwrap();
        }
        assert_eq!(executor.now(), 5 * MILLISECOND);
        assert_eq!((disk.borrow().durable_index(), disk.borrow().last_index()), (Some(1), Some(2)));
        assert_eq!(disk.borrow_mut().crash(), (Some(1), 1));
        assert_eq!(disk.borrow().last_index(), Some(1));
    }

    #[test]
    fn an_fsync_of_entries_that_were_replaced_makes_nothing_durable() {
        let executor = Executor::new(0, 2);
        let disk = Disk::new(1, 5 * MILLISECOND, Recorder::new(executor.clone(), 1).without_checks());
        let mut store = LogStore(disk.clone());
        executor.spawn(1, async move {
            store.append([entry(1, 0), entry(1, 1)], IOFlushed::noop()).await.unwrap();
            runtime::sleep(3 * MILLISECOND).await;
            store.truncate_after(Some(log_id(1, 0))).await.unwrap();
            store.append([entry(2, 1)], IOFlushed::noop()).await.unwrap();
        });
        executor.run_ready().unwrap();
        for _ in 0..2 {
            executor.fire_next_timer();
            executor.run_ready().unwrap();
        }
        assert_eq!(disk.borrow().durable_index(), Some(0));
        assert_eq!(disk.borrow_mut().crash(), (Some(0), 1));
    }

    #[test]
    fn a_graceful_stop_writes_everything_out() {
        let executor = Executor::new(0, 2);
        let disk = Disk::new(1, 5 * MILLISECOND, Recorder::new(executor.clone(), 1));
        let mut store = LogStore(disk.clone());
        executor.spawn(1, async move {
            store.append([entry(1, 0)], IOFlushed::noop()).await.unwrap();
        });
        executor.run_ready().unwrap();
        disk.borrow_mut().close();
        assert_eq!(disk.borrow_mut().crash(), (Some(0), 0));
    }
}
