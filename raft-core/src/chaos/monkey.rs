//! The course of chaos: when faults and requests come, the recovery, and the end.

use std::collections::VecDeque;

use super::Actor;
use super::audit::{Audit, Finding};
use super::clients::Clients;
use super::level::Level;
use super::score::{Score, Tally};
use crate::cluster::Cluster;
use crate::model::{Action, Event, EventKind, Operation, Outcome, RequestId};
use crate::runtime::RandomStream;
use crate::scenario::Noted;
use crate::units::{MILLISECOND, Nanos, SECOND};

/// The number of the stream of random numbers that chaos draws from.
const RANDOM_PURPOSE: u64 = 6;
/// The time before the first fault, in which the cluster can elect a leader.
const QUIET_START: Nanos = 500 * MILLISECOND;
/// How long the cluster has to take a write once the faults are removed.
const RECOVERY: Nanos = 30 * SECOND;
/// The time between a failed write and the next attempt during recovery.
const PAUSE: Nanos = 100 * MILLISECOND;
/// The key that is written during recovery.
const RECOVERED: &str = "/chaos/recovered";

/// The parameters of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How severe the faults are.
    pub level: Level,
    /// The seed of all draws, independent of the cluster's own seed.
    pub seed: u64,
    /// The virtual time during which faults are injected.
    pub length: Nanos,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The cluster took a write, this long after the faults were removed.
    Recovered(Nanos),
    /// The cluster took no write within 30 seconds of recovery.
    Stuck,
    /// It was stopped; the faults remain as they are.
    Stopped,
}

/// A planned step of a sequence.
pub(super) enum Step {
    Act(Action),
    ChangeMembers,
}

/// The phase of a run.
#[derive(Clone, Copy)]
enum Phase {
    /// Injects faults and sends requests.
    Throwing,
    /// All faults are removed, and a write is being attempted.
    Recovering {
        /// When the faults were removed.
        since: Nanos,
        /// When to send the next write; `None` while one is in progress.
        write_at: Option<Nanos>,
    },
    Over(End),
}

/// Random faults and clients on a cluster that the caller owns.
///
/// The caller runs the cluster one message or timer at a time and passes the events to [`Chaos::hear`]. When
/// [`Chaos::wakes_at`] has come and everything due at that instant has happened, it calls
/// [`Chaos::pass_time`]. So every deed is done between instants, and the times of the deeds determine a run.
pub struct Chaos {
    plan: Plan,
    began: Nanos,
    ends: Nanos,
    phase: Phase,
    pub(super) random: RandomStream,
    pub(super) actor: Actor,
    pub(super) planned: VecDeque<(Nanos, Step)>,
    clients: Clients,
    tally: Tally,
    audit: Audit,
    /// The score at the end.
    last: Option<Score>,
    heard_at: Nanos,
    ended_at: Option<Nanos>,
    next_fault: Nanos,
    next_request: Nanos,
    /// Whether membership changes are among the faults.
    changes_members: bool,
    /// The recovery write in progress.
    write: Option<RequestId>,
    /// Whether the start event of a recovery write is still to come.
    awaits_write: bool,
}

impl Chaos {
    /// Returns a run that begins now. `before` is the number of deeds in the journal to which its own are
    /// added.
    pub fn new(plan: Plan, now: Nanos, before: usize) -> Chaos {
        let mut random = RandomStream::stream(plan.seed, RANDOM_PURPOSE);
        // Deeds come at whole milliseconds, so that the exported times are short.
        let began = now.next_multiple_of(MILLISECOND);
        let changes_members = plan.level != Level::Calm && random.chance_ppm(500_000);
        Chaos {
            plan,
            began,
            ends: began.saturating_add(plan.length),
            phase: Phase::Throwing,
            random,
            actor: Actor::new(before),
            planned: VecDeque::new(),
            clients: Clients::default(),
            tally: Tally::default(),
            audit: Audit::default(),
            last: None,
            heard_at: began,
            ended_at: None,
            next_fault: began + QUIET_START,
            next_request: began + QUIET_START / 2,
            changes_members,
            write: None,
            awaits_write: false,
        }
    }

