//! Replay: the same run again, from its start to any instant of it.
//!
//! A run is a pure function of settings, seed and timed actions, so this is all that is kept of it to
//! be able to go back and act otherwise.

use std::rc::Rc;

use super::facade::Cluster;
use crate::model::{Action, Settings};
use crate::units::Nanos;

/// Actions kept of a run, one an accepted action. With more, the run can be watched but not replayed.
pub const ACTIONS_KEPT_MAX: usize = 100_000;

/// An action and when it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timed {
    /// After how many messages and timers: an instant can have several.
    pub steps: u64,
    /// At which instant, in virtual nanoseconds.
    pub at: Nanos,
    /// What was done.
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

    /// The actions in order; `None` when there were more than are kept.
    pub fn actions(&self) -> Option<&[Timed]> {
        (!self.overflowed).then_some(&self.actions)
    }
}

impl Cluster {
    /// The actions that made this run.
    pub fn history(&self) -> &History {
        &self.history
    }
}

/// A run that is played again, in slices.
pub struct Replay {
    cluster: Cluster,
    actions: Rc<[Timed]>,
    next: usize,
    until: Nanos,
}

impl Replay {
    /// Begins to play a run again: the actions up to and at `until`. `None` when the settings are refused,
    /// which those of a cluster that ran are not.
    pub fn begin(settings: Settings, actions: Rc<[Timed]>, until: Nanos) -> Option<Replay> {
        Some(Replay { cluster: Cluster::new(settings).ok()?, actions, next: 0, until })
    }

    /// The cluster, for a witness to be taken in before it goes on.
    pub fn cluster_mut(&mut self) -> &mut Cluster {
        &mut self.cluster
    }

    /// Goes on by at most `limit` messages and timers. True when the end is reached.
    pub fn advance(&mut self, limit: u32) -> bool {
        for _ in 0..limit {
            match self.actions.get(self.next).filter(|timed| timed.at <= self.until) {
                Some(timed) if self.cluster.steps >= timed.steps => {
                    self.cluster.reach(timed.at);
                    // It was accepted before, so it is again.
                    let _applied = self.cluster.apply(timed.action.clone());
                    self.next += 1;
                }
                Some(timed) if !self.cluster.step(timed.at) => {
                    // No such run can be: rather than wait for ever, the action comes now.
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

    /// How far it is, in per mille.
    pub fn permille(&self) -> u64 {
        self.cluster.now().saturating_mul(1_000) / self.until.max(1)
    }

    /// The cluster as far as it was played.
    pub fn finish(self) -> Cluster {
        self.cluster
    }
}
