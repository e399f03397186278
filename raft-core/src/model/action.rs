//! Actions: the only input that changes a run.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::breach::Breach;
use super::message::PendingDrop;
use super::request::{Request, RequestId};
use crate::units::{Nanos, NodeId, SECOND};

/// An input to the cluster at an instant, from a person, a test or a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Action {
    /// Crashes a node: no shutdown code runs, and what was not fsynced is lost.
    Crash(NodeId),
    /// Stops a node gracefully: the process closes its files first.
    Stop(NodeId),
    /// Erases a node's disk: log, vote and snapshot. The node boots as the same member and knows nothing; a
    /// running one crashes first. Raft does not allow this: the node may vote twice in a term, and a write
    /// that a client was told is done may be lost.
    Wipe(NodeId),
    /// Keeps a copy of what is durable on a node's disk; it replaces an earlier copy. The run is not affected;
    /// only [`Alteration::OldDisk`](super::Alteration::OldDisk) uses the copy.
    Backup(NodeId),
    /// Takes a safeguard of Raft away, or gives it back; the run is marked as altered from then on.
    Break(Breach),
    /// Boots a node that is down; a running one is stopped first.
    Restart(NodeId),
    /// Starts the process of a member that was added and never ran. It tells the cluster its name and
    /// where clients reach it.
    StartMember {
        /// The node.
        node: NodeId,
        /// The member's name; by the cluster's naming when absent.
        name: Option<String>,
        /// Where clients reach it, as host and port; by the cluster's naming when absent.
        client_address: Option<String>,
    },
    /// Pauses a process while its clock runs on (SIGSTOP, a long garbage collection).
    Pause(NodeId),
    /// Resumes a paused process.
    Resume(NodeId),
    /// Cuts every link of a node, both ways, on top of other cuts.
    Isolate(NodeId),
    /// Partitions the network: messages pass only within a group. Nodes that are not named form one more group.
    /// Replaces an earlier partition.
    Partition(Vec<Vec<NodeId>>),
    /// Cuts one direction of a link. Messages in flight on it are lost at this instant.
    Cut(Link),
    /// Removes all cuts, isolations and the partition; or only those that touch these nodes.
    Heal(Option<Vec<NodeId>>),
    /// Lets messages pass again in one direction of a link. Every other cut stays: an isolation or a partition
    /// that blocked this direction is turned into single cuts of the other directions.
    HealLink(Link),
    /// Sets the latency range of one direction of a link, or of all links.
    Latency {
        /// The link; all links when absent.
        link: Option<Link>,
        /// Shortest one-way latency, in virtual nanoseconds.
        min: Nanos,
        /// Longest one-way latency, in virtual nanoseconds.
        max: Nanos,
    },
    /// Sets the loss of one direction of a link, or of all links.
    Loss {
        /// The link; all links when absent.
        link: Option<Link>,
        /// Messages lost per million sent.
        ppm: u32,
    },
    /// Sets how many messages arrive twice, on one direction of a link or on all links.
    Duplication {
        /// The link; all links when absent.
        link: Option<Link>,
        /// Messages sent twice, per million.
        ppm: u32,
    },
    /// Loses a message in flight where it is. The number is its [`Message::id`](super::Message::id).
    Drop(u64),
    /// Delays a message in flight.
    Delay {
        /// The message's id.
        message: u64,
        /// The delay in virtual nanoseconds, at most [`LATENCY_MAX`](super::LATENCY_MAX).
        by: Nanos,
    },
    /// Sends a second copy of a message in flight. The copy has its own id and latency.
    Duplicate(u64),
    /// Loses the next message of a kind that would arrive. It waits without a time limit.
    DropNext(PendingDrop),
    /// Cancels every [`Action::DropNext`] that still waits.
    CancelDrops,
    /// Makes a node's clock run faster or slower from now on, also after a restart. The node's timers,
    /// timeouts and leases use this clock.
    ClockRate {
        /// The node.
        node: NodeId,
        /// Seconds of its clock per million true seconds, [`CLOCK_PPM_MIN`] to [`CLOCK_PPM_MAX`].
        ppm: u32,
    },
    /// Sets how long an fsync takes, on one node or on all nodes including later ones.
    Fsync {
        /// The node; all nodes when absent.
        node: Option<NodeId>,
        /// The duration in virtual nanoseconds of true time; [`FSYNC_NEVER`] for a disk that lies.
        takes: Nanos,
    },
    /// Makes openraft's next draws of election timeouts on these nodes give the shortest one; it replaces the
    /// nodes named before. Nodes that start at one instant then check their timers at the same instants. A node
    /// draws when it starts and when it campaigns; a running timer does not change.
    AlignTimers(Vec<NodeId>),
    /// Spreads openraft's next draws on these nodes evenly over the range of election timeouts, the shortest for
    /// the first node; it replaces the nodes named before.
    SpreadTimers(Vec<NodeId>),
    /// Makes every draw random again.
    TimersAsDrawn,
    /// Asks a node to start an election now.
    Campaign(NodeId),
    /// Asks the leader to hand leadership to this node.
    Transfer(NodeId),
    /// Asks a node to take a snapshot now.
    Snapshot(NodeId),
    /// Switches the election timers of nodes (openraft's runtime switch), also after a restart.
    Elections {
        /// The nodes; all nodes when empty.
        nodes: Vec<NodeId>,
        /// Whether the timer may start elections.
        on: bool,
    },
    /// Switches pre-vote on all nodes (openraft's runtime switch).
    PreVote(bool),
    /// Makes leaders answer linearizable reads by their lease alone (true), or ask a majority (false).
    LeaseReads(bool),
    /// Sends one client request.
    Request(Request),
    /// Makes a client stop waiting for a request and close its connection (etcdctl's interrupt). A watch ends;
    /// the result of a write that may be under way stays unknown.
    HangUp(RequestId),
    /// Writes distinct keys at a steady rate for a limited time.
    Stress(Stress),
}

