//! Safety, checked while the cluster runs.
//!
//! The checks read only events: what disks stored, what messages said, what clients were answered.
//! They share no code with openraft or the key-value store, so that a fault there cannot hide
//! itself here.
//!
//! | Property | Source | TLA+ name | Module |
//! |---|---|---|---|
//! | at most one leader per term | paper 5.2, figure 3 | `ElectionSafety` | `election` |
//! | each leader has the votes of a majority, each committed entry is on the disks of one; during a membership change, a majority of the old and of the new members | paper 5.2, 5.3, 6 | | `quorum` |
//! | a leader never rewrites its own log | paper 5.3 | `LeaderAppendOnly` | `append_only` |
//! | logs that share an entry are equal up to that entry | paper 5.3 | `LogMatching` | `log_matching` |
//! | a committed entry is in every later leader's log | paper 5.4 | `LeaderCompleteness` | `completeness` |
//! | no two nodes apply different entries at an index | paper 5.4.3 | `StateMachineSafety` | `state_machine` |
//! | the responses to clients fit one single copy of the store | Herlihy and Wing 1990 | | `linearizability`, `answers`, `conditions`, `timeline`, `open` |
//!
//! `history` keeps the requests and responses of clients. On request, `search` looks for an order
//! of operations that explains them: a second opinion that does not rely on revisions.
//!
//! The cost of a check is about proportional to the length of the event. The memory of the checks
//! is bounded; see the constants in each module.

mod answers;
mod append_only;
mod completeness;
mod conditions;
mod election;
mod fact;
mod history;
mod linearizability;
mod log_matching;
mod mirror;
mod open;
mod quorum;
pub mod search;
mod state_machine;
#[cfg(test)]
mod tests;
mod timeline;

pub use history::{ClientOperation, HISTORY_BYTES_MAX, HISTORY_MAX, History};
pub use linearizability::Verdict;

use crate::model::{Event, EventKind, Fact, Property};
use mirror::Mirror;

/// A violation of a safety property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The violated property.
    pub property: Property,
    /// The observation, in one sentence.
    pub detail: String,
    /// The contradicting facts, the last one observed last.
    pub facts: Vec<Fact>,
}

impl Violation {
    fn new(property: Property, detail: String, facts: [Fact; 2]) -> Self {
        Violation { property, detail, facts: facts.into() }
    }
}

/// The reason why a response cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The facts needed were dropped, as the check's memory is bounded.
    Forgotten,
    /// A write with an unknown outcome, or the end of a lease, may precede the response.
    OpenWrite,
    /// A condition compares several keys or the order of values.
    Comparison,
}

impl Doubt {
    /// All reasons.
    pub const ALL: [Doubt; 3] = [Doubt::Forgotten, Doubt::OpenWrite, Doubt::Comparison];

    /// Returns the reason in words that follow "because".
    pub fn reason(self) -> &'static str {
        match self {
            Doubt::Forgotten => "what came before them is no longer remembered",
            Doubt::OpenWrite => "a write without an answer, or the end of a lease, may lie before them",
            Doubt::Comparison => "their conditions compare several keys, or the order of values",
        }
    }
}

/// Checks every property after every event.
pub struct Checker {
    mirror: Mirror,
    append_only: append_only::AppendOnly,
    election: election::Election,
    log_matching: log_matching::LogMatching,
    completeness: completeness::Completeness,
    quorum: quorum::Quorum,
    state_machine: state_machine::StateMachine,
    clients: linearizability::Linearizability,
    history: History,
}

impl Checker {
    /// Creates a checker for a cluster of `nodes` members, before its first event.
    pub fn new(nodes: u64) -> Checker {
        Checker {
            mirror: Mirror::new(nodes),
            append_only: Default::default(),
            election: Default::default(),
            log_matching: Default::default(),
            completeness: Default::default(),
            quorum: Default::default(),
            state_machine: Default::default(),
            clients: Default::default(),
            history: Default::default(),
        }
    }

    /// Checks an event; adds violations to `found`.
    pub fn observe(&mut self, event: &Event, found: &mut Vec<Violation>) {
        match &event.kind {
            EventKind::Delivered { .. } | EventKind::Lost { .. } => return,
            EventKind::RequestStarted { .. } | EventKind::RequestEnded { .. } => {
                self.clients.observe(event, found);
                self.history.observe(event);
                return;
            }
            _ => {}
        }
        self.election.observe(event, found);
        // These checks need the logs as they were before the event.
        self.append_only.observe(&self.mirror, event, found);
        self.log_matching.observe(&self.mirror, event, found);
        self.mirror.observe(event);
        self.completeness.observe(&self.mirror, event, found);
        self.quorum.observe(&self.mirror, event, found);
        self.state_machine.observe(event, found);
    }

    /// Returns the kept requests and responses of clients.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Returns the number of comparisons made for a property; for linearizability, the number of
    /// judged responses.
    pub fn checked(&self, property: Property) -> u64 {
        match property {
            Property::ElectionSafety => self.election.checked + self.quorum.elections,
            Property::LeaderAppendOnly => self.append_only.checked,
            Property::LogMatching => self.log_matching.checked,
            Property::LeaderCompleteness => self.completeness.checked + self.quorum.commits,
            Property::StateMachineSafety => self.state_machine.checked,
            Property::Linearizability => self.clients.judged,
        }
    }

    /// Returns the number of responses that could not be judged, in the order of [`Doubt::ALL`].
    pub fn doubts(&self) -> [u64; 3] {
        self.clients.undecided
    }

    /// Returns whether the responses so far fit one single copy of the store.
    pub fn linearizability(&self) -> Verdict {
        self.clients.verdict()
    }
}
