//! The network: messages in flight as plain data that can be drawn, delayed and lost.
//!
//! * Latency, loss and the point of loss are drawn for every message, also on a cut link, so that a cut does not shift
//!   the random numbers of other messages.
//! * A message that will be lost stays in flight until the point where it is lost.
//! * A cut loses what is in flight on the link at that instant.
//!
//! Invariant: nothing here reads a node. [`Network::next_arrival`] returns arrivals, and the cluster delivers them.

mod asks;
mod call;
mod connections;
mod links;
mod message;
mod sent;
mod tamper;

use std::cell::{Cell, RefCell};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::rc::Rc;

pub(crate) use asks::{LeaseAsk, LeaseTold, MemberAsk, MemberDone, MemberRefusal, MemberReply};
pub(crate) use call::RpcFailure;
pub(crate) use links::{LinkQuality, Links};
pub(crate) use message::{Ends, ForwardReply, Refusal, ReplyBody, RequestBody, WriteDone};
pub(crate) use sent::Pending;
use sent::Sent;
pub(crate) use tamper::NotInFlight;

use crate::model::{EventKind, Link, Loss, LossReason, Message, MessageKind, PendingDrop};
use crate::recorder::Recorder;
use crate::runtime::{Executor, OneshotSender, RandomStream};
use crate::small_map::SmallMap;
use crate::units::{Nanos, NodeId};
use connections::Connections;

/// The purpose of the network's stream of randomness.
const RANDOM_PURPOSE: u64 = 1;
/// The purpose of the random stream for second copies; a stream of its own, so that they shift no other draw.
const COPIES_PURPOSE: u64 = 5;
/// A message is lost between a quarter and three quarters of its way, in per mille.
const LOSS_POINT_PERMILLE: (u64, u64) = (250, 750);

/// A handle to the network of a cluster.
#[derive(Clone)]
pub(crate) struct Network(Rc<Inner>);

struct Inner {
    executor: Rc<Executor>,
    recorder: Recorder,
    state: RefCell<State>,
}

struct State {
    random: RandomStream,
    copies: RandomStream,
    links: Links,
    pending_drops: Vec<PendingDrop>,
    /// Whether a request that counts once was ever copied.
    copied_once_only: bool,
    connections: Connections,
    /// Messages in flight by the instant of their arrival or loss, then by id.
    flight: BinaryHeap<Reverse<Flying>>,
    /// Calls whose caller still waits.
    calls: SmallMap<u64, Call>,
    /// The number of those calls that are pre-votes.
    pre_votes: u64,
    next_message: u64,
    next_rpc: u64,
    /// Vote requests since [`Network::take_vote_requests`]: candidate, kind, term, call.
    vote_requests: Vec<(NodeId, MessageKind, u64, u64)>,
    /// What leaders sent their followers.
    sent: Sent,
}

struct Call {
    from: NodeId,
    to: NodeId,
    kind: MessageKind,
    reply: OneshotSender<ReplyBody>,
}

struct Envelope {
    message: Message,
    body: Body,
    /// Whether it counts once and another copy of it has arrived.
    repeats: Cell<bool>,
}

/// An envelope in flight, ordered by the instant of its arrival or loss, then by message id.
struct Flying {
    at: Nanos,
    id: u64,
    envelope: Box<Envelope>,
}

impl Flying {
    fn key(&self) -> (Nanos, u64) {
        (self.at, self.id)
    }
}

impl PartialEq for Flying {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Flying {}

impl PartialOrd for Flying {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Flying {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

#[derive(Clone)]
enum Body {
    Request(RequestBody, Ends),
    Reply(ReplyBody),
}

/// What happens to a message at its instant.
pub(crate) enum Arrival {
    /// A request arrived at a node.
    Request {
        /// The message, as recorded when it was sent.
        message: Message,
        /// The content of the request.
        body: RequestBody,
        /// The sender and the receiver by member id.
        ends: Ends,
    },
    /// A reply arrived at a caller that waits for it.
    Reply {
        /// The message.
        message: Message,
        /// Hands the reply to the caller.
        deliver: Delivery,
    },
    /// The message was lost, which is recorded already.
    Lost,
}

/// A reply that is ready for its caller.
pub(crate) struct Delivery {
    call: OneshotSender<ReplyBody>,
    body: ReplyBody,
}

impl Delivery {
    /// The reply.
    pub(crate) fn body(&self) -> &ReplyBody {
        &self.body
    }

