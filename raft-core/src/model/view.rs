//! Views: what is, at one instant. Plain data, made from the nodes without
//! touching their schedule.

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
    /// Virtual time since the start.
    pub now: Nanos,
    /// Every node, ascending.
    pub nodes: Vec<NodeView>,
    /// Messages on their way, those that will be lost included, by id.
    pub messages: Vec<Message>,
    /// Directions over which nothing passes (cuts, isolations and partition together).
    pub cuts: Vec<Link>,
    /// The groups of the partition in force; empty when there is none.
    pub groups: Vec<Vec<NodeId>>,
    /// Directions whose latency, loss or duplication is not that of the settings, ascending.
    pub links: Vec<LinkView>,
    /// Losses that wait for their messages, in the order in which they were asked for.
    pub pending_drops: Vec<PendingDrop>,
    /// How the election timeouts come about that openraft draws from now on.
    pub dice: Dice,
    /// The nodes whose draws are not by chance.
    pub dice_on: Vec<NodeId>,
    /// What this means for clients.
    pub status: Status,
    /// Timings under which Raft cannot work, now in force.
    pub warnings: Vec<TimingWarning>,
    /// Safeguards that were lost up to now, in the order in which they were: the run is altered.
    pub alterations: Vec<Altered>,
    /// Requests still running and the most recent ended ones, ascending.
    pub requests: Vec<RequestView>,
    /// Violations found so far, oldest first.
    pub violations: Vec<ViolationView>,
    /// Writes of a running stress still to be sent.
    pub stress_left: u64,
}

/// One direction between two nodes, and how it behaves now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    /// The direction.
    pub link: Link,
    /// Shortest one-way latency.
    pub latency_min: Nanos,
    /// Longest one-way latency.
    pub latency_max: Nanos,
    /// Messages lost per million.
    pub loss_ppm: u32,
    /// Messages of which a second copy is sent, per million.
    pub duplicate_ppm: u32,
}

/// A node's process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Process {
    /// Runs, but has not been told the members yet, or is reading its disk.
    Starting,
    /// Runs.
    Running,
    /// Stands still while its clock runs.
    Paused,
    /// Ended in good order.
    Stopped,
    /// Ended in the middle of things.
    Crashed,
    /// Ended by itself after a fatal error.
    Failed,
    /// Was never started: the member was added to the cluster only.
    Announced,
    /// Ended by itself because its member was removed from the cluster.
    Removed,
    /// Does not run, and its disk is empty: log, vote and snapshot were lost.
    Wiped,
}

impl Process {
    /// Whether the process exists (running or standing still).
    pub fn is_up(self) -> bool {
        matches!(self, Process::Starting | Process::Running | Process::Paused)
    }
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeView {
    /// Its number.
    pub id: NodeId,
    /// How it stands in the cluster.
    pub standing: Standing,
    /// The last index that the acting leader knows to be in its log; absent of that leader itself.
    pub matched: Option<u64>,
    /// Its process.
    pub process: Process,
    /// Its role; the last known one while the process is down.
    pub role: Role,
    /// When process, role or term last changed.
    pub since: Nanos,
    /// Its term.
    pub term: u64,
    /// Who its disk says it voted for in this term.
    pub voted_for: Option<NodeId>,
    /// The leader it knows.
    pub leader: Option<NodeId>,
    /// For a leader: whether it can reach a quorum right now (both ways, running members).
    pub has_quorum: bool,
    /// For a leader: until when its last quorum of answers lets it act alone.
    pub lease_until: Option<Nanos>,
    /// Last index of its log; absent when the log is empty.
    pub last_index: Option<u64>,
    /// Last index that would survive a crash.
    pub durable_index: Option<u64>,
    /// Last index it knows to be committed.
    pub commit_index: Option<u64>,
    /// Last index in its key-value store.
    pub applied_index: Option<u64>,
    /// Last index that only its snapshot holds.
    pub purged_index: Option<u64>,
    /// The last entries of its log with payload sketches, ascending.
    pub tail: Vec<LogCell>,
    /// Its key-value store; absent while the process is down.
    pub store: Option<StoreView>,
    /// Its election timer; absent for leaders and nodes that are down.
    pub countdown: Option<Countdown>,
    /// Ballots of its running election, one per member: granted, refused or open.
    pub ballots: Vec<Ballot>,
    /// Whether its election timer may start elections.
    pub elections: bool,
    /// Bytes on its disk (log, vote and snapshot).
    pub disk_bytes: u64,
    /// How fast its clock runs: its seconds in a million true ones.
    pub clock_ppm: u32,
    /// How long an fsync takes on its disk.
    pub fsync: Nanos,
    /// Its newest vote, which may still be on its way to the disk.
    pub vote: Option<VoteView>,
    /// Until when it refuses its vote to anyone for its leader's sake (openraft's leader lease; a vote
    /// that the leader itself asked for by a transfer is granted all the same). A leader binds itself
    /// when it is elected; later its own [`NodeView::lease_until`] does. Absent when no lease binds it
    /// and of nodes that are down; may be past.
    pub promised_until: Option<Nanos>,
    /// Term of the last entry of its log, purged ones included: what voters compare first.
    pub last_term: Option<u64>,
    /// The snapshot on its disk.
    pub snapshot: Option<SnapshotView>,
    /// For a leader: how far each other node is, ascending.
    pub progress: Vec<Progress>,
}

/// A node's vote: at most one candidate in a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoteView {
    /// The term in which it was given.
    pub term: u64,
    /// For whom.
    pub candidate: NodeId,
    /// Whether a majority granted it as far as this node knows: the candidate leads the term.
    pub committed: bool,
    /// Whether it is on disk. While its fsync runs, the node answers nobody.
    pub saved: bool,
}

