//! What playing a scenario tells: items in order, for people and for programs.

use super::ast::{Choice, Condition, Sight, Speed, Teach};
use crate::etcdctl::Output;
use crate::model::Event;
use crate::units::{Nanos, NodeId};

/// Something told while a scenario plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Virtual time.
    pub at: Nanos,
    /// The line of the step, from 1; 0 for events.
    pub line: u32,
    /// What.
    pub item: Item,
}

/// The kinds of things told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Text for the viewer.
    Teach(Teach, String),
    /// What to look at, on these nodes or on all, and why.
    Look(Sight, Vec<NodeId>, Option<String>),
    /// Help for those who are stuck, after so much of their time.
    Hint(Option<Nanos>, String),
    /// How fast to play from here on.
    Speed(Speed),
    /// An invitation, and what holds once it was followed; nobody waits for it.
    Try(String, Condition),
    /// The trace hash that the run had here when it was recorded, and the one that it has.
    Trace {
        /// When it was recorded.
        recorded: u64,
        /// Now.
        found: u64,
    },
    /// A question and its answers; playback may wait, the headless command goes on.
    Ask(String, Vec<Choice>),
    /// A step was carried out; its canonical text.
    Did(String),
    /// A step changed nothing, and why.
    Note(String),
    /// A command was typed.
    Typed(NodeId, String),
    /// A command printed.
    Printed(NodeId, Output),
    /// A condition was met or held.
    Held(String),
    /// A step failed; the scenario ends here.
    Failed(String),
    /// Something happened in the cluster.
    Happened(Event),
}