    /// Wakes the caller.
    pub(crate) fn finish(self) {
        // A caller that dropped its end at this instant wants no answer.
        let _ = self.call.send(self.body);
    }
}

impl State {
    fn put_in_flight(&mut self, message: Message, body: Body, repeats: bool) {
        let at = message.lost.map_or(message.arrives_at, |loss| loss.at);
        let id = message.id;
        let envelope = Box::new(Envelope { message, body, repeats: Cell::new(repeats) });
        self.flight.push(Reverse(Flying { at, id, envelope }));
    }

    fn add_call(&mut self, rpc: u64, call: Call) {
        self.pre_votes += u64::from(call.kind == MessageKind::PreVote);
        self.calls.insert(rpc, call);
    }

    fn take_call(&mut self, rpc: u64) -> Option<Call> {
        let call = self.calls.remove(&rpc)?;
        self.pre_votes -= u64::from(call.kind == MessageKind::PreVote);
        self.sent.answered(call.from, call.to, call.kind, rpc);
        Some(call)
    }
}

impl Network {
    pub(crate) fn new(
        seed: u64,
        executor: Rc<Executor>,
        recorder: Recorder,
        quality: LinkQuality,
        nodes: u64,
    ) -> Self {
        let state = State {
            random: RandomStream::stream(seed, RANDOM_PURPOSE),
            copies: RandomStream::stream(seed, COPIES_PURPOSE),
            links: Links::new(nodes, quality),
            pending_drops: Vec::new(),
            copied_once_only: false,
            connections: Connections::default(),
            flight: BinaryHeap::new(),
            calls: SmallMap::default(),
            pre_votes: 0,
            next_message: 1,
            next_rpc: 1,
            vote_requests: Vec::new(),
            sent: Sent::default(),
        };
        Network(Rc::new(Inner { executor, recorder, state: RefCell::new(state) }))
    }

    /// Reads the links.
    pub(crate) fn with_links<R>(&self, look: impl FnOnce(&Links) -> R) -> R {
        look(&self.0.state.borrow().links)
    }

    /// Changes the links. Messages in flight on a link that is now cut are lost.
    pub(crate) fn change_links(&self, change: impl FnOnce(&mut Links)) {
        let mut state = self.0.state.borrow_mut();
        change(&mut state.links);
        let State { links, flight, connections, .. } = &mut *state;
        connections.links_changed(links, self.0.executor.now());
        let mut doomed: Vec<(Nanos, u64)> = Vec::new();
        flight.retain(|Reverse(flying)| {
            let Message { from, to, .. } = flying.envelope.message;
            let is_cut = links.is_cut(Link { from, to });
            if is_cut {
                doomed.push(flying.key());
            }
            !is_cut
        });
        drop(state);
        doomed.sort_unstable();
        for (_, id) in doomed {
            self.0.recorder.record(EventKind::Lost { id, reason: LossReason::Cut });
        }
    }

    /// Removes a node with every cut and planned loss that concerned it.
    pub(crate) fn dismiss(&self, node: NodeId) {
        self.change_links(|links| links.dismiss(node));
        let concerns =
            |drop: &PendingDrop| drop.link.is_some_and(|link| [link.from, link.to].contains(&node));
        self.change_pending_drops(|drops| drops.retain(|drop| !concerns(drop)));
    }

    /// Notes that a process begins to listen.
    pub(crate) fn listens(&self, node: NodeId) {
        self.0.state.borrow_mut().connections.listens(node, self.0.executor.now());
    }

