//! The workloads: five nodes with a leader, without writes or with a hundred writes per second.
//!
//! The work of a run is checked at its end, since a peer that skips work would look fast.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openraft::alias::InstantOf;
use openraft::async_runtime::watch::WatchReceiver;
use openraft::{AsyncRuntime, Config, Instant, Raft, ServerState, SnapshotPolicy};

use crate::log::Log;
use crate::machine::{Machine, Store};
use crate::network::{Links, Network};
use crate::peer::{Peer, Put};
use crate::{
    ELECTION_MILLIS_MAX, ELECTION_MILLIS_MIN, HEARTBEAT_MILLIS, NODES, SETTLE, SNAPSHOT_EVERY, SNAPSHOT_KEEP,
    WRITES, lock,
};

/// The time after the last write in which its commit reaches every follower.
const LAST_WRITES: Duration = Duration::from_millis(200);

/// The work of a cluster once it has a leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// Heartbeats only.
    Idle,
    /// Writes at the leader, at a steady rate.
    Writes,
}

impl Workload {
    /// All workloads, in the order in which they run.
    pub const ALL: [Workload; 2] = [Workload::Idle, Workload::Writes];
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Workload::Idle => "idle",
            Workload::Writes => "writes",
        })
    }
}

/// A cluster with a leader.
struct Cluster<C: Peer> {
    network: Network<C>,
    nodes: BTreeMap<u64, Raft<C, Machine>>,
    machines: Vec<Machine>,
    leader: u64,
}

/// The results of writes.
#[derive(Default)]
struct Tally {
    done: u64,
    first_failure: Option<String>,
}

/// The result of a run.
pub struct Outcome {
    /// The number of requests and replies between the nodes during the workload.
    pub messages: u64,
    /// The nodes' state machines.
    machines: Vec<Machine>,
    /// The number of writes, all of which succeeded.
    writes: u64,
}

/// Runs a workload for a number of virtual seconds after a leader is elected.
///
/// # Errors
/// No leader was elected, it lost its leadership, a write failed, or another time passed than requested.
pub async fn run<C: Peer>(workload: Workload, seconds: u64) -> Result<Outcome, String> {
    let cluster = Cluster::<C>::with_leader().await?;
    let before = cluster.network.messages();
    let start = InstantOf::<C>::now();
    let writes = match workload {
        Workload::Idle => {
            C::AsyncRuntime::sleep(Duration::from_secs(seconds)).await;
            0
        }
        Workload::Writes => cluster.write(seconds, start).await?,
    };
    let passed = InstantOf::<C>::now() - start;
    let slack = LAST_WRITES + Duration::from_millis(1);
    if passed < Duration::from_secs(seconds) || passed > Duration::from_secs(seconds) + slack {
        return Err(format!("{passed:?} of virtual time passed instead of {seconds} s"));
    }
    let messages = cluster.network.messages() - before;
    // Each heartbeat is a request and a reply for every follower.
    let beats = seconds * 1_000 / HEARTBEAT_MILLIS * 2 * (NODES - 1);
    if messages < beats / 2 {
        return Err(format!("{messages} messages are too few: the heartbeats alone are {beats}"));
    }
    if leader(&cluster.nodes) != Some(cluster.leader) {
        return Err(format!("node{} lost its leadership", cluster.leader));
    }
    Ok(Outcome { messages, machines: cluster.machines, writes })
}

impl Outcome {
    /// Checks that every node applied every write and took its snapshots. It is separate from [`run`] so that
    /// it is not timed.
    ///
    /// # Errors
    /// Names the first node that did not.
    pub fn check(&self) -> Result<(), String> {
        // An idle cluster must have committed at least the leader's first entry.
        let applied = self.machines.first().and_then(Machine::applied);
        if applied.is_none() || self.machines.iter().any(|machine| machine.applied() != applied) {
            return Err("the nodes did not apply the same entries, or none at all".to_owned());
        }
        let stores: Vec<Store> = self.machines.iter().map(Machine::store).collect();
        for (id, (machine, store)) in (1..).zip(self.machines.iter().zip(&stores)) {
            if store.revision != self.writes || store.pairs.len() as u64 != self.writes {
                return Err(format!("node{id} applied {} of {} writes", store.revision, self.writes));
            }
            if stores.first() != Some(store) {
                return Err(format!("the store of node{id} differs from that of node1"));
            }
            let saved = machine.saved().map_err(|error| format!("node{id}'s snapshot: {error}"))?;
            // The log grows while a snapshot is written.
            if saved.map_or(0, |saved| saved.revision) + 2 * SNAPSHOT_EVERY < self.writes {
                return Err(format!("node{id} took no snapshot in its last {} writes", 2 * SNAPSHOT_EVERY));
            }
        }
        Ok(())
    }
}

