//! The view's data about the followers' progress, the voters' promises, and the disks.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use raft_core::cluster::Cluster;
use raft_core::model::{Action, NodeView, Operation, Progress, REQUEST_TIMEOUT, Request, Settings, Stress};
use raft_core::units::{MILLISECOND, NodeId, SECOND};

/// Returns a cluster with a leader, the leader, and another node.
fn led(settings: Settings) -> (Cluster, NodeId, NodeId) {
    let mut cluster = Cluster::new(settings).unwrap();
    cluster.advance(2 * SECOND);
    let leader = cluster.status().leader.unwrap();
    (cluster, leader, leader % 5 + 1)
}

fn put(cluster: &mut Cluster, leader: NodeId) {
    let operation = Operation::put("/a", "1");
    let request = Request { endpoints: vec![leader], operation, timeout: REQUEST_TIMEOUT };
    cluster.apply(Action::Request(request)).unwrap();
}

fn node(cluster: &Cluster, id: NodeId) -> NodeView {
    cluster.view().nodes.into_iter().find(|node| node.id == id).unwrap()
}

fn progress(cluster: &Cluster, leader: NodeId, follower: NodeId) -> Progress {
    *node(cluster, leader).progress.iter().find(|progress| progress.node == follower).unwrap()
}

#[test]
fn a_write_is_shown_in_flight_and_then_matched() {
    let (mut cluster, leader, follower) = led(Settings::with_seed(1));
    let before = progress(&cluster, leader, follower);
    assert_eq!((before.matched, before.sent_up_to, before.in_flight), (Some(1), Some(1), None));
    put(&mut cluster, leader);
    cluster.advance(2 * SECOND + 3 * MILLISECOND);
    let during = progress(&cluster, leader, follower);
    assert_eq!((during.matched, during.sent_up_to), (Some(1), Some(2)));
    assert_eq!((during.in_flight, during.unanswered), (Some((2, 2)), 1));
    cluster.advance(2 * SECOND + 100 * MILLISECOND);
    let after = progress(&cluster, leader, follower);
    assert_eq!((after.matched, after.sent_up_to), (Some(2), Some(2)));
    assert_eq!((after.in_flight, after.unanswered), (None, 0));
    assert!(node(&cluster, follower).progress.is_empty(), "a follower has no followers");
}

#[test]
fn the_last_reply_of_an_isolated_follower_ages_and_its_promise_ends() {
    let (mut cluster, leader, follower) = led(Settings::with_seed(3));
    let promised = node(&cluster, follower).promised_until.unwrap();
    assert!(promised > cluster.now() && promised <= cluster.now() + 300 * MILLISECOND);
    assert!(node(&cluster, leader).promised_until < Some(cluster.now()), "its election is long past");
    let heard = progress(&cluster, leader, follower).acked_at.unwrap();
    assert!(cluster.now() - heard <= 100 * MILLISECOND);
    cluster.apply(Action::Isolate(follower)).unwrap();
    cluster.advance(2 * SECOND + 250 * MILLISECOND);
    assert!(cluster.now() - progress(&cluster, leader, follower).acked_at.unwrap() > 200 * MILLISECOND);
    put(&mut cluster, leader);
    cluster.advance(2 * SECOND + 270 * MILLISECOND);
    let cut_off = progress(&cluster, leader, follower);
    assert_eq!((cut_off.matched, cut_off.sent_up_to, cut_off.unanswered), (Some(1), Some(2), 1));
    assert!(node(&cluster, follower).promised_until.unwrap() <= 2 * SECOND + 300 * MILLISECOND);
}

#[test]
fn votes_are_shown_unsaved_before_they_are_shown_saved() {
    let settings = Settings { fsync: 20 * MILLISECOND, ..Settings::with_seed(1) };
    let (mut cluster, leader, _) = led(settings);
    let vote = node(&cluster, leader).vote.unwrap();
    assert_eq!((vote.candidate, vote.committed, vote.saved), (leader, true, true));
    cluster.apply(Action::Crash(leader)).unwrap();
    let (mut unsaved, mut granted) = (0, 0);
    while cluster.status().leader.is_none() {
        let to = cluster.now() + MILLISECOND;
        cluster.advance(to);
        for node in cluster.view().nodes {
            let vote = node.vote.unwrap();
            unsaved += u32::from(!vote.saved);
            granted += u32::from(vote.saved && !vote.committed && node.voted_for == Some(vote.candidate));
        }
    }
    assert!(unsaved > 0 && granted > 0, "{unsaved} looks at votes being saved, {granted} at saved ones");
}

#[test]
fn a_snapshot_is_shown_with_the_term_of_a_log_that_it_covers() {
    let settings = Settings { snapshot_every: 10, snapshot_keep: 0, ..Settings::with_seed(1) };
    let (mut cluster, leader, _) = led(settings);
    assert_eq!(node(&cluster, leader).snapshot, None);
    let stress = Stress { endpoints: vec![leader], rate: 100, duration: SECOND };
    cluster.apply(Action::Stress(stress)).unwrap();
    cluster.advance(4 * SECOND);
    let view = node(&cluster, leader);
    let snapshot = view.snapshot.unwrap();
    assert_eq!((Some(snapshot.index), snapshot.term), (view.purged_index, view.term));
    assert!(snapshot.bytes > 0 && snapshot.bytes < view.disk_bytes + 1);
    assert!(snapshot.at > 2 * SECOND && snapshot.at < 4 * SECOND);
    assert_eq!(view.last_term, Some(view.term));
}
