//! Facts: what was seen, when and by whom. A violation is two of them that contradict each other.

use crate::model::{Fact, RequestId, Seen};
use crate::units::{Nanos, NodeId};

/// An answer, as the source of a fact about a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct By {
    /// Which request was answered; 0 before the first.
    pub(super) request: RequestId,
    /// When.
    pub(super) at: Nanos,
    /// At which revision of the store.
    pub(super) revision: u64,
}

impl By {
    /// It as a fact.
    fn fact(self) -> Fact {
        let seen = Seen::Answered { revision: self.revision };
        Fact { at: self.at, node: None, request: Some(self.request), seen }
    }
}

/// Facts that contradict each other: why, and whose answers they are.
pub(super) struct Clash {
    pub(super) why: String,
    pub(super) with: Vec<By>,
}

impl Clash {
    pub(super) fn new(why: String, with: &[By]) -> Clash {
        Clash { why, with: with.to_vec() }
    }

    /// The answers as facts, in their order; `last` is what ended just now.
    pub(super) fn facts(&self, last: Fact) -> Vec<Fact> {
        let others = self.with.iter().filter(|by| by.request > 0 && Some(by.request) != last.request);
        let mut facts: Vec<Fact> = others.map(|by| by.fact()).collect();
        facts.push(last);
        facts
    }
}

impl From<String> for Clash {
    fn from(why: String) -> Clash {
        Clash::new(why, &[])
    }
}

/// What a node was seen to do.
pub(super) fn of_node(at: Nanos, node: NodeId, seen: Seen) -> Fact {
    Fact { at, node: Some(node), request: None, seen }
}
