//! Chaos from a seed on a cluster of its own, with all checks.
//!
//! When the time is over, all faults are removed; then the cluster must elect a leader, take a write and
//! converge. Every deed is recorded as a scenario, so that a failing seed can be played, minimised by
//! [`minimise()`] and kept.

mod minimise;
mod rerun;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use minimise::{Minimised, fewest, minimise};
pub use rerun::{RecordedRun, RerunResult};

use crate::chaos::{Chaos, End, Finding, Level, Plan, Score};
use crate::cluster::Cluster;
use crate::model::{NodeView, Process, Settings, Standing, Timing, ViolationView};
use crate::runtime::RandomStream;
use crate::safety::Verdict;
use crate::scenario::{Journal, Noted};
use crate::units::{MILLISECOND, Nanos, SECOND};

/// The number of the stream of random numbers from which settings are drawn.
const RANDOM_PURPOSE: u64 = 3;
/// The reason of a failed recovery without a write.
const NO_WRITE: &str = "the cluster took no write after the faults were removed";
/// How long the cluster has to converge after the recovery write.
const CONVERGENCE: Nanos = 30 * SECOND;

/// The result of a seed.
pub struct ChaosRun {
    /// The violated safety properties.
    pub violations: Vec<ViolationView>,
    /// The broken guarantees of watches and locks.
    pub findings: Vec<Finding>,
    /// Whether the history of clients is linearizable.
    pub linearizability: Verdict,
    /// Why the cluster did not recover, if it did not.
    pub stuck: Option<String>,
    /// Whether a known assertion of openraft ended the run.
    pub known: bool,
    /// The score.
    pub score: Score,
    /// Whether the level's goal was met.
    pub met: bool,
    /// The number of events.
    pub events: u64,
    /// The trace hash.
    pub hash: u64,
    /// All deeds, as a scenario.
    pub scenario: String,
    /// All deeds, to be played again in part.
    pub recorded: RecordedRun,
}

impl ChaosRun {
    /// Returns whether all checks passed and the cluster recovered.
    pub fn is_good(&self) -> bool {
        self.violations.is_empty() && self.findings.is_empty() && self.stuck.is_none()
    }
}

/// Plays a seed for a number of virtual seconds, and then the recovery.
///
/// # Errors
/// The settings drawn from the seed are invalid.
pub fn run(seed: u64, level: Level, seconds: u64) -> Result<ChaosRun, String> {
    let settings = settings(seed, level);
    let cluster = Cluster::new(settings.clone()).map_err(|error| error.to_string())?;
    let plan = Plan { level, seed, length: seconds * SECOND };
    let mut simulation = ChaosSimulation { cluster, chaos: Chaos::new(plan, 0, 0), deeds: Vec::new() };
    let played = catching_panics(|| simulation.play());
    let known = played.as_ref().is_err_and(|panic| is_known(panic));
    let stuck = played.unwrap_or_else(|panic| (!known).then(|| format!("{PANICKED}: {panic}")));
    let ChaosSimulation { cluster, chaos, deeds } = simulation;
    let score = chaos.score(cluster.now());
    Ok(ChaosRun {
        violations: cluster.violations(),
        findings: chaos.findings().to_vec(),
        known,
        linearizability: cluster.linearizability(),
        stuck,
        met: level.goal(plan.length).is_met(&score),
        score,
        events: cluster.event_count(),
        hash: cluster.trace_hash(),
        scenario: scenario(&settings, &deeds),
        recorded: RecordedRun { settings, deeds, ends: plan.length },
    })
}

/// The name of a panic of the engine in results.
const PANICKED: &str = "the engine panicked";

/// Returns whether a panic is the known one of openraft, which happens with debug assertions only: openraft
/// takes the order of its log I/O to be broken.
///
/// It happens on a follower that has just started and whose disk is slow: the progress update for entries
/// that it has already waits until its vote is flushed (`UpdateIOProgress` with a condition), while new
/// entries overtake it; then the submitted mark goes back. Nothing else depends on that mark.
fn is_known(panic: &str) -> bool {
    panic.starts_with("expect submitted:")
        || panic.contains("self.flushed(") && panic.contains("<= &self.submitted(")
}

/// Calls a function in which the engine may panic. Returns the message of a panic as an error.
fn catching_panics<T>(act: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(act)).map_err(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        said.or_else(|| panic.downcast_ref::<&str>().map(|said| (*said).to_owned())).unwrap_or_default()
    })
}