impl<C: Peer> Cluster<C> {
    /// Starts the nodes, initializes the cluster, and waits for a leader.
    async fn with_leader() -> Result<Self, String> {
        let config = Arc::new(config()?);
        let network = Network::new();
        let (mut nodes, mut machines) = (BTreeMap::new(), Vec::new());
        for id in 1..=NODES {
            let links = Links { from: id, network: network.clone() };
            let machine = Machine::default();
            let raft = Raft::new(id, config.clone(), links, Log::default(), machine.clone());
            nodes.insert(id, raft.await.map_err(|fatal| fatal.to_string())?);
            machines.push(machine);
        }
        let nodes = network.open(nodes).clone();
        let members: BTreeMap<u64, ()> = nodes.keys().map(|id| (*id, ())).collect();
        let first = nodes.values().next().ok_or("there are no nodes")?;
        first.initialize(members).await.map_err(|error| error.to_string())?;
        C::AsyncRuntime::sleep(SETTLE).await;
        let leader = leader(&nodes).ok_or_else(|| format!("no leader after {SETTLE:?}"))?;
        Ok(Cluster { network, nodes, machines, leader })
    }

    /// Sends writes to the leader, each from a task of its own, and waits for the last ones. Returns their
    /// number.
    ///
    /// # Errors
    /// A write failed or was not done in time.
    async fn write(&self, seconds: u64, start: InstantOf<C>) -> Result<u64, String> {
        let leader = self.nodes.get(&self.leader).ok_or("the leader is not a node")?;
        let tally = Arc::new(Mutex::new(Tally::default()));
        let wanted = seconds * WRITES;
        for number in 1..=wanted {
            let (leader, tally) = (leader.clone(), tally.clone());
            let _detached = C::AsyncRuntime::spawn(async move {
                let put = Put {
                    key: format!("/stress/{number:06}").into_bytes(),
                    value: format!("value {number}").into_bytes(),
                };
                let result = leader.client_write(put).await;
                let mut tally = lock(&tally);
                match result {
                    Ok(_) => tally.done += 1,
                    Err(error) => {
                        tally.first_failure = tally.first_failure.take().or(Some(error.to_string()))
                    }
                }
            });
            let next = start + Duration::from_nanos(number * 1_000_000_000 / WRITES);
            C::AsyncRuntime::sleep_until(next).await;
        }
        C::AsyncRuntime::sleep(LAST_WRITES).await;
        let tally = lock(&tally);
        match &tally.first_failure {
            Some(failure) => Err(format!("a write failed: {failure}")),
            None if tally.done < wanted => Err(format!("{} of {wanted} writes were done", tally.done)),
            None => Ok(wanted),
        }
    }
}

/// Returns the leader, if all nodes agree on it and it is in the leader state.
fn leader<C: Peer>(nodes: &BTreeMap<u64, Raft<C, Machine>>) -> Option<u64> {
    let known = |raft: &Raft<C, Machine>| raft.metrics().borrow_watched().current_leader;
    let leader = nodes.values().next().and_then(known)?;
    let leads = nodes.get(&leader)?.metrics().borrow_watched().state == ServerState::Leader;
    (leads && nodes.values().all(|raft| known(raft) == Some(leader))).then_some(leader)
}

/// Returns raft-core's configuration of openraft.
fn config() -> Result<Config, String> {
    let config = Config {
        cluster_name: "peers-bench".to_owned(),
        heartbeat_interval: HEARTBEAT_MILLIS,
        election_timeout_min: ELECTION_MILLIS_MIN,
        election_timeout_max: ELECTION_MILLIS_MAX,
        enable_pre_vote: Some(false),
        enable_leader_restore: Some(false),
        log_stage_capacity: Some(16),
        snapshot_policy: SnapshotPolicy::LogsSinceLast(SNAPSHOT_EVERY),
        max_in_snapshot_log_to_keep: SNAPSHOT_KEEP,
        purge_batch_size: 1,
        install_snapshot_timeout: 1_000,
        ..Config::default()
    };
    config.validate().map_err(|error| error.to_string())
}
