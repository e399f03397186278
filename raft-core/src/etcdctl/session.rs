//! The terminals of a cluster and the commands that run in them.

use std::collections::BTreeMap;

use super::Output;
use super::io::{CallId, Effect, Input, Stream};
use super::running::{Running, Terminal};
use crate::cluster::{Action, Applied, Cluster, Event, EventKind, Outcome, RequestId};
use crate::units::{Nanos, NodeId};

/// Identifies a command line within a session, in the order of typing, from 0.
pub type JobId = usize;

/// One command line.
struct Job {
    running: Running,
    calls: BTreeMap<RequestId, CallId>,
    output: Output,
    /// How its last call ended.
    last_outcome: Option<Outcome>,
}

/// The terminals of one cluster, one on each node, and all that was typed into them.
#[derive(Default)]
pub struct Session {
    terminals: BTreeMap<NodeId, Terminal>,
    jobs: Vec<Job>,
}

impl Session {
    /// Types a line into the terminal on a node, with standard input that ends or stays open.
    pub fn type_line(
        &mut self,
        cluster: &mut Cluster,
        on: NodeId,
        line: &str,
        stdin: Vec<u8>,
        stays_open: bool,
    ) -> JobId {
        let terminal = self.terminals.entry(on).or_insert_with(|| Terminal::new(on));
        let mut running = terminal.start(line, &cluster.directory());
        running.give(Input::Stdin(stdin));
        if !stays_open {
            running.give(Input::StdinEnd);
        }
        let job = Job { running, calls: BTreeMap::new(), output: Output::default(), last_outcome: None };
        self.jobs.push(job);
        let id = self.jobs.len() - 1;
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
        let Some(job) = self.jobs.iter().position(|job| job.calls.contains_key(id)) else { return };
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
        for id in 0..self.jobs.len() {
            if self.jobs[id].running.wakes_at().is_some_and(|at| at <= now) {
                self.go_on(cluster, id);
            }
        }
    }

    /// When a command wants to go on by itself.
    pub fn wakes_at(&self) -> Option<Nanos> {
        self.jobs.iter().filter_map(|job| job.running.wakes_at()).min()
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

    /// Whether a command has ended.
    pub fn has_ended(&self, job: JobId) -> bool {
        self.jobs.get(job).is_none_or(|job| job.running.exit().is_some())
    }

    /// How the last call of a command ended, if it made one.
    pub fn last_outcome(&self, job: JobId) -> Option<&Outcome> {
        self.jobs.get(job).and_then(|job| job.last_outcome.as_ref())
    }

    fn go_on(&mut self, cluster: &mut Cluster, id: JobId) {
        let Some(job) = self.jobs.get_mut(id) else { return };
        // A call that the cluster refuses at once lets the command go on at once.
        loop {
            let mut again = false;
            for effect in job.running.poll(cluster.now(), &cluster.directory()) {
                match effect {
                    Effect::Print { stream: Stream::Stdout, bytes } => job.output.stdout.extend(bytes),
                    Effect::Print { stream: Stream::Stderr, bytes } => job.output.stderr.extend(bytes),
                    Effect::HangUp { call } => {
                        let request = job.calls.iter().find(|(_, running)| **running == call);
                        if let Some(request) = request.map(|(request, _)| *request) {
                            job.calls.remove(&request);
                            // It may have ended in the meantime.
                            let _ = cluster.apply(Action::HangUp(request));
                        }
                    }
                    Effect::Call { call, request } => match cluster.apply(Action::Request(request)) {
                        Ok(Applied::Request(request)) => {
                            job.calls.insert(request, call);
                            job.running.give(Input::Sent { call, request });
                        }
                        _ => {
                            let outcome = Outcome::Failed(crate::cluster::Cause::EndpointsDown);
                            job.running.give(Input::Ended { call, outcome });
                            again = true;
                        }
                    },
                }
            }
            if !again {
                break;
            }
        }
        if let Some(exit) = job.running.exit() {
            job.output.exit = exit;
        }
    }
}
