//! Reports of a scenario being played, for people and for programs.

use super::ast::{Choice, Condition, Sight, Speed, Teach};
use crate::etcdctl::Output;
use crate::model::Event;
use crate::units::{Nanos, NodeId};

/// A report made while a scenario plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The virtual time.
    pub at: Nanos,
    /// The line of the step, from 1; 0 for events.
    pub line: u32,
    /// The content.
    pub item: Item,
}

/// The content of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Text for the viewer.
    Teach(Teach, String),
    /// A view to look at, of these nodes (all if empty), and the reason.
    Look(Sight, Vec<NodeId>, Option<String>),
    /// A hint for a viewer who is stuck, after this much real time.
    Hint(Option<Nanos>, String),
    /// The speed of playback from here on.
    Speed(Speed),
    /// An invitation, and the condition that holds once it was followed.
    Try(String, Condition),
    /// A comparison of trace hashes.
    Trace {
        /// The trace hash written in the scenario.
        recorded: u64,
        /// The trace hash of this run.
        found: u64,
    },
    /// A question and its answers. Playback halts there only for a viewer.
    Ask(String, Vec<Choice>),
    /// A step was performed; its canonical text.
    Did(String),
    /// A step changed nothing, for this reason.
    Note(String),
    /// A command was typed on a node.
    Typed(NodeId, String),
    /// A command on a node printed this.
    Printed(NodeId, Output),
    /// A condition holds.
    Held(String),
    /// A step failed for this reason; the scenario ends here.
    Failed(String),
    /// An event of the cluster.
    Happened(Event),
}
