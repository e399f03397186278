//! A simulated day of a tab left open, with everything that keeps data (the recording, the checks, a watch
//! and commands in a terminal), to measure what grows.

use crate::cluster::Cluster;
use crate::etcdctl::{EtcdctlSession, JobId, TerminalId};
use crate::kv::Command;
use crate::model::{Action, Operation, REQUEST_TIMEOUT, Request, Settings};
use crate::tape::Tape;
use crate::units::{MILLISECOND, Nanos, NodeId, SECOND};

/// The number of keys written, over and over.
const KEYS: u64 = 100;
/// A node crashes every this many minutes.
const CRASH_EVERY: u64 = 60;
/// The time until a crashed node starts again.
const DOWN_FOR: Nanos = 30 * SECOND;

/// The workload of a day.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The number of members.
    pub nodes: NodeId,
    /// Writes per virtual minute.
    pub writes: u64,
    /// The history is compacted every this many minutes, as operators of etcd do; 0 means never.
    pub compact_every: u64,
    /// The maximum size of the recording, in bytes.
    pub tape_bytes: usize,
}

/// A day in progress.
pub struct Day {
    cluster: Cluster,
    tape: Tape,
    session: EtcdctlSession,
    terminal: TerminalId,
    watch: JobId,
    pace: Pace,
    minutes: u64,
    writes: u64,
    /// The number of events taken.
    events: u64,
    /// The number of bytes that the watch printed.
    printed: u64,
    /// The crashed node, and when it starts again.
    down: Option<(NodeId, Nanos)>,
}

/// The amount of data kept, where it can be counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Virtual minutes so far.
    pub minutes: u64,
    /// Events so far; the cluster keeps none once it is taken.
    pub events: u64,
    /// Writes so far.
    pub writes: u64,
    /// Actions so far.
    pub actions: usize,
    /// The size of the recording, in bytes.
    pub tape_bytes: usize,
    /// Requests in the view.
    pub requests: usize,
    /// Entries in the longest log.
    pub log: u64,
    /// Messages in flight.
    pub messages: usize,
    /// The newest revision of a store.
    pub revisions: u64,
    /// Bytes printed by the watch so far.
    pub printed: u64,
    /// Violated safety properties.
    pub violations: usize,
}

impl Day {
    /// Begins a day.
    ///
    /// # Errors
    /// The settings are invalid, such as a number of nodes out of bounds.
    pub fn new(pace: Pace) -> Result<Day, String> {
        let mut cluster = Cluster::new(Settings { nodes: pace.nodes, ..Settings::with_seed(24) })
            .map_err(|error| error.to_string())?;
        let tape = Tape::with_bound(&cluster, pace.tape_bytes);
        tape.attach(&mut cluster);
        let mut session = EtcdctlSession::default();
        let terminal = session.open(2);
        let mut day = Day {
            cluster,
            tape,
            session,
            terminal,
            watch: 0,
            pace,
            minutes: 0,
            writes: 0,
            events: 0,
            printed: 0,
            down: None,
        };
        day.pass(2 * SECOND);
        day.watch = day.session.type_into(&mut day.cluster, terminal, "etcdctl watch /day/ --prefix");
        Ok(day)
    }

    /// Runs one virtual minute: writes, a read by a command, sometimes a crash and a compaction.
    ///
    /// # Errors
    /// An action was refused, or a safety property was violated.
    pub fn minute(&mut self) -> Result<(), String> {
        let start = self.cluster.now();
        let writes = self.pace.writes.max(1);
        for number in 1..=writes {
            if self.pace.writes > 0 {
                self.write()?;
            }
            self.pass(start + 60 * SECOND * number / writes - self.cluster.now());
        }
        self.minutes += 1;
        let line = format!("etcdctl get /day/{}", self.minutes % KEYS);
        let job = self.session.type_into(&mut self.cluster, self.terminal, &line);
        self.pass(200 * MILLISECOND);
        let _ = self.session.take_printed(job);
        if self.pace.compact_every > 0 && self.minutes.is_multiple_of(self.pace.compact_every) {
            self.compact()?;
        }
        if self.minutes.is_multiple_of(CRASH_EVERY) {
            self.crash()?;
        }
        match self.cluster.violations().first() {
            Some(violation) => Err(format!("minute {}: {}", self.minutes, violation.detail)),
            None => Ok(()),
        }
    }

