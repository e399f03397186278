//! What is shown of the stage: the filter of messages, and the focus among them.

use leptos::prelude::*;
use raft_core::model::{ClusterView, Message, MessageKind};
use raft_core::units::NodeId;

use super::Selection;

/// The filter of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// All messages.
    #[default]
    All,
    /// All except the heartbeats, and their replies, of nodes that are not chosen.
    Context,
    /// The messages that belong to the selection.
    Selected,
}

impl Filter {
    /// Returns the next filter.
    pub fn next(self) -> Filter {
        match self {
            Filter::All => Filter::Context,
            Filter::Context => Filter::Selected,
            Filter::Selected => Filter::All,
        }
    }

    /// Whether a message is drawn with this selection and chosen node.
    pub fn shows(self, message: &Message, view: &ClusterView, selection: Selection, node: NodeId) -> bool {
        let chosen = if selection == Selection::None { Selection::Node(node) } else { selection };
        match self {
            Filter::All => true,
            Filter::Context => message.kind != MessageKind::Heartbeat || chosen.has(message, view),
            Filter::Selected => chosen.has(message, view),
        }
    }
}

/// The state of the stage that does not belong to a cluster.
#[derive(Clone, Copy)]
pub struct Sight {
    /// The filter of messages.
    pub filter: RwSignal<Filter>,
    /// The message with the focus.
    pub active: RwSignal<Option<u64>>,
    /// The nodes gathered by keyboard, to be cut off from the others.
    pub gathered: RwSignal<Vec<NodeId>>,
    /// Whether the ring is also shown as a table.
    pub table: RwSignal<bool>,
}

impl Sight {
    /// Returns the state in which all messages are shown and no node is gathered.
    pub fn new() -> Sight {
        Sight {
            filter: RwSignal::default(),
            active: RwSignal::default(),
            gathered: RwSignal::default(),
            table: RwSignal::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{message, view};

    #[test]
    fn the_filters_come_around() {
        assert_eq!(Filter::All.next(), Filter::Context);
        assert_eq!(Filter::Context.next(), Filter::Selected);
        assert_eq!(Filter::Selected.next(), Filter::All);
    }

    #[test]
    fn in_context_the_heartbeats_of_others_are_left_out_and_nothing_else_is() {
        let (view, none) = (view(), Selection::None);
        let shows = |kind, from, to| Filter::Context.shows(&message(9, kind, from, to), &view, none, 2);
        assert!(!shows(MessageKind::Heartbeat, 1, 3));
        assert!(shows(MessageKind::Heartbeat, 1, 2), "the chosen node's own are shown");
        assert!(shows(MessageKind::Append, 1, 3));
    }

    #[test]
    fn what_is_selected_counts_more_than_the_chosen_node() {
        let (view, link) = (view(), Selection::link(3, 1));
        let shows =
            |from, to| Filter::Selected.shows(&message(9, MessageKind::Vote, from, to), &view, link, 2);
        assert!(shows(1, 3) && shows(3, 1));
        assert!(!shows(1, 2), "of the chosen node, but not on the link");
    }

    #[test]
    fn without_a_filter_everything_is_drawn() {
        let beat = message(9, MessageKind::Heartbeat, 4, 5);
        assert!(Filter::All.shows(&beat, &view(), Selection::Message(1), 2));
    }
}
