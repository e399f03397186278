//! A tally of a run, for charts: messages by kind, the term, the size of the key-values, and how long
//! commits took.
//!
//! It is taken from the tape a piece at a time, and goes on from where it stopped. It keeps two rows of
//! buckets: of the whole run, whose buckets grow wider as the run grows longer, and of its last seconds.

use std::collections::VecDeque;
use std::rc::Rc;

use super::Inner;
use super::block::{Block, Read, State, place};
use super::reading::run_at;
use super::rows::{kind_of_row, node_of_row};
use crate::model::MessageKind;
use crate::units::{MILLISECOND, NODES_MAX, Nanos, NodeId};

/// Commits whose time is kept; the oldest go first.
pub const LATENCIES_MAX: usize = 20_000;
/// Buckets of a row.
const BUCKETS_MAX: usize = 240;
/// How wide the first buckets of the whole run are.
const WIDTH_MIN: Nanos = 10 * MILLISECOND;
/// How wide the buckets of the last seconds are: together 24 s.
const WIDTH_RECENT: Nanos = 100 * MILLISECOND;

/// Kinds of messages that are counted together, answers included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// AppendEntries without entries.
    Heartbeats,
    /// AppendEntries with entries, and snapshots.
    Entries,
    /// Votes, trial votes and transfers.
    Elections,
    /// What a node asks of the leader for its clients.
    Clients,
}

/// All of them, in the order of [`Bucket::sent`].
pub const TRAFFIC: [Traffic; 4] =
    [Traffic::Heartbeats, Traffic::Entries, Traffic::Elections, Traffic::Clients];

impl Traffic {
    fn of(kind: MessageKind) -> Traffic {
        match kind {
            MessageKind::Heartbeat => Traffic::Heartbeats,
            MessageKind::Append | MessageKind::Snapshot => Traffic::Entries,
            MessageKind::Vote | MessageKind::PreVote | MessageKind::Transfer => Traffic::Elections,
            MessageKind::Forward | MessageKind::ReadIndex | MessageKind::Lease | MessageKind::Member => {
                Traffic::Clients
            }
        }
    }
}

/// What happened in a short stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Messages sent, by [`TRAFFIC`].
    pub sent: [u64; 4],
    /// The highest term of any node at its end.
    pub term: u64,
    /// Bytes in each node's key-value store at its end, by node from 1; absent while it is down.
    pub bytes: [Option<u64>; NODES_MAX as usize],
}

/// Buckets side by side.
#[derive(Clone, Debug)]
struct Row {
    from: Nanos,
    width: Nanos,
    buckets: VecDeque<Bucket>,
    /// Whether it makes room by wider buckets rather than by forgetting.
    widens: bool,
}

impl Row {
    fn new(from: Nanos, width: Nanos, widens: bool) -> Row {
        Row { from: from / width * width, width, buckets: VecDeque::new(), widens }
    }

    /// The bucket of an instant that is not before any other; `blank` is one in which nothing happened yet.
    fn at(&mut self, at: Nanos, blank: impl Fn() -> Bucket) -> Option<&mut Bucket> {
        while self.widens && (at - self.from.min(at)) / self.width >= BUCKETS_MAX as u64 {
            self.widen();
        }
        let mut wanted = (at.saturating_sub(self.from) / self.width) as usize;
        if !self.widens && wanted >= 2 * BUCKETS_MAX + self.buckets.len() {
            // All that is kept would be passed by.
            self.buckets.clear();
            self.from = at / self.width * self.width;
            wanted = 0;
        }
        while self.buckets.len() <= wanted {
            self.buckets.push_back(blank());
            if self.buckets.len() > BUCKETS_MAX {
                self.buckets.pop_front();
                self.from += self.width;
                wanted -= 1;
            }
        }
        self.buckets.get_mut(wanted)
    }

    fn widen(&mut self) {
        self.width *= 2;
        let from = self.from / self.width * self.width;
        let shifted = from != self.from;
        self.from = from;
        let mut wide: VecDeque<Bucket> = VecDeque::new();
        for (at, bucket) in std::mem::take(&mut self.buckets).into_iter().enumerate() {
            let pairs = (at + usize::from(shifted)) % 2 == 1;
            match wide.back_mut().filter(|_| pairs) {
                Some(last) => {
                    let sent = std::array::from_fn(|kind| last.sent[kind] + bucket.sent[kind]);
                    *last = Bucket { sent, ..bucket };
                }
                None => wide.push_back(bucket),
            }
        }
        self.buckets = wide;
    }
}

/// Where on the tape a tally has come.
struct Cursor {
    /// When the block begins in which it stands.
    block: Nanos,
    place: usize,
    state: State,
}

/// A tally.
#[derive(Default)]
pub struct Tally {
    cursor: Option<Cursor>,
    whole: Option<Row>,
    recent: Option<Row>,
    /// When an entry was committed, and how long after a log first had it.
    latencies: VecDeque<(Nanos, Nanos)>,
    latencies_left_out: u64,
    /// Everything below is known to be committed.
    committed_end: u64,
    /// Of each node what charts show: term and bytes.
    nodes: [(u64, Option<u64>); NODES_MAX as usize],
}

impl Tally {
    /// The first instant, the width and the buckets of the whole run, or of its last seconds.
    pub fn buckets(&self, whole: bool) -> (Nanos, Nanos, Vec<&Bucket>) {
        let row = if whole { &self.whole } else { &self.recent };
        row.as_ref()
            .map_or((0, WIDTH_MIN, Vec::new()), |row| (row.from, row.width, row.buckets.iter().collect()))
    }