    /// Returns the amount of data kept now.
    pub fn kept(&self) -> Kept {
        let view = self.cluster.view();
        let log = |node: &crate::model::NodeView| {
            node.last_index.unwrap_or(0) - node.purged_index.unwrap_or(0).min(node.last_index.unwrap_or(0))
        };
        let store =
            view.nodes.iter().filter_map(|node| node.store.as_ref()).max_by_key(|store| store.revision);
        Kept {
            minutes: self.minutes,
            events: self.events,
            writes: self.writes,
            actions: self.cluster.history().actions().map_or(0, <[_]>::len),
            tape_bytes: self.tape.bytes(),
            requests: view.requests.len(),
            log: view.nodes.iter().map(log).max().unwrap_or(0),
            messages: view.messages.len(),
            revisions: store.map_or(0, |store| store.revision),
            printed: self.printed,
            violations: self.cluster.violations().len(),
        }
    }
}

/// Ways to reach a limit sooner.
impl Day {
    /// Applies a number of actions with little effect. The list of actions is full after
    /// [`ACTIONS_KEPT_MAX`](crate::cluster::ACTIONS_KEPT_MAX).
    ///
    /// # Errors
    /// An action was refused.
    pub fn act(&mut self, times: usize) -> Result<(), String> {
        (0..times).try_for_each(|number| {
            let applied = self.cluster.apply(Action::PreVote(number % 2 == 0));
            applied.map(|_| ()).map_err(|error| error.to_string())
        })
    }
}

/// The deeds of a day.
impl Day {
    fn request(&mut self, operation: Operation) -> Result<(), String> {
        let request = Request { endpoints: vec![2, 3], operation, timeout: REQUEST_TIMEOUT };
        self.cluster.apply(Action::Request(request)).map(|_| ()).map_err(|error| error.to_string())
    }

    fn write(&mut self) -> Result<(), String> {
        self.writes += 1;
        let key = format!("/day/{}", self.writes % KEYS);
        self.request(Operation::put(key, format!("the value of write number {}", self.writes)))
    }

    fn compact(&mut self) -> Result<(), String> {
        let revision = self.kept().revisions as i64;
        self.request(Operation::Write(Command::Compact { revision }))
    }

    fn crash(&mut self) -> Result<(), String> {
        let node = self.cluster.status().leader.filter(|leader| *leader != 2).unwrap_or(1);
        self.down = Some((node, self.cluster.now() + DOWN_FOR));
        self.cluster.apply(Action::Crash(node)).map(|_| ()).map_err(|error| error.to_string())
    }

    /// Runs the cluster for a span of virtual time, as the page does: takes events, passes them to commands,
    /// and takes the output of the watch.
    fn pass(&mut self, time: Nanos) {
        let until = self.cluster.now() + time;
        loop {
            let events = self.cluster.take_events();
            self.events += events.len() as u64;
            events.iter().for_each(|event| self.session.observe(&mut self.cluster, event));
            self.session.pass_time(&mut self.cluster);
            if let Some((node, _)) = self.down.filter(|(_, at)| *at <= self.cluster.now()) {
                self.down = None;
                // The node is down, so the restart is not refused.
                let _ = self.cluster.apply(Action::Restart(node));
            }
            let next = (self.cluster.now() + 50 * MILLISECOND).min(until);
            if self.cluster.now() == until {
                break;
            }
            self.cluster.advance(next);
        }
        let printed = self.session.take_printed(self.watch);
        self.printed += printed.iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>();
    }
}
