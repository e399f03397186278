//! The network: every call takes one latency for the request and one for the reply.
//!
//! Latencies are drawn from one seeded stream, one per message, and slept on the runtime's clock. Nothing is
//! lost. A call that takes too long fails here, since openraft leaves timeouts to the network.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use openraft::errors::{RPCError, ReplicationClosed, StreamingError, Timeout, Unreachable};
use openraft::network::RPCOption;
use openraft::raft::{
    AppendEntriesRequest, AppendEntriesResponse, SnapshotResponse, VoteRequest, VoteResponse,
};
use openraft::{AnyError, AsyncRuntime, OptionalSend, RPCTypes, Raft, RaftNetworkFactory, RaftNetworkV2};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::machine::Machine;
use crate::peer::{Peer, Snapshot, Vote};
use crate::{LATENCY_NANOS, SEED, lock};

/// The nodes by their ids.
type Nodes<C> = BTreeMap<u64, Raft<C, Machine>>;

/// A handle on the one network of a cluster.
pub struct Network<C: Peer>(Arc<State<C>>);

struct State<C: Peer> {
    latencies: Mutex<SmallRng>,
    nodes: OnceLock<Nodes<C>>,
    messages: AtomicU64,
}

impl<C: Peer> Clone for Network<C> {
    fn clone(&self) -> Self {
        Network(self.0.clone())
    }
}

impl<C: Peer> Network<C> {
    /// Returns a network without nodes.
    pub fn new() -> Self {
        Network(Arc::new(State {
            latencies: Mutex::new(SmallRng::seed_from_u64(SEED)),
            nodes: OnceLock::new(),
            messages: AtomicU64::new(0),
        }))
    }

    /// Makes these nodes reachable. Only the first call has an effect.
    pub fn open(&self, nodes: Nodes<C>) -> &Nodes<C> {
        self.0.nodes.get_or_init(|| nodes)
    }

    /// Returns the number of requests and replies sent so far.
    pub fn messages(&self) -> u64 {
        self.0.messages.load(Ordering::Relaxed)
    }

    /// Waits for the latency of one message.
    async fn travel(&self) {
        self.0.messages.fetch_add(1, Ordering::Relaxed);
        let nanos = lock(&self.0.latencies).random_range(LATENCY_NANOS);
        C::AsyncRuntime::sleep(Duration::from_nanos(nanos)).await;
    }
}

/// Makes a node's links to its peers.
pub struct Links<C: Peer> {
    /// The node.
    pub from: u64,
    /// The network.
    pub network: Network<C>,
}

impl<C: Peer> RaftNetworkFactory<C> for Links<C> {
    type Network = Link<C>;

    async fn new_client(&mut self, to: u64, _node: &()) -> Link<C> {
        Link { from: self.from, to, network: self.network.clone() }
    }
}

/// One node's link to another.
pub struct Link<C: Peer> {
    from: u64,
    to: u64,
    network: Network<C>,
}

impl<C: Peer> Link<C> {
    /// Sends a request, does the receiver's work, and returns the reply.
    async fn call<T, E, F>(
        &self,
        action: RPCTypes,
        option: &RPCOption,
        work: impl FnOnce(Raft<C, Machine>) -> F + OptionalSend,
    ) -> Result<T, RPCError<C>>
    where
        T: OptionalSend,
        E: std::error::Error + OptionalSend + 'static,
        F: Future<Output = Result<T, E>> + OptionalSend,
    {
        let patience = option.soft_ttl();
        let trip = async {
            self.network.travel().await;
            let nodes = self.network.0.nodes.get();
            let Some(node) = nodes.and_then(|nodes| nodes.get(&self.to)).cloned() else {
                return Err(unreachable("there is no such node"));
            };
            let reply = work(node).await.map_err(|error| unreachable(error.to_string()))?;
            self.network.travel().await;
            Ok(reply)
        };
        C::AsyncRuntime::timeout(patience, trip).await.unwrap_or_else(|_elapsed| {
            Err(RPCError::Timeout(Timeout { action, id: self.from, target: self.to, timeout: patience }))
        })
    }
}

fn unreachable<C: Peer>(why: impl ToString) -> RPCError<C> {
    RPCError::Unreachable(Unreachable::new(&AnyError::error(why)))
}

impl<C: Peer> RaftNetworkV2<C> for Link<C> {
    type SnapshotData = Vec<u8>;

    async fn append_entries(
        &mut self,
        rpc: AppendEntriesRequest<C>,
        option: RPCOption,
    ) -> Result<AppendEntriesResponse<C>, RPCError<C>> {
        let work = |node: Raft<C, Machine>| async move { node.append_entries(rpc).await };
        self.call(RPCTypes::AppendEntries, &option, work).await
    }

    async fn vote(&mut self, rpc: VoteRequest<C>, option: RPCOption) -> Result<VoteResponse<C>, RPCError<C>> {
        let work = |node: Raft<C, Machine>| async move { node.vote(rpc).await };
        self.call(RPCTypes::Vote, &option, work).await
    }

    async fn full_snapshot(
        &mut self,
        vote: Vote,
        snapshot: Snapshot,
        _cancel: impl Future<Output = ReplicationClosed> + OptionalSend + 'static,
        option: RPCOption,
    ) -> Result<SnapshotResponse<C>, StreamingError<C>> {
        let work = |node: Raft<C, Machine>| async move { node.install_full_snapshot(vote, snapshot).await };
        Ok(self.call(RPCTypes::InstallSnapshot, &option, work).await?)
    }
}
