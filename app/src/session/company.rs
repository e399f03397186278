//! Who lives with a session and hears of its events: they come with parts of the page of their own, so
//! the session knows no more of them than what stands here.

use leptos::prelude::*;
use raft_core::cluster::{Cluster, ClusterView, Event};
use raft_core::units::Nanos;

use super::Session;

/// Who lives with the cluster and acts on it at the very instant at which something happens: the
/// commands in the terminals, a scenario that is played, and chaos.
pub trait Companion {
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

/// The places of companions: one of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    /// The commands in the terminals.
    Terminals,
    /// A scenario that is played.
    Script,
    /// Chaos.
    Chaos,
}

impl Seat {
    /// How many there are.
    pub const COUNT: usize = 3;
}

/// Who is told of all events after they happened, to say something of them.
pub trait Ear {
    /// The cluster is another one, whose events are heard from its start.
    fn start_over(&mut self);
    /// Hears events in their order, with the view that followed.
    fn hear(&mut self, events: &[Event], view: &ClusterView);
}

/// An ear, and what happened before it was there: it must hear of everything.
#[derive(Default)]
pub struct Hearing {
    ear: Option<Box<dyn Ear>>,
    kept: Vec<Event>,
}

impl Hearing {
    /// Events that are kept for an ear that has not come yet.
    const KEPT_MAX: usize = 20_000;

    /// Lets the ear hear events.
    pub fn hear(&mut self, mut events: Vec<Event>, view: &ClusterView) {
        match &mut self.ear {
            Some(ear) => ear.hear(&events, view),
            None if self.kept.len() < Self::KEPT_MAX => self.kept.append(&mut events),
            None => {}
        }
    }

    /// The cluster is another one.
    pub fn start_over(&mut self) {
        self.kept.clear();
        if let Some(ear) = &mut self.ear {
            ear.start_over();
        }
    }

    /// Takes in the ear. It hears at once what happened before.
    pub fn take_in(&mut self, ear: Box<dyn Ear>, view: &ClusterView) {
        self.ear = Some(ear);
        let kept = std::mem::take(&mut self.kept);
        self.hear(kept, view);
    }
}

impl Session {
    /// Takes in who is told of all events.
    pub fn listen(&self, ear: impl Ear + 'static) {
        let view = self.view.get_untracked();
        self.ear.update_value(|hearing| hearing.take_in(Box::new(ear), &view));
    }
}
