//! The bounds of a run: everything beyond a bound is counted or refused with a reason, as the table
//! "Bounds" in ARCHITECTURE.md says. `day.rs` tests that memory does not grow; the bounds of single
//! modules are tested beside them.

#![allow(clippy::unwrap_used)]

use raft_core::cluster::{ACTIONS_KEPT_MAX, Cluster};
use raft_core::model::{
    Action, MessageClass, Operation, PENDING_DROPS_MAX, PendingDrop, REQUEST_TIMEOUT, Request,
    STRESS_RATE_MAX, STRESS_TIME_MAX, Settings, Stress,
};
use raft_core::units::{REQUEST_BYTES_MAX, SECOND};

/// Returns a cluster of three nodes with a leader.
fn cluster() -> Cluster {
    let mut cluster = Cluster::new(Settings { nodes: 3, ..Settings::with_seed(3) }).unwrap();
    cluster.advance(SECOND);
    cluster
}

fn put(key: &str, value: Vec<u8>) -> Action {
    let operation = Operation::put(key, value);
    Action::Request(Request { endpoints: vec![1, 2, 3], operation, timeout: REQUEST_TIMEOUT })
}

fn stress(rate: u32, duration: u64) -> Action {
    Action::Stress(Stress { endpoints: vec![1, 2, 3], rate, duration })
}

#[test]
fn events_that_are_not_taken_are_kept_up_to_a_bound_and_further_ones_counted() {
    const WAITING_MAX: u64 = 200_000;
    let mut cluster = cluster();
    cluster.apply(stress(1_000, 60 * SECOND)).unwrap();
    while cluster.event_count() < WAITING_MAX + 5_000 {
        cluster.advance(cluster.now() + SECOND);
    }
    let all = cluster.event_count();
    let (events, dropped) = cluster.take_events_counted();
    assert_eq!(events.len() as u64, WAITING_MAX);
    assert_eq!(dropped, all - WAITING_MAX);
    assert!(events[0].at > 0, "the oldest are dropped");
    assert_eq!(cluster.take_events_counted().1, 0, "dropped events are counted once");
}

#[test]
fn ended_requests_are_kept_up_to_a_bound() {
    let mut cluster = cluster();
    for number in 0..400 {
        cluster.apply(put(&format!("k{number}"), vec![b'v'])).unwrap();
    }
    cluster.advance(10 * SECOND);
    let requests = cluster.view().requests;
    assert_eq!(requests.len(), 256);
    assert!(requests.iter().all(|request| request.ended.is_some()));
    assert_eq!(requests.last().unwrap().id, 400, "the newest are kept");
}

#[test]
fn a_run_with_too_many_actions_continues_but_cannot_be_replayed() {
    let mut cluster = cluster();
    for number in 0..ACTIONS_KEPT_MAX {
        cluster.apply(Action::PreVote(number % 2 == 0)).unwrap();
    }
    assert_eq!(cluster.history().actions().map(<[_]>::len), Some(ACTIONS_KEPT_MAX));
    cluster.apply(Action::PreVote(true)).unwrap();
    assert_eq!(cluster.history().actions(), None);
}

#[test]
fn excessive_actions_are_refused_with_the_accepted_range() {
    let mut cluster = cluster();
    let before = cluster.trace_hash();
    for (action, accepted) in [
        (stress(STRESS_RATE_MAX + 1, SECOND), "1000"),
        (stress(1, STRESS_TIME_MAX + 1), "600"),
        (put("k", vec![0; REQUEST_BYTES_MAX as usize + 1]), "bytes"),
    ] {
        let told = cluster
            .apply(action)
            .map(|applied| format!("{applied:?}"))
            .unwrap_or_else(|error| error.to_string());
        if told.starts_with("Request(") {
            // The endpoint refuses this request with etcd's error.
            cluster.advance(cluster.now() + SECOND);
            let outcome = format!("{:?}", cluster.view().requests.last().unwrap().ended);
            assert!(outcome.contains("TooLarge") || outcome.contains("too large"), "{outcome}");
            continue;
        }
        assert!(told.contains(accepted), "{told}");
        assert_eq!(cluster.trace_hash(), before, "{told}");
    }
    let next = PendingDrop { class: MessageClass::Snapshot, link: None };
    for _ in 0..PENDING_DROPS_MAX {
        cluster.apply(Action::DropNext(next)).unwrap();
    }
    let refused = cluster.apply(Action::DropNext(next)).unwrap_err().to_string();
    assert!(refused.contains(&PENDING_DROPS_MAX.to_string()), "{refused}");
}
