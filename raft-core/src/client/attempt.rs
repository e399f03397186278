//! The client's side of a request: it tries endpoints in turn, waits, and decides the outcome.

use std::cell::Cell;
use std::rc::Rc;

use futures_util::future::{Either, select};

use super::Clients;
use super::endpoint::{EndpointVerdict, Handed};
use crate::model::{Cause, NO_TIMEOUT, Operation, Outcome, Request, RequestId, RequestStep};
use crate::node::domain_of;
use crate::runtime;
use crate::units::{MILLISECOND, Nanos, NodeId};

/// How long a client waits for an endpoint's greeting before it tries the next one, in virtual nanoseconds.
const GREETING_PATIENCE: Nanos = 500 * MILLISECOND;
/// The pause after all endpoints refused, before the next round, in virtual nanoseconds.
const ROUND_PAUSE: Nanos = 100 * MILLISECOND;
/// With several endpoints: how long one may look for a leader before the next is tried, in virtual nanoseconds.
const LEADER_PATIENCE: Nanos = 1_000 * MILLISECOND;
/// An endpoint gives up this much earlier than the client, in virtual nanoseconds, so that its answer arrives.
const ANSWER_MARGIN: Nanos = MILLISECOND;
/// How long a client that resends unknown writes waits for one try, in virtual nanoseconds.
const RESEND_PATIENCE: Nanos = 1_000 * MILLISECOND;

/// A request that a client tries to have served, and what it learned so far.
struct Attempt<'a> {
    id: RequestId,
    request: &'a Request,
    /// The instant at which the client gives up, in virtual nanoseconds.
    deadline: Nanos,
    /// The cause of failure if the client gave up now; the endpoint updates it.
    cause: Rc<Cell<Cause>>,
    /// Whether an earlier try of this write may have been done.
    open: bool,
    /// The steps noted so far.
    noted: Vec<RequestStep>,
}

