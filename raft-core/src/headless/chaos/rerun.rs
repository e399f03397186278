//! Plays the recorded deeds of chaos again, or a part of them.

use std::collections::BTreeMap;

use super::{NO_WRITE, PANICKED, Simulation, catching_panics, converge, is_known, scenario};
use crate::chaos::{Actor, Audit};
use crate::cluster::Cluster;
use crate::etcdctl::JobId;
use crate::model::{Action, Event, EventKind, Operation, Outcome, RequestId, Settings};
use crate::scenario::Noted;
use crate::units::{MILLISECOND, Nanos, SECOND};

/// How long the cluster has to take a write once the faults are removed.
const RECOVERY: Nanos = 30 * SECOND;
/// The time between a failed write and the next attempt during recovery.
const PAUSE: Nanos = 100 * MILLISECOND;

/// The settings of a cluster and the deeds on it.
#[derive(Clone, Debug)]
pub struct RecordedRun {
    /// The cluster's settings.
    pub settings: Settings,
    /// The deeds, in the order of time.
    pub deeds: Vec<(Nanos, Noted)>,
    /// When all faults are removed and the recovery begins. Later deeds are not played again, since the
    /// faults to remove depend on the deeds played.
    pub ends: Nanos,
}

/// The result of a rerun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RerunResult {
    /// The names of the violated properties and broken guarantees, ascending, each once.
    pub broken: Vec<String>,
    /// The virtual time of the first violation.
    pub broken_at: Option<Nanos>,
    /// Why the cluster did not recover, if it did not.
    pub stuck: Option<String>,
    /// The trace hash.
    pub hash: u64,
    /// All deeds, including the recovery, as a scenario.
    pub scenario: String,
}

impl RerunResult {
    /// Returns whether nothing was violated and the cluster recovered.
    pub fn is_good(&self) -> bool {
        self.broken.is_empty() && self.stuck.is_none()
    }

    /// Returns whether it failed like another one: by a common violation, or, if the other has none, by a
    /// failed recovery.
    pub fn is_like(&self, other: &RerunResult) -> bool {
        match other.broken.is_empty() {
            true => other.stuck.is_some() && self.stuck.is_some(),
            false => self.broken.iter().any(|name| other.broken.contains(name)),
        }
    }
}

impl RecordedRun {
    /// Plays the deeds, and then the recovery. `enough` is given the violations so far and may end the run
    /// early.
    ///
    /// # Errors
    /// The settings are invalid.
    pub fn play(&self, enough: impl Fn(&[String]) -> bool) -> Result<RerunResult, String> {
        let cluster = Cluster::new(self.settings.clone()).map_err(|error| error.to_string())?;
        let mut rerun = Rerun::begin(cluster);
        let stuck = catching_panics(|| rerun.play(self, enough)).unwrap_or_else(|panic| {
            if is_known(&panic) {
                return None;
            }
            rerun.broken.push(PANICKED.to_owned());
            rerun.broken_at.get_or_insert(rerun.cluster.now());
            Some(format!("{PANICKED}: {panic}"))
        });
        Ok(rerun.result(stuck, &self.settings))
    }
}

impl Simulation for Rerun {
    fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    fn turn(&mut self, to: Nanos) -> bool {
        self.drain();
        let target = self.actor.wakes_at().unwrap_or(to).min(to);
        let moved = self.cluster.step(target) || {
            self.cluster.advance(target);
            self.actor.pass_time(&mut self.cluster)
        };
        self.drain();
        moved
    }
}

/// A rerun in progress.
struct Rerun {
    cluster: Cluster,
    actor: Actor,
    audit: Audit,
    /// From the job ids of the recorded commands to those of the rerun.
    jobs: BTreeMap<JobId, JobId>,
    done: Vec<(Nanos, Noted)>,
    broken: Vec<String>,
    broken_at: Option<Nanos>,
    write: Option<RequestId>,
    written: Option<bool>,
}

impl Rerun {
    fn begin(cluster: Cluster) -> Rerun {
        Rerun {
            cluster,
            actor: Actor::new(0),
            audit: Audit::default(),
            jobs: BTreeMap::new(),
            done: Vec::new(),
            broken: Vec::new(),
            broken_at: None,
            write: None,
            written: None,
        }
    }

