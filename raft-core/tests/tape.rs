//! The tape: the view of a past instant equals the cluster's view at that instant, and replaying
//! the actions of a run gives the same run.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::rc::Rc;

use raft_core::cluster::{Cluster, LogStretch, Replay};
use raft_core::headless::text_line;
use raft_core::model::{Action, ClusterView, REQUEST_TIMEOUT, Request, Settings, Stress};
use raft_core::scenario::{Player, parse};
use raft_core::tape::{MarkKind, Tape};
use raft_core::units::{MILLISECOND, SECOND};

mod common;

/// Compares field by field, so that a failure shows only the differing field.
fn assert_same(what: &str, past: &ClusterView, then: &ClusterView) {
    assert_eq!(past.now, then.now, "{what}");
    for (past, then) in past.nodes.iter().zip(&then.nodes) {
        assert_eq!(past, then, "{what}");
    }
    assert_eq!(past.nodes.len(), then.nodes.len(), "{what}");
    assert_eq!(past.messages, then.messages, "{what}");
    assert_eq!(past.requests, then.requests, "{what}");
    assert_eq!(past, then, "{what}");
}

#[test]
fn the_tape_of_every_scenario_equals_the_views_and_its_actions_replay_it() {
    for (path, text) in common::scenarios() {
        let scenario = parse(&text).unwrap();
        let settings = scenario.settings.clone();
        let mut player = Player::new(scenario).unwrap();
        let tape = Tape::of(player.cluster());
        player.record(&tape);
        let mut views: Vec<(ClusterView, Vec<LogStretch>)> = Vec::new();
        let mut to = 0;
        loop {
            let done = player.advance(to);
            let view = player.cluster().view();
            // Of several views at one instant, only the last one counts.
            views.retain(|(known, _)| known.now < view.now);
            let first = view.now / MILLISECOND % 5;
            views.push((view, player.cluster().log_window(first, 30)));
            if done {
                break;
            }
            to += 7 * MILLISECOND + 331;
        }
        let told: Vec<String> = player.take_told().iter().filter_map(text_line).collect();
        assert!(!player.failed(), "{}\n{}", path.display(), told.join("\n"));
        tape.catch_up(player.cluster());
        for (then, logs) in &views {
            let past = tape.view_at(then.now).expect("the tape reaches back to the start");
            assert_same(&format!("{} at {} ns", path.display(), then.now), &past, then);
            let first = then.now / MILLISECOND % 5;
            assert_eq!(tape.log_window(then.now, first, 30).as_ref(), Some(logs), "{}", path.display());
        }
        let actions: Rc<[_]> = player.cluster().history().actions().unwrap().into();
        let mut replay = Replay::begin(settings, actions, player.cluster().now()).unwrap();
        while !replay.advance(1_000) {}
        let again = replay.finish();
        assert_eq!(again.trace_hash(), player.cluster().trace_hash(), "{}", path.display());
    }
}

fn lively() -> (Cluster, Tape) {
    let mut cluster = Cluster::new(Settings::with_seed(7)).unwrap();
    let tape = Tape::of(&cluster);
    tape.attach(&mut cluster);
    cluster.advance(SECOND);
    let stress = Stress { endpoints: vec![1, 2, 3], rate: 200, duration: 2 * SECOND };
    cluster.apply(Action::Stress(stress)).unwrap();
    cluster.advance(2 * SECOND);
    let leader = cluster.status().leader.unwrap();
    cluster.apply(Action::Crash(leader)).unwrap();
    cluster.advance(4 * SECOND);
    (cluster, tape)
}

#[test]
fn a_full_tape_drops_only_its_oldest_blocks() {
    let mut cluster = Cluster::new(Settings::with_seed(7)).unwrap();
    let tape = Tape::with_bound(&cluster, 200_000);
    tape.attach(&mut cluster);
    cluster.advance(60 * SECOND);
    assert!(tape.bytes() < 300_000, "{} bytes", tape.bytes());
    assert!(tape.begins_at() > 5 * SECOND);
    assert_eq!(tape.view_at(tape.begins_at() - 1), None);
    assert!(tape.view_at(tape.begins_at()).is_some());
    assert_eq!(tape.view_at(cluster.now()).unwrap(), cluster.view());
}