    /// Returns the parameters of the run.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Returns the virtual time at which it began.
    pub fn began(&self) -> Nanos {
        self.began
    }

    /// Returns how it ended; `None` while it runs.
    pub fn end(&self) -> Option<End> {
        match self.phase {
            Phase::Over(end) => Some(end),
            _ => None,
        }
    }

    /// Returns whether the faults are removed and the recovery write is still to succeed.
    pub fn is_recovering(&self) -> bool {
        matches!(self.phase, Phase::Recovering { .. })
    }

    /// Returns for how long faults have been injected up to an instant, or in all once it has ended.
    pub fn ran(&self, now: Nanos) -> Nanos {
        now.min(self.ended_at.unwrap_or(now)).min(self.ends).saturating_sub(self.began)
    }

    /// Returns the instant of the last event that it observed.
    pub fn heard_at(&self) -> Nanos {
        self.heard_at
    }

    /// Returns the score at an instant, or the final one once it has ended.
    pub fn score(&self, now: Nanos) -> Score {
        let score = self.last.clone().unwrap_or_else(|| self.tally.at(now));
        let violations = score.violations + self.audit.count();
        Score { faults: self.actor.faults(), violations, ..score }
    }

    /// Returns the broken guarantees of watches and locks.
    pub fn findings(&self) -> &[Finding] {
        self.audit.findings()
    }

    /// Returns the deeds since the last call, in order, for a journal.
    pub fn take_noted(&mut self) -> Vec<(Nanos, Noted)> {
        self.actor.take_noted()
    }

    /// Returns whether it runs, or a command of it still does.
    pub fn is_busy(&self) -> bool {
        self.end().is_none() || self.actor.is_busy()
    }

    /// Returns when to call [`Chaos::pass_time`], once everything up to then has happened.
    pub fn wakes_at(&self) -> Option<Nanos> {
        let own = match self.phase {
            Phase::Throwing => {
                let planned = self.planned.front().map(|(at, _)| *at);
                let next = self.next_request.min(self.next_fault).min(self.ends);
                [planned, self.clients.wakes_at()].into_iter().flatten().fold(next, Nanos::min)
            }
            Phase::Recovering { since, write_at } => write_at.unwrap_or(Nanos::MAX).min(since + RECOVERY),
            Phase::Over(_) => return self.actor.wakes_at(),
        };
        Some(self.actor.wakes_at().map_or(own, |at| at.min(own)))
    }

    /// Does one thing that is due.
    pub fn pass_time(&mut self, cluster: &mut Cluster) {
        let now = cluster.now();
        if self.actor.pass_time(cluster) {
            return;
        }
        match self.phase {
            Phase::Throwing if self.ends <= now => self.begin_recovery(cluster),
            Phase::Throwing => self.throw(cluster),
            Phase::Recovering { since, .. } if since + RECOVERY <= now => self.finish(End::Stuck, now),
            Phase::Recovering { write_at: Some(at), .. } if at <= now => self.ask_for_a_write(cluster),
            _ => {}
        }
    }

    /// Passes events to it, including those of its own deeds. Commands that waited for them continue.
    pub fn hear(&mut self, cluster: &mut Cluster, events: &[Event]) {
        for event in events {
            self.actor.observe(cluster, event);
            if self.end().is_none() {
                self.heard_at = event.at;
                self.tally.observe(event);
                self.audit.observe(event);
                self.await_write(event);
            }
        }
    }

    /// Stops it and ends its commands. The faults remain as they are.
    pub fn stop(&mut self, cluster: &mut Cluster) {
        if self.end().is_none() {
            self.actor.interrupt_all(cluster);
            self.finish(End::Stopped, cluster.now());
        }
    }

