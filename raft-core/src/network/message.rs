//! The content of messages, and its description as a [`Message`] for views.

use std::rc::Rc;

use openraft::raft::{
    AppendEntriesRequest, AppendEntriesResponse, SnapshotResponse, TransferLeaderRequest,
    TransferLeaderResponse, VoteRequest, VoteResponse,
};

use super::{LeaseAsk, LeaseTold, MemberAsk, MemberReply};
use crate::kv::{Command, KvError, Response};
use crate::model::{Message, MessageKind, Reply, RequestId};
use crate::raft::{LogId, Snapshot, Types, Vote, term_of};
use crate::units::NodeId;

/// The content of a request.
#[derive(Clone)]
pub(crate) enum RequestBody {
    /// openraft's request, and whether the leader's own lease holds, so that followers can tell their clients whether
    /// there is a leader.
    Append(AppendEntriesRequest<Types>, bool),
    Vote(VoteRequest<Types>),
    PreVote(VoteRequest<Types>),
    Snapshot(Vote, Box<Snapshot>),
    Transfer(TransferLeaderRequest<Types>),
    /// A follower forwards a client's write to the leader.
    Forward {
        command: Rc<Command>,
        request: RequestId,
        term: u64,
    },
    /// A follower asks for the index that a linearizable read must wait for.
    ReadIndex {
        term: u64,
    },
    /// A follower asks the leader's lessor.
    Lease {
        ask: LeaseAsk,
        term: u64,
    },
    /// A follower forwards a change of members to the leader.
    Member {
        ask: MemberAsk,
        term: u64,
    },
    /// The leader tells a member that it was removed.
    Removed {
        term: u64,
    },
}

/// The sender and the receiver by member id: a node number may belong to another member when a message arrives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    pub(crate) sender: u64,
    /// 0 means the present member of the receiving node.
    pub(crate) receiver: u64,
}

/// The content of a reply.
#[derive(Clone)]
pub(crate) enum ReplyBody {
    Append(AppendEntriesResponse<Types>),
    Vote(VoteResponse<Types>),
    Snapshot(SnapshotResponse<Types>),
    Transfer(TransferLeaderResponse<Types>),
    Forward(ForwardReply),
    ReadIndex(Result<u64, Refusal>),
    Lease(Result<LeaseTold, Refusal>),
    Member(MemberReply),
    /// The sender was removed from the cluster (etcd answers with HTTP status 410).
    Gone,
    /// No process listens at the receiver.
    Unreachable,
}

/// The leader's answer to a forwarded write.
pub(crate) type ForwardReply = Result<WriteDone, Refusal>;

/// A write that was committed and applied.
#[derive(Clone, Debug)]
pub(crate) struct WriteDone {
    /// Its log index.
    pub(crate) index: u64,
    /// The leader's term.
    pub(crate) term: u64,
    /// The store's answer or error.
    pub(crate) response: Result<Response, KvError>,
}

/// Why an endpoint or a leader refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It does not lead; nothing was proposed.
    NotLeader,
    /// It leads, but its lease is over or no majority answered; nothing was proposed.
    NoQuorum,
    /// The entry was in a log and was removed; it may still be committed elsewhere.
    Discarded,
}

impl RequestBody {
    /// The kind of message.
    pub(crate) fn kind(&self) -> MessageKind {
        match self {
            // openraft's heartbeats are AppendEntries without entries.
            RequestBody::Append(append, _) if append.entries.is_empty() => MessageKind::Heartbeat,
            RequestBody::Append(..) => MessageKind::Append,
            RequestBody::Vote(_) => MessageKind::Vote,
            RequestBody::PreVote(_) => MessageKind::PreVote,
            RequestBody::Snapshot(..) => MessageKind::Snapshot,
            RequestBody::Transfer(_) => MessageKind::Transfer,
            RequestBody::Forward { .. } => MessageKind::Forward,
            RequestBody::ReadIndex { .. } => MessageKind::ReadIndex,
            RequestBody::Lease { .. } => MessageKind::Lease,
            RequestBody::Member { .. } | RequestBody::Removed { .. } => MessageKind::Member,
        }
    }

    /// Whether a second copy would take effect twice. That holds for requests of clients; Raft's own requests may
    /// arrive any number of times.
    pub(crate) fn counts_once(&self) -> bool {
        matches!(
            self,
            RequestBody::Forward { .. }
                | RequestBody::Lease { .. }
                | RequestBody::Member { .. }
                | RequestBody::Removed { .. }
        )
    }

