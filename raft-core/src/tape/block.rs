//! A block of a tape: the whole state at its beginning, and what changed since.

use super::codec::{read_number, read_row, write_number, write_row};
use super::rows::{
    MESSAGE_COLUMNS, MessageRow, NODE_COLUMNS, NodeRow, PROGRESS_COLUMNS, ProgressRow, delay_row,
};
use crate::small_map::SmallMap;
use crate::units::{NODES_MAX, Nanos, NodeId};

/// One change. Numbers are as the state has them.
#[derive(Clone, Copy)]
pub(super) enum Change<'a> {
    /// The clock moved.
    At(Nanos),
    /// A node is so now.
    Node(NodeId, &'a NodeRow),
    /// A node's log has this shape now.
    Shape(NodeId, u64),
    /// A message was sent.
    Sent(&'a MessageRow),
    /// A message arrives so much later.
    Delayed(u64, Nanos),
    /// A message arrived.
    Arrived(u64),
    /// A message was lost, for the reason of this number.
    Lost(u64, u64),
    /// What belongs to no node is so now.
    Surround(u64),
    /// So many writes of a stress are left.
    Stress(u64),
    /// A leader's follower is so far now.
    Progress(NodeId, NodeId, &'a ProgressRow),
}

/// Tags above those of nodes, which are the numbers of nodes.
const SHAPE: u64 = NODES_MAX + 1;
const SENT: u64 = NODES_MAX + 2;
const ARRIVED: u64 = NODES_MAX + 3;
const SURROUND: u64 = NODES_MAX + 4;
const STRESS: u64 = NODES_MAX + 5;
const DELAYED: u64 = NODES_MAX + 6;
const PROGRESS: u64 = NODES_MAX + 7;
const LOST: u64 = NODES_MAX + 8;
const AT: u64 = 0;

/// What a change was about, for who follows a tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// The clock.
    At,
    /// A node.
    Node(NodeId),
    /// A message that was sent: the state's last.
    Sent,
    /// A message that arrived.
    Arrived(u64),
    /// A message that was lost, and the number of the reason.
    Lost(u64, u64),
    /// A message that arrives later than it was to; the state's flight has it.
    Delayed(u64),
    /// A log's shape, or what belongs to no node.
    Other,
}

/// What the tape knows at an instant.
#[derive(Clone)]
pub(super) struct State {
    pub(super) at: Nanos,
    pub(super) nodes: [NodeRow; NODES_MAX as usize],
    /// The number of each log's shape.
    pub(super) shapes: [u64; NODES_MAX as usize],
    /// Messages in flight by id.
    pub(super) flight: SmallMap<u64, MessageRow>,
    /// The message sent last, from which the next one differs by little.
    pub(super) last: MessageRow,
    pub(super) surround: u64,
    pub(super) stress: u64,
    /// How far followers are, by leader and follower: see [`pair`].
    pub(super) progress: SmallMap<u64, ProgressRow>,
}

/// Where the numbers of a node lie.
pub(super) fn place(node: NodeId) -> usize {
    (node.clamp(1, NODES_MAX) - 1) as usize
}

/// The number of a leader and a follower.
pub(super) fn pair(leader: NodeId, follower: NodeId) -> u64 {
    leader * (NODES_MAX + 1) + follower
}

impl State {
    /// Nothing is known yet.
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

    /// Takes a change in and writes it down.
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

    /// How far a follower is, as its leader knows it.
    pub(super) fn progress_of(&self, leader: NodeId, follower: NodeId) -> ProgressRow {
        self.progress.get(&pair(leader, follower)).copied().unwrap_or([0; PROGRESS_COLUMNS])
    }

    /// Reads the next change into the state.
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

    /// The instant to which the change at a place moves the clock, if it does.
    pub(super) fn next_instant(&self, bytes: &[u8], mut at: usize) -> Option<Nanos> {
        (at < bytes.len() && read_number(bytes, &mut at) == AT).then(|| self.at + read_number(bytes, &mut at))
    }
}

/// The state at the beginning, and the changes since.
#[derive(Clone)]
pub(super) struct Block {
    pub(super) key: State,
    pub(super) bytes: Vec<u8>,
}

impl Block {
    pub(super) fn new(key: State) -> Block {
        Block { key, bytes: Vec::new() }
    }

    /// What it holds, in bytes.
    pub(super) fn size(&self) -> usize {
        let flight = self.key.flight.len() * std::mem::size_of::<(u64, MessageRow)>();
        let progress = self.key.progress.len() * std::mem::size_of::<(u64, ProgressRow)>();
        std::mem::size_of::<Block>() + flight + progress + self.bytes.len()
    }

    /// The state after all that happened up to and at an instant, and where the changes after it begin.
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
