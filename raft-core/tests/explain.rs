//! Compares explanations with openraft's actual replies, in every scenario and in chaos runs.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};

use raft_core::chaos::Level;
use raft_core::cluster::Cluster;
use raft_core::headless::chaos;
use raft_core::model::{
    Action, Event, EventKind, Message, MessageKind, Operation, REQUEST_TIMEOUT, Reply, Request, Settings,
};
use raft_core::scenario::{Item, Player, Scenario, parse};
use raft_core::tape::Tape;
use raft_core::units::{MILLISECOND, SECOND};
use raft_core::words::{Explanation, RULES, explain, explain_arrived};

mod common;

/// The number of replies and of predictions for one kind of message.
#[derive(Default)]
struct Score {
    answered: u64,
    certain: u64,
    likely: u64,
    likely_right: u64,
}

/// Plays to the end; returns the tape and all events.
fn play(scenario: Scenario) -> (Tape, Vec<Event>) {
    let mut player = Player::new(scenario).unwrap();
    let tape = Tape::of(player.cluster());
    player.record(&tape);
    player.finish();
    let told = player.take_told().into_iter();
    let events = told.filter_map(|told| match told.item {
        Item::Happened(event) => Some(event),
        _ => None,
    });
    (tape, events.collect())
}

/// Compares the prediction for each request, at the last instant before its arrival, with the reply.
fn hold(what: &str, scenario: Scenario, scores: &mut BTreeMap<MessageKind, Score>) {
    let (tape, events) = play(scenario);
    let mut replies: BTreeMap<u64, Message> = BTreeMap::new();
    let mut requests: Vec<Message> = Vec::new();
    // Messages that were delayed or duplicated on purpose are not predictable.
    let mut tampered = BTreeSet::new();
    for event in events {
        match event.kind {
            EventKind::Delayed { id, .. } => tampered.extend([id]),
            EventKind::Duplicated { id, copy } => tampered.extend([id, copy]),
            EventKind::Sent(message) if message.reply.is_some() => {
                replies.insert(message.rpc, message);
            }
            EventKind::Sent(message) if message.lost.is_none() => requests.push(message),
            _ => {}
        }
    }
    let tampered_calls: BTreeSet<u64> =
        requests.iter().filter(|request| tampered.contains(&request.id)).map(|request| request.rpc).collect();
    for request in requests.into_iter().filter(|request| !tampered_calls.contains(&request.rpc)) {
        let Some(reply) = replies.get(&request.rpc) else { continue };
        let Some(view) = tape.view_at(request.arrives_at - 1) else { continue };
        // Predictions rely on Raft's rules, which a run with a disabled safeguard may break.
        if !view.alterations.is_empty() {
            continue;
        }
        let explanation = explain(&request, &view);
        let after = explain_arrived(&request, Some(reply));
        assert!(RULES.contains(&explanation.rule) && RULES.contains(&after.rule));
        let score = scores.entry(request.kind).or_default();
        score.answered += 1;
        let Some(foreseen) = explanation.foreseen else { continue };
        let right = Some(foreseen.answer) == reply.reply;
        if foreseen.certain {
            score.certain += 1;
            assert!(
                right,
                "{what}: {request:?}\n{explanation:?}\n{reply:?}\n{:?}",
                view.nodes.iter().find(|node| node.id == request.to)
            );
        } else {
            score.likely += 1;
            score.likely_right += u64::from(right);
        }
    }
}

fn tell(scores: &BTreeMap<MessageKind, Score>) {
    for (kind, score) in scores {
        println!(
            "{kind:?}: {} answered, {} foreseen for certain, {} likely, {} of them right",
            score.answered, score.certain, score.likely, score.likely_right
        );
    }
}

/// Returns the share of replies that were predicted for certain, per mille.
fn certain_permille(scores: &BTreeMap<MessageKind, Score>, kind: MessageKind) -> u64 {
    let score = &scores[&kind];
    score.certain * 1_000 / score.answered.max(1)
}

