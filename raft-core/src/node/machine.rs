//! openraft's state machine traits over the key-value store.
//!
//! The store is in memory: a process starts from the snapshot on disk, and openraft applies the log from there.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use futures_util::{Stream, StreamExt};
use openraft::storage::{EntryResponder, RaftStateMachine};
use openraft::{EntryPayload, OptionalSend, RaftSnapshotBuilder};

use super::Lessor;
use crate::disk::SharedDisk;
use crate::kv::{Encoded, KvError, Pieces, Response, Store};
use crate::model::EventKind;
use crate::raft::{Entry, LogId, Snapshot, SnapshotMeta, StoredMembership, Types, mark_of};
use crate::recorder::Recorder;
use crate::runtime::{self, OneshotReceiver, OneshotSender};
use crate::units::NodeId;

/// A process's memory beside openraft's own state.
pub(crate) struct Memory {
    pub(crate) store: Store,
    pub(crate) applied: Option<LogId>,
    pub(crate) members: StoredMembership,
    /// The ids of members that were removed, in the order of removal; part of snapshots.
    removed: Vec<u64>,
    pub(crate) lessor: Lessor,
    /// The last snapshot, which is also on disk.
    encoded: Option<Encoded>,
    /// Tasks that wait for an index to be applied.
    waiting: Vec<(u64, OneshotSender<()>)>,
}

/// A handle to a process's memory. openraft holds one, views and clients hold others.
#[derive(Clone)]
pub(crate) struct Machine {
    node: NodeId,
    disk: SharedDisk,
    recorder: Recorder,
    pub(crate) memory: Rc<RefCell<Memory>>,
}

impl Machine {
    /// Starts from the snapshot on disk; without one, from an empty store with this quota in bytes.
    ///
    /// # Errors
    /// Fails if the snapshot does not decode.
    pub(crate) fn recover(
        node: NodeId,
        disk: SharedDisk,
        recorder: Recorder,
        quota: u64,
    ) -> io::Result<Machine> {
        let snapshot = disk.borrow().snapshot();
        let ((removed, store), applied, members) = match snapshot {
            Some((meta, bytes)) => (decode(&bytes)?, meta.last_log_id, meta.last_membership),
            None => ((Vec::new(), Store::with_quota(quota)), None, StoredMembership::default()),
        };
        let (lessor, waiting) = (Lessor::default(), Vec::new());
        let memory = Memory { store, applied, members, removed, lessor, encoded: None, waiting };
        Ok(Machine { node, disk, recorder, memory: Rc::new(RefCell::new(memory)) })
    }

    /// Resolves when everything up to `index` is applied; fails if the process ends. `None` if it is applied already.
    pub(crate) fn wait_applied(&self, index: u64) -> Option<OneshotReceiver<()>> {
        let mut memory = self.memory.borrow_mut();
        if memory.applied.is_some_and(|id| id.index >= index) {
            return None;
        }
        let (sender, receiver) = runtime::oneshot();
        memory.waiting.push((index, sender));
        Some(receiver)
    }

    /// Resolves when another entry is applied; fails if the process ends.
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
                memory.take_members(StoredMembership::new(Some(entry.log_id), members.clone()));
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
    /// Whether this process has applied the removal of the member with this id.
    pub(crate) fn has_removed(&self, member: u64) -> bool {
        self.removed.contains(&member)
    }

    fn take_members(&mut self, members: StoredMembership) {
        let stays = |id: u64| members.nodes().any(|(_, member)| member.id == id);
        let gone = self.members.nodes().map(|(_, member)| member.id).filter(|id| !stays(*id));
        self.removed.extend(gone);
        self.members = members;
    }

    fn wake(&mut self, index: u64) {
        let (ready, waiting) =
            std::mem::take(&mut self.waiting).into_iter().partition(|(at, _)| *at <= index);
        self.waiting = waiting;
        for (_, sender) in ready {
            // The waiting task may have given up.
            let _ = sender.send(());
        }
    }
}

/// The head of a snapshot, before the store: the number of removed members and their ids.
fn head(removed: &[u64]) -> Vec<u8> {
    [removed.len() as u64].iter().chain(removed).flat_map(|word| word.to_be_bytes()).collect()
}

fn decode(snapshot: &Pieces) -> io::Result<(Vec<u64>, Store)> {
    let bytes = snapshot.joined();
    let invalid = |text: String| io::Error::new(io::ErrorKind::InvalidData, text);
    let mut rest = bytes.as_slice();
    let mut next = || -> io::Result<u64> {
        let (word, after) =
            rest.split_first_chunk::<8>().ok_or_else(|| invalid("the snapshot is cut short".to_owned()))?;
        rest = after;
        Ok(u64::from_be_bytes(*word))
    };
    let count = next()?;
    let removed = (0..count).map(|_| next()).collect::<io::Result<Vec<u64>>>()?;
    let store = Store::decode(rest).map_err(|error| invalid(error.to_string()))?;
    Ok((removed, store))
}

impl RaftSnapshotBuilder<Types> for Machine {
    type SnapshotData = Rc<Pieces>;

    async fn build_snapshot(&mut self) -> Result<Snapshot, io::Error> {
        let (meta, bytes, hash) = {
            let mut memory = self.memory.borrow_mut();
            let meta = SnapshotMeta { last_log_id: memory.applied, last_membership: memory.members.clone() };
            let encoded = memory.store.encode_after(head(&memory.removed), memory.encoded.as_ref());
            let bytes = encoded.bytes.clone();
            memory.encoded = Some(encoded);
            (meta, bytes, memory.store.hash())
        };
        wait_fsync(&self.disk).await;
        let mut disk = self.disk.borrow_mut();
        // The leader's snapshot may have arrived meanwhile, and the log was cut for it. openraft drops an older one too.
        if disk.snapshot_end() <= meta.last_log_id {
            disk.save_snapshot(meta.clone(), bytes.clone(), hash, false);
        }
        Ok(Snapshot { meta, snapshot: bytes })
    }
}

impl RaftStateMachine<Types> for Machine {
    type SnapshotData = Rc<Pieces>;
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

    async fn install_snapshot(&mut self, meta: &SnapshotMeta, snapshot: Rc<Pieces>) -> Result<(), io::Error> {
        let (removed, store) = decode(&snapshot)?;
        wait_fsync(&self.disk).await;
        self.disk.borrow_mut().save_snapshot(meta.clone(), snapshot, store.hash(), true);
        let mut memory = self.memory.borrow_mut();
        memory.store = store;
        memory.encoded = None;
        memory.applied = meta.last_log_id;
        memory.removed = removed;
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
    let fsync = disk.borrow().fsync_wait();
    if fsync > 0 {
        runtime::sleep_true(fsync).await;
    }
}
