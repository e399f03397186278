//! Replay: plays a run again, from its start to any instant.
//!
//! A run is a pure function of its settings and its timed actions, so these are all that a branch needs.

use std::rc::Rc;

use super::facade::Cluster;
use crate::model::{Action, Settings};
use crate::units::Nanos;

/// The largest number of accepted actions that are kept. A run with more cannot be replayed.
pub const ACTIONS_KEPT_MAX: usize = 100_000;

/// An action and its place in the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timed {
    /// The number of messages and timers before it; an instant can have several.
    pub steps: u64,
    /// The instant, in virtual nanoseconds.
    pub at: Nanos,
    /// The action.
    pub action: Action,
}

/// The accepted actions of a run.
#[derive(Clone, Default)]
pub struct History {
    actions: Vec<Timed>,
    overflowed: bool,
}

impl History {
    pub(super) fn has_room(&self) -> bool {
        self.actions.len() < ACTIONS_KEPT_MAX
    }

    pub(super) fn note(&mut self, (steps, at): (u64, Nanos), action: Option<Action>) {
        match action {
            Some(action) => self.actions.push(Timed { steps, at, action }),
            None => self.overflowed = true,
        }
    }

    /// The actions in order; `None` if there were more than [`ACTIONS_KEPT_MAX`].
    pub fn actions(&self) -> Option<&[Timed]> {
        (!self.overflowed).then_some(&self.actions)
    }
}

impl Cluster {
    /// The accepted actions of this run.
    pub fn history(&self) -> &History {
        &self.history
    }
}

/// A replay in slices.
pub struct Replay {
    cluster: Cluster,
    actions: Rc<[Timed]>,
    next: usize,
    until: Nanos,
}

impl Replay {
    /// Begins a replay of the actions up to and including `until`, in virtual nanoseconds. `None` if the settings are
    /// refused, which cannot happen for those of a cluster that ran.
    pub fn begin(settings: Settings, actions: Rc<[Timed]>, until: Nanos) -> Option<Replay> {
        Some(Replay { cluster: Cluster::new(settings).ok()?, actions, next: 0, until })
    }

    /// The cluster, to attach a witness before the replay goes on.
    pub fn cluster_mut(&mut self) -> &mut Cluster {
        &mut self.cluster
    }

    /// Plays at most `limit` messages and timers. Returns true at the end.
    pub fn advance(&mut self, limit: u32) -> bool {
        for _ in 0..limit {
            match self.actions.get(self.next).filter(|timed| timed.at <= self.until) {
                Some(timed) if self.cluster.steps >= timed.steps => {
                    self.cluster.reach(timed.at);
                    // The action was accepted before, so it is accepted again.
                    let _applied = self.cluster.apply(timed.action.clone());
                    self.next += 1;
                }
                Some(timed) if !self.cluster.step(timed.at) => {
                    // This cannot happen for a real run; the action is applied now rather than never.
                    self.cluster.reach(timed.at);
                    let _applied = self.cluster.apply(timed.action.clone());
                    self.next += 1;
                }
                Some(_) => {}
                None if !self.cluster.step(self.until) => {
                    self.cluster.reach(self.until);
                    return true;
                }
                None => {}
            }
        }
        false
    }

    /// The progress in per mille.
    pub fn permille(&self) -> u64 {
        self.cluster.now().saturating_mul(1_000) / self.until.max(1)
    }

    /// The cluster at the instant that was reached.
    pub fn finish(self) -> Cluster {
        self.cluster
    }
}
