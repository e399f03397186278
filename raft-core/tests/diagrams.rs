//! The data of the page's diagrams: the ledger of logs, the film of messages, the tally for charts.
//! Each is compared with the events of the same run, which it does not read.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;

use raft_core::cluster::{Agreement, Cluster, EntryStage, Ledger, LedgerCell};
use raft_core::model::{
    Action, Event, EventKind, LifeStep, LossReason, MessageKind, Operation, REQUEST_TIMEOUT, Request,
    RequestStep, Settings, Stress,
};
use raft_core::tape::{FILM_MESSAGES_MAX, Film, TRAFFIC, Tally, Tape, TickKind, Traffic, bundle};
use raft_core::units::{MILLISECOND, NodeId, SECOND};

fn put(cluster: &mut Cluster, node: NodeId, key: &str) {
    let operation = Operation::put(key, "1");
    let request = Request { endpoints: vec![node], operation, timeout: REQUEST_TIMEOUT };
    cluster.apply(Action::Request(request)).unwrap();
}

fn ledger(cluster: &Cluster, first: u64, count: u64) -> Ledger {
    Ledger::of(&cluster.view(), &cluster.log_window(first, count), first, count)
}

/// An entry's progress, whether it is durable, and its agreement with the leader's log.
type Standing = (EntryStage, bool, Agreement);

/// Returns the cells of a node's row: the label, and the state if the cell is an entry.
fn row(ledger: &Ledger, node: NodeId) -> Vec<(String, Option<Standing>)> {
    let row = ledger.rows.iter().find(|row| row.node == node).unwrap();
    let cells = row.cells.iter().map(|cell| match cell {
        LedgerCell::Missing => ("missing".to_owned(), None),
        LedgerCell::Compacted => ("compacted".to_owned(), None),
        LedgerCell::Entry { entry, progress, durable, agreement } => {
            (entry.label.clone(), Some((*progress, *durable, *agreement)))
        }
    });
    cells.collect()
}

/// Returns a cluster, its isolated old leader, which has an entry that no other node has, and its
/// new leader, which has another entry.
fn torn() -> (Cluster, NodeId, NodeId) {
    let mut cluster = Cluster::new(Settings::with_seed(11)).unwrap();
    cluster.advance(SECOND);
    let old = cluster.status().leader.unwrap();
    cluster.apply(Action::Isolate(old)).unwrap();
    put(&mut cluster, old, "/lost");
    cluster.advance(3 * SECOND);
    let new = cluster.status().leader.unwrap();
    assert_ne!(old, new);
    put(&mut cluster, new, "/kept");
    cluster.advance(4 * SECOND);
    (cluster, old, new)
}

#[test]
fn the_ledger_distinguishes_entries_to_be_replaced_from_applied_ones() {
    let (mut cluster, old, new) = torn();
    let torn = ledger(&cluster, 1, 4);
    let applied = Some((EntryStage::Applied, true, Agreement::Agrees));
    assert_eq!(
        row(&torn, new)[..3],
        [("blank".to_owned(), applied), ("blank".to_owned(), applied), ("put /kept".to_owned(), applied)]
    );
    let replaced = Some((EntryStage::Appended, true, Agreement::Replaced));
    assert_eq!(
        row(&torn, old)[..3],
        [("blank".to_owned(), applied), ("put /lost".to_owned(), replaced), ("missing".to_owned(), None)]
    );
    let disagree: Vec<NodeId> = torn.rows.iter().filter(|row| row.disagrees).map(|row| row.node).collect();
    assert_eq!(disagree, [old]);
    // The replacement is an entry of the new term, which the old leader lacks.
    let (holder, right) = torn.replacement(2).unwrap();
    assert!(holder != old && right.label == "blank" && right.mark.term == 2, "{right:?} on node{holder}");
    assert_eq!(torn.replacement(4), None);
    cluster.apply(Action::Heal(None)).unwrap();
    cluster.advance(6 * SECOND);
    let whole = ledger(&cluster, 1, 4);
    assert_eq!(row(&whole, old), row(&whole, new));
    assert!(whole.rows.iter().all(|row| !row.disagrees));
}

#[test]
fn without_a_leader_differing_entries_are_undecided() {
    let (mut cluster, old, new) = torn();
    let others: Vec<NodeId> = cluster.node_ids().into_iter().filter(|node| *node != old).collect();
    for node in others.iter().filter(|node| **node != new) {
        cluster.apply(Action::Crash(*node)).unwrap();
    }
    cluster.apply(Action::Crash(new)).unwrap();
    cluster.advance(5 * SECOND);
    assert_eq!(cluster.status().leader, None);
    let ledger = ledger(&cluster, 2, 2);
    assert_eq!(row(&ledger, old)[0].1, Some((EntryStage::Appended, true, Agreement::Undecided)));
    assert_eq!(row(&ledger, new)[0].1, Some((EntryStage::AtRest, true, Agreement::Undecided)));
}

