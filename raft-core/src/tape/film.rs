//! A film: what happened between two instants, for a space-time diagram.
//!
//! Read in one walk over the blocks that it covers. It holds at most so many messages and requests; what
//! is beyond that is counted. [`bundle`] thins messages out until they can be drawn.

use std::rc::Rc;

use super::Inner;
use super::block::{Block, Read, State, place};
use super::rows::{NodeRow, message_of_row, node_of_row, reason_of_number};
use crate::model::{LossReason, Message, MessageKind, Process, RequestView, Role};
use crate::units::{NODES_MAX, Nanos, NodeId};

/// Messages in a film; those sent later are counted only.
pub const FILM_MESSAGES_MAX: usize = 6_000;
/// Requests in a film: those sent last.
pub const FILM_REQUESTS_MAX: usize = 400;
/// Ticks in a film.
const TICKS_MAX: usize = 4_000;

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The message as it was sent.
    pub message: Message,
    /// When it arrived or was lost; absent when it was still under way at the film's end.
    pub ended: Option<Nanos>,
    /// Why it was lost, if it was.
    pub lost: Option<LossReason>,
}

/// A stretch of time in which a node stayed as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Which node.
    pub node: NodeId,
    /// Since when; not before the film.
    pub from: Nanos,
    /// Until when; not after the film.
    pub to: Nanos,
    /// Its process.
    pub process: Process,
    /// Its role; the last known one while the process is down.
    pub role: Role,
    /// Its term.
    pub term: u64,
}

/// Something that a node did, or that was done to it, at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// When.
    pub at: Nanos,
    /// Which node.
    pub node: NodeId,
    /// What.
    pub kind: TickKind,
}

/// What a tick stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TickKind {
    /// It became leader of this term.
    Elected(u64),
    /// It asks for votes in this term.
    Campaign(u64),
    /// It learned that its log is committed up to this index.
    Committed(u64),
    /// Its process crashed or failed.
    Crashed,
    /// Its process stopped in good order.
    Stopped,
    /// Its process stands still.
    Paused,
    /// Its process started, or goes on.
    Started,
}

/// What happened between two instants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Film {
    /// The first instant.
    pub from: Nanos,
    /// The last one.
    pub to: Nanos,
    /// Every node that was there, ascending.
    pub nodes: Vec<NodeId>,
    /// Messages under way at some time of it, in the order of sending.
    pub passages: Vec<Passage>,
    /// Messages beyond [`FILM_MESSAGES_MAX`].
    pub passages_left_out: u64,
    /// How the nodes were, by node, then by time.
    pub spans: Vec<Span>,
    /// What happened on the nodes, by time.
    pub ticks: Vec<Tick>,
    /// Requests that ran at some time of it, in the order of sending.
    pub requests: Vec<Rc<RequestView>>,
    /// Requests beyond [`FILM_REQUESTS_MAX`].
    pub requests_left_out: u64,
}

/// Messages that are drawn as one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Where the first of them is in the film.
    pub first: usize,
    /// How many they are.
    pub count: u32,
}

/// What of a node a film shows.
#[derive(Clone, Copy, PartialEq)]
struct Outline {
    process: Process,
    role: Role,
    term: u64,
    commit: Option<u64>,
}

impl Outline {
    fn of(id: NodeId, row: &NodeRow, now: Nanos) -> Option<Outline> {
        let node = node_of_row(id, row, now)?;
        let commit = node.commit_index;
        Some(Outline { process: node.process, role: node.role, term: node.term, commit })
    }
}

/// A walk through the tape that makes a film.
struct Walk {
    film: Film,
    /// Every node as it was last seen.
    known: [Option<Outline>; NODES_MAX as usize],
}

impl Inner {
    pub(super) fn film(&self, from: Nanos, to: Nanos) -> Option<Film> {
        let begin = self.block_of(from)?;
        let (mut state, start) = begin.state_at(from);
        let film = Film { from, to, ..Film::default() };
        let mut walk = Walk { film, known: [None; NODES_MAX as usize] };
        walk.begin(&state);
        if walk.follow(begin, &mut state, start) {
            let later = self.closed.partition_point(|block| block.key.at <= from);
            let rest = self.closed.range(later..).map(Rc::as_ref).chain(Some(&self.open));
            for block in rest.filter(|block| block.key.at > begin.key.at) {
                if !walk.follow(block, &mut state, 0) {
                    break;
                }
            }
        }
        let mut film = walk.film;
        film.finish();
        self.take_requests(&mut film);
        Some(film)
    }

    /// Requests that ran at some time of a film, the last ones if there are too many.
    fn take_requests(&self, film: &mut Film) {
        for request in self.requests.values().rev() {
            let over = request.ended.as_ref().is_some_and(|(at, _)| *at < film.from);
            if request.started > film.to || over {
                continue;
            }
            if film.requests.len() == FILM_REQUESTS_MAX {
                film.requests_left_out += 1;
            } else {
                film.requests.push(request.clone());
            }
        }
        film.requests.reverse();
    }
}

impl Walk {
    fn begin(&mut self, state: &State) {
        for id in 1..=NODES_MAX {
            self.note_node(id, state, self.film.from);
        }
        self.film.ticks.clear();
        for row in state.flight.values() {
            self.film.send(Passage { message: message_of_row(row), ended: None, lost: None });
        }
    }

