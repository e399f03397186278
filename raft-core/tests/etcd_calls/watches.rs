//! Watches: history, live events, and the loss of an endpoint.

use raft_core::cluster::Cluster;
use raft_core::kv::{Command, KeyRange, KvError, TxnOp, TxnRequest};
use raft_core::model::*;
use raft_core::units::{NodeId, SECOND};

use super::*;

fn open(cluster: &mut Cluster, endpoints: &[NodeId], watch: WatchRequest) -> RequestId {
    start(cluster, endpoints, Operation::Call(Call::Watch(watch)), NO_TIMEOUT)
}

fn from(range: KeyRange, start_revision: i64) -> WatchRequest {
    WatchRequest { start_revision, ..WatchRequest::new(range) }
}

/// Returns the responses to a watch since the last call.
fn sent(cluster: &mut Cluster, watch: RequestId) -> Vec<WatchResponse> {
    let events = cluster.take_events().into_iter();
    events
        .filter_map(|event| match event.kind {
            EventKind::RequestProgress { id, response } if id == watch => Some(response),
            _ => None,
        })
        .collect()
}

/// Returns the revision and key of each event.
fn seen(responses: &[WatchResponse]) -> Vec<(u64, String)> {
    let events = responses.iter().flat_map(|response| &response.events);
    events.map(|event| (event.kv.mod_revision, String::from_utf8(event.kv.key.clone()).unwrap())).collect()
}

#[test]
fn a_live_watch_sees_each_revision_in_one_response() {
    let (mut cluster, leader) = led(1);
    let endpoint = after(leader, 1);
    put(&mut cluster, leader, "a1", "0");
    pass(&mut cluster, SECOND);
    let watch = open(
        &mut cluster,
        &[endpoint],
        WatchRequest { prev_kv: true, ..WatchRequest::new(KeyRange::prefix("a")) },
    );
    pass(&mut cluster, SECOND);
    let begun = sent(&mut cluster, watch);
    assert!(begun.len() == 1 && begun[0].created && begun[0].events.is_empty(), "{begun:?}");
    assert_eq!(
        (begun[0].header.revision, begun[0].header.member_id),
        (2, Naming::Loopback.member_id(endpoint))
    );
    put(&mut cluster, leader, "b", "1");
    put(&mut cluster, leader, "a1", "2");
    let puts = ["a3", "b2", "a0"].map(|key| TxnOp::Put(raft_core::kv::PutRequest::new(key, "5")));
    let txn = TxnRequest { success: puts.to_vec(), ..TxnRequest::default() };
    answer(&mut cluster, leader, Operation::Write(Command::Txn(txn)));
    answer(&mut cluster, leader, Operation::delete(KeyRange::prefix("a")));
    pass(&mut cluster, SECOND);
    let responses = sent(&mut cluster, watch);
    let revisions: Vec<u64> = responses.iter().map(|response| response.header.revision).collect();
    assert_eq!(revisions, [4, 5, 6]);
    let keys = |at: usize| seen(&responses[at..=at]).into_iter().map(|(_, key)| key).collect::<Vec<_>>();
    assert_eq!((keys(0), keys(1)), (vec!["a1".to_owned()], vec!["a3".to_owned(), "a0".to_owned()]));
    assert_eq!(keys(2), ["a0", "a1", "a3"]);
    assert_eq!(responses[0].events[0].prev_kv.as_ref().unwrap().value, b"0");
    let deleted = &responses[2].events[1];
    assert!(deleted.delete && deleted.kv.value.is_empty());
    assert_eq!(deleted.prev_kv.as_ref().unwrap().value, b"2");
    assert!(ended(&cluster, watch).is_none());
    assert!(cluster.quiet(), "an idle watch does not keep the cluster busy");
    is_sound(&cluster);
}

