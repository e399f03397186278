//! The endpoint's side of a request: it serves the request on its node, as etcd's server does.
//!
//! A follower forwards writes to the leader and asks it for a read index. The endpoint retries what was certainly not
//! done until the time is over. It never retries a write that may have been done.

use std::cell::Cell;
use std::rc::Rc;

use super::Clients;
use super::read::Reading;
use crate::kv::{Alarm, AlarmKind, Command, KvError, LeaseId};
use crate::model::{
    Answer, Call, CallResponse, Cause, Consistency, Operation, Outcome, RequestId, RequestStep,
    ResponseHeader, ServerError,
};
use crate::network::{ForwardReply, Refusal, ReplyBody, RequestBody, RpcFailure, WriteDone};
use crate::node::Server;
use crate::runtime::{self, RandomStream};
use crate::units::{MILLISECOND, Nanos, NodeId};

/// The pause between two searches for a leader, in virtual nanoseconds on the endpoint's clock.
pub(super) const LOOK_AGAIN: Nanos = 10 * MILLISECOND;
/// How long a follower waits for the leader's read index before it asks again, in virtual nanoseconds.
pub(super) const READ_INDEX_PATIENCE: Nanos = 500 * MILLISECOND;

/// The purpose of the random streams that number leases.
const LEASE_PURPOSE: u64 = 4;

/// The result of a request at one endpoint.
pub(super) enum EndpointVerdict {
    /// The request is settled.
    Settled(Outcome),
    /// It was certainly not done here, so another endpoint may be tried.
    TryAnother(Cause),
}

/// A request that an endpoint serves.
pub(super) struct Handed {
    pub(super) id: RequestId,
    pub(super) clients: Clients,
    pub(super) server: Server,
    /// The cause of failure if the time were over now.
    pub(super) cause: Rc<Cell<Cause>>,
    /// How long to look for a leader, in virtual nanoseconds.
    pub(super) leader_patience: Nanos,
    /// The time within which the client needs an answer, in virtual nanoseconds.
    pub(super) answer_within: Nanos,
}

/// The result of one try at the endpoint.
pub(super) enum Try<T> {
    Done(T),
    /// Certainly not done.
    NotDone(Cause),
    /// Perhaps done.
    Open(Cause),
}

impl Handed {
    /// Serves the operation until it ends or its time is over.
    pub(super) async fn serve(self, operation: Operation) -> EndpointVerdict {
        if self.server.is_learner() && !is_for_learners(&operation) {
            // etcd's client opens the stream of a watch repeatedly, whatever the answer is.
            return match operation {
                Operation::Call(Call::Watch(_)) => EndpointVerdict::TryAnother(Cause::NoLeader),
                _ => EndpointVerdict::Settled(self.refuse(ServerError::NotSupportedForLearner)),
            };
        }
        if let Err(error) = operation.validate() {
            return EndpointVerdict::Settled(self.reject(error));
        }
        match operation {
            Operation::Write(Command::Txn(txn)) if txn.is_read_only() => self.read(Reading::Txn(&txn)).await,
            Operation::Write(command) => self.write(command).await,
            Operation::Read { request, consistency: Consistency::Serializable } => {
                EndpointVerdict::Settled(self.read_here(&Reading::Range(&request)))
            }
            Operation::Read { request, consistency: Consistency::Linearizable } => {
                self.read(Reading::Range(&request)).await
            }
            Operation::Call(call) => self.call(call).await,
        }
    }

    pub(super) fn reject(&self, error: KvError) -> Outcome {
        Outcome::Rejected { endpoint: self.server.id, error }
    }

    pub(super) fn refuse(&self, error: ServerError) -> Outcome {
        Outcome::Refused { endpoint: self.server.id, error }
    }

    /// The outcome of a call that succeeded.
    pub(super) fn called(&self, response: CallResponse) -> Outcome {
        Outcome::Called { header: self.header(), response }
    }

    /// The header of an answer.
    pub(super) fn header(&self) -> ResponseHeader {
        self.server.header()
    }

    async fn write(self, mut command: Command) -> EndpointVerdict {
        if let Command::LeaseGrant { id: id @ 0, .. } = &mut command {
            *id = self.draw_lease();
        }
        if !self.server.machine.memory.borrow().store.available(&command) {
            return self.run_out_of_space().await;
        }
        let clock = Clock::start();
        match self.commit(&Rc::new(command), &clock).await {
            Ok(done) => EndpointVerdict::Settled(self.confirm(done, &clock).await),
            Err(verdict) => verdict,
        }
    }

