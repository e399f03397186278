//! The predicted stability of settings, compared with clusters that use them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;

use raft_core::cluster::Cluster;
use raft_core::model::{Action, EventKind, Role, Settings, Timing};
use raft_core::units::{MILLISECOND, SECOND};
use raft_core::words::Level;

fn worst(settings: &Settings) -> Level {
    settings.stability().iter().map(|judgement| judgement.level).max().unwrap()
}

#[test]
fn the_presets_are_good() {
    for timing in Timing::ALL {
        let mut settings = Settings::with_seed(1);
        settings.apply_timing(timing);
        assert_eq!(worst(&settings), Level::Good, "{:#?}", settings.stability());
    }
}

#[test]
fn settings_that_cannot_work_commit_nothing() {
    let far =
        Settings { latency_min: 19 * MILLISECOND, latency_max: 25 * MILLISECOND, ..Settings::with_seed(1) };
    let slow_disk = Settings { fsync: 30 * MILLISECOND, ..Settings::with_seed(1) };
    for (settings, level) in [(far, Level::CannotWork), (slow_disk, Level::Risky)] {
        let said = settings.stability();
        let judgement = said.iter().find(|judgement| judgement.about == "heartbeat").unwrap();
        assert_eq!(judgement.level, level, "{judgement:?}");
        let mut cluster = Cluster::new(settings).unwrap();
        cluster.advance(3 * SECOND);
        let committed = cluster.view().nodes.iter().filter_map(|node| node.commit_index).max();
        assert_eq!(committed <= Some(0), level == Level::CannotWork, "{committed:?} was committed");
    }
}

#[test]
fn the_predicted_chance_of_a_contested_election_is_about_right() {
    for (election_max, fsync) in [(300, 1), (190, 1), (300, 25)] {
        let mut contested = 0;
        let mut told = 0;
        for seed in 1..=60 {
            let settings = Settings {
                election_max: election_max * MILLISECOND,
                fsync: fsync * MILLISECOND,
                // Leave room for slow disks.
                heartbeat: 100 * MILLISECOND,
                ..Settings::with_seed(seed)
            };
            told = settings.contest_permille();
            let mut cluster = Cluster::new(settings).unwrap();
            cluster.advance(2 * SECOND);
            let leader = cluster.status().leader.unwrap();
            cluster.apply(Action::Crash(leader)).unwrap();
            cluster.take_events();
            let term = cluster.status().term + 1;
            cluster.advance(3 * SECOND);
            let candidates: BTreeSet<u64> = cluster
                .take_events()
                .iter()
                .filter_map(|event| match event.kind {
                    EventKind::Role { node, role: Role::Candidate, term: at, .. } if at == term => Some(node),
                    _ => None,
                })
                .collect();
            contested += u64::from(candidates.len() > 1);
        }
        let seen = contested * 1_000 / 60;
        assert!(seen.abs_diff(told) <= 200, "told {told} per mille, seen {seen}");
    }
}
