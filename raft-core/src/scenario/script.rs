//! A scenario being played on a cluster that the caller owns: the next step, what the last one waits for, and
//! the commands in its terminals.
//!
//! The caller runs the cluster one message or timer at a time. After each, it passes the events to
//! [`Script::hear`] and calls [`Script::judge`]; when [`Script::wakes_at`] has come and everything due at
//! that instant has happened, [`Script::pass_time`] begins the next step. So all steps begin between
//! instants, and the times of its steps determine a run.

use std::collections::{BTreeMap, VecDeque};

use super::ast::{Condition, Deed, Scenario, Step, Teach, Test, When};
use super::journal::Noted;
use super::judge::situation;
use super::print::Time;
use super::report::{Item, Told};
use super::typing::TypedCommand;
use crate::cluster::Cluster;
use crate::etcdctl::EtcdctlSession;
use crate::model::{Event, Outcome, REQUEST_TIMEOUT};
use crate::units::{Nanos, NodeId, SECOND};

/// How long `wait` waits by default.
pub(super) const WAIT_DEFAULT: Nanos = 30 * SECOND;
/// How long the next step waits for a foreground command: some, such as a watch, never end.
const COMMAND_WAIT: Nanos = 600 * SECOND;

/// What the step that began last waits for.
pub(super) enum Pending {
    /// The end of a command, by its index.
    Command(usize),
    /// Output of a background command, by its index, until a deadline.
    Output(usize, Nanos),
    /// A condition, until a deadline.
    Condition(Condition, Nanos),
    /// An instant.
    Until(Nanos),
    /// A condition that the viewer is invited to bring about.
    Try(Condition),
}

/// The reason why a script has halted until its viewer continues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// A question (`ask`).
    Ask,
    /// `stop here`.
    StopHere,
}

/// When the next step begins.
enum Due {
    Now,
    At(Nanos),
    /// Once the previous step is done and the viewer has continued; never after the last one.
    Later,
}

/// A scenario being played on a cluster that the caller owns.
pub struct Script {
    scenario: Scenario,
    next: usize,
    pub(super) pending: Option<Pending>,
    /// When the last step began that counts for `@+TIME`.
    began: Nanos,
    pub(super) names: BTreeMap<String, NodeId>,
    pub(super) captures: BTreeMap<String, String>,
    pub(super) session: EtcdctlSession,
    pub(super) commands: Vec<TypedCommand>,
    pub(super) last_outcome: Option<Outcome>,
    told: VecDeque<Told>,
    /// The deeds not yet taken, for a journal.
    pub(super) noted: Vec<(Nanos, Noted)>,
    failed: bool,
    /// Whether something happened since conditions were last judged. The end of a slice does not count:
    /// judging there would make the run depend on the slices.
    moved: bool,
    /// Whether it reports events.
    tells_events: bool,
    /// Whether it halts at questions and stops.
    pub(super) has_viewer: bool,
    pub(super) halt: Option<Halt>,
    /// When the last halt ended; steps whose time passed during it begin then.
    halted_until: Nanos,
}

