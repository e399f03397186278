//! openraft's network traits, on calls over the network: the node's end of the wire.

use std::future::Future;
use std::rc::Rc;

use openraft::errors::{RPCError, ReplicationClosed, StreamingError, Timeout, Unreachable};
use openraft::network::RPCOption;
use openraft::raft::{
    AppendEntriesRequest, AppendEntriesResponse, SnapshotResponse, TransferLeaderRequest,
    TransferLeaderResponse, VoteRequest, VoteResponse,
};
use openraft::{OptionalSend, RPCTypes, RaftNetworkFactory, RaftNetworkV2};

use super::{Listening, Server};
use crate::kv::Pieces;
use crate::model::Member;
use crate::network::{Ends, Network, ReplyBody, RequestBody, RpcFailure};
use crate::raft::{Snapshot, Types, Vote, term_of};
use crate::units::{Nanos, NodeId};

/// Makes a node's links to its peers.
pub(crate) struct Peers {
    pub(crate) node: NodeId,
    /// The node's member id.
    pub(crate) member: u64,
    pub(crate) network: Network,
    /// The registry in which the node's own process is asked whether its lease is over.
    pub(crate) listening: Listening,
}

impl RaftNetworkFactory<Types> for Peers {
    type Network = Peer;

    async fn new_client(&mut self, target: NodeId, node: &Rc<Member>) -> Peer {
        Peer {
            from: self.node,
            to: target,
            ends: Ends { sender: self.member, receiver: node.id },
            network: self.network.clone(),
            listening: self.listening.clone(),
        }
    }
}

/// One node's link to another.
pub(crate) struct Peer {
    from: NodeId,
    to: NodeId,
    ends: Ends,
    network: Network,
    listening: Listening,
}

impl Peer {
    async fn ask(
        &self,
        body: RequestBody,
        option: &RPCOption,
        action: RPCTypes,
    ) -> Result<ReplyBody, RPCError<Types>> {
        let patience = option.soft_ttl();
        let nanos = Nanos::try_from(patience.as_nanos()).unwrap_or(Nanos::MAX);
        self.network.call(self.from, self.to, self.ends, body, nanos).await.map_err(|failure| match failure {
            RpcFailure::Unreachable => RPCError::Unreachable(Unreachable::from_string("nobody listens")),
            RpcFailure::TimedOut => {
                RPCError::Timeout(Timeout { action, id: self.from, target: self.to, timeout: patience })
            }
        })
    }
}

/// The error for a reply whose kind does not match the request; only a fault of this crate could cause it.
fn mismatch() -> RPCError<Types> {
    RPCError::Unreachable(Unreachable::from_string("the reply is of another kind than the request"))
}

impl RaftNetworkV2<Types> for Peer {
    type SnapshotData = Rc<Pieces>;

    async fn append_entries(
        &mut self,
        rpc: AppendEntriesRequest<Types>,
        option: RPCOption,
    ) -> Result<AppendEntriesResponse<Types>, RPCError<Types>> {
        let leads = |server: &Server| server.leader_in_touch() == Some(self.from);
        let in_touch = self.listening.with(self.from, leads).unwrap_or_default();
        match self.ask(RequestBody::Append(rpc, in_touch), &option, RPCTypes::AppendEntries).await? {
            ReplyBody::Append(response) => Ok(response),
            _ => Err(mismatch()),
        }
    }

    async fn vote(
        &mut self,
        rpc: VoteRequest<Types>,
        option: RPCOption,
    ) -> Result<VoteResponse<Types>, RPCError<Types>> {
        match self.ask(RequestBody::Vote(rpc), &option, RPCTypes::Vote).await? {
            ReplyBody::Vote(response) => Ok(response),
            _ => Err(mismatch()),
        }
    }

    async fn pre_vote(
        &mut self,
        rpc: VoteRequest<Types>,
        option: RPCOption,
    ) -> Result<VoteResponse<Types>, RPCError<Types>> {
        match self.ask(RequestBody::PreVote(rpc), &option, RPCTypes::Vote).await? {
            ReplyBody::Vote(response) => Ok(response),
            _ => Err(mismatch()),
        }
    }

    async fn full_snapshot(
        &mut self,
        vote: Vote,
        snapshot: Snapshot,
        _cancel: impl Future<Output = ReplicationClosed> + OptionalSend + 'static,
        option: RPCOption,
    ) -> Result<SnapshotResponse<Types>, StreamingError<Types>> {
        // A leader that was replaced while it read its snapshot may now hold a snapshot of a later term. openraft's
        // receiver takes that for corruption and panics. The sender's replication is about to end, so nothing is lost
        // by not sending it.
        if snapshot.meta.last_log_id.is_some_and(|id| term_of(&id) > vote.leader_id.term) {
            let stale = Unreachable::from_string("the snapshot is of a later term than the sender leads");
            return Err(StreamingError::Unreachable(stale));
        }
        let body = RequestBody::Snapshot(vote, Box::new(snapshot));
        match self.ask(body, &option, RPCTypes::InstallSnapshot).await? {
            ReplyBody::Snapshot(response) => Ok(response),
            _ => Err(mismatch().into()),
        }
    }

    async fn transfer_leader(
        &mut self,
        rpc: TransferLeaderRequest<Types>,
        option: RPCOption,
    ) -> Result<TransferLeaderResponse<Types>, RPCError<Types>> {
        match self.ask(RequestBody::Transfer(rpc), &option, RPCTypes::TransferLeader).await? {
            ReplyBody::Transfer(response) => Ok(response),
            _ => Err(mismatch()),
        }
    }
}
