//! Reads at an endpoint: it gets a read index from the leader, then reads its own store.

use super::endpoint::{Clock, EndpointVerdict, Handed, READ_INDEX_PATIENCE, Told, Try};
use crate::kv::{KvError, RangeRequest, Response, TxnRequest};
use crate::model::{Answer, CallResponse, Cause, Outcome, RequestStep};
use crate::network::{Refusal, ReplyBody, RequestBody, RpcFailure};
use crate::runtime;
use crate::units::NodeId;

/// What to read.
pub(super) enum Reading<'a> {
    /// A range.
    Range(&'a RangeRequest),
    /// A read-only transaction.
    Txn(&'a TxnRequest),
    /// The alarms. etcd sends this call through the log; a read index gives the same guarantee.
    Alarms,
}

impl Handed {
    /// Serves a linearizable read.
    pub(super) async fn read(self, reading: Reading<'_>) -> EndpointVerdict {
        let clock = Clock::start();
        let mut told = Told::default();
        loop {
            let cause = match self.try_read_index(&clock, &mut told).await {
                Try::Done((leader, index)) => {
                    let step = RequestStep::ReadConfirmed { leader, index };
                    self.clients.note(self.id, step);
                    if self.catches_up(index, &clock).await {
                        return EndpointVerdict::Settled(self.read_here(&reading));
                    }
                    Cause::LeaderSilent
                }
                Try::NotDone(cause) | Try::Open(cause) => cause,
            };
            if let Some(verdict) = self.pause(cause, &clock).await {
                return verdict;
            }
        }
    }

    async fn try_read_index(&self, clock: &Clock, told: &mut Told) -> Try<(NodeId, u64)> {
        let Some(leader) = self.leader(told) else { return Try::NotDone(Cause::NoLeader) };
        let left = self.answer_within.saturating_sub(clock.elapsed());
        let reply = if leader == self.server.id {
            self.cause.set(Cause::NoQuorum);
            Some(self.server.read_index().await)
        } else {
            told.forwarded(self, leader);
            self.cause.set(Cause::LeaderSilent);
            let body = RequestBody::ReadIndex { term: self.server.term() };
            let patience = left.min(READ_INDEX_PATIENCE);
            match self.server.network.call(self.server.id, leader, self.server.ends(), body, patience).await {
                Ok(ReplyBody::ReadIndex(reply)) => Some(reply),
                Err(RpcFailure::Unreachable) => return Try::NotDone(Cause::NoLeader),
                Ok(_) | Err(RpcFailure::TimedOut) => return Try::NotDone(Cause::LeaderSilent),
            }
        };
        match reply {
            Some(Ok(index)) => Try::Done((leader, index)),
            Some(Err(Refusal::NoQuorum)) => Try::NotDone(Cause::NoQuorum),
            Some(Err(_)) | None => Try::NotDone(Cause::NoLeader),
        }
    }

    async fn catches_up(&self, index: u64, clock: &Clock) -> bool {
        match self.server.machine.wait_applied(index) {
            None => true,
            Some(applied) => {
                let left = self.answer_within.saturating_sub(clock.elapsed());
                matches!(runtime::timeout(left, applied).await, Some(Ok(())))
            }
        }
    }

    /// Reads this node's own store.
    pub(super) fn read_here(&self, reading: &Reading<'_>) -> Outcome {
        let memory = self.server.machine.memory.borrow();
        let store = &memory.store;
        let read: Result<Response, KvError> = match reading {
            Reading::Range(request) => store.range(request).map(Response::Range),
            Reading::Txn(txn) => store.read_txn(txn).map(Response::Txn),
            Reading::Alarms => {
                let alarms = store.alarms().to_vec();
                drop(memory);
                return self.called(CallResponse::AlarmList(alarms));
            }
        };
        match read {
            Ok(response) => Outcome::Ok(Answer {
                endpoint: self.server.id,
                revision: response.revision(),
                term: self.server.term(),
                index: None,
                response,
            }),
            Err(error) => self.reject(error),
        }
    }
}