/// A snapshot on a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotView {
    /// The last index that it covers.
    pub index: u64,
    /// That entry's term.
    pub term: u64,
    /// Its size.
    pub bytes: u64,
    /// When it was built or installed.
    pub at: Nanos,
}

/// How far a node is, as its leader knows it.
///
/// `matched` and `acked_at` are openraft's own numbers. What openraft means to send next (the paper's
/// nextIndex) it keeps to itself: `sent_up_to` and what waits for an answer are read off the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The follower or learner.
    pub node: NodeId,
    /// The last index known to be in its log (the paper's matchIndex); absent when none is.
    pub matched: Option<u64>,
    /// The last index of the entries or snapshot that it was sent last, in this term; absent when it
    /// was sent none. After a refusal this goes back.
    pub sent_up_to: Option<u64>,
    /// First and last index of the entries that were sent and wait for an answer.
    pub in_flight: Option<(u64, u64)>,
    /// How many messages with entries wait for an answer.
    pub unanswered: u64,
    /// Whether a snapshot was sent and waits for an answer.
    pub snapshot_in_flight: bool,
    /// When the newest message was sent that it answered, heartbeats included; absent when it answered
    /// none in this term. The age of the last sign of life is what lies between that and now.
    pub acked_at: Option<Nanos>,
}

/// One entry of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogCell {
    /// Index, term and digest.
    pub mark: EntryMark,
    /// What it does, in a few words: `put /a`, `del /a`, `blank`, `members`.
    pub label: String,
}

/// A node's key-value store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreView {
    /// Hash of its state, equal on nodes that applied the same entries.
    pub hash: u32,
    /// etcd's revision.
    pub revision: u64,
    /// Number of keys.
    pub keys: u64,
    /// Size in bytes.
    pub bytes: u64,
}

/// When a node will campaign unless it hears from a leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Countdown {
    /// When the timer was last set.
    pub from: Nanos,
    /// When it runs out.
    pub until: Nanos,
}

/// A member's answer to a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// The member.
    pub node: NodeId,
    /// Granted or refused; open when absent.
    pub granted: Option<bool>,
}

/// The cluster in one sentence's worth of facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Voting members, as there will be once a change under way is done.
    pub members: u64,
    /// Who votes and who learns, by the acting leader's log, else by the newest list that is known.
    pub configuration: Configuration,
    /// Voting members whose process runs (paused ones do not count).
    pub up: u64,
    /// Members that stand still.
    pub paused: u64,
    /// Votes that make a majority.
    pub quorum: u64,
    /// The running leader of the highest term that reaches a quorum.
    pub leader: Option<NodeId>,
    /// The highest term of any running node.
    pub term: u64,
    /// Nodes that think they lead but reach no quorum, or were replaced.
    pub stale_leaders: Vec<NodeId>,
    /// How many more members may be lost before writes stop.
    pub spare: u64,
    /// Whether some set of running members that reach each other is a quorum.
    pub quorum_possible: bool,
}

/// A client request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestView {
    /// Its number.
    pub id: RequestId,
    /// What it asks.
    pub operation: Operation,
    /// Endpoints in order.
    pub endpoints: Vec<NodeId>,
    /// When it was sent.
    pub started: Nanos,
    /// Its steps so far.
    pub steps: Vec<(Nanos, LifeStep)>,
    /// When and how it ended; absent while it runs.
    pub ended: Option<(Nanos, Outcome)>,
}

/// A step in a request's life: what client and endpoint noted, and what became of its entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LifeStep {
    /// Noted by the client or its endpoint.
    Noted(RequestStep),
    /// A node's disk holds the entry; a crash would not take it from there.
    Stored {
        /// Whose disk.
        node: NodeId,
        /// How many disks hold it now.
        disks: u64,
    },
    /// The leader that proposed it knows that it is committed.
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

/// A property that did not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViolationView {
    /// When it was seen.
    pub at: Nanos,
    /// Which property.
    pub property: Property,
    /// What was seen.
    pub detail: String,
    /// The facts that contradict each other, in the order in which they happened.
    pub facts: Vec<Fact>,
}
