//! Playing a scenario: each step at its time, on a cluster of its own.
//!
//! Waits are judged after every message and timer, so that a run does not depend
//! on the slices in which it is advanced.

use std::collections::{BTreeMap, VecDeque};

use super::ast::{Condition, Deed, Scenario, Test, When};
use super::print::Time;
use super::report::{Item, Told};
use super::typing::Typed;
use crate::cluster::{Action, ActionError, Applied, Cluster, Outcome, REQUEST_TIMEOUT, SettingsError};
use crate::etcdctl::Session;
use crate::tape::Tape;
use crate::units::{Nanos, NodeId, SECOND};

/// How long a wait waits unless it says otherwise.
pub(super) const WAIT_DEFAULT: Nanos = 30 * SECOND;

/// What the step that began last is waiting for.
pub(super) enum Pending {
    Command(usize),
    /// The output of a command in the background, and until when.
    Output(usize, Nanos),
    Condition(Condition, Nanos),
    Until(Nanos),
}

/// When the next step begins.
enum Due {
    Now,
    At(Nanos),
    /// When the one before is done, or never.
    Later,
}

/// Plays a scenario.
pub struct Player {
    pub(super) cluster: Cluster,
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
    pub(super) told: VecDeque<Told>,
    failed: bool,
    /// Whether something happened since conditions were last judged. The end of a slice is
    /// nothing: judging there would make the run depend on the slices.
    moved: bool,
}

impl Player {
    /// A player at the start of a scenario.
    ///
    /// # Errors
    /// The settings do not go together.
    pub fn new(scenario: Scenario) -> Result<Player, SettingsError> {
        let cluster = Cluster::new(scenario.settings.clone())?;
        Ok(Player {
            cluster,
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
            failed: false,
            moved: true,
        })
    }

    /// The cluster on which it plays.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Records what is played from now on.
    pub fn record(&mut self, tape: &Tape) {
        tape.attach(&mut self.cluster);
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
        self.failed || (self.next == self.scenario.steps.len() && self.pending.is_none())
    }

    /// What was told since the last call, in order.
    pub fn take_told(&mut self) -> Vec<Told> {
        self.told.drain(..).collect()
    }

    /// Plays to the end. The cluster stands at the instant at which the last step was done.
    pub fn finish(&mut self) {
        while !self.advance(Nanos::MAX) {}
    }

    /// Plays up to an instant. True when the scenario is done.
    ///
    /// At each instant, first everything happens that is due on the cluster, then the commands go on
    /// whose time has come, and then a step begins whose time it is. So a run can be told by the
    /// instants of its steps alone. A step without a time begins at once.
    pub fn advance(&mut self, to: Nanos) -> bool {
        loop {
            self.collect();
            if self.is_done() {
                return true;
            }
            if std::mem::take(&mut self.moved) && self.pending_is_over() {
                self.moved = true;
                continue;
            }
            let due = match self.due() {
                Ok(Due::Now) => {
                    self.moved = true;
                    self.begin_next();
                    continue;
                }
                Ok(Due::At(at)) => Some(at),
                Ok(Due::Later) => None,
                Err(problem) => {
                    self.fail(problem);
                    continue;
                }
            };
            let wakes = self.session.wakes_at();
            let deadline = self.pending_deadline();
            let target = [due, deadline, wakes].into_iter().flatten().fold(to, Nanos::min);
            if self.cluster.step(target) {
                self.moved = true;
                continue;
            }
            if target == Nanos::MAX {
                self.fail("nothing will ever happen again".to_owned());
                continue;
            }
            self.cluster.advance(target);
            self.moved = true;
            if wakes.is_some_and(|at| at <= target) {
                self.session.pass_time(&mut self.cluster);
            } else if deadline.is_some_and(|at| at <= target) {
                // It is judged next.
            } else if due == Some(target) {
                self.begin_next();
            } else {
                self.moved = false;
                return false;
            }
        }
    }

    /// When the next step begins.
    fn due(&self) -> Result<Due, String> {
        let Some(step) = self.scenario.steps.get(self.next) else { return Ok(Due::Later) };
        let now = self.cluster.now();
        let at = match step.at {
            None if self.pending.is_none() => return Ok(Due::Now),
            None => return Ok(Due::Later),
            Some(When::At(at)) => at,
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
            Some(Pending::Command(_)) | None => None,
        }
    }