    /// Walks on through a block. False when it reached the end of the film.
    fn follow(&mut self, block: &Block, state: &mut State, start: usize) -> bool {
        let mut at = start;
        while at < block.bytes.len() {
            if state.next_instant(&block.bytes, at).is_some_and(|next| next > self.film.to) {
                return false;
            }
            match state.read(&block.bytes, &mut at) {
                Read::Sent => {
                    let message = message_of_row(&state.last);
                    self.film.send(Passage { message, ended: None, lost: None });
                }
                Read::Arrived(id) => self.film.end(id, state.at, None),
                Read::Lost(id, reason) => self.film.end(id, state.at, Some(reason_of_number(reason))),
                Read::Delayed(id) => {
                    if let Some(row) = state.flight.get(&id) {
                        self.film.send_later(message_of_row(row));
                    }
                }
                Read::Node(id) => self.note_node(id, state, state.at),
                Read::At | Read::Other => {}
            }
        }
        true
    }

    /// Takes in how a node is now.
    fn note_node(&mut self, node: NodeId, state: &State, at: Nanos) {
        let film = &mut self.film;
        let now = Outline::of(node, &state.nodes[place(node)], at);
        let known = std::mem::replace(&mut self.known[place(node)], now);
        let Some(now) = now else { return film.close(node, at) };
        if let Some(known) = known {
            for kind in ticks(known, now).into_iter().flatten() {
                if film.ticks.len() < TICKS_MAX {
                    film.ticks.push(Tick { at, node, kind });
                }
            }
        } else if !film.nodes.contains(&node) {
            film.nodes.push(node);
        }
        let same =
            |known: Outline| (known.process, known.role, known.term) == (now.process, now.role, now.term);
        if known.is_some_and(same) {
            return;
        }
        film.close(node, at);
        let Outline { process, role, term, .. } = now;
        film.spans.push(Span { node, from: at, to: Nanos::MAX, process, role, term });
    }
}

impl Film {
    fn send(&mut self, passage: Passage) {
        if self.passages.len() == FILM_MESSAGES_MAX {
            self.passages_left_out += 1;
        } else {
            self.passages.push(passage);
        }
    }

    /// A message arrives later than it was to.
    fn send_later(&mut self, message: Message) {
        if let Ok(found) = self.passages.binary_search_by_key(&message.id, |passage| passage.message.id) {
            self.passages[found].message = message;
        }
    }

    fn end(&mut self, id: u64, at: Nanos, lost: Option<LossReason>) {
        // Ids ascend in the order of sending.
        if let Ok(found) = self.passages.binary_search_by_key(&id, |passage| passage.message.id) {
            self.passages[found].ended = Some(at);
            self.passages[found].lost = lost;
        }
    }

    fn close(&mut self, node: NodeId, at: Nanos) {
        let open = self.spans.iter_mut().rev().find(|span| span.node == node && span.to == Nanos::MAX);
        if let Some(open) = open {
            open.to = at;
        }
    }

    fn finish(&mut self) {
        self.spans.retain(|span| span.to > span.from);
        self.spans.iter_mut().for_each(|span| span.to = span.to.min(self.to));
        self.spans.sort_by_key(|span| (span.node, span.from));
        self.nodes.sort_unstable();
    }
}

/// What it means that a node is so now and was so before.
fn ticks(known: Outline, now: Outline) -> [Option<TickKind>; 3] {
    let of_process = match now.process {
        same if same == known.process => None,
        Process::Crashed | Process::Wiped | Process::Failed => Some(TickKind::Crashed),
        Process::Stopped | Process::Removed => Some(TickKind::Stopped),
        Process::Paused => Some(TickKind::Paused),
        Process::Running if known.process == Process::Starting => None,
        Process::Starting | Process::Running => Some(TickKind::Started),
        Process::Announced => None,
    };
    let of_role = match now.role {
        same if same == known.role || !now.process.is_up() => None,
        Role::Leader => Some(TickKind::Elected(now.term)),
        Role::Candidate => Some(TickKind::Campaign(now.term)),
        _ => None,
    };
    let of_commit = now.commit.filter(|_| now.commit > known.commit).map(TickKind::Committed);
    [of_process, of_role, of_commit]
}

/// Groups messages so that at most `lines_max` lines are to be drawn, the first of each group standing for
/// it. While there is room, each message has its own; then heartbeats and their answers that follow each
/// other on one way share one, then all of one kind. A lost message is grouped with lost ones only.
pub fn bundle(film: &Film, lines_max: usize) -> Vec<Bundle> {
    let span = film.to.saturating_sub(film.from).max(1);
    let mut width = 0;
    let mut all = false;
    loop {
        let bundles = group(film, width, all);
        // Half the film in one group: there is nothing left to gain.
        if bundles.len() <= lines_max || (all && width > span / 2) {
            return bundles;
        }
        match (all, width) {
            (false, 0) => width = span / 64,
            (false, wide) if wide > span / 8 => (width, all) = (span / 128, true),
            _ => width *= 2,
        }
        width = width.max(1);
    }
}

/// Of a group: from, to, kind, whether it answers, whether it was lost, and the slot of time.
type Group = (NodeId, NodeId, MessageKind, bool, bool, Nanos);

fn group(film: &Film, width: Nanos, all: bool) -> Vec<Bundle> {
    let mut bundles: Vec<Bundle> = Vec::new();
    // The open group of each way and kind. Few at a time, since each ends with its slot.
    let mut open: Vec<(Group, usize)> = Vec::new();
    for (first, passage) in film.passages.iter().enumerate() {
        let message = &passage.message;
        if width == 0 || !(all || message.kind == MessageKind::Heartbeat) {
            bundles.push(Bundle { first, count: 1 });
            continue;
        }
        let slot = message.sent_at / width;
        let key =
            (message.from, message.to, message.kind, message.reply.is_some(), passage.lost.is_some(), slot);
        open.retain(|((.., old), _)| *old == slot);
        if let Some((_, at)) = open.iter().find(|(known, _)| *known == key) {
            bundles[*at].count += 1;
        } else {
            open.push((key, bundles.len()));
            bundles.push(Bundle { first, count: 1 });
        }
    }
    bundles
}