    fn throw(&mut self, cluster: &mut Cluster) {
        let now = cluster.now();
        if self.clients.pass_time(cluster, &mut self.actor) {
            return;
        }
        if self.planned.front().is_some_and(|(at, _)| *at <= now) {
            match self.planned.pop_front() {
                Some((_, Step::Act(action))) => {
                    self.actor.act(cluster, action);
                }
                Some((_, Step::ChangeMembers)) => {
                    self.change_members(cluster);
                    // The next fault comes soon enough to meet the change half done.
                    self.next_fault = now + self.random.range(1, 60) * MILLISECOND;
                }
                None => {}
            }
        } else if self.next_request <= now {
            let (low, high) = self.plan.level.asks_ms();
            self.next_request = now + self.random.range(low, high) * MILLISECOND;
            let endpoint = self.node(cluster);
            self.clients.ask(cluster, &mut self.random, &mut self.actor, endpoint);
        } else if self.next_fault <= now {
            self.disturb(cluster);
            let (low, high) = self.plan.level.pause_ms();
            // Only the hostile level injects single faults into a sequence, and never before a planned
            // membership change.
            let waits = self.plan.level != Level::Hostile
                || self.planned.iter().any(|(_, step)| matches!(step, Step::ChangeMembers));
            let from = self.planned.back().filter(|_| waits).map_or(now, |(at, _)| *at);
            self.next_fault = from + self.random.range(low, high) * MILLISECOND;
        }
    }

    /// Injects a fault or plans a sequence of them.
    fn disturb(&mut self, cluster: &mut Cluster) {
        if self.plan.level == Level::Calm {
            return self.gentle(cluster);
        }
        let members = if self.changes_members { 250 } else { 0 };
        match self.random.range(0, 999) {
            _ if !self.planned.is_empty() => self.fault(cluster),
            roll if roll < members => self.plan_members(cluster),
            roll if roll >= 900 => self.swizzle(cluster),
            roll if roll >= 860 => self.all_down_and_back(cluster),
            _ => self.fault(cluster),
        }
    }

    /// Removes every fault and begins the recovery.
    fn begin_recovery(&mut self, cluster: &mut Cluster) {
        let now = cluster.now();
        self.planned.clear();
        self.actor.interrupt_all(cluster);
        self.actor.take_back(cluster);
        self.tally.close(now);
        self.phase = Phase::Recovering { since: now, write_at: Some(now) };
    }

    /// Sends a recovery write. The first one may fail, since a former leader may take it and lose it.
    fn ask_for_a_write(&mut self, cluster: &mut Cluster) {
        let endpoints = cluster.configuration().current().to_vec();
        self.awaits_write = true;
        self.actor.ask(cluster, endpoints, Operation::put(RECOVERED, "yes"));
        if let Phase::Recovering { write_at, .. } = &mut self.phase {
            *write_at = None;
        }
    }

    fn await_write(&mut self, event: &Event) {
        let Phase::Recovering { since, .. } = self.phase else { return };
        match &event.kind {
            EventKind::RequestStarted { id, operation, .. }
                if self.awaits_write && is_recovery(operation) =>
            {
                self.write = Some(*id);
                self.awaits_write = false;
            }
            EventKind::RequestEnded { id, outcome } if self.write == Some(*id) => {
                self.write = None;
                if matches!(outcome, Outcome::Ok(_)) {
                    self.finish(End::Recovered(event.at - since), event.at);
                } else {
                    let at = (event.at + PAUSE).next_multiple_of(MILLISECOND);
                    self.phase = Phase::Recovering { since, write_at: Some(at) };
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, end: End, now: Nanos) {
        self.last = Some(self.tally.at(now));
        self.ended_at = Some(now);
        self.planned.clear();
        self.phase = Phase::Over(end);
    }
}

fn is_recovery(operation: &Operation) -> bool {
    *operation == Operation::put(RECOVERED, "yes")
}