    /// Plays the deeds, and the recovery unless the violations so far are enough. Returns why the cluster did
    /// not recover.
    fn play(&mut self, recorded: &RecordedRun, enough: impl Fn(&[String]) -> bool) -> Option<String> {
        for (at, deed) in recorded.deeds.iter().take_while(|(at, _)| *at < recorded.ends) {
            self.pass(*at);
            if enough(&self.broken) {
                return None;
            }
            self.perform(deed);
            self.done.append(&mut self.actor.take_noted());
        }
        self.pass(recorded.ends);
        if enough(&self.broken) { None } else { self.recover() }
    }

    /// Plays everything up to and at an instant.
    fn pass(&mut self, to: Nanos) {
        while self.turn(to) {}
    }

    fn drain(&mut self) {
        loop {
            let events = self.cluster.take_events();
            if events.is_empty() {
                break;
            }
            events.iter().for_each(|event| self.hear(event));
        }
        self.done.append(&mut self.actor.take_noted());
    }

    fn hear(&mut self, event: &Event) {
        self.actor.observe(&mut self.cluster, event);
        let known = self.audit.findings().len();
        self.audit.observe(event);
        let found = self.audit.findings().get(known..).unwrap_or_default();
        let mut names: Vec<String> = found.iter().map(|finding| finding.concern.name().to_owned()).collect();
        match &event.kind {
            EventKind::Violation { property, .. } => names.push(format!("{property:?}")),
            EventKind::RequestStarted { id, operation, .. } if *operation == recovery_write() => {
                self.write = Some(*id);
            }
            EventKind::RequestEnded { id, outcome } if self.write == Some(*id) => {
                self.written = Some(matches!(outcome, Outcome::Ok(_)));
            }
            _ => {}
        }
        for name in names {
            self.broken_at.get_or_insert(event.at);
            if let Err(at) = self.broken.binary_search(&name) {
                self.broken.insert(at, name);
            }
        }
    }

    fn perform(&mut self, deed: &Noted) {
        let cluster = &mut self.cluster;
        match deed {
            Noted::Action(Action::Request(request)) => {
                self.actor.ask(cluster, request.endpoints.clone(), request.operation.clone());
            }
            Noted::Action(action) => {
                self.actor.act(cluster, action.clone());
            }
            Noted::Line { node, job, line, .. } => {
                let typed = self.actor.type_line(cluster, *node, line);
                self.jobs.insert(*job, typed);
            }
            Noted::Interrupt(job) => {
                if let Some(job) = self.jobs.get(job) {
                    self.actor.interrupt(cluster, *job);
                }
            }
            // Chaos types all commands with `&` and gives them no input.
            Noted::Aside(_)
            | Noted::Reads(_)
            | Noted::Input(..)
            | Noted::EndInput(_)
            | Noted::CloseTerminals => {}
        }
    }

    /// Removes every fault. Then the cluster must take a write and converge. Returns why it did not recover.
    fn recover(&mut self) -> Option<String> {
        self.actor.interrupt_all(&mut self.cluster);
        self.actor.take_back(&mut self.cluster);
        let deadline = self.cluster.now() + RECOVERY;
        while self.written != Some(true) {
            let now = self.cluster.now();
            if now >= deadline || self.cluster.stuck().is_some() {
                let stuck = self.cluster.stuck().unwrap_or(NO_WRITE);
                return Some(stuck.to_owned());
            }
            self.written = None;
            let endpoints = self.cluster.configuration().current().to_vec();
            self.actor.ask(&mut self.cluster, endpoints, recovery_write());
            while self.written.is_none() && self.turn(deadline) {}
            if self.written != Some(true) {
                let next = (self.cluster.now() + PAUSE).next_multiple_of(MILLISECOND);
                self.pass(next.min(deadline));
            }
        }
        converge(self)
    }

    fn result(self, stuck: Option<String>, settings: &Settings) -> RerunResult {
        RerunResult {
            broken: self.broken,
            broken_at: self.broken_at,
            stuck,
            hash: self.cluster.trace_hash(),
            scenario: scenario(settings, &self.done),
        }
    }
}

fn recovery_write() -> Operation {
    Operation::put("/chaos/recovered", "yes")
}
