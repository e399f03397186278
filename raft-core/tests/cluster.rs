//! The facade of the cluster: determinism, refusals and views.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use raft_core::cluster::{Cluster, StoresAsk};
use raft_core::kv::{KeyRange, KvError};
use raft_core::model::*;
use raft_core::units::{MILLISECOND, NodeId, SECOND};

fn put(endpoints: Vec<NodeId>, key: &str) -> Action {
    let operation = Operation::put(key, "v");
    Action::Request(Request { endpoints, operation, timeout: REQUEST_TIMEOUT })
}

fn led(settings: Settings) -> (Cluster, NodeId) {
    let mut cluster = Cluster::new(settings).unwrap();
    cluster.advance(SECOND);
    let leader = cluster.status().leader.expect("a leader within a second");
    (cluster, leader)
}

fn outcome(cluster: &Cluster, id: RequestId) -> Outcome {
    cluster.request(id).unwrap().ended.expect("the request has ended").1
}

fn send(cluster: &mut Cluster, action: Action) -> RequestId {
    match cluster.apply(action).unwrap() {
        Applied::Request(id) => id,
        other => panic!("not a request: {other:?}"),
    }
}

#[test]
fn the_same_actions_give_the_same_trace_in_any_slices() {
    let run = |slice: u64| {
        let mut cluster = Cluster::new(Settings::with_seed(5)).unwrap();
        let actions = [
            (400, put(vec![1], "/a")),
            (401, Action::Crash(2)),
            (900, Action::Partition(vec![vec![1, 3]])),
            (1_500, put(vec![4, 1], "/b")),
            (3_000, Action::Heal(None)),
            (3_100, Action::Restart(2)),
        ];
        let mut now = 0;
        for (at, action) in actions {
            while now + slice < at {
                now += slice;
                cluster.advance(now * MILLISECOND);
            }
            now = at;
            cluster.advance(at * MILLISECOND);
            cluster.apply(action).unwrap();
        }
        cluster.advance(6 * SECOND);
        (cluster.event_count(), cluster.trace_hash())
    };
    let whole = run(1_000_000);
    assert_eq!(run(1), whole);
    assert_eq!(run(17), whole);
    assert_eq!(run(333), whole);
}

#[test]
fn reading_views_changes_nothing() {
    let run = |look: bool| {
        let mut cluster = Cluster::new(Settings::with_seed(6)).unwrap();
        cluster.apply(put(vec![3], "/a")).unwrap();
        while cluster.step(2 * SECOND) {
            if look {
                let view = cluster.view();
                assert_eq!(view.nodes.len(), 5);
                cluster.quiet();
                cluster.lease_over();
                cluster.stores(&StoresAsk { rows: 10, ..StoresAsk::default() });
                cluster.key_history(b"/a", 10, 10);
                cluster.lease_ends(&cluster.lease_ids(10));
                cluster.take_events();
            }
        }
        cluster.trace_hash()
    };
    assert_eq!(run(false), run(true));
}

#[test]
fn different_seeds_give_different_runs() {
    let hash = |seed| led(Settings::with_seed(seed)).0.trace_hash();
    assert_ne!(hash(1), hash(2));
}

#[test]
fn a_request_fails_over_to_the_next_endpoint() {
    let (mut cluster, leader) = led(Settings::with_seed(7));
    let down = leader % 5 + 1;
    let up = down % 5 + 1;
    cluster.apply(Action::Crash(down)).unwrap();
    let id = send(&mut cluster, put(vec![down, up], "/a"));
    cluster.advance(2 * SECOND);
    match outcome(&cluster, id) {
        Outcome::Ok(answer) => assert_eq!(answer.endpoint, up),
        other => panic!("the second endpoint answers: {other:?}"),
    }
    let steps = cluster.request(id).unwrap().steps;
    assert_eq!(steps[0].1, LifeStep::Noted(RequestStep::Refused { endpoint: down }));
}

