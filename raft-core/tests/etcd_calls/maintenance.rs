//! Status, hashes, members, defragmentation, snapshots, and transfers of leadership.

use raft_core::cluster::Cluster;
use raft_core::kv::{Command, KeyRange, KvError};
use raft_core::model::*;
use raft_core::units::{NodeId, SECOND};

use super::*;

fn id_of(node: NodeId) -> u64 {
    Naming::Loopback.member_id(node)
}

fn status(cluster: &mut Cluster, endpoint: NodeId) -> (ResponseHeader, EndpointStatus) {
    match call(cluster, endpoint, Call::Status) {
        (header, CallResponse::Status(status)) => (header, status),
        other => panic!("a status: {other:?}"),
    }
}

fn hash(cluster: &mut Cluster, endpoint: NodeId, revision: i64) -> (u32, i64) {
    match call(cluster, endpoint, Call::HashKv { revision }).1 {
        CallResponse::HashKv { hash, compact_revision } => (hash, compact_revision),
        other => panic!("a hash: {other:?}"),
    }
}

fn refused(cluster: &mut Cluster, endpoint: NodeId, call: Call) -> ServerError {
    match ask(cluster, endpoint, Operation::Call(call)) {
        Outcome::Refused { endpoint: by, error } => {
            assert_eq!(by, endpoint);
            error
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn every_endpoint_returns_its_status() {
    let (mut cluster, leader) = led(1);
    let revision = put(&mut cluster, leader, "k", "v");
    pass(&mut cluster, SECOND);
    for endpoint in 1..=5 {
        let (header, status) = status(&mut cluster, endpoint);
        assert_eq!((header.cluster_id, header.member_id), (Naming::Loopback.cluster_id(5), id_of(endpoint)));
        assert_eq!((header.revision, status.leader), (revision, id_of(leader)));
        assert_eq!((status.raft_index, status.raft_term), (status.raft_applied_index, header.raft_term));
        assert_eq!((status.db_size, status.db_size_in_use), (20_480, 16_384));
        assert!(status.errors.is_empty() && !status.learner);
    }
    is_sound(&cluster);
}

#[test]
fn without_a_quorum_an_endpoint_has_no_leader_and_answers_calls_that_need_none() {
    let (mut cluster, leader) = led(2);
    put(&mut cluster, leader, "k", "v");
    pass(&mut cluster, SECOND);
    for step in [1, 2, 3] {
        cluster.apply(Action::Crash(after(leader, step))).unwrap();
    }
    pass(&mut cluster, 5 * SECOND);
    for endpoint in [leader, after(leader, 4)] {
        let (_, status) = status(&mut cluster, endpoint);
        assert_eq!((status.leader, &status.errors[..]), (0, &["etcdserver: no leader".to_owned()][..]));
        assert!(hash(&mut cluster, endpoint, 0).0 != 0);
        assert_eq!(call(&mut cluster, endpoint, Call::LeaseList).1, CallResponse::LeaseList(vec![]));
        assert!(matches!(call(&mut cluster, endpoint, Call::MemberList).1, CallResponse::MemberList(_)));
        let watch = Call::Watch(WatchRequest::new(KeyRange::single("k")));
        let sent = cluster.now();
        assert_eq!(refused(&mut cluster, endpoint, watch), ServerError::NoLeader);
        assert_eq!(cluster.now(), sent, "the refusal is immediate");
        let alarms = ask(&mut cluster, endpoint, Operation::Call(Call::AlarmList));
        assert!(matches!(alarms, Outcome::Failed(_)), "{alarms:?}");
    }
    is_sound(&cluster);
}

#[test]
fn hashes_are_equal_on_all_nodes() {
    let (mut cluster, leader) = led(3);
    for number in 0..6 {
        put(&mut cluster, after(leader, number), &format!("k{}", number % 3), &number.to_string());
    }
    answer(&mut cluster, leader, Operation::Write(Command::Compact { revision: 4 }));
    pass(&mut cluster, SECOND);
    let all: Vec<(u32, i64)> = (1..=5).map(|endpoint| hash(&mut cluster, endpoint, 0)).collect();
    assert!(all.iter().all(|told| *told == all[0] && told.1 == 4), "{all:?}");
    assert_ne!(hash(&mut cluster, 1, 6).0, all[0].0);
    for (revision, error) in [(99, KvError::FutureRevision), (3, KvError::Compacted)] {
        let outcome = ask(&mut cluster, 2, Operation::Call(Call::HashKv { revision }));
        assert_eq!(outcome, Outcome::Rejected { endpoint: 2, error });
    }
}

#[test]
fn members_are_listed_by_id() {
    let (mut cluster, leader) = led(4);
    let (header, response) = call(&mut cluster, leader, Call::MemberList);
    let CallResponse::MemberList(members) = response else { panic!("the members are listed") };
    assert_eq!(header.revision, 0);
    let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(names, ["infra4", "infra1", "infra2", "infra5", "infra3"]);
    assert_eq!(members[1].peer_urls, ["http://127.0.0.1:12380"]);
    assert_eq!(members[1].client_urls, ["http://127.0.0.1:2379"]);
    assert!(members.iter().all(|member| !member.learner && id_of(leader) != 0));
}

#[test]
fn defragmentation_shrinks_the_file_of_one_member_only() {
    let (mut cluster, leader) = led(5);
    let value = "x".repeat(20_000);
    let mut revision = 0;
    for _ in 0..3 {
        revision = put(&mut cluster, leader, "k", &value);
    }
    let compact = Command::Compact { revision: i64::try_from(revision).unwrap() };
    answer(&mut cluster, leader, Operation::Write(compact));
    pass(&mut cluster, SECOND);
    let other = after(leader, 1);
    let before = status(&mut cluster, leader).1;
    assert!(before.db_size_in_use < before.db_size);
    assert_eq!(call(&mut cluster, leader, Call::Defragment).1, CallResponse::Defragment);
    assert!(status(&mut cluster, leader).1.db_size < before.db_size);
    assert_eq!(status(&mut cluster, other).1.db_size, before.db_size);
    same_everywhere(&cluster);
}

#[test]
fn a_snapshot_has_the_summary_of_etcdctl() {
    let (mut cluster, leader) = led(6);
    put(&mut cluster, leader, "a", "1");
    put(&mut cluster, leader, "b", "2");
    answer(&mut cluster, leader, Operation::delete(KeyRange::single("a")));
    let CallResponse::Snapshot(summary) = call(&mut cluster, leader, Call::Snapshot).1 else {
        panic!("a summary")
    };
    assert_eq!((summary.revision, summary.total_keys, summary.total_size), (4, 11, 20_480));
}

#[test]
fn leadership_moves_only_from_the_leader_and_only_to_a_member() {
    let (mut cluster, leader) = led(7);
    let target = after(leader, 2);
    let to_target = Call::MoveLeader { target: id_of(target) };
    assert_eq!(refused(&mut cluster, target, to_target.clone()), ServerError::NotLeader);
    let stranger = Call::MoveLeader { target: 0x1234 };
    assert_eq!(refused(&mut cluster, leader, stranger), ServerError::BadLeaderTransferee);
    // A transfer to itself changes nothing.
    let before = cluster.status().term;
    assert_eq!(
        call(&mut cluster, leader, Call::MoveLeader { target: id_of(leader) }).1,
        CallResponse::MoveLeader
    );
    assert_eq!((cluster.status().leader, cluster.status().term), (Some(leader), before));
    let (header, response) = call(&mut cluster, leader, to_target);
    assert_eq!((header.member_id, response), (id_of(leader), CallResponse::MoveLeader));
    pass(&mut cluster, SECOND);
    assert_eq!(cluster.status().leader, Some(target));
    // On a transfer to a crashed member, the leader stays and reports a timeout.
    let down = after(target, 1);
    cluster.apply(Action::Crash(down)).unwrap();
    let refusal = refused(&mut cluster, target, Call::MoveLeader { target: id_of(down) });
    assert_eq!((refusal, cluster.status().leader), (ServerError::Timeout, Some(target)));
    is_sound(&cluster);
}