impl Clients {
    /// Runs one request to its end.
    pub(super) async fn run(&self, id: RequestId, request: Request) {
        if let Some(outcome) = self.about_watch(&request.operation) {
            self.end(id, outcome);
            return;
        }
        let _listed = self.list_watch(id, &request);
        let (sender, hung_up) = runtime::oneshot();
        self.0.running.borrow_mut().insert(id, sender);
        let outcome = match select(Box::pin(self.rounds(id, &request)), hung_up).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) if request.operation.is_write() => Outcome::Unknown(Cause::HungUp),
            Either::Right(_) => Outcome::Failed(Cause::HungUp),
        };
        self.end(id, outcome);
    }

    /// How long the servers work on an operation, in virtual nanoseconds: limited for operations that a client sends
    /// only once (read-only transactions included), unlimited for those that it repeats.
    fn server_patience(&self, operation: &Operation) -> Nanos {
        let once = operation.is_write() || matches!(operation, Operation::Write(_));
        if once { self.0.settings.server_patience() } else { NO_TIMEOUT }
    }

    async fn rounds(&self, id: RequestId, request: &Request) -> Outcome {
        let patience = request.timeout.min(self.server_patience(&request.operation));
        let mut attempt = Attempt {
            id,
            request,
            deadline: self.0.executor.now().saturating_add(patience),
            cause: Rc::new(Cell::new(Cause::EndpointsDown)),
            open: false,
            noted: Vec::new(),
        };
        loop {
            if let Some(outcome) = self.round(&mut attempt).await {
                return outcome;
            }
            let left = attempt.deadline.saturating_sub(self.0.executor.now());
            if left == 0 {
                let cause = attempt.cause.get();
                return if attempt.open { Outcome::Unknown(cause) } else { Outcome::Failed(cause) };
            }
            runtime::sleep(left.min(ROUND_PAUSE)).await;
        }
    }

    /// Tries every endpoint once. `None` if none of them settled the request.
    async fn round(&self, attempt: &mut Attempt<'_>) -> Option<Outcome> {
        let request = attempt.request;
        let several = request.endpoints.len() > 1;
        for endpoint in request.endpoints.iter().copied() {
            let left = attempt.deadline.saturating_sub(self.0.executor.now());
            if left == 0 {
                return None;
            }
            if !self.listens(endpoint) {
                self.note_once(attempt, RequestStep::Refused { endpoint });
                continue;
            }
            // The kernel of a paused process accepts connections, but the process does not greet. Nothing was sent, so
            // the next endpoint can be tried.
            if !self.greets(endpoint, left.min(GREETING_PATIENCE)).await {
                attempt.cause.set(Cause::EndpointSilent);
                let step = RequestStep::GaveUp { endpoint, cause: Cause::EndpointSilent };
                self.note_once(attempt, step);
                continue;
            }
            self.note_once(attempt, RequestStep::Taken { endpoint });
            let patience = if several { LEADER_PATIENCE } else { Nanos::MAX };
            match self.hand_over(attempt, endpoint, patience).await {
                // The safeguard against doing a write twice is to end here.
                EndpointVerdict::Settled(Outcome::Unknown(why)) if self.is_resending() => {
                    attempt.cause.set(why);
                    attempt.open = true;
                    self.note(attempt.id, RequestStep::GaveUp { endpoint, cause: why });
                }
                EndpointVerdict::Settled(outcome) => return Some(outcome),
                EndpointVerdict::TryAnother(why) => {
                    attempt.cause.set(why);
                    if several {
                        self.note_once(attempt, RequestStep::GaveUp { endpoint, cause: why });
                    }
                }
            }
        }
        None
    }

    /// Whether a process greets within `patience` virtual nanoseconds. A listening process greets at once.
    pub(super) async fn greets(&self, endpoint: NodeId, patience: Nanos) -> bool {
        let (sender, receiver) = runtime::oneshot();
        self.0.executor.spawn(domain_of(endpoint), async move {
            // The client may be gone when a paused process resumes.
            let _ = sender.send(());
        });
        matches!(runtime::timeout(patience, receiver).await, Some(Ok(())))
    }

    /// Gives the request to an endpoint, which may look for a leader for `patience` virtual nanoseconds.
    async fn hand_over(&self, attempt: &Attempt<'_>, endpoint: NodeId, patience: Nanos) -> EndpointVerdict {
        let Attempt { id, request, deadline, cause, .. } = attempt;
        let Some(server) = self.0.listening.get(endpoint) else {
            return EndpointVerdict::TryAnother(Cause::EndpointsDown);
        };
        let now = self.0.executor.now();
        let mut left = deadline.saturating_sub(now);
        if self.is_resending() && request.operation.is_write() {
            left = left.min(RESEND_PATIENCE);
        }
        let answer_within = left.saturating_sub(ANSWER_MARGIN);
        let handed = Handed {
            id: *id,
            clients: self.clone(),
            server,
            cause: cause.clone(),
            leader_patience: patience.min(answer_within),
            answer_within,
        };
        cause.set(Cause::EndpointSilent);
        let (sender, receiver) = runtime::oneshot();
        let operation = request.operation.clone();
        let is_write = operation.is_write();
        self.0.executor.spawn(domain_of(endpoint), async move {
            let verdict = handed.serve(operation).await;
            // A client that no longer listens has marked this request as unknown.
            let _ = sender.send(verdict);
        });
        let lost = Box::pin(self.loses(endpoint, &request.operation));
        match runtime::timeout(left, select(receiver, lost)).await {
            Some(Either::Left((Ok(verdict), _))) => verdict,
            Some(Either::Right(_)) => EndpointVerdict::TryAnother(Cause::EndpointSilent),
            // The connection broke or no answer came in time: the client does not know what the endpoint did.
            Some(Either::Left(_)) if is_write => {
                EndpointVerdict::Settled(Outcome::Unknown(Cause::EndpointSilent))
            }
            Some(Either::Left(_)) => EndpointVerdict::TryAnother(Cause::EndpointSilent),
            None if is_write => EndpointVerdict::Settled(Outcome::Unknown(cause.get())),
            None => EndpointVerdict::Settled(Outcome::Failed(cause.get())),
        }
    }

    /// Notes a step unless this request noted an equal one before, since retries would flood the log.
    fn note_once(&self, attempt: &mut Attempt<'_>, step: RequestStep) {
        if !attempt.noted.contains(&step) {
            attempt.noted.push(step.clone());
            self.note(attempt.id, step);
        }
    }
}