    /// Notes that a process ended.
    pub(crate) fn ended(&self, node: NodeId) {
        self.0.state.borrow_mut().connections.ended(node);
    }

    /// Notes that a process was paused or resumed.
    pub(crate) fn stands_still(&self, node: NodeId, still: bool) {
        self.0.state.borrow_mut().connections.stands_still(node, still, self.0.executor.now());
    }

    /// How long two members have been connected, in virtual nanoseconds; `None` if they are not.
    pub(crate) fn connected_for(&self, a: NodeId, b: NodeId) -> Option<Nanos> {
        let now = self.0.executor.now();
        self.0.state.borrow().connections.since(a, b, now).map(|since| now.saturating_sub(since))
    }

    /// Messages in flight, by id.
    pub(crate) fn in_flight(&self) -> Vec<Message> {
        let state = self.0.state.borrow();
        // Sorts pairs of numbers, as elsewhere: a sort adds code for each type.
        let mut order: Vec<(u64, u64)> =
            state.flight.iter().zip(0..).map(|(Reverse(flying), at)| (flying.id, at)).collect();
        order.sort_unstable();
        let flying = |(_, at): (u64, u64)| state.flight.as_slice().get(at as usize);
        order.into_iter().filter_map(flying).map(|Reverse(flying)| flying.envelope.message.clone()).collect()
    }

    /// A message in flight that is neither a heartbeat nor its answer: kind, sender and receiver.
    pub(crate) fn under_way(&self) -> Option<(MessageKind, NodeId, NodeId)> {
        let state = self.0.state.borrow();
        let mut messages = state.flight.iter().map(|Reverse(flying)| &flying.envelope.message);
        let message = messages.find(|message| message.kind != MessageKind::Heartbeat)?;
        Some((message.kind, message.from, message.to))
    }

    /// Whether a node waits for answers to a pre-vote.
    pub(crate) fn awaits_pre_vote(&self, node: NodeId) -> bool {
        let state = self.0.state.borrow();
        // This is called after every step, and mostly there is none.
        state.pre_votes > 0
            && state.calls.values().any(|call| call.from == node && call.kind == MessageKind::PreVote)
    }

    /// Vote requests sent since the last call: candidate, kind, term, call.
    pub(crate) fn take_vote_requests(&self) -> Vec<(NodeId, MessageKind, u64, u64)> {
        let mut state = self.0.state.borrow_mut();
        if state.vote_requests.is_empty() { Vec::new() } else { std::mem::take(&mut state.vote_requests) }
    }

    /// Ends every call within `executor`, which their wakers need.
    pub(crate) fn clear_within(&self, executor: &Rc<Executor>) {
        let calls = {
            let mut state = self.0.state.borrow_mut();
            state.pre_votes = 0;
            std::mem::take(&mut state.calls)
        };
        executor.enter(|| drop(calls));
    }

    /// What the leader of a term sent a follower, and what is not answered yet.
    pub(crate) fn sent(&self, leader: NodeId, term: u64, follower: NodeId) -> Pending {
        self.0.state.borrow().sent.pending(leader, term, follower)
    }

    /// The instant of the next arrival or loss.
    pub(crate) fn next_at(&self) -> Option<Nanos> {
        self.0.state.borrow().flight.peek().map(|Reverse(flying)| flying.at)
    }

    /// Takes the next message; the clock must show its instant. `None` if nothing is in flight.
    pub(crate) fn next_arrival(&self, is_up: impl Fn(NodeId) -> bool) -> Option<Arrival> {
        let mut state = self.0.state.borrow_mut();
        let Reverse(Flying { envelope, .. }) = state.flight.pop()?;
        let Envelope { message, body, repeats } = *envelope;
        let lost = |reason| {
            self.0.recorder.record(EventKind::Lost { id: message.id, reason });
            Some(Arrival::Lost)
        };
        if let Some(loss) = message.lost {
            drop(state);
            return lost(loss.reason);
        }
        if repeats.get() {
            drop(state);
            return lost(LossReason::Repeated);
        }
        match body {
            Body::Request(body, ends) if state.copied_once_only && body.counts_once() => {
                state.outdate_copies(message.rpc);
                Some(Arrival::Request { message, body, ends })
            }
            Body::Request(body, ends) => Some(Arrival::Request { message, body, ends }),
            Body::Reply(_) if !is_up(message.to) => {
                drop(state);
                lost(LossReason::Down)
            }
            Body::Reply(body) => match state.take_call(message.rpc) {
                Some(call) => Some(Arrival::Reply { message, deliver: Delivery { call: call.reply, body } }),
                None => {
                    drop(state);
                    lost(LossReason::Late)
                }
            },
        }
    }

