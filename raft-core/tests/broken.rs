//! Disabled safeguards of Raft: without each, a run violates a property and the checks find it; the
//! same run with the safeguard violates nothing; and the alteration is shown.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use raft_core::cluster::{Cluster, allow_breaches};
use raft_core::link::{RunLink, View, decode, encode};
use raft_core::model::{Action, Alteration, Altered, Applied, Breach, Process, REQUEST_TIMEOUT, Request};
use raft_core::model::{FSYNC_NEVER, Link, Operation, Settings};
use raft_core::scenario::{Player, parse};
use raft_core::tape::Tape;
use raft_core::units::{MILLISECOND, NodeId, SECOND};

/// Returns the scenarios in the folder `break`, by name.
fn told() -> Vec<(String, String)> {
    let here = |(path, text): (std::path::PathBuf, String)| {
        let folder = path.parent().and_then(|folder| folder.file_name()).is_some_and(|name| name == "break");
        folder.then(|| (path.file_stem().unwrap().to_string_lossy().into_owned(), text))
    };
    common::scenarios().into_iter().filter_map(here).collect()
}

/// Returns a cluster of five nodes with a leader and one committed write.
fn started(seed: u64) -> Cluster {
    let mut cluster = Cluster::new(Settings { first: Some(1), ..Settings::with_seed(seed) }).unwrap();
    cluster.advance(SECOND);
    put(&mut cluster, 1, "/a");
    pass(&mut cluster, SECOND);
    cluster
}

fn pass(cluster: &mut Cluster, time: u64) {
    cluster.advance(cluster.now() + time);
}

fn put(cluster: &mut Cluster, node: NodeId, key: &str) {
    let operation = Operation::put(key.as_bytes().to_vec(), b"1".to_vec());
    let request = Request { endpoints: vec![node], operation, timeout: REQUEST_TIMEOUT };
    cluster.apply(Action::Request(request)).unwrap();
}

fn broken(what: Alteration, node: Option<NodeId>, on: bool) -> Action {
    allow_breaches();
    Action::Break(Breach { what, node, from: None, on })
}

fn process(cluster: &Cluster, id: NodeId) -> Process {
    cluster.view().nodes.iter().find(|node| node.id == id).unwrap().process
}

#[test]
fn each_safeguard_has_a_run_that_fails_without_it_and_one_that_passes_with_it() {
    let told = told();
    for what in Alteration::ALL {
        let word = format!("break     {}", what.word());
        let breaks: Vec<_> = told.iter().filter(|(_, text)| text.contains(&word)).collect();
        assert_eq!(breaks.len(), 1, "{word}");
        let (name, text) = breaks[0];
        assert!(text.contains("expect    violation"), "{name} finds nothing");
        let mut player = Player::new(parse(text).unwrap()).unwrap();
        player.finish();
        let view = player.cluster().view();
        assert!(!view.violations.is_empty(), "{name}");
        assert_eq!(view.alterations.len(), 1, "{name}");
        assert_eq!(view.alterations[0].what, what, "{name}");

        let intact = format!("{name}_intact");
        let (_, text) = told.iter().find(|(name, _)| *name == intact).expect(&intact);
        assert!(text.contains("expect    no violation"), "{intact} checks nothing");
        let mut player = Player::new(parse(text).unwrap()).unwrap();
        player.finish();
        assert_eq!(
            (player.cluster().violations(), player.cluster().alterations()),
            (vec![], &[][..]),
            "{intact}"
        );
    }
    assert_eq!(told.len(), 2 * Alteration::ALL.len());
}

#[test]
fn a_link_carries_the_alterations() {
    for (name, text) in told() {
        let scenario = parse(&text).unwrap();
        let link = RunLink::new(scenario, View::default());
        assert_eq!(decode(&encode(&link).unwrap()).as_ref(), Ok(&link), "{name}");
    }
}

