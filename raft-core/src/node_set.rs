//! A set of node ids in one 64-bit word.

use crate::units::{NODES_MAX, NodeId};

/// A set of node ids: bit `n` stands for node `n`, as ids are at most [`NODES_MAX`].
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct NodeSet(u64);

const _: () = assert!(NODES_MAX < u64::BITS as u64);

impl NodeSet {
    /// Adds `node`; returns whether the set did not contain it before.
    pub(crate) fn insert(&mut self, node: NodeId) -> bool {
        let before = self.0;
        self.0 |= 1 << node;
        self.0 != before
    }

    pub(crate) fn remove(&mut self, node: NodeId) {
        self.0 &= !(1 << node);
    }

    pub(crate) fn contains(self, node: NodeId) -> bool {
        self.0 & 1 << node != 0
    }

    pub(crate) fn len(self) -> u64 {
        u64::from(self.0.count_ones())
    }
}
