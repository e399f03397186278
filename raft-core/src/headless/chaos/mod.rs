//! Chaos from a seed on a cluster of its own, with every check on.
//!
//! When the time is over, all faults are taken away; then the cluster must elect, take a write and converge.
//! Everything done is written down as a scenario, so that a seed that fails can be played, cut down by
//! [`minimise()`] and kept.

mod minimise;
mod rerun;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use minimise::{Minimised, fewest, minimise};
pub use rerun::{Ordeal, Stand};

use crate::chaos::{Chaos, End, Finding, Level, Plan, Score};
use crate::cluster::Cluster;
use crate::model::{NodeView, Process, Settings, Standing, Timing, ViolationView};
use crate::runtime::RandomStream;
use crate::safety::Verdict;
use crate::scenario::{Journal, Noted};
use crate::units::{MILLISECOND, Nanos, SECOND};

/// The purpose of the stream of randomness from which clusters are drawn.
const RANDOM_PURPOSE: u64 = 3;
/// Why a cluster did not recover that took no write.
const NO_WRITE: &str = "no write was taken after the faults had stopped";
/// How long the cluster has to converge once the faults have stopped and it took a write.
const CONVERGENCE: Nanos = 30 * SECOND;

/// What became of a seed.
pub struct ChaosRun {
    /// Properties that did not hold.
    pub violations: Vec<ViolationView>,
    /// What watches and locks promised and did not keep.
    pub findings: Vec<Finding>,
    /// Whether clients could have used one copy.
    pub linearizability: Verdict,
    /// Why the cluster did not recover, if it did not.
    pub stuck: Option<String>,
    /// Whether openraft ended it by an assertion that is known.
    pub known: bool,
    /// What was served.
    pub score: Score,
    /// Whether the level's goal was met.
    pub met: bool,
    /// Number of events.
    pub events: u64,
    /// The trace hash.
    pub hash: u64,
    /// Everything that was done, as a scenario.
    pub scenario: String,
    /// The same, to be played again in part.
    pub ordeal: Ordeal,
}

impl ChaosRun {
    /// Whether everything held and the cluster recovered.
    pub fn is_good(&self) -> bool {
        self.violations.is_empty() && self.findings.is_empty() && self.stuck.is_none()
    }
}

/// Plays a seed for this many virtual seconds, and then the recovery.
///
/// # Errors
/// The settings that were drawn do not go together.
pub fn run(seed: u64, level: Level, seconds: u64) -> Result<ChaosRun, String> {
    let settings = settings(seed, level);
    let cluster = Cluster::new(settings.clone()).map_err(|error| error.to_string())?;
    let plan = Plan { level, seed, length: seconds * SECOND };
    let mut pair = Pair { cluster, chaos: Chaos::new(plan, 0, 0), deeds: Vec::new() };
    let played = unless_it_ends(|| pair.play());
    let known = played.as_ref().is_err_and(|panic| is_known(panic));
    let stuck = played.unwrap_or_else(|panic| (!known).then(|| format!("{ENDED}: {panic}")));
    let Pair { cluster, chaos, deeds } = pair;
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
        ordeal: Ordeal { settings, deeds, ends: plan.length },
    })
}

/// What it is called when the engine itself panicked.
const ENDED: &str = "the engine ended by itself";

/// Whether openraft panicked since it takes the order of its log I/O for broken, which it looks at with debug
/// assertions only. It happens to a follower that has just started and whose disk is slow: the update for entries
/// that it has already waits until its vote is flushed (`UpdateIOProgress` with a condition), while new entries go
/// ahead; then the mark of what was submitted goes back. Nothing else depends on that mark.
fn is_known(panic: &str) -> bool {
    panic.starts_with("expect submitted:")
        || panic.contains("self.flushed(") && panic.contains("<= &self.submitted(")
}

/// Does something in which the engine may panic: what it said then.
fn unless_it_ends<T>(act: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(act)).map_err(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        said.or_else(|| panic.downcast_ref::<&str>().map(|said| (*said).to_owned())).unwrap_or_default()
    })
}

/// Draws a cluster: mostly five nodes with the default timing.
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
        // Small enough that lagging nodes are sent snapshots.
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

/// A cluster and who acts on it.
trait Company {
    /// The cluster.
    fn cluster(&self) -> &Cluster;
    /// Lets one thing happen, to the cluster or to who acts on it. False when the instant is reached.
    fn turn(&mut self, to: Nanos) -> bool;
}

/// A cluster and the chaos on it.
struct Pair {
    cluster: Cluster,
    chaos: Chaos,
    deeds: Vec<(Nanos, Noted)>,
}

impl Pair {
    /// Plays to the end. Why the cluster did not recover, if it did not.
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

impl Company for Pair {
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

/// Lets time pass until nothing is going on and all members hold the same. Why not, if that does not come.
fn converge(company: &mut impl Company) -> Option<String> {
    let deadline = company.cluster().now() + CONVERGENCE;
    loop {
        if company.cluster().quiet() && is_one(company.cluster()) {
            return None;
        }
        if !company.turn(deadline) {
            break;
        }
    }
    let cluster = company.cluster();
    if let Some(stuck) = cluster.stuck() {
        return Some(stuck.to_owned());
    }
    let view = cluster.view();
    let last: Vec<_> =
        view.nodes.iter().map(|n| (n.id, n.role, n.term, n.last_index, n.applied_index)).collect();
    let leader = view.status.leader;
    let why = cluster.unrest().map_or("nodes hold different things".to_owned(), |unrest| unrest.to_string());
    let within = CONVERGENCE / SECOND;
    Some(format!("no recovery within {within} s: {why}; leader {leader:?}, nodes {last:?}"))
}

/// Whether all members hold the same keys and values.
fn is_one(cluster: &Cluster) -> bool {
    let view = cluster.view();
    // Who was removed has no part in it, nor who was added so late that nobody started it, nor whom no list of
    // members names that the leader knows: its addition was asked for and lost.
    let named = |id| view.status.configuration.contains(id);
    let has_part = |node: &&NodeView| {
        node.standing != Standing::Removed && node.process != Process::Announced && named(node.id)
    };
    let members = view.nodes.iter().filter(has_part);
    let mut hashes = members.map(|node| node.store.as_ref().map(|store| store.hash));
    let first = hashes.next().flatten();
    first.is_some() && hashes.all(|hash| hash == first)
}

/// What was done as a scenario that holds the cluster to what chaos does.
fn scenario(settings: &Settings, deeds: &[(Nanos, Noted)]) -> String {
    let mut journal = Journal::default();
    deeds.iter().for_each(|(at, deed)| journal.note(*at, deed.clone()));
    let mut told = journal.export(settings, 0, 0);
    // It ends with what shall hold instead of with a trace.
    if told.ends_early.is_none() {
        told.scenario.steps.pop();
    }
    told.scenario.comments = vec!["What chaos did, at the virtual times at which it did it.".to_owned()];
    format!("{}wait quiet\nexpect same hash on running nodes\nexpect no violation\n", told.scenario)
}
