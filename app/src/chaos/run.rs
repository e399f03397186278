//! A run of chaos on the session's cluster. What it does is recorded in the session's journal.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use raft_core::chaos::{Chaos, End, Plan, Score};
use raft_core::cluster::Cluster;
use raft_core::model::Event;
use raft_core::scenario::Journal;
use raft_core::units::Nanos;

use crate::session::{Driver, DriverKind};
use crate::state::Page;
use crate::text::{self, chaos as words};
use crate::time::REAL_TIME;

/// A run of chaos that is in progress or over.
pub struct ChaosRun {
    chaos: Chaos,
    journal: Rc<RefCell<Journal>>,
    /// The score at the time when the cluster was replaced during the run, if it was.
    left: Option<Score>,
}

/// A handle on a run.
#[derive(Clone)]
pub struct ChaosDriver(Rc<RefCell<ChaosRun>>);

/// The state of a run, in progress or over.
#[derive(Clone, PartialEq, Eq)]
pub struct ChaosState {
    /// The plan: which faults, how many and for how long.
    pub plan: Plan,
    /// The virtual time for which it has run, in nanoseconds.
    pub so_far: Nanos,
    /// The score.
    pub score: Score,
    /// Whether the faults were removed and the cluster has yet to accept a write.
    pub recovering: bool,
    /// How the run ended; `None` while it is in progress.
    pub end: Option<Ending>,
}

/// The end of a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It ended by itself, or was stopped.
    Ended(End),
    /// The cluster was replaced by another one.
    Left,
}

/// Begins chaos on the session's cluster as it is, or on a fresh one with the same settings.
pub fn begin(page: Page, plan: Plan, fresh: bool) -> Option<ChaosDriver> {
    let session = page.session;
    if session.read_only.get_untracked() {
        session.tell(text::only_to_watch().to_owned(), false);
        return None;
    }
    if fresh && let Err(problem) = session.renew(session.settings.get_untracked()) {
        session.tell(text::sentence(&problem), true);
        return None;
    }
    session.go_live();
    // A scenario that is being played gives way.
    session.take_over();
    let journal = session.journal();
    let before = journal.borrow().len();
    let chaos = Chaos::new(plan, session.now(), before);
    let run = ChaosDriver(Rc::new(RefCell::new(ChaosRun { chaos, journal, left: None })));
    session.accompany(DriverKind::Chaos, run.clone());
    if page.playback.speed.get_untracked() < REAL_TIME {
        page.playback.set_speed(REAL_TIME);
        session.tell(words::in_real_time().to_owned(), false);
    }
    page.playback.playing.set(true);
    Some(run)
}

impl ChaosDriver {
    /// Stops the run: no more faults occur.
    pub fn stop(&self, page: Page) {
        page.session.drive(|cluster| {
            let mut run = self.0.borrow_mut();
            run.chaos.stop(cluster);
            run.note();
        });
    }

    /// Returns the state of the run at an instant.
    pub fn state(&self, now: Nanos) -> ChaosState {
        let run = self.0.borrow();
        let plan = *run.chaos.plan();
        let end = run.chaos.end().map(Ending::Ended).or(run.left.is_some().then_some(Ending::Left));
        ChaosState {
            plan,
            so_far: run.chaos.ran(now),
            score: run.left.clone().unwrap_or_else(|| run.chaos.score(now)),
            recovering: run.chaos.is_recovering(),
            end,
        }
    }
}

impl ChaosRun {
    fn note(&mut self) {
        let mut journal = self.journal.borrow_mut();
        self.chaos.take_noted().into_iter().for_each(|(at, deed)| journal.note(at, deed));
    }
}

impl Driver for ChaosDriver {
    fn is_busy(&self) -> bool {
        let run = self.0.borrow();
        run.left.is_none() && run.chaos.is_busy()
    }

    fn wakes_at(&self, _cluster: &Cluster) -> Option<Nanos> {
        let run = self.0.borrow();
        run.chaos.wakes_at().filter(|_| run.left.is_none())
    }

    fn pass_time(&mut self, cluster: &mut Cluster) {
        let mut run = self.0.borrow_mut();
        run.chaos.pass_time(cluster);
        run.note();
    }

    fn hear(&mut self, cluster: &mut Cluster, events: &[Event]) {
        let mut run = self.0.borrow_mut();
        if run.left.is_none() {
            run.chaos.hear(cluster, events);
            run.note();
        }
    }

    fn start_over(&mut self) {
        let mut run = self.0.borrow_mut();
        if run.left.is_none() {
            run.left = Some(run.chaos.score(run.chaos.heard_at()));
        }
    }
}
