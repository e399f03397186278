//! Since when members are connected, as a server's transport knows it.
//!
//! etcd's members keep streams to each other, and before a change of members a server checks how long each stream has
//! been up (`ActiveSince`). A process that ends breaks its streams at once; a cut or a pause is noticed only after a
//! stream was silent for [`SILENCE_MAX`].

use super::Links;
use crate::model::Link;
use crate::small_map::SmallMap;
use crate::units::{Nanos, NodeId, SECOND};

/// The silence after which a stream counts as broken, in virtual nanoseconds (etcd's `ConnReadTimeout`).
const SILENCE_MAX: Nanos = 5 * SECOND;

/// The states that break connections, each with its start.
#[derive(Default)]
pub(super) struct Connections {
    /// Since when each process listens.
    listens: SmallMap<NodeId, Nanos>,
    /// Since when a listening process is paused.
    still: SmallMap<NodeId, Nanos>,
    /// Since when nothing passes between two nodes, the lower one first.
    cut: SmallMap<Link, Nanos>,
    /// When two nodes were connected again after a long cut.
    joined: SmallMap<Link, Nanos>,
}

impl Connections {
    /// Notes that a process begins to listen.
    pub(super) fn listens(&mut self, node: NodeId, now: Nanos) {
        self.listens.insert(node, now);
    }

    /// Notes that a process ended.
    pub(super) fn ended(&mut self, node: NodeId) {
        self.listens.remove(&node);
        self.still.remove(&node);
    }

    /// Notes that a process was paused or resumed.
    pub(super) fn stands_still(&mut self, node: NodeId, still: bool, now: Nanos) {
        if still {
            self.still.insert(node, now);
        } else if self.still.remove(&node).is_some_and(|since| is_noticed(since, now)) {
            self.listens.insert(node, now);
        }
    }

    /// Notes that the links were changed.
    pub(super) fn links_changed(&mut self, links: &Links, now: Nanos) {
        let nodes = links.nodes();
        for (at, a) in nodes.iter().enumerate() {
            for b in &nodes[at + 1..] {
                let pair = Link { from: *a, to: *b };
                if !links.joins(*a, *b) {
                    self.cut.or_insert(pair, now);
                } else if self.cut.remove(&pair).is_some_and(|since| is_noticed(since, now)) {
                    self.joined.insert(pair, now);
                }
            }
        }
    }

    /// Since when two members are connected, in virtual nanoseconds of true time; `None` if they are not.
    pub(super) fn since(&self, a: NodeId, b: NodeId, now: Nanos) -> Option<Nanos> {
        let pair = Link { from: a.min(b), to: a.max(b) };
        let both = *self.listens.get(&a)?.max(self.listens.get(&b)?);
        let silences = [self.cut.get(&pair), self.still.get(&a), self.still.get(&b)];
        if silences.into_iter().flatten().any(|since| is_noticed(*since, now)) {
            return None;
        }
        Some(self.joined.get(&pair).map_or(both, |joined| both.max(*joined)))
    }
}

fn is_noticed(since: Nanos, now: Nanos) -> bool {
    now >= since + SILENCE_MAX
}
