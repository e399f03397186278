//! How a scenario gets to where it is wanted, apart from the session.

#![allow(clippy::unwrap_used)]

use raft_core::scenario::parse;
use raft_core::units::SECOND;

use super::*;

const TEXT: &str = "title A crash\nseed 1\nwait leader\nkill leader\nwait 2s\nsay it is over\n";

fn way(goal: Goal) -> Way {
    let scenario = parse(TEXT).unwrap();
    let mut player = Player::new(scenario.clone()).unwrap();
    let tape = Tape::of(player.cluster());
    player.record(&tape);
    let play = Play { scenario, lesson: None, goal, watched: true, running: false, look_at: None };
    Way { play, player, tape }
}

/// Plays to the goal; how often it went on.
fn arrive(way: &mut Way) -> u32 {
    (1..100_000).find(|_| way.advance()).unwrap()
}

#[test]
fn a_run_is_played_up_to_its_instant_and_not_beyond() {
    let mut way = way(Goal::Until(SECOND));
    assert_eq!(way.permille(), 0);
    arrive(&mut way);
    assert_eq!((way.player.cluster().now(), way.permille()), (SECOND, 1_000));
}

#[test]
fn a_run_is_played_until_so_many_of_its_steps_have_begun() {
    let mut way = way(Goal::Begun(2));
    arrive(&mut way);
    assert_eq!((way.player.script().begun(), way.permille()), (2, 1_000));
    assert!(
        way.player.cluster().view().nodes.iter().any(|node| !node.process.is_up()),
        "the second step is the crash"
    );
}

#[test]
fn what_was_played_is_handed_over_with_its_name_its_deeds_and_its_events() {
    let mut way = way(Goal::Begun(4));
    arrive(&mut way);
    let events = way.player.cluster().event_count();
    let (recorded, script, told) = way.recorded();
    assert_eq!((recorded.name.as_str(), recorded.journal.len()), ("A crash", 1), "the crash is the one deed");
    assert_eq!(recorded.events.len() as u64, events, "all of them");
    assert_eq!(recorded.tape.begins_at(), 0);
    assert!(script.begun() == 4 && told.iter().all(|told| !matches!(told.item, Item::Happened(_))));
}

#[test]
fn a_run_without_a_title_is_called_a_scenario() {
    let mut way = way(Goal::Begun(0));
    way.play.scenario.about.title = None;
    assert_eq!(way.recorded().0.name, text::a_scenario());
}
