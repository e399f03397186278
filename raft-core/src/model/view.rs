//! Views: the state at one instant. Plain data; making a view does not change the nodes' schedule.

use serde::{Deserialize, Serialize};

use super::action::{Dice, Link};
use super::alteration::Altered;
use super::event::{EntryMark, Property, Role};
use super::fact::Fact;
use super::members::{Configuration, Standing};
use super::message::{Message, PendingDrop};
use super::outcome::{Outcome, RequestStep};
use super::request::{Operation, RequestId};
use super::settings::TimingWarning;
use crate::units::{Nanos, NodeId};

/// The whole cluster at one instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterView {
    /// Virtual nanoseconds since the start.
    pub now: Nanos,
    /// Every node, ascending.
    pub nodes: Vec<NodeView>,
    /// Messages in flight by id, including those that will be lost.
    pub messages: Vec<Message>,
    /// Directions that let nothing pass: cuts, isolations and the partition together.
    pub cuts: Vec<Link>,
    /// The groups of the partition in force; empty when there is none.
    pub groups: Vec<Vec<NodeId>>,
    /// Directions whose latency, loss or duplication is not that of the settings, ascending.
    pub links: Vec<LinkView>,
    /// Planned losses that wait for their messages, in the order of planning.
    pub pending_drops: Vec<PendingDrop>,
    /// How openraft draws election timeouts from now on.
    pub dice: Dice,
    /// The nodes whose draws are not random.
    pub dice_on: Vec<NodeId>,
    /// What the state means for clients.
    pub status: Status,
    /// The timings in force under which Raft cannot work.
    pub warnings: Vec<TimingWarning>,
    /// Safeguards lost so far, in order; the run is altered if there are any.
    pub alterations: Vec<Altered>,
    /// Running requests and the most recently ended ones, ascending.
    pub requests: Vec<RequestView>,
    /// Violations found so far, oldest first.
    pub violations: Vec<ViolationView>,
    /// The number of writes that a running stress has yet to send.
    pub stress_left: u64,
}

/// One direction of a link and its present quality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    /// The direction.
    pub link: Link,
    /// Shortest one-way latency, in virtual nanoseconds.
    pub latency_min: Nanos,
    /// Longest one-way latency, in virtual nanoseconds.
    pub latency_max: Nanos,
    /// Messages lost per million sent.
    pub loss_ppm: u32,
    /// Messages sent twice, per million.
    pub duplicate_ppm: u32,
}

/// The state of a node's process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Process {
    /// It runs, but does not know the members yet or is reading its disk.
    Starting,
    /// It runs.
    Running,
    /// It is paused while its clock runs.
    Paused,
    /// It was stopped gracefully.
    Stopped,
    /// It crashed.
    Crashed,
    /// It ended by itself after a fatal error.
    Failed,
    /// It was never started; only its member was added.
    Announced,
    /// It ended by itself because its member was removed.
    Removed,
    /// It does not run and its disk was erased: log, vote and snapshot were lost.
    Wiped,
}

impl Process {
    /// Whether the process exists: starting, running or paused.
    pub fn is_up(self) -> bool {
        matches!(self, Process::Starting | Process::Running | Process::Paused)
    }
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeView {
    /// The node's number.
    pub id: NodeId,
    /// Its standing in the configuration.
    pub standing: Standing,
    /// The last index that the acting leader knows to be in this log (matchIndex); absent for that leader.
    pub matched: Option<u64>,
    /// The state of its process.
    pub process: Process,
    /// Its role; the last known one while the process is down.
    pub role: Role,
    /// When process, role or term last changed.
    pub since: Nanos,
    /// Its term.
    pub term: u64,
    /// The node that it voted for in this term, as its disk has it.
    pub voted_for: Option<NodeId>,
    /// The leader it knows.
    pub leader: Option<NodeId>,
    /// For a leader: whether it reaches a quorum of running members now, both ways.
    pub has_quorum: bool,
    /// For a leader: the end of its lease, which rests on its last quorum of answers.
    pub lease_until: Option<Nanos>,
    /// The last index of its log; absent when the log is empty.
    pub last_index: Option<u64>,
    /// The last durable index, which would survive a crash.
    pub durable_index: Option<u64>,
    /// Its commit index.
    pub commit_index: Option<u64>,
    /// Its applied index.
    pub applied_index: Option<u64>,
    /// The last index that only its snapshot covers.
    pub purged_index: Option<u64>,
    /// The last entries of its log with short labels, ascending.
    pub tail: Vec<LogCell>,
    /// Its key-value store; absent while the process is down.
    pub store: Option<StoreView>,
    /// Its election timer; absent for leaders and nodes that are down.
    pub countdown: Option<Countdown>,
    /// The ballots of its running election, one per member.
    pub ballots: Vec<Ballot>,
    /// Whether its election timer may start elections.
    pub elections: bool,
    /// Bytes on its disk (log, vote and snapshot).
    pub disk_bytes: u64,
    /// The rate of its clock, in seconds per million true seconds.
    pub clock_ppm: u32,
    /// The duration of an fsync on its disk, in virtual nanoseconds.
    pub fsync: Nanos,
    /// Its newest vote, which may not be durable yet.
    pub vote: Option<VoteView>,
    /// The end of the leader lease (openraft) for which it refuses every vote request, except one that a transfer
    /// caused. A leader is bound by its own election first, later by [`NodeView::lease_until`]. Absent when no
    /// lease binds it and for nodes that are down; may lie in the past.
    pub promised_until: Option<Nanos>,
    /// The term of the last entry of its log, purged ones included. Voters compare it first.
    pub last_term: Option<u64>,
    /// The snapshot on its disk.
    pub snapshot: Option<SnapshotView>,
    /// For a leader: the replication progress of each other node, ascending.
    pub progress: Vec<Progress>,
}

/// A node's vote: at most one candidate in a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoteView {
    /// The term of the vote.
    pub term: u64,
    /// The candidate that got it.
    pub candidate: NodeId,
    /// Whether this node knows that a majority voted alike, so that the candidate leads the term.
    pub committed: bool,
    /// Whether it is durable. The node answers no request while the fsync runs.
    pub saved: bool,
}