#[test]
fn an_alteration_that_is_switched_off_stays_recorded() {
    let mut cluster = started(1);
    assert!(cluster.alterations().is_empty());
    let switches = Alteration::ALL.into_iter().filter(|what| what.is_switch());
    for what in switches.clone() {
        let node = (what != Alteration::RetriedWrites).then_some(2);
        cluster.apply(broken(what, node, true)).unwrap();
        pass(&mut cluster, 100 * MILLISECOND);
        assert!(cluster.alterations().last().unwrap().in_force, "{what:?}");
        cluster.apply(broken(what, node, false)).unwrap();
        assert!(!cluster.alterations().last().unwrap().in_force, "{what:?}");
    }
    let marks: Vec<_> = cluster.alterations().iter().map(|altered| altered.what).collect();
    assert_eq!(marks, switches.collect::<Vec<_>>());
    assert_eq!(cluster.alterations()[0].to_string(), "fsync lies on node2");
    // Alterations that are not switches cannot be taken back.
    for what in Alteration::ALL.into_iter().filter(|what| !what.is_switch()) {
        let error = cluster.apply(broken(what, Some(2), false)).unwrap_err();
        assert!(error.problem.contains("cannot be taken back"), "{error}");
    }
}

#[test]
fn equivalent_plain_actions_also_mark_the_run_as_altered() {
    let mark = |actions: &[Action]| {
        let mut cluster = started(2);
        actions.iter().for_each(|action| drop(cluster.apply(action.clone()).unwrap()));
        let told = |altered: &Altered| (altered.what, altered.nodes.clone());
        cluster.alterations().iter().map(told).collect::<Vec<_>>()
    };
    let clock = |ppm| Action::ClockRate { node: 3, ppm };
    let fsync = Action::Fsync { node: Some(2), takes: FSYNC_NEVER };
    assert_eq!(mark(&[fsync]), [(Alteration::FsyncLies, vec![2])]);
    assert_eq!(mark(&[Action::Wipe(4)]), []);
    assert_eq!(mark(&[Action::Wipe(4), Action::Restart(4)]), [(Alteration::EmptyDisk, vec![4])]);
    // Neither lease reads nor a wrong clock rate alone is dangerous.
    assert_eq!(mark(&[clock(900_000)]), []);
    assert_eq!(mark(&[Action::LeaseReads(true)]), []);
    for both in [[clock(900_000), Action::LeaseReads(true)], [Action::LeaseReads(true), clock(1_100_000)]] {
        assert_eq!(mark(&both), [(Alteration::DriftingLease, vec![3])]);
    }
}

#[test]
fn invalid_alterations_are_refused_and_change_nothing() {
    let mut cluster = started(3);
    let (events, trace) = (cluster.event_count(), cluster.trace_hash());
    for (action, problem) in [
        (broken(Alteration::OldDisk, Some(2), true), "there is no backup of node2's disk"),
        (broken(Alteration::OldDisk, None, true), "break restore concerns one node"),
        (broken(Alteration::CopiedDisk, Some(2), true), "no source is named"),
        (broken(Alteration::FsyncLies, Some(7), true), "node7 is not a member of this cluster"),
        (Action::Backup(7), "node7 is not a member of this cluster"),
    ] {
        assert_eq!(cluster.apply(action).unwrap_err().problem, problem);
    }
    assert_eq!((cluster.event_count(), cluster.trace_hash()), (events, trace));
    cluster.apply(Action::Wipe(5)).unwrap();
    let error = cluster.apply(broken(Alteration::ForcedCluster, Some(5), true)).unwrap_err();
    assert_eq!(error.problem, "node5's disk is empty: there is nothing to make a cluster of");
    assert!(cluster.alterations().is_empty());
}

#[test]
fn restoring_a_backup_restores_the_old_disk_and_the_node_stays_down() {
    let mut cluster = started(4);
    cluster.apply(Action::Backup(3)).unwrap();
    let then = cluster.log(3, 100);
    put(&mut cluster, 1, "/b");
    pass(&mut cluster, SECOND);
    assert!(cluster.log(3, 100).len() > then.len());
    cluster.apply(broken(Alteration::OldDisk, Some(3), true)).unwrap();
    let marks = |cells: &[raft_core::model::LogCell]| cells.iter().map(|cell| cell.mark).collect::<Vec<_>>();
    assert_eq!(marks(&cluster.log(3, 100)), marks(&then));
    assert_eq!(process(&cluster, 3), Process::Crashed);
    // As a majority has the newer entries, the node gets them again.
    cluster.apply(Action::Restart(3)).unwrap();
    pass(&mut cluster, SECOND);
    assert!(cluster.log(3, 100).len() > then.len());
    assert!(cluster.violations().is_empty(), "{:?}", cluster.violations());
}

