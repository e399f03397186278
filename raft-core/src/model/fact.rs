//! Facts: the observations on which the checks rest. Each property with its statement and its source.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::event::Property;
use super::request::RequestId;
use crate::units::{Nanos, NodeId};

/// One observation. A violation is two facts that contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The instant, in virtual nanoseconds.
    pub at: Nanos,
    /// The node that did it, if a node did.
    pub node: Option<NodeId>,
    /// The request that was answered, if it is about an answer.
    pub request: Option<RequestId>,
    /// What was observed.
    pub seen: Seen,
}

/// The content of a [`Fact`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seen {
    /// The node leads a term.
    Leads {
        /// The term.
        term: u64,
    },
    /// The node's disk stored a vote.
    Voted {
        /// The term of the vote.
        term: u64,
        /// The candidate that got it.
        candidate: NodeId,
    },
    /// The number of disks that held a vote for the node when it became leader.
    Elected {
        /// The term it leads.
        term: u64,
        /// The number of votes on disks.
        votes: u64,
    },
    /// The node's log held an entry.
    Holds {
        /// The log index.
        index: u64,
        /// The entry's term.
        term: u64,
        /// The term of the entry before it, if it is known.
        previous: Option<u64>,
    },
    /// The node's log held no entry at this index.
    Lacks {
        /// The log index.
        index: u64,
    },
    /// The node removed or replaced entries.
    Rewrote {
        /// The first index that changed.
        from: u64,
    },
    /// The node considered an entry committed.
    Committed {
        /// The log index.
        index: u64,
        /// The entry's term.
        term: u64,
    },
    /// The number of disks that held an entry when the node considered it committed.
    Stored {
        /// The log index.
        index: u64,
        /// The number of disks.
        disks: u64,
    },
    /// The node applied an entry.
    Applied {
        /// The log index.
        index: u64,
        /// The entry's term.
        term: u64,
        /// Hash of the store after it.
        hash: u32,
    },
    /// The node had to apply this index next.
    WasNext {
        /// The log index.
        index: u64,
    },
    /// The client was answered.
    Answered {
        /// The revision of the store in the answer.
        revision: u64,
    },
    /// The client was told that the request was certainly not done.
    NotDone,
    /// The client got no answer.
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
    /// Every property, in the order of the paper.
    pub const ALL: [Property; 6] = [
        Property::ElectionSafety,
        Property::LeaderAppendOnly,
        Property::LogMatching,
        Property::LeaderCompleteness,
        Property::StateMachineSafety,
        Property::Linearizability,
    ];

    /// The property in one sentence.
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

    /// The source that states it.
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
