//! A listening process: what peers and clients can ask of it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use openraft::async_runtime::watch::WatchReceiver;
use openraft::errors::{ClientWriteError, RaftError};
use openraft::raft::AppendEntriesResponse;
use openraft::{RaftMetrics, ReadPolicy};

use super::{Machine, Raft, Rooms, Switches};
use crate::digest::digest_of;
use crate::disk::SharedDisk;
use crate::kv::Command;
use crate::model::{Member, Message, RequestId, ResponseHeader, Settings};
use crate::network::{Ends, ForwardReply, Network, Refusal, ReplyBody, RequestBody, WriteDone};
use crate::raft::{Types, term_of};
use crate::runtime::{Executor, local_now};
use crate::small_map::SmallMap;
use crate::units::{Nanos, NodeId};

/// Handles to a process's parts, for its own tasks; cheap to clone.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) id: NodeId,
    /// The member of this process, as given at its start.
    pub(crate) me: Rc<Member>,
    pub(crate) raft: Raft,
    pub(crate) machine: Machine,
    pub(crate) disk: SharedDisk,
    pub(crate) network: Network,
    pub(crate) settings: Rc<Settings>,
    /// When it last heard from a leader, on the node's own clock.
    pub(crate) touched: Rc<Cell<Option<Nanos>>>,
    /// When it last heard from a leader whose own lease held, on the node's own clock.
    pub(crate) led: Rc<Cell<Option<Nanos>>>,
    /// When a transfer of leadership released this node from the leader lease, on the node's own clock.
    pub(crate) released: Rc<Cell<Option<Nanos>>>,
    /// When the process began to listen, on the node's own clock.
    pub(crate) booted: Nanos,
    /// Whether this process handles a change of members.
    pub(super) changing: Rc<Cell<bool>>,
    /// Whether the process must end because its member was removed.
    pub(super) leaves: Rc<Cell<bool>>,
    /// Whether it has applied that removal and runs its last second.
    pub(super) farewell: Rc<Cell<bool>>,
    /// The node numbers that new members can have.
    pub(super) rooms: Rooms,
    /// Whether a disk of the cluster was lost so far.
    pub(super) disk_lost: Rc<Cell<bool>>,
    pub(super) switches: Rc<Switches>,
    /// Why the process cannot go on, if it cannot.
    pub(super) fatal: Rc<RefCell<Option<String>>>,
}

/// The registry of processes that accept connections.
#[derive(Clone, Default)]
pub(crate) struct Listening(Rc<RefCell<SmallMap<NodeId, Server>>>);

impl Listening {
    pub(crate) fn get(&self, node: NodeId) -> Option<Server> {
        self.0.borrow().get(&node).cloned()
    }

    /// Reads a server without cloning its handle; `None` if the node does not listen.
    pub(crate) fn with<R>(&self, node: NodeId, look: impl FnOnce(&Server) -> R) -> Option<R> {
        self.0.borrow().get(&node).map(look)
    }

    /// Reads a server, or `None` if the node does not listen, without cloning its handle.
    pub(crate) fn look<R>(&self, node: NodeId, look: impl FnOnce(Option<&Server>) -> R) -> R {
        look(self.0.borrow().get(&node))
    }

    pub(crate) fn contains(&self, node: NodeId) -> bool {
        self.0.borrow().contains_key(&node)
    }

    pub(crate) fn insert(&self, server: Server) {
        self.0.borrow_mut().insert(server.id, server);
    }

    pub(crate) fn remove(&self, node: NodeId) -> Option<Server> {
        self.0.borrow_mut().remove(&node)
    }

    /// Drops every server within `executor`, which their destructors need.
    pub(crate) fn clear_within(&self, executor: &Rc<Executor>) {
        let all = std::mem::take(&mut *self.0.borrow_mut());
        executor.enter(|| drop(all));
    }
}

impl Server {
    /// Reads openraft's metrics without waking a task.
    pub(crate) fn metrics<R>(&self, look: impl FnOnce(&RaftMetrics<Types>) -> R) -> R {
        look(&self.raft.metrics().borrow_watched())
    }

    /// The leader that this node knows.
    pub(crate) fn known_leader(&self) -> Option<NodeId> {
        self.metrics(|m| m.current_leader)
    }

    /// The node's term.
    pub(crate) fn term(&self) -> u64 {
        self.metrics(|m| m.current_term)
    }

    /// The member id of a node in this node's log; 0 if it is not there.
    pub(crate) fn member_id(&self, node: NodeId) -> u64 {
        self.metrics(|m| m.membership_config.get_node(&node).map_or(0, |member| member.id))
    }

    /// The ends of a message to the present member of a node.
    pub(crate) fn ends(&self) -> Ends {
        Ends { sender: self.me.id, receiver: 0 }
    }

    /// The header of an answer to a client.
    pub(crate) fn header(&self) -> ResponseHeader {
        let Settings { naming, nodes, .. } = &*self.settings;
        ResponseHeader {
            cluster_id: naming.cluster_id(*nodes),
            member_id: self.me.id,
            revision: self.machine.memory.borrow().store.revision(),
            raft_term: self.term(),
        }
    }