#[test]
fn the_ledger_shows_compacted_entries_and_is_bounded() {
    let mut cluster = Cluster::new(Settings::with_seed(3)).unwrap();
    cluster.advance(SECOND);
    let leader = cluster.status().leader.unwrap();
    let stress = Stress { endpoints: vec![leader], rate: 200, duration: 4 * SECOND };
    cluster.apply(Action::Stress(stress)).unwrap();
    cluster.advance(6 * SECOND);
    cluster.apply(Action::Snapshot(leader)).unwrap();
    cluster.advance(8 * SECOND);
    let view = cluster.view();
    let node = view.nodes.iter().find(|node| node.id == leader).unwrap();
    let purged = node.purged_index.expect("the snapshot purged entries");
    let ledger = ledger(&cluster, purged, 1_000_000);
    assert_eq!(row(&ledger, leader)[0].0, "compacted");
    assert!(row(&ledger, leader)[1].1.is_some());
    assert!(ledger.rows.iter().all(|row| row.cells.len() == 512));
}

fn lively() -> (Cluster, Tape, Vec<Event>) {
    let mut cluster = Cluster::new(Settings::with_seed(7)).unwrap();
    let tape = Tape::of(&cluster);
    tape.attach(&mut cluster);
    let mut events = Vec::new();
    let mut advance = |cluster: &mut Cluster, to| {
        cluster.advance(to);
        events.append(&mut cluster.take_events());
    };
    advance(&mut cluster, SECOND);
    let stress = Stress { endpoints: vec![1, 2, 3], rate: 50, duration: 2 * SECOND };
    cluster.apply(Action::Stress(stress)).unwrap();
    cluster.apply(Action::Loss { link: None, ppm: 20_000 }).unwrap();
    advance(&mut cluster, 2 * SECOND);
    let leader = cluster.status().leader.unwrap();
    cluster.apply(Action::Crash(leader)).unwrap();
    advance(&mut cluster, 4 * SECOND);
    tape.catch_up(&cluster);
    (cluster, tape, events)
}

/// Returns the messages in flight during the film, from the events: the instant of the end, and the
/// reason if lost.
fn under_way(events: &[Event], film: &Film) -> BTreeMap<u64, (Option<u64>, Option<LossReason>)> {
    let mut all = BTreeMap::new();
    for event in events.iter().filter(|event| event.at <= film.to) {
        match &event.kind {
            EventKind::Sent(message) => {
                all.insert(message.id, (None, None));
            }
            EventKind::Delivered { id, .. } => {
                all.insert(*id, (Some(event.at), None));
            }
            EventKind::Lost { id, reason } => {
                all.insert(*id, (Some(event.at), Some(*reason)));
            }
            _ => {}
        }
    }
    all.retain(|_, (ended, _)| ended.is_none_or(|at| at > film.from));
    all
}

#[test]
fn a_film_holds_every_message_of_its_time_and_its_end() {
    let (_, tape, events) = lively();
    for (from, to) in [(0, 300), (1_200, 1_900), (1_995, 2_400), (3_000, 3_000)] {
        let film = tape.film(from * MILLISECOND, to * MILLISECOND).unwrap();
        let told: BTreeMap<_, _> =
            film.passages.iter().map(|passage| (passage.message.id, (passage.ended, passage.lost))).collect();
        assert_eq!(told, under_way(&events, &film), "{from} to {to} ms");
        assert_eq!(told.len(), film.passages.len());
        assert!(film.passages.windows(2).all(|pair| pair[0].message.id < pair[1].message.id));
    }
    let film = tape.film(SECOND, 3 * SECOND).unwrap();
    assert!(film.passages.iter().any(|passage| passage.lost == Some(LossReason::Random)));
}

#[test]
fn a_film_holds_the_states_and_changes_of_nodes() {
    let (cluster, tape, events) = lively();
    let film = tape.film(1, 4 * SECOND).unwrap();
    assert_eq!(film.nodes, cluster.node_ids());
    for node in film.nodes.iter().copied() {
        let spans: Vec<_> = film.spans.iter().filter(|span| span.node == node).collect();
        assert_eq!((spans[0].from, spans[spans.len() - 1].to), (1, 4 * SECOND));
        assert!(spans.windows(2).all(|pair| pair[0].to == pair[1].from));
    }
    let ticks = |wanted: fn(TickKind) -> bool| {
        film.ticks
            .iter()
            .filter(|tick| wanted(tick.kind))
            .map(|tick| (tick.at, tick.node))
            .collect::<Vec<_>>()
    };
    let commits: Vec<_> = events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::Committed { node, .. } if event.at > 1 => Some((event.at, node)),
            _ => None,
        })
        .collect();
    let mut told = ticks(|kind| matches!(kind, TickKind::Committed(_)));
    told.dedup();
    let mut known = commits.clone();
    known.dedup();
    known.sort_unstable();
    told.sort_unstable();
    known.dedup();
    assert_eq!(told, known);
    assert_eq!(ticks(|kind| kind == TickKind::Crashed).len(), 1);
    assert!(ticks(|kind| matches!(kind, TickKind::Elected(_))).len() >= 2);
}

