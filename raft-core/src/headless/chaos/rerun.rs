//! Playing again what was done, or a part of it.

use std::collections::BTreeMap;

use super::{Company, ENDED, NO_WRITE, converge, is_known, scenario, unless_it_ends};
use crate::chaos::{Audit, Hand};
use crate::cluster::Cluster;
use crate::etcdctl::JobId;
use crate::model::{Action, Event, EventKind, Operation, Outcome, RequestId, Settings};
use crate::scenario::Noted;
use crate::units::{MILLISECOND, Nanos, SECOND};

/// How long a cluster without faults has to take a write.
const RECOVERY: Nanos = 30 * SECOND;
/// How long after a write that failed the next one is tried.
const PAUSE: Nanos = 100 * MILLISECOND;

/// A cluster and what was done to it.
#[derive(Clone, Debug)]
pub struct Ordeal {
    /// The cluster's settings.
    pub settings: Settings,
    /// The deeds, by time.
    pub deeds: Vec<(Nanos, Noted)>,
    /// When all faults are taken away and the cluster is to recover. Deeds from then on are not played again:
    /// what is to be taken away depends on what was done.
    pub ends: Nanos,
}

/// How it stands with a cluster after an ordeal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stand {
    /// Names of the properties and promises that did not hold, ascending, each once.
    pub broken: Vec<String>,
    /// The first instant at which one did not hold.
    pub broken_at: Option<Nanos>,
    /// Why the cluster did not recover, if it did not.
    pub stuck: Option<String>,
    /// The trace hash.
    pub hash: u64,
    /// All that was done, the recovery included, as a scenario.
    pub scenario: String,
}

impl Stand {
    /// Whether everything held and the cluster recovered.
    pub fn is_good(&self) -> bool {
        self.broken.is_empty() && self.stuck.is_none()
    }

    /// Whether it failed as another one did: by a property in common, or both got stuck.
    pub fn is_like(&self, other: &Stand) -> bool {
        match other.broken.is_empty() {
            true => other.stuck.is_some() && self.stuck.is_some(),
            false => self.broken.iter().any(|name| other.broken.contains(name)),
        }
    }
}

impl Ordeal {
    /// Plays it, and then the recovery. `enough` may end it early by what is broken so far.
    ///
    /// # Errors
    /// The settings do not go together.
    pub fn play(&self, enough: impl Fn(&[String]) -> bool) -> Result<Stand, String> {
        let cluster = Cluster::new(self.settings.clone()).map_err(|error| error.to_string())?;
        let mut rerun = Rerun::begin(cluster);
        let stuck = unless_it_ends(|| rerun.play(self, enough)).unwrap_or_else(|panic| {
            if is_known(&panic) {
                return None;
            }
            rerun.broken.push(ENDED.to_owned());
            rerun.broken_at.get_or_insert(rerun.cluster.now());
            Some(format!("{ENDED}: {panic}"))
        });
        Ok(rerun.stand(stuck, &self.settings))
    }
}

impl Company for Rerun {
    fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    fn turn(&mut self, to: Nanos) -> bool {
        self.drain();
        let target = self.hand.wakes_at().unwrap_or(to).min(to);
        let moved = self.cluster.step(target) || {
            self.cluster.advance(target);
            self.hand.pass_time(&mut self.cluster)
        };
        self.drain();
        moved
    }
}

/// A cluster on which it is played.
struct Rerun {
    cluster: Cluster,
    hand: Hand,
    audit: Audit,
    /// The commands that were typed: what the deeds call them, and what the hand does.
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
            hand: Hand::new(0),
            audit: Audit::default(),
            jobs: BTreeMap::new(),
            done: Vec::new(),
            broken: Vec::new(),
            broken_at: None,
            write: None,
            written: None,
        }
    }

    /// Plays the deeds, and the recovery unless what is broken is enough. Why it did not recover.
    fn play(&mut self, ordeal: &Ordeal, enough: impl Fn(&[String]) -> bool) -> Option<String> {
        for (at, deed) in ordeal.deeds.iter().take_while(|(at, _)| *at < ordeal.ends) {
            self.pass(*at);
            if enough(&self.broken) {
                return None;
            }
            self.perform(deed);
            self.done.append(&mut self.hand.take_noted());
        }
        self.pass(ordeal.ends);
        if enough(&self.broken) { None } else { self.recover() }
    }

    /// Lets everything happen up to an instant, and at it.
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
        self.done.append(&mut self.hand.take_noted());
    }

    fn hear(&mut self, event: &Event) {
        self.hand.observe(&mut self.cluster, event);
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
                self.hand.ask(cluster, request.endpoints.clone(), request.operation.clone());
            }
            Noted::Action(action) => {
                self.hand.act(cluster, action.clone());
            }
            Noted::Line { node, job, line, .. } => {
                let typed = self.hand.type_line(cluster, *node, line);
                self.jobs.insert(*job, typed);
            }
            Noted::Interrupt(job) => {
                if let Some(job) = self.jobs.get(job) {
                    self.hand.interrupt(cluster, *job);
                }
            }
            // Every line is put aside as it is typed; and nothing is typed into commands.
            Noted::Aside(_)
            | Noted::Reads(_)
            | Noted::Input(..)
            | Noted::EndInput(_)
            | Noted::CloseTerminals => {}
        }
    }

    /// Takes every fault away. Then the cluster must take a write and converge.
    fn recover(&mut self) -> Option<String> {
        self.hand.interrupt_all(&mut self.cluster);
        self.hand.take_back(&mut self.cluster);
        let deadline = self.cluster.now() + RECOVERY;
        while self.written != Some(true) {
            let now = self.cluster.now();
            if now >= deadline || self.cluster.stuck().is_some() {
                let stuck = self.cluster.stuck().unwrap_or(NO_WRITE);
                return Some(stuck.to_owned());
            }
            self.written = None;
            let endpoints = self.cluster.configuration().current().to_vec();
            self.hand.ask(&mut self.cluster, endpoints, recovery_write());
            while self.written.is_none() && self.turn(deadline) {}
            if self.written != Some(true) {
                let next = (self.cluster.now() + PAUSE).next_multiple_of(MILLISECOND);
                self.pass(next.min(deadline));
            }
        }
        converge(self)
    }

    fn stand(self, stuck: Option<String>, settings: &Settings) -> Stand {
        Stand {
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
