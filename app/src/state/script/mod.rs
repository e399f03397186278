//! A scenario that plays on the session's cluster: a lesson, a link or a file. It is a driver of the session,
//! so it continues at the very instant of the event for which it waits.
//!
//! [`play`] makes the run apart from the session, in slices, up to the wanted instant, and only then puts it
//! in place of the present run, which is kept as a branch. If a person acts by other means, the script gives
//! way, unless the step is an invitation to act (`try`). To return to the script, it is played again up to
//! the step at which it was left.

mod arrival;
mod run;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use raft_core::scenario::{Item, Journal, Player, Scenario, Script, Told};
use raft_core::tape::Tape;
use raft_core::units::Nanos;

use super::Page;
use crate::browser::{later, on_root, wall_ms};
use crate::session::{DriverKind, Memory, Recorded};
use crate::text;
use arrival::{Arrival, LOOK_MS, arrival};
pub use run::{Run, ScriptDriver};

/// The part of a frame that playing to the goal may take, in milliseconds of wall time.
const SLICE_MS: f64 = 8.0;
/// The number of messages, timers and steps between two looks at the clock.
const CHUNK: u32 = 100;

thread_local! {
    /// The script on the stage, at most one: a global of the page's only thread. It is not a signal of
    /// [`Page`], which the first view holds: dropping a [`Run`] would bring the code of scenarios into the
    /// first view. [`play`] sets it and [`leave`] clears it; its readers follow `Scene::told` to notice
    /// changes.
    static ON_STAGE: RefCell<Option<Rc<RefCell<Run>>>> = const { RefCell::new(None) };
}

/// Returns the script on the stage.
pub fn on_stage() -> Option<Rc<RefCell<Run>>> {
    ON_STAGE.with_borrow(Clone::clone)
}

/// Takes the script off the stage. The run continues without it.
pub fn leave(page: Page) {
    if let Some(run) = on_stage() {
        run.borrow_mut().leave(page.session.now());
    }
    ON_STAGE.set(None);
    page.scene.shown.set(false);
    page.scene.workshop.set(false);
}

/// A request to play a scenario.
#[derive(Clone)]
pub struct Play {
    /// The scenario.
    pub scenario: Scenario,
    /// The lesson's id, if it is a lesson.
    pub lesson: Option<String>,
    /// The goal up to which it is played at once.
    pub goal: Goal,
    /// Whether it is watched from there on: then it pauses at questions and stops.
    pub watched: bool,
    /// Whether the clock runs from there on.
    pub running: bool,
    /// The instant to view, in virtual nanoseconds; `None` for the end of what was played.
    pub look_at: Option<Nanos>,
}

/// The goal up to which a scenario is played at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// This number of its steps has begun.
    Begun(usize),
    /// An instant, or the end of the scenario if that comes first.
    Until(Nanos),
}

/// A run that is being played to its goal.
struct Way {
    play: Play,
    player: Player,
    tape: Tape,
}

/// Plays a scenario, a slice per frame, and puts the run in place of the current one. `done` is called
/// afterwards.
///
/// # Errors
/// Its settings are not consistent; nothing has changed.
pub fn play(page: Page, play: Play, done: impl FnOnce() + 'static) -> Result<(), String> {
    set_out(page, play, move |way| arrive(page, way, 0, done))
}

/// Plays a scenario up to an instant, a slice per frame, without replacing the current run; then hands the
/// run over.
///
/// # Errors
/// Its settings are not consistent.
pub fn remake(
    page: Page,
    scenario: Scenario,
    until: Nanos,
    done: impl FnOnce(Recorded) + 'static,
) -> Result<(), String> {
    let goal = Goal::Until(until);
    let play = Play { scenario, lesson: None, goal, watched: false, running: false, look_at: None };
    set_out(page, play, move |way| {
        page.session.past.on_the_way.set(None);
        done(way.recorded().0);
    })
}

fn set_out(page: Page, play: Play, done: impl FnOnce(Way) + 'static) -> Result<(), String> {
    let session = page.session;
    if session.past.on_the_way.with_untracked(Option::is_some) {
        return Err(text::time::on_the_way_already().to_owned());
    }
    let mut player = Player::new(play.scenario.clone()).map_err(|error| error.to_string())?;
    let tape = Tape::of(player.cluster());
    player.record(&tape);
    session.past.on_the_way.set(Some(0));
    go_on(page, Way { play, player, tape }, done);
    Ok(())
}