    /// Handles a write over the quota as etcd does: raises the alarm for all members, waits for that, and refuses.
    async fn run_out_of_space(self) -> EndpointVerdict {
        let member = self.server.me.id;
        let alarm = Alarm { member, kind: AlarmKind::NoSpace };
        if !self.server.machine.memory.borrow().store.alarms().contains(&alarm) {
            let clock = Clock::start();
            // There is no space here, whether the others can be told or not.
            if let Ok(done) = self.commit(&Rc::new(Command::AlarmRaise(alarm)), &clock).await {
                self.confirm(done, &clock).await;
            }
        }
        EndpointVerdict::Settled(self.reject(KvError::NoSpace))
    }

    /// Commits a command, or returns the verdict for the client.
    async fn commit(&self, command: &Rc<Command>, clock: &Clock) -> Result<WriteDone, EndpointVerdict> {
        let mut told = Told::default();
        loop {
            match self.try_write(command, clock, &mut told).await {
                Try::Done(done) => return Ok(done),
                Try::Open(cause) => return Err(EndpointVerdict::Settled(Outcome::Unknown(cause))),
                Try::NotDone(cause) => {
                    if let Some(verdict) = self.pause(cause, clock).await {
                        return Err(verdict);
                    }
                }
            }
        }
    }

    async fn try_write(&self, command: &Rc<Command>, clock: &Clock, told: &mut Told) -> Try<WriteDone> {
        let Some(leader) = self.leader(told) else { return Try::NotDone(Cause::NoLeader) };
        let left = self.answer_within.saturating_sub(clock.elapsed());
        if leader == self.server.id {
            self.cause.set(Cause::NoQuorum);
            return judge(Some(self.server.propose(command.clone(), Some(self.id)).await), Cause::NoQuorum);
        }
        told.forwarded(self, leader);
        self.cause.set(Cause::LeaderSilent);
        let body =
            RequestBody::Forward { command: command.clone(), request: self.id, term: self.server.term() };
        // The endpoint waits for a forwarded write as long as the client does: giving up earlier would make its result
        // unknown without need.
        let (id, ends) = (self.server.id, self.server.ends());
        match self.server.network.call(id, leader, ends, body, left.saturating_add(LOOK_AGAIN)).await {
            Ok(ReplyBody::Forward(reply)) => judge(Some(reply), Cause::NoQuorum),
            Err(RpcFailure::Unreachable) => Try::NotDone(Cause::NoLeader),
            Ok(_) | Err(RpcFailure::TimedOut) => judge(None, Cause::LeaderSilent),
        }
    }

    /// Draws a lease id for a client that gives none: positive, from the run's seed, different for each request.
    fn draw_lease(&self) -> LeaseId {
        let mut random = RandomStream::stream(self.server.settings.seed, LEASE_PURPOSE);
        let mut random = RandomStream::stream(random.next_u64(), self.id);
        (random.next_u64() >> 1).max(1).cast_signed()
    }

    /// Answers a write when this endpoint has applied it too, as etcd does, so that the next read here sees it.
    async fn confirm(&self, done: WriteDone, clock: &Clock) -> Outcome {
        if let Some(applied) = self.server.machine.wait_applied(done.index) {
            let left = self.answer_within.saturating_sub(clock.elapsed());
            // It is committed: even if this store lags until the end, the answer is "done".
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

    pub(super) fn leader(&self, told: &mut Told) -> Option<NodeId> {
        let leader = self.server.known_leader();
        if leader.is_none() {
            told.waits(self);
            self.cause.set(Cause::NoLeader);
        }
        leader
    }

    /// Waits before the next try; returns the verdict if the time is over.
    pub(super) async fn pause(&self, cause: Cause, clock: &Clock) -> Option<EndpointVerdict> {
        self.cause.set(cause);
        let elapsed = clock.elapsed();
        if elapsed >= self.leader_patience {
            return Some(EndpointVerdict::TryAnother(cause));
        }
        runtime::sleep(LOOK_AGAIN.min(self.leader_patience - elapsed)).await;
        None
    }
}

/// Whether etcd lets a learner serve the operation.
fn is_for_learners(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Read { consistency: Consistency::Serializable, .. } | Operation::Call(Call::Status)
    )
}

/// The steps noted so far, so that retries do not repeat them.
#[derive(Default)]
pub(super) struct Told {
    waits: bool,
    forwarded: Option<NodeId>,
}

impl Told {
    pub(super) fn waits(&mut self, handed: &Handed) {
        if !std::mem::replace(&mut self.waits, true) {
            let step = RequestStep::WaitsForLeader { endpoint: handed.server.id };
            handed.clients.note(handed.id, step);
        }
    }

    pub(super) fn forwarded(&mut self, handed: &Handed, leader: NodeId) {
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

/// The time since its start, on the node's own clock.
pub(super) struct Clock(Nanos);

impl Clock {
    pub(super) fn start() -> Self {
        Clock(runtime::local_now())
    }

    pub(super) fn elapsed(&self) -> Nanos {
        runtime::local_now().saturating_sub(self.0)
    }
}
