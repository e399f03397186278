//! The drivers and listeners of a session, which receive its events. They are loaded with lazy parts of the
//! page, so the session knows them only through these traits.

use leptos::prelude::*;
use raft_core::cluster::Cluster;
use raft_core::model::{ClusterView, Event};
use raft_core::units::Nanos;

use super::Session;

/// Acts on the cluster at the very instant at which something happens: the commands in the terminals, a
/// scenario, and chaos.
pub trait Driver {
    /// Whether it waits for something.
    fn is_busy(&self) -> bool;
    /// Returns the instant at which it wants to act next, if there is one.
    fn wakes_at(&self, cluster: &Cluster) -> Option<Nanos>;
    /// Is called when virtual time has passed: its instant may have come.
    fn pass_time(&mut self, cluster: &mut Cluster);
    /// Receives the events of this instant. It may act.
    fn hear(&mut self, cluster: &mut Cluster, events: &[Event]);
    /// Is called after each step, with or without events.
    fn moved(&mut self, _cluster: &Cluster) {}
    /// Whether the clock is to stop because the viewer has something to read. Returns true once per halt.
    fn halts(&mut self) -> bool {
        false
    }
    /// Is called when a person acts by other means.
    fn give_way(&mut self, _cluster: &Cluster) {}
    /// Is called when the cluster was replaced.
    fn start_over(&mut self);
}

/// The kinds of drivers. A session has at most one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriverKind {
    /// The commands in the terminals.
    Terminals,
    /// A scenario.
    Script,
    /// Chaos: random faults and clients.
    Chaos,
}

impl DriverKind {
    /// The number of kinds.
    pub const COUNT: usize = 3;
}

/// Receives all events after they happened, and describes them.
pub trait EventListener {
    /// Is called when the cluster was replaced; the events of the new one are heard from its start.
    fn start_over(&mut self);
    /// Receives events in order, with the view that followed them.
    fn hear(&mut self, events: &[Event], view: &ClusterView);
}

/// A listener that may be loaded late, and the events that it has missed so far: it must hear all of them.
#[derive(Default)]
pub struct LateListener {
    listener: Option<Box<dyn EventListener>>,
    kept: Vec<Event>,
}

impl LateListener {
    /// The number of events that are kept for a listener that is not loaded yet.
    const KEPT_MAX: usize = 20_000;

    /// Passes events to the listener.
    pub fn hear(&mut self, mut events: Vec<Event>, view: &ClusterView) {
        match &mut self.listener {
            Some(listener) => listener.hear(&events, view),
            None if self.kept.len() < Self::KEPT_MAX => self.kept.append(&mut events),
            None => {}
        }
    }

    /// Is called when the cluster was replaced.
    pub fn start_over(&mut self) {
        self.kept.clear();
        if let Some(listener) = &mut self.listener {
            listener.start_over();
        }
    }

    /// Attaches the listener. It first receives the events that were kept.
    pub fn take_in(&mut self, listener: Box<dyn EventListener>, view: &ClusterView) {
        self.listener = Some(listener);
        let kept = std::mem::take(&mut self.kept);
        self.hear(kept, view);
    }
}

impl Session {
    /// Attaches the listener to all events.
    pub fn listen(&self, listener: impl EventListener + 'static) {
        let view = self.view.get_untracked();
        self.listener.update_value(|late| late.take_in(Box::new(listener), &view));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;
    use crate::samples::led;

    /// Counts what it hears.
    struct Counter(Rc<RefCell<Vec<usize>>>);

    impl EventListener for Counter {
        fn start_over(&mut self) {
            self.0.borrow_mut().clear();
        }

        fn hear(&mut self, events: &[Event], _view: &ClusterView) {
            self.0.borrow_mut().push(events.len());
        }
    }

    #[test]
    fn a_listener_that_comes_late_hears_what_happened_before() {
        let (mut cluster, _) = led();
        let (events, view) = (cluster.take_events(), cluster.view());
        let (heard, mut late) = (Rc::default(), LateListener::default());
        late.hear(events.clone(), &view);
        late.hear(events.clone(), &view);
        late.take_in(Box::new(Counter(Rc::clone(&heard))), &view);
        assert_eq!(*heard.borrow(), [2 * events.len()]);
        late.hear(events.clone(), &view);
        assert_eq!(*heard.borrow(), [2 * events.len(), events.len()]);
    }

    #[test]
    fn of_another_cluster_nothing_from_before_is_heard() {
        let (mut cluster, _) = led();
        let (events, view) = (cluster.take_events(), cluster.view());
        let (heard, mut late) = (Rc::default(), LateListener::default());
        late.hear(events.clone(), &view);
        late.start_over();
        late.take_in(Box::new(Counter(Rc::clone(&heard))), &view);
        assert_eq!(*heard.borrow(), [0]);
        late.start_over();
        assert!(heard.borrow().is_empty(), "the listener starts over as well");
    }

    #[test]
    fn what_waits_for_a_listener_that_never_comes_is_bounded() {
        let (mut cluster, _) = led();
        let (events, view) = (cluster.take_events(), cluster.view());
        let mut late = LateListener::default();
        (0..LateListener::KEPT_MAX).for_each(|_| late.hear(events.clone(), &view));
        let kept = late.kept.len();
        assert!((LateListener::KEPT_MAX..LateListener::KEPT_MAX + events.len()).contains(&kept), "{kept}");
    }
}
