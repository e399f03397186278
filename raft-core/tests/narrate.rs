//! Narrations of golden scenarios, compared line by line.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use raft_core::cluster::Cluster;
use raft_core::model::Settings;
use raft_core::scenario::{Item, Player, parse};
use raft_core::units::{MILLISECOND, SECOND};
use raft_core::words::{Hint, Narration, Narrator, Weight, hint};

mod common;

/// Plays a scenario in slices of so many milliseconds; returns the narrations and the hints.
fn story(name: &str, slice: u64) -> (Vec<Narration>, Vec<Hint>) {
    let (_, text) = common::scenarios()
        .into_iter()
        .find(|(path, _)| path.to_string_lossy().ends_with(&format!("{name}.scenario")))
        .unwrap();
    let mut player = Player::new(parse(&text).unwrap()).unwrap();
    let mut narrator = Narrator::default();
    let (mut said, mut hints): (Vec<Narration>, Vec<Hint>) = (Vec::new(), Vec::new());
    let mut to = 0;
    loop {
        let done = player.advance(to);
        let view = player.cluster().view();
        for told in player.take_told() {
            if let Item::Happened(event) = told.item {
                said.extend(narrator.hear(&event, &view));
            }
        }
        if let Some(next) = hint(&view, said.last())
            && hints.last().is_none_or(|last| last.id != next.id)
        {
            hints.push(next);
        }
        if done {
            return (said, hints);
        }
        to += slice * MILLISECOND;
    }
}

/// Returns the lines of at least this weight.
fn lines(name: &str, least: Weight) -> Vec<String> {
    story(name, 5).0.iter().filter(|said| said.weight >= least).map(Narration::line).collect()
}

#[test]
fn a_leader_crashes() {
    assert_eq!(
        lines("restart/leader_crash", Weight::Step),
        vec![
            "node2, hearing no leader, asks for votes in term 1 (§5.2)",
            "node2 won term 1 with 3 of 5 votes; it starts with a blank entry (§8)",
            "node2 crashed; its disk lost nothing (§5.5)",
            "node5, hearing no leader, asks for votes in term 2 (§5.2)",
            "node5 won term 2 with 4 of 5 votes; it starts with a blank entry (§8)",
            "node2 starts with the log on its disk, up to entry 2 (§5.5)",
        ]
    );
}

#[test]
fn a_node_returns_quietly_with_pre_vote() {
    assert_eq!(
        lines("quiet_returner_with_pre_vote", Weight::Step),
        vec![
            "node1, hearing no leader, asks for votes in term 1 (§5.2)",
            "node1 won term 1 with 3 of 5 votes; it starts with a blank entry (§8)",
            "every link of node5 is cut (§5.4)",
            "node5, hearing no leader, asks first whether it could win term 2; its term stays (thesis 9.6)",
            "all links are whole again",
        ]
    );
}

#[test]
fn a_crash_loses_unsynced_entries() {
    assert_eq!(
        lines("unfsynced_tail_is_lost", Weight::Step),
        vec![
            "node1, hearing no leader, asks for votes in term 1 (§5.2)",
            "node1 won term 1 with 5 of 5 votes; it starts with a blank entry (§8)",
            "every link of node1 is cut (§5.4)",
            "node1 crashed; 1 entry in memory was lost (§5.5)",
            "all links are whole again",
            "node1 starts with the log on its disk, up to entry 2 (§5.5)",
            "node1, hearing no leader, asks for votes in term 2 (§5.2)",
            "node1 won term 2 with 5 of 5 votes; it starts with a blank entry (§8)",
        ]
    );
}

