//! Conditions, as data.

use super::{Nodes, Who};
use crate::model::Property;

/// A condition, or its opposite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Whether the test must fail.
    pub not: bool,
    /// The test.
    pub test: Test,
}

/// A role in a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleWord {
    /// Follows.
    Follower,
    /// Campaigns, or asks whether it could.
    Candidate,
    /// Leads, with a quorum or without.
    Leader,
    /// Its process does not run.
    Down,
    /// Its process ended in the middle of things.
    Crashed,
    /// Its process ended in good order.
    Stopped,
    /// Its process stands still.
    Paused,
    /// It was added and never started.
    Added,
    /// It has a vote.
    Voter,
    /// It receives the log and has no vote.
    Learner,
    /// It is not a member any more.
    Removed,
    /// Its process does not run, and its disk is lost.
    Wiped,
}

/// How the last command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultWord {
    /// Done.
    Ok,
    /// Certainly not done.
    Refused,
    /// Perhaps done.
    Unknown,
}

/// What is compared between nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// The key-value stores.
    Hash,
    /// The logs.
    Log,
}

/// Something that holds or does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// There is a leader with a quorum.
    Leader,
    /// There is none.
    NoLeader,
    /// This node is that leader.
    LeaderIs(Who),
    /// There is such a leader, and it is another.
    LeaderIsNot(Who),
    /// Two running nodes think that they lead.
    TwoLeaders,
    /// Some running members that reach each other are a majority.
    Quorum,
    /// They are not.
    NoQuorum,
    /// No running node holds its vote back for a leader.
    LeaseOver,
    /// A node has this role.
    Role(Who, RoleWord),
    /// The highest term of a running node.
    Term(u64),
    /// The voters are being changed: two sets of them must agree.
    Joint,
    /// There are so many voters, once a change under way is done.
    Voters(u64),
    /// These nodes are equal; the running ones when none is named.
    Same(Same, Nodes),
    /// An entry that puts this value is on the disks of these nodes.
    EntryOn(String, Nodes),
    /// An entry that puts this value is committed.
    EntryCommitted(String),
    /// These nodes' own copies hold the key, with this value if given.
    Key(String, Option<String>, Nodes),
    /// None of these nodes' own copies holds the key.
    NoKey(String, Nodes),
    /// These nodes' own copies hold this lease: its id in hexadecimal, or `{NAME}` from an output.
    Lease(String, Nodes),
    /// None of them holds it.
    NoLease(String, Nodes),
    /// A command in the background of this terminal has printed a line with this text in it.
    Shows(Who, String),
    /// A node has applied less than the leader has committed.
    Behind(Who),
    /// A node's store is at this revision.
    Revision(u64, Who),
    /// How the last command ended.
    Result(ResultWord),
    /// A property was violated, or this one.
    Violation(Option<Property>),
    /// None was.
    NoViolation,
    /// Clients could have used one single copy.
    Linearizable,
    /// Nothing is going on.
    Quiet,
}
