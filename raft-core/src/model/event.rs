//! Events: what happened, in order. The trace hash, the checks, the event log
//! and every picture are made from them.

use serde::{Deserialize, Serialize};

use super::action::{Dice, Link};
use super::alteration::Alteration;
use super::call::WatchResponse;
use super::members::Configuration;
use super::message::{LossReason, Message, PendingDrop};
use super::outcome::{Outcome, RequestStep};
use super::request::{Operation, RequestId};
use crate::units::{Nanos, NodeId};

/// Something that happened at an instant. Events are totally ordered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Event {
    /// When, in virtual nanoseconds since the start.
    pub at: Nanos,
    /// What.
    pub kind: EventKind,
}

/// One log entry as a disk holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EntryMark {
    /// Log index, from 0 (the member list); the first leader's blank is 1.
    pub index: u64,
    /// The term in which it was appended.
    pub term: u64,
    /// A digest of its payload, equal for equal payloads.
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
        /// Who received it.
        to: NodeId,
    },
    /// A message was lost.
    Lost {
        /// The message.
        id: u64,
        /// Why.
        reason: LossReason,
    },

    /// A node's disk took a vote (or a leader's term): never two candidates in one term.
    VoteSaved {
        /// Whose disk.
        node: NodeId,
        /// The term.
        term: u64,
        /// Who was voted for.
        candidate: NodeId,
        /// Whether a quorum granted it: `candidate` leads `term`.
        committed: bool,
    },
    /// Entries were appended to a node's log, perhaps only in memory.
    Appended {
        /// Whose log.
        node: NodeId,
        /// The entries, ascending without gaps.
        entries: Vec<EntryMark>,
    },
    /// The log up to this index survives a crash.
    Synced {
        /// Whose log.
        node: NodeId,
        /// The last durable index.
        through: u64,
    },
    /// A conflicting tail was removed: only entries below `from` remain.
    Truncated {
        /// Whose log.
        node: NodeId,
        /// The first index removed.
        from: u64,
    },
    /// Entries up to and with this index were dropped because a snapshot covers them.
    Purged {
        /// Whose log.
        node: NodeId,
        /// The last index dropped.
        through: u64,
    },
    /// A node learned that its log is committed up to this index.
    Committed {
        /// Which node.
        node: NodeId,
        /// The index.
        index: u64,
    },
    /// A node applied an entry to its key-value store.
    Applied {
        /// Which node.
        node: NodeId,
        /// The entry.
        entry: EntryMark,
        /// Hash of the store after it.
        hash: u32,
    },
    /// A snapshot was built or installed; the store now equals it.
    SnapshotSaved {
        /// Whose disk.
        node: NodeId,
        /// The last index it covers.
        index: u64,
        /// That entry's term.
        term: u64,
        /// Hash of the store in it.
        hash: u32,
        /// Received from the leader rather than built here.
        installed: bool,
    },
    /// A member list came into a node's log, with an entry or a snapshot. The node goes by it at once.
    MembersStored {
        /// Whose disk.
        node: NodeId,
        /// The entry's index.
        index: u64,
        /// Who votes and who learns by it.
        configuration: Configuration,
    },
    /// A leader proposed a member list.
    MembersProposed {
        /// The leader.
        node: NodeId,
        /// The entry's index.
        index: u64,
        /// Who votes and who learns by it.
        configuration: Configuration,
    },
    /// A leader knows that a member list is committed.
    MembersCommitted {
        /// The leader.
        node: NodeId,
        /// The entry's index.
        index: u64,
        /// Who votes and who learns by it.
        configuration: Configuration,
    },
    /// A member was announced: its place in the ring is there, its process is to be started.
    MemberAdded {
        /// Which node it is.
        node: NodeId,
        /// Whether it has no vote.
        learner: bool,
    },
    /// The leader knows for the first time that an added member has its whole log.
    CaughtUp {
        /// Which.
        node: NodeId,
        /// The last index of both logs.
        index: u64,
    },
    /// A committed member list leaves a node out.
    MemberRemoved {
        /// Which.
        node: NodeId,
    },
    /// A node's role, term or known leader changed.
    Role {
        /// Which node.
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
        /// Which.
        node: NodeId,
        /// Last index in its log (0 when empty).
        last_index: u64,
    },
    /// A node closed its files and ended.
    Stopped {
        /// Which.
        node: NodeId,
    },
    /// A node crashed; entries above `durable` are gone.
    Crashed {
        /// Which.
        node: NodeId,
        /// Last index that survives.
        durable: u64,
        /// How many entries were only in memory.
        lost: u64,
    },
    /// A node stands still.
    Paused {
        /// Which.
        node: NodeId,
    },
    /// A paused node goes on.
    Resumed {
        /// Which.
        node: NodeId,
    },
    /// A node could not go on: openraft or its disk reported a fatal error.
    Failed {
        /// Which.
        node: NodeId,
        /// openraft's own words.
        error: String,
    },
    /// A node learned that it was removed from the cluster, closed its files and ended.
    Expelled {
        /// Which.
        node: NodeId,
    },
    /// The network was divided into these groups.
    Partitioned {
        /// The groups, every node in exactly one.
        groups: Vec<Vec<NodeId>>,
    },
    /// Every link of a node was cut, both ways.
    Isolated {
        /// Which.
        node: NodeId,
    },
    /// One direction of a link was cut.
    LinkCut(Link),
    /// Cuts were removed: all of them, or those that touch the nodes named.
    Healed {
        /// The nodes; all when empty.
        nodes: Vec<NodeId>,
    },
    /// The latency of a link, or of all, was set.
    LatencySet {
        /// The link; all when absent.
        link: Option<Link>,
        /// Shortest.
        min: Nanos,
        /// Longest.
        max: Nanos,
    },
    /// The loss of a link, or of all, was set.
    LossSet {
        /// The link; all when absent.
        link: Option<Link>,
        /// Lost per million.
        ppm: u32,
    },
    /// A node's election timer was switched.
    ElectionsSet {
        /// Which node.
        node: NodeId,
        /// Whether it may start elections.
        on: bool,
    },
    /// A node was asked by hand to campaign.
    CampaignAsked {
        /// Which.
        node: NodeId,
    },
    /// The leader was asked to hand over.
    TransferAsked {
        /// The leader.
        from: NodeId,
        /// Whom it shall hand to.
        to: NodeId,
    },

    /// A client sent a request.
    RequestStarted {
        /// Its number.
        id: RequestId,
        /// What it asks.
        operation: Operation,
        /// Endpoints in order.
        endpoints: Vec<NodeId>,
    },
    /// A step in a request's life.
    RequestStep {
        /// Its number.
        id: RequestId,
        /// The step.
        step: RequestStep,
    },
    /// A message came for a request that goes on: a watch.
    RequestProgress {
        /// Its number.
        id: RequestId,
        /// The message.
        response: WatchResponse,
    },
    /// A request ended.
    RequestEnded {
        /// Its number.
        id: RequestId,
        /// How.
        outcome: Outcome,
    },
    /// A safety property does not hold.
    Violation {
        /// The property's name.
        property: Property,
        /// What was seen, in words.
        detail: String,
    },
    // New kinds stand at the end: a kind's place is part of the trace hash.
    /// A message on its way will arrive later.
    Delayed {
        /// The message.
        id: u64,
        /// By how much.
        by: Nanos,
    },
    /// A second copy of a message is sent; [`EventKind::Sent`] follows for it.
    Duplicated {
        /// The message.
        id: u64,
        /// The copy.
        copy: u64,
    },
    /// The next message of a kind will be lost.
    DropPlanned(PendingDrop),
    /// Losses that waited for their messages were taken back.
    DropsCancelled,
    /// How many messages of a link, or of all, arrive twice was set.
    DuplicationSet {
        /// The link; all when absent.
        link: Option<Link>,
        /// Copied per million.
        ppm: u32,
    },
    /// A node's disk is empty: log, vote and snapshot are lost.
    Wiped {
        /// Which.
        node: NodeId,
    },
    /// A node's clock runs at another rate.
    ClockSet {
        /// Which.
        node: NodeId,
        /// Its seconds in a million true ones.
        ppm: u32,
    },
    /// How long an fsync takes was set.
    FsyncSet {
        /// On which node; on all when absent.
        node: Option<NodeId>,
        /// How long.
        takes: Nanos,
    },
    /// How election timeouts come about was set.
    DiceSet {
        /// The nodes whose draws are loaded; none when all are by chance.
        nodes: Vec<NodeId>,
        /// How.
        dice: Dice,
    },
    /// Pre-vote was switched on all nodes.
    PreVoteSet {
        /// Whether a node asks before it raises its term.
        on: bool,
    },
    /// How leaders confirm linearizable reads was set.
    LeaseReadsSet {
        /// Whether by their lease alone.
        on: bool,
    },
    /// Messages pass again in one direction of a link.
    LinkHealed(Link),
    /// A safeguard was taken away, or given back.
    Altered {
        /// Which.
        what: Alteration,
        /// On which node; everywhere when absent.
        node: Option<NodeId>,
        /// Whose disk was copied, if one was.
        from: Option<NodeId>,
        /// Whether it was taken away.
        on: bool,
    },
    /// A copy of what is durable on a node's disk was put aside.
    BackedUp {
        /// Which.
        node: NodeId,
    },
    /// Another disk is in the place of a node's; what it holds is told right after, as if it were new.
    DiskReplaced {
        /// Which.
        node: NodeId,
    },
}

/// A node's role, as openraft reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Has no vote, or does not know the members yet.
    Learner,
    /// Follows.
    Follower,
    /// Asks whether it could win; its term does not grow.
    PreCandidate,
    /// Asks for votes.
    Candidate,
    /// Leads its term.
    Leader,
}

/// What is checked (paper, figure 3; Herlihy and Wing for the last).
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
    /// Clients could have used one single copy.
    Linearizability,
}
