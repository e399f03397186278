//! Playing a scenario to its end, or up to an instant, on a cluster of its own.
//!
//! Waits are judged after every message and timer, so that a run does not depend
//! on the slices in which it is advanced.

use super::ast::Scenario;
use super::report::Told;
use super::script::Script;
use crate::cluster::Cluster;
use crate::model::SettingsError;
use crate::tape::Tape;
use crate::units::Nanos;

/// Plays a scenario.
pub struct Player {
    cluster: Cluster,
    script: Script,
}

impl Player {
    /// A player at the start of a scenario.
    ///
    /// # Errors
    /// The settings do not go together.
    pub fn new(scenario: Scenario) -> Result<Player, SettingsError> {
        let cluster = Cluster::new(scenario.settings.clone())?;
        let mut script = Script::new(scenario);
        script.tell_events(true);
        Ok(Player { cluster, script })
    }

    /// The cluster on which it plays.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The script that is played.
    pub fn script(&self) -> &Script {
        &self.script
    }

    /// Records what is played from now on.
    pub fn record(&mut self, tape: &Tape) {
        tape.attach(&mut self.cluster);
    }

    /// Whether a step failed.
    pub fn failed(&self) -> bool {
        self.script.failed()
    }

    /// Whether some step asks for a violation: then one is no failure.
    pub fn expects_violation(&self) -> bool {
        self.script.expects_violation()
    }

    /// Whether nothing is left to do.
    pub fn is_done(&self) -> bool {
        self.script.is_done()
    }

    /// What was told since the last call, in order.
    pub fn take_told(&mut self) -> Vec<Told> {
        self.script.take_told()
    }

    /// The cluster as it stands, and the script: to go on with both elsewhere.
    pub fn into_parts(self) -> (Cluster, Script) {
        (self.cluster, self.script)
    }

    /// Plays to the end. The cluster stands at the instant at which the last step was done.
    pub fn finish(&mut self) {
        while !self.advance(Nanos::MAX) {}
    }

    /// Plays up to an instant. True when the scenario is done.
    ///
    /// At each instant, first everything happens that is due on the cluster, then the commands go on
    /// whose time has come, and then a step begins whose time it is. So a run can be told by the
    /// instants of its steps alone.
    pub fn advance(&mut self, to: Nanos) -> bool {
        while self.turn(to) {}
        self.is_done()
    }

    /// The same, at most so many messages, timers and steps. True when the scenario is done or the instant
    /// reached.
    pub fn advance_at_most(&mut self, to: Nanos, limit: u32) -> bool {
        (0..limit).any(|_| !self.turn(to))
    }

    /// Lets one thing happen. False when the scenario is done, or the instant reached.
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
            script.fail(cluster.now(), "nothing will ever happen again".to_owned());
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
