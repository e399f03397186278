//! A block of a tape: the whole state at its beginning, and what changed since.

use super::codec::{read_number, read_row, write_number, write_row};
use super::rows::{MessageRow, NodeRow, delay_row};
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
    /// A message arrived.
    Arrived(u64),
    /// A message was lost, for the reason of this number.
    Lost(u64, u64),
    /// A message arrives so much later.
    Delayed(u64, Nanos),
    /// What belongs to no node is so now.
    Surround(u64),
    /// So many writes of a stress are left.
    Stress(u64),
}

/// Tags above those of nodes, which are the numbers of nodes.
const SHAPE: u64 = NODES_MAX + 1;
const SENT: u64 = NODES_MAX + 2;
const ARRIVED: u64 = NODES_MAX + 3;
const SURROUND: u64 = NODES_MAX + 4;
const STRESS: u64 = NODES_MAX + 5;
const DELAYED: u64 = NODES_MAX + 6;
const LOST: u64 = NODES_MAX + 7;
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
}

/// Where the numbers of a node lie.
pub(super) fn place(node: NodeId) -> usize {
    (node.clamp(1, NODES_MAX) - 1) as usize
}

impl State {
    /// Nothing is known yet.
    pub(super) fn blank(at: Nanos) -> State {
        State {
            at,
            nodes: [[0; 27]; NODES_MAX as usize],
            shapes: [0; NODES_MAX as usize],
            flight: SmallMap::default(),
            last: [0; 16],
            surround: 0,
            stress: 0,
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
            Change::Lost(id, reason) => {
                write_number(bytes, LOST);
                write_number(bytes, self.last[0].saturating_sub(id));
                write_number(bytes, reason);
                self.flight.remove(&id);
            }
            Change::Delayed(id, by) => {
                write_number(bytes, DELAYED);
                write_number(bytes, self.last[0].saturating_sub(id));
                write_number(bytes, by);
                self.delay(id, by);
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
        }
    }

    fn delay(&mut self, id: u64, by: Nanos) {
        if let Some(row) = self.flight.get_mut(&id) {
            delay_row(row, by);
        }
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
        std::mem::size_of::<Block>() + flight + self.bytes.len()
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
