//! Reads bytes as choices. After their end, every choice is the first one.

use crate::units::{NODES_MAX, NodeId};

/// The rest of an input.
pub(super) struct Feed<'a> {
    rest: &'a [u8],
}

impl<'a> Feed<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Feed<'a> {
        Feed { rest: bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn byte(&mut self) -> u8 {
        match self.rest.split_first() {
            Some((first, rest)) => {
                self.rest = rest;
                *first
            }
            None => 0,
        }
    }

    pub(super) fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// Returns a number below `bound`, which is at most 256.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::from(self.byte()) % bound.max(1)
    }

    pub(super) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// Returns any number: mostly a small one, sometimes one at which arithmetic may overflow.
    pub(super) fn number(&mut self) -> u64 {
        let first = self.byte();
        match first {
            0..=0xdf => u64::from(first),
            0xe0..=0xef => u64::from(first & 15) << 8 | u64::from(self.byte()),
            0xf0..=0xf7 => (0..8).fold(0, |number, _| number << 8 | u64::from(self.byte())),
            0xf8 | 0xf9 => u64::MAX,
            0xfa => i64::MAX as u64,
            0xfb => 1 << 63,
            0xfc => u64::from(u32::MAX),
            _ => 1_000_000_000,
        }
    }

    pub(super) fn signed(&mut self) -> i64 {
        self.number() as i64
    }

    /// Returns a node, mostly one that exists.
    pub(super) fn node(&mut self) -> NodeId {
        match self.byte() {
            255 => u64::MAX,
            byte => u64::from(byte) % (NODES_MAX + 2),
        }
    }

    pub(super) fn nodes(&mut self) -> Vec<NodeId> {
        (0..self.below(5)).map(|_| self.node()).collect()
    }

    /// Returns a few bytes, or very many.
    pub(super) fn bytes(&mut self) -> Vec<u8> {
        match self.byte() {
            255 => vec![b'x'; 1 << (self.byte() % 22)],
            length => (0..length % 9).map(|_| self.byte()).collect(),
        }
    }

    pub(super) fn text(&mut self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }
}