    /// Describes the request as a [`Message`]; the network fills in id and times.
    pub(crate) fn describe(&self, from: NodeId, to: NodeId, rpc: u64) -> Message {
        let mut message = Message {
            id: 0,
            rpc,
            from,
            to,
            kind: self.kind(),
            reply: None,
            term: 0,
            entries: None,
            previous: None,
            last: None,
            handover: None,
            leader_commit: None,
            sent_at: 0,
            arrives_at: 0,
            lost: None,
        };
        match self {
            RequestBody::Append(append, _) => {
                message.term = append.vote.leader_id.term;
                message.previous = append.prev_log_id.as_ref().map(position);
                message.leader_commit = append.leader_commit.map(|id| id.index);
                if let (Some(first), Some(last)) = (append.entries.first(), append.entries.last()) {
                    message.entries = Some((first.log_id.index, last.log_id.index));
                    message.last = Some(position(&last.log_id));
                }
            }
            RequestBody::Vote(vote) | RequestBody::PreVote(vote) => {
                message.term = vote.vote.leader_id.term;
                message.previous = vote.last_log_id.as_ref().map(position);
                message.last = message.previous;
                message.handover = vote.leadership_transfer.then_some(from);
            }
            RequestBody::Snapshot(vote, snapshot) => {
                message.term = vote.leader_id.term;
                message.entries = snapshot.meta.last_log_id.map(|id| (id.index, id.index));
                message.last = snapshot.meta.last_log_id.as_ref().map(position);
            }
            RequestBody::Transfer(transfer) => {
                message.term = transfer.from_leader().leader_id.term;
                message.last = transfer.last_log_id().map(position);
                message.handover = Some(*transfer.to_node_id());
            }
            RequestBody::Forward { term, .. }
            | RequestBody::ReadIndex { term }
            | RequestBody::Lease { term, .. }
            | RequestBody::Member { term, .. }
            | RequestBody::Removed { term } => message.term = *term,
        }
        message
    }
}

/// Index and term of an entry.
fn position(id: &LogId) -> (u64, u64) {
    (id.index, term_of(id))
}

impl ReplyBody {
    /// The reply's content for views.
    pub(crate) fn verdict(&self) -> Reply {
        let yes = match self {
            ReplyBody::Append(AppendEntriesResponse::Success | AppendEntriesResponse::PartialSuccess(_)) => {
                true
            }
            ReplyBody::Append(_) => false,
            ReplyBody::Vote(vote) => vote.vote_granted,
            ReplyBody::Snapshot(_) => true,
            ReplyBody::Transfer(response) => response.is_ok(),
            ReplyBody::Forward(result) => result.is_ok(),
            ReplyBody::ReadIndex(result) => result.is_ok(),
            ReplyBody::Lease(result) => result.is_ok(),
            ReplyBody::Member(result) => result.is_ok(),
            ReplyBody::Gone => false,
            ReplyBody::Unreachable => return Reply::Unreachable,
        };
        if yes { Reply::Yes } else { Reply::No }
    }

    /// Index and term of the entry that [`Message::last`] describes for replies.
    pub(crate) fn last(&self, request: &Message) -> Option<(u64, u64)> {
        match self {
            ReplyBody::Append(AppendEntriesResponse::Success) => request.last.or(request.previous),
            ReplyBody::Append(AppendEntriesResponse::PartialSuccess(id)) => id.as_ref().map(position),
            ReplyBody::Append(AppendEntriesResponse::Conflict) => request.previous,
            ReplyBody::Snapshot(_) => request.last,
            ReplyBody::Vote(vote) => vote.last_log_id.as_ref().map(position),
            _ => None,
        }
    }

    /// The term in the reply, if it differs in meaning from the request's.
    pub(crate) fn term(&self) -> Option<u64> {
        match self {
            ReplyBody::Append(AppendEntriesResponse::HigherVote(vote)) => Some(vote.leader_id.term),
            ReplyBody::Vote(vote) => Some(vote.vote.leader_id.term),
            ReplyBody::Snapshot(response) => Some(response.vote.leader_id.term),
            ReplyBody::Forward(Ok(done)) => Some(done.term),
            _ => None,
        }
    }
}
