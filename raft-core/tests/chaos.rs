//! Chaos runs: they find no violation, their scenarios replay them, and a planted failure is
//! reduced to the actions that cause it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;

use raft_core::chaos::{Chaos, End, Level, Plan};
use raft_core::cluster::Cluster;
use raft_core::headless::chaos::{RecordedRun, minimise, run};
use raft_core::model::{Action, FSYNC_NEVER, Operation, REQUEST_TIMEOUT, Request, Settings};
use raft_core::scenario::{Deed, Journal, Noted, Player, parse};
use raft_core::units::{MILLISECOND, Nanos, SECOND};

#[test]
fn every_level_finds_nothing_and_its_scenario_replays_the_run() {
    for seed in 1..=6 {
        let run = run(seed, Level::of_seed(seed), 20).unwrap();
        assert!(run.is_good(), "seed {seed}: {:?} {:?} {:?}", run.violations, run.findings, run.stuck);
        let mut player = Player::new(parse(&run.scenario).expect("a chaos script parses")).unwrap();
        player.finish();
        assert!(!player.failed(), "seed {seed}");
        // The scenario ends as soon as the cluster is quiet, which may be before all stores are equal.
        assert!(player.cluster().event_count() <= run.events, "seed {seed}");
        let whole = run.recorded.play(|_| false).unwrap();
        assert!(whole.is_good(), "seed {seed}: {whole:?}");
    }
}

#[test]
fn clients_of_all_kinds_send_requests_and_get_responses() {
    let mut asked = BTreeSet::new();
    for seed in 1..=12 {
        let run = run(seed, Level::of_seed(seed), 30).unwrap();
        assert!(run.score.served > 20 && run.score.writes > 10, "seed {seed}: {:?}", run.score);
        for step in parse(&run.scenario).unwrap().steps {
            if let Deed::Command { line, .. } = step.deed {
                let kind = line.split_whitespace().filter(|word| !word.starts_with('-')).skip(1).take(2);
                asked.insert(
                    kind.map(|word| word.split('/').next().unwrap_or("")).collect::<Vec<_>>().join(" "),
                );
            }
        }
    }
    let kinds =
        ["del ", "get ", "lease grant", "lease revoke", "lock ", "member add", "put ", "txn <<EOF", "watch "];
    for kind in kinds {
        assert!(asked.contains(kind), "{kind:?} is not among {asked:?}");
    }
}

/// Lets chaos act on a cluster up to an instant, in slices as on the page.
fn live(cluster: &mut Cluster, chaos: &mut Chaos, journal: &mut Journal, to: Nanos, slice: u32) {
    let mut left = slice;
    loop {
        loop {
            let events = cluster.take_events();
            if events.is_empty() {
                break;
            }
            chaos.hear(cluster, &events);
        }
        chaos.take_noted().into_iter().for_each(|(at, deed)| journal.note(at, deed));
        let wakes = chaos.wakes_at();
        let target = wakes.unwrap_or(to).min(to);
        if !cluster.step(target) {
            cluster.advance(target);
            if wakes.is_none_or(|at| at > target) {
                return;
            }
            chaos.pass_time(cluster);
        }
        left -= 1;
        if left == 0 {
            // At the end of a frame the page reads the view.
            left = slice;
            let _seen = (cluster.view(), chaos.score(cluster.now()));
        }
    }
}

fn session(slice: u32, seed: u64) -> (Cluster, Chaos, Journal) {
    let mut cluster = Cluster::new(Settings::with_seed(3)).unwrap();
    let mut journal = Journal::default();
    cluster.advance(2 * SECOND + 345_678);
    let plan = Plan { level: Level::Rough, seed, length: 15 * SECOND };
    let mut chaos = Chaos::new(plan, cluster.now(), journal.len());
    live(&mut cluster, &mut chaos, &mut journal, 30 * SECOND, slice);
    (cluster, chaos, journal)
}

