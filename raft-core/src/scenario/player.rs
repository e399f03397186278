//! Plays a scenario to its end, or up to an instant, on a cluster of its own.
//!
//! Conditions are judged after every message and timer, so that a run does not depend on the slices in which
//! it is advanced.

use super::ast::Scenario;
use super::report::Told;
use super::script::Script;
use crate::cluster::Cluster;
use crate::model::SettingsError;
use crate::tape::Tape;
use crate::units::Nanos;

/// A scenario being played on a cluster of its own.
pub struct Player {
    cluster: Cluster,
    script: Script,
}

impl Player {
    /// Returns a player at the start of a scenario.
    ///
    /// # Errors
    /// The settings are invalid.
    pub fn new(scenario: Scenario) -> Result<Player, SettingsError> {
        let cluster = Cluster::new(scenario.settings.clone())?;
        let mut script = Script::new(scenario);
        script.tell_events(true);
        Ok(Player { cluster, script })
    }

    /// Returns the cluster it plays on.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Returns the script it plays.
    pub fn script(&self) -> &Script {
        &self.script
    }

    /// Records the run on a tape from now on.
    pub fn record(&mut self, tape: &Tape) {
        tape.attach(&mut self.cluster);
    }

    /// Returns whether a step failed.
    pub fn failed(&self) -> bool {
        self.script.failed()
    }

    /// Returns whether a step waits for or expects a violation, so that one is not a failure.
    pub fn expects_violation(&self) -> bool {
        self.script.expects_violation()
    }

    /// Returns whether the scenario has ended or failed.
    pub fn is_done(&self) -> bool {
        self.script.is_done()
    }

    /// Returns the reports since the last call, in order.
    pub fn take_told(&mut self) -> Vec<Told> {
        self.script.take_told()
    }

    /// Returns the cluster and the script in their present state.
    pub fn into_parts(self) -> (Cluster, Script) {
        (self.cluster, self.script)
    }

    /// Plays to the end. The cluster then stands at the instant at which the last step was done.
    pub fn finish(&mut self) {
        while !self.advance(Nanos::MAX) {}
    }

    /// Plays up to an instant. Returns true if the scenario is done.
    ///
    /// At each instant, everything due on the cluster happens first, then commands that are due continue,
    /// and then a step that is due begins. So the instants of its steps alone determine a run.
    pub fn advance(&mut self, to: Nanos) -> bool {
        while self.turn(to) {}
        self.is_done()
    }

    /// Plays up to an instant, but at most `limit` messages, timers and steps. Returns true if the
    /// scenario is done or the instant is reached.
    pub fn advance_at_most(&mut self, to: Nanos, limit: u32) -> bool {
        (0..limit).any(|_| !self.turn(to))
    }

    /// Plays one message, timer or step. Returns false if the scenario is done or the instant is reached.
    fn turn(&mut self, to: Nanos) -> bool {
        let Player { cluster, script } = self;
        loop {
            let events = cluster.take_events();
            if events.is_empty() {
                break;
            }
            script.hear(cluster, &events);
        }
        script.judge(cluster);
        if script.is_done() {
            return false;
        }
        let wakes = script.wakes_at(cluster);
        let target = wakes.unwrap_or(to).min(to);
        if cluster.step(target) {
            script.moved();
            return true;
        }
        if target == Nanos::MAX {
            script.fail(cluster.now(), "nothing is left to happen in the cluster".to_owned());
            return true;
        }
        cluster.advance(target);
        if wakes.is_some_and(|at| at <= target) {
            script.pass_time(cluster);
            return true;
        }
        false
    }
}
