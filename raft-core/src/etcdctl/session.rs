//! The terminals of a cluster and the commands that run in them.

use std::collections::BTreeMap;

use super::Output;
use super::io::{CallId, Effect, Input, Stream};
use super::running::{Running, Terminal};
use crate::cluster::Cluster;
use crate::model::{Action, Applied, Call, Cause, Event, EventKind, Operation, Outcome, Request, RequestId};
use crate::units::{Nanos, NodeId};

/// Identifies a command line within a session, in the order of typing, from 0.
pub type JobId = usize;
/// Identifies a terminal within a session, in the order of opening, from 0.
pub type TerminalId = usize;

/// One command line.
struct Job {
    running: Running,
    calls: BTreeMap<RequestId, CallId>,
    output: Output,
    /// What was printed since it was last taken, in order.
    printed: Vec<(Stream, Vec<u8>)>,
    /// How its last call ended.
    last_outcome: Option<Outcome>,
    /// Its last request that a person would want to follow: not a lease that is kept alive.
    last_request: Option<RequestId>,
}

/// The terminals of one cluster, and all that was typed into them.
#[derive(Default)]
pub struct Session {
    terminals: Vec<Terminal>,
    jobs: Vec<Job>,
    /// Those that have not ended.
    live: Vec<JobId>,
}

impl Session {
    /// Opens one more terminal on a node. Those of one node see the same files.
    pub fn open(&mut self, on: NodeId) -> TerminalId {
        let terminal = match self.terminals.iter().find(|terminal| terminal.here() == on) {
            Some(first) => first.beside(),
            None => Terminal::new(on),
        };
        self.terminals.push(terminal);
        self.terminals.len() - 1
    }

    /// Whether a terminal was opened on a node.
    pub fn has_terminal(&self, on: NodeId) -> bool {
        self.terminals.iter().any(|terminal| terminal.here() == on)
    }

    /// One of a node's terminals by its number, from 1. Those that are missing are opened.
    pub fn nth(&mut self, on: NodeId, number: u32) -> TerminalId {
        let here = self.terminals.iter().enumerate().filter(|(_, terminal)| terminal.here() == on);
        let known: Vec<TerminalId> = here.map(|(id, _)| id).take(number as usize).collect();
        let missing = (number as usize).max(1) - known.len();
        (0..missing).map(|_| self.open(on)).last().or(known.last().copied()).unwrap_or_default()
    }

    /// A terminal that was opened.
    pub fn terminal(&self, id: TerminalId) -> Option<&Terminal> {
        self.terminals.get(id)
    }

    /// Types a line into the first terminal on a node, with standard input that ends or stays open.
    pub fn type_line(
        &mut self,
        cluster: &mut Cluster,
        on: NodeId,
        line: &str,
        stdin: Vec<u8>,
        stays_open: bool,
    ) -> JobId {
        let terminal = self.nth(on, 1);
        self.type_with(cluster, terminal, line, stdin, stays_open)
    }

    /// Types a line into a terminal, with standard input that ends or stays open.
    pub fn type_with(
        &mut self,
        cluster: &mut Cluster,
        terminal: TerminalId,
        line: &str,
        stdin: Vec<u8>,
        stays_open: bool,
    ) -> JobId {
        self.begin(cluster, terminal, line, |running| {
            running.give(Input::Stdin(stdin));
            if !stays_open {
                running.give(Input::StdinEnd);
            }
        })
    }

    /// Types a line into a terminal; its standard input is what will be given to it. Nothing
    /// happens on a terminal that there is not.
    pub fn type_into(&mut self, cluster: &mut Cluster, terminal: TerminalId, line: &str) -> JobId {
        self.begin(cluster, terminal, line, |_| {})
    }

    fn begin(
        &mut self,
        cluster: &mut Cluster,
        terminal: TerminalId,
        line: &str,
        prepare: impl FnOnce(&mut Running),
    ) -> JobId {
        let id = self.jobs.len();
        let Some(terminal) = self.terminals.get(terminal) else { return id };
        let mut running = terminal.start(line, &cluster.directory());
        prepare(&mut running);
        self.jobs.push(Job {
            running,
            calls: BTreeMap::new(),
            output: Output::default(),
            printed: Vec::new(),
            last_outcome: None,
            last_request: None,
        });
        self.live.push(id);
        self.go_on(cluster, id);
        id
    }

    /// Hears of an event. The command that waited for it goes on, and may act on the cluster.
    pub fn observe(&mut self, cluster: &mut Cluster, event: &Event) {
        let (id, outcome) = match &event.kind {
            EventKind::RequestEnded { id, outcome } => (id, Some(outcome)),
            EventKind::RequestProgress { id, .. } => (id, None),
            _ => return,
        };
        let waits = |job: &&JobId| self.jobs[**job].calls.contains_key(id);
        let Some(job) = self.live.iter().find(waits).copied() else { return };
        let Job { running, calls, last_outcome, .. } = &mut self.jobs[job];
        let Some(call) = calls.get(id).copied() else { return };
        match (&event.kind, outcome) {
            (_, Some(outcome)) => {
                calls.remove(id);
                *last_outcome = Some(outcome.clone());
                running.give(Input::Ended { call, outcome: outcome.clone() });
            }
            (EventKind::RequestProgress { response, .. }, None) => {
                running.give(Input::Progress { call, response: response.clone() });
            }
            _ => {}
        }
        self.go_on(cluster, job);
    }