/// A snapshot on a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotView {
    /// The last index that it covers.
    pub index: u64,
    /// That entry's term.
    pub term: u64,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was built or installed.
    pub at: Nanos,
}

/// The replication progress of a node, as its leader knows it.
///
/// `matched` and `acked_at` are openraft's own numbers. openraft does not expose what it will send next (the paper's
/// nextIndex): `sent_up_to` and the unanswered messages are read from the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The follower or learner.
    pub node: NodeId,
    /// The last index known to be in its log (the paper's matchIndex); absent when none is.
    pub matched: Option<u64>,
    /// The last index of the entries or snapshot sent to it last in this term; absent when none was sent. It goes
    /// back after a refusal.
    pub sent_up_to: Option<u64>,
    /// First and last index of the entries that were sent and are not answered yet.
    pub in_flight: Option<(u64, u64)>,
    /// The number of messages with entries that are not answered yet.
    pub unanswered: u64,
    /// Whether a snapshot was sent and is not answered yet.
    pub snapshot_in_flight: bool,
    /// When the newest answered message was sent, heartbeats included; absent when it answered none in this term.
    /// The time since then is the age of the last sign of life.
    pub acked_at: Option<Nanos>,
}

/// One entry of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogCell {
    /// Index, term and digest.
    pub mark: EntryMark,
    /// A short label: `put /a`, `del /a`, `blank`, `members`.
    pub label: String,
}

/// A node's key-value store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreView {
    /// A hash of its state, equal on nodes that applied the same entries.
    pub hash: u32,
    /// etcd's revision.
    pub revision: u64,
    /// Number of keys.
    pub keys: u64,
    /// Size in bytes.
    pub bytes: u64,
}

/// A node's election timer: it campaigns at the end unless it hears from a leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Countdown {
    /// When the timer was last set.
    pub from: Nanos,
    /// When it fires.
    pub until: Nanos,
}

/// A member's answer to a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// The member.
    pub node: NodeId,
    /// Whether the vote was granted; absent while there is no answer.
    pub granted: Option<bool>,
}

/// The cluster's state for clients, in a few facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The number of voting members after the change that is under way.
    pub members: u64,
    /// The configuration in the acting leader's log; without a leader, the newest known one.
    pub configuration: Configuration,
    /// The number of voting members whose process runs; paused ones do not count.
    pub up: u64,
    /// The number of paused members.
    pub paused: u64,
    /// The number of votes that is a majority.
    pub quorum: u64,
    /// The running leader of the highest term that reaches a quorum.
    pub leader: Option<NodeId>,
    /// The highest term of any running node.
    pub term: u64,
    /// Nodes in the role of leader that reach no quorum or have a newer leader.
    pub stale_leaders: Vec<NodeId>,
    /// The number of members that may still fail before writes stop.
    pub spare: u64,
    /// Whether some running members that reach each other are a quorum.
    pub quorum_possible: bool,
}

/// A client request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestView {
    /// The request's number.
    pub id: RequestId,
    /// The operation that it asks for.
    pub operation: Operation,
    /// The endpoints, in the order in which they are tried.
    pub endpoints: Vec<NodeId>,
    /// When it was sent.
    pub started: Nanos,
    /// Its steps so far, each with its instant.
    pub steps: Vec<(Nanos, LifeStep)>,
    /// The instant and the outcome; absent while it runs.
    pub ended: Option<(Nanos, Outcome)>,
}

/// A step of a request: noted by client and endpoint, or observed of its log entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LifeStep {
    /// Noted by the client or its endpoint.
    Noted(RequestStep),
    /// A node's disk holds the entry durably.
    Stored {
        /// The node whose disk it is.
        node: NodeId,
        /// The number of disks that hold it now.
        disks: u64,
    },
    /// The leader that proposed it learned that it is committed.
    Committed {
        /// The leader.
        leader: NodeId,
        /// The entry's log index.
        index: u64,
    },
    /// The leader applied it to its key-value store.
    Applied {
        /// The leader.
        node: NodeId,
    },
}

/// A violation of a property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViolationView {
    /// The instant at which it was seen.
    pub at: Nanos,
    /// The violated property.
    pub property: Property,
    /// What the check saw, in words.
    pub detail: String,
    /// The facts that contradict each other, in the order in which they happened.
    pub facts: Vec<Fact>,
}