    /// Answers a peer's request. Runs in the node's own domain.
    pub(crate) async fn answer(self, message: Message, body: RequestBody, ends: Ends) {
        let arrived = local_now();
        // A removed leader is heard until it has stepped down. Any other removed member is told of its removal; etcd
        // refuses every message of such a member.
        let from_leader =
            matches!(body, RequestBody::Append(..) | RequestBody::Snapshot(..) | RequestBody::Transfer(_));
        if !from_leader && self.machine.memory.borrow().has_removed(ends.sender) {
            self.network.reply(&message, ReplyBody::Gone);
            return;
        }
        if self.is_contradicted_by(&body) {
            return;
        }
        let reply = match body {
            RequestBody::Append(append, in_touch) => match self.raft.append_entries(append).await {
                Ok(response) => {
                    if !matches!(response, AppendEntriesResponse::HigherVote(_)) {
                        self.touched.set(self.touched.get().max(Some(arrived)));
                        if in_touch {
                            self.led.set(self.led.get().max(Some(arrived)));
                        }
                    }
                    ReplyBody::Append(response)
                }
                Err(_fatal) => ReplyBody::Unreachable,
            },
            RequestBody::Vote(vote) => or_unreachable(self.raft.vote(vote).await, ReplyBody::Vote),
            RequestBody::PreVote(vote) => or_unreachable(self.raft.pre_vote(vote).await, ReplyBody::Vote),
            RequestBody::Snapshot(vote, snapshot) => {
                let result = self.raft.install_full_snapshot(vote, *snapshot).await;
                self.touched.set(self.touched.get().max(Some(arrived)));
                result.map_or(ReplyBody::Unreachable, ReplyBody::Snapshot)
            }
            RequestBody::Transfer(transfer) => {
                let asked_by = transfer.from_leader().leader_id;
                let result = self.raft.handle_transfer_leader(transfer).await;
                // openraft drops the lease if it still follows that leader.
                if matches!(result, Ok(Ok(()))) && self.metrics(|m| m.vote.leader_id == asked_by) {
                    self.released.set(Some(local_now()));
                }
                or_unreachable(result, ReplyBody::Transfer)
            }
            RequestBody::Forward { command, request, .. } => {
                ReplyBody::Forward(self.propose(command, Some(request)).await)
            }
            RequestBody::Lease { ask, .. } => {
                ReplyBody::Lease(self.tell_lease(ask).ok_or(Refusal::NotLeader))
            }
            RequestBody::Member { ask, .. } => ReplyBody::Member(self.change_members(ask).await),
            RequestBody::Removed { .. } => ReplyBody::Member(Ok(self.hear_of_removal())),
            RequestBody::ReadIndex { .. } => ReplyBody::ReadIndex(self.read_index().await),
        };
        self.network.reply(&message, reply);
    }

    /// Appends a command if this node leads, and waits until it is committed and applied. `request` is the client's
    /// request; a leader's own proposals have none.
    ///
    /// # Errors
    /// See [`Refusal`]; only after [`Refusal::Discarded`] the result is unknown.
    pub(crate) async fn propose(&self, command: Rc<Command>, request: Option<RequestId>) -> ForwardReply {
        if let Some(request) = request {
            self.disk.borrow_mut().expect_proposal(digest_of(&command), request);
        }
        let result = self.raft.client_write(command).await;
        if let Some(request) = request {
            self.disk.borrow_mut().forget_proposal(request);
        }
        match result {
            Ok(done) => {
                Ok(WriteDone { index: done.log_id.index, term: term_of(&done.log_id), response: done.data })
            }
            Err(RaftError::APIError(ClientWriteError::ForwardToLeader(forward))) => {
                // If only its lease is over, the known leader is this node itself.
                let leads = self.known_leader() == Some(self.id) && forward.leader_id.is_none();
                Err(if leads { Refusal::NoQuorum } else { Refusal::NotLeader })
            }
            Err(_) => Err(Refusal::Discarded),
        }
    }

    /// Confirms with a majority or by its lease that this node still leads. Returns the read index, which a read must
    /// wait for.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub(crate) async fn read_index(&self) -> Result<u64, Refusal> {
        let policy =
            if self.switches.lease_reads.get() { ReadPolicy::LeaseRead } else { ReadPolicy::ReadIndex };
        match self.raft.get_read_linearizer(policy).await {
            Ok(linearizer) => Ok(linearizer.read_log_id().index()),
            Err(RaftError::APIError(openraft::errors::LinearizableReadError::QuorumNotEnough(_))) => {
                Err(Refusal::NoQuorum)
            }
            Err(_) => Err(Refusal::NotLeader),
        }
    }
}

fn or_unreachable<T, E>(result: Result<T, E>, reply: impl FnOnce(T) -> ReplyBody) -> ReplyBody {
    // After a fatal error the process is about to end, and its host would refuse the connection.
    result.map_or(ReplyBody::Unreachable, reply)
}