/// One direction between two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Link {
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
}

/// A steady load of writes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stress {
    /// Endpoints in the order in which each request tries them.
    pub endpoints: Vec<NodeId>,
    /// Writes per virtual second, 1 to [`STRESS_RATE_MAX`].
    pub rate: u32,
    /// Duration in virtual nanoseconds, at most [`STRESS_TIME_MAX`].
    pub duration: Nanos,
}

/// The highest stress rate, in writes per virtual second.
pub const STRESS_RATE_MAX: u32 = 1_000;
/// The longest stress, in virtual nanoseconds.
pub const STRESS_TIME_MAX: Nanos = 600 * SECOND;

/// The slowest clock, -90 %, in seconds per million true seconds.
pub const CLOCK_PPM_MIN: u32 = 100_000;
/// A clock that keeps true time, in seconds per million true seconds.
pub const CLOCK_PPM_TRUE: u32 = 1_000_000;
/// The fastest clock, +900 %, in seconds per million true seconds.
pub const CLOCK_PPM_MAX: u32 = 10_000_000;

/// The fsync duration of a disk that lies: it reports success at once and makes nothing durable, so a crash loses
/// what it was given.
pub const FSYNC_NEVER: Nanos = Nanos::MAX;

/// How openraft's election timeouts are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Dice {
    /// At random, from the seed.
    #[default]
    Drawn,
    /// All of them the shortest.
    Aligned,
    /// Evenly spread over the range.
    Spread,
}

/// The immediate result of an accepted action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The action took effect.
    Done,
    /// Nothing changed, with the reason, such as that the node was down already.
    NothingToDo(String),
    /// The request was sent; its number.
    Request(RequestId),
}

/// A refused action; the run is unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionError {
    /// What was wrong.
    pub problem: String,
    /// What is accepted, or what to do instead.
    pub accepted: String,
}

impl fmt::Display for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.problem, self.accepted)
    }
}

impl std::error::Error for ActionError {}