/// Draws the settings of a cluster: mostly five nodes with the default timing.
fn settings(seed: u64, level: Level) -> Settings {
    let mut random = RandomStream::stream(seed, RANDOM_PURPOSE);
    let mut settings = Settings::with_seed(seed);
    settings.nodes = [5, 5, 5, 3, 4, 7][random.range(0, 5) as usize];
    if random.chance_ppm(200_000) {
        settings.apply_timing(Timing::Etcd);
    }
    settings.pre_vote = random.chance_ppm(500_000);
    settings.fsync = [0, 1, 1, 4, 9][random.range(0, 4) as usize] * MILLISECOND;
    if random.chance_ppm(400_000) {
        // Small enough that lagging nodes receive snapshots.
        settings.snapshot_every = random.range(5, 40);
        settings.snapshot_keep = random.range(0, 5);
    }
    let worst = match level {
        Level::Calm => 5,
        Level::Rough => 50,
        Level::Hostile => 80,
    };
    if random.chance_ppm(300_000) {
        settings.loss_ppm = random.range(1, worst) as u32 * 1_000;
    }
    settings
}

/// A cluster together with what acts on it.
trait Simulation {
    /// The cluster.
    fn cluster(&self) -> &Cluster;
    /// Performs one message, timer or deed. Returns false if the instant is reached.
    fn turn(&mut self, to: Nanos) -> bool;
}

/// A cluster with chaos on it.
struct ChaosSimulation {
    cluster: Cluster,
    chaos: Chaos,
    deeds: Vec<(Nanos, Noted)>,
}

impl ChaosSimulation {
    /// Plays to the end. Returns why the cluster did not recover, if it did not.
    fn play(&mut self) -> Option<String> {
        while self.chaos.end().is_none() && self.cluster.stuck().is_none() {
            self.turn(Nanos::MAX);
        }
        match self.chaos.end() {
            Some(End::Recovered(_)) => converge(self),
            _ => Some(self.cluster.stuck().unwrap_or(NO_WRITE).to_owned()),
        }
    }

    fn drain(&mut self) {
        loop {
            self.deeds.append(&mut self.chaos.take_noted());
            let events = self.cluster.take_events();
            if events.is_empty() {
                return;
            }
            self.chaos.hear(&mut self.cluster, &events);
        }
    }
}

impl Simulation for ChaosSimulation {
    fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    fn turn(&mut self, to: Nanos) -> bool {
        self.drain();
        let wakes = self.chaos.wakes_at();
        let target = wakes.unwrap_or(to).min(to);
        let mut moved = self.cluster.step(target);
        if !moved {
            self.cluster.advance(target);
            moved = wakes.is_some_and(|at| at <= target);
            if moved {
                self.chaos.pass_time(&mut self.cluster);
            }
        }
        self.drain();
        moved
    }
}

/// Plays until the cluster is quiet and the stores of all members are equal. Returns why not, if that does
/// not happen in time.
fn converge(simulation: &mut impl Simulation) -> Option<String> {
    let deadline = simulation.cluster().now() + CONVERGENCE;
    loop {
        if simulation.cluster().quiet() && stores_are_equal(simulation.cluster()) {
            return None;
        }
        if !simulation.turn(deadline) {
            break;
        }
    }
    let cluster = simulation.cluster();
    if let Some(stuck) = cluster.stuck() {
        return Some(stuck.to_owned());
    }
    let view = cluster.view();
    let last: Vec<_> =
        view.nodes.iter().map(|n| (n.id, n.role, n.term, n.last_index, n.applied_index)).collect();
    let leader = view.status.leader;
    let why = cluster.unrest().map_or("the stores differ".to_owned(), |unrest| unrest.to_string());
    let within = CONVERGENCE / SECOND;
    Some(format!("no recovery within {within} s: {why}; leader {leader:?}, nodes {last:?}"))
}

/// Returns whether the stores of all members are equal.
fn stores_are_equal(cluster: &Cluster) -> bool {
    let view = cluster.view();
    // Not counted: a removed member, one that was added and never started, and one that is not in the
    // leader's configuration, since the request to add it was lost.
    let named = |id| view.status.configuration.contains(id);
    let has_part = |node: &&NodeView| {
        node.standing != Standing::Removed && node.process != Process::Announced && named(node.id)
    };
    let members = view.nodes.iter().filter(has_part);
    let mut hashes = members.map(|node| node.store.as_ref().map(|store| store.hash));
    let first = hashes.next().flatten();
    first.is_some() && hashes.all(|hash| hash == first)
}

/// Exports the deeds as a scenario that ends with what chaos expects of the cluster.
fn scenario(settings: &Settings, deeds: &[(Nanos, Noted)]) -> String {
    let mut journal = Journal::default();
    deeds.iter().for_each(|(at, deed)| journal.note(*at, deed.clone()));
    let mut export = journal.export(settings, 0, 0);
    // Expectations take the place of the trace hash at the end.
    if export.ends_early.is_none() {
        export.scenario.steps.pop();
    }
    export.scenario.comments = vec!["What chaos did, at the virtual times at which it did it.".to_owned()];
    format!("{}wait quiet\nexpect same hash on running nodes\nexpect no violation\n", export.scenario)
}
