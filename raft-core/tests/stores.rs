//! The comparison of stores, and commands that are typed while time passes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use raft_core::cluster::*;
use raft_core::etcdctl::{EtcdctlSession, Input, Stream};
use raft_core::kv::Command;
use raft_core::model::*;
use raft_core::units::{MILLISECOND, Nanos, NodeId, SECOND};

fn led(seed: u64) -> (Cluster, NodeId) {
    let mut cluster = Cluster::new(Settings::with_seed(seed)).unwrap();
    cluster.advance(SECOND);
    let leader = cluster.status().leader.expect("a leader within a second");
    (cluster, leader)
}

fn send(cluster: &mut Cluster, at: NodeId, operation: Operation) {
    let request = Request { endpoints: vec![at], operation, timeout: REQUEST_TIMEOUT };
    cluster.apply(Action::Request(request)).unwrap();
    cluster.advance(cluster.now() + 300 * MILLISECOND);
}

fn all() -> StoresAsk {
    StoresAsk { rows: STORE_ROWS_MAX, ..StoresAsk::default() }
}

#[test]
fn differing_copies_are_shown() {
    let (mut cluster, leader) = led(3);
    let lagging = leader % 5 + 1;
    let down = lagging % 5 + 1;
    send(&mut cluster, leader, Operation::put("/a", "1"));
    send(&mut cluster, leader, Operation::put("/city", "Porto"));
    cluster.apply(Action::Isolate(lagging)).unwrap();
    send(&mut cluster, leader, Operation::put("/city", "Lisbon"));
    send(&mut cluster, leader, Operation::put("/new", "x".repeat(1_000)));
    cluster.apply(Action::Crash(down)).unwrap();

    let view = cluster.stores(&all());
    let keys: Vec<&[u8]> = view.rows.iter().map(|row| row.key.as_slice()).collect();
    assert_eq!(keys, [b"/a".as_slice(), b"/city", b"/new"]);
    assert_eq!(view.rows.iter().map(KeyRow::differs).collect::<Vec<_>>(), [false, true, true]);
    let at = |node: NodeId| view.copies.iter().position(|copy| copy.node == node).unwrap();
    let city = &view.rows[1];
    assert_eq!(city.pairs[0].value, b"Lisbon");
    assert_eq!(city.pairs[1].value, b"Porto");
    assert_eq!((city.pairs[0].version, city.pairs[0].create_revision), (2, 3));
    assert_eq!(city.held[at(leader)], Held::Pair(0));
    assert_eq!(city.held[at(lagging)], Held::Pair(1));
    assert_eq!(city.held[at(down)], Held::NoAnswer);
    assert_eq!(view.copies[at(down)].store, None);
    let new = &view.rows[2];
    assert_eq!(new.held[at(lagging)], Held::Missing);
    assert_eq!((new.pairs[0].value.len(), new.pairs[0].length), (STORE_VALUE_BYTES, 1_000));

    let only = cluster.stores(&StoresAsk { only_differing: true, rows: 1, ..StoresAsk::default() });
    assert_eq!(only.rows[0].key, b"/city");
    assert_eq!(only.next.as_deref(), Some(b"/new".as_slice()));
    let rest = cluster.stores(&StoresAsk { from: b"/new".to_vec(), prefix: b"/".to_vec(), ..all() });
    assert_eq!((rest.rows.len(), rest.next), (1, None));
    let none = cluster.stores(&StoresAsk { prefix: b"/b".to_vec(), from: b"/z".to_vec(), ..all() });
    assert_eq!(none.rows, []);

    let history = cluster.key_history(b"/city", 10, 100);
    let told: Vec<(u64, usize)> =
        history.changes.iter().map(|change| (change.revision, change.nodes.len())).collect();
    assert_eq!(told, [(4, 3), (3, 4)]);
    assert!(!history.changes[0].nodes.contains(&lagging) && !history.more);
    send(&mut cluster, leader, Operation::delete(raft_core::kv::KeyRange::single("/city")));
    let history = cluster.key_history(b"/city", 2, 2);
    assert_eq!(history.changes[0].pair, None);
    assert_eq!(history.changes[1].pair.as_ref().unwrap().value, b"Li");
    assert!(history.more);
}

#[test]
fn leases_are_counted_on_the_leaders_clock() {
    let (mut cluster, leader) = led(4);
    send(&mut cluster, leader, Operation::Write(Command::LeaseGrant { id: 77, ttl_seconds: 10 }));
    assert_eq!(cluster.lease_ids(10), [77]);
    let ends = cluster.lease_ends(&[77, 78]);
    assert_eq!((ends.counted_by, ends.ends.len()), (Some(leader), 1));
    let left = ends.ends[0].1 - cluster.now();
    assert!(left > 9 * SECOND && left < 10 * SECOND, "{left}");
    (1..=3).for_each(|node| drop(cluster.apply(Action::Crash(node))));
    assert_eq!(cluster.lease_ends(&[77]), LeaseEnds::default());
}

