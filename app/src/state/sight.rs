//! What a person sees of the stage: which messages, and which of them the keyboard is at.

use leptos::prelude::*;
use raft_core::model::{ClusterView, Message, MessageKind};
use raft_core::units::NodeId;

use super::Selection;

/// Which messages are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// All.
    #[default]
    All,
    /// Without the heartbeats, and their answers, of nodes that are not chosen.
    Context,
    /// What belongs to what is selected.
    Selected,
}

impl Filter {
    /// The one after this.
    pub fn next(self) -> Filter {
        match self {
            Filter::All => Filter::Context,
            Filter::Context => Filter::Selected,
            Filter::Selected => Filter::All,
        }
    }

    /// Whether a message is drawn, while this is selected and that node chosen.
    pub fn shows(self, message: &Message, view: &ClusterView, selection: Selection, node: NodeId) -> bool {
        let chosen = if selection == Selection::None { Selection::Node(node) } else { selection };
        match self {
            Filter::All => true,
            Filter::Context => message.kind != MessageKind::Heartbeat || chosen.has(message, view),
            Filter::Selected => chosen.has(message, view),
        }
    }
}

/// The state of the stage that no cluster knows of.
#[derive(Clone, Copy)]
pub struct Sight {
    /// Which messages are drawn.
    pub filter: RwSignal<Filter>,
    /// The message at which the keyboard is.
    pub active: RwSignal<Option<u64>>,
    /// Nodes that are gathered by the keyboard, to be cut off from the rest.
    pub gathered: RwSignal<Vec<NodeId>>,
}

impl Sight {
    /// Everything is shown, nothing gathered.
    pub fn new() -> Sight {
        Sight { filter: RwSignal::default(), active: RwSignal::default(), gathered: RwSignal::default() }
    }
}