#[test]
fn a_film_is_bounded_and_grouped_for_drawing() {
    let mut cluster = Cluster::new(Settings::with_seed(7)).unwrap();
    let tape = Tape::of(&cluster);
    tape.attach(&mut cluster);
    cluster.advance(60 * SECOND);
    let film = tape.film(0, 60 * SECOND).unwrap();
    assert_eq!(film.passages.len(), FILM_MESSAGES_MAX);
    assert!(film.passages_left_out > 1_000);
    for lines in [50, 300, 600] {
        let bundles = bundle(&film, lines);
        assert_eq!(bundles.iter().map(|bundle| bundle.count as usize).sum::<usize>(), FILM_MESSAGES_MAX);
        assert!(bundles.len() <= lines, "{} of {lines}", bundles.len());
    }
    let short = tape.film(SECOND, SECOND + 200 * MILLISECOND).unwrap();
    assert!(bundle(&short, 600).iter().all(|bundle| bundle.count == 1));
    assert_eq!(bundle(&short, 600).len(), short.passages.len());
}

#[test]
fn a_tally_equals_the_events_in_any_slices() {
    let (cluster, tape, events) = lively();
    let mut whole = Tally::default();
    assert!(tape.tally(&mut whole, u32::MAX));
    let mut sliced = Tally::default();
    while !tape.tally(&mut sliced, 7) {}
    assert_eq!(whole.buckets(true), sliced.buckets(true));
    assert_eq!(whole.buckets(false), sliced.buckets(false));
    assert!(whole.latencies(0).eq(sliced.latencies(0)));
    let (from, width, buckets) = whole.buckets(true);
    assert!(buckets.len() <= 240 && from + width * buckets.len() as u64 > 4 * SECOND - width);
    for (at, kind) in TRAFFIC.into_iter().enumerate() {
        let sent = events.iter().filter(|event| match &event.kind {
            EventKind::Sent(message) => traffic(message.kind) == kind,
            _ => false,
        });
        assert_eq!(
            buckets.iter().map(|bucket| bucket.sent[at]).sum::<u64>(),
            sent.count() as u64,
            "{kind:?}"
        );
    }
    let last = buckets.last().unwrap();
    let view = cluster.view();
    assert_eq!(last.term, view.nodes.iter().map(|node| node.term).max().unwrap());
    for node in &view.nodes {
        assert_eq!(last.bytes[node.id as usize - 1], node.store.as_ref().map(|store| store.bytes));
    }
}

fn traffic(kind: MessageKind) -> Traffic {
    match kind {
        MessageKind::Heartbeat => Traffic::Heartbeats,
        MessageKind::Append | MessageKind::Snapshot => Traffic::Entries,
        MessageKind::Vote | MessageKind::PreVote | MessageKind::Transfer => Traffic::Elections,
        _ => Traffic::Clients,
    }
}

#[test]
fn a_tally_holds_the_time_from_proposal_to_commit_of_every_write() {
    let (cluster, tape, _) = lively();
    let mut tally = Tally::default();
    tape.tally(&mut tally, u32::MAX);
    let mut known: Vec<(u64, u64)> = cluster
        .requests()
        .iter()
        .filter_map(|request| {
            let when = |wanted: fn(&LifeStep) -> bool| {
                request.steps.iter().find(|(_, step)| wanted(step)).map(|(at, _)| *at)
            };
            let proposed = when(|step| matches!(step, LifeStep::Noted(RequestStep::Proposed { .. })))?;
            let committed = when(|step| matches!(step, LifeStep::Committed { .. }))?;
            Some((committed, committed - proposed))
        })
        .collect();
    known.sort_unstable();
    assert!(known.len() > 30);
    let mut told: Vec<(u64, u64)> = tally.latencies(0).collect();
    told.sort_unstable();
    for one in &known {
        assert!(told.contains(one), "{one:?}");
    }
    assert!(told.len() >= known.len());
}

#[test]
fn a_tally_of_a_long_run_is_bounded() {
    let mut cluster = Cluster::new(Settings::with_seed(7)).unwrap();
    let tape = Tape::with_bound(&cluster, 400_000);
    tape.attach(&mut cluster);
    let mut tally = Tally::default();
    for second in 1..=60 {
        cluster.advance(second * SECOND);
        assert!(tape.tally(&mut tally, u32::MAX));
        cluster.take_events();
    }
    assert!(tape.begins_at() > SECOND, "the tape has dropped its start");
    let (from, width, buckets) = tally.buckets(true);
    assert_eq!(from, 0);
    assert!(buckets.len() <= 240 && width * buckets.len() as u64 >= 59 * SECOND);
    let (from, width, recent) = tally.buckets(false);
    assert_eq!((width, recent.len()), (100 * MILLISECOND, 240));
    assert!(from + 24 * SECOND >= 60 * SECOND - width);
    assert!(tally.ends_at() > 59 * SECOND);
}
