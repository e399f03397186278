//! The endpoint's side: it serves a request on its node, as etcd's server does.
//!
//! A follower forwards writes to the leader and asks it for a read index. What
//! certainly did not happen is tried again until the time is over; a write that
//! may have happened never is.

use std::cell::Cell;
use std::rc::Rc;

use super::Clients;
use crate::cluster::{Answer, Cause, Consistency, Operation, Outcome, RequestId, RequestStep, ServerError};
use crate::kv::{Command, KvError, RangeRequest, Response};
use crate::network::{ForwardReply, Refusal, ReplyBody, RequestBody, RpcFailure, WriteDone};
use crate::node::Server;
use crate::runtime;
use crate::units::{MILLISECOND, Nanos, NodeId};

/// Pause between two looks for a leader, on the endpoint's clock.
const LOOK_AGAIN: Nanos = 10 * MILLISECOND;
/// How long a follower waits for the leader's read index before it asks again.
const READ_INDEX_PATIENCE: Nanos = 500 * MILLISECOND;

/// What became of a request at one endpoint.
pub(super) enum Verdict {
    /// It is over.
    Settled(Outcome),
    /// It was certainly not done here.
    TryAnother(Cause),
}

/// A request in an endpoint's hands.
pub(super) struct Handed {
    pub(super) id: RequestId,
    pub(super) clients: Clients,
    pub(super) server: Server,
    /// Why the request would fail if its time were over now.
    pub(super) cause: Rc<Cell<Cause>>,
    /// How long to look for a leader.
    pub(super) leader_patience: Nanos,
    /// How long until the client must have an answer.
    pub(super) answer_within: Nanos,
}

/// One try, from the endpoint's point of view.
enum Try<T> {
    Done(T),
    /// Certainly not done.
    NotDone(Cause),
    /// Perhaps done.
    Open(Cause),
}

impl Handed {
    /// Serves the operation to its end or until the time is over.
    pub(super) async fn serve(self, operation: Operation) -> Verdict {
        if let Err(error) = operation.validate() {
            return Verdict::Settled(self.reject(error));
        }
        match operation {
            Operation::Write(command) => self.write(command).await,
            Operation::Read { request, consistency: Consistency::Serializable } => {
                Verdict::Settled(self.read_here(&request))
            }
            Operation::Read { request, consistency: Consistency::Linearizable } => self.read(&request).await,
            Operation::Call(_) => Verdict::Settled(Outcome::Refused {
                endpoint: self.server.id,
                error: ServerError::NotInThisBuild,
            }),
        }
    }

    fn reject(&self, error: KvError) -> Outcome {
        Outcome::Rejected { endpoint: self.server.id, error }
    }

    async fn write(self, command: Command) -> Verdict {
        let clock = Clock::start();
        let mut told = Told::default();
        loop {
            match self.try_write(&command, &clock, &mut told).await {
                Try::Done(done) => return Verdict::Settled(self.confirm(done, &clock).await),
                Try::Open(cause) => return Verdict::Settled(Outcome::Unknown(cause)),
                Try::NotDone(cause) => {
                    if let Some(verdict) = self.pause(cause, &clock).await {
                        return verdict;
                    }
                }
            }
        }
    }

    async fn try_write(&self, command: &Command, clock: &Clock, told: &mut Told) -> Try<WriteDone> {
        let Some(leader) = self.leader(told) else { return Try::NotDone(Cause::NoLeader) };
        let left = self.answer_within.saturating_sub(clock.elapsed());
        if leader == self.server.id {
            self.cause.set(Cause::NoQuorum);
            return judge(Some(self.server.propose(command.clone(), self.id).await), Cause::NoQuorum);
        }
        told.forwarded(self, leader);
        self.cause.set(Cause::LeaderSilent);
        let body =
            RequestBody::Forward { command: command.clone(), request: self.id, term: self.server.term() };
        // A forwarded write is waited for as long as the client waits: giving up
        // early would leave its fate open for nothing.
        match self.server.network.call(self.server.id, leader, body, left.saturating_add(LOOK_AGAIN)).await {
            Ok(ReplyBody::Forward(reply)) => judge(Some(reply), Cause::NoQuorum),
            Err(RpcFailure::Unreachable) => Try::NotDone(Cause::NoLeader),
            Ok(_) | Err(RpcFailure::TimedOut) => judge(None, Cause::LeaderSilent),
        }
    }

