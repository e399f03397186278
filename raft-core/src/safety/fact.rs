//! Facts: observations with their instant and source. A violation consists of contradicting facts.

use crate::model::{Fact, RequestId, Seen};
use crate::units::{Nanos, NodeId};

/// A response as the source of a fact about a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AnswerRef {
    /// The answered request; 0 for the initial state.
    pub(super) request: RequestId,
    /// The instant of the response.
    pub(super) at: Nanos,
    /// The store's revision in the response.
    pub(super) revision: u64,
}

impl AnswerRef {
    /// Converts the response to a fact.
    fn fact(self) -> Fact {
        let seen = Seen::Answered { revision: self.revision };
        Fact { at: self.at, node: None, request: Some(self.request), seen }
    }
}

/// Contradicting facts: an explanation and the responses that they come from.
pub(super) struct Contradiction {
    pub(super) why: String,
    pub(super) with: Vec<AnswerRef>,
}

impl Contradiction {
    pub(super) fn new(why: String, with: &[AnswerRef]) -> Contradiction {
        Contradiction { why, with: with.to_vec() }
    }

    /// Returns the responses as facts, followed by `last`, the fact of the request that has just ended.
    pub(super) fn facts(&self, last: Fact) -> Vec<Fact> {
        let others = self.with.iter().filter(|by| by.request > 0 && Some(by.request) != last.request);
        let mut facts: Vec<Fact> = others.map(|by| by.fact()).collect();
        facts.push(last);
        facts
    }
}

impl From<String> for Contradiction {
    fn from(why: String) -> Contradiction {
        Contradiction::new(why, &[])
    }
}

/// Returns a fact about a node.
pub(super) fn of_node(at: Nanos, node: NodeId, seen: Seen) -> Fact {
    Fact { at, node: Some(node), request: None, seen }
}