#[test]
fn the_steps_of_a_write_name_the_disks_that_store_it() {
    let (mut cluster, leader) = led(Settings::with_seed(7));
    let id = send(&mut cluster, put(vec![leader], "/a"));
    cluster.advance(2 * SECOND);
    let Outcome::Ok(answer) = outcome(&cluster, id) else { panic!("the write succeeds") };
    let index = answer.index.expect("a write has a log index");
    let steps: Vec<LifeStep> = cluster.request(id).unwrap().steps.into_iter().map(|(_, step)| step).collect();
    let at = |wanted: &dyn Fn(&LifeStep) -> bool| steps.iter().position(wanted).expect("the step is told");
    let proposed = at(
        &|step| matches!(step, LifeStep::Noted(RequestStep::Proposed { leader: by, index: at, .. }) if (*by, *at) == (leader, index)),
    );
    let disks = |count| at(&|step| matches!(step, LifeStep::Stored { disks, .. } if *disks == count));
    let committed = at(&|step| *step == LifeStep::Committed { leader, index });
    let applied = at(&|step| *step == LifeStep::Applied { node: leader });
    assert!(proposed < disks(1) && disks(1) < disks(2) && disks(2) < disks(3), "{steps:?}");
    assert!(disks(3) < committed && committed < applied, "{steps:?}");
}

#[test]
fn a_graceful_stop_is_no_failure_and_a_crash_is_no_stop() {
    let (mut cluster, leader) = led(Settings::with_seed(7));
    let other = leader % 5 + 1;
    cluster.take_events();
    cluster.apply(Action::Stop(leader)).unwrap();
    cluster.apply(Action::Crash(other)).unwrap();
    let process = |id: NodeId| cluster.view().nodes[id as usize - 1].process;
    assert_eq!((process(leader), process(other)), (Process::Stopped, Process::Crashed));
    let kinds: Vec<EventKind> = cluster.take_events().into_iter().map(|event| event.kind).collect();
    assert!(kinds.contains(&EventKind::Stopped { node: leader }), "{kinds:?}");
    assert!(!kinds.iter().any(|kind| matches!(kind, EventKind::Failed { .. })), "{kinds:?}");
}

#[test]
fn a_client_skips_a_paused_endpoint_before_it_sends_the_request() {
    let (mut cluster, leader) = led(Settings::with_seed(8));
    let paused = leader % 5 + 1;
    cluster.apply(Action::Pause(paused)).unwrap();
    let id = send(&mut cluster, put(vec![paused, leader], "/a"));
    cluster.advance(3 * SECOND);
    assert!(matches!(outcome(&cluster, id), Outcome::Ok(answer) if answer.endpoint == leader));
}

#[test]
fn failures_name_their_cause() {
    // All endpoints are down.
    let (mut cluster, leader) = led(Settings::with_seed(9));
    let down = leader % 5 + 1;
    cluster.apply(Action::Crash(down)).unwrap();
    let id = send(&mut cluster, put(vec![down], "/a"));
    cluster.advance(8 * SECOND);
    assert_eq!(outcome(&cluster, id), Outcome::Failed(Cause::EndpointsDown));
    let (at, _) = cluster.request(id).unwrap().ended.unwrap();
    assert_eq!(at, 6 * SECOND, "the client gives up after five seconds");

    // The leader has lost its quorum and refuses once its lease has expired.
    let (mut cluster, leader) = led(Settings::with_seed(9));
    cluster.apply(Action::Isolate(leader)).unwrap();
    cluster.advance(2 * SECOND);
    let id = send(&mut cluster, put(vec![leader], "/a"));
    let read = Operation::get(KeyRange::all());
    let read =
        Action::Request(Request { endpoints: vec![leader], operation: read, timeout: REQUEST_TIMEOUT });
    let read = send(&mut cluster, read);
    cluster.advance(8 * SECOND);
    assert_eq!(outcome(&cluster, id), Outcome::Failed(Cause::NoQuorum));
    assert_eq!(outcome(&cluster, read), Outcome::Failed(Cause::NoQuorum));
    assert!(cluster.log(leader, 10).iter().all(|cell| cell.label != "put /a"), "it was never logged");

    // A majority is down, and there is no leader.
    let (mut cluster, leader) = led(Settings::with_seed(9));
    for step in 0..3 {
        cluster.apply(Action::Crash((leader - 1 + step) % 5 + 1)).unwrap();
    }
    cluster.advance(3 * SECOND);
    let up = (leader + 2) % 5 + 1;
    let id = send(&mut cluster, put(vec![up], "/a"));
    cluster.advance(9 * SECOND);
    assert_eq!(outcome(&cluster, id), Outcome::Failed(Cause::NoLeader));
}