    /// Judges what the last step waits for. True when that is over, one way or the other.
    fn pending_is_over(&mut self) -> bool {
        let over = match &self.pending {
            None => return false,
            Some(Pending::Command(index)) => self.session.has_ended(self.commands[*index].job),
            Some(Pending::Output(index, deadline)) => {
                let late = self.cluster.now() >= *deadline;
                self.output_is_there(*index, late)
            }
            Some(Pending::Until(at)) => self.cluster.now() >= *at,
            Some(Pending::Condition(condition, deadline)) => match self.holds(condition) {
                Ok(true) => {
                    let text = condition.to_string();
                    self.tell(self.line_before(), Item::Held(text));
                    true
                }
                Ok(false) if self.cluster.now() >= *deadline => {
                    let problem = format!("waited in vain for: {condition} (now: {})", self.situation());
                    self.fail_at(self.line_before(), problem);
                    true
                }
                Ok(false) => false,
                Err(problem) => {
                    self.fail_at(self.line_before(), problem);
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

    fn begin_next(&mut self) {
        if let Some(Pending::Condition(condition, _)) = self.pending.take() {
            let line = self.line_before();
            self.fail_at(
                line,
                format!("the next step's time has come, and this does not hold yet: {condition}"),
            );
            return;
        }
        let step = self.scenario.steps[self.next].clone();
        self.next += 1;
        let is_text = step.deed.is_text();
        if !is_text || step.at.is_some() {
            self.began = self.cluster.now();
        }
        if let Err(problem) = self.perform(step.line.0, &step.deed) {
            self.fail_at(step.line.0, problem);
        }
    }

    fn perform(&mut self, line: u32, deed: &Deed) -> Result<(), String> {
        match deed {
            Deed::Comment(_) | Deed::Blank => {}
            Deed::Teach(teach, text) => self.tell(line, Item::Teach(*teach, text.clone())),
            Deed::Look(sight, nodes, why) => {
                // Nobody to look at is no failure: teaching never changes how a run ends.
                let nodes = nodes.iter().filter_map(|who| self.many(std::slice::from_ref(who)).ok());
                self.tell(line, Item::Look(*sight, nodes.flatten().collect(), why.clone()));
            }
            Deed::Hint(after, text) => self.tell(line, Item::Hint(*after, text.clone())),
            Deed::Speed(speed) => self.tell(line, Item::Speed(*speed)),
            Deed::Try { text, condition } => self.tell(line, Item::Try(text.clone(), condition.clone())),
            Deed::Trace(recorded) => {
                let found = self.cluster.trace_hash();
                self.tell(line, Item::Trace { recorded: *recorded, found });
            }
            Deed::Ask { question, choices } => self.tell(line, Item::Ask(question.clone(), choices.clone())),
            Deed::Command { .. } => self.type_command(line, deed)?,
            Deed::Output { on, expected } => self.await_output(line, on, expected.clone())?,
            Deed::Input(on, text) => self.type_input(line, on, text)?,
            Deed::EndInput(on) => {
                self.tell(line, Item::Did(format!("eof {on}")));
                self.end_input(on)?;
            }
            Deed::CloseTerminals => {
                self.tell(line, Item::Did("close terminals".to_owned()));
                self.close_terminals();
            }
            Deed::Interrupt(on, number) => {
                self.tell(line, Item::Did(deed.to_string().trim_end().to_owned()));
                self.interrupt(on, *number)?;
            }
            Deed::Wait(condition, within) => {
                let deadline = self.cluster.now().saturating_add(within.unwrap_or(WAIT_DEFAULT));
                self.pending = Some(Pending::Condition(condition.clone(), deadline));
            }
            Deed::WaitFor(span) => {
                self.pending = Some(Pending::Until(self.cluster.now().saturating_add(*span)));
            }
            Deed::Expect(condition) => {
                if !self.holds(condition)? {
                    return Err(format!("expected: {condition} (now: {})", self.situation()));
                }
                self.tell(line, Item::Held(condition.to_string()));
            }
            Deed::Name(name, target) => {
                let node = self.one(target)?;
                self.names.insert(name.clone(), node);
                self.tell(line, Item::Did(format!("name {name} = node{node}")));
            }
            _ => {
                let text = deed.to_string().trim_end().to_owned();
                self.tell(line, Item::Did(text));
                for action in self.actions(deed)? {
                    self.act(line, action)?;
                }
            }
        }
        Ok(())
    }

    fn act(&mut self, line: u32, action: Action) -> Result<(), String> {
        match self.cluster.apply(action) {
            Ok(Applied::NothingToDo(why)) => self.tell(line, Item::Note(why)),
            Ok(_) => {}
            Err(ActionError { problem, accepted }) => return Err(format!("{problem}; {accepted}")),
        }
        Ok(())
    }

    /// How the last command that asked the cluster ended.
    pub(super) fn last_outcome(&self) -> Option<&Outcome> {
        self.last_outcome.as_ref()
    }

    fn fail(&mut self, problem: String) {
        let line = self.scenario.steps.get(self.next).map_or(0, |step| step.line.0);
        self.fail_at(line, problem);
    }

    pub(super) fn fail_at(&mut self, line: u32, problem: String) {
        self.failed = true;
        self.tell(line, Item::Failed(problem));
    }

    pub(super) fn tell(&mut self, line: u32, item: Item) {
        let at = self.cluster.now();
        self.told.push_back(Told { at, line, item });
    }
}

/// Whether the timeouts in scenarios and the facade's stay the same thing.
const _: () = assert!(REQUEST_TIMEOUT < WAIT_DEFAULT);
