//! The contents of a session, and its steps: one at a time while a driver listens.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use raft_core::cluster::Cluster;
use raft_core::model::{Action, ActionError, Applied, ClusterView, Event, EventKind, LossReason, Message};
use raft_core::scenario::{Journal, Noted};
use raft_core::units::Nanos;

use super::{Broken, Driver, DriverKind, Memory};

/// The cluster, its drivers, and what is not shown yet.
pub(super) struct Inner {
    pub(super) cluster: Cluster,
    pub(super) drivers: [Option<Box<dyn Driver>>; DriverKind::COUNT],
    /// Whether a driver wants the clock to stop.
    pub(super) halted: bool,
    pub(super) memory: Option<Rc<dyn Memory>>,
    /// The actions on this cluster; a driver records its own there.
    pub(super) journal: Rc<RefCell<Journal>>,
    /// Events that the drivers have heard and that are not taken in yet.
    pub(super) heard: Vec<Event>,
    /// The messages in flight at the last look, to find those that were lost.
    pub(super) flight: Vec<Message>,
    pub(super) breaks: Vec<Broken>,
    /// The newest view, which is shown now or with the next update of words.
    pub(super) newest: Arc<ClusterView>,
    pub(super) unpublished: bool,
    /// Events that have not been passed to the log and the listener yet.
    pub(super) untold: Vec<Event>,
    /// Those events that lead to the published view: they are passed on next.
    pub(super) to_tell: Vec<Event>,
    /// When words were last published, in milliseconds of wall time.
    pub(super) published_at: f64,
}

impl Inner {
    pub(super) fn new(cluster: Cluster) -> Inner {
        Inner {
            newest: Arc::new(cluster.view()),
            unpublished: false,
            untold: Vec::new(),
            to_tell: Vec::new(),
            published_at: 0.0,
            cluster,
            drivers: [None, None, None],
            halted: false,
            memory: None,
            journal: Rc::default(),
            heard: Vec::new(),
            flight: Vec::new(),
            breaks: Vec::new(),
        }
    }

    pub(super) fn act(&mut self, action: Action) -> Result<Applied, ActionError> {
        self.finish_instant();
        let applied = self.cluster.apply(action.clone());
        if matches!(applied, Ok(Applied::Done | Applied::Request(_))) {
            self.journal.borrow_mut().note(self.cluster.now(), Noted::Action(action));
        }
        applied
    }

    /// Runs everything that is due at this instant. Actions take place between instants, so that a run can be
    /// replayed from their times alone: the end of a frame may fall within an instant.
    pub(super) fn finish_instant(&mut self) {
        let now = self.cluster.now();
        self.hear();
        while self.tick(now) {}
    }

    /// Whether a driver waits for something.
    pub(super) fn has_company(&self) -> bool {
        self.drivers.iter().flatten().any(|driver| driver.is_busy())
    }

    /// Runs one step, of the cluster or of a driver. Returns false when `to` is reached.
    pub(super) fn tick(&mut self, to: Nanos) -> bool {
        let Inner { cluster, drivers, .. } = self;
        let wakes = drivers.iter().flatten().filter_map(|driver| driver.wakes_at(cluster)).min();
        let target = wakes.unwrap_or(to).min(to);
        let mut moved = cluster.step(target);
        // At the end of time there is nothing to wait for.
        if !moved && target < Nanos::MAX {
            cluster.advance(target);
            let due = |driver: &&mut Box<dyn Driver>| driver.wakes_at(cluster).is_some_and(|at| at <= target);
            if let Some(driver) = drivers.iter_mut().flatten().find(due) {
                driver.pass_time(cluster);
                moved = true;
            }
        }
        self.hear();
        if moved {
            let Inner { cluster, drivers, halted, .. } = self;
            for driver in drivers.iter_mut().flatten() {
                driver.moved(cluster);
                *halted |= driver.halts();
            }
        }
        moved
    }

    /// Passes to the drivers what happened at this instant, their own actions included.
    pub(super) fn hear(&mut self) {
        if self.drivers.iter().all(Option::is_none) {
            return;
        }
        loop {
            let mut events = self.cluster.take_events();
            if events.is_empty() {
                return;
            }
            // One event after the other, so that drivers act in the order of the events, whichever driver it
            // is.
            for event in &events {
                for driver in self.drivers.iter_mut().flatten() {
                    driver.hear(&mut self.cluster, std::slice::from_ref(event));
                }
            }
            self.heard.append(&mut events);
        }
    }

    pub(super) fn note_breaks(&mut self, events: &[Event]) {
        const BREAKS_MAX: usize = 50;
        for event in events {
            let EventKind::Lost { id, reason } = &event.kind else { continue };
            let Some(message) = self.flight.iter().find(|message| message.id == *id) else { continue };
            // A late reply is dropped by its receiver; it was not lost on the way.
            if *reason == LossReason::Late || self.breaks.len() >= BREAKS_MAX {
                continue;
            }
            let whole = message.arrives_at.saturating_sub(message.sent_at).max(1);
            let done = event.at.saturating_sub(message.sent_at);
            let permille = (done * 1_000 / whole).min(1_000);
            self.breaks.push(Broken { message: message.clone(), permille });
        }
    }
}
