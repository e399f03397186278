//! Settings: the sizes, timings and seed with which a cluster begins.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::identity::Naming;
use crate::units::{MILLISECOND, NODES_MAX, Nanos, NodeId, SECOND};

/// Everything that determines a run apart from the timed actions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Seeds every stream of randomness of the run.
    pub seed: u64,
    /// Number of voting members at the start, 1 to [`NODES_MAX`].
    pub nodes: NodeId,
    /// Interval between a leader's heartbeats, in virtual nanoseconds (whole milliseconds).
    pub heartbeat: Nanos,
    /// Shortest election timeout, in virtual nanoseconds (whole milliseconds).
    pub election_min: Nanos,
    /// Longest election timeout, in virtual nanoseconds (whole milliseconds); also the length of a leader's lease.
    pub election_max: Nanos,
    /// Shortest one-way latency of a link, in virtual nanoseconds.
    pub latency_min: Nanos,
    /// Longest one-way latency of a link, in virtual nanoseconds, at most [`LATENCY_MAX`].
    pub latency_max: Nanos,
    /// Messages lost per million sent.
    pub loss_ppm: u32,
    /// Messages sent twice, per million.
    pub duplicate_ppm: u32,
    /// Duration of an fsync, in virtual nanoseconds, at most [`LATENCY_MAX`]. A crash loses what is not fsynced yet.
    pub fsync: Nanos,
    /// Whether a node asks for pre-votes before it raises its term (Ongaro's thesis, 9.6).
    pub pre_vote: bool,
    /// Whether the leader answers linearizable reads by its lease alone, without asking a majority whether it still
    /// leads. This is cheaper, and wrong when clocks run at different rates (Ongaro's thesis, 6.4.1).
    pub lease_reads: bool,
    /// The node that is given the first member list; drawn from the seed when absent.
    pub first: Option<NodeId>,
    /// The number of new log entries after which a node takes a snapshot; at least 1.
    pub snapshot_every: u64,
    /// The number of entries kept in the log before a snapshot, so that a lagging node needs no snapshot.
    pub snapshot_keep: u64,
    /// The names and addresses of the members.
    pub naming: Naming,
    /// The largest size of a member's database, in bytes (etcd's `--quota-backend-bytes`); 0 means etcd's
    /// default, 2 GB.
    pub quota: u64,
}

/// A named set of timings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Timing {
    /// Raft paper, section 9.3: elections 150..300 ms. The default.
    Paper,
    /// etcd's defaults: heartbeat 100 ms, election 1 s, pre-vote.
    Etcd,
    /// Members on different continents.
    Wan,
}

impl Timing {
    /// Every preset, in the order in which they are offered.
    pub const ALL: [Timing; 3] = [Timing::Paper, Timing::Etcd, Timing::Wan];

    /// The word for this preset in a scenario.
    pub fn name(self) -> &'static str {
        match self {
            Timing::Paper => "paper",
            Timing::Etcd => "etcd",
            Timing::Wan => "wan",
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            seed: 1,
            nodes: 5,
            heartbeat: 50 * MILLISECOND,
            election_min: 150 * MILLISECOND,
            election_max: 300 * MILLISECOND,
            latency_min: 5 * MILLISECOND,
            latency_max: 15 * MILLISECOND,
            loss_ppm: 0,
            duplicate_ppm: 0,
            fsync: MILLISECOND,
            pre_vote: false,
            lease_reads: false,
            first: None,
            snapshot_every: 1_000,
            snapshot_keep: 200,
            naming: Naming::Hosts,
            quota: 0,
        }
    }
}

impl Settings {
    /// The default settings with the given seed.
    pub fn with_seed(seed: u64) -> Self {
        Settings { seed, ..Settings::default() }
    }

    /// Overwrites heartbeat, election timeouts, latency and pre-vote with a preset's.
    pub fn apply_timing(&mut self, timing: Timing) {
        let ms = |v: u64| v * MILLISECOND;
        let (heartbeat, election, latency, pre_vote) = match timing {
            Timing::Paper => (50, (150, 300), (5, 15), false),
            Timing::Etcd => (100, (1_000, 2_000), (1, 3), true),
            Timing::Wan => (500, (2_500, 5_000), (30, 60), true),
        };
        self.heartbeat = ms(heartbeat);
        (self.election_min, self.election_max) = (ms(election.0), ms(election.1));
        (self.latency_min, self.latency_max) = (ms(latency.0), ms(latency.1));
        self.pre_vote = pre_vote;
    }

    /// The preset with these timings, if there is one.
    pub fn timing(&self) -> Option<Timing> {
        Timing::ALL.into_iter().find(|t| {
            let mut like = self.clone();
            like.apply_timing(*t);
            like == *self
        })
    }