    /// Records that a message was delivered.
    pub(crate) fn record_delivered(&self, message: &Message) {
        self.0.recorder.record(EventKind::Delivered { id: message.id, to: message.to });
    }

    /// Loses a message whose receiver does not listen; the receiver's host tells the sender.
    pub(crate) fn bounce(&self, message: &Message) {
        self.0.recorder.record(EventKind::Lost { id: message.id, reason: LossReason::Down });
        self.reply(message, ReplyBody::Unreachable);
    }

    /// Sends the reply to a request that arrived.
    pub(crate) fn reply(&self, request: &Message, body: ReplyBody) {
        let message = Message {
            from: request.to,
            to: request.from,
            reply: Some(body.verdict()),
            term: body.term().unwrap_or(request.term),
            entries: None,
            previous: None,
            last: body.last(request),
            handover: None,
            leader_commit: None,
            ..request.clone()
        };
        self.launch(message, Body::Reply(body));
    }

    fn launch(&self, mut message: Message, body: Body) {
        let mut state = self.0.state.borrow_mut();
        let State { random, links, .. } = &mut *state;
        let quality = links.quality(Link { from: message.from, to: message.to });
        let lot = Lot::draw(random, &quality);
        if message.reply.is_none() && matches!(message.kind, MessageKind::Vote | MessageKind::PreVote) {
            state.vote_requests.push((message.from, message.kind, message.term, message.rpc));
        }
        self.address(&mut state, &mut message, &lot);
        if message.lost.is_none() && state.take_pending_drop(&message) {
            message.lost = Some(lot.loss(message.sent_at, LossReason::Dropped));
        }
        let copies = quality.duplicate_ppm > 0 && state.copies.chance_ppm(quality.duplicate_ppm);
        let copy = copies.then(|| (message.clone(), body.clone()));
        state.put_in_flight(message.clone(), body, false);
        drop(state);
        self.0.recorder.record(EventKind::Sent(message));
        if let Some((message, body)) = copy {
            self.launch_copy(message, body, false);
        }
    }

    /// Sets a message's id and times.
    fn address(&self, state: &mut State, message: &mut Message, lot: &Lot) {
        let now = self.0.executor.now();
        let is_cut = state.links.is_cut(Link { from: message.from, to: message.to });
        let reason = if is_cut { Some(LossReason::Cut) } else { lot.is_lost.then_some(LossReason::Random) };
        message.id = state.next_message;
        state.next_message += 1;
        message.sent_at = now;
        message.arrives_at = now + lot.latency;
        message.lost = reason.map(|reason| lot.loss(now, reason));
    }
}

/// The random draws for a message.
struct Lot {
    latency: Nanos,
    is_lost: bool,
    /// The point of its way at which it would be lost, in per mille.
    point: u64,
}

impl Lot {
    fn draw(random: &mut RandomStream, quality: &LinkQuality) -> Lot {
        Lot {
            latency: random.range(quality.latency_min, quality.latency_max),
            is_lost: random.chance_ppm(quality.loss_ppm),
            point: random.range(LOSS_POINT_PERMILLE.0, LOSS_POINT_PERMILLE.1),
        }
    }

    fn loss(&self, sent_at: Nanos, reason: LossReason) -> Loss {
        Loss { at: sent_at + self.latency * self.point / 1000, reason }
    }
}