#[test]
fn many_keys_are_read_window_by_window() {
    let (mut cluster, leader) = led(5);
    for block in 0..10 {
        let puts = (0..100).map(|number| {
            let key = format!("/k/{:04}", block * 100 + number);
            raft_core::kv::TxnOp::Put(raft_core::kv::PutRequest::new(key, "v"))
        });
        let txn = raft_core::kv::TxnRequest { success: puts.collect(), ..Default::default() };
        send(&mut cluster, leader, Operation::Write(Command::Txn(txn)));
    }
    let mut ask = StoresAsk { rows: 150, ..all() };
    let mut seen = 0;
    loop {
        let view = cluster.stores(&ask);
        seen += view.rows.len();
        assert!(view.rows.iter().all(|row| !row.differs()));
        let Some(next) = view.next else { break };
        ask.from = next;
    }
    assert_eq!(seen, 1_000);
    assert_eq!(cluster.keys_of(leader, b"/k/09", 5).len(), 5);
}

/// Steps until `to`; passes every event to the typed commands at its instant.
fn pass(cluster: &mut Cluster, session: &mut EtcdctlSession, to: Nanos, events: &mut Vec<Event>) {
    loop {
        let target = session.wakes_at().map_or(to, |at| at.min(to));
        let moved = cluster.step(target);
        if !moved {
            cluster.advance(target);
            session.pass_time(cluster);
        }
        loop {
            let news = cluster.take_events();
            if news.is_empty() {
                break;
            }
            news.iter().for_each(|event| session.observe(cluster, event));
            events.extend(news);
        }
        if !moved && target == to {
            return;
        }
    }
}

#[test]
fn typed_commands_act_only_through_actions() {
    let mut events = Vec::new();
    let (mut cluster, _) = led(6);
    let mut session = EtcdctlSession::default();
    let (one, two) = (session.open(1), session.open(2));
    let watch = session.type_into(&mut cluster, two, "etcdctl watch --prefix /");
    let put = session.type_into(&mut cluster, one, "etcdctl put /my_key \"my value\"; etcdctl get /my_key");
    pass(&mut cluster, &mut session, 2 * SECOND, &mut events);
    assert!(session.has_ended(put) && !session.has_ended(watch) && !session.is_idle());
    let text = |session: &mut EtcdctlSession, job| {
        let printed = session.take_printed(job).into_iter().map(|(_, bytes)| bytes);
        String::from_utf8(printed.flatten().collect()).unwrap()
    };
    assert_eq!(text(&mut session, put), "OK\n/my_key\nmy value\n");
    assert_eq!(text(&mut session, watch), "PUT\n/my_key\nmy value\n");
    assert_eq!(text(&mut session, watch), "");
    assert!(session.last_request(put).is_some());
    session.give(&mut cluster, watch, Input::Interrupt);
    assert!(session.is_idle());
    let hash = cluster.trace_hash();

    // The same requests as actions at the same instants give the same run.
    let (mut again, _) = led(6);
    for event in &events {
        if let EventKind::RequestStarted { operation, endpoints, .. } = &event.kind {
            again.advance(event.at);
            let timeout = if matches!(operation, Operation::Call(_)) { NO_TIMEOUT } else { REQUEST_TIMEOUT };
            let (operation, endpoints) = (operation.clone(), endpoints.clone());
            again.apply(Action::Request(Request { endpoints, operation, timeout })).unwrap();
        }
    }
    again.advance(2 * SECOND);
    again.apply(Action::HangUp(1)).unwrap();
    assert_eq!(again.trace_hash(), hash);
}

#[test]
fn terminals_of_a_node_share_files_and_read_typed_input() {
    let (mut cluster, _) = led(7);
    let mut session = EtcdctlSession::default();
    let (one, other, far) = (session.open(1), session.open(1), session.open(2));
    session.type_into(&mut cluster, one, "export A=b; echo hello > file");
    let cat = session.type_into(&mut cluster, other, "cat file; echo $A.");
    let ls = session.type_into(&mut cluster, far, "ls");
    assert_eq!(session.take_printed(cat), [(Stream::Stdout, b"hello\n.\n".to_vec())]);
    assert_eq!(session.take_printed(ls), []);
    assert!(session.terminal(one).unwrap().leaves_open("etcdctl put a \"b"));
    assert_eq!(session.terminal(other).unwrap().files(), ["file"]);

    let reads = session.type_into(&mut cluster, one, "cat");
    assert!(session.reads_stdin(reads));
    session.give(&mut cluster, reads, Input::Stdin(b"typed\n".to_vec()));
    assert!(session.reads_stdin(reads));
    session.give(&mut cluster, reads, Input::StdinEnd);
    assert_eq!(session.take_printed(reads), [(Stream::Stdout, b"typed\n".to_vec())]);
    assert!(session.has_ended(reads) && !session.reads_stdin(reads));
}