#[test]
fn on_an_existing_cluster_the_seed_determines_the_run_and_the_journal_replays_it() {
    let (cluster, chaos, journal) = session(7, 4);
    assert!(matches!(chaos.end(), Some(End::Recovered(_))), "{:?}", chaos.end());
    let (again, other, _) = session(1_000, 4);
    assert_eq!(cluster.trace_hash(), again.trace_hash());
    assert_eq!(chaos.score(cluster.now()), other.score(again.now()));
    assert_ne!(cluster.trace_hash(), session(7, 5).0.trace_hash());

    let told = journal.export(cluster.settings(), cluster.now(), cluster.trace_hash());
    assert_eq!((told.untold, told.ends_early), (0, None));
    let mut player = Player::new(parse(&told.scenario.to_string()).unwrap()).unwrap();
    player.finish();
    assert!(!player.failed());
    assert_eq!(player.cluster().trace_hash(), cluster.trace_hash());
}

#[test]
fn after_a_stop_chaos_does_nothing_more_and_leaves_no_command_running() {
    let mut cluster = Cluster::new(Settings::with_seed(3)).unwrap();
    let mut journal = Journal::default();
    let plan = Plan { level: Level::Calm, seed: 2, length: 60 * SECOND };
    let mut chaos = Chaos::new(plan, 0, 0);
    live(&mut cluster, &mut chaos, &mut journal, 20 * SECOND, 100);
    assert!(chaos.is_busy());
    chaos.stop(&mut cluster);
    let score = chaos.score(cluster.now());
    live(&mut cluster, &mut chaos, &mut journal, 22 * SECOND, 100);
    let deeds = journal.len();
    live(&mut cluster, &mut chaos, &mut journal, 40 * SECOND, 100);
    assert_eq!((chaos.end(), chaos.is_busy(), journal.len()), (Some(End::Stopped), false, deeds));
    assert_eq!(chaos.score(cluster.now()), score);
}

/// Lets all disks lie from an instant on, and all nodes crash later.
fn sabotaged() -> RecordedRun {
    let run = run(3, Level::Calm, 20).unwrap();
    let mut recorded = run.recorded;
    let mut insert = |at: Nanos, actions: Vec<Action>| {
        let place = recorded.deeds.iter().position(|(when, _)| *when > at).unwrap();
        let deeds = actions.into_iter().map(|action| (at, Noted::Action(action)));
        recorded.deeds.splice(place..place, deeds);
    };
    let nodes = 1..=recorded.settings.nodes;
    insert(6 * SECOND, vec![Action::Fsync { node: None, takes: FSYNC_NEVER }]);
    insert(12 * SECOND, nodes.clone().map(Action::Crash).chain(nodes.map(Action::Restart)).collect());
    recorded
}

#[test]
fn a_failure_is_cut_down_to_the_deeds_it_takes_and_its_scenario_shows_it() {
    let recorded = sabotaged();
    let before = recorded.play(|_| false).unwrap();
    assert!(!before.broken.is_empty(), "disks that lie lose what was committed");

    let found = minimise(&recorded, |_, _| {}).unwrap().unwrap();
    let (all, left) = (found.deeds_before, found.deeds_left);
    let nodes = recorded.settings.nodes as usize;
    assert!(all > 50 && left <= 2 * nodes + 4, "{left} of {all} deeds: {}", found.result.scenario);
    assert!(found.result.is_like(&before));
    let kept = found.recorded.deeds.len();
    let lies = Noted::Action(Action::Fsync { node: None, takes: FSYNC_NEVER });
    assert!(found.recorded.deeds.iter().any(|(_, deed)| *deed == lies), "{}", found.result.scenario);
    // Without any one of them it does not fail so.
    for left_out in 0..kept {
        if matches!(found.recorded.deeds[left_out].1, Noted::Aside(_) | Noted::Interrupt(_)) {
            continue;
        }
        let mut fewer = found.recorded.clone();
        fewer.deeds.remove(left_out);
        assert!(!fewer.play(|_| false).unwrap().is_like(&before), "deed {left_out} is needless");
    }

    let mut player = Player::new(parse(&found.result.scenario).unwrap()).unwrap();
    player.finish();
    let broken = player.cluster().violations();
    assert!(broken.iter().any(|violation| before.broken.contains(&format!("{:?}", violation.property))));
}

#[test]
fn a_run_without_a_failure_is_not_reduced() {
    let put = Action::Request(Request {
        endpoints: vec![1],
        operation: Operation::put("/a", "1"),
        timeout: REQUEST_TIMEOUT,
    });
    let deeds = vec![(500 * MILLISECOND, Noted::Action(put))];
    let recorded = RecordedRun { settings: Settings::with_seed(1), deeds, ends: SECOND };
    assert!(minimise(&recorded, |_, _| {}).unwrap().is_none());
}
