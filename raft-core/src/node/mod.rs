//! One server: openraft on a disk, in a clock domain of its own.
//!
//! A process is every task in the node's domain. A crash drops those tasks where they are; the disk stays. A pause parks
//! them while the clock runs on.
//!
//! | Module | Content |
//! |---|---|
//! | `server`, `peers` | what peers and clients ask of a process; openraft's network traits |
//! | `machine` | openraft's state machine on the key-value store |
//! | `observe` | role, term, commit index and ballots, read passively |
//! | `lessor` | lease countdowns on the leader, and revocation of leases that ran out |
//! | `members`, `strict`, `rooms` | membership changes; etcd's rules of when they are allowed; numbers for new members |
//! | `contradiction` | the end of a process whose committed entries a leader contradicts |

mod contradiction;
mod lessor;
mod machine;
mod members;
mod observe;
mod peers;
mod rooms;
mod server;
mod strict;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use openraft::{Config, SnapshotPolicy, StepDownPolicy};

pub(crate) use lessor::Lessor;
pub(crate) use machine::{Machine, Memory};
use members::is_half_done;
pub(crate) use observe::Observed;
use peers::Peers;
pub(crate) use rooms::Rooms;
pub(crate) use server::{Listening, Server};

use crate::disk::{Disk, Image, LogStore, SharedDisk};
use crate::model::{CLOCK_PPM_TRUE, EventKind, Member, Process, Settings, SettingsError};
use crate::network::Network;
use crate::raft::Types;
use crate::recorder::Recorder;
use crate::runtime::{DomainId, Executor, local_now};
use crate::small_map::SmallMap;
use crate::units::{MILLISECOND, Nanos, NodeId, SECOND};

/// One server's openraft.
pub(crate) type Raft = openraft::Raft<Types, Machine>;

/// The state that all nodes of a cluster share.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) executor: Rc<Executor>,
    pub(crate) network: Network,
    pub(crate) recorder: Recorder,
    pub(crate) config: Arc<Config>,
    /// The processes that accept connections now.
    pub(crate) listening: Listening,
    pub(crate) settings: Rc<Settings>,
    /// The node numbers that new members can have.
    pub(crate) rooms: Rooms,
    /// Whether a disk was lost so far.
    pub(crate) disk_lost: Rc<Cell<bool>>,
    pub(crate) switches: Rc<Switches>,
}

/// Switches for all nodes at run time.
pub(crate) struct Switches {
    /// Whether pre-vote is on.
    pub(crate) pre_vote: Cell<bool>,
    /// Whether lease reads are on.
    pub(crate) lease_reads: Cell<bool>,
}

/// One member of the cluster.
pub(crate) struct Node {
    pub(crate) id: NodeId,
    /// Its member; before the first start, the member that it will be.
    pub(crate) member: Rc<Member>,
    /// The log index of the entry that added it; absent for initial members.
    pub(crate) added_at: Option<u64>,
    /// Whether a committed list holds it.
    pub(crate) confirmed: bool,
    /// Whether it has caught up with the leader since it was added.
    pub(crate) caught_up: bool,
    /// When it was removed from the cluster.
    pub(crate) removed: Option<Nanos>,
    /// Whether the process learned from a peer or its own log that it was removed.
    pub(crate) expelled: bool,
    pub(crate) disk: SharedDisk,
    /// The backup of its disk, if one was taken.
    pub(crate) backup: Option<Image>,
    pub(crate) process: Process,
    /// When the process, the role or the term last changed.
    pub(crate) since: Nanos,
    /// Whether the election timer may start elections, also after a restart.
    pub(crate) elections: bool,
    /// The rate of its clock, in seconds per million true seconds.
    pub(crate) clock_ppm: u32,
    pub(crate) observed: Observed,
    /// Whether the process was asked to end, so that openraft's report of its end is no failure.
    stopping: bool,
    /// Why the process could not start; set by the start itself.
    start_error: Rc<RefCell<Option<String>>>,
}