#[test]
fn a_leader_in_the_minority_is_replaced() {
    assert_eq!(
        lines("leader_in_the_minority", Weight::Step),
        vec![
            "node1, hearing no leader, asks for votes in term 1 (§5.2)",
            "node1 won term 1 with 3 of 5 votes; it starts with a blank entry (§8)",
            "the network is divided: node1, node2 | node3, node4, node5 (§5.4)",
            "node5, hearing no leader, asks for votes in term 2 (§5.2)",
            "node4, hearing no leader, asks for votes in term 2 (§5.2)",
            "node4 refused node5: it has gone with another in term 2 (§5.2)",
            "node5 refused node4: it has gone with another in term 2 (§5.2)",
            "node3 refused node4: it has gone with another in term 2 (§5.2)",
            "split vote in term 2: node4 got 1 of 5, node5 got 2 of 5; the timers will break the tie (§5.2)",
            "node4, hearing no leader, asks for votes in term 3 (§5.2)",
            "node5 gives up its campaign: it saw term 3 (§5.1)",
            "node4 won term 3 with 3 of 5 votes; it starts with a blank entry (§8)",
            "all links are whole again",
            "node1 steps down: it saw term 3 (§5.1)",
            "node2 drops its entries from 3 on: they were never committed, and its leader has others (§5.3)",
            "node1 drops its entries from 3 on: they were never committed, and its leader has others (§5.3)",
        ]
    );
}

#[test]
fn votes_and_commits_are_details() {
    assert_eq!(
        lines("election/transfer", Weight::Detail),
        vec![
            "node1, hearing no leader, asks for votes in term 1 (§5.2)",
            "node2 votes for node1: its one vote in term 1 (§5.2)",
            "node5 votes for node1: its one vote in term 1 (§5.2)",
            "node3 votes for node1: its one vote in term 1 (§5.2)",
            "node4 votes for node1: its one vote in term 1 (§5.2)",
            "node1 won term 1 with 4 of 5 votes; it starts with a blank entry (§8)",
            "Entry 1 is committed: 5 of 5 disks hold it (§5.3)",
            "Entry 2 is committed: 3 of 5 disks hold it (§5.3)",
            "node1 is told to hand leadership to node4 (thesis 3.10)",
            "node4, asked to take over, asks for votes in term 2 (§5.2)",
            "node3 votes for node4: its one vote in term 2 (§5.2)",
            "node1 votes for node4: its one vote in term 2 (§5.2)",
            "node1 steps down: it saw term 2 (§5.1)",
            "node5 votes for node4: its one vote in term 2 (§5.2)",
            "node2 votes for node4: its one vote in term 2 (§5.2)",
            "node4 won term 2 with 3 of 5 votes; it starts with a blank entry (§8)",
            "Entry 3 is committed: 5 of 5 disks hold it (§5.3)",
            "Entry 4 is committed: 5 of 5 disks hold it (§5.3)",
        ]
    );
}

#[test]
fn hints_follow_the_state() {
    let (_, hints) = story("leader_in_the_minority", 5);
    let ids: Vec<&str> = hints.iter().map(|hint| hint.id).collect();
    assert_eq!(
        ids,
        vec![
            "watch-the-votes",
            "crash-the-leader",
            "watch-the-timers",
            "watch-the-votes",
            "stale-leader",
            "partition-the-leader",
        ]
    );
    assert!(hints.iter().all(|hint| !hint.text.is_empty()));
}

#[test]
fn a_split_vote_is_narrated_once() {
    let split: Vec<String> = lines("split_vote", Weight::Turn)
        .into_iter()
        .filter(|line| line.starts_with("split vote in term 2"))
        .collect();
    assert_eq!(
        split,
        vec![
            "split vote in term 2: node1 got 2 of 4, node2 got 2 of 4; the timers will break the tie (§5.2)",
        ]
    );
}

#[test]
fn a_narration_is_the_same_in_any_slices() {
    for name in ["split_vote", "restart/leader_crash", "divergent_tail_is_replaced"] {
        assert_eq!(story(name, 1).0, story(name, 50).0, "{name}");
    }
}

#[test]
fn routine_is_not_narrated() {
    let mut cluster = Cluster::new(Settings::with_seed(1)).unwrap();
    cluster.advance(2 * SECOND);
    cluster.take_events();
    cluster.advance(12 * SECOND);
    let (mut narrator, view) = (Narrator::default(), cluster.view());
    let events = cluster.take_events();
    assert!(events.len() > 1_000);
    assert_eq!(events.iter().find_map(|event| narrator.hear(event, &view)), None);
}