    /// As in etcd, a write is answered once this endpoint applied it, too: who
    /// reads here next sees it.
    async fn confirm(&self, done: WriteDone, clock: &Clock) -> Outcome {
        if let Some(applied) = self.server.machine.wait_applied(done.index) {
            let left = self.answer_within.saturating_sub(clock.elapsed());
            // It is committed: when this copy lags until the end, the answer is still "done".
            let _ = runtime::timeout(left, applied).await;
        }
        match done.response {
            Ok(response) => Outcome::Ok(Answer {
                endpoint: self.server.id,
                revision: response.revision(),
                term: done.term,
                index: Some(done.index),
                response,
            }),
            Err(error) => self.reject(error),
        }
    }

    async fn read(self, request: &RangeRequest) -> Verdict {
        let clock = Clock::start();
        let mut told = Told::default();
        loop {
            let cause = match self.try_read_index(&clock, &mut told).await {
                Try::Done((leader, index)) => {
                    let step = RequestStep::ReadConfirmed { leader, index };
                    self.clients.note(self.id, step);
                    if self.catches_up(index, &clock).await {
                        return Verdict::Settled(self.read_here(request));
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
            match self.server.network.call(self.server.id, leader, body, patience).await {
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

    /// Reads this node's own copy.
    fn read_here(&self, request: &RangeRequest) -> Outcome {
        let read = self.server.machine.memory.borrow().store.range(request);
        match read {
            Ok(response) => Outcome::Ok(Answer {
                endpoint: self.server.id,
                revision: response.revision,
                term: self.server.term(),
                index: None,
                response: Response::Range(response),
            }),
            Err(error) => self.reject(error),
        }
    }

    fn leader(&self, told: &mut Told) -> Option<NodeId> {
        let leader = self.server.known_leader();
        if leader.is_none() {
            told.waits(self);
            self.cause.set(Cause::NoLeader);
        }
        leader
    }

    /// Waits a little before the next try; the verdict when the time is over.
    async fn pause(&self, cause: Cause, clock: &Clock) -> Option<Verdict> {
        self.cause.set(cause);
        let elapsed = clock.elapsed();
        if elapsed >= self.leader_patience {
            return Some(Verdict::TryAnother(cause));
        }
        runtime::sleep(LOOK_AGAIN.min(self.leader_patience - elapsed)).await;
        None
    }
}

/// What was noted already, so that retries do not repeat it.
#[derive(Default)]
struct Told {
    waits: bool,
    forwarded: Option<NodeId>,
}

impl Told {
    fn waits(&mut self, handed: &Handed) {
        if !std::mem::replace(&mut self.waits, true) {
            let step = RequestStep::WaitsForLeader { endpoint: handed.server.id };
            handed.clients.note(handed.id, step);
        }
    }

    fn forwarded(&mut self, handed: &Handed, leader: NodeId) {
        if self.forwarded.replace(leader) != Some(leader) {
            let step = RequestStep::Forwarded { from: handed.server.id, to: leader };
            handed.clients.note(handed.id, step);
        }
    }
}

fn judge(reply: Option<ForwardReply>, silent: Cause) -> Try<WriteDone> {
    match reply {
        Some(Ok(done)) => Try::Done(done),
        Some(Err(Refusal::NotLeader)) => Try::NotDone(Cause::NoLeader),
        Some(Err(Refusal::NoQuorum)) => Try::NotDone(Cause::NoQuorum),
        Some(Err(Refusal::Discarded)) => Try::Open(Cause::NoQuorum),
        None => Try::Open(silent),
    }
}

/// Time since a start, on the node's own clock.
struct Clock(Nanos);

impl Clock {
    fn start() -> Self {
        Clock(runtime::local_now())
    }

    fn elapsed(&self) -> Nanos {
        runtime::local_now().saturating_sub(self.0)
    }
}