/// openraft's settings for a cluster.
///
/// # Errors
/// Returns openraft's words if it refuses them.
pub(crate) fn openraft_config(settings: &Settings) -> Result<Arc<Config>, SettingsError> {
    let millis = |nanos: Nanos| nanos / MILLISECOND;
    // A snapshot is one message; this leaves time for a round trip and the receiver's fsync.
    let snapshot_patience = (4 * settings.latency_max + 4 * settings.fsync).max(SECOND);
    let config = Config {
        cluster_name: "raft-playground".to_owned(),
        heartbeat_interval: millis(settings.heartbeat),
        election_timeout_min: millis(settings.election_min),
        election_timeout_max: millis(settings.election_max),
        enable_pre_vote: Some(settings.pre_vote),
        // A restarted leader must win an election again, as in the paper.
        enable_leader_restore: Some(false),
        // The default reserves memory for tens of thousands of entries per node.
        log_stage_capacity: Some(16),
        snapshot_policy: SnapshotPolicy::LogsSinceLast(settings.snapshot_every),
        max_in_snapshot_log_to_keep: settings.snapshot_keep,
        purge_batch_size: 1,
        // A wiped member returns without what it had acknowledged; without this setting the leader panics.
        allow_log_reversion: Some(true),
        // A removed leader steps down when its followers can know of the removal.
        removed_leader_step_down: StepDownPolicy::After(millis(settings.heartbeat).max(150)),
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
    /// A node of an initial member.
    pub(crate) fn new(id: NodeId, settings: &Settings, recorder: Recorder) -> Node {
        Node {
            id,
            member: Rc::new(settings.naming.member(id)),
            added_at: None,
            confirmed: true,
            caught_up: true,
            removed: None,
            expelled: false,
            disk: Disk::new(id, settings.fsync, recorder),
            backup: None,
            process: Process::Stopped,
            since: 0,
            elections: true,
            clock_ppm: CLOCK_PPM_TRUE,
            observed: Observed::default(),
            stopping: false,
            start_error: Rc::default(),
        }
    }

    /// A node of an added member that was not started yet.
    pub(crate) fn added(
        id: NodeId,
        member: Member,
        index: u64,
        settings: &Settings,
        recorder: Recorder,
    ) -> Node {
        Node {
            member: Rc::new(member),
            added_at: Some(index),
            confirmed: false,
            caught_up: false,
            process: Process::Announced,
            ..Node::new(id, settings, recorder)
        }
    }

    /// The clock domain of the process.
    pub(crate) fn domain(&self) -> DomainId {
        domain_of(self.id)
    }

    /// Starts the process from its disk. It listens when openraft has read the disk.
    pub(crate) fn boot(&mut self, around: &Surroundings) {
        self.process = Process::Starting;
        self.since = around.executor.now();
        self.observed = Observed::default();
        let last_index = self.disk.borrow().last_index().unwrap_or(0);
        around.recorder.record(EventKind::Started { node: self.id, last_index });
        self.expelled = false;
        around.rooms.take(self.id);
        let (id, disk, elections) = (self.id, self.disk.clone(), self.elections);
        let (me, joins) = (self.member.clone(), self.added_at.is_some());
        let (start_error, surroundings) = (self.start_error.clone(), around.clone());
        around.executor.spawn(self.domain(), async move {
            match start(id, me, disk, elections, surroundings).await {
                Ok(server) if joins => server.publish().await,
                Ok(_) => {}
                Err(error) => *start_error.borrow_mut() = Some(error),
            }
        });
    }

    /// Ends the process at once. What was not fsynced is lost.
    pub(crate) fn crash(&mut self, around: &Surroundings) {
        let (durable, lost) = self.disk.borrow_mut().crash();
        self.end(around, Process::Crashed);
        let durable = durable.unwrap_or(0);
        around.recorder.record(EventKind::Crashed { node: self.id, durable, lost });
    }

    /// Erases the disk. The process must not run.
    pub(crate) fn wipe(&mut self, around: &Surroundings) {
        self.disk.borrow_mut().wipe();
        around.disk_lost.set(true);
        self.process = Process::Wiped;
        self.since = around.executor.now();
        self.observed = Observed::default();
    }

    /// Begins a graceful stop: makes the disk durable and asks openraft to shut down. [`Node::finish_stop`] must follow
    /// when every task that can run has run.
    pub(crate) fn begin_stop(&mut self, around: &Surroundings) {
        self.stopping = true;
        self.disk.borrow_mut().close();
        if let Some(server) = around.listening.get(self.id) {
            around.executor.spawn(self.domain(), async move {
                // The process ends right after, so a failed shutdown makes no difference.
                let _ = server.raft.shutdown().await;
            });
        }
    }

    /// Completes [`Node::begin_stop`].
    pub(crate) fn finish_stop(&mut self, around: &Surroundings) {
        // What the shutdown itself appended becomes durable too.
        self.disk.borrow_mut().close();
        self.end(around, Process::Stopped);
        around.recorder.record(EventKind::Stopped { node: self.id });
    }

    /// Ends a process whose member was removed gracefully, as etcd's server does.
    pub(crate) fn leave(&mut self, around: &Surroundings) {
        self.disk.borrow_mut().close();
        self.end(around, Process::Removed);
        around.recorder.record(EventKind::Expelled { node: self.id });
    }

    /// Ends a process after a fatal error.
    pub(crate) fn fail(&mut self, around: &Surroundings, error: String) {
        self.disk.borrow_mut().crash();
        self.end(around, Process::Failed);
        around.recorder.record(EventKind::Failed { node: self.id, error });
    }

    /// Takes the error of the last start, if it failed.
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
        around.network.ended(self.id);
        if self.removed.is_some() {
            around.rooms.free_from(self.id, self.since + REMOVED_SHOWN);
        }
    }

    /// Whether membership needs attention: a changed list, an unconfirmed or removed member, a process to end.
    pub(crate) fn concerns_members(&self) -> bool {
        let up = self.process.is_up();
        self.observed.members_changed
            || (!self.confirmed && self.process == Process::Announced)
            || (!self.caught_up && up)
            || (self.expelled && up)
    }

    /// Whether the node has left the ring: removed, not running, and shown for [`REMOVED_SHOWN`].
    pub(crate) fn is_gone(&self, now: Nanos) -> bool {
        self.leaves_at().is_some_and(|at| now >= at)
    }

    /// When the node leaves the ring, if nothing else happens to it.
    pub(crate) fn leaves_at(&self) -> Option<Nanos> {
        let removed = self.removed.filter(|_| !self.process.is_up());
        removed.map(|at| at.max(self.since) + REMOVED_SHOWN)
    }
}

