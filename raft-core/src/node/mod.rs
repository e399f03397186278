//! One server: openraft on a disk, in a clock domain of its own.
//!
//! A process is everything that lives in the node's domain. Killing it drops
//! those tasks where they stand; the disk stays. Pausing it parks them while
//! its clock runs on.

mod lessor;
mod machine;
mod observe;
mod server;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use openraft::{Config, SnapshotPolicy};

pub(crate) use lessor::{LeaseAsk, LeaseTold, Lessor};
pub(crate) use machine::{Machine, Memory};
pub(crate) use observe::Observed;
pub(crate) use server::{Listening, Server};

use crate::cluster::{EventKind, Process, Settings, SettingsError};
use crate::disk::{Disk, LogStore, SharedDisk};
use crate::network::{Network, Peers};
use crate::raft::Raft;
use crate::recorder::Recorder;
use crate::runtime::{DomainId, Executor, local_now};
use crate::small_map::SmallMap;
use crate::units::{MILLISECOND, Nanos, NodeId, SECOND};

/// What every node of a cluster shares.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) executor: Rc<Executor>,
    pub(crate) network: Network,
    pub(crate) recorder: Recorder,
    pub(crate) config: Arc<Config>,
    /// Which processes accept connections right now.
    pub(crate) listening: Listening,
    pub(crate) settings: Rc<Settings>,
}

/// One member of the cluster.
pub(crate) struct Node {
    pub(crate) id: NodeId,
    pub(crate) disk: SharedDisk,
    pub(crate) process: Process,
    /// When the process, the role or the term last changed.
    pub(crate) since: Nanos,
    /// Whether the election timer may start elections; kept over restarts.
    pub(crate) elections: bool,
    pub(crate) observed: Observed,
    /// Whether the process was asked to end: then openraft may report that it did.
    stopping: bool,
    /// Why the process could not start, filled in by the start itself.
    start_error: Rc<RefCell<Option<String>>>,
}

/// openraft's settings for a cluster.
///
/// # Errors
/// openraft refuses them; its words are in the error.
pub(crate) fn openraft_config(settings: &Settings) -> Result<Arc<Config>, SettingsError> {
    let millis = |nanos: Nanos| nanos / MILLISECOND;
    // A snapshot travels in one message; give it time for a round trip and the receiver's fsync.
    let snapshot_patience = (4 * settings.latency_max + 4 * settings.fsync).max(SECOND);
    let config = Config {
        cluster_name: "raft-playground".to_owned(),
        heartbeat_interval: millis(settings.heartbeat),
        election_timeout_min: millis(settings.election_min),
        election_timeout_max: millis(settings.election_max),
        enable_pre_vote: Some(settings.pre_vote),
        // A restarted leader must win an election again, as in the paper.
        enable_leader_restore: Some(false),
        // The default preallocates room for tens of thousands of entries per node.
        log_stage_capacity: Some(16),
        snapshot_policy: SnapshotPolicy::LogsSinceLast(settings.snapshot_every),
        max_in_snapshot_log_to_keep: settings.snapshot_keep,
        purge_batch_size: 1,
        install_snapshot_timeout: millis(snapshot_patience),
        ..Config::default()
    };
    config.validate().map(Arc::new).map_err(|error| SettingsError {
        setting: "timing",
        found: error.to_string(),
        accepted: "a heartbeat interval well below the shortest election timeout".to_owned(),
    })
}

impl Node {
    pub(crate) fn new(id: NodeId, fsync: Nanos, recorder: Recorder) -> Node {
        Node {
            id,
            disk: Disk::new(id, fsync, recorder),
            process: Process::Stopped,
            since: 0,
            elections: true,
            observed: Observed::default(),
            stopping: false,
            start_error: Rc::default(),
        }
    }

    /// The clock domain in which the process lives.
    pub(crate) fn domain(&self) -> DomainId {
        domain_of(self.id)
    }

    /// Starts the process from its disk. It listens once openraft has read the disk.
    pub(crate) fn boot(&mut self, around: &Surroundings) {
        self.process = Process::Starting;
        self.since = around.executor.now();
        self.observed = Observed::default();
        let last_index = self.disk.borrow().last_index().unwrap_or(0);
        around.recorder.record(EventKind::Started { node: self.id, last_index });
        let (id, disk, elections) = (self.id, self.disk.clone(), self.elections);
        let (start_error, surroundings) = (self.start_error.clone(), around.clone());
        around.executor.spawn(self.domain(), async move {
            if let Err(error) = start(id, disk, elections, surroundings).await {
                *start_error.borrow_mut() = Some(error);
            }
        });
    }

    /// Ends the process where it stands. What was not fsynced is lost.
    pub(crate) fn kill(&mut self, around: &Surroundings) {
        let (durable, lost) = self.disk.borrow_mut().crash();
        self.end(around, Process::Crashed);
        let durable = durable.unwrap_or(0);
        around.recorder.record(EventKind::Crashed { node: self.id, durable, lost });
    }

    /// Begins a graceful end: the disk is written out, openraft is asked to shut down.
    /// [`Node::finish_stop`] follows once everything that can run has run.
    pub(crate) fn begin_stop(&mut self, around: &Surroundings) {
        self.stopping = true;
        self.disk.borrow_mut().close();
        if let Some(server) = around.listening.get(self.id) {
            around.executor.spawn(self.domain(), async move {
                // The process ends right after; there is nobody to tell of a failed shutdown.
                let _ = server.raft.shutdown().await;
            });
        }
    }

    /// Completes [`Node::begin_stop`].
    pub(crate) fn finish_stop(&mut self, around: &Surroundings) {
        // What the shutdown itself appended is written out, too.
        self.disk.borrow_mut().close();
        self.end(around, Process::Stopped);
        around.recorder.record(EventKind::Stopped { node: self.id });
    }

    /// Ends a process that cannot go on.
    pub(crate) fn fail(&mut self, around: &Surroundings, error: String) {
        self.disk.borrow_mut().crash();
        self.end(around, Process::Failed);
        around.recorder.record(EventKind::Failed { node: self.id, error });
    }

    /// The error with which the last start ended, if it did.
    pub(crate) fn take_start_error(&self) -> Option<String> {
        self.start_error.borrow_mut().take()
    }

    fn end(&mut self, around: &Surroundings, process: Process) {
        let server = around.listening.remove(self.id);
        around.executor.kill_domain(self.domain());
        around.executor.enter(|| drop(server));
        self.process = process;
        self.stopping = false;
        self.since = around.executor.now();
        self.observed.forget_process();
    }
}

/// The clock domain of a node; the world outside has domain 0.
pub(crate) fn domain_of(id: NodeId) -> DomainId {
    id as DomainId
}

async fn start(id: NodeId, disk: SharedDisk, elections: bool, around: Surroundings) -> Result<(), String> {
    let machine = Machine::recover(id, disk.clone(), around.recorder.clone(), around.settings.quota)
        .map_err(|error| error.to_string())?;
    let peers = Peers { node: id, network: around.network.clone(), listening: around.listening.clone() };
    let raft = Raft::new(id, around.config.clone(), peers, LogStore(disk.clone()), machine.clone())
        .await
        .map_err(|fatal| fatal.to_string())?;
    raft.runtime_config().elect(elections);
    let server = Server {
        id,
        raft,
        machine,
        disk,
        network: around.network,
        settings: around.settings,
        touched: Rc::default(),
        led: Rc::default(),
        booted: local_now(),
    };
    around.listening.insert(server);
    Ok(())
}

/// Nodes by number.
pub(crate) type Nodes = SmallMap<NodeId, Node>;
