//! Leases: the leader counts down, and a revocation deletes keys on all nodes at one revision.

use raft_core::cluster::Cluster;
use raft_core::kv::{Command, KeyRange, KvError};
use raft_core::model::*;
use raft_core::units::{MILLISECOND, NodeId, SECOND};

use super::*;

fn left(cluster: &mut Cluster, endpoint: NodeId, id: i64) -> (i64, i64, Vec<Vec<u8>>) {
    match call(cluster, endpoint, Call::LeaseTimeToLive { id, keys: true }).1 {
        CallResponse::LeaseTimeToLive { id: answered, ttl_seconds, granted_seconds, keys } => {
            assert_eq!(answered, id);
            (ttl_seconds, granted_seconds, keys)
        }
        other => panic!("no time to live: {other:?}"),
    }
}

fn keep_alive(cluster: &mut Cluster, endpoint: NodeId, id: i64) -> i64 {
    match call(cluster, endpoint, Call::LeaseKeepAlive { id }).1 {
        CallResponse::LeaseKeepAlive { ttl_seconds, .. } => ttl_seconds,
        other => panic!("no keep-alive: {other:?}"),
    }
}

fn leases(cluster: &mut Cluster, endpoint: NodeId) -> Vec<i64> {
    match call(cluster, endpoint, Call::LeaseList).1 {
        CallResponse::LeaseList(leases) => leases,
        other => panic!("no list of leases: {other:?}"),
    }
}

fn holds(cluster: &Cluster, node: NodeId, key: &str) -> bool {
    cluster.local_range(node, &KeyRange::single(key), 0).unwrap().count == 1
}

#[test]
fn an_expired_lease_deletes_its_keys_on_all_nodes_at_one_revision() {
    let (mut cluster, leader) = led(1);
    let follower = after(leader, 1);
    let lease = grant(&mut cluster, follower, 1);
    assert_eq!(lease.ttl_seconds, 2, "the minimum");
    assert!(lease.id > 0);
    let granted = cluster.now();
    put_on(&mut cluster, follower, "x/1", lease.id);
    put_on(&mut cluster, leader, "x/2", lease.id);
    let kept = put(&mut cluster, leader, "x/3", "keep");
    assert_eq!(left(&mut cluster, follower, lease.id).2, [b"x/1".to_vec(), b"x/2".to_vec()]);
    cluster.advance(granted + 2 * SECOND - 100 * MILLISECOND);
    assert!((1..=5).all(|node| holds(&cluster, node, "x/1")), "it lives for two seconds");
    cluster.advance(granted + 2 * SECOND + 300 * MILLISECOND);
    for node in 1..=5 {
        let there = ["x/1", "x/2", "x/3"].map(|key| holds(&cluster, node, key));
        assert_eq!(there, [false, false, true], "node{node}");
    }
    assert_eq!(same_everywhere(&cluster), kept + 1);
    assert_eq!(left(&mut cluster, follower, lease.id), (-1, 0, vec![]));
    assert_eq!(leases(&mut cluster, follower), []);
    assert_eq!(keep_alive(&mut cluster, leader, lease.id), 0);
    is_sound(&cluster);
}

#[test]
fn a_lease_can_be_kept_alive_through_any_endpoint() {
    let (mut cluster, leader) = led(2);
    let lease = grant(&mut cluster, leader, 3).id;
    put_on(&mut cluster, leader, "k", lease);
    for step in 0..5 {
        pass(&mut cluster, 2 * SECOND);
        assert_eq!(keep_alive(&mut cluster, after(leader, step), lease), 3);
    }
    assert!(holds(&cluster, leader, "k"));
    pass(&mut cluster, 4 * SECOND);
    assert!(!holds(&cluster, leader, "k"));
    is_sound(&cluster);
}

