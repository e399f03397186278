//! Who throws: what comes when, and how it ends.

use std::collections::VecDeque;

use super::Hand;
use super::audit::{Audit, Finding};
use super::clients::Clients;
use super::level::Level;
use super::score::{Score, Tally};
use crate::cluster::Cluster;
use crate::model::{Action, Event, EventKind, Operation, Outcome, RequestId};
use crate::runtime::RandomStream;
use crate::scenario::Noted;
use crate::units::{MILLISECOND, Nanos, SECOND};

/// The purpose of chaos' stream of randomness.
const RANDOM_PURPOSE: u64 = 6;
/// The cluster is left alone at first, so that it can form.
const QUIET_START: Nanos = 500 * MILLISECOND;
/// How long the cluster has to take a write once the faults have stopped.
const RECOVERY: Nanos = 30 * SECOND;
/// How long after a write that failed the next one is tried.
const PAUSE: Nanos = 100 * MILLISECOND;
/// What is written then.
const RECOVERED: &str = "/chaos/recovered";

/// What to throw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How bad it is.
    pub level: Level,
    /// What is drawn. It is apart from the cluster's own seed.
    pub seed: u64,
    /// For how long.
    pub length: Nanos,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The cluster took a write, so long after the faults were taken away.
    Recovered(Nanos),
    /// It took none for half a minute.
    Stuck,
    /// Somebody stopped it; the faults stand as they are.
    Stopped,
}

/// What is planned.
pub(super) enum Step {
    Act(Action),
    ChangeMembers,
}

/// Where it stands.
#[derive(Clone, Copy)]
enum Phase {
    Throwing,
    /// Every fault is taken away since this instant, and a write is asked for.
    Recovering {
        since: Nanos,
        /// When to write, unless a write is under way.
        write_at: Option<Nanos>,
    },
    Over(End),
}

/// Random faults and clients on somebody else's cluster.
///
/// Whoever owns the cluster lets things happen one at a time. It tells of the events by [`Chaos::hear`] and,
/// when [the time](Chaos::wakes_at) has come and everything is done that is due at that instant, calls
/// [`Chaos::pass_time`]. So every deed is done between instants, and a run is told by the times of the deeds.
pub struct Chaos {
    plan: Plan,
    began: Nanos,
    ends: Nanos,
    phase: Phase,
    pub(super) random: RandomStream,
    pub(super) hand: Hand,
    pub(super) planned: VecDeque<(Nanos, Step)>,
    clients: Clients,
    tally: Tally,
    audit: Audit,
    /// The score as it was when it ended.
    last: Option<Score>,
    heard_at: Nanos,
    ended_at: Option<Nanos>,
    next_fault: Nanos,
    next_request: Nanos,
    /// Whether members come and go, too.
    changes_members: bool,
    /// The write that shall show that the cluster is well.
    write: Option<RequestId>,
    awaits_write: bool,
}

