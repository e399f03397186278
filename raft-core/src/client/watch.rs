//! Watches: a stream of changes to keys that survives the crash of its endpoint.
//!
//! The endpoint reads its store's history from the first revision that the client has not seen, then waits for the next
//! applied entry. Nothing is queued: a response reaches the client as soon as it is sent, and what was not sent is
//! still in the history. The client notes the next revision it wants and opens the watch again from there when its
//! endpoint is gone.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use super::Clients;
use super::endpoint::{EndpointVerdict, Handed};
use crate::kv::{self, KvError, WatchBatch, WatchEventKind};
use crate::model::{
    Call, CallResponse, Cause, EventKind, Operation, Outcome, Request, RequestId, ResponseHeader,
    ServerError, WatchEvent, WatchRequest, WatchResponse,
};
use crate::runtime::{self, OneshotReceiver, local_now};
use crate::units::{Nanos, NodeId, SECOND};

/// The largest number of past revisions in one response (etcd's `watchBatchMaxRevs`).
const BATCH_REVISIONS: usize = 1_000;
/// The interval of progress notifications while nothing happens, in virtual nanoseconds (etcd's default).
const PROGRESS_INTERVAL: Nanos = 600 * SECOND;
/// An endpoint ends its watches after it found no leader this many times in a row, an election timeout apart (etcd's
/// `maxNoLeaderCnt`).
const LEADERLESS_MAX: u32 = 3;
/// The interval at which a client pings its endpoint, and its patience for the answer, in virtual nanoseconds
/// (etcdctl's `--keepalive-time` and `--keepalive-timeout`).
const KEEPALIVE_TIME: Nanos = 2 * SECOND;
const KEEPALIVE_TIMEOUT: Nanos = 6 * SECOND;

/// A watch as its client knows it.
#[derive(Default)]
pub(super) struct Watching {
    /// The first revision that the client has not seen; 0 before the watch began.
    next: Cell<i64>,
    begun: Cell<bool>,
    /// The number of the present opening of the watch; earlier ones are over.
    opening: Cell<u64>,
    /// Since when endpoints have refused to open it again because they know no leader.
    refused_since: Cell<Option<Nanos>>,
    cancelled: Cell<bool>,
    /// The number of requested progress responses.
    asks: Cell<u32>,
    waker: RefCell<Option<Waker>>,
}

impl Watching {
    /// Begins a new opening and ends the earlier ones. Returns its number.
    fn open(&self) -> u64 {
        self.opening.set(self.opening.get() + 1);
        self.wake();
        self.opening.get()
    }

    fn wake(&self) {
        let waker = self.waker.borrow_mut().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn wants_something(&self, opening: u64) -> bool {
        self.opening.get() != opening || self.cancelled.get() || self.asks.get() > 0
    }
}

/// The running watches, by request.
pub(super) type Watches = RefCell<Vec<(RequestId, Rc<Watching>)>>;

/// Removes a watch from the list on drop, and tells its endpoint.
pub(super) struct Listed<'a>(&'a Clients, RequestId);

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        if let Some(watching) = self.0.watching(self.1) {
            self.0.0.watches.borrow_mut().retain(|(id, _)| *id != self.1);
            watching.open();
        }
    }
}

impl Clients {
    /// Lists a request that is a watch until the result is dropped.
    pub(super) fn list_watch(&self, id: RequestId, request: &Request) -> Option<Listed<'_>> {
        matches!(request.operation, Operation::Call(Call::Watch(_))).then(|| {
            self.0.watches.borrow_mut().push((id, Rc::default()));
            Listed(self, id)
        })
    }

    fn watching(&self, id: RequestId) -> Option<Rc<Watching>> {
        let watches = self.0.watches.borrow();
        watches.iter().find(|(other, _)| *other == id).map(|(_, watching)| watching.clone())
    }

    /// Answers a client's call about a watch of its own; `None` for other operations. As in etcd, a call about a watch
    /// that is over has no effect.
    pub(super) fn about_watch(&self, operation: &Operation) -> Option<Outcome> {
        let (id, cancel) = match operation {
            Operation::Call(Call::WatchCancel { watch }) => (*watch, true),
            Operation::Call(Call::WatchProgress { watch }) => (*watch, false),
            _ => return None,
        };
        if let Some(watching) = self.watching(id) {
            if cancel {
                watching.cancelled.set(true);
            } else {
                watching.asks.set(watching.asks.get().saturating_add(1));
            }
            watching.wake();
        }
        Some(Outcome::Called { header: ResponseHeader::default(), response: CallResponse::Taken })
    }

    /// Resolves when an endpoint that holds a watch stopped answering; never resolves for other requests.
    pub(super) async fn loses(&self, endpoint: NodeId, operation: &Operation) {
        if !matches!(operation, Operation::Call(Call::Watch(_))) {
            std::future::pending::<()>().await;
        }
        loop {
            runtime::sleep(KEEPALIVE_TIME).await;
            if !self.greets(endpoint, KEEPALIVE_TIMEOUT).await {
                return;
            }
        }
    }
}

/// One opening of a watch, at its endpoint.
struct Stream<'a> {
    handed: &'a Handed,
    watching: Rc<Watching>,
    opening: u64,
    watch: WatchRequest,
    /// The first revision that was not sent yet.
    next: i64,
    /// Whether it has caught up with the present, so that each revision gets its own response.
    synced: bool,
    /// When the last response was sent, on the node's own clock.
    sent: Nanos,
}