#[test]
fn a_new_leader_restarts_the_full_time_to_live() {
    let (mut cluster, leader) = led(3);
    let lease = grant(&mut cluster, leader, 10).id;
    put_on(&mut cluster, leader, "k", lease);
    pass(&mut cluster, 7 * SECOND);
    assert!(left(&mut cluster, after(leader, 1), lease).0 <= 3);
    cluster.apply(Action::Crash(leader)).unwrap();
    pass(&mut cluster, 5 * SECOND);
    let new = cluster.status().leader.expect("another leads");
    let (ttl, granted, _) = left(&mut cluster, after(new, 1), lease);
    assert!((5..=11).contains(&ttl) && granted == 10, "{ttl} of {granted} s");
    assert!(holds(&cluster, new, "k"), "the old leader's count is forgotten");
    pass(&mut cluster, 12 * SECOND);
    assert!(!holds(&cluster, new, "k"));
    // The old leader rejoins as a follower with an equal store.
    cluster.apply(Action::Restart(leader)).unwrap();
    pass(&mut cluster, 2 * SECOND);
    same_everywhere(&cluster);
    is_sound(&cluster);
}

#[test]
fn a_leader_cut_off_from_its_quorum_revokes_nothing() {
    let (mut cluster, leader) = led(4);
    let lease = grant(&mut cluster, leader, 6).id;
    put_on(&mut cluster, leader, "k", lease);
    cluster.apply(Action::Isolate(leader)).unwrap();
    pass(&mut cluster, 5 * SECOND);
    let id = start(&mut cluster, &[leader], Operation::Call(Call::LeaseKeepAlive { id: lease }), SECOND);
    pass(&mut cluster, 4 * SECOND);
    assert!(matches!(ended(&cluster, id), Some(Outcome::Failed(_))));
    assert!(holds(&cluster, leader, "k"), "it cannot commit the revocation");
    cluster.apply(Action::Heal(None)).unwrap();
    pass(&mut cluster, 10 * SECOND);
    assert!((1..=5).all(|node| !holds(&cluster, node, "k")));
    same_everywhere(&cluster);
    is_sound(&cluster);
}

#[test]
fn leases_are_listed_by_expiry_at_the_leader_and_revoked_once() {
    let (mut cluster, leader) = led(5);
    let long = grant(&mut cluster, leader, 600).id;
    let short = grant(&mut cluster, leader, 300).id;
    assert_ne!(long, short);
    assert_eq!(leases(&mut cluster, leader), [short, long]);
    pass(&mut cluster, SECOND);
    let mut known = leases(&mut cluster, after(leader, 1));
    known.sort_unstable();
    let mut both = [long, short];
    both.sort_unstable();
    assert_eq!(known, both);
    let revoke = Operation::Write(Command::LeaseRevoke { id: long });
    answer(&mut cluster, leader, revoke.clone());
    let twice = ask(&mut cluster, leader, revoke);
    assert_eq!(twice, Outcome::Rejected { endpoint: leader, error: KvError::LeaseNotFound });
    assert_eq!(leases(&mut cluster, leader), [short]);
    is_sound(&cluster);
}

#[test]
fn a_run_with_leases_and_watches_is_the_same_in_any_slices() {
    let run = |slice: u64| {
        let mut cluster = Cluster::new(Settings::with_seed(6)).unwrap();
        let grant = Operation::Write(Command::LeaseGrant { id: 77, ttl_seconds: 2 });
        let put = raft_core::kv::PutRequest { lease: 77, ..raft_core::kv::PutRequest::new("k", "v") };
        let watch = Call::Watch(WatchRequest::new(KeyRange::all()));
        let request = |operation, endpoints: &[NodeId]| {
            Action::Request(Request { endpoints: endpoints.to_vec(), operation, timeout: NO_TIMEOUT })
        };
        let actions = [
            (1_000, request(Operation::Call(watch), &[2, 3])),
            (1_001, request(grant, &[1])),
            (1_200, request(Operation::Write(Command::Put(put)), &[4])),
            (1_800, Action::Crash(2)),
            (2_500, request(Operation::Call(Call::LeaseKeepAlive { id: 77 }), &[5])),
        ];
        let mut now = 0;
        for (at, action) in actions {
            while now + slice < at {
                now += slice;
                cluster.advance(now * MILLISECOND);
            }
            now = at;
            cluster.advance(at * MILLISECOND);
            cluster.apply(action).unwrap();
        }
        cluster.advance(9 * SECOND);
        is_sound(&cluster);
        (cluster.event_count(), cluster.trace_hash())
    };
    let whole = run(1_000_000);
    assert_eq!(run(1), whole);
    assert_eq!(run(333), whole);
}
