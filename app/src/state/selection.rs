//! The selection of the page: one thing at a time, shared by the stage, the inspector and the diagrams.

use leptos::prelude::*;
use raft_core::model::{ClusterView, LifeStep, Link, Message, RequestId, RequestStep};
use raft_core::units::NodeId;

use crate::session::Session;

/// What is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// No selection.
    #[default]
    None,
    /// A node.
    Node(NodeId),
    /// A link, with both directions; `a` is the smaller node id.
    Link {
        /// The smaller node id.
        a: NodeId,
        /// The greater node id.
        b: NodeId,
    },
    /// A message, by its id. It stays selected after it has arrived or was lost.
    Message(u64),
    /// A client's request.
    Request(RequestId),
}

impl Selection {
    /// Returns the link between two nodes.
    pub fn link(one: NodeId, other: NodeId) -> Selection {
        Selection::Link { a: one.min(other), b: one.max(other) }
    }

    /// Whether this link is selected, in either direction.
    pub fn is_link(self, link: Link) -> bool {
        self == Selection::link(link.from, link.to)
    }

    /// Whether a message belongs to the selection. A message belongs to the other message of the same call,
    /// and to a request whose entry it carries or that it forwards.
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

/// Returns the log index of a request's entry, once a leader has proposed it.
fn entry_of(view: &ClusterView, id: RequestId) -> Option<u64> {
    let request = view.requests.iter().find(|request| request.id == id)?;
    request.steps.iter().rev().find_map(|(_, step)| match step {
        LifeStep::Noted(RequestStep::Proposed { index, .. }) => Some(*index),
        _ => None,
    })
}

/// Returns the selection of a page. Choosing a node selects it, and showing the life of a request selects
/// that; a new cluster clears the selection.
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use raft_core::model::{Action, Applied, MessageKind, Operation, REQUEST_TIMEOUT, Request};

    use super::*;
    use crate::samples::{led, message, view};

    #[test]
    fn a_link_is_the_same_in_either_direction() {
        assert_eq!(Selection::link(5, 2), Selection::link(2, 5));
        assert!(Selection::link(5, 2).is_link(Link { from: 5, to: 2 }));
        assert!(!Selection::link(5, 2).is_link(Link { from: 5, to: 3 }));
        assert!(!Selection::Node(5).is_link(Link { from: 5, to: 2 }));
    }

    #[test]
    fn a_message_belongs_to_both_its_ends_and_to_their_link() {
        let (view, message) = (view(), message(9, MessageKind::Append, 1, 3));
        let belongs = |selection: Selection| selection.has(&message, &view);
        assert!(belongs(Selection::Node(1)) && belongs(Selection::Node(3)) && belongs(Selection::link(3, 1)));
        assert!(!belongs(Selection::Node(2)) && !belongs(Selection::link(1, 2)));
        assert!(belongs(Selection::None), "nothing selected hides nothing");
    }

    #[test]
    fn an_answer_belongs_to_the_message_that_it_answers() {
        let mut view = view();
        let asked = message(7, MessageKind::Vote, 1, 3);
        let answer = Message { rpc: 7, ..message(8, MessageKind::Vote, 3, 1) };
        let other = message(9, MessageKind::Vote, 1, 2);
        view.messages = vec![asked, answer.clone(), other.clone()];
        assert!(Selection::Message(7).has(&answer, &view));
        assert!(!Selection::Message(7).has(&other, &view));
    }

    #[test]
    fn a_message_that_carries_a_requests_entry_belongs_to_the_request() {
        let (mut cluster, leader) = led();
        let request = Request {
            endpoints: vec![leader],
            operation: Operation::put("/k", "v"),
            timeout: REQUEST_TIMEOUT,
        };
        let Ok(Applied::Request(id)) = cluster.apply(Action::Request(request)) else { panic!("it is sent") };
        cluster.advance(cluster.now() + 1_000_000_000);
        let view = cluster.view();
        let index = entry_of(&view, id).unwrap();
        let append = |first, last| Message {
            entries: Some((first, last)),
            ..message(9, MessageKind::Append, leader, 1)
        };
        assert!(Selection::Request(id).has(&append(index, index + 2), &view));
        assert!(!Selection::Request(id).has(&append(index + 1, index + 2), &view));
        assert!(!Selection::Request(id).has(&message(9, MessageKind::Append, leader, 1), &view));
        assert_eq!(entry_of(&view, id + 1), None, "of a request that nobody made there is no entry");
    }
}
