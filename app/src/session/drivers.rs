//! What lives with a session and hears of its events. Drivers and listeners come with lazy parts of the page, so the
//! session knows no more of them than the traits here.

use leptos::prelude::*;
use raft_core::cluster::Cluster;
use raft_core::model::{ClusterView, Event};
use raft_core::units::Nanos;

use super::Session;

/// Lives with the cluster and acts on it at the very instant at which something happens: the commands in the
/// terminals, a scenario that is played, and chaos.
pub trait Driver {
    /// Whether it has something to wait for.
    fn is_busy(&self) -> bool;
    /// When it wants to go on by itself.
    fn wakes_at(&self, cluster: &Cluster) -> Option<Nanos>;
    /// Its time may have come.
    fn pass_time(&mut self, cluster: &mut Cluster);
    /// Something happened. It may act.
    fn hear(&mut self, cluster: &mut Cluster, events: &[Event]);
    /// Something happened, with or without events.
    fn moved(&mut self, _cluster: &Cluster) {}
    /// Whether the clock is to stop: its viewer has something to read. True once.
    fn halts(&mut self) -> bool {
        false
    }
    /// A person acts by other means.
    fn give_way(&mut self, _cluster: &Cluster) {}
    /// The cluster is another one.
    fn start_over(&mut self);
}

/// The kinds of drivers. A session has at most one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriverKind {
    /// The commands in the terminals.
    Terminals,
    /// A scenario that is played.
    Script,
    /// Chaos.
    Chaos,
}

impl DriverKind {
    /// The number of kinds.
    pub const COUNT: usize = 3;
}

/// Is told of all events after they happened, to say something of them.
pub trait EventListener {
    /// The cluster is another one, whose events are heard from its start.
    fn start_over(&mut self);
    /// Hears events in their order, with the view that followed.
    fn hear(&mut self, events: &[Event], view: &ClusterView);
}

/// A listener that may come late, and the events that it missed so far: it must hear of everything.
#[derive(Default)]
pub struct LateListener {
    listener: Option<Box<dyn EventListener>>,
    kept: Vec<Event>,
}

impl LateListener {
    /// Events that are kept for a listener that has not come yet.
    const KEPT_MAX: usize = 20_000;

    /// Lets the listener hear events.
    pub fn hear(&mut self, mut events: Vec<Event>, view: &ClusterView) {
        match &mut self.listener {
            Some(listener) => listener.hear(&events, view),
            None if self.kept.len() < Self::KEPT_MAX => self.kept.append(&mut events),
            None => {}
        }
    }

    /// The cluster is another one.
    pub fn start_over(&mut self) {
        self.kept.clear();
        if let Some(listener) = &mut self.listener {
            listener.start_over();
        }
    }

    /// Takes in the listener. It hears at once what happened before.
    pub fn take_in(&mut self, listener: Box<dyn EventListener>, view: &ClusterView) {
        self.listener = Some(listener);
        let kept = std::mem::take(&mut self.kept);
        self.hear(kept, view);
    }
}

impl Session {
    /// Takes in the listener to all events.
    pub fn listen(&self, listener: impl EventListener + 'static) {
        let view = self.view.get_untracked();
        self.listener.update_value(|late| late.take_in(Box::new(listener), &view));
    }
}
