//! The loads of the benchmark: heartbeat 50 ms, latency 10 to 15 ms, five nodes by default.
//!
//! A load is written as words separated by commas, such as `writes,nodes=9,tape`; the work on it as phases,
//! such as `advance=60 seek=100`. The caller measures the time of each phase.

use std::rc::Rc;

use crate::cluster::{Cluster, Replay};
use crate::digest::digest_of;
use crate::model::{Action, EventKind, Outcome, Settings, Stress};
use crate::tape::Tape;
use crate::units::{MILLISECOND, NODES_MAX, Nanos, NodeId, SECOND};

/// Writes per virtual second of the load `writes`.
const WRITES: u32 = 100;
/// The time for an election before a load begins, in virtual seconds.
const SETTLE: u64 = 5;
/// The maximum duration of one order of writes, in virtual seconds.
const STRETCH: u64 = 60;
/// Writes per virtual second while the log is filled.
const FILLING: u32 = 1_000;
/// Messages and timers per slice of a replay, as on the page.
const SLICE: u32 = 100;

/// The parameters of a load.
struct Load {
    /// Writes per virtual second.
    rate: u32,
    nodes: u64,
    /// Entries in the log when the load begins.
    log: u64,
    checks: bool,
    tape: bool,
}

impl Load {
    fn parse(text: &str) -> Result<Load, String> {
        let mut words = text.split(',');
        let rate = match words.next() {
            Some("idle") => 0,
            Some("writes") => WRITES,
            other => {
                return Err(format!("unknown load {:?}; accepted: idle, writes", other.unwrap_or_default()));
            }
        };
        let mut load = Load { rate, nodes: 5, log: 0, checks: true, tape: false };
        for word in words {
            match word.split_once('=') {
                None if word == "bare" => load.checks = false,
                None if word == "tape" => load.tape = true,
                Some(("nodes", number)) => load.nodes = amount(word, number, NODES_MAX)?,
                Some(("rate", number)) => load.rate = amount(word, number, u64::from(FILLING))? as u32,
                Some(("log", number)) => load.log = amount(word, number, 10_000_000)?,
                _ => {
                    return Err(format!(
                        "unknown word {word:?} in load {text:?}; accepted: bare, tape, nodes=N, rate=N, log=N"
                    ));
                }
            }
        }
        Ok(load)
    }
}

/// Parses a number from 1 to `most`.
fn amount(word: &str, number: &str, most: u64) -> Result<u64, String> {
    let parsed = number.parse().ok().filter(|amount| (1..=most).contains(amount));
    parsed.ok_or_else(|| format!("{word:?}; accepted: a number from 1 to {most}"))
}

/// A cluster under a load.
pub struct Bench {
    cluster: Cluster,
    tape: Option<Tape>,
    leader: NodeId,
    rate: u32,
    /// The number of writes ordered.
    ordered: u64,
    /// The number of writes done.
    done: u64,
}

impl Bench {
    /// Begins a load: elects a leader and fills the log.
    ///
    /// # Errors
    /// The load does not parse, or the cluster did not elect a leader or do its writes.
    pub fn begin(load: &str) -> Result<Bench, String> {
        let load = Load::parse(load)?;
        let mut settings =
            Settings { nodes: load.nodes, latency_min: 10 * MILLISECOND, ..Settings::with_seed(1) };
        if load.log > 0 {
            // No snapshot shortens the log.
            settings.snapshot_every = 2 * load.log + u64::from(FILLING) * STRETCH;
        }
        let made = if load.checks { Cluster::new(settings) } else { Cluster::without_checks(settings) };
        let mut cluster = made.map_err(|error| error.to_string())?;
        let tape = load.tape.then(|| Tape::of(&cluster));
        if let Some(tape) = &tape {
            tape.attach(&mut cluster);
        }
        cluster.advance(SETTLE * SECOND);
        let leader = cluster.status().leader.ok_or("no leader after five seconds")?;
        cluster.take_events();
        let mut bench = Bench { cluster, tape, leader, rate: FILLING, ordered: 0, done: 0 };
        bench.advance(load.log.div_ceil(u64::from(FILLING)))?;
        bench.rate = load.rate;
        Ok(bench)
    }

    /// Performs `amount` units of a phase: `advance` (virtual seconds), `seek` (views at instants of the
    /// tape), `fork` (replays of the run so far), `view` (views of the present).
    ///
    /// # Errors
    /// The phase is unknown or impossible, or the cluster did not do its work.
    pub fn phase(&mut self, name: &str, amount: u64) -> Result<(), String> {
        match name {
            "advance" => self.advance(amount),
            "seek" => (0..amount).try_for_each(|number| self.seek(number)),
            "fork" => (0..amount).try_for_each(|_| self.fork()),
            "view" => {
                let nodes = (0..amount).map(|_| self.cluster.view().nodes.len()).min();
                nodes.filter(|nodes| *nodes > 0).map(drop).ok_or_else(|| "a view shows no node".to_owned())
            }
            other => Err(format!("unknown phase {other:?}; accepted: advance, seek, fork, view")),
        }
    }

