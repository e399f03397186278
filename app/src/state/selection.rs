//! What is selected on the page: one thing at a time, on which the stage, the inspector and the
//! diagrams agree.

use leptos::prelude::*;
use raft_core::model::{ClusterView, LifeStep, Link, Message, RequestId, RequestStep};
use raft_core::units::NodeId;

use crate::session::Session;

/// What is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// Nothing.
    #[default]
    None,
    /// A node.
    Node(NodeId),
    /// Both directions between two nodes; `a` is the smaller number.
    Link {
        /// One end.
        a: NodeId,
        /// The other end.
        b: NodeId,
    },
    /// A message, by its id. It stays selected after it arrived or was lost.
    Message(u64),
    /// A client's request.
    Request(RequestId),
}

impl Selection {
    /// The link between two nodes.
    pub fn link(one: NodeId, other: NodeId) -> Selection {
        Selection::Link { a: one.min(other), b: one.max(other) }
    }

    /// Whether it is this link, in either direction.
    pub fn is_link(self, link: Link) -> bool {
        self == Selection::link(link.from, link.to)
    }

    /// Whether a message belongs to what is selected. A message belongs to another one of the same
    /// call, and to a request whose entry it carries or that it passes on.
    pub fn has(self, message: &Message, view: &ClusterView) -> bool {
        match self {
            Selection::None => true,
            Selection::Node(node) => message.from == node || message.to == node,
            Selection::Link { .. } => self.is_link(Link { from: message.from, to: message.to }),
            Selection::Message(id) => {
                message.id == id || view.messages.iter().any(|m| m.id == id && m.rpc == message.rpc)
            }
            Selection::Request(id) => {
                let Some(index) = entry_of(view, id) else { return false };
                message.entries.is_some_and(|(first, last)| (first..=last).contains(&index))
            }
        }
    }
}

/// The log index of a request's entry, once a leader proposed it.
fn entry_of(view: &ClusterView, id: RequestId) -> Option<u64> {
    let request = view.requests.iter().find(|request| request.id == id)?;
    request.steps.iter().rev().find_map(|(_, step)| match step {
        LifeStep::Noted(RequestStep::Proposed { index, .. }) => Some(*index),
        _ => None,
    })
}

/// The selection of a page. A node that is chosen becomes what is selected, and so does a request
/// whose life is shown; in another cluster nothing is.
pub fn follow_selection(session: Session) -> RwSignal<Selection> {
    let selection = RwSignal::new(Selection::None);
    Effect::new(move |before: Option<u32>| {
        let generation = session.generation.get();
        let node = session.selected.get();
        match before {
            None => (),
            Some(before) if before != generation => selection.set(Selection::None),
            Some(_) => selection.set(Selection::Node(node)),
        }
        generation
    });
    Effect::new(move |_| {
        if let Some(id) = session.shown_request.get() {
            selection.set(Selection::Request(id));
        }
    });
    selection
}