#[test]
fn a_backup_with_a_snapshot_is_restored_completely() {
    let settings = Settings { first: Some(1), snapshot_every: 5, snapshot_keep: 1, ..Settings::with_seed(5) };
    let mut cluster = Cluster::new(settings).unwrap();
    cluster.advance(SECOND);
    for number in 0..20 {
        put(&mut cluster, 1, &format!("/{number}"));
        pass(&mut cluster, 100 * MILLISECOND);
    }
    cluster.apply(Action::Backup(2)).unwrap();
    put(&mut cluster, 1, "/later");
    pass(&mut cluster, SECOND);
    cluster.apply(broken(Alteration::OldDisk, Some(2), true)).unwrap();
    cluster.apply(Action::Restart(2)).unwrap();
    pass(&mut cluster, SECOND);
    let hashes: Vec<_> = cluster.view().nodes.iter().map(|node| node.store.as_ref().unwrap().hash).collect();
    assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:?}");
    assert!(cluster.violations().is_empty(), "{:?}", cluster.violations());
}

#[test]
fn the_tape_shows_the_alterations_up_to_an_instant() {
    let mut cluster = started(6);
    let tape = Tape::of(&cluster);
    tape.attach(&mut cluster);
    let before = cluster.now();
    pass(&mut cluster, 100 * MILLISECOND);
    cluster.apply(broken(Alteration::VotesForgotten, Some(3), true)).unwrap();
    pass(&mut cluster, 100 * MILLISECOND);
    assert_eq!(tape.view_at(before).unwrap().alterations, []);
    assert_eq!(tape.view_at(cluster.now()).unwrap().alterations, cluster.view().alterations);
    assert_eq!(cluster.view().alterations.len(), 1);
}

#[test]
fn with_retries_a_write_takes_effect_once_if_the_first_attempt_is_answered() {
    let mut cluster = started(7);
    let revision = |cluster: &Cluster| cluster.view().nodes[0].store.as_ref().unwrap().revision;
    let before = revision(&cluster);
    assert_eq!(cluster.apply(broken(Alteration::RetriedWrites, None, true)), Ok(Applied::Done));
    put(&mut cluster, 2, "/once");
    pass(&mut cluster, 5 * SECOND);
    assert_eq!(revision(&cluster), before + 1);
}

/// Pseudorandom numbers, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn action(&mut self) -> Action {
        let node = self.below(5) + 1;
        let on = self.below(3) > 0;
        match self.below(12) {
            0 => Action::Crash(node),
            1..=3 => Action::Restart(node),
            4 => Action::Backup(node),
            5 => Action::Isolate(node),
            6 => Action::Heal(None),
            7 => Action::Cut(Link { from: node, to: node % 5 + 1 }),
            _ => {
                let what = Alteration::ALL[self.below(8) as usize];
                Action::Break(Breach { what, node: Some(node), from: Some(self.below(5) + 1), on })
            }
        }
    }
}

#[test]
fn a_run_continues_whatever_is_altered() {
    allow_breaches();
    let mut marks = 0;
    for seed in 0..30 {
        let settings = Settings { snapshot_every: 8, snapshot_keep: 2, ..Settings::with_seed(seed) };
        let mut cluster = Cluster::new(settings).unwrap();
        let mut random = Random(seed);
        cluster.advance(SECOND);
        for number in 0..60 {
            // Some actions are invalid in the present state.
            let _refused = cluster.apply(random.action());
            put(&mut cluster, random.below(5) + 1, &format!("/{number}"));
            pass(&mut cluster, random.below(400) * MILLISECOND);
        }
        assert_eq!(cluster.stuck(), None, "seed {seed}");
        marks += cluster.alterations().len();
    }
    assert!(marks > 100, "{marks}");
}