    /// The longest time that a server works on a request, whatever the client's timeout, in virtual nanoseconds: 5 s
    /// and two election timeouts (etcd's `ReqTimeout`).
    pub fn server_patience(&self) -> Nanos {
        5 * SECOND + 2 * self.election_min
    }

    /// Checks that every field is within its bounds.
    ///
    /// # Errors
    /// Returns the first setting out of bounds, with what was found and what is accepted.
    pub fn validate(&self) -> Result<(), SettingsError> {
        let whole_ms = |name, value: Nanos, max: Nanos| {
            if value == 0 || value > max || !value.is_multiple_of(MILLISECOND) {
                Err(SettingsError::new(
                    name,
                    format!("{}.{:06} ms", value / MILLISECOND, value % MILLISECOND),
                    format!("whole milliseconds, 1 to {}", max / MILLISECOND),
                ))
            } else {
                Ok(())
            }
        };
        if self.nodes == 0 || self.nodes > NODES_MAX {
            return Err(SettingsError::new("nodes", self.nodes.to_string(), format!("1 to {NODES_MAX}")));
        }
        whole_ms("heartbeat", self.heartbeat, 10 * SECOND)?;
        whole_ms("election", self.election_min, 60 * SECOND)?;
        whole_ms("election", self.election_max, 60 * SECOND)?;
        if self.election_min >= self.election_max {
            return Err(SettingsError::new(
                "election",
                "a shortest timeout that is not below the longest",
                "for example 150ms..300ms",
            ));
        }
        if self.heartbeat >= self.election_min {
            return Err(SettingsError::new(
                "heartbeat",
                format!("{} ms", self.heartbeat / MILLISECOND),
                "less than the shortest election timeout",
            ));
        }
        if self.latency_min > self.latency_max || self.latency_max > LATENCY_MAX {
            return Err(SettingsError::new(
                "latency",
                "a range that is empty or too long",
                "a range such as 5ms..15ms, at most 10s",
            ));
        }
        if self.loss_ppm > 1_000_000 {
            return Err(SettingsError::new("loss", format!("{} per million", self.loss_ppm), "0% to 100%"));
        }
        if self.duplicate_ppm > 1_000_000 {
            let found = format!("{} per million", self.duplicate_ppm);
            return Err(SettingsError::new("duplicate", found, "0% to 100%"));
        }
        if self.fsync > LATENCY_MAX {
            return Err(SettingsError::new("fsync", format!("{} ms", self.fsync / MILLISECOND), "0 to 10s"));
        }
        if self.first.is_some_and(|n| n == 0 || n > self.nodes) {
            return Err(SettingsError::new(
                "first",
                "a node that is not a member",
                format!("node1 to node{}", self.nodes),
            ));
        }
        if self.snapshot_every == 0 {
            return Err(SettingsError::new("snapshot-every", "0", "1 entry or more"));
        }
        Ok(())
    }

    /// Warnings to show before these settings are applied; none when Raft can work under them.
    ///
    /// openraft gives an AppendEntries three quarters of the heartbeat interval to be answered.
    pub fn warnings(&self) -> Vec<TimingWarning> {
        TimingWarning::of(self.heartbeat, self.latency_min, self.latency_max)
    }
}

/// The longest latency or fsync that can be set, in virtual nanoseconds.
pub const LATENCY_MAX: Nanos = 10 * SECOND;

/// A timing under which openraft cannot work, allowed because it teaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimingWarning {
    /// Even the fastest round trip is longer than an append may take: nothing will commit.
    NothingCommits,
    /// The slowest round trip is longer than an append may take: some appends are sent repeatedly.
    SomeAppendsTimeOut,
}

impl TimingWarning {
    /// Judges a latency range against the heartbeat interval, all in virtual nanoseconds. A range that ends before it
    /// begins means that there is no link: a cluster of one node.
    pub fn of(heartbeat: Nanos, latency_min: Nanos, latency_max: Nanos) -> Vec<TimingWarning> {
        let allowed = heartbeat.saturating_mul(3) / 4;
        if latency_min > latency_max {
            Vec::new()
        } else if latency_min * 2 >= allowed {
            vec![TimingWarning::NothingCommits]
        } else if latency_max * 2 >= allowed {
            vec![TimingWarning::SomeAppendsTimeOut]
        } else {
            Vec::new()
        }
    }
}

/// A setting out of bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    /// The setting's word in a scenario.
    pub setting: &'static str,
    /// What was given.
    pub found: String,
    /// What is accepted.
    pub accepted: String,
}

impl SettingsError {
    fn new(setting: &'static str, found: impl Into<String>, accepted: impl Into<String>) -> Self {
        SettingsError { setting, found: found.into(), accepted: accepted.into() }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: found {}; accepted: {}", self.setting, self.found, self.accepted)
    }
}

impl std::error::Error for SettingsError {}