#[test]
fn instants_and_marks_can_be_followed_forwards_and_backwards() {
    let (cluster, tape) = lively();
    let mut instants = vec![0];
    while let Some(next) = tape.instant_after(*instants.last().unwrap()) {
        assert!(next > *instants.last().unwrap());
        instants.push(next);
    }
    let mut back = vec![*instants.last().unwrap()];
    while let Some(before) = tape.instant_before(*back.last().unwrap()) {
        assert!(before < *back.last().unwrap());
        back.push(before);
    }
    back.reverse();
    assert_eq!(instants, back);
    assert!(instants.len() > 2_000);
    let crash = tape.mark_before(cluster.now(), |mark| mark.kind.is_fault()).unwrap();
    assert_eq!((crash.at, crash.kind), (2 * SECOND, MarkKind::Crash));
    let elected = |mark: &_| matches!(mark, raft_core::tape::Mark { kind: MarkKind::Elected { .. }, .. });
    assert!(tape.mark_after(crash.at, elected).is_some());
    let reigns = tape.reigns(0, cluster.now());
    assert!(reigns.iter().any(|reign| reign.leader.is_none() && reign.from == 2 * SECOND));
    assert!(reigns.windows(2).all(|pair| pair[0].to == pair[1].from));
}

#[test]
fn a_branch_shares_the_past_and_records_its_own_future() {
    let (cluster, tape) = lively();
    let at = 1_500 * MILLISECOND;
    let actions: Rc<[_]> = cluster.history().actions().unwrap().into();
    let mut replay = Replay::begin(Settings::with_seed(7), actions, at).unwrap();
    while !replay.advance(500) {}
    let mut fork = replay.finish();
    let branch = tape.branch(at);
    assert_eq!(branch.view_at(at), tape.view_at(at));
    assert_eq!(tape.view_at(at).map(|view| view.nodes), Some(fork.view().nodes));
    branch.attach(&mut fork);
    let leader = fork.status().leader.unwrap();
    fork.apply(Action::Isolate(leader)).unwrap();
    let put = raft_core::model::Operation::put("/fork", "1");
    fork.apply(Action::Request(Request {
        endpoints: vec![leader],
        operation: put,
        timeout: REQUEST_TIMEOUT,
    }))
    .unwrap();
    fork.advance(4 * SECOND);
    branch.catch_up(&fork);
    assert_eq!(branch.view_at(4 * SECOND).unwrap(), fork.view());
    assert_ne!(branch.view_at(3 * SECOND), tape.view_at(3 * SECOND));
    assert_eq!(branch.view_at(SECOND).unwrap().nodes, tape.view_at(SECOND).unwrap().nodes);
}

#[test]
fn a_cluster_of_one_node_has_no_timing_warnings() {
    let mut cluster = Cluster::new(Settings { nodes: 1, ..Settings::with_seed(1) }).unwrap();
    cluster.advance(SECOND);
    assert_eq!(cluster.view().warnings, Vec::new());
}

#[test]
fn the_story_of_a_message_is_found_by_its_id() {
    let (mut cluster, tape) = lively();
    cluster.apply(Action::Loss { link: None, ppm: 100_000 }).unwrap();
    cluster.advance(cluster.now() + 2 * SECOND);
    tape.catch_up(&cluster);
    let end = cluster.now();
    // Check a stretch at the start and one at the end.
    for (from, to) in [(0, 300 * MILLISECOND), (end - 200 * MILLISECOND, end)] {
        let film = tape.film(from, to).unwrap();
        let (mut answered, mut lost) = (0, 0);
        for passage in film.passages.iter().filter(|passage| passage.ended.is_some()) {
            let story = tape.story(passage.message.id).unwrap();
            assert_eq!(story.passage, *passage);
            let answer = film.passages.iter().map(|other| &other.message).find(|other| {
                let asked = &passage.message;
                asked.reply.is_none()
                    && passage.lost.is_none()
                    && other.rpc == asked.rpc
                    && other.reply.is_some()
            });
            // A reply after the end of the film is only in the story.
            assert!(answer.is_none() || story.answer.as_ref() == answer, "{story:?}, {answer:?}");
            answered += u32::from(story.answer.is_some());
            lost += u32::from(story.passage.lost.is_some());
        }
        assert!(answered >= 5 && (from == 0 || lost > 0), "{answered} answered, {lost} lost");
    }
    assert_eq!(tape.story(u64::MAX), None);
}