impl Chaos {
    /// Chaos that begins now. `before` is the number of deeds in the journal to which its own are added.
    pub fn new(plan: Plan, now: Nanos, before: usize) -> Chaos {
        let mut random = RandomStream::stream(plan.seed, RANDOM_PURPOSE);
        // Deeds are told in whole milliseconds.
        let began = now.next_multiple_of(MILLISECOND);
        let changes_members = plan.level != Level::Calm && random.chance_ppm(500_000);
        Chaos {
            plan,
            began,
            ends: began.saturating_add(plan.length),
            phase: Phase::Throwing,
            random,
            hand: Hand::new(before),
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

    /// What it throws.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// When it began.
    pub fn began(&self) -> Nanos {
        self.began
    }

    /// How it ended; none while it goes on.
    pub fn end(&self) -> Option<End> {
        match self.phase {
            Phase::Over(end) => Some(end),
            _ => None,
        }
    }

    /// Whether the faults were taken away and the cluster is to take a write.
    pub fn is_recovering(&self) -> bool {
        matches!(self.phase, Phase::Recovering { .. })
    }

    /// For how long it has thrown at an instant; when it is over, for how long it did.
    pub fn ran(&self, now: Nanos) -> Nanos {
        now.min(self.ended_at.unwrap_or(now)).min(self.ends).saturating_sub(self.began)
    }

    /// The last instant at which something happened that it heard of.
    pub fn heard_at(&self) -> Nanos {
        self.heard_at
    }

    /// The score at an instant; when it is over, the last one.
    pub fn score(&self, now: Nanos) -> Score {
        let score = self.last.clone().unwrap_or_else(|| self.tally.at(now));
        let violations = score.violations + self.audit.count();
        Score { faults: self.hand.faults(), violations, ..score }
    }

    /// What watches and locks promised and did not keep.
    pub fn findings(&self) -> &[Finding] {
        self.audit.findings()
    }

    /// What was done since the last call, in order, as a journal notes it.
    pub fn take_noted(&mut self) -> Vec<(Nanos, Noted)> {
        self.hand.take_noted()
    }

    /// Whether something is left to do, if only for a command that ends.
    pub fn is_busy(&self) -> bool {
        self.end().is_none() || self.hand.is_busy()
    }

    /// When it wants to act by itself, once everything up to then has happened.
    pub fn wakes_at(&self) -> Option<Nanos> {
        let own = match self.phase {
            Phase::Throwing => {
                let planned = self.planned.front().map(|(at, _)| *at);
                let next = self.next_request.min(self.next_fault).min(self.ends);
                [planned, self.clients.wakes_at()].into_iter().flatten().fold(next, Nanos::min)
            }
            Phase::Recovering { since, write_at } => write_at.unwrap_or(Nanos::MAX).min(since + RECOVERY),
            Phase::Over(_) => return self.hand.wakes_at(),
        };
        Some(self.hand.wakes_at().map_or(own, |at| at.min(own)))
    }

    /// Its time has come: it does one thing.
    pub fn pass_time(&mut self, cluster: &mut Cluster) {
        let now = cluster.now();
        if self.hand.pass_time(cluster) {
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

    /// Hears of events, its own among them. Commands go on that waited for them.
    pub fn hear(&mut self, cluster: &mut Cluster, events: &[Event]) {
        for event in events {
            self.hand.observe(cluster, event);
            if self.end().is_none() {
                self.heard_at = event.at;
                self.tally.observe(event);
                self.audit.observe(event);
                self.await_write(event);
            }
        }
    }

    /// Throws nothing more and ends its commands. The faults stand as they are.
    pub fn stop(&mut self, cluster: &mut Cluster) {
        if self.end().is_none() {
            self.hand.interrupt_all(cluster);
            self.finish(End::Stopped, cluster.now());
        }
    }

    fn throw(&mut self, cluster: &mut Cluster) {
        let now = cluster.now();
        if self.clients.pass_time(cluster, &mut self.hand) {
            return;
        }
        if self.planned.front().is_some_and(|(at, _)| *at <= now) {
            match self.planned.pop_front() {
                Some((_, Step::Act(action))) => {
                    self.hand.act(cluster, action);
                }
                Some((_, Step::ChangeMembers)) => {
                    self.change_members(cluster);
                    // Soon enough to meet the change half done.
                    self.next_fault = now + self.random.range(1, 60) * MILLISECOND;
                }
                None => {}
            }
        } else if self.next_request <= now {
            let (low, high) = self.plan.level.asks_ms();
            self.next_request = now + self.random.range(low, high) * MILLISECOND;
            let endpoint = self.node(cluster);
            self.clients.ask(cluster, &mut self.random, &mut self.hand, endpoint);
        } else if self.next_fault <= now {
            self.disturb(cluster);
            let (low, high) = self.plan.level.pause_ms();
            // Only the hostile one throws single faults into a sequence; none may keep a change of members.
            let waits = self.plan.level != Level::Hostile
                || self.planned.iter().any(|(_, step)| matches!(step, Step::ChangeMembers));
            let from = self.planned.back().filter(|_| waits).map_or(now, |(at, _)| *at);
            self.next_fault = from + self.random.range(low, high) * MILLISECOND;
        }
    }

    /// Throws a fault or begins a sequence of them.
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

    /// Takes every fault away. Then the cluster must take a write.
    fn begin_recovery(&mut self, cluster: &mut Cluster) {
        let now = cluster.now();
        self.planned.clear();
        self.hand.interrupt_all(cluster);
        self.hand.take_back(cluster);
        self.tally.close(now);
        self.phase = Phase::Recovering { since: now, write_at: Some(now) };
    }

    /// Writes until a write succeeds: a leader of before may have taken the first one, and lost it.
    fn ask_for_a_write(&mut self, cluster: &mut Cluster) {
        let endpoints = cluster.configuration().current().to_vec();
        self.awaits_write = true;
        self.hand.ask(cluster, endpoints, Operation::put(RECOVERED, "yes"));
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
