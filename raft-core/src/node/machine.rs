//! openraft's state machine traits over the key-value store.
//!
//! The store lives in memory: a process starts from the disk's snapshot, and
//! openraft applies the log from there on.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use futures_util::{Stream, StreamExt};
use openraft::storage::{EntryResponder, RaftStateMachine};
use openraft::{EntryPayload, OptionalSend, RaftSnapshotBuilder};

use super::Lessor;
use crate::cluster::EventKind;
use crate::disk::SharedDisk;
use crate::kv::{Encoded, KvError, Response, Store};
use crate::raft::{Entry, LogId, Snapshot, SnapshotMeta, StoredMembership, Types, mark_of};
use crate::recorder::Recorder;
use crate::runtime::{self, OneshotReceiver, OneshotSender};
use crate::units::NodeId;

/// What a process holds in memory besides openraft's own state.
pub(crate) struct Memory {
    pub(crate) store: Store,
    pub(crate) applied: Option<LogId>,
    pub(crate) members: StoredMembership,
    pub(crate) lessor: Lessor,
    /// The last snapshot, which the disk holds, too.
    encoded: Option<Encoded>,
    /// Who waits for an index to be applied.
    waiting: Vec<(u64, OneshotSender<()>)>,
}

/// A handle on a process's memory; openraft holds one, the views and clients others.
#[derive(Clone)]
pub(crate) struct Machine {
    node: NodeId,
    disk: SharedDisk,
    recorder: Recorder,
    pub(crate) memory: Rc<RefCell<Memory>>,
}

impl Machine {
    /// Starts from the snapshot on the disk; without one, from an empty store with this quota.
    ///
    /// # Errors
    /// The snapshot does not decode.
    pub(crate) fn recover(
        node: NodeId,
        disk: SharedDisk,
        recorder: Recorder,
        quota: u64,
    ) -> io::Result<Machine> {
        let snapshot = disk.borrow().snapshot();
        let (store, applied, members) = match snapshot {
            Some((meta, bytes)) => (decode(&bytes)?, meta.last_log_id, meta.last_membership),
            None => (Store::with_quota(quota), None, StoredMembership::default()),
        };
        let lessor = Lessor::default();
        let memory = Memory { store, applied, members, lessor, encoded: None, waiting: Vec::new() };
        Ok(Machine { node, disk, recorder, memory: Rc::new(RefCell::new(memory)) })
    }

    /// Resolves once everything up to `index` is applied; fails when the process ends.
    pub(crate) fn wait_applied(&self, index: u64) -> Option<OneshotReceiver<()>> {
        let mut memory = self.memory.borrow_mut();
        if memory.applied.is_some_and(|id| id.index >= index) {
            return None;
        }
        let (sender, receiver) = runtime::oneshot();
        memory.waiting.push((index, sender));
        Some(receiver)
    }

    /// Resolves once another entry is applied; fails when the process ends.
    pub(crate) fn wait_next(&self) -> Option<OneshotReceiver<()>> {
        let applied = self.memory.borrow().applied;
        self.wait_applied(applied.map_or(0, |id| id.index + 1))
    }

    fn apply_entry(&self, entry: &Entry) -> Result<Response, KvError> {
        let mut memory = self.memory.borrow_mut();
        memory.applied = Some(entry.log_id);
        let response = match &entry.payload {
            EntryPayload::Blank => Ok(memory.store.blank()),
            EntryPayload::Normal(command) => {
                let result = memory.store.apply(command);
                memory.lessor.applied(command, &result);
                result
            }
            EntryPayload::Membership(members) => {
                memory.members = StoredMembership::new(Some(entry.log_id), members.clone());
                Ok(memory.store.blank())
            }
        };
        let hash = memory.store.hash();
        memory.wake(entry.log_id.index);
        drop(memory);
        self.recorder.record(EventKind::Applied { node: self.node, entry: mark_of(entry), hash });
        response
    }
}

impl Memory {
    fn wake(&mut self, index: u64) {
        let (ready, waiting) =
            std::mem::take(&mut self.waiting).into_iter().partition(|(at, _)| *at <= index);
        self.waiting = waiting;
        for (_, sender) in ready {
            // The waiter may have given up; then nobody needs to know.
            let _ = sender.send(());
        }
    }
}

fn decode(bytes: &[u8]) -> io::Result<Store> {
    Store::decode(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))
}

impl RaftSnapshotBuilder<Types> for Machine {
    type SnapshotData = Rc<Vec<u8>>;

    async fn build_snapshot(&mut self) -> Result<Snapshot, io::Error> {
        let (meta, bytes, hash) = {
            let mut memory = self.memory.borrow_mut();
            let meta = SnapshotMeta { last_log_id: memory.applied, last_membership: memory.members.clone() };
            let encoded = memory.store.encode_after(memory.encoded.as_ref());
            let bytes = encoded.bytes.clone();
            memory.encoded = Some(encoded);
            (meta, bytes, memory.store.hash())
        };
        wait_fsync(&self.disk).await;
        self.disk.borrow_mut().save_snapshot(meta.clone(), bytes.clone(), hash, false);
        Ok(Snapshot { meta, snapshot: bytes })
    }
}

impl RaftStateMachine<Types> for Machine {
    type SnapshotData = Rc<Vec<u8>>;
    type SnapshotBuilder = Machine;

    async fn applied_state(&mut self) -> Result<(Option<LogId>, StoredMembership), io::Error> {
        let memory = self.memory.borrow();
        Ok((memory.applied, memory.members.clone()))
    }

    async fn apply<S>(&mut self, mut entries: S) -> Result<(), io::Error>
    where
        S: Stream<Item = Result<EntryResponder<Types>, io::Error>> + Unpin + OptionalSend,
    {
        while let Some(item) = entries.next().await {
            let (entry, responder) = item?;
            let response = self.apply_entry(&entry);
            if let Some(responder) = responder {
                responder.send(response);
            }
        }
        Ok(())
    }

    async fn get_snapshot_builder(&mut self) -> Machine {
        self.clone()
    }

    async fn install_snapshot(
        &mut self,
        meta: &SnapshotMeta,
        snapshot: Rc<Vec<u8>>,
    ) -> Result<(), io::Error> {
        let store = decode(&snapshot)?;
        wait_fsync(&self.disk).await;
        self.disk.borrow_mut().save_snapshot(meta.clone(), snapshot, store.hash(), true);
        let mut memory = self.memory.borrow_mut();
        memory.store = store;
        memory.encoded = None;
        memory.applied = meta.last_log_id;
        memory.members = meta.last_membership.clone();
        if let Some(id) = meta.last_log_id {
            memory.wake(id.index);
        }
        Ok(())
    }

    async fn get_current_snapshot(&mut self) -> Result<Option<Snapshot>, io::Error> {
        let snapshot = self.disk.borrow().snapshot();
        Ok(snapshot.map(|(meta, bytes)| Snapshot { meta, snapshot: bytes }))
    }
}

async fn wait_fsync(disk: &SharedDisk) {
    let fsync = disk.borrow().fsync();
    if fsync > 0 {
        runtime::sleep(fsync).await;
    }
}
