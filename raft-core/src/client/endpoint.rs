//! The endpoint's side: it serves a request on its node, as etcd's server does.
//!
//! A follower forwards writes to the leader and asks it for a read index. What
//! certainly did not happen is tried again until the time is over; a write that
//! may have happened never is.

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

/// Pause between two looks for a leader, on the endpoint's clock.
pub(super) const LOOK_AGAIN: Nanos = 10 * MILLISECOND;
/// How long a follower waits for the leader's read index before it asks again.
pub(super) const READ_INDEX_PATIENCE: Nanos = 500 * MILLISECOND;

/// The purpose of the streams from which leases are numbered.
const LEASE_PURPOSE: u64 = 4;

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
pub(super) enum Try<T> {
    Done(T),
    /// Certainly not done.
    NotDone(Cause),
    /// Perhaps done.
    Open(Cause),
}

impl Handed {
    /// Serves the operation to its end or until the time is over.
    pub(super) async fn serve(self, operation: Operation) -> Verdict {
        if self.server.is_learner() && !is_for_learners(&operation) {
            // etcd's client opens the stream of a watch again and again, whatever it is told.
            return match operation {
                Operation::Call(Call::Watch(_)) => Verdict::TryAnother(Cause::NoLeader),
                _ => Verdict::Settled(self.refuse(ServerError::NotSupportedForLearner)),
            };
        }
        if let Err(error) = operation.validate() {
            return Verdict::Settled(self.reject(error));
        }
        match operation {
            Operation::Write(Command::Txn(txn)) if txn.is_read_only() => self.read(Reading::Txn(&txn)).await,
            Operation::Write(command) => self.write(command).await,
            Operation::Read { request, consistency: Consistency::Serializable } => {
                Verdict::Settled(self.read_here(&Reading::Range(&request)))
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

    /// A good answer to a call.
    pub(super) fn called(&self, response: CallResponse) -> Outcome {
        Outcome::Called { header: self.header(), response }
    }

    /// Who answers, and how far it is.
    pub(super) fn header(&self) -> ResponseHeader {
        self.server.header()
    }

    async fn write(self, mut command: Command) -> Verdict {
        if let Command::LeaseGrant { id: id @ 0, .. } = &mut command {
            *id = self.draw_lease();
        }
        if !self.server.machine.memory.borrow().store.available(&command) {
            return self.run_out_of_space().await;
        }
        let clock = Clock::start();
        match self.commit(&Rc::new(command), &clock).await {
            Ok(done) => Verdict::Settled(self.confirm(done, &clock).await),
            Err(verdict) => verdict,
        }
    }

    /// As etcd's endpoint does when its database would grow over the quota, it raises the alarm
    /// for all, waits for that, and refuses.
    async fn run_out_of_space(self) -> Verdict {
        let member = self.server.me.id;
        let alarm = Alarm { member, kind: AlarmKind::NoSpace };
        if !self.server.machine.memory.borrow().store.alarms().contains(&alarm) {
            let clock = Clock::start();
            // Whether or not the others can be told, there is no room here.
            if let Ok(done) = self.commit(&Rc::new(Command::AlarmRaise(alarm)), &clock).await {
                self.confirm(done, &clock).await;
            }
        }
        Verdict::Settled(self.reject(KvError::NoSpace))
    }

    /// Gets a command into the log and committed, or says what to tell the client.
    async fn commit(&self, command: &Rc<Command>, clock: &Clock) -> Result<WriteDone, Verdict> {
        let mut told = Told::default();
        loop {
            match self.try_write(command, clock, &mut told).await {
                Try::Done(done) => return Ok(done),
                Try::Open(cause) => return Err(Verdict::Settled(Outcome::Unknown(cause))),
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
        // A forwarded write is waited for as long as the client waits: giving up
        // early would leave its fate open for nothing.
        let (id, ends) = (self.server.id, self.server.ends());
        match self.server.network.call(id, leader, ends, body, left.saturating_add(LOOK_AGAIN)).await {
            Ok(ReplyBody::Forward(reply)) => judge(Some(reply), Cause::NoQuorum),
            Err(RpcFailure::Unreachable) => Try::NotDone(Cause::NoLeader),
            Ok(_) | Err(RpcFailure::TimedOut) => judge(None, Cause::LeaderSilent),
        }
    }

    /// A lease's number for a client that leaves it open: from the run's seed, positive, another
    /// for each request.
    fn draw_lease(&self) -> LeaseId {
        let mut random = RandomStream::stream(self.server.settings.seed, LEASE_PURPOSE);
        let mut random = RandomStream::stream(random.next_u64(), self.id);
        (random.next_u64() >> 1).max(1).cast_signed()
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

    pub(super) fn leader(&self, told: &mut Told) -> Option<NodeId> {
        let leader = self.server.known_leader();
        if leader.is_none() {
            told.waits(self);
            self.cause.set(Cause::NoLeader);
        }
        leader
    }

    /// Waits a little before the next try; the verdict when the time is over.
    pub(super) async fn pause(&self, cause: Cause, clock: &Clock) -> Option<Verdict> {
        self.cause.set(cause);
        let elapsed = clock.elapsed();
        if elapsed >= self.leader_patience {
            return Some(Verdict::TryAnother(cause));
        }
        runtime::sleep(LOOK_AGAIN.min(self.leader_patience - elapsed)).await;
        None
    }
}

/// What etcd lets a member without a vote answer.
fn is_for_learners(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Read { consistency: Consistency::Serializable, .. } | Operation::Call(Call::Status)
    )
}

/// What was noted already, so that retries do not repeat it.
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

/// Time since a start, on the node's own clock.
pub(super) struct Clock(Nanos);

impl Clock {
    pub(super) fn start() -> Self {
        Clock(runtime::local_now())
    }

    pub(super) fn elapsed(&self) -> Nanos {
        runtime::local_now().saturating_sub(self.0)
    }
}