#[test]
fn a_watch_from_a_past_revision_gets_history_first_and_one_from_a_future_revision_waits() {
    let (mut cluster, leader) = led(2);
    for number in 0..4 {
        put(&mut cluster, leader, &format!("k{}", number % 2), &number.to_string());
    }
    let past = open(&mut cluster, &[leader], from(KeyRange::prefix("k"), 3));
    pass(&mut cluster, SECOND);
    let responses = sent(&mut cluster, past);
    assert_eq!(responses.len(), 2, "created, then the history in one response");
    assert_eq!(responses[1].header.revision, 5);
    let key = |revision: u64| (revision, format!("k{}", revision % 2));
    assert_eq!(seen(&responses), [key(3), key(4), key(5)]);
    let future = open(&mut cluster, &[leader], from(KeyRange::prefix("k"), 8));
    for number in 0..4 {
        put(&mut cluster, leader, &format!("k{}", number % 2), "again");
    }
    let revisions: Vec<u64> = seen(&sent(&mut cluster, future)).into_iter().map(|(at, _)| at).collect();
    assert_eq!(revisions, [8, 9]);
}

#[test]
fn filters_omit_events_and_progress_is_reported_on_request() {
    let (mut cluster, leader) = led(3);
    let watch = open(
        &mut cluster,
        &[leader],
        WatchRequest { no_put: true, ..WatchRequest::new(KeyRange::single("k")) },
    );
    put(&mut cluster, leader, "k", "v");
    let deleted = answer(&mut cluster, leader, Operation::delete(KeyRange::single("k"))).revision;
    put(&mut cluster, leader, "other", "v");
    let responses = sent(&mut cluster, watch);
    assert_eq!(seen(&responses), [(deleted, "k".to_owned())]);
    let taken = call(&mut cluster, leader, Call::WatchProgress { watch }).1;
    assert_eq!(taken, CallResponse::Taken);
    let progress = sent(&mut cluster, watch);
    assert_eq!((progress.len(), progress[0].header.revision), (1, deleted + 1));
    assert!(progress[0].events.is_empty() && !progress[0].created && !progress[0].canceled);
    assert_eq!(call(&mut cluster, leader, Call::WatchCancel { watch }).1, CallResponse::Taken);
    assert!(matches!(
        ended(&cluster, watch),
        Some(Outcome::Called { response: CallResponse::WatchEnded, .. })
    ));
    put(&mut cluster, leader, "k", "v");
    assert_eq!(sent(&mut cluster, watch), []);
}

#[test]
fn a_watch_with_progress_notify_gets_progress_every_ten_minutes() {
    // A single member, so that ten minutes pass quickly.
    let (heartbeat, election_min, election_max) = (5 * SECOND, 10 * SECOND, 20 * SECOND);
    let alone = Settings { nodes: 1, heartbeat, election_min, election_max, ..Settings::with_seed(4) };
    let (mut cluster, leader) = led_with(alone);
    let range = KeyRange::single("k");
    let told =
        open(&mut cluster, &[leader], WatchRequest { progress_notify: true, ..WatchRequest::new(range) });
    pass(&mut cluster, 599 * SECOND);
    assert_eq!(sent(&mut cluster, told).len(), 1, "created");
    pass(&mut cluster, 21 * SECOND);
    assert_eq!(sent(&mut cluster, told).len(), 1, "ten minutes without an event");
}

#[test]
fn a_compacted_start_revision_is_refused_with_the_first_valid_one() {
    let (mut cluster, leader) = led(5);
    for number in 0..5 {
        put(&mut cluster, leader, "k", &number.to_string());
    }
    answer(&mut cluster, leader, Operation::Write(Command::Compact { revision: 4 }));
    let watch = open(&mut cluster, &[leader], from(KeyRange::single("k"), 3));
    pass(&mut cluster, SECOND);
    let responses = sent(&mut cluster, watch);
    let [created, canceled] = &responses[..] else { panic!("created, then canceled: {responses:?}") };
    assert!(created.created && canceled.canceled);
    assert_eq!((canceled.compact_revision, canceled.header.revision), (4, 0));
    assert_eq!(canceled.cancel_reason, KvError::Compacted.message());
    let error = KvError::Compacted;
    assert_eq!(ended(&cluster, watch), Some(Outcome::Rejected { endpoint: leader, error }));
    let watch = open(&mut cluster, &[leader], from(KeyRange::single("k"), 4));
    pass(&mut cluster, SECOND);
    assert_eq!(seen(&sent(&mut cluster, watch)).len(), 3, "the compacted revision itself is included");
}