#[test]
fn certain_predictions_in_scenarios_are_right() {
    let mut scores = BTreeMap::new();
    for (path, text) in common::scenarios() {
        hold(&path.display().to_string(), parse(&text).unwrap(), &mut scores);
    }
    tell(&scores);
    for kind in [MessageKind::Vote, MessageKind::Append, MessageKind::Heartbeat] {
        assert!(certain_permille(&scores, kind) > 950, "{kind:?}");
    }
}

#[test]
fn certain_predictions_in_chaos_are_right() {
    let mut scores = BTreeMap::new();
    for seed in 9..=20 {
        let scenario = parse(&chaos::run(seed, Level::of_seed(seed), 30).unwrap().scenario).unwrap();
        hold(&format!("chaos seed {seed}"), scenario, &mut scores);
    }
    tell(&scores);
    // There is no prediction for voters that are paused or lost their disk, which are frequent in chaos.
    let least = [
        (MessageKind::Vote, 700),
        (MessageKind::PreVote, 850),
        (MessageKind::Append, 900),
        (MessageKind::Heartbeat, 900),
    ];
    for (kind, permille) in least {
        assert!(certain_permille(&scores, kind) > permille, "{kind:?}");
    }
}

/// Returns the explanation of the first wanted message from now on, half a millisecond before its arrival.
fn first(cluster: &mut Cluster, wanted: impl Fn(&Message) -> bool) -> Explanation {
    let end = cluster.now() + 2 * SECOND;
    while cluster.now() < end {
        if let Some(message) = cluster.view().messages.into_iter().find(|message| wanted(message)) {
            cluster.advance(message.arrives_at - MILLISECOND / 2);
            return explain(&message, &cluster.view());
        }
        cluster.advance(cluster.now() + MILLISECOND / 4);
    }
    panic!("no such message was sent");
}

#[test]
fn explanations_have_the_expected_text() {
    let mut cluster = Cluster::new(Settings { first: Some(1), ..Settings::with_seed(1) }).unwrap();
    cluster.advance(2 * SECOND);
    assert_eq!(cluster.status().leader, Some(1));
    let put = Operation::put("/a", "1");
    let request = Request { endpoints: vec![1], operation: put, timeout: REQUEST_TIMEOUT };
    cluster.apply(Action::Request(request)).unwrap();
    let said = first(&mut cluster, |m| m.kind == MessageKind::Append && m.to == 3);
    assert_eq!(
        said.what,
        "node1, leader of term 1, sends node3 entry 2, to follow on entry 1 of term 1; all up to 1 is committed"
    );
    assert_eq!(said.fate, "on its way from node1 to node3, where it arrives in 0.5 ms");
    assert_eq!(said.consequence, "node3 will append entry 2 and answer yes once that is fsynced");
    assert_eq!(said.rule.text, "§5.3 log replication");
    cluster.advance(3 * SECOND);
    cluster.apply(Action::Campaign(3)).unwrap();
    let said = first(&mut cluster, |m| m.kind == MessageKind::Vote && m.to == 4);
    assert_eq!(said.what, "node3 asks node4 for its vote in term 2; its log ends at 2 (term 1)");
    assert_eq!(
        said.consequence,
        "node4 will refuse: it has heard of its leader node1 lately and elects nobody else until that lease ends; it keeps its term (openraft)"
    );
    assert_eq!(said.rule.id, "leader-lease");
    cluster.advance(4 * SECOND);
    let leader = cluster.status().leader.unwrap();
    cluster.apply(Action::Crash(leader)).unwrap();
    let said = first(&mut cluster, |m| m.kind == MessageKind::Vote && m.to == leader);
    assert_eq!(said.consequence, "nobody listens at node3: its host will tell node4 so");
    let said = first(&mut cluster, |m| m.kind == MessageKind::Vote && m.reply == Some(Reply::Yes));
    assert_eq!(said.consequence, "node4 has 2 of 5 votes then, and needs more");
}
