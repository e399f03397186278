//! Safety, checked while the cluster runs.
//!
//! The checks see events only: what disks took, what messages said, what clients
//! were told. They share no code with openraft or the key-value store, so that a
//! fault there cannot hide itself here.
//!
//! | Property | Source | TLA+ name | Module |
//! |---|---|---|---|
//! | at most one leader a term | paper 5.2, figure 3 | `ElectionSafety` | `election` |
//! | who leads and what is committed has a majority, while members change of old and new | paper 5.2, 5.3, 6 | | `quorum` |
//! | a leader never rewrites its own log | paper 5.3 | `LeaderAppendOnly` | `append_only` |
//! | logs that share an entry are equal up to it | paper 5.3 | `LogMatching` | `log_matching` |
//! | a committed entry is in every later leader's log | paper 5.4 | `LeaderCompleteness` | `completeness` |
//! | no two nodes apply different entries at an index | paper 5.4.3 | `StateMachineSafety` | `state_machine` |
//! | clients could have used one single copy | Herlihy and Wing 1990 | | `linearizability`, `answers`, `conditions`, `timeline`, `open` |
//!
//! `history` keeps what clients asked and were told, and `search` looks for an order that explains it, when
//! somebody asks: a second opinion that knows nothing of revisions.
//!
//! Each check costs about as much as the event is long. What they remember is
//! bounded; see the constants in each module.

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

/// A property that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub property: Property,
    /// What was seen, in one sentence.
    pub detail: String,
    /// The facts that contradict each other.
    pub facts: Vec<Fact>,
}

impl Violation {
    fn new(property: Property, detail: String, facts: [Fact; 2]) -> Self {
        Violation { property, detail, facts: facts.into() }
    }
}

/// Why an answer cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// What is remembered is bounded, and this was forgotten.
    Forgotten,
    /// A write whose outcome is unknown may lie before it, or the end of a lease.
    OpenWrite,
    /// A condition compares several keys, or the order of values.
    Comparison,
}

impl Doubt {
    /// All of them.
    pub const ALL: [Doubt; 3] = [Doubt::Forgotten, Doubt::OpenWrite, Doubt::Comparison];

    /// It in words, after "because".
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
    /// A checker for a cluster of this many members, before its first event.
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

    /// Looks at an event; what it breaks is added to `found`.
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
        // These look at the logs as they were before the event.
        self.append_only.observe(&self.mirror, event, found);
        self.log_matching.observe(&self.mirror, event, found);
        self.mirror.observe(event);
        self.completeness.observe(&self.mirror, event, found);
        self.quorum.observe(&self.mirror, event, found);
        self.state_machine.observe(event, found);
    }

    /// What clients asked and were told, as far as it is remembered.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// How many comparisons were made for a property; for linearizability, how many answers were judged.
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

    /// How many answers could not be judged, in the order of [`Doubt::ALL`].
    pub fn doubts(&self) -> [u64; 3] {
        self.clients.undecided
    }

    /// Whether clients could have used one single copy so far.
    pub fn linearizability(&self) -> Verdict {
        self.clients.verdict()
    }
}
