//! What a session holds, and how it lets things happen: one at a time while a driver listens.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use raft_core::cluster::Cluster;
use raft_core::model::{Action, ActionError, Applied, ClusterView, Event, EventKind, LossReason, Message};
use raft_core::scenario::{Journal, Noted};
use raft_core::units::Nanos;

use super::{Broken, Driver, DriverKind, Memory};

/// The cluster, who lives with it, and what is not shown yet.
pub(super) struct Inner {
    pub(super) cluster: Cluster,
    pub(super) drivers: [Option<Box<dyn Driver>>; DriverKind::COUNT],
    /// Whether a driver wants the clock to stop.
    pub(super) halted: bool,
    pub(super) memory: Option<Rc<dyn Memory>>,
    /// What was done to this cluster; the driver notes its own deeds there.
    pub(super) journal: Rc<RefCell<Journal>>,
    /// Events that the driver heard and nobody has shown yet.
    pub(super) heard: Vec<Event>,
    /// Messages in flight as of the last look, for the breaks.
    pub(super) flight: Vec<Message>,
    pub(super) breaks: Vec<Broken>,
    /// What is shown, or will be with the next words.
    pub(super) newest: Arc<ClusterView>,
    pub(super) unpublished: bool,
    /// Events that the log has not told yet.
    pub(super) untold: Vec<Event>,
    /// Those of them that lead to the view that is shown: they are told next.
    pub(super) to_tell: Vec<Event>,
    /// When words were last written, in wall milliseconds.
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

    /// Lets everything happen that is due at this instant. Who acts does so between instants, so that
    /// a run is told by the times of its deeds: the end of a frame may lie in the middle of one.
    pub(super) fn finish_instant(&mut self) {
        let now = self.cluster.now();
        self.hear();
        while self.tick(now) {}
    }

    /// Whether somebody lives here who waits for something.
    pub(super) fn has_company(&self) -> bool {
        self.drivers.iter().flatten().any(|driver| driver.is_busy())
    }

    /// Lets one thing happen, to the cluster or to a driver. False when `to` is reached.
    pub(super) fn tick(&mut self, to: Nanos) -> bool {
        let Inner { cluster, drivers, .. } = self;
        let wakes = drivers.iter().flatten().filter_map(|driver| driver.wakes_at(cluster)).min();
        let target = wakes.unwrap_or(to).min(to);
        let mut moved = cluster.step(target);
        // To the end of time nothing is to be waited for.
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

    /// Lets the drivers hear what happened at this instant, their own acts included.
    pub(super) fn hear(&mut self) {
        if self.drivers.iter().all(Option::is_none) {
            return;
        }
        loop {
            let mut events = self.cluster.take_events();
            if events.is_empty() {
                return;
            }
            // One event after the other, so that who acts on one of them does so in their order, whoever it is.
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
            // An answer that nobody waits for any more arrived; it did not break.
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
