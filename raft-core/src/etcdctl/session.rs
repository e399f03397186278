//! The terminals of a cluster, and the commands that run in them.

use std::collections::BTreeMap;

use super::Output;
use super::io::{CallId, Effect, Input, Stream};
use super::running::{Running, Terminal};
use crate::cluster::Cluster;
use crate::model::{Action, Applied, Call, Cause, Event, EventKind, Operation, Outcome, Request, RequestId};
use crate::units::{Nanos, NodeId};

/// A command line's number in its session, in the order of typing, from 0.
pub type JobId = usize;
/// A terminal's number in its session, in the order of opening, from 0.
pub type TerminalId = usize;

/// One command line, running or ended.
struct Job {
    running: Running,
    calls: BTreeMap<RequestId, CallId>,
    output: Output,
    /// The output since the last [`EtcdctlSession::take_printed`], in order.
    printed: Vec<(Stream, Vec<u8>)>,
    /// The outcome of the last call.
    last_outcome: Option<Outcome>,
    /// The last request, keep-alives of leases excluded.
    last_request: Option<RequestId>,
}

/// The terminals of one cluster and every command line typed into them.
#[derive(Default)]
pub struct EtcdctlSession {
    terminals: Vec<Terminal>,
    jobs: Vec<Job>,
    /// The command lines that have not ended.
    live: Vec<JobId>,
}

impl EtcdctlSession {
    /// Opens another terminal on a node. The terminals of one node share their files.
    pub fn open(&mut self, on: NodeId) -> TerminalId {
        let terminal = match self.terminals.iter().find(|terminal| terminal.here() == on) {
            Some(first) => first.beside(),
            None => Terminal::new(on),
        };
        self.terminals.push(terminal);
        self.terminals.len() - 1
    }

    /// Returns whether a node has a terminal.
    pub fn has_terminal(&self, on: NodeId) -> bool {
        self.terminals.iter().any(|terminal| terminal.here() == on)
    }

    /// Returns a node's terminal by its number, from 1, and opens the missing ones.
    pub fn nth(&mut self, on: NodeId, number: u32) -> TerminalId {
        let here = self.terminals.iter().enumerate().filter(|(_, terminal)| terminal.here() == on);
        let known: Vec<TerminalId> = here.map(|(id, _)| id).take(number as usize).collect();
        let missing = (number as usize).max(1) - known.len();
        (0..missing).map(|_| self.open(on)).last().or(known.last().copied()).unwrap_or_default()
    }

    /// Returns an open terminal.
    pub fn terminal(&self, id: TerminalId) -> Option<&Terminal> {
        self.terminals.get(id)
    }

    /// Types a line into a node's first terminal. Standard input is `stdin`; it ends there unless
    /// `stays_open`.
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

    /// Types a line into a terminal. Standard input is `stdin`; it ends there unless `stays_open`.
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

    /// Types a line into a terminal. Standard input comes from later calls of [`EtcdctlSession::give`].
    /// Does nothing if the terminal does not exist.
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

    /// Takes in an event. The command that waits for it continues, and may act on the cluster.
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

    /// Continues the commands whose time to wake has come.
    pub fn pass_time(&mut self, cluster: &mut Cluster) {
        let now = cluster.now();
        for id in self.live.clone() {
            if self.jobs[id].running.wakes_at().is_some_and(|at| at <= now) {
                self.go_on(cluster, id);
            }
        }
    }

    /// Returns the earliest instant at which a command continues without an event.
    pub fn wakes_at(&self) -> Option<Nanos> {
        self.live.iter().filter_map(|job| self.jobs[*job].running.wakes_at()).min()
    }

    /// Returns whether no command runs.
    pub fn is_idle(&self) -> bool {
        self.live.is_empty()
    }

    /// Passes input or an interrupt to a command. Does nothing if the command does not exist.
    pub fn give(&mut self, cluster: &mut Cluster, job: JobId, input: Input) {
        if let Some(Job { running, .. }) = self.jobs.get_mut(job) {
            running.give(input);
            self.go_on(cluster, job);
        }
    }

    /// Returns a command's output so far. The exit code is valid once the command has ended.
    pub fn output(&self, job: JobId) -> Option<&Output> {
        self.jobs.get(job).map(|job| &job.output)
    }

    /// Returns a command's output since the last call, in order, and drops it, so that a long
    /// command uses no memory for output that the caller has shown.
    pub fn take_printed(&mut self, job: JobId) -> Vec<(Stream, Vec<u8>)> {
        let Some(job) = self.jobs.get_mut(job) else { return Vec::new() };
        job.output.stdout.clear();
        job.output.stderr.clear();
        std::mem::take(&mut job.printed)
    }

    /// Returns whether a command waits for standard input.
    pub fn reads_stdin(&self, job: JobId) -> bool {
        self.jobs.get(job).is_some_and(|job| job.running.reads_stdin())
    }

    /// Returns whether a command has ended.
    pub fn has_ended(&self, job: JobId) -> bool {
        self.jobs.get(job).is_none_or(|job| job.running.exit().is_some())
    }

    /// Returns the outcome of a command's last call.
    pub fn last_outcome(&self, job: JobId) -> Option<&Outcome> {
        self.jobs.get(job).and_then(|job| job.last_outcome.as_ref())
    }

    /// Returns a command's last request, keep-alives of leases excluded.
    pub fn last_request(&self, job: JobId) -> Option<RequestId> {
        self.jobs.get(job).and_then(|job| job.last_request)
    }

    fn go_on(&mut self, cluster: &mut Cluster, id: JobId) {
        let Some(job) = self.jobs.get_mut(id) else { return };
        // If the cluster refuses a call, the command continues at the same instant.
        loop {
            let mut again = false;
            for effect in job.running.poll(cluster.now(), &cluster.directory()) {
                match effect {
                    Effect::Print { stream, bytes } => job.print(stream, bytes),
                    Effect::HangUp { call } => {
                        let request = job.calls.iter().find(|(_, running)| **running == call);
                        if let Some(request) = request.map(|(request, _)| *request) {
                            job.calls.remove(&request);
                            // An error means that the request has ended in the meantime.
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

    /// Sends a call. Returns false if the cluster refused it, in which case the call has ended.
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