/// Writes while `trouble` hits endpoints; asserts that the watch misses no event and gets none twice.
fn survives(seed: u64, mut trouble: impl FnMut(&mut Cluster, NodeId)) {
    let (mut cluster, leader) = led(seed);
    let (first, second) = (after(leader, 1), after(leader, 2));
    let watch = open(&mut cluster, &[first, leader, second], WatchRequest::new(KeyRange::prefix("k")));
    let mut revisions = Vec::new();
    let mut created = 0;
    for round in 0..3 {
        for number in 0..4 {
            let operation = Operation::put(format!("k{number}"), round.to_string());
            let endpoints = [second, after(leader, 3), after(leader, 4)];
            let id = start(&mut cluster, &endpoints, operation, 30 * SECOND);
            if number == 2 && round < 2 {
                trouble(&mut cluster, if round == 0 { first } else { leader });
            }
            pass(&mut cluster, 6 * SECOND);
            assert!(ended(&cluster, id).is_some());
        }
        let responses = sent(&mut cluster, watch);
        created += responses.iter().filter(|response| response.created).count();
        revisions.extend(seen(&responses).into_iter().map(|(revision, _)| revision));
        assert_eq!(ended(&cluster, watch), None);
    }
    assert_eq!(created, 1, "the client reopens the watch without another created response");
    let last = cluster.view().nodes[second as usize - 1].store.as_ref().unwrap().revision;
    assert_eq!(revisions, (2..=last).collect::<Vec<u64>>());
    assert!(last >= 11, "only a write during the trouble may be lost");
    is_sound(&cluster);
}

#[test]
fn a_watch_survives_the_crash_of_its_endpoint_and_of_the_leader() {
    survives(6, |cluster, node| {
        cluster.apply(Action::Crash(node)).unwrap();
    });
}

#[test]
fn a_watch_leaves_a_paused_endpoint() {
    let (mut cluster, leader) = led(7);
    let (first, second) = (after(leader, 1), after(leader, 2));
    let watch = open(&mut cluster, &[first, second], WatchRequest::new(KeyRange::all()));
    put(&mut cluster, leader, "k", "1");
    pass(&mut cluster, SECOND);
    cluster.apply(Action::Pause(first)).unwrap();
    put(&mut cluster, leader, "k", "2");
    assert_eq!(seen(&sent(&mut cluster, watch)).len(), 1);
    pass(&mut cluster, 9 * SECOND);
    assert_eq!(seen(&sent(&mut cluster, watch)), [(3, "k".to_owned())]);
    // The old endpoint resumes and must not send to the watch again.
    cluster.apply(Action::Resume(first)).unwrap();
    pass(&mut cluster, 3 * SECOND);
    put(&mut cluster, leader, "k", "3");
    pass(&mut cluster, SECOND);
    assert_eq!(seen(&sent(&mut cluster, watch)), [(4, "k".to_owned())]);
    is_sound(&cluster);
}

#[test]
fn an_endpoint_without_a_leader_for_long_ends_its_watches() {
    let (mut cluster, leader) = led(8);
    let alone = after(leader, 1);
    let watch = open(&mut cluster, &[alone], WatchRequest::new(KeyRange::all()));
    pass(&mut cluster, SECOND);
    cluster.apply(Action::Isolate(alone)).unwrap();
    pass(&mut cluster, 20 * SECOND);
    let error = ServerError::NoLeader;
    assert_eq!(ended(&cluster, watch), Some(Outcome::Refused { endpoint: alone, error }));
}

#[test]
fn a_watch_gets_nothing_after_the_client_hangs_up() {
    let (mut cluster, leader) = led(9);
    let watch = open(&mut cluster, &[leader], WatchRequest::new(KeyRange::all()));
    put(&mut cluster, leader, "k", "1");
    cluster.apply(Action::HangUp(watch)).unwrap();
    put(&mut cluster, leader, "k", "2");
    assert_eq!(seen(&sent(&mut cluster, watch)).len(), 1);
    assert_eq!(ended(&cluster, watch), Some(Outcome::Failed(Cause::HungUp)));
}
