//! A scenario that is played on a cluster that somebody else owns: which step comes next, what it waits for,
//! and the commands that run in its terminals.
//!
//! Whoever owns the cluster lets things happen one at a time. After each the script [hears](Script::hear) of
//! the events and [judges](Script::judge) what it waits for; when [its time](Script::wakes_at) has come and
//! everything is done that is due at that instant, [`Script::pass_time`] begins the next step. So all steps
//! begin between instants, and a run is told by the times of its steps.

use std::collections::{BTreeMap, VecDeque};

use super::ast::{Condition, Deed, Scenario, Step, Teach, Test, When};
use super::journal::Noted;
use super::judge::situation;
use super::print::Time;
use super::report::{Item, Told};
use super::typing::Typed;
use crate::cluster::Cluster;
use crate::etcdctl::Session;
use crate::model::{Event, Outcome, REQUEST_TIMEOUT};
use crate::units::{Nanos, NodeId, SECOND};

/// How long a wait waits unless it says otherwise.
pub(super) const WAIT_DEFAULT: Nanos = 30 * SECOND;
/// How long the next step waits for a command in front: some of them, such as a watch, never end.
const COMMAND_WAIT: Nanos = 600 * SECOND;

/// What the step that began last is waiting for.
pub(super) enum Pending {
    Command(usize),
    /// The output of a command in the background, and until when.
    Output(usize, Nanos),
    Condition(Condition, Nanos),
    Until(Nanos),
    /// The viewer, who is invited to bring this about.
    Try(Condition),
}

/// Why a script stands still until its viewer goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// A question.
    Ask,
    /// `stop here`.
    StopHere,
}

/// When the next step begins.
enum Due {
    Now,
    At(Nanos),
    /// When the one before is done, or never.
    Later,
}

/// A scenario that is being played.
pub struct Script {
    scenario: Scenario,
    next: usize,
    pub(super) pending: Option<Pending>,
    /// When the last step began.
    began: Nanos,
    pub(super) names: BTreeMap<String, NodeId>,
    pub(super) captures: BTreeMap<String, String>,
    pub(super) session: Session,
    pub(super) commands: Vec<Typed>,
    pub(super) last_outcome: Option<Outcome>,
    told: VecDeque<Told>,
    /// What was done, for a journal.
    pub(super) noted: Vec<(Nanos, Noted)>,
    failed: bool,
    /// Whether something happened since conditions were last judged. The end of a slice is
    /// nothing: judging there would make the run depend on the slices.
    moved: bool,
    /// Whether it tells of events.
    tells_events: bool,
    /// Whether it stands still at questions and stops.
    pub(super) has_viewer: bool,
    pub(super) halt: Option<Halt>,
    /// Until when a viewer let time pass at a halt: steps whose time was before begin then.
    halted_until: Nanos,
}

impl Script {
    /// A script at the start of a scenario, which nobody watches: it stands still nowhere.
    pub fn new(scenario: Scenario) -> Script {
        Script {
            scenario,
            next: 0,
            pending: None,
            began: 0,
            names: BTreeMap::new(),
            captures: BTreeMap::new(),
            session: Session::default(),
            commands: Vec::new(),
            last_outcome: None,
            told: VecDeque::new(),
            noted: Vec::new(),
            failed: false,
            moved: true,
            tells_events: false,
            has_viewer: false,
            halt: None,
            halted_until: 0,
        }
    }

    /// Whether it tells of the cluster's events, too.
    pub fn tell_events(&mut self, tells: bool) {
        self.tells_events = tells;
    }

    /// From now on somebody watches: it stands still at questions and stops until [`Script::go_on`], at the
    /// step that began last, too.
    pub fn watch(&mut self) {
        self.has_viewer = true;
        let last = self.next.checked_sub(1).and_then(|last| self.scenario.steps.get(last));
        match last.map(|step| &step.deed) {
            Some(Deed::Ask { .. }) => self.halt = Some(Halt::Ask),
            Some(Deed::Teach(Teach::StopHere, _)) => self.halt = Some(Halt::StopHere),
            Some(Deed::Try { condition, .. }) => self.pending = Some(Pending::Try(condition.clone())),
            _ => {}
        }
    }

    /// Nobody watches for a while: it goes on from where it stands, and stands still nowhere, until somebody
    /// [watches again](Script::watch_again). Who goes on to a later instant wants what the script does by then.
    pub fn look_away(&mut self, now: Nanos) {
        self.go_on(now);
        self.has_viewer = false;
    }

    /// Somebody watches again. It stands still at the questions and stops that are still to come.
    pub fn watch_again(&mut self) {
        self.has_viewer = true;
    }

