//! A film: what happened between two instants, for a space-time diagram.
//!
//! One pass over the covered blocks reads it. Its numbers of messages and requests are bounded;
//! further ones are only counted. [`bundle`] groups messages until they are few enough to draw.

use std::rc::Rc;

use super::Inner;
use super::block::{Block, Read, State, place};
use super::rows::{NodeRow, message_of_row, node_of_row, reason_of_number};
use crate::model::{LossReason, Message, MessageKind, Process, RequestView, Role};
use crate::units::{NODES_MAX, Nanos, NodeId};

/// The maximum number of messages in a film. Later ones are only counted.
pub const FILM_MESSAGES_MAX: usize = 6_000;
/// The maximum number of requests in a film. The latest are kept.
pub const FILM_REQUESTS_MAX: usize = 400;
/// The maximum number of ticks in a film.
const TICKS_MAX: usize = 4_000;

/// A message and its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The message as it was sent.
    pub message: Message,
    /// The instant of arrival or loss; absent if the message was in flight at the film's end.
    pub ended: Option<Nanos>,
    /// The reason for the loss, if the message was lost.
    pub lost: Option<LossReason>,
}

/// A stretch of time in which a node's process, role and term did not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The node.
    pub node: NodeId,
    /// The start, not before the film's.
    pub from: Nanos,
    /// The end, not after the film's.
    pub to: Nanos,
    /// The state of the process.
    pub process: Process,
    /// The role; the last known one while the process is down.
    pub role: Role,
    /// The term.
    pub term: u64,
}

/// A change of a node at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The instant.
    pub at: Nanos,
    /// The node.
    pub node: NodeId,
    /// The kind of change.
    pub kind: TickKind,
}

/// The kind of change at a [`Tick`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TickKind {
    /// The node became the leader of this term.
    Elected(u64),
    /// The node became a candidate in this term.
    Campaign(u64),
    /// The node's commit index rose to this index.
    Committed(u64),
    /// The process crashed or failed.
    Crashed,
    /// The process stopped gracefully.
    Stopped,
    /// The process was paused.
    Paused,
    /// The process started or resumed.
    Started,
}

/// What happened between two instants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Film {
    /// The first instant.
    pub from: Nanos,
    /// The last instant.
    pub to: Nanos,
    /// Every node that existed, ascending.
    pub nodes: Vec<NodeId>,
    /// The messages that were in flight at some time of the film, in the order of sending.
    pub passages: Vec<Passage>,
    /// The number of messages beyond [`FILM_MESSAGES_MAX`].
    pub passages_left_out: u64,
    /// The nodes' states, by node, then by time.
    pub spans: Vec<Span>,
    /// The changes of the nodes, by time.
    pub ticks: Vec<Tick>,
    /// The requests that ran at some time of the film, in the order of sending.
    pub requests: Vec<Rc<RequestView>>,
    /// The number of requests beyond [`FILM_REQUESTS_MAX`].
    pub requests_left_out: u64,
}

/// A group of messages that are drawn as one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The index of its first message in [`Film::passages`].
    pub first: usize,
    /// The number of messages.
    pub count: u32,
}

/// The part of a node's state that a film shows.
#[derive(Clone, Copy, PartialEq)]
struct NodeSummary {
    process: Process,
    role: Role,
    term: u64,
    commit: Option<u64>,
}

impl NodeSummary {
    fn of(id: NodeId, row: &NodeRow, now: Nanos) -> Option<NodeSummary> {
        let node = node_of_row(id, row, now)?;
        let commit = node.commit_index;
        Some(NodeSummary { process: node.process, role: node.role, term: node.term, commit })
    }
}

/// Reads blocks of the tape into a film.
struct FilmReader {
    film: Film,
    /// The last known state of each node.
    known: [Option<NodeSummary>; NODES_MAX as usize],
}

impl Inner {
    pub(super) fn film(&self, from: Nanos, to: Nanos) -> Option<Film> {
        let begin = self.block_of(from)?;
        let (mut state, start) = begin.state_at(from);
        let film = Film { from, to, ..Film::default() };
        let mut reader = FilmReader { film, known: [None; NODES_MAX as usize] };
        reader.begin(&state);
        if reader.follow(begin, &mut state, start) {
            let later = self.closed.partition_point(|block| block.key.at <= from);
            let rest = self.closed.range(later..).map(Rc::as_ref).chain(Some(&self.open));
            for block in rest.filter(|block| block.key.at > begin.key.at) {
                if !reader.follow(block, &mut state, 0) {
                    break;
                }
            }
        }
        let mut film = reader.film;
        film.finish();
        self.take_requests(&mut film);
        Some(film)
    }

    /// Adds the requests that ran at some time of the film, the latest ones if there are too many.
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

impl FilmReader {
    fn begin(&mut self, state: &State) {
        for id in 1..=NODES_MAX {
            self.note_node(id, state, self.film.from);
        }
        self.film.ticks.clear();
        for row in state.flight.values() {
            self.film.send(Passage { message: message_of_row(row), ended: None, lost: None });
        }
    }

    /// Reads a block from a position on. Returns false at the end of the film.
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

    /// Records the present state of a node.
    fn note_node(&mut self, node: NodeId, state: &State, at: Nanos) {
        let film = &mut self.film;
        let now = NodeSummary::of(node, &state.nodes[place(node)], at);
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
            |known: NodeSummary| (known.process, known.role, known.term) == (now.process, now.role, now.term);
        if known.is_some_and(same) {
            return;
        }
        film.close(node, at);
        let NodeSummary { process, role, term, .. } = now;
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

    /// Replaces a message whose arrival was delayed.
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
        #[allow(
            clippy::disallowed_methods,
            reason = "of a stretch that is drawn, in files that are loaded when they are wanted"
        )]
        self.spans.sort_by_key(|span| (span.node, span.from));
        self.nodes.sort_unstable();
    }
}

/// Returns the ticks for a change of a node's state.
fn ticks(known: NodeSummary, now: NodeSummary) -> [Option<TickKind>; 3] {
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

/// Groups messages so that at most about `lines_max` lines are drawn, where the first message of a
/// group represents it. If possible, each message has its own line. Otherwise, consecutive
/// heartbeats and their replies between two nodes share lines, then consecutive messages of any one
/// kind. Lost messages are grouped only with lost ones.
pub fn bundle(film: &Film, lines_max: usize) -> Vec<Bundle> {
    let span = film.to.saturating_sub(film.from).max(1);
    let mut width = 0;
    let mut all = false;
    loop {
        let bundles = group(film, width, all);
        // Groups of half the film cannot be widened usefully.
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

/// The key of a group: sender, receiver, kind, whether it is a reply, whether it was lost, and the
/// time slot.
type Group = (NodeId, NodeId, MessageKind, bool, bool, Nanos);

fn group(film: &Film, width: Nanos, all: bool) -> Vec<Bundle> {
    let mut bundles: Vec<Bundle> = Vec::new();
    // The open groups. There are few at a time, as each ends with its time slot.
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
