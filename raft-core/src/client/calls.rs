//! The endpoint's side of [`Call`]s: leases, members, maintenance.
//!
//! As in etcd, lists, status, hashes and copies come from the endpoint's own store, whatever its age, and need no
//! leader; only the leader's lessor knows the remaining time of a lease.

use super::endpoint::{Clock, EndpointVerdict, Handed, LOOK_AGAIN, READ_INDEX_PATIENCE, Told, Try};
use super::members::change_of;
use super::read::Reading;
use crate::kv::{Alarm, KeyRange, LeaseId, WatchRequest};
use crate::model::{
    Call, CallResponse, Cause, EndpointStatus, EventKind, Outcome, ServerError, SnapshotSummary,
};
use crate::network::{LeaseAsk, LeaseTold};
use crate::network::{ReplyBody, RequestBody, RpcFailure};
use crate::raft::term_of;
use crate::runtime;
use crate::units::NodeId;

/// The number of pairs in a fresh database beside members and history: its version, its position in the log, and its
/// auth revision.
const OTHER_PAIRS: u64 = 3;
/// The number of pairs that a compaction leaves: the scheduled and the finished revision.
const COMPACTION_PAIRS: u64 = 2;

impl Handed {
    /// Serves a call until it ends or its time is over.
    pub(super) async fn call(self, call: Call) -> EndpointVerdict {
        let outcome = match call {
            Call::LeaseTimeToLive { id, keys } => return self.lease(LeaseAsk::TimeToLive { id, keys }).await,
            Call::LeaseKeepAlive { id } => return self.lease(LeaseAsk::KeepAlive { id }).await,
            Call::AlarmList => return self.read(Reading::Alarms).await,
            Call::MoveLeader { target } => self.move_leader(target).await,
            Call::Watch(watch) => return self.watch(watch).await,
            Call::LeaseList => self.called(CallResponse::LeaseList(self.leases())),
            Call::MemberList => self.about_members(CallResponse::MemberList(self.members())),
            Call::Status => self.called(CallResponse::Status(self.status())),
            Call::HashKv { revision } => self.hash(revision),
            Call::Defragment => {
                self.server.machine.memory.borrow_mut().store.defragment();
                self.called(CallResponse::Defragment)
            }
            Call::Snapshot => self.snapshot(),
            // The remaining calls concern a watch, and the client answers them itself.
            other => match change_of(other) {
                Some(ask) => return self.change_members(ask).await,
                None => self.called(CallResponse::Taken),
            },
        };
        EndpointVerdict::Settled(outcome)
    }

    /// Asks the leader's lessor until it answers.
    async fn lease(self, ask: LeaseAsk) -> EndpointVerdict {
        let clock = Clock::start();
        let mut told = Told::default();
        loop {
            match self.try_lease(ask, &clock, &mut told).await {
                Try::Done(LeaseTold { ttl_seconds, granted_seconds, keys }) => {
                    let response = match ask {
                        LeaseAsk::KeepAlive { id } => CallResponse::LeaseKeepAlive { id, ttl_seconds },
                        LeaseAsk::TimeToLive { id, .. } => {
                            CallResponse::LeaseTimeToLive { id, ttl_seconds, granted_seconds, keys }
                        }
                    };
                    return EndpointVerdict::Settled(self.called(response));
                }
                Try::NotDone(cause) | Try::Open(cause) => {
                    if let Some(verdict) = self.pause(cause, &clock).await {
                        return verdict;
                    }
                }
            }
        }
    }

    async fn try_lease(&self, ask: LeaseAsk, clock: &Clock, told: &mut Told) -> Try<LeaseTold> {
        let Some(leader) = self.leader(told) else { return Try::NotDone(Cause::NoLeader) };
        if leader == self.server.id {
            return self.server.tell_lease(ask).map_or(Try::NotDone(Cause::NoQuorum), Try::Done);
        }
        told.forwarded(self, leader);
        self.cause.set(Cause::LeaderSilent);
        let body = RequestBody::Lease { ask, term: self.server.term() };
        let patience = self.answer_within.saturating_sub(clock.elapsed()).min(READ_INDEX_PATIENCE);
        match self.server.network.call(self.server.id, leader, self.server.ends(), body, patience).await {
            Ok(ReplyBody::Lease(Ok(told))) => Try::Done(told),
            Ok(ReplyBody::Lease(Err(_))) | Err(RpcFailure::Unreachable) => Try::NotDone(Cause::NoLeader),
            Ok(_) | Err(RpcFailure::TimedOut) => Try::NotDone(Cause::LeaderSilent),
        }
    }