    /// What it plays.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// How many steps have begun.
    pub fn begun(&self) -> usize {
        self.next
    }

    /// What the step that began last waits for, in words of the language.
    pub fn waits_for(&self) -> Option<String> {
        match self.pending.as_ref()? {
            Pending::Condition(condition, _) | Pending::Try(condition) => Some(condition.to_string()),
            Pending::Until(at) => Some(Time(*at).to_string()),
            Pending::Command(index) | Pending::Output(index, _) => {
                self.commands.get(*index).map(|typed| typed.text.clone())
            }
        }
    }

    /// Whether its viewer is invited to act.
    pub fn is_inviting(&self) -> bool {
        matches!(self.pending, Some(Pending::Try(_)))
    }

    /// Why it stands still.
    pub fn halt(&self) -> Option<&Halt> {
        self.halt.as_ref()
    }

    /// Goes on after a question or a stop, or without what the viewer was invited to do.
    pub fn go_on(&mut self, now: Nanos) {
        let invited = self.is_inviting();
        if invited {
            self.pending = None;
        }
        if (self.halt.take().is_some() || invited) && now > self.began {
            self.halted_until = now;
            self.began = now;
        }
        self.moved = true;
    }

    /// Whether a step failed.
    pub fn failed(&self) -> bool {
        self.failed
    }

    /// Whether some step asks for a violation: then one is no failure.
    pub fn expects_violation(&self) -> bool {
        let asks = |condition: &Condition| matches!(condition.test, Test::Violation(_)) && !condition.not;
        self.scenario.steps.iter().any(|step| match &step.deed {
            Deed::Wait(condition, _) | Deed::Expect(condition) => asks(condition),
            _ => false,
        })
    }

    /// Whether nothing is left to do.
    pub fn is_done(&self) -> bool {
        self.failed
            || (self.next == self.scenario.steps.len() && self.pending.is_none() && self.halt.is_none())
    }

    /// What was told since the last call, in order.
    pub fn take_told(&mut self) -> Vec<Told> {
        self.told.drain(..).collect()
    }

    /// What was done since the last call, in order, as a journal notes it.
    pub fn take_noted(&mut self) -> Vec<(Nanos, Noted)> {
        std::mem::take(&mut self.noted)
    }

    /// Hears of events. Commands go on that waited for them, and may act.
    pub fn hear(&mut self, cluster: &mut Cluster, events: &[Event]) {
        for event in events {
            self.observe(cluster, event);
            if self.tells_events {
                self.told.push_back(Told { at: event.at, line: 0, item: Item::Happened(event.clone()) });
            }
        }
        self.moved = true;
    }

    /// Something may have happened without an event.
    pub fn moved(&mut self) {
        self.moved = true;
    }

    /// Judges what the last step waits for, if something happened since.
    pub fn judge(&mut self, cluster: &Cluster) {
        self.note_ends(cluster.now());
        if !self.is_done() && std::mem::take(&mut self.moved) && self.pending_is_over(cluster) {
            self.moved = true;
        }
    }

    /// When it wants to go on by itself, once everything up to then has happened.
    pub fn wakes_at(&self, cluster: &Cluster) -> Option<Nanos> {
        if self.is_done() {
            return None;
        }
        let now = cluster.now();
        let due = match self.due(now) {
            Ok(Due::Now) | Err(_) => Some(now),
            Ok(Due::At(at)) => Some(at),
            Ok(Due::Later) => None,
        };
        [due, self.pending_deadline(), self.session.wakes_at()].into_iter().flatten().min()
    }

    /// Its time has come: a command goes on, a wait has lasted too long, or the next step begins.
    pub fn pass_time(&mut self, cluster: &mut Cluster) {
        let now = cluster.now();
        self.moved = true;
        if self.session.wakes_at().is_some_and(|at| at <= now) {
            return self.session.pass_time(cluster);
        }
        if self.pending_deadline().is_some_and(|at| at <= now) {
            return self.judge(cluster);
        }
        match self.due(now) {
            Ok(Due::Now) => self.begin_next(cluster),
            Ok(Due::At(at)) if at <= now => self.begin_next(cluster),
            Ok(_) => {}
            Err(problem) => self.fail(now, problem),
        }
    }

