//! Quotas, alarms and read-only transactions.

use raft_core::cluster::Cluster;
use raft_core::kv::*;
use raft_core::model::*;
use raft_core::units::SECOND;

use super::*;

fn alarms(cluster: &mut Cluster, endpoint: NodeId) -> Vec<Alarm> {
    match call(cluster, endpoint, Call::AlarmList).1 {
        CallResponse::AlarmList(alarms) => alarms,
        other => panic!("no list of alarms: {other:?}"),
    }
}

fn small() -> Settings {
    Settings { quota: 64 * 1024, ..Settings::with_seed(3) }
}

#[test]
fn a_read_only_transaction_is_linearizable_and_not_logged() {
    let (mut cluster, leader) = led(1);
    let revision = put(&mut cluster, leader, "k", "v");
    pass(&mut cluster, SECOND);
    let last = cluster.log(leader, 1)[0].mark.index;
    for endpoint in 1..=5 {
        let range = TxnOp::Range(KeyRange::single("k").into());
        let txn = TxnRequest { success: vec![range], ..TxnRequest::default() };
        let answer = answer(&mut cluster, endpoint, Operation::Write(Command::Txn(txn)));
        assert_eq!((answer.endpoint, answer.revision, answer.index), (endpoint, revision, None));
        let Response::Txn(txn) = answer.response else { panic!("not a response to a transaction") };
        let [Response::Range(range)] = &txn.responses[..] else { panic!("no response to the read") };
        assert_eq!((txn.succeeded, range.kvs[0].value.as_slice()), (true, b"v".as_slice()));
    }
    assert_eq!(cluster.log(leader, 1)[0].mark.index, last);
    is_sound(&cluster);
}

#[test]
fn a_transaction_ends_with_the_servers_own_timeout() {
    let (mut cluster, leader) = led(2);
    for step in 0..3 {
        cluster.apply(Action::Crash(after(leader, step))).unwrap();
    }
    pass(&mut cluster, 6 * SECOND);
    let up = after(leader, 3);
    let range = TxnOp::Range(KeyRange::single("k").into());
    let txn = TxnRequest { success: vec![range], ..TxnRequest::default() };
    let sent = cluster.now();
    let id = start(&mut cluster, &[up], Operation::Write(Command::Txn(txn)), NO_TIMEOUT);
    pass(&mut cluster, 8 * SECOND);
    let (at, outcome) = cluster.request(id).unwrap().ended.expect("the request has ended");
    assert!(matches!(outcome, Outcome::Failed(_)), "{outcome:?}");
    assert_eq!(at - sent, 7 * SECOND, "5 s and two election timeouts");
}

#[test]
fn a_full_database_refuses_commands_that_need_space_until_the_alarm_is_disarmed() {
    let (mut cluster, leader) = led_with(small());
    let follower = after(leader, 1);
    let member = Naming::Hosts.member_id(follower);
    let no_space = Outcome::Rejected { endpoint: follower, error: KvError::NoSpace };
    put(&mut cluster, follower, "big", &"x".repeat(30_000));
    let value = "y".repeat(40_000);
    assert_eq!(ask(&mut cluster, follower, Operation::put("more", value)), no_space);
    // The alarm is raised everywhere, and now every endpoint refuses even a small write.
    for endpoint in 1..=5 {
        assert_eq!(alarms(&mut cluster, endpoint), [Alarm { member, kind: AlarmKind::NoSpace }]);
        let refused = ask(&mut cluster, endpoint, Operation::put("small", "v"));
        assert_eq!(refused, Outcome::Rejected { endpoint, error: KvError::NoSpace });
    }
    let grant = Operation::Write(Command::LeaseGrant { id: 0, ttl_seconds: 60 });
    assert_eq!(ask(&mut cluster, follower, grant), no_space);
    // Commands that free space or need none still work.
    let read = answer(&mut cluster, leader, Operation::get(KeyRange::single("big")));
    let deleted = answer(&mut cluster, leader, Operation::delete(KeyRange::single("big")));
    assert_eq!(deleted.revision, read.revision + 1);
    let compact = Command::Compact { revision: i64::try_from(deleted.revision).unwrap() };
    answer(&mut cluster, leader, Operation::Write(compact));
    let disarm = Operation::Write(Command::AlarmDisarm(Alarm { member, kind: AlarmKind::NoSpace }));
    answer(&mut cluster, leader, disarm);
    assert_eq!(alarms(&mut cluster, leader), []);
    put(&mut cluster, leader, "small", "v");
    pass(&mut cluster, SECOND);
    same_everywhere(&cluster);
    is_sound(&cluster);
}

#[test]
fn a_scenario_can_set_the_quota() {
    let scenario = raft_core::scenario::parse("seed 1\nquota 64KB\nwait leader\n").unwrap();
    assert_eq!(scenario.settings.quota, 65_536);
    assert!(scenario.to_string().contains("64KB"), "{scenario}");
    assert!(raft_core::scenario::parse("quota 64XB\n").is_err());
}
