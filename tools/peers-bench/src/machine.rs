//! The state machine: a map that counts its changes, and its snapshots.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use futures_util::{Stream, StreamExt};
use openraft::storage::{EntryResponder, RaftStateMachine};
use openraft::{AsyncRuntime, EntryPayload, OptionalSend, RaftSnapshotBuilder};

use crate::peer::{Entry, LogId, Members, Peer, Snapshot, SnapshotMeta};
use crate::{FSYNC, lock};

/// A handle on one node's state machine.
#[derive(Clone, Default)]
pub struct Machine(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    store: Store,
    applied: Option<LogId>,
    members: Members,
    snapshot: Option<(SnapshotMeta, Arc<Vec<u8>>)>,
}

/// All keys with their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Store {
    /// The number of puts applied.
    pub revision: u64,
    /// The values by key.
    pub pairs: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Machine {
    /// Returns a copy of this node's store.
    pub fn store(&self) -> Store {
        lock(&self.0).store.clone()
    }

    /// Returns the last entry that this node applied.
    pub fn applied(&self) -> Option<LogId> {
        lock(&self.0).applied
    }

    /// Returns the store of this node's last snapshot, if there is one.
    ///
    /// # Errors
    /// The snapshot does not decode.
    pub fn saved(&self) -> io::Result<Option<Store>> {
        let snapshot = lock(&self.0).snapshot.clone();
        snapshot.map(|(_, bytes)| Store::decode(&bytes)).transpose()
    }

    fn apply_entry(&self, entry: Entry) -> u64 {
        let mut state = lock(&self.0);
        state.applied = Some(entry.log_id);
        match entry.payload {
            EntryPayload::Blank => {}
            EntryPayload::Normal(put) => {
                state.store.revision += 1;
                state.store.pairs.insert(put.key, put.value);
            }
            EntryPayload::Membership(members) => {
                state.members = Members::new(Some(entry.log_id), members);
            }
        }
        state.store.revision
    }
}

impl<C: Peer> RaftSnapshotBuilder<C> for Machine {
    type SnapshotData = Vec<u8>;

    async fn build_snapshot(&mut self) -> Result<Snapshot, io::Error> {
        let (meta, bytes) = {
            let state = lock(&self.0);
            let meta = SnapshotMeta { last_log_id: state.applied, last_membership: state.members.clone() };
            (meta, state.store.encode())
        };
        C::AsyncRuntime::sleep(FSYNC).await;
        lock(&self.0).snapshot = Some((meta.clone(), Arc::new(bytes.clone())));
        Ok(Snapshot { meta, snapshot: bytes })
    }
}

impl<C: Peer> RaftStateMachine<C> for Machine {
    type SnapshotData = Vec<u8>;
    type SnapshotBuilder = Machine;

    async fn applied_state(&mut self) -> Result<(Option<LogId>, Members), io::Error> {
        let state = lock(&self.0);
        Ok((state.applied, state.members.clone()))
    }

    async fn apply<S>(&mut self, mut entries: S) -> Result<(), io::Error>
    where
        S: Stream<Item = Result<EntryResponder<C>, io::Error>> + Unpin + OptionalSend,
    {
        while let Some(item) = entries.next().await {
            let (entry, responder) = item?;
            let revision = self.apply_entry(entry);
            if let Some(responder) = responder {
                responder.send(revision);
            }
        }
        Ok(())
    }

    async fn get_snapshot_builder(&mut self) -> Machine {
        self.clone()
    }

    async fn install_snapshot(&mut self, meta: &SnapshotMeta, bytes: Vec<u8>) -> Result<(), io::Error> {
        let store = Store::decode(&bytes)?;
        C::AsyncRuntime::sleep(FSYNC).await;
        let mut state = lock(&self.0);
        state.store = store;
        state.applied = meta.last_log_id;
        state.members = meta.last_membership.clone();
        state.snapshot = Some((meta.clone(), Arc::new(bytes)));
        Ok(())
    }

    async fn get_current_snapshot(&mut self) -> Result<Option<Snapshot>, io::Error> {
        let snapshot = lock(&self.0).snapshot.clone();
        Ok(snapshot.map(|(meta, bytes)| Snapshot { meta, snapshot: (*bytes).clone() }))
    }
}

impl Store {
    /// Encodes the revision, then every key and value after its length; all numbers as eight bytes,
    /// little-endian.
    fn encode(&self) -> Vec<u8> {
        let mut bytes = self.revision.to_le_bytes().to_vec();
        for text in self.pairs.iter().flat_map(|(key, value)| [key, value]) {
            bytes.extend((text.len() as u64).to_le_bytes());
            bytes.extend(text);
        }
        bytes
    }

    fn decode(bytes: &[u8]) -> io::Result<Store> {
        let mut rest = bytes;
        let mut store = Store { revision: number(&mut rest)?, pairs: BTreeMap::new() };
        while !rest.is_empty() {
            let (key, value) = (text(&mut rest)?, text(&mut rest)?);
            store.pairs.insert(key, value);
        }
        Ok(store)
    }
}

fn number(rest: &mut &[u8]) -> io::Result<u64> {
    let (head, tail) = rest.split_first_chunk().ok_or(io::ErrorKind::UnexpectedEof)?;
    *rest = tail;
    Ok(u64::from_le_bytes(*head))
}

fn text(rest: &mut &[u8]) -> io::Result<Vec<u8>> {
    let length = usize::try_from(number(rest)?).map_err(io::Error::other)?;
    let (head, tail) = rest.split_at_checked(length).ok_or(io::ErrorKind::UnexpectedEof)?;
    *rest = tail;
    Ok(head.to_vec())
}
