//! Node numbers for new members. A number is a place in the ring. The number of a node that left can be given again, to
//! a member with another id and an empty disk.

use std::cell::RefCell;
use std::rc::Rc;

use crate::small_map::SmallMap;
use crate::units::{NODES_MAX, Nanos, NodeId};

/// For each number that was given: from when on it can be given again.
#[derive(Clone, Default)]
pub(crate) struct Rooms(Rc<RefCell<SmallMap<NodeId, Nanos>>>);

impl Rooms {
    /// Marks a number as taken.
    pub(crate) fn take(&self, node: NodeId) {
        self.free_from(node, Nanos::MAX);
    }

    /// Marks a number as free from the instant `at` on.
    pub(crate) fn free_from(&self, node: NodeId, at: Nanos) {
        self.0.borrow_mut().insert(node, at);
    }

    /// Finds a number for a new member: the wished one, else one that was never given, else the lowest free one. `None`
    /// if the ring is full.
    pub(crate) fn find(&self, wished: Option<NodeId>, now: Nanos) -> Option<NodeId> {
        let given = self.0.borrow();
        let is_free = |node: &NodeId| given.get(node).is_none_or(|at| *at <= now);
        wished
            .filter(is_free)
            .or_else(|| (1..=NODES_MAX).find(|node| !given.contains_key(node)))
            .or_else(|| (1..=NODES_MAX).find(is_free))
    }
}