    fn advance(&mut self, seconds: u64) -> Result<(), String> {
        let mut left = seconds;
        while left > 0 {
            let stretch = left.min(STRETCH);
            if self.rate > 0 {
                let stress =
                    Stress { endpoints: vec![self.leader], rate: self.rate, duration: stretch * SECOND };
                self.cluster.apply(Action::Stress(stress)).map_err(|error| error.to_string())?;
                self.ordered += u64::from(self.rate) * stretch;
            }
            for _ in 0..stretch {
                self.second();
            }
            left -= stretch;
        }
        if self.cluster.status().leader != Some(self.leader) {
            return Err(format!("node{} lost its leadership", self.leader));
        }
        // The writes of the last second may still be in progress.
        if self.done + u64::from(self.rate) < self.ordered {
            return Err(format!("{} of {} writes were done", self.done, self.ordered));
        }
        Ok(())
    }

    fn second(&mut self) {
        let to = self.cluster.now() + SECOND;
        self.cluster.advance(to);
        let ended =
            |kind: &EventKind| matches!(kind, EventKind::RequestEnded { outcome: Outcome::Ok(_), .. });
        self.done += self.cluster.take_events().iter().filter(|event| ended(&event.kind)).count() as u64;
    }

    /// Reads the view at an instant of the tape, which depends on `number`.
    fn seek(&self, number: u64) -> Result<(), String> {
        let tape = self.tape.as_ref().ok_or("the phase seek needs a load with tape")?;
        tape.catch_up(&self.cluster);
        let (from, to) = (tape.begins_at(), tape.ends_at());
        let at: Nanos = from + digest_of(&number) % (to - from).max(1);
        let view = tape.view_at(at).ok_or_else(|| format!("the tape has no view at {at} ns"))?;
        if view.now > at { Err(format!("the view at {at} ns is one of {} ns", view.now)) } else { Ok(()) }
    }

    /// Replays the run up to now, as for a branch that begins here.
    fn fork(&self) -> Result<(), String> {
        let actions: Rc<[_]> = self.cluster.history().actions().ok_or("the run has too many actions")?.into();
        let settings = self.cluster.settings().clone();
        let mut replay =
            Replay::begin(settings, actions, self.cluster.now()).ok_or("the settings were refused")?;
        while !replay.advance(SLICE) {
            replay.cluster_mut().take_events();
        }
        let (again, here) = (replay.finish().trace_hash(), self.cluster.trace_hash());
        if again == here { Ok(()) } else { Err(format!("the fork's trace is {again:016x}, not {here:016x}")) }
    }

    /// Returns a line that describes the run; it is the same on every machine.
    pub fn line(&self) -> String {
        let tape = self.tape.as_ref().map_or(0, Tape::bytes);
        format!(
            "events={} writes={} hash={:016x} tape_bytes={tape}",
            self.cluster.event_count(),
            self.done,
            self.cluster.trace_hash()
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::Bench;

    #[test]
    fn checks_and_recording_do_not_change_a_run() {
        let hashes = ["writes,bare", "writes", "writes,tape"].map(|load| {
            let mut bench = Bench::begin(load).unwrap();
            bench.phase("advance", 3).unwrap();
            bench.phase("view", 3).unwrap();
            bench.phase("fork", 1).unwrap();
            bench.cluster.trace_hash()
        });
        assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:x?}");
    }

    #[test]
    fn a_filled_log_is_as_long_as_the_load_says() {
        let mut bench = Bench::begin("writes,log=3000,tape").unwrap();
        assert!(bench.cluster.view().nodes.iter().all(|node| node.last_index > Some(2_900)));
        bench.phase("seek", 20).unwrap();
    }

    #[test]
    fn errors_name_what_is_unknown_and_what_is_accepted() {
        let wrong = |load: &str| Bench::begin(load).err().unwrap();
        assert!(wrong("walks").contains("unknown load \"walks\"; accepted: idle, writes"));
        assert!(wrong("idle,nodes=99").contains("a number from 1 to 9"));
        assert!(wrong("idle,fast").contains("bare, tape"));
        let mut idle = Bench::begin("idle").unwrap();
        assert!(idle.phase("sleep", 1).unwrap_err().contains("advance, seek, fork, view"));
        assert!(idle.phase("seek", 1).unwrap_err().contains("needs a load with tape"));
    }
}
