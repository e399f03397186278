//! Safeguards of Raft that an operator can lose, and which of them a run has lost.
//!
//! Raft's guarantees rest on conditions: a disk keeps what it acknowledged, a member keeps its identity, a client
//! sends a write once. Each [`Alteration`] removes one of them. A run that lost a safeguard stays marked as altered,
//! because its consequences stay.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::units::{Nanos, NodeId};

/// A safeguard that was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Alteration {
    /// A disk acknowledges an fsync before anything is durable.
    FsyncLies,
    /// A disk was restored from an old backup.
    OldDisk,
    /// A member came back under its old id with an empty disk.
    EmptyDisk,
    /// Votes are kept in memory only.
    VotesForgotten,
    /// Leaders answer reads by their lease alone while clocks run at different rates.
    DriftingLease,
    /// A member was forced into a new cluster of its own.
    ForcedCluster,
    /// A member runs on a copy of another's data folder.
    CopiedDisk,
    /// Clients send a write again when its result is unknown.
    RetriedWrites,
}

impl Alteration {
    /// Every alteration, in the order in which the page shows them.
    pub const ALL: [Alteration; 8] = [
        Alteration::FsyncLies,
        Alteration::OldDisk,
        Alteration::EmptyDisk,
        Alteration::VotesForgotten,
        Alteration::DriftingLease,
        Alteration::ForcedCluster,
        Alteration::CopiedDisk,
        Alteration::RetriedWrites,
    ];

    /// The word after `break` in a scenario.
    pub fn word(self) -> &'static str {
        match self {
            Alteration::FsyncLies => "fsync",
            Alteration::OldDisk => "restore",
            Alteration::EmptyDisk => "rejoin",
            Alteration::VotesForgotten => "votes",
            Alteration::DriftingLease => "lease",
            Alteration::ForcedCluster => "force-new-cluster",
            Alteration::CopiedDisk => "copy",
            Alteration::RetriedWrites => "retries",
        }
    }

    /// The state after the loss, in a few words; "on node2" may follow.
    pub fn name(self) -> &'static str {
        match self {
            Alteration::FsyncLies => "fsync lies",
            Alteration::OldDisk => "an old backup was restored",
            Alteration::EmptyDisk => "an empty disk rejoined under its old id",
            Alteration::VotesForgotten => "votes are not kept",
            Alteration::DriftingLease => "leases are trusted while clocks drift",
            Alteration::ForcedCluster => "a new cluster was forced",
            Alteration::CopiedDisk => "another member's data folder was used",
            Alteration::RetriedWrites => "clients send open writes again",
        }
    }

    /// What the loss may break, in one sentence.
    pub fn warning(self) -> &'static str {
        match self {
            Alteration::FsyncLies => {
                "Entries and votes that were acknowledged are lost in a crash, so a committed write can vanish."
            }
            Alteration::OldDisk => {
                "The member has forgotten entries that it helped to commit, and may elect a leader without them."
            }
            Alteration::EmptyDisk => {
                "The member votes and counts as before but knows nothing, so a majority may have never heard of a \
                 committed write."
            }
            Alteration::VotesForgotten => {
                "After a restart a member votes a second time in the same term, so a term can have two leaders."
            }
            Alteration::DriftingLease => {
                "A leader with a slow clock goes on to answer reads after another one was elected: it tells old values."
            }
            Alteration::ForcedCluster => {
                "Two members that each made a cluster of their own both take writes, and neither hears of the other's."
            }
            Alteration::CopiedDisk => {
                "The member vouches for a log that another one wrote, so entries and votes count that nobody holds."
            }
            Alteration::RetriedWrites => {
                "A write that was done already may be done once more, later, over what others wrote in between."
            }
        }
    }

    /// How real operators lose it, in one sentence.
    pub fn cause(self) -> &'static str {
        match self {
            Alteration::FsyncLies => {
                "A consumer SSD or a virtual disk with a volatile write cache, or etcd with --unsafe-no-fsync."
            }
            Alteration::OldDisk => {
                "A machine is rolled back to a snapshot of its disk, or its data folder restored from last night's backup."
            }
            Alteration::EmptyDisk => {
                "A data folder on a temporary volume is gone after a reboot, and the member is started as before \
                 instead of being removed and added again."
            }
            Alteration::VotesForgotten => {
                "A home-made Raft that keeps term and vote in memory, or writes them without waiting for the disk."
            }
            Alteration::DriftingLease => {
                "Reads by lease are switched on for speed, and a virtual machine is suspended or its clock not disciplined."
            }
            Alteration::ForcedCluster => {
                "In an outage two people each start the member at hand with etcd's --force-new-cluster."
            }
            Alteration::CopiedDisk => {
                "A new machine is set up by copying the data folder of one that works, or an image of it is started twice."
            }
            Alteration::RetriedWrites => {
                "A client library or a proxy sends a put again after a timeout, though the first one may have been done."
            }
        }
    }

    /// Whether it is a switch that can be turned back; the others are single acts.
    pub fn is_switch(self) -> bool {
        matches!(
            self,
            Alteration::FsyncLies
                | Alteration::VotesForgotten
                | Alteration::DriftingLease
                | Alteration::RetriedWrites
        )
    }
}

/// A safeguard that a run lost: where, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Altered {
    /// The safeguard.
    pub what: Alteration,
    /// The nodes on which it was lost, ascending; none when it concerns no node.
    pub nodes: Vec<NodeId>,
    /// When it was first lost, in virtual nanoseconds.
    pub since: Nanos,
    /// Whether it is still lost: a switch may have been turned back. Its consequences stay.
    pub in_force: bool,
}

/// Reads like "fsync lies on node2, node3".
impl fmt::Display for Altered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what.name())?;
        for (place, node) in self.nodes.iter().enumerate() {
            write!(f, "{}node{node}", if place == 0 { " on " } else { ", " })?;
        }
        Ok(())
    }
}
