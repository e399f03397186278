//! What the checks tell of a property: how often it was compared, and the facts that contradict each other.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::event::Property;
use super::request::RequestId;
use crate::units::{Nanos, NodeId};

/// One thing that was seen. A violation is two of them that cannot both be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// When.
    pub at: Nanos,
    /// Whose doing it was, if a node's.
    pub node: Option<NodeId>,
    /// Whose answer it was, if a request's.
    pub request: Option<RequestId>,
    /// What.
    pub seen: Seen,
}

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seen {
    /// The node leads a term.
    Leads {
        /// Which.
        term: u64,
    },
    /// The node's disk took a vote.
    Voted {
        /// In which term.
        term: u64,
        /// For whom.
        candidate: NodeId,
    },
    /// So many disks held a vote for the node when it led.
    Elected {
        /// Which term.
        term: u64,
        /// How many.
        votes: u64,
    },
    /// The node's log held an entry.
    Holds {
        /// Where.
        index: u64,
        /// Of which term.
        term: u64,
        /// Of which term the entry before it was, if that is known.
        previous: Option<u64>,
    },
    /// The node's log held no such entry.
    Lacks {
        /// Where.
        index: u64,
    },
    /// The node removed entries, or put others in their place.
    Rewrote {
        /// The first index.
        from: u64,
    },
    /// The node took an entry as committed.
    Committed {
        /// Where.
        index: u64,
        /// Of which term the entry is.
        term: u64,
    },
    /// So many disks held an entry when the node took it as committed.
    Stored {
        /// Where.
        index: u64,
        /// How many.
        disks: u64,
    },
    /// The node applied an entry.
    Applied {
        /// Where.
        index: u64,
        /// Of which term.
        term: u64,
        /// Hash of the store after it.
        hash: u32,
    },
    /// The node was to apply this index next.
    WasNext {
        /// Which.
        index: u64,
    },
    /// The client was answered.
    Answered {
        /// At which revision of the store.
        revision: u64,
    },
    /// The client was told that it was not done.
    NotDone,
    /// The client was told nothing.
    LeftOpen,
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(id) = self.request {
            return match self.seen {
                Seen::Answered { revision } => write!(f, "Request {id} was answered at revision {revision}."),
                Seen::NotDone => write!(f, "Request {id} was told that it was certainly not done."),
                _ => write!(f, "Request {id} was left without an answer."),
            };
        }
        let node = self.node.unwrap_or_default();
        match self.seen {
            Seen::Leads { term } => write!(f, "node{node} leads term {term}."),
            Seen::Voted { term, candidate } => {
                write!(f, "node{node} votes for node{candidate} in term {term}.")
            }
            Seen::Elected { term, votes } => {
                write!(f, "node{node} leads term {term} with {votes} votes on disks.")
            }
            Seen::Holds { index, term, previous: None } => {
                write!(f, "node{node} holds an entry of term {term} at index {index}.")
            }
            Seen::Holds { index, term, previous: Some(previous) } => write!(
                f,
                "node{node} holds an entry of term {term} at index {index}, and one of term {previous} before it."
            ),
            Seen::Lacks { index } => write!(f, "node{node} holds no entry at index {index}."),
            Seen::Rewrote { from } => write!(f, "node{node} changes its log from index {from} on."),
            Seen::Committed { index, term } => {
                write!(f, "node{node} takes the entry of term {term} at index {index} as committed.")
            }
            Seen::Stored { index, disks } => write!(f, "{disks} disks hold the entry at index {index}."),
            Seen::Applied { index, term, hash } => write!(
                f,
                "node{node} applies the entry of term {term} at index {index}; its store then has the hash {hash:08x}."
            ),
            Seen::WasNext { index } => write!(f, "node{node} has index {index} to apply next."),
            Seen::Answered { .. } | Seen::NotDone | Seen::LeftOpen => Ok(()),
        }
    }
}

impl Property {
    /// All of them, in the order of the paper.
    pub const ALL: [Property; 6] = [
        Property::ElectionSafety,
        Property::LeaderAppendOnly,
        Property::LogMatching,
        Property::LeaderCompleteness,
        Property::StateMachineSafety,
        Property::Linearizability,
    ];

    /// What it says, in one sentence.
    pub fn statement(self) -> &'static str {
        match self {
            Property::ElectionSafety => {
                "In a term at most one node leads, and a majority of the members voted for it."
            }
            Property::LeaderAppendOnly => {
                "A leader never overwrites or deletes entries of its own log; it only appends."
            }
            Property::LogMatching => {
                "If two logs hold an entry with the same index and term, they are equal up to it."
            }
            Property::LeaderCompleteness => {
                "What is committed lies on a majority of disks, and is in the log of the leader of every later term."
            }
            Property::StateMachineSafety => {
                "No two nodes apply different entries at one index, and after the same entries their stores are equal."
            }
            Property::Linearizability => {
                "Clients could have used one single copy: every answer fits some order of all requests in which each \
                 takes effect at one instant between its start and its answer."
            }
        }
    }

    /// Where it is stated.
    pub fn source(self) -> &'static str {
        match self {
            Property::ElectionSafety => "Raft paper, 5.2",
            Property::LeaderAppendOnly | Property::LogMatching => "Raft paper, 5.3",
            Property::LeaderCompleteness => "Raft paper, 5.4",
            Property::StateMachineSafety => "Raft paper, 5.4.3",
            Property::Linearizability => "Herlihy and Wing, 1990; Raft paper, 8",
        }
    }
}
