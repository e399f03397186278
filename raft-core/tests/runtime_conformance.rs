//! The virtual runtime: openraft's own test suite, and the source file of openraft that the runtime
//! recognizes by name.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use raft_core::cluster::Cluster;
use raft_core::model::{Action, Process, Role, Settings};
use raft_core::runtime::VirtualRuntime;
use raft_core::units::{NodeId, SECOND};

#[test]
fn passes_openrafts_runtime_suite() {
    openraft_rt::testing::Suite::<VirtualRuntime>::test_all();
}

fn node_with(cluster: &Cluster, roles: &[Role]) -> Option<NodeId> {
    let view = cluster.view();
    let running = view.nodes.iter().filter(|node| node.process == Process::Running);
    running.into_iter().find(|node| roles.contains(&node.role)).map(|node| node.id)
}

fn step_until_one_is(cluster: &mut Cluster, roles: &[Role]) -> NodeId {
    let end = cluster.now() + 10 * SECOND;
    loop {
        if let Some(node) = node_with(cluster, roles) {
            return node;
        }
        assert!(cluster.step(end), "nobody became {roles:?} within ten seconds");
    }
}

/// Fails if openraft moves the draw of election timeouts to another file or draws differently. The
/// countdowns on the page would then be missing or wrong.
#[test]
fn openraft_campaigns_at_the_recorded_election_timeouts() {
    for seed in 1..=10 {
        let settings = Settings::with_seed(seed);
        let tick = settings.heartbeat;
        let mut cluster = Cluster::new(settings).unwrap();
        let leader = step_until_one_is(&mut cluster, &[Role::Leader]);
        cluster.advance(cluster.now() + SECOND);
        cluster.apply(Action::Crash(leader)).unwrap();
        // Messages that the crashed leader sent still arrive and reset timers; nothing else does.
        cluster.advance(cluster.now() + tick);

        let view = cluster.view();
        let running: Vec<_> = view.nodes.iter().filter(|node| node.process == Process::Running).collect();
        let drawn = running.iter().filter_map(|node| node.countdown.map(|countdown| countdown.until));
        let deadlines: Vec<_> = drawn.collect();
        assert_eq!(deadlines.len(), running.len(), "seed {seed}: a follower's draw was not seen");
        let first = *deadlines.iter().min().unwrap();

        step_until_one_is(&mut cluster, &[Role::Candidate, Role::PreCandidate]);
        let campaigned = cluster.now();
        assert!(
            (first..=first + tick).contains(&campaigned),
            "seed {seed}: the first deadline was {first}, but a campaign began at {campaigned}"
        );
    }
}