    /// The instant up to which it is taken.
    pub fn ends_at(&self) -> Nanos {
        self.cursor.as_ref().map_or(0, |cursor| cursor.state.at)
    }

    /// Commits of clients' entries since an instant, oldest first: when, and how long after a log first had
    /// the entry.
    pub fn latencies(&self, since: Nanos) -> impl Iterator<Item = (Nanos, Nanos)> + '_ {
        let first = self.latencies.partition_point(|(at, _)| *at < since);
        self.latencies.range(first..).copied()
    }

    /// Commits that are no longer in it.
    pub fn latencies_left_out(&self) -> u64 {
        self.latencies_left_out
    }

    fn begin(&mut self, block: &Block) {
        let state = block.key.clone();
        self.whole.get_or_insert_with(|| Row::new(state.at, WIDTH_MIN, true));
        self.recent.get_or_insert_with(|| Row::new(state.at, WIDTH_RECENT, false));
        for node in 1..=NODES_MAX {
            self.take_node(node, &state);
            // What was committed before it took an unknown time.
            let view = node_of_row(node, &state.nodes[place(node)], state.at);
            let end = view.and_then(|view| view.commit_index).map_or(0, |commit| commit + 1);
            self.committed_end = self.committed_end.max(end);
        }
        self.cursor = Some(Cursor { block: state.at, place: 0, state });
    }

    /// Opens the buckets of an instant, and changes them.
    fn bucket(&mut self, at: Nanos, change: impl Fn(&mut Bucket)) {
        let nodes = &self.nodes;
        let blank = || Bucket {
            sent: [0; 4],
            term: nodes.iter().map(|(term, _)| *term).max().unwrap_or(0),
            bytes: std::array::from_fn(|node| nodes[node].1),
        };
        for row in [&mut self.whole, &mut self.recent].into_iter().flatten() {
            if let Some(bucket) = row.at(at, blank) {
                change(bucket);
            }
        }
    }

    fn take_node(&mut self, node: NodeId, state: &State) {
        let view = node_of_row(node, &state.nodes[place(node)], state.at);
        let now = view.map_or((0, None), |view| (view.term, view.store.map(|store| store.bytes)));
        if std::mem::replace(&mut self.nodes[place(node)], now) != now {
            let term = self.nodes.iter().map(|(term, _)| *term).max().unwrap_or(0);
            self.bucket(state.at, |bucket| {
                bucket.term = term;
                bucket.bytes[place(node)] = now.1;
            });
        }
    }

    fn take_latency(&mut self, at: Nanos, latency: Nanos) {
        if self.latencies.len() == LATENCIES_MAX {
            self.latencies.pop_front();
            self.latencies_left_out += 1;
        }
        self.latencies.push_back((at, latency));
    }
}

impl Inner {
    pub(super) fn tally(&self, tally: &mut Tally, changes_max: u32) -> bool {
        let mut left = changes_max;
        loop {
            let known = tally.cursor.as_ref().and_then(|cursor| self.block_that_begins(cursor.block));
            let Some(block) = known else {
                // It begins, or what it stood in is forgotten: it goes on with the oldest that is kept.
                tally.begin(self.closed.front().map_or(&self.open, Rc::as_ref));
                continue;
            };
            while left > 0 && self.tally_change(block, tally) {
                left -= 1;
            }
            if left == 0 {
                return false;
            }
            let later = self.closed.partition_point(|known| known.key.at <= block.key.at);
            let next = self.closed.get(later).map_or(&self.open, Rc::as_ref);
            if next.key.at <= block.key.at {
                let at = tally.ends_at();
                tally.bucket(at, |_| ());
                return true;
            }
            if let Some(cursor) = &mut tally.cursor {
                (cursor.block, cursor.place) = (next.key.at, 0);
            }
        }
    }

    fn block_that_begins(&self, at: Nanos) -> Option<&Block> {
        self.block_of(at).filter(|block| block.key.at == at)
    }

    /// Takes the next change of a block in. False at its end.
    fn tally_change(&self, block: &Block, tally: &mut Tally) -> bool {
        let Some(mut cursor) = tally.cursor.take() else { return false };
        let more = cursor.place < block.bytes.len();
        if more {
            match cursor.state.read(&block.bytes, &mut cursor.place) {
                Read::Sent => {
                    let kind = Traffic::of(kind_of_row(&cursor.state.last)) as usize;
                    tally.bucket(cursor.state.at, |bucket| bucket.sent[kind] += 1);
                }
                Read::Node(node) => {
                    tally.take_node(node, &cursor.state);
                    self.tally_commits(node, &cursor.state, tally);
                }
                _ => {}
            }
        }
        tally.cursor = Some(cursor);
        more
    }

    /// Takes in what a node knows to be committed and nobody knew before.
    fn tally_commits(&self, node: NodeId, state: &State, tally: &mut Tally) {
        let view = node_of_row(node, &state.nodes[place(node)], state.at);
        let Some(commit) = view.as_ref().and_then(|view| view.commit_index) else { return };
        let first = tally.committed_end;
        tally.committed_end = first.max(commit + 1);
        let mut run = self.shape_of(state, node);
        let mut found = Vec::new();
        for index in (first..=commit).rev() {
            let Some(term) = run_at(&mut run, index).map(|run| run.term) else { break };
            let Some(sketch) = self.sketches.get(&(index, term)) else { continue };
            // What the cluster proposes to itself nobody waits for.
            if !matches!(&*sketch.label, "blank" | "members") {
                found.push(state.at.saturating_sub(sketch.since));
            }
        }
        found.into_iter().rev().for_each(|latency| tally.take_latency(state.at, latency));
    }
}