fn go_on(page: Page, mut way: Way, done: impl FnOnce(Way) + 'static) {
    // Cancelling removes the progress.
    if page.session.past.on_the_way.with_untracked(Option::is_none) {
        return;
    }
    let start = wall_ms();
    while !way.advance() {
        if wall_ms() - start > SLICE_MS {
            page.session.past.on_the_way.set(Some(way.permille()));
            return later(0, move || go_on(page, way, done));
        }
    }
    done(way);
}

impl Way {
    /// Plays one more slice. Returns true when the goal is reached.
    fn advance(&mut self) -> bool {
        match self.play.goal {
            Goal::Until(at) => self.player.advance_at_most(at, CHUNK),
            Goal::Begun(steps) => (0..CHUNK)
                .any(|_| self.player.script().begun() >= steps || self.player.advance_at_most(Nanos::MAX, 1)),
        }
    }

    fn permille(&self) -> u64 {
        let share = |done: u64, all: u64| done.saturating_mul(1_000) / all.max(1);
        match self.play.goal {
            Goal::Until(at) => share(self.player.cluster().now(), at),
            Goal::Begun(steps) => share(self.player.script().begun() as u64, steps as u64),
        }
        .min(1_000)
    }

    /// Returns the run as it is, its script, and what that has said.
    fn recorded(self) -> (Recorded, Script, Vec<Told>) {
        let Way { play, mut player, tape } = self;
        let mut told = player.take_told();
        let (cluster, mut script) = player.into_parts();
        script.tell_events(false);
        let events = told.iter().filter_map(|told| match &told.item {
            Item::Happened(event) => Some(event.clone()),
            _ => None,
        });
        let events = events.collect();
        told.retain(|told| !matches!(told.item, Item::Happened(_)));
        let mut journal = Journal::default();
        for (at, deed) in script.take_noted() {
            journal.note(at, deed);
        }
        tape.catch_up(&cluster);
        let name = play.scenario.about.title.unwrap_or_else(|| text::a_scenario().to_owned());
        (Recorded { name, cluster, tape, journal, events }, script, told)
    }
}

/// Puts a run that has reached its goal in place of the current one, once the recorder is loaded; `looks`
/// looks have not found it.
fn arrive(page: Page, way: Way, looks: u32, done: impl FnOnce() + 'static) {
    let session = page.session;
    let memory = session.memory();
    let is_wanted = session.past.on_the_way.with_untracked(Option::is_some);
    match (arrival(is_wanted, memory.is_some(), looks), memory) {
        (Arrival::Adopt, Some(memory)) => adopt(page, way, &*memory, done),
        (Arrival::Wait, _) => later(LOOK_MS, move || arrive(page, way, looks + 1, done)),
        (Arrival::Cancelled, _) => {}
        (Arrival::GiveUp | Arrival::Adopt, _) => {
            // From now on something else can be played.
            session.past.on_the_way.set(None);
            session.tell(text::time::no_timeline().to_owned(), true);
        }
    }
}

fn adopt(page: Page, way: Way, memory: &dyn Memory, done: impl FnOnce() + 'static) {
    let session = page.session;
    let (play, watched) = (way.play.clone(), way.play.watched);
    let (recorded, mut script, told) = way.recorded();
    if watched {
        script.watch();
    }
    session.past.on_the_way.set(None);
    if !memory.adopt(recorded) {
        return;
    }
    let running = play.running && script.halt().is_none();
    let mut run = Run::new(page, play.lesson, script, told);
    run.paced = watched && run.lesson.is_some() && !on_root("data-embed");
    let run = Rc::new(RefCell::new(run));
    session.accompany(DriverKind::Script, ScriptDriver(run.clone()));
    ON_STAGE.set(Some(run));
    // Setting it again would redraw the panel.
    if !page.scene.shown.get_untracked() {
        page.scene.shown.set(true);
    }
    page.scene.told.update(|count| *count += 1);
    page.playback.playing.set(running);
    if let Some(at) = play.look_at {
        session.look_at(at);
    }
    done();
}
