//! Whether a cluster is quiet, and if not, why.

use std::fmt;

use super::facade::Cluster;
use crate::model::{MessageKind, Process};
use crate::node::Node;
use crate::units::NodeId;

/// Why a cluster is not quiet: the first reason that applies, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unrest {
    /// The number of requests that clients wait for.
    Requests(u64),
    /// The number of writes that a load has yet to send.
    Load(u64),
    /// A message that is no heartbeat is in flight: kind, sender, receiver.
    Message(MessageKind, NodeId, NodeId),
    /// A running node has not committed or not applied all of its log.
    Behind(NodeId),
    /// Two running nodes that reach each other have logs that end differently.
    Apart(NodeId, NodeId),
}

impl fmt::Display for Unrest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requests(1) => f.write_str("a client waits for an answer"),
            Self::Requests(count) => write!(f, "clients wait for {count} answers"),
            Self::Load(left) => write!(f, "{left} writes of a load are still to come"),
            Self::Message(kind, from, to) => {
                write!(f, "a message of kind {kind:?} is under way from node{from} to node{to}")
            }
            Self::Behind(node) => write!(f, "node{node} has not applied all of its log"),
            Self::Apart(one, other) => write!(f, "the logs of node{one} and node{other} end differently"),
        }
    }
}

impl Cluster {
    /// Whether the cluster is quiet: no client waits, only heartbeats are in flight, and running nodes that reach each
    /// other have equal logs, all applied.
    pub fn quiet(&self) -> bool {
        self.unrest().is_none()
    }

    /// Why the cluster is not [quiet](Self::quiet); `None` if it is.
    pub fn unrest(&self) -> Option<Unrest> {
        let waiting = self.around.recorder.with_book(|book| book.waiting());
        if waiting > 0 {
            return Some(Unrest::Requests(waiting));
        }
        let load = self.clients.stress_left();
        if load > 0 {
            return Some(Unrest::Load(load));
        }
        if let Some((kind, from, to)) = self.around.network.under_way() {
            return Some(Unrest::Message(kind, from, to));
        }
        let running: Vec<&Node> =
            self.nodes.values().filter(|node| node.process == Process::Running).collect();
        let behind = running.iter().find(|node| {
            let last = node.disk.borrow().last_index();
            last.is_none() || last != self.applied_index(node.id) || last != node.observed.commit
        });
        if let Some(node) = behind {
            return Some(Unrest::Behind(node.id));
        }
        running.iter().enumerate().find_map(|(at, node)| {
            let other = running[at + 1..].iter().find(|other| self.end_apart(node, other))?;
            Some(Unrest::Apart(node.id, other.id))
        })
    }

    fn end_apart(&self, one: &Node, other: &Node) -> bool {
        self.around.network.with_links(|links| links.joins(one.id, other.id))
            && one.disk.borrow().last_position() != other.disk.borrow().last_position()
    }
}