impl Handed {
    /// Serves a watch until it is cancelled or refused, or its client uses another endpoint.
    pub(super) async fn watch(self, request: WatchRequest) -> EndpointVerdict {
        let Some(watching) = self.clients.watching(self.id) else {
            return EndpointVerdict::TryAnother(Cause::HungUp);
        };
        if self.server.leader_in_touch().is_none() {
            return self.refuse_watch(&watching);
        }
        watching.refused_since.set(None);
        let revision = self.server.machine.memory.borrow().store.revision().cast_signed();
        let first = if request.start_revision > 0 { request.start_revision } else { revision + 1 };
        let next = if watching.begun.get() { watching.next.get() } else { first };
        watching.next.set(next);
        let mut stream = Stream {
            handed: &self,
            opening: watching.open(),
            next,
            synced: next > revision,
            sent: local_now(),
            watch: WatchRequest { start_revision: next, ..request },
            watching,
        };
        if !stream.watching.begun.replace(true) {
            stream.send(WatchResponse { header: self.header(), created: true, ..WatchResponse::default() });
        }
        stream.serve().await
    }

    /// The verdict for want of a leader. A new watch is refused at once; a reopened one only after a while, and its
    /// client tries another endpoint meanwhile.
    fn refuse_watch(&self, watching: &Watching) -> EndpointVerdict {
        let now = self.clients.0.executor.now();
        let since = watching.refused_since.get().unwrap_or(now);
        watching.refused_since.set(Some(since));
        if watching.begun.get() && now - since < self.server.settings.server_patience() {
            return EndpointVerdict::TryAnother(Cause::NoLeader);
        }
        EndpointVerdict::Settled(self.refuse(ServerError::NoLeader))
    }
}

impl Stream<'_> {
    async fn serve(&mut self) -> EndpointVerdict {
        let server = &self.handed.server;
        let mut applied: Option<OneshotReceiver<()>> = None;
        let mut leaderless = 0;
        loop {
            if self.watching.opening.get() != self.opening {
                return EndpointVerdict::TryAnother(Cause::HungUp);
            }
            if self.watching.cancelled.get() {
                return EndpointVerdict::Settled(self.handed.called(CallResponse::WatchEnded));
            }
            if let Err(error) = self.catch_up() {
                return EndpointVerdict::Settled(self.handed.reject(error));
            }
            let idle = local_now().saturating_sub(self.sent);
            let due = u32::from(self.watch.progress_notify && idle >= PROGRESS_INTERVAL);
            for _ in 0..self.watching.asks.take() + due {
                self.sent = local_now();
                self.send(WatchResponse { header: self.handed.header(), ..WatchResponse::default() });
            }
            if applied.is_none() {
                applied = server.machine.wait_next();
            }
            let waits = self.wakes(&mut applied);
            let woken = runtime::timeout(server.settings.election_max, waits).await;
            if woken == Some(true) {
                applied = None;
            }
            if woken.is_none() {
                leaderless = if server.leader_in_touch().is_some() { 0 } else { leaderless + 1 };
                if leaderless >= LEADERLESS_MAX {
                    return EndpointVerdict::Settled(self.handed.refuse(ServerError::NoLeader));
                }
            }
        }
    }

    /// Resolves to true when an entry was applied, and to false when the client asks for something.
    fn wakes(&self, applied: &mut Option<OneshotReceiver<()>>) -> impl Future<Output = bool> {
        poll_fn(move |context| {
            if self.watching.wants_something(self.opening) {
                return Poll::Ready(false);
            }
            *self.watching.waker.borrow_mut() = Some(context.waker().clone());
            match applied {
                Some(applied) => Pin::new(applied).poll(context).map(|_| true),
                None => Poll::Ready(true),
            }
        })
    }

    /// Sends the changes since the last call. As in etcd, past revisions come in one response with the present revision
    /// in its header, and present ones in one response each.
    fn catch_up(&mut self) -> Result<(), KvError> {
        let memory = self.handed.server.machine.memory.borrow();
        let revision = memory.store.revision();
        let batches = memory.store.history(&self.watch, self.next);
        let compact_revision = memory.store.compacted_revision();
        drop(memory);
        let batches = batches.inspect_err(|error| {
            self.send(WatchResponse {
                header: ResponseHeader { revision: 0, ..self.handed.header() },
                canceled: true,
                compact_revision,
                cancel_reason: error.message().to_owned(),
                ..WatchResponse::default()
            });
        })?;
        if self.synced {
            for batch in batches {
                self.tell(batch.revision, vec![batch]);
            }
        } else {
            let mut batches = batches.into_iter();
            loop {
                let some: Vec<WatchBatch> = batches.by_ref().take(BATCH_REVISIONS).collect();
                if some.is_empty() {
                    break;
                }
                self.tell(revision, some);
            }
        }
        let next = revision.saturating_add(1).cast_signed();
        if next > self.next {
            self.next = next;
            self.watching.next.set(next);
        }
        self.synced |= self.next >= next;
        Ok(())
    }

    fn tell(&mut self, revision: u64, batches: Vec<WatchBatch>) {
        let header = ResponseHeader { revision, ..self.handed.header() };
        let events = batches.into_iter().flat_map(|batch| batch.events).map(event).collect();
        self.send(WatchResponse { header, events, ..WatchResponse::default() });
        self.sent = local_now();
    }

    fn send(&self, response: WatchResponse) {
        self.handed.clients.record(EventKind::RequestProgress { id: self.handed.id, response });
    }
}

fn event(event: kv::WatchEvent) -> WatchEvent {
    WatchEvent { delete: event.kind == WatchEventKind::Delete, kv: event.kv, prev_kv: event.prev_kv }
}
