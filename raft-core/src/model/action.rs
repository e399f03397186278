//! Actions: the only thing that changes a run.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::breach::Breach;
use super::message::PendingDrop;
use super::request::{Request, RequestId};
use crate::units::{Nanos, NodeId, SECOND};

/// Something a person, a test or a lesson does to the cluster at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Action {
    /// Crash: no shutdown code runs, what was not fsynced is lost.
    Crash(NodeId),
    /// Graceful stop: the process closes its files first.
    Stop(NodeId),
    /// Loses a node's disk, log, vote and snapshot: it boots as the same member and knows nothing. A
    /// running one is killed first. Raft does not allow for this: a vote may be given twice, and what a
    /// client was told is done may be lost.
    Wipe(NodeId),
    /// Keeps a copy of what is durable on a node's disk, in the place of an earlier copy. The run goes on as
    /// without; only [`Alteration::OldDisk`](super::Alteration::OldDisk) uses it.
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
    /// The process stands still while its clock runs on (SIGSTOP, a long garbage collection).
    Pause(NodeId),
    /// Lets a paused process go on.
    Resume(NodeId),
    /// Cuts every link of a node, both ways, on top of other cuts.
    Isolate(NodeId),
    /// Messages cross only inside a group; nodes not named form one more group.
    /// Replaces an earlier partition.
    Partition(Vec<Vec<NodeId>>),
    /// Cuts one direction of a link. What is in flight on it is lost at this instant.
    Cut(Link),
    /// Removes all cuts, isolations and the partition; or only those that touch these nodes.
    Heal(Option<Vec<NodeId>>),
    /// Lets messages pass again in one direction of a link. What else was cut stays cut: an isolation
    /// or a partition that kept them back goes on as single cuts.
    HealLink(Link),
    /// Sets the latency range of one direction of a link, or of all links.
    Latency {
        /// The link; all links when absent.
        link: Option<Link>,
        /// Shortest one-way latency.
        min: Nanos,
        /// Longest one-way latency.
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
        /// Messages of which a second copy is sent, per million.
        ppm: u32,
    },
    /// Loses a message that is on its way, by [`Message::id`](super::Message::id), where it is.
    Drop(u64),
    /// Lets a message that is on its way arrive later.
    Delay {
        /// The message's id.
        message: u64,
        /// By how much, at most [`LATENCY_MAX`](super::LATENCY_MAX).
        by: Nanos,
    },
    /// Sends a second copy of a message that is on its way. The copy has an id and a latency of its own.
    Duplicate(u64),
    /// Loses the next message of a kind that would arrive. It waits for that message for as long as it takes.
    DropNext(PendingDrop),
    /// Takes back every [`Action::DropNext`] that has met no message yet.
    CancelDrops,
    /// Lets a node's clock run faster or slower from now on; it keeps that over restarts. Its timers,
    /// timeouts and leases live by it.
    ClockRate {
        /// The node.
        node: NodeId,
        /// Its seconds in a million true ones, [`CLOCK_PPM_MIN`] to [`CLOCK_PPM_MAX`].
        ppm: u32,
    },
    /// Sets how long an fsync takes, on one node or on all, those that come later included.
    Fsync {
        /// The node; all when absent.
        node: Option<NodeId>,
        /// How long, in true time; [`FSYNC_NEVER`] for a disk that lies.
        takes: Nanos,
    },
    /// Loads the dice of these nodes, in the place of others: openraft's next draws of their election
    /// timeouts all give the shortest one, and nodes that start at one instant look at their timers at the
    /// same instants. A node draws when it starts and when it campaigns; a timer that runs is not changed.
    AlignTimers(Vec<NodeId>),
    /// Loads the dice of these nodes, in the place of others: openraft's next draws are spread evenly over
    /// the range of election timeouts, the shortest for the first node.
    SpreadTimers(Vec<NodeId>),
    /// Every draw is by chance again.
    TimersAsDrawn,
    /// Asks a node to start an election now.
    Campaign(NodeId),
    /// Asks the leader to hand leadership to this node.
    Transfer(NodeId),
    /// Asks a node to take a snapshot now.
    Snapshot(NodeId),
    /// Switches a node's election timer (openraft's runtime switch); survives restarts.
    Elections {
        /// The nodes; all when empty.
        nodes: Vec<NodeId>,
        /// Whether the timer may start elections.
        on: bool,
    },
    /// Switches pre-vote on all nodes (openraft's runtime switch).
    PreVote(bool),
    /// Whether leaders answer linearizable reads by their lease alone; otherwise they ask a majority.
    LeaseReads(bool),
    /// Sends one client request.
    Request(Request),
    /// A client stops waiting for a request and closes its connection (etcdctl's interrupt):
    /// a watch ends, the fate of a write that may be under way stays open.
    HangUp(RequestId),
    /// Writes distinct keys at a steady rate for a while.
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
    /// Writes a virtual second, 1 to [`STRESS_RATE_MAX`].
    pub rate: u32,
    /// For how long, at most [`STRESS_TIME_MAX`].
    pub duration: Nanos,
}

/// The highest stress rate, in writes a virtual second.
pub const STRESS_RATE_MAX: u32 = 1_000;
/// The longest stress, in virtual nanoseconds.
pub const STRESS_TIME_MAX: Nanos = 600 * SECOND;

/// The slowest clock: -90%.
pub const CLOCK_PPM_MIN: u32 = 100_000;
/// A clock that keeps true time.
pub const CLOCK_PPM_TRUE: u32 = 1_000_000;
/// The fastest clock: +900%.
pub const CLOCK_PPM_MAX: u32 = 10_000_000;

/// An fsync "takes" so long on a disk that lies: it says at once that it is done, and does nothing. What
/// it was given then is lost in a crash.
pub const FSYNC_NEVER: Nanos = Nanos::MAX;

/// How openraft's election timeouts come about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Dice {
    /// By chance.
    #[default]
    Drawn,
    /// All the shortest.
    Aligned,
    /// Evenly over the range.
    Spread,
}

/// What an accepted action led to at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It took effect.
    Done,
    /// Nothing happened, and why: the node was already there.
    NothingToDo(String),
    /// A request is under way.
    Request(RequestId),
}

/// An action that was refused; the run is untouched.
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
