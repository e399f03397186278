//! A tally of a run, for charts: messages by kind, the term, the size of the stores, and the
//! latencies of commits.
//!
//! The tally is read from the tape piece by piece and continues where it stopped. It keeps two rows
//! of buckets: of the whole run, whose buckets widen as the run grows, and of the last seconds.

use std::collections::VecDeque;
use std::rc::Rc;

use super::Inner;
use super::block::{Block, Read, State, place};
use super::reading::run_at;
use super::rows::{kind_of_row, node_of_row};
use crate::model::MessageKind;
use crate::units::{MILLISECOND, NODES_MAX, Nanos, NodeId};

/// The maximum number of latencies kept. The oldest are dropped first.
pub const LATENCIES_MAX: usize = 20_000;
/// The maximum number of buckets in a row.
const BUCKETS_MAX: usize = 240;
/// The initial width of the whole run's buckets.
const WIDTH_MIN: Nanos = 10 * MILLISECOND;
/// The width of the buckets of the last seconds, which together span 24 s.
const WIDTH_RECENT: Nanos = 100 * MILLISECOND;

/// A group of message kinds that are counted together, replies included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// AppendEntries without entries.
    Heartbeats,
    /// AppendEntries with entries, and snapshots.
    Entries,
    /// Votes, pre-votes and transfers of leadership.
    Elections,
    /// Requests of a node to the leader for its clients.
    Clients,
}

/// All groups, in the order of [`Bucket::sent`].
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

/// The numbers for a short stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// The number of messages sent, by [`TRAFFIC`].
    pub sent: [u64; 4],
    /// The highest term of any node at the end of the bucket.
    pub term: u64,
    /// The size of each node's store at the end of the bucket, in bytes, by node from 1; absent
    /// while the node is down.
    pub bytes: [Option<u64>; NODES_MAX as usize],
}

/// A row of adjacent buckets of equal width.
#[derive(Clone, Debug)]
struct Row {
    from: Nanos,
    width: Nanos,
    buckets: VecDeque<Bucket>,
    /// Whether a full row doubles the width of its buckets instead of dropping the oldest.
    widens: bool,
}

impl Row {
    fn new(from: Nanos, width: Nanos, widens: bool) -> Row {
        Row { from: from / width * width, width, buckets: VecDeque::new(), widens }
    }

    /// Returns the bucket of an instant, which must not precede earlier ones. `blank` creates an
    /// empty bucket.
    fn at(&mut self, at: Nanos, blank: impl Fn() -> Bucket) -> Option<&mut Bucket> {
        while self.widens && (at - self.from.min(at)) / self.width >= BUCKETS_MAX as u64 {
            self.widen();
        }
        let mut wanted = (at.saturating_sub(self.from) / self.width) as usize;
        if !self.widens && wanted >= 2 * BUCKETS_MAX + self.buckets.len() {
            // All present buckets would be dropped.
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

/// The position of a tally on the tape.
struct Cursor {
    /// The start of the block that is being read.
    block: Nanos,
    place: usize,
    state: State,
}

/// A tally of a run, for charts.
#[derive(Default)]
pub struct Tally {
    cursor: Option<Cursor>,
    whole: Option<Row>,
    recent: Option<Row>,
    /// For each commit, its instant and the time since a log first had the entry.
    latencies: VecDeque<(Nanos, Nanos)>,
    latencies_left_out: u64,
    /// The end (exclusive) of the indexes known to be committed.
    committed_end: u64,
    /// By node: the term and the size of the store.
    nodes: [(u64, Option<u64>); NODES_MAX as usize],
}

impl Tally {
    /// Returns the start, the bucket width and the buckets of the whole run, or of its last seconds.
    pub fn buckets(&self, whole: bool) -> (Nanos, Nanos, Vec<&Bucket>) {
        let row = if whole { &self.whole } else { &self.recent };
        row.as_ref()
            .map_or((0, WIDTH_MIN, Vec::new()), |row| (row.from, row.width, row.buckets.iter().collect()))
    }

    /// The instant up to which the tally has read.
    pub fn ends_at(&self) -> Nanos {
        self.cursor.as_ref().map_or(0, |cursor| cursor.state.at)
    }

    /// Returns the commits of clients' entries since an instant, oldest first: the instant, and the
    /// time since a log first had the entry.
    pub fn latencies(&self, since: Nanos) -> impl Iterator<Item = (Nanos, Nanos)> + '_ {
        let first = self.latencies.partition_point(|(at, _)| *at < since);
        self.latencies.range(first..).copied()
    }

    /// The number of dropped latencies.
    pub fn latencies_left_out(&self) -> u64 {
        self.latencies_left_out
    }

    fn begin(&mut self, block: &Block) {
        let state = block.key.clone();
        self.whole.get_or_insert_with(|| Row::new(state.at, WIDTH_MIN, true));
        self.recent.get_or_insert_with(|| Row::new(state.at, WIDTH_RECENT, false));
        for node in 1..=NODES_MAX {
            self.take_node(node, &state);
            // The latencies of earlier commits are unknown.
            let view = node_of_row(node, &state.nodes[place(node)], state.at);
            let end = view.and_then(|view| view.commit_index).map_or(0, |commit| commit + 1);
            self.committed_end = self.committed_end.max(end);
        }
        self.cursor = Some(Cursor { block: state.at, place: 0, state });
    }

    /// Applies `change` to the buckets of an instant.
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
                // The tally starts, or its block was dropped: continue with the oldest block.
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

    /// Reads the next change of a block. Returns false at its end.
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

    /// Records the latencies of the entries that a node is the first to know as committed.
    fn tally_commits(&self, node: NodeId, state: &State, tally: &mut Tally) {
        let view = node_of_row(node, &state.nodes[place(node)], state.at);
        let Some(commit) = view.as_ref().and_then(|view| view.commit_index) else { return };
        let first = tally.committed_end;
        tally.committed_end = first.max(commit + 1);
        let mut run = self.shape_of(state, node);
        let mut found = Vec::new();
        for index in (first..=commit).rev() {
            let Some(term) = run_at(&mut run, index).map(|run| run.term) else { break };
            let Some(info) = self.infos.get(&(index, term)) else { continue };
            // No client waits for blank entries and memberships.
            if !matches!(&*info.label, "blank" | "members") {
                found.push(state.at.saturating_sub(info.since));
            }
        }
        found.into_iter().rev().for_each(|latency| tally.take_latency(state.at, latency));
    }
}
