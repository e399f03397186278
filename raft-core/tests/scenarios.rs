//! The golden scenarios: each is played twice and in other slices, on its own seed and on others.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use raft_core::headless::text_line;
use raft_core::scenario::{Player, Scenario, parse};
use raft_core::units::MILLISECOND;

mod common;

/// Plays to the end; returns the number of events and the trace hash.
fn play(path: &Path, scenario: Scenario, slice_ms: Option<u64>) -> (u64, u64) {
    let mut player = Player::new(scenario).unwrap();
    match slice_ms {
        None => player.finish(),
        Some(slice) => {
            let mut to = 0;
            while !player.advance(to) {
                to += slice * MILLISECOND;
            }
        }
    }
    if player.failed() {
        let told: Vec<String> = player.take_told().iter().filter_map(text_line).collect();
        panic!("{} failed:\n{}", path.display(), told.join("\n"));
    }
    (player.cluster().event_count(), player.cluster().trace_hash())
}

#[test]
fn every_scenario_holds_and_is_the_same_in_any_slices() {
    for (path, text) in common::scenarios() {
        let scenario = parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let first = play(&path, scenario.clone(), None);
        assert_eq!(play(&path, scenario.clone(), None), first, "{} again", path.display());
        for slice in [1, 7, 1_000] {
            assert_eq!(
                play(&path, scenario.clone(), Some(slice)),
                first,
                "{} in slices of {slice} ms",
                path.display()
            );
        }
    }
}

#[test]
fn no_scenario_depends_on_a_lucky_seed() {
    for (path, text) in common::scenarios() {
        let scenario = parse(&text).unwrap();
        for seed in 100..120 {
            let mut scenario = scenario.clone();
            scenario.settings.seed = seed;
            play(&path, scenario, None);
        }
    }
}

#[test]
fn every_scenario_checks_safety_and_survives_printing() {
    for (path, text) in common::scenarios() {
        let scenario = parse(&text).unwrap();
        let says = scenario.to_string();
        assert_eq!(parse(&says).as_ref(), Ok(&scenario), "{}", path.display());
        let checks = says.contains("expect    no violation")
            || says.contains("expect    violation")
            || says.contains("expect    linearizable")
            || says.contains("revision");
        assert!(checks, "{} expects nothing of safety", path.display());
    }
}
