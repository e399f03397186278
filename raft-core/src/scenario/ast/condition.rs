//! The syntax tree of conditions.

use super::{Nodes, Who};
use crate::model::Property;

/// A test or its negation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Whether the test is negated.
    pub not: bool,
    /// The test.
    pub test: Test,
}

/// A role or state of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleWord {
    /// The node is a follower.
    Follower,
    /// The node campaigns, or asks for pre-votes.
    Candidate,
    /// The node considers itself leader, with or without a quorum.
    Leader,
    /// The process does not run.
    Down,
    /// The process crashed.
    Crashed,
    /// The process was stopped in good order.
    Stopped,
    /// The process is suspended.
    Paused,
    /// The member was added and never started.
    Added,
    /// The member votes.
    Voter,
    /// The member receives the log and has no vote.
    Learner,
    /// The node is no longer a member.
    Removed,
    /// The process does not run, and its disk is erased.
    Wiped,
}

/// The outcome of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultWord {
    /// It took effect or was answered.
    Ok,
    /// It certainly had no effect.
    Refused,
    /// It may have taken effect.
    Unknown,
}

/// A property in which nodes are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// The hashes of the key-value stores.
    Hash,
    /// The logs.
    Log,
}

/// A test on the cluster as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// There is a leader with a quorum.
    Leader,
    /// There is no leader with a quorum.
    NoLeader,
    /// This node is the leader with a quorum.
    LeaderIs(Who),
    /// There is a leader with a quorum, and it is not this node.
    LeaderIsNot(Who),
    /// At least two running nodes consider themselves leader.
    TwoLeaders,
    /// A quorum of running members can reach each other.
    Quorum,
    /// No quorum of running members can reach each other.
    NoQuorum,
    /// No running node withholds its vote because of a leader's lease.
    LeaseOver,
    /// The node has this role or state.
    Role(Who, RoleWord),
    /// The highest term of a running node is this.
    Term(u64),
    /// The configuration is joint: the quorums of two sets of voters must agree.
    Joint,
    /// The configuration has this many voters, once a change in progress is done.
    Voters(u64),
    /// These nodes are equal; empty means the running nodes.
    Same(Same, Nodes),
    /// An entry that puts this value is on the disks of these nodes.
    EntryOn(String, Nodes),
    /// An entry that puts this value is committed.
    EntryCommitted(String),
    /// The stores of all these nodes hold the key, with this value if given.
    Key(String, Option<String>, Nodes),
    /// The stores of all these nodes lack the key.
    NoKey(String, Nodes),
    /// The stores of all these nodes hold the lease, given as a hexadecimal id or as a captured `{NAME}`.
    Lease(String, Nodes),
    /// The stores of all these nodes lack the lease.
    NoLease(String, Nodes),
    /// A background command on this node has printed a line that contains the text.
    Shows(Who, String),
    /// The node has applied less than the highest commit index that any node knows.
    Behind(Who),
    /// The node's store is at this revision.
    Revision(u64, Who),
    /// The last command ended with this outcome.
    Result(ResultWord),
    /// This safety property was violated, or any if `None`.
    Violation(Option<Property>),
    /// No safety property was violated.
    NoViolation,
    /// The history of clients is linearizable.
    Linearizable,
    /// Nothing is in progress: see [`Cluster::quiet`](crate::cluster::Cluster::quiet).
    Quiet,
}
