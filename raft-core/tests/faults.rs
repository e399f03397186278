//! Random faults of every kind, lost disks included. They may violate Raft's guarantees, but the
//! engine must not panic or stall, must refuse invalid actions, and must replay to the same trace.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::rc::Rc;

use raft_core::cluster::{Cluster, Replay};
use raft_core::model::{
    Action, Applied, Link, MessageClass, Operation, PendingDrop, REQUEST_TIMEOUT, Request, Settings,
};
use raft_core::runtime::RandomStream;
use raft_core::tape::Tape;
use raft_core::units::{MILLISECOND, NodeId, SECOND};

fn link(random: &mut RandomStream) -> Option<Link> {
    let from = random.range(1, 5);
    let to = from % 5 + 1;
    (random.range(0, 1) == 0).then_some(Link { from, to })
}

/// Returns a random action, which may be invalid.
fn action(random: &mut RandomStream, cluster: &Cluster) -> Action {
    let node: NodeId = random.range(1, 5);
    let flying = cluster.view().messages;
    let message = match flying.len() as u64 {
        0 => 1,
        count => flying[random.range(0, count - 1) as usize].id,
    };
    let class = MessageClass::ALL[random.range(0, 5) as usize];
    let by = random.range(0, 400) * MILLISECOND;
    match random.range(0, 29) {
        0 => Action::Wipe(node),
        1..=9 => Action::Restart(node),
        10 => Action::Crash(node),
        11 => Action::Stop(node),
        12 => Action::Pause(node),
        13 => Action::Resume(node),
        14 => Action::Isolate(node),
        15 | 16 => Action::Heal(None),
        17 => Action::Campaign(node),
        18 => Action::Transfer(node),
        19 => Action::Snapshot(node),
        20 => Action::Drop(message),
        21 => Action::Delay { message, by },
        22 => Action::Duplicate(message),
        23 => Action::DropNext(PendingDrop { class, link: link(random) }),
        24 => Action::Duplication { link: link(random), ppm: random.range(0, 10) as u32 * 100_000 },
        25 => Action::ClockRate { node, ppm: [100_000, 700_000, 1_000_000, 2_500_000][(by % 4) as usize] },
        26 => Action::Fsync { node: Some(node), takes: by / 10 },
        27 => Action::AlignTimers(vec![node, node % 5 + 1]),
        28 => Action::SpreadTimers(Vec::new()),
        _ => Action::TimersAsDrawn,
    }
}

fn play(seed: u64) -> (Cluster, Tape) {
    let mut random = RandomStream::stream(seed, 77);
    let mut settings = Settings::with_seed(seed);
    settings.pre_vote = seed.is_multiple_of(2);
    if seed.is_multiple_of(3) {
        (settings.snapshot_every, settings.snapshot_keep) = (6, 1);
    }
    let mut cluster = Cluster::new(settings).unwrap();
    let tape = Tape::of(&cluster);
    tape.attach(&mut cluster);
    for round in 0..120 {
        cluster.advance(cluster.now() + random.range(1, 300) * MILLISECOND);
        let action = action(&mut random, &cluster);
        if let Ok(Applied::Done) = cluster.apply(action) {
            let past = tape.view_at(cluster.now()).unwrap();
            tape.catch_up(&cluster);
            let then = cluster.view();
            for (past, then) in past.nodes.iter().zip(&then.nodes) {
                assert_eq!(past, then, "seed {seed}");
            }
            assert_eq!((past.nodes.len(), past.links), (then.nodes.len(), then.links), "seed {seed}");
            assert_eq!(past.messages, then.messages, "seed {seed}");
            assert_eq!(past.pending_drops, then.pending_drops, "seed {seed}");
            assert_eq!((past.dice, past.dice_on), (then.dice, then.dice_on), "seed {seed}");
        }
        let put = Operation::put(format!("/k{}", round % 3), format!("v{round}"));
        let endpoints = vec![random.range(1, 5)];
        let request = Request { endpoints, operation: put, timeout: REQUEST_TIMEOUT };
        cluster.apply(Action::Request(request)).unwrap();
    }
    cluster.advance(cluster.now() + 2 * SECOND);
    assert_eq!(cluster.stuck(), None, "seed {seed}");
    (cluster, tape)
}

#[test]
fn no_fault_stops_the_engine_or_changes_the_replay() {
    for seed in 0..30 {
        let (cluster, _) = play(seed);
        let actions: Rc<[_]> = cluster.history().actions().unwrap().into();
        let mut replay = Replay::begin(cluster.settings().clone(), actions, cluster.now()).unwrap();
        while !replay.advance(1_000) {}
        assert_eq!(replay.finish().trace_hash(), cluster.trace_hash(), "seed {seed}");
    }
}