impl Script {
    /// Returns a script at the start of a scenario, without a viewer: it never halts.
    pub fn new(scenario: Scenario) -> Script {
        Script {
            scenario,
            next: 0,
            pending: None,
            began: 0,
            names: BTreeMap::new(),
            captures: BTreeMap::new(),
            session: EtcdctlSession::default(),
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

    /// Sets whether it reports the cluster's events, too.
    pub fn tell_events(&mut self, tells: bool) {
        self.tells_events = tells;
    }

    /// Adds a viewer: from now on it halts at questions and stops until [`Script::go_on`], including the
    /// step that began last.
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

    /// Removes the viewer for a while, as for a jump to a later instant: continues from a halt and does
    /// not halt again until [`Script::watch_again`].
    pub fn look_away(&mut self, now: Nanos) {
        self.go_on(now);
        self.has_viewer = false;
    }

    /// Restores the viewer: it halts at questions and stops that are still to come.
    pub fn watch_again(&mut self) {
        self.has_viewer = true;
    }

    /// Returns the scenario it plays.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Returns how many steps have begun.
    pub fn begun(&self) -> usize {
        self.next
    }

    /// Returns what the step that began last waits for, in words of the language.
    pub fn waits_for(&self) -> Option<String> {
        match self.pending.as_ref()? {
            Pending::Condition(condition, _) | Pending::Try(condition) => Some(condition.to_string()),
            Pending::Until(at) => Some(Time(*at).to_string()),
            Pending::Command(index) | Pending::Output(index, _) => {
                self.commands.get(*index).map(|typed| typed.text.clone())
            }
        }
    }

    /// Returns whether the viewer is invited to act.
    pub fn is_inviting(&self) -> bool {
        matches!(self.pending, Some(Pending::Try(_)))
    }

    /// Returns the reason if it has halted.
    pub fn halt(&self) -> Option<&Halt> {
        self.halt.as_ref()
    }

    /// Continues after a question or a stop, or without waiting for what the viewer was invited to do.
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

    /// Returns whether a step failed.
    pub fn failed(&self) -> bool {
        self.failed
    }

    /// Returns whether a step waits for or expects a violation, so that one is not a failure.
    pub fn expects_violation(&self) -> bool {
        let asks = |condition: &Condition| matches!(condition.test, Test::Violation(_)) && !condition.not;
        self.scenario.steps.iter().any(|step| match &step.deed {
            Deed::Wait(condition, _) | Deed::Expect(condition) => asks(condition),
            _ => false,
        })
    }

    /// Returns whether the scenario has ended or failed.
    pub fn is_done(&self) -> bool {
        self.failed
            || (self.next == self.scenario.steps.len() && self.pending.is_none() && self.halt.is_none())
    }

    /// Returns the reports since the last call, in order.
    pub fn take_told(&mut self) -> Vec<Told> {
        self.told.drain(..).collect()
    }

    /// Returns the deeds since the last call, in order, for a journal.
    pub fn take_noted(&mut self) -> Vec<(Nanos, Noted)> {
        std::mem::take(&mut self.noted)
    }

    /// Passes events to the script. Commands that waited for them continue and may act.
    pub fn hear(&mut self, cluster: &mut Cluster, events: &[Event]) {
        for event in events {
            self.observe(cluster, event);
            if self.tells_events {
                self.told.push_back(Told { at: event.at, line: 0, item: Item::Happened(event.clone()) });
            }
        }
        self.moved = true;
    }

    /// Notes that something may have happened without an event.
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

    /// Returns when to call [`Script::pass_time`], once everything up to then has happened; `None` if
    /// only events can move it.
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

    /// Acts at the time of [`Script::wakes_at`]: a command continues, a wait times out, or the next step
    /// begins.
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

    /// Returns when the next step begins.
    ///
    /// # Errors
    /// Its time is already past.
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

    /// Returns until when a foreground command may run; `None` (no limit) if the next step has a time of
    /// its own.
    fn command_deadline(&self) -> Option<Nanos> {
        let next = self.scenario.steps.get(self.next);
        next.is_none_or(|step| step.at.is_none()).then(|| self.began.saturating_add(COMMAND_WAIT))
    }

    /// Judges what the last step waits for. Returns true if waiting is over, by success or failure.
    fn pending_is_over(&mut self, cluster: &Cluster) -> bool {
        let now = cluster.now();
        let line = self.line_before();
        let over = match &self.pending {
            None => return false,
            Some(Pending::Command(index)) => {
                let ended = self.session.has_ended(self.commands[*index].job);
                if !ended && self.command_deadline().is_some_and(|deadline| now >= deadline) {
                    let problem = format!(
                        "the command did not end within {}; with & at its end, the next steps do not wait for it",
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
                // It may refer to a node that the viewer has not added yet.
                Ok(false) | Err(_) => false,
            },
            Some(Pending::Condition(condition, deadline)) => match self.holds(cluster, condition) {
                Ok(true) => {
                    let text = condition.to_string();
                    self.tell(now, line, Item::Held(text));
                    true
                }
                Ok(false) if now >= *deadline => {
                    let problem = format!("timed out waiting for: {condition} (now: {})", situation(cluster));
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
            let problem = format!("the next step is due, but this does not hold yet: {condition}");
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

    /// Returns the outcome of the last command that sent a request.
    pub(super) fn last_outcome(&self) -> Option<&Outcome> {
        self.last_outcome.as_ref()
    }

    /// Fails the scenario at the next step, which cannot begin.
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

// A wait must outlast a request.
const _: () = assert!(REQUEST_TIMEOUT < WAIT_DEFAULT);
