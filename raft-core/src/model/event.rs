//! Events: what happened, in order. The trace hash, the checks, the event log and every picture are made
//! from them.

use serde::{Deserialize, Serialize};

use super::action::{Dice, Link};
use super::alteration::Alteration;
use super::call::WatchResponse;
use super::members::Configuration;
use super::message::{LossReason, Message, PendingDrop};
use super::outcome::{Outcome, RequestStep};
use super::request::{Operation, RequestId};
use crate::units::{Nanos, NodeId};

/// Something that happened at an instant. The events of a run are totally ordered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Event {
    /// The instant, in virtual nanoseconds since the start.
    pub at: Nanos,
    /// What happened.
    pub kind: EventKind,
}

/// One log entry as a disk holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EntryMark {
    /// The log index. Index 0 is the first member list, index 1 the first leader's blank entry.
    pub index: u64,
    /// The term in which it was appended.
    pub term: u64,
    /// A digest of the payload, equal for equal payloads.
    pub digest: u64,
}

/// The kinds of event.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EventKind {
    /// A message left a node.
    Sent(Message),
    /// A message arrived and was handed to the receiver.
    Delivered {
        /// The message.
        id: u64,
        /// The node that received it.
        to: NodeId,
    },
    /// A message was lost.
    Lost {
        /// The message.
        id: u64,
        /// The reason.
        reason: LossReason,
    },

    /// A node's disk stored a vote (or a leader's term): at most one candidate in a term.
    VoteSaved {
        /// The node whose disk it is.
        node: NodeId,
        /// The term.
        term: u64,
        /// The candidate that got the vote.
        candidate: NodeId,
        /// Whether a quorum voted alike, so that `candidate` leads `term`.
        committed: bool,
    },
    /// Entries were appended to a node's log, perhaps only in memory.
    Appended {
        /// The node whose log it is.
        node: NodeId,
        /// The entries, ascending without gaps.
        entries: Vec<EntryMark>,
    },
    /// The log up to this index is durable.
    Synced {
        /// The node whose log it is.
        node: NodeId,
        /// The last durable index.
        through: u64,
    },
    /// A conflicting tail was removed: only entries below `from` remain.
    Truncated {
        /// The node whose log it is.
        node: NodeId,
        /// The first index removed.
        from: u64,
    },
    /// Entries up to and including this index were dropped because a snapshot covers them.
    Purged {
        /// The node whose log it is.
        node: NodeId,
        /// The last index dropped.
        through: u64,
    },
    /// A node learned that its log is committed up to this index.
    Committed {
        /// The node.
        node: NodeId,
        /// The commit index.
        index: u64,
    },
    /// A node applied an entry to its key-value store.
    Applied {
        /// The node.
        node: NodeId,
        /// The entry.
        entry: EntryMark,
        /// Hash of the store after it.
        hash: u32,
    },
    /// A snapshot was built or installed; the store now equals it.
    SnapshotSaved {
        /// The node whose disk it is.
        node: NodeId,
        /// The last index it covers.
        index: u64,
        /// That entry's term.
        term: u64,
        /// Hash of the store in it.
        hash: u32,
        /// Whether it was received from the leader rather than built here.
        installed: bool,
    },
    /// A member list was stored in a node's log, by an entry or a snapshot. It is in force on the node at once.
    MembersStored {
        /// The node whose disk it is.
        node: NodeId,
        /// The entry's index.
        index: u64,
        /// The voters and learners in that list.
        configuration: Configuration,
    },
    /// A leader proposed a member list.
    MembersProposed {
        /// The leader.
        node: NodeId,
        /// The entry's index.
        index: u64,
        /// The voters and learners in that list.
        configuration: Configuration,
    },
    /// A leader learned that a member list is committed.
    MembersCommitted {
        /// The leader.
        node: NodeId,
        /// The entry's index.
        index: u64,
        /// The voters and learners in that list.
        configuration: Configuration,
    },
    /// A member was added and has a place in the ring; its process was not started yet.
    MemberAdded {
        /// The node.
        node: NodeId,
        /// Whether it is a learner, without a vote.
        learner: bool,
    },
    /// The leader learned for the first time that an added member has its whole log.
    CaughtUp {
        /// The node.
        node: NodeId,
        /// The last index of both logs.
        index: u64,
    },
    /// A committed member list leaves a node out.
    MemberRemoved {
        /// The node.
        node: NodeId,
    },
    /// A node's role, term or known leader changed.
    Role {
        /// The node.
        node: NodeId,
        /// Its role.
        role: Role,
        /// Its term.
        term: u64,
        /// The leader it knows.
        leader: Option<NodeId>,
    },

    /// A node booted from its disk.
    Started {
        /// The node.
        node: NodeId,
        /// Last index in its log (0 when empty).
        last_index: u64,
    },
    /// A node closed its files and ended.
    Stopped {
        /// The node.
        node: NodeId,
    },
    /// A node crashed; entries above `durable` are gone.
    Crashed {
        /// The node.
        node: NodeId,
        /// Last index that survives.
        durable: u64,
        /// How many entries were only in memory.
        lost: u64,
    },
    /// A node's process was paused.
    Paused {
        /// The node.
        node: NodeId,
    },
    /// A paused process resumed.
    Resumed {
        /// The node.
        node: NodeId,
    },
    /// A node ended: openraft or its disk reported a fatal error.
    Failed {
        /// The node.
        node: NodeId,
        /// The error in openraft's words.
        error: String,
    },
    /// A node learned that it was removed from the cluster, closed its files and ended.
    Expelled {
        /// The node.
        node: NodeId,
    },
    /// The network was divided into these groups.
    Partitioned {
        /// The groups, every node in exactly one.
        groups: Vec<Vec<NodeId>>,
    },
    /// Every link of a node was cut, both ways.
    Isolated {
        /// The node.
        node: NodeId,
    },
    /// One direction of a link was cut.
    LinkCut(Link),
    /// Cuts were removed: all of them, or those that touch the nodes named.
    Healed {
        /// The nodes; all when empty.
        nodes: Vec<NodeId>,
    },
    /// The latency of a link, or of all links, was set.
    LatencySet {
        /// The link; all when absent.
        link: Option<Link>,
        /// Shortest one-way latency, in virtual nanoseconds.
        min: Nanos,
        /// Longest one-way latency, in virtual nanoseconds.
        max: Nanos,
    },
    /// The loss of a link, or of all links, was set.
    LossSet {
        /// The link; all when absent.
        link: Option<Link>,
        /// Messages lost per million sent.
        ppm: u32,
    },
    /// A node's election timer was switched.
    ElectionsSet {
        /// The node.
        node: NodeId,
        /// Whether it may start elections.
        on: bool,
    },
    /// A person asked a node to campaign.
    CampaignAsked {
        /// The node.
        node: NodeId,
    },
    /// A person asked the leader to transfer leadership.
    TransferAsked {
        /// The leader.
        from: NodeId,
        /// The next leader.
        to: NodeId,
    },

    /// A client sent a request.
    RequestStarted {
        /// The request's number.
        id: RequestId,
        /// The operation that it asks for.
        operation: Operation,
        /// The endpoints, in the order in which they are tried.
        endpoints: Vec<NodeId>,
    },
    /// A step in a request's life.
    RequestStep {
        /// The request's number.
        id: RequestId,
        /// The step.
        step: RequestStep,
    },
    /// A response arrived for a request that goes on: a watch.
    RequestProgress {
        /// The request's number.
        id: RequestId,
        /// The response.
        response: WatchResponse,
    },
    /// A request ended.
    RequestEnded {
        /// The request's number.
        id: RequestId,
        /// The outcome.
        outcome: Outcome,
    },
    /// A safety property does not hold.
    Violation {
        /// The property.
        property: Property,
        /// What the check saw, in words.
        detail: String,
    },
    // New kinds stand at the end: a kind's place is part of the trace hash.
    /// A message in flight was delayed.
    Delayed {
        /// The message.
        id: u64,
        /// The delay, in virtual nanoseconds.
        by: Nanos,
    },
    /// A second copy of a message was sent; [`EventKind::Sent`] follows for the copy.
    Duplicated {
        /// The message.
        id: u64,
        /// The id of the copy.
        copy: u64,
    },
    /// The next message of a kind will be lost.
    DropPlanned(PendingDrop),
    /// Losses that still waited for their messages were cancelled.
    DropsCancelled,
    /// The duplication of a link, or of all links, was set.
    DuplicationSet {
        /// The link; all when absent.
        link: Option<Link>,
        /// Messages sent twice, per million.
        ppm: u32,
    },
    /// A node's disk was erased: log, vote and snapshot are lost.
    Wiped {
        /// The node.
        node: NodeId,
    },
    /// The rate of a node's clock was set.
    ClockSet {
        /// The node.
        node: NodeId,
        /// Seconds of its clock per million true seconds.
        ppm: u32,
    },
    /// The duration of an fsync was set.
    FsyncSet {
        /// The node; all nodes when absent.
        node: Option<NodeId>,
        /// The duration, in virtual nanoseconds.
        takes: Nanos,
    },
    /// The way in which election timeouts are drawn was set.
    DiceSet {
        /// The nodes whose draws are not random; none when all are.
        nodes: Vec<NodeId>,
        /// How they are drawn.
        dice: Dice,
    },
    /// Pre-vote was switched on all nodes.
    PreVoteSet {
        /// Whether pre-vote is on.
        on: bool,
    },
    /// How leaders confirm linearizable reads was set.
    LeaseReadsSet {
        /// Whether a lease alone is enough.
        on: bool,
    },
    /// One direction of a link lets messages pass again.
    LinkHealed(Link),
    /// A safeguard was taken away, or given back.
    Altered {
        /// The safeguard.
        what: Alteration,
        /// The node that lost it; all nodes when absent.
        node: Option<NodeId>,
        /// The node whose disk was copied, if one was.
        from: Option<NodeId>,
        /// True when it was taken away, false when it was given back.
        on: bool,
    },
    /// A copy of what is durable on a node's disk was kept.
    BackedUp {
        /// The node.
        node: NodeId,
    },
    /// A node's disk was replaced; events that describe the content of the new disk follow at once.
    DiskReplaced {
        /// The node.
        node: NodeId,
    },
}

/// A node's role, as openraft reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// It has no vote, or does not know the members yet.
    Learner,
    /// It follows a leader or waits for one.
    Follower,
    /// It asks whether it could win an election; its term does not change.
    PreCandidate,
    /// It asks for votes.
    Candidate,
    /// It leads its term.
    Leader,
}

/// A safety property that is checked (Raft paper, figure 3; Herlihy and Wing for the last).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Property {
    /// At most one leader in a term.
    ElectionSafety,
    /// A leader never overwrites or deletes entries of its own log.
    LeaderAppendOnly,
    /// Logs that share an entry's index and term are equal up to it.
    LogMatching,
    /// A committed entry is in the log of every later leader.
    LeaderCompleteness,
    /// No two nodes apply different entries at one index.
    StateMachineSafety,
    /// The answers could have come from one single copy.
    Linearizability,
}