    /// Lets commands go on whose time has come.
    pub fn pass_time(&mut self, cluster: &mut Cluster) {
        let now = cluster.now();
        for id in self.live.clone() {
            if self.jobs[id].running.wakes_at().is_some_and(|at| at <= now) {
                self.go_on(cluster, id);
            }
        }
    }

    /// When a command wants to go on by itself.
    pub fn wakes_at(&self) -> Option<Nanos> {
        self.live.iter().filter_map(|job| self.jobs[*job].running.wakes_at()).min()
    }

    /// Whether no command runs.
    pub fn is_idle(&self) -> bool {
        self.live.is_empty()
    }

    /// Tells a command of input or an interrupt. A command that there is not hears nothing.
    pub fn give(&mut self, cluster: &mut Cluster, job: JobId, input: Input) {
        if let Some(Job { running, .. }) = self.jobs.get_mut(job) {
            running.give(input);
            self.go_on(cluster, job);
        }
    }

    /// What a command printed so far; its exit code counts once it has ended.
    pub fn output(&self, job: JobId) -> Option<&Output> {
        self.jobs.get(job).map(|job| &job.output)
    }

    /// What a command printed since the last call, in order. It is forgotten then: who shows it
    /// as it comes keeps it as long as he likes.
    pub fn take_printed(&mut self, job: JobId) -> Vec<(Stream, Vec<u8>)> {
        let Some(job) = self.jobs.get_mut(job) else { return Vec::new() };
        job.output.stdout.clear();
        job.output.stderr.clear();
        std::mem::take(&mut job.printed)
    }

    /// Whether a command waits for standard input.
    pub fn reads_stdin(&self, job: JobId) -> bool {
        self.jobs.get(job).is_some_and(|job| job.running.reads_stdin())
    }

    /// Whether a command has ended.
    pub fn has_ended(&self, job: JobId) -> bool {
        self.jobs.get(job).is_none_or(|job| job.running.exit().is_some())
    }

    /// How the last call of a command ended, if it made one.
    pub fn last_outcome(&self, job: JobId) -> Option<&Outcome> {
        self.jobs.get(job).and_then(|job| job.last_outcome.as_ref())
    }

    /// The last request of a command, lease keep-alives left out.
    pub fn last_request(&self, job: JobId) -> Option<RequestId> {
        self.jobs.get(job).and_then(|job| job.last_request)
    }

    fn go_on(&mut self, cluster: &mut Cluster, id: JobId) {
        let Some(job) = self.jobs.get_mut(id) else { return };
        // A call that the cluster refuses at once lets the command go on at once.
        loop {
            let mut again = false;
            for effect in job.running.poll(cluster.now(), &cluster.directory()) {
                match effect {
                    Effect::Print { stream, bytes } => job.print(stream, bytes),
                    Effect::HangUp { call } => {
                        let request = job.calls.iter().find(|(_, running)| **running == call);
                        if let Some(request) = request.map(|(request, _)| *request) {
                            job.calls.remove(&request);
                            // It may have ended in the meantime.
                            let _ = cluster.apply(Action::HangUp(request));
                        }
                    }
                    Effect::Call { call, request } => again |= !job.call(cluster, call, request),
                }
            }
            if !again {
                break;
            }
        }
        if let Some(exit) = job.running.exit() {
            job.output.exit = exit;
            self.live.retain(|live| *live != id);
        }
    }
}

impl Job {
    fn print(&mut self, stream: Stream, bytes: Vec<u8>) {
        match stream {
            Stream::Stdout => self.output.stdout.extend_from_slice(&bytes),
            Stream::Stderr => self.output.stderr.extend_from_slice(&bytes),
        }
        self.printed.push((stream, bytes));
    }

    /// Sends a call; false when the cluster refused it at once.
    fn call(&mut self, cluster: &mut Cluster, call: CallId, request: Request) -> bool {
        let is_upkeep = matches!(request.operation, Operation::Call(Call::LeaseKeepAlive { .. }));
        match cluster.apply(Action::Request(request)) {
            Ok(Applied::Request(request)) => {
                self.calls.insert(request, call);
                if !is_upkeep {
                    self.last_request = Some(request);
                }
                self.running.give(Input::Sent { call, request });
                true
            }
            _ => {
                let outcome = Outcome::Failed(Cause::EndpointsDown);
                self.running.give(Input::Ended { call, outcome });
                false
            }
        }
    }
}