    /// When the next step begins.
    fn due(&self, now: Nanos) -> Result<Due, String> {
        let Some(step) = self.scenario.steps.get(self.next) else { return Ok(Due::Later) };
        if self.halt.is_some() {
            return Ok(Due::Later);
        }
        let at = match step.at {
            None if self.pending.is_none() => return Ok(Due::Now),
            None => return Ok(Due::Later),
            Some(When::At(at)) => at.max(self.halted_until),
            Some(When::After(span)) => self.began.saturating_add(span),
        };
        if at < now {
            return Err(format!("its time, {}, is past: the run has reached {}", Time(at), Time(now)));
        }
        Ok(Due::At(at))
    }

    fn pending_deadline(&self) -> Option<Nanos> {
        match &self.pending {
            Some(
                Pending::Condition(_, deadline) | Pending::Until(deadline) | Pending::Output(_, deadline),
            ) => Some(*deadline),
            Some(Pending::Command(_)) => self.command_deadline(),
            Some(Pending::Try(_)) | None => None,
        }
    }

    /// Until when a command in front may take: without end when the next step begins by the clock.
    fn command_deadline(&self) -> Option<Nanos> {
        let next = self.scenario.steps.get(self.next);
        next.is_none_or(|step| step.at.is_none()).then(|| self.began.saturating_add(COMMAND_WAIT))
    }

    /// Judges what the last step waits for. True when that is over, one way or the other.
    fn pending_is_over(&mut self, cluster: &Cluster) -> bool {
        let now = cluster.now();
        let line = self.line_before();
        let over = match &self.pending {
            None => return false,
            Some(Pending::Command(index)) => {
                let ended = self.session.has_ended(self.commands[*index].job);
                if !ended && self.command_deadline().is_some_and(|deadline| now >= deadline) {
                    let problem = format!(
                        "the command has not ended within {}; with & at its end, the next steps do not wait for it",
                        Time(COMMAND_WAIT)
                    );
                    self.fail_at(now, line, problem);
                    return true;
                }
                ended
            }
            Some(Pending::Output(index, deadline)) => {
                let late = now >= *deadline;
                self.output_is_there(now, *index, late)
            }
            Some(Pending::Until(at)) => now >= *at,
            Some(Pending::Try(condition)) => match self.holds(cluster, condition) {
                Ok(true) => {
                    let text = condition.to_string();
                    self.tell(now, line, Item::Held(text));
                    true
                }
                // It may speak of a node that the viewer has not added yet.
                Ok(false) | Err(_) => false,
            },
            Some(Pending::Condition(condition, deadline)) => match self.holds(cluster, condition) {
                Ok(true) => {
                    let text = condition.to_string();
                    self.tell(now, line, Item::Held(text));
                    true
                }
                Ok(false) if now >= *deadline => {
                    let problem = format!("waited in vain for: {condition} (now: {})", situation(cluster));
                    self.fail_at(now, line, problem);
                    true
                }
                Ok(false) => false,
                Err(problem) => {
                    self.fail_at(now, line, problem);
                    true
                }
            },
        };
        if over {
            self.pending = None;
        }
        over
    }

    fn line_before(&self) -> u32 {
        self.next.checked_sub(1).and_then(|at| self.scenario.steps.get(at)).map_or(0, |step| step.line.0)
    }

    fn begin_next(&mut self, cluster: &mut Cluster) {
        let now = cluster.now();
        if let Some(Pending::Condition(condition, _)) = self.pending.take() {
            let line = self.line_before();
            let problem = format!("the next step's time has come, and this does not hold yet: {condition}");
            return self.fail_at(now, line, problem);
        }
        let Some(Step { at, deed, line }) = self.scenario.steps.get(self.next).cloned() else { return };
        self.next += 1;
        if !deed.is_text() || at.is_some() {
            self.began = now;
        }
        if let Err(problem) = self.perform(cluster, line.0, &deed) {
            self.fail_at(now, line.0, problem);
        }
    }

    /// How the last command that asked the cluster ended.
    pub(super) fn last_outcome(&self) -> Option<&Outcome> {
        self.last_outcome.as_ref()
    }

    /// Ends it: the next step cannot begin.
    pub(super) fn fail(&mut self, now: Nanos, problem: String) {
        let line = self.scenario.steps.get(self.next).map_or(0, |step| step.line.0);
        self.fail_at(now, line, problem);
    }

    pub(super) fn fail_at(&mut self, now: Nanos, line: u32, problem: String) {
        self.failed = true;
        self.tell(now, line, Item::Failed(problem));
    }

    pub(super) fn tell(&mut self, at: Nanos, line: u32, item: Item) {
        self.told.push_back(Told { at, line, item });
    }
}

/// Whether the timeouts in scenarios and the facade's stay the same thing.
const _: () = assert!(REQUEST_TIMEOUT < WAIT_DEFAULT);