#[test]
fn a_write_with_an_unknown_outcome_is_never_sent_again() {
    let (mut cluster, leader) = led(Settings::with_seed(10));
    // The leader appends the write within its lease, reaches no other node, and is replaced.
    cluster.apply(Action::Isolate(leader)).unwrap();
    let other = leader % 5 + 1;
    let id = send(&mut cluster, put(vec![leader, other], "/a"));
    cluster.advance(8 * SECOND);
    assert!(matches!(outcome(&cluster, id), Outcome::Unknown(_)));
    cluster.apply(Action::Heal(None)).unwrap();
    cluster.advance(12 * SECOND);
    assert!(cluster.status().leader.is_some());
    for node in 1..=5 {
        assert!(
            cluster.log(node, 100).iter().all(|cell| cell.label != "put /a"),
            "node{node} has no second copy"
        );
    }
    assert!(cluster.violations().is_empty());
}

#[test]
fn invalid_actions_are_refused_with_reasons_and_change_nothing() {
    let (mut cluster, leader) = led(Settings::with_seed(11));
    let follower = leader % 5 + 1;
    cluster.apply(Action::Crash(follower)).unwrap();
    let before = (cluster.event_count(), cluster.trace_hash());
    let long = "x".repeat(2_097_153);
    let refused = [
        (Action::Crash(6), "node6 is not a member"),
        (Action::Transfer(follower), "is down"),
        (Action::Campaign(follower), "is down"),
        (Action::Partition(vec![vec![1, 2], vec![2]]), "named twice"),
        (Action::Partition(vec![vec![1, 2, 3, 4, 5]]), "one group"),
        (Action::Cut(Link { from: 1, to: 1 }), "no link to itself"),
        (Action::HealLink(Link { from: 1, to: 6 }), "node6 is not a member"),
        (Action::Latency { link: None, min: 2, max: 1 }, "latency"),
        (Action::Loss { link: None, ppm: 1_000_001 }, "loss"),
        (put(vec![], "/a"), "no endpoint"),
        (put(vec![1], &long), "2097154 bytes"),
        (Action::Stress(Stress { endpoints: vec![1], rate: 0, duration: SECOND }), "rate"),
    ];
    for (action, problem) in refused {
        let error = cluster.apply(action.clone()).unwrap_err();
        assert!(error.problem.contains(problem), "{action:?}: {error}");
        assert!(!error.accepted.is_empty());
    }
    let nothing = [
        Action::Crash(follower),
        Action::Resume(leader),
        Action::Transfer(leader),
        Action::Campaign(leader),
        Action::Heal(None),
        Action::HealLink(Link { from: 1, to: 2 }),
        Action::Elections { nodes: vec![], on: true },
    ];
    for action in nothing {
        let applied = cluster.apply(action.clone()).unwrap();
        assert!(matches!(applied, Applied::NothingToDo(_)), "{action:?}: {applied:?}");
    }
    assert_eq!((cluster.event_count(), cluster.trace_hash()), before);
}

#[test]
fn requests_that_no_store_accepts_are_rejected_with_etcds_errors() {
    let (mut cluster, leader) = led(Settings::with_seed(11));
    let long = "x".repeat(1_572_865);
    let rejected = [("", KvError::KeyNotProvided), (long.as_str(), KvError::RequestTooLarge)];
    for (key, error) in rejected {
        let id = send(&mut cluster, put(vec![leader], key));
        cluster.advance(cluster.now() + SECOND);
        assert_eq!(outcome(&cluster, id), Outcome::Rejected { endpoint: leader, error });
    }
    assert!(cluster.violations().is_empty());
}