/// How long a removed node that does not run is still shown, in virtual nanoseconds.
pub(crate) const REMOVED_SHOWN: Nanos = 2 * SECOND;

/// The clock domain of a node; the world outside has domain 0.
pub(crate) fn domain_of(id: NodeId) -> DomainId {
    id as DomainId
}

async fn start(
    id: NodeId,
    me: Rc<Member>,
    disk: SharedDisk,
    elections: bool,
    around: Surroundings,
) -> Result<Server, String> {
    let machine = Machine::recover(id, disk.clone(), around.recorder.clone(), around.settings.quota)
        .map_err(|error| error.to_string())?;
    let peers = Peers {
        node: id,
        member: me.id,
        network: around.network.clone(),
        listening: around.listening.clone(),
    };
    let raft = Raft::new(id, around.config.clone(), peers, LogStore(disk.clone()), machine.clone())
        .await
        .map_err(|fatal| fatal.to_string())?;
    raft.runtime_config().elect(elections);
    raft.runtime_config().pre_vote(around.switches.pre_vote.get());
    let server = Server {
        id,
        me,
        raft,
        machine,
        disk,
        network: around.network,
        settings: around.settings,
        touched: Rc::default(),
        led: Rc::default(),
        released: Rc::default(),
        booted: local_now(),
        changing: Rc::default(),
        leaves: Rc::default(),
        farewell: Rc::default(),
        rooms: around.rooms,
        disk_lost: around.disk_lost,
        switches: around.switches,
        fatal: Rc::default(),
    };
    server.network.listens(id);
    around.listening.insert(server.clone());
    Ok(server)
}

/// Nodes by number.
pub(crate) type Nodes = SmallMap<NodeId, Node>;
