//! Numbers for new members. A number is a place in the ring; the number of a node that is gone can
//! be had again, by another member with another id and an empty disk.

use std::cell::RefCell;
use std::rc::Rc;

use crate::small_map::SmallMap;
use crate::units::{NODES_MAX, Nanos, NodeId};

/// From when on each number that was ever given can be given again.
#[derive(Clone, Default)]
pub(crate) struct Rooms(Rc<RefCell<SmallMap<NodeId, Nanos>>>);

impl Rooms {
    /// A node has this number now.
    pub(crate) fn take(&self, node: NodeId) {
        self.free_from(node, Nanos::MAX);
    }

    /// The number can be given again from then on.
    pub(crate) fn free_from(&self, node: NodeId, at: Nanos) {
        self.0.borrow_mut().insert(node, at);
    }

    /// A number for a new member: the wished one, else one that was never given, else the lowest
    /// that can be given again. `None` when the ring is full.
    pub(crate) fn find(&self, wished: Option<NodeId>, now: Nanos) -> Option<NodeId> {
        let given = self.0.borrow();
        let is_free = |node: &NodeId| given.get(node).is_none_or(|at| *at <= now);
        wished
            .filter(is_free)
            .or_else(|| (1..=NODES_MAX).find(|node| !given.contains_key(node)))
            .or_else(|| (1..=NODES_MAX).find(is_free))
    }
}