#[test]
fn settings_out_of_bounds_are_refused_with_reasons() {
    let wrong = [
        (Settings { nodes: 0, ..Settings::default() }, "nodes"),
        (Settings { nodes: 10, ..Settings::default() }, "nodes"),
        (Settings { heartbeat: 0, ..Settings::default() }, "heartbeat"),
        (Settings { election_min: 300 * MILLISECOND, ..Settings::default() }, "election"),
        (Settings { heartbeat: 150 * MILLISECOND, ..Settings::default() }, "heartbeat"),
        (Settings { latency_min: 20 * MILLISECOND, ..Settings::default() }, "latency"),
        (Settings { loss_ppm: 1_000_001, ..Settings::default() }, "loss"),
        (Settings { first: Some(6), ..Settings::default() }, "first"),
        (Settings { snapshot_every: 0, ..Settings::default() }, "snapshot-every"),
    ];
    for (settings, name) in wrong {
        let error = Cluster::new(settings).map(|_| ()).unwrap_err();
        assert_eq!(error.setting, name);
        assert!(!error.accepted.is_empty());
    }
}

#[test]
fn every_size_of_cluster_works() {
    for nodes in 1..=9 {
        let (mut cluster, leader) = led(Settings { nodes, ..Settings::with_seed(nodes) });
        let id = send(&mut cluster, put(vec![leader], "/a"));
        cluster.advance(2 * SECOND);
        assert!(matches!(outcome(&cluster, id), Outcome::Ok(_)), "{nodes} nodes");
        assert!(cluster.quiet(), "{nodes} nodes");
    }
}

#[test]
fn an_unworkable_latency_gives_a_warning_and_no_violation() {
    let slow =
        Settings { latency_min: 30 * MILLISECOND, latency_max: 40 * MILLISECOND, ..Settings::with_seed(1) };
    assert_eq!(slow.warnings(), [TimingWarning::NothingCommits]);
    let mut cluster = Cluster::new(slow).unwrap();
    cluster.advance(5 * SECOND);
    assert_eq!(cluster.view().warnings, [TimingWarning::NothingCommits]);
    assert!(cluster.violations().is_empty());
}

/// The arc around a node shows when it will campaign. openraft checks its timer once per tick, so
/// the arc is exact to one tick.
#[test]
fn countdowns_end_when_a_node_campaigns() {
    let mut checked = 0;
    let tick = Settings::default().heartbeat;
    for seed in 1..=20 {
        let (mut cluster, leader) = led(Settings::with_seed(seed));
        cluster.apply(Action::Crash(leader)).unwrap();
        cluster.take_events();
        let mut promises: Vec<(u64, Vec<(NodeId, u64)>)> = Vec::new();
        'run: while cluster.step(3 * SECOND) {
            for event in cluster.take_events() {
                if let EventKind::Role { node, role: Role::Candidate, .. } = event.kind {
                    // The campaign started when the node wrote its vote; the fsync takes 1 ms.
                    let began = event.at - MILLISECOND;
                    let (_, before) = promises.iter().rev().find(|(at, _)| *at < began).unwrap();
                    let (_, until) =
                        before.iter().find(|(id, _)| *id == node).expect("a countdown for the candidate");
                    let late = began.checked_sub(*until).expect("nobody campaigns before its countdown ends");
                    assert!(late <= tick, "seed {seed}: {late} ns late");
                    checked += 1;
                    break 'run;
                }
            }
            let view = cluster.view();
            let shown = view.nodes.iter().filter_map(|n| Some((n.id, n.countdown?.until))).collect();
            promises.push((view.now, shown));
        }
    }
    assert_eq!(checked, 20);
}

/// The inputs and outputs of a run can be serialized and read back.
#[test]
fn settings_actions_events_and_views_survive_serde() {
    let settings = Settings { pre_vote: true, ..Settings::with_seed(12) };
    let text = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), settings);

    let (mut cluster, leader) = led(settings);
    let actions = [
        put(vec![leader], "/a"),
        Action::Partition(vec![vec![1, 2], vec![3, 4, 5]]),
        Action::Latency { link: Some(Link { from: 1, to: 2 }), min: MILLISECOND, max: 2 * MILLISECOND },
        Action::Heal(None),
    ];
    for action in actions {
        let text = serde_json::to_string(&action).unwrap();
        assert_eq!(serde_json::from_str::<Action>(&text).unwrap(), action);
        cluster.apply(action).unwrap();
        cluster.advance(cluster.now() + SECOND);
    }
    let events = cluster.take_events();
    let text = serde_json::to_string(&events).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Event>>(&text).unwrap(), events);
    let view = cluster.view();
    let text = serde_json::to_string(&view).unwrap();
    assert_eq!(serde_json::from_str::<ClusterView>(&text).unwrap(), view);
}
