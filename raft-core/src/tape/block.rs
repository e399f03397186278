//! A block of a tape: the whole state at its start, and the changes since.

use super::codec::{read_number, read_row, write_number, write_row};
use super::rows::{
    MESSAGE_COLUMNS, MessageRow, NODE_COLUMNS, NodeRow, PROGRESS_COLUMNS, ProgressRow, delay_row,
};
use crate::small_map::SmallMap;
use crate::units::{NODES_MAX, Nanos, NodeId};

/// One change. Its rows and numbers are those of the [`State`].
#[derive(Clone, Copy)]
pub(super) enum Change<'a> {
    /// The time is now this instant.
    At(Nanos),
    /// A node has this row now.
    Node(NodeId, &'a NodeRow),
    /// A node's log has the shape with this index now.
    Shape(NodeId, u64),
    /// A message was sent.
    Sent(&'a MessageRow),
    /// A message's arrival is delayed: id and duration.
    Delayed(u64, Nanos),
    /// The message with this id arrived.
    Arrived(u64),
    /// A message was lost: id and number of the reason.
    Lost(u64, u64),
    /// Everything outside the nodes has the state with this index now.
    Surround(u64),
    /// This many writes of a stress test are left.
    Stress(u64),
    /// A follower's progress changed: leader, follower and row.
    Progress(NodeId, NodeId, &'a ProgressRow),
}

/// Tags of changes. The ids of nodes are the tags of [`Change::Node`], so the others lie above or
/// are 0.
const SHAPE: u64 = NODES_MAX + 1;
const SENT: u64 = NODES_MAX + 2;
const ARRIVED: u64 = NODES_MAX + 3;
const SURROUND: u64 = NODES_MAX + 4;
const STRESS: u64 = NODES_MAX + 5;
const DELAYED: u64 = NODES_MAX + 6;
const PROGRESS: u64 = NODES_MAX + 7;
const LOST: u64 = NODES_MAX + 8;
const AT: u64 = 0;

/// The subject of a change that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// The time.
    At,
    /// A node.
    Node(NodeId),
    /// The message that was sent; see [`State::last`].
    Sent,
    /// The id of a message that arrived.
    Arrived(u64),
    /// The id of a message that was lost, and the number of the reason.
    Lost(u64, u64),
    /// The id of a delayed message; [`State::flight`] has its row.
    Delayed(u64),
    /// A log's shape, a follower's progress, or something outside the nodes.
    Other,
}

/// The recorded state at an instant.
#[derive(Clone)]
pub(super) struct State {
    pub(super) at: Nanos,
    pub(super) nodes: [NodeRow; NODES_MAX as usize],
    /// The index of each log's shape.
    pub(super) shapes: [u64; NODES_MAX as usize],
    /// The messages in flight, by id.
    pub(super) flight: SmallMap<u64, MessageRow>,
    /// The last sent message. The next one is encoded as the difference to it.
    pub(super) last: MessageRow,
    pub(super) surround: u64,
    pub(super) stress: u64,
    /// The followers' progress by leader and follower; see [`pair`].
    pub(super) progress: SmallMap<u64, ProgressRow>,
}

/// Returns the index of a node's data.
pub(super) fn place(node: NodeId) -> usize {
    (node.clamp(1, NODES_MAX) - 1) as usize
}

/// Returns the number of a leader and a follower.
pub(super) fn pair(leader: NodeId, follower: NodeId) -> u64 {
    leader * (NODES_MAX + 1) + follower
}

impl State {
    /// Returns a state without nodes and messages.
    pub(super) fn blank(at: Nanos) -> State {
        State {
            at,
            nodes: [[0; NODE_COLUMNS]; NODES_MAX as usize],
            shapes: [0; NODES_MAX as usize],
            flight: SmallMap::default(),
            last: [0; MESSAGE_COLUMNS],
            surround: 0,
            stress: 0,
            progress: SmallMap::default(),
        }
    }

    /// Applies a change and appends its encoding to `bytes`.
    pub(super) fn write(&mut self, change: Change<'_>, bytes: &mut Vec<u8>) {
        match change {
            Change::At(at) => {
                write_number(bytes, AT);
                write_number(bytes, at - self.at);
                self.at = at;
            }
            Change::Node(node, row) => {
                write_number(bytes, node);
                write_row(bytes, &self.nodes[place(node)], row);
                self.nodes[place(node)] = *row;
            }
            Change::Shape(node, shape) => {
                write_number(bytes, SHAPE);
                write_number(bytes, node);
                write_number(bytes, shape);
                self.shapes[place(node)] = shape;
            }
            Change::Sent(row) => {
                write_number(bytes, SENT);
                write_row(bytes, &self.last, row);
                self.last = *row;
                self.flight.insert(row[0], *row);
            }
            Change::Arrived(id) => {
                write_number(bytes, ARRIVED);
                write_number(bytes, self.last[0].saturating_sub(id));
                self.flight.remove(&id);
            }
            Change::Delayed(id, by) => {
                write_number(bytes, DELAYED);
                write_number(bytes, self.last[0].saturating_sub(id));
                write_number(bytes, by);
                self.delay(id, by);
            }
            Change::Lost(id, reason) => {
                write_number(bytes, LOST);
                write_number(bytes, self.last[0].saturating_sub(id));
                write_number(bytes, reason);
                self.flight.remove(&id);
            }
            Change::Surround(number) => {
                write_number(bytes, SURROUND);
                write_number(bytes, number);
                self.surround = number;
            }
            Change::Stress(left) => {
                write_number(bytes, STRESS);
                write_number(bytes, left);
                self.stress = left;
            }
            Change::Progress(leader, follower, row) => {
                write_number(bytes, PROGRESS);
                write_number(bytes, pair(leader, follower));
                write_row(bytes, &self.progress_of(leader, follower), row);
                self.progress.insert(pair(leader, follower), *row);
            }
        }
    }

    fn delay(&mut self, id: u64, by: Nanos) {
        if let Some(row) = self.flight.get_mut(&id) {
            delay_row(row, by);
        }
    }

    /// Returns a follower's progress as its leader knows it.
    pub(super) fn progress_of(&self, leader: NodeId, follower: NodeId) -> ProgressRow {
        self.progress.get(&pair(leader, follower)).copied().unwrap_or([0; PROGRESS_COLUMNS])
    }

    /// Decodes and applies the next change; returns its subject.
    pub(super) fn read(&mut self, bytes: &[u8], at: &mut usize) -> Read {
        match read_number(bytes, at) {
            AT => {
                self.at += read_number(bytes, at);
                return Read::At;
            }
            SHAPE => {
                let node = read_number(bytes, at);
                self.shapes[place(node)] = read_number(bytes, at);
            }
            SENT => {
                read_row(bytes, at, &mut self.last);
                self.flight.insert(self.last[0], self.last);
                return Read::Sent;
            }
            ARRIVED => {
                let id = self.last[0].saturating_sub(read_number(bytes, at));
                self.flight.remove(&id);
                return Read::Arrived(id);
            }
            LOST => {
                let id = self.last[0].saturating_sub(read_number(bytes, at));
                self.flight.remove(&id);
                return Read::Lost(id, read_number(bytes, at));
            }
            DELAYED => {
                let id = self.last[0].saturating_sub(read_number(bytes, at));
                let by = read_number(bytes, at);
                self.delay(id, by);
                return Read::Delayed(id);
            }
            SURROUND => self.surround = read_number(bytes, at),
            STRESS => self.stress = read_number(bytes, at),
            PROGRESS => {
                let pair = read_number(bytes, at);
                let mut row = self.progress.get(&pair).copied().unwrap_or([0; PROGRESS_COLUMNS]);
                read_row(bytes, at, &mut row);
                self.progress.insert(pair, row);
            }
            node => {
                read_row(bytes, at, &mut self.nodes[place(node)]);
                return Read::Node(node);
            }
        }
        Read::Other
    }

    /// Returns the instant to which the change at a position moves the time, if it does.
    pub(super) fn next_instant(&self, bytes: &[u8], mut at: usize) -> Option<Nanos> {
        (at < bytes.len() && read_number(bytes, &mut at) == AT).then(|| self.at + read_number(bytes, &mut at))
    }
}

/// A block: the state at its start, and the encoded changes since.
#[derive(Clone)]
pub(super) struct Block {
    pub(super) key: State,
    pub(super) bytes: Vec<u8>,
}

impl Block {
    pub(super) fn new(key: State) -> Block {
        Block { key, bytes: Vec::new() }
    }

    /// Returns the block's size in memory, in bytes.
    pub(super) fn size(&self) -> usize {
        let flight = self.key.flight.len() * std::mem::size_of::<(u64, MessageRow)>();
        let progress = self.key.progress.len() * std::mem::size_of::<(u64, ProgressRow)>();
        std::mem::size_of::<Block>() + flight + progress + self.bytes.len()
    }

    /// Returns the state at the end of an instant, and the position of the first later change.
    pub(super) fn state_at(&self, at: Nanos) -> (State, usize) {
        let (mut state, mut place) = (self.key.clone(), 0);
        while place < self.bytes.len() {
            if state.next_instant(&self.bytes, place).is_some_and(|next| next > at) {
                break;
            }
            state.read(&self.bytes, &mut place);
        }
        (state, place)
    }
}
