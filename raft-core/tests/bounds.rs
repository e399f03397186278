//! What is kept has bounds, and what is beyond a bound is told or refused in words: the table in ARCHITECTURE.md,
//! "Bounds". What of a run that goes on does not grow is in `day.rs`; bounds of one room are tested beside it.

#![allow(clippy::unwrap_used)]

use raft_core::cluster::{ACTIONS_KEPT_MAX, Cluster};
use raft_core::model::{
    Action, MessageClass, Operation, PENDING_DROPS_MAX, PendingDrop, REQUEST_TIMEOUT, Request,
    STRESS_RATE_MAX, STRESS_TIME_MAX, Settings, Stress,
};
use raft_core::units::{REQUEST_BYTES_MAX, SECOND};

/// Three nodes that have a leader.
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
fn events_that_nobody_takes_wait_up_to_a_bound_and_the_others_are_counted() {
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
    assert!(events[0].at > 0, "the oldest are gone");
    assert_eq!(cluster.take_events_counted().1, 0, "they are counted once");
}

#[test]
fn requests_that_ended_are_kept_up_to_a_bound() {
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
fn a_run_of_too_many_actions_goes_on_and_says_that_it_cannot_be_played_again() {
    let mut cluster = cluster();
    for number in 0..ACTIONS_KEPT_MAX {
        cluster.apply(Action::PreVote(number % 2 == 0)).unwrap();
    }
    assert_eq!(cluster.history().actions().map(<[_]>::len), Some(ACTIONS_KEPT_MAX));
    cluster.apply(Action::PreVote(true)).unwrap();
    assert_eq!(cluster.history().actions(), None);
}

#[test]
fn what_is_too_much_is_refused_with_what_is_accepted() {
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
            // What etcd refuses is refused by the endpoint, in etcd's words.
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
