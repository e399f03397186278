//! Clients: a request's life from the first endpoint to its outcome.
//!
//! A client is outside the cluster, next to all endpoints: the way between client and endpoint takes no time and is never
//! cut. The client connects to the endpoints in turn, gives its request to the first one that answers, and gives up
//! after the request's timeout. The endpoint finds the leader, forwards, and retries during an election.
//!
//! Invariant: a write that may have been done, or may yet be done, is *unknown*. It is never called failed and never
//! sent again, except by clients that lost this safeguard
//! ([`Alteration::RetriedWrites`](crate::model::Alteration)).
//!
//! | Module | Content |
//! |---|---|
//! | `attempt` | the client: endpoints in turn, the request's timeout, the outcome |
//! | `endpoint`, `read` | the server's side of commands and reads: forwarding, retries, the read index |
//! | `calls`, `members` | the server's side of the rest of etcd's API |
//! | `watch` | watches, which survive their endpoint |

mod attempt;
mod calls;
mod endpoint;
mod members;
mod read;
mod watch;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::model::{
    EventKind, Operation, Outcome, REQUEST_TIMEOUT, Request, RequestId, RequestStep, Settings, Stress,
};
use crate::node::Listening;
use crate::recorder::Recorder;
use crate::runtime::{self, Executor, WORLD};
use crate::units::{Nanos, NodeId, SECOND};

/// All clients of a cluster.
#[derive(Clone)]
pub(crate) struct Clients(Rc<Inner>);

struct Inner {
    executor: Rc<Executor>,
    recorder: Recorder,
    listening: Listening,
    settings: Rc<Settings>,
    next: Cell<RequestId>,
    /// The sender that ends each running request when its client hangs up.
    running: RefCell<BTreeMap<RequestId, runtime::OneshotSender<()>>>,
    watches: watch::Watches,
    stress_left: Cell<u64>,
    /// Whether clients resend unknown writes.
    resending: Cell<bool>,
}

impl Clients {
    pub(crate) fn new(
        executor: Rc<Executor>,
        recorder: Recorder,
        listening: Listening,
        settings: Rc<Settings>,
    ) -> Self {
        Clients(Rc::new(Inner {
            executor,
            recorder,
            listening,
            settings,
            next: Cell::new(1),
            running: RefCell::default(),
            watches: watch::Watches::default(),
            stress_left: Cell::new(0),
            resending: Cell::new(false),
        }))
    }

    /// Sends a request that was validated before.
    pub(crate) fn send(&self, request: Request) -> RequestId {
        let id = self.0.next.replace(self.0.next.get() + 1);
        let (operation, endpoints) = (request.operation.clone(), request.endpoints.clone());
        self.0.recorder.record(EventKind::RequestStarted { id, operation, endpoints });
        let clients = self.clone();
        self.0.executor.spawn(WORLD, async move { clients.run(id, request).await });
        id
    }

    /// Sends distinct writes at a steady rate. Rate and duration were validated before.
    pub(crate) fn stress(&self, stress: Stress) {
        let writes = u128::from(stress.rate) * u128::from(stress.duration) / u128::from(SECOND);
        let writes = u64::try_from(writes).unwrap_or(u64::MAX);
        self.0.stress_left.set(self.0.stress_left.get() + writes);
        let clients = self.clone();
        self.0.executor.spawn(WORLD, async move {
            let interval = SECOND / Nanos::from(stress.rate);
            for number in 1..=writes {
                clients.0.stress_left.set(clients.0.stress_left.get() - 1);
                let key = format!("/stress/{:06}", clients.0.next.get()).into_bytes();
                let value = format!("value {number}").into_bytes();
                clients.send(Request {
                    endpoints: stress.endpoints.clone(),
                    operation: Operation::put(key, value),
                    timeout: REQUEST_TIMEOUT,
                });
                runtime::sleep(interval).await;
            }
        });
    }

    /// Ends a request whose client no longer waits. Returns false if it does not run.
    pub(crate) fn hang_up(&self, id: RequestId) -> bool {
        let running = self.0.running.borrow_mut().remove(&id);
        running.is_some_and(|sender| sender.send(()).is_ok())
    }

    /// Sets whether clients resend unknown writes. Returns the previous value.
    pub(crate) fn set_resending(&self, on: bool) -> bool {
        self.0.resending.replace(on)
    }

    /// Whether clients resend unknown writes.
    pub(crate) fn is_resending(&self) -> bool {
        self.0.resending.get()
    }

    /// The number of writes that a running stress has yet to send.
    pub(crate) fn stress_left(&self) -> u64 {
        self.0.stress_left.get()
    }

    fn note(&self, id: RequestId, step: RequestStep) {
        self.record(EventKind::RequestStep { id, step });
    }

    fn record(&self, kind: EventKind) {
        self.0.recorder.record(kind);
    }

    /// Whether a process accepts connections.
    fn listens(&self, node: NodeId) -> bool {
        self.0.listening.contains(node)
    }

    fn end(&self, id: RequestId, outcome: Outcome) {
        self.0.running.borrow_mut().remove(&id);
        self.0.recorder.record(EventKind::RequestEnded { id, outcome });
    }
}