    fn leases(&self) -> Vec<LeaseId> {
        let memory = self.server.machine.memory.borrow();
        let listed = || memory.store.leases().iter().map(|lease| lease.id()).collect();
        memory.lessor.by_expiry().unwrap_or_else(listed)
    }

    fn status(&self) -> EndpointStatus {
        let leader = self.server.leader_in_touch();
        let committed = self.server.metrics(|metrics| metrics.local_committed.map(|id| id.index));
        let memory = self.server.machine.memory.borrow();
        let mut errors = Vec::new();
        if leader.is_none() {
            errors.push(ServerError::NoLeader.message().to_owned());
        }
        errors.extend(memory.store.alarms().iter().map(alarm_text));
        EndpointStatus {
            db_size: memory.store.db_size(),
            db_size_in_use: memory.store.db_size_in_use(),
            leader: leader.map_or(0, |node| self.server.member_id(node)),
            raft_index: committed.unwrap_or(0),
            raft_term: memory.applied.map_or(0, |id| term_of(&id)),
            raft_applied_index: memory.applied.map_or(0, |id| id.index),
            errors,
            learner: memory.members.get_node(&self.server.id).is_some_and(|member| member.learner),
        }
    }

    fn hash(&self, revision: i64) -> Outcome {
        let hashed = self.server.machine.memory.borrow().store.hashkv(revision);
        match hashed {
            Ok(hashed) => self.called(CallResponse::HashKv {
                hash: hashed.hash,
                compact_revision: hashed.compact_revision,
            }),
            Err(error) => self.reject(error),
        }
    }

    /// Summarises a copy of the database. The number of keys is computed as etcd fills its buckets; the hash covers the
    /// history alone.
    fn snapshot(&self) -> Outcome {
        let memory = self.server.machine.memory.borrow();
        let store = &memory.store;
        let compacted = store.compacted_revision();
        let all = WatchRequest::new(KeyRange::all());
        let summary = store.hashkv(0).and_then(|hashed| {
            let changes: u64 =
                store.history(&all, compacted)?.iter().map(|batch| batch.events.len() as u64).sum();
            let others = memory.members.nodes().count() + store.leases().len() + store.alarms().len();
            let compaction = if compacted > 0 { COMPACTION_PAIRS } else { 0 };
            Ok(SnapshotSummary {
                hash: hashed.hash,
                revision: store.revision(),
                total_keys: changes + others as u64 + OTHER_PAIRS + compaction,
                total_size: store.db_size(),
            })
        });
        drop(memory);
        match summary {
            Ok(summary) => self.called(CallResponse::Snapshot(summary)),
            Err(error) => self.reject(error),
        }
    }

    /// Transfers leadership and waits until this node knows the new leader.
    async fn move_leader(&self, target: u64) -> Outcome {
        let id = self.server.id;
        if self.server.leader_in_touch() != Some(id) {
            return self.refuse(ServerError::NotLeader);
        }
        let Some(to) = self.voter(target) else { return self.refuse(ServerError::BadLeaderTransferee) };
        let clock = Clock::start();
        // For a target that is down, openraft would stop accepting writes; etcd gives up instead.
        if to != id && self.clients.listens(to) {
            self.clients.record(EventKind::TransferAsked { from: id, to });
            // This fails only when the process is ending.
            let _ = self.server.raft.trigger().transfer_leader(to).await;
        }
        while self.server.known_leader() != Some(to) {
            let left = self.answer_within.saturating_sub(clock.elapsed());
            if left == 0 {
                return self.refuse(ServerError::Timeout);
            }
            runtime::sleep(LOOK_AGAIN.min(left)).await;
        }
        self.called(CallResponse::MoveLeader)
    }

    /// The node of a voting member.
    fn voter(&self, member: u64) -> Option<NodeId> {
        let memory = self.server.machine.memory.borrow();
        let members = &memory.members;
        members.nodes().find(|(_, one)| one.id == member && !one.learner).map(|(node, _)| *node)
    }
}

/// An alarm as etcd's status prints it: protobuf text with a space after each field.
fn alarm_text(alarm: &Alarm) -> String {
    format!("memberID:{} alarm:{} ", alarm.member, alarm.kind.name())
}
