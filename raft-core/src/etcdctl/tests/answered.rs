//! Fixed responses of a server, and the real tool's output for such responses.

use super::*;
use crate::kv::{
    Alarm, AlarmKind, AlarmResponse, Command, DeleteResponse, KeyValue, LeaseGrantResponse, PutResponse,
    RangeResponse, Response, TxnResponse,
};
use crate::model::{
    Answer, Call, CallResponse, EndpointStatus, Member, Outcome, ResponseHeader, ServerError,
    SnapshotSummary, WatchEvent, WatchResponse,
};

const HEADER: ResponseHeader = ResponseHeader { cluster_id: 10, member_id: 11, revision: 3, raft_term: 2 };

fn store(response: Response) -> Outcome {
    Outcome::Ok(Answer { endpoint: 2, revision: response.revision(), term: 2, index: None, response })
}

fn called(response: CallResponse) -> Outcome {
    Outcome::Called { header: HEADER, response }
}

fn members() -> Vec<Member> {
    let member = |id, name: &str, learner| Member {
        id,
        name: name.to_owned(),
        peer_urls: vec![format!("http://p{id}:2380")],
        client_urls: if learner { Vec::new() } else { vec![format!("http://node{}:2379", id - 10)] },
        learner,
    };
    vec![member(11, "node1", false), member(12, "node2", false), member(13, "", true)]
}

/// Returns a server's response to each operation.
fn serve(operation: &Operation) -> Outcome {
    let pair = KeyValue {
        key: b"k".to_vec(),
        value: b"v".to_vec(),
        create_revision: 2,
        mod_revision: 3,
        version: 2,
        lease: 0x1234,
    };
    match operation {
        Operation::Read { .. } => {
            store(Response::Range(RangeResponse { revision: 3, kvs: vec![pair], count: 2, more: true }))
        }
        Operation::Write(Command::LeaseGrant { ttl_seconds, .. }) => {
            store(Response::LeaseGrant(LeaseGrantResponse {
                revision: 3,
                id: 0x1234,
                ttl_seconds: *ttl_seconds,
            }))
        }
        Operation::Write(Command::LeaseRevoke { .. }) => store(Response::LeaseRevoke { revision: 4 }),
        Operation::Write(Command::AlarmDisarm(alarm)) => {
            store(Response::Alarm(AlarmResponse { revision: 3, alarms: vec![*alarm] }))
        }
        Operation::Write(Command::Txn(_)) => store(Response::Txn(TxnResponse {
            revision: 4,
            succeeded: true,
            responses: vec![
                Response::Put(PutResponse { revision: 4, prev_kv: None }),
                Response::Range(RangeResponse { revision: 4, kvs: vec![pair], count: 1, more: false }),
                Response::Delete(DeleteResponse { revision: 4, deleted: 1, prev_kvs: Vec::new() }),
            ],
        })),
        Operation::Write(_) => store(Response::Put(PutResponse { revision: 3, prev_kv: Some(pair) })),
        Operation::Call(call) => answer(call),
    }
}

fn answer(call: &Call) -> Outcome {
    let (leases, alarms) = (vec![0x1234, 0x2345], vec![Alarm { member: 11, kind: AlarmKind::NoSpace }]);
    called(match call {
        Call::LeaseTimeToLive { id: 0x1234, keys } => CallResponse::LeaseTimeToLive {
            id: 0x1234,
            ttl_seconds: 9,
            granted_seconds: 10,
            keys: if *keys { vec![b"a".to_vec(), b"b".to_vec()] } else { Vec::new() },
        },
        Call::LeaseTimeToLive { id, .. } => {
            CallResponse::LeaseTimeToLive { id: *id, ttl_seconds: -1, granted_seconds: 0, keys: Vec::new() }
        }
        Call::LeaseKeepAlive { id } => {
            CallResponse::LeaseKeepAlive { id: *id, ttl_seconds: if *id == 0x1234 { 10 } else { 0 } }
        }
        Call::LeaseList => CallResponse::LeaseList(leases),
        Call::AlarmList => CallResponse::AlarmList(alarms),
        Call::MemberList => CallResponse::MemberList(members()),
        Call::MemberAdd { .. } => {
            CallResponse::MemberAdd { member: members()[2].clone(), members: members() }
        }
        Call::MemberRemove { id: 99 } => {
            return Outcome::Refused { endpoint: 2, error: ServerError::MemberNotFound };
        }
        Call::MemberRemove { .. } => CallResponse::MemberRemove(members()),
        Call::MoveLeader { .. } => CallResponse::MoveLeader,
        Call::HashKv { .. } => CallResponse::HashKv { hash: 77, compact_revision: -1 },
        Call::Snapshot => CallResponse::Snapshot(SnapshotSummary {
            hash: 0xabcd,
            revision: 4,
            total_keys: 9,
            total_size: 24_576,
        }),
        Call::Status => CallResponse::Status(EndpointStatus {
            db_size: 20_480,
            db_size_in_use: 16_384,
            leader: 11,
            raft_index: 9,
            raft_term: 2,
            raft_applied_index: 9,
            errors: vec!["memberID:9372538179322589801 alarm:NOSPACE ".to_owned()],
            learner: false,
        }),
        _ => CallResponse::Defragment,
    })
}

/// Runs a line to its end or to its first watch.
fn run(line: &str, stdin: &str) -> (Running, Output) {
    let directory = Directory::new(Naming::Hosts, 5);
    let (mut running, mut output, requests) = begin(line, stdin);
    let mut waiting: Vec<(CallId, Request)> = (1..).zip(requests).collect();
    while running.exit().is_none() && !waiting.is_empty() {
        let (call, request) = waiting.remove(0);
        if matches!(request.operation, Operation::Call(Call::Watch(_))) {
            break;
        }
        running.give(Input::Ended { call, outcome: serve(&request.operation) });
        for effect in running.poll(0, &directory) {
            match effect {
                Effect::Print { stream: Stream::Stdout, bytes } => output.stdout.extend(bytes),
                Effect::Print { stream: Stream::Stderr, bytes } => output.stderr.extend(bytes),
                Effect::Call { call, request } => waiting.push((call, request)),
                Effect::HangUp { .. } => {}
            }
        }
    }
    output.exit = running.exit().unwrap_or(0);
    (running, output)
}

fn shows(line: &str, stdout: &str) {
    let (_, output) = run(line, "\nput a 1\nget k\ndel x\n\n\n");
    assert_eq!(String::from_utf8_lossy(&output.stdout), stdout, "{line}: {output:?}");
    assert_eq!((output.stderr.as_slice(), output.exit), (&b""[..], 0), "{line}");
}

fn fails(line: &str, exit: u8, stderr: &str) {
    let (_, output) = run(line, "");
    assert_eq!((String::from_utf8_lossy(&output.stderr).as_ref(), output.exit), (stderr, exit), "{line}");
}

const STORE_HEADER: &str = r#""header":{"cluster_id":CID,"member_id":MID,"revision":3,"raft_term":2}"#;

fn stored(text: &str) -> String {
    let directory = Directory::new(Naming::Hosts, 5);
    let header = STORE_HEADER.replace("CID", &directory.cluster_id.to_string());
    text.replace("HEADER", &header.replace("MID", &directory.member_id(2).to_string()))
}

#[test]
fn keys_and_transactions() {
    shows("etcdctl get k", "k\nv\n");
    shows("etcdctl get k --hex --print-value-only", "\\x76\n");
    let pair =
        r#"{"key":"aw==","create_revision":2,"mod_revision":3,"version":2,"value":"dg==","lease":4660}"#;
    shows(
        "etcdctl get k -w json",
        &stored(&format!("{{HEADER,\"kvs\":[{pair}],\"more\":true,\"count\":2}}\n")),
    );
    shows("etcdctl put k w --prev-kv -w json", &stored(&format!("{{HEADER,\"prev_kv\":{pair}}}\n")));
    shows("etcdctl txn", "SUCCESS\n\nOK\n\nk\nv\n\n1\n");
    shows(
        "etcdctl txn -i",
        "compares:\nsuccess requests (get, put, del):\nfailure requests (get, put, del):\nSUCCESS\n\nOK\n\nk\nv\n\n1\n",
    );
    let inner = format!(
        "{{\"Response\":{{\"ResponsePut\":{{\"header\":{{\"revision\":4}}}}}}}},{{\"Response\":{{\"ResponseRange\":{{\"header\":{{\"revision\":4}},\"kvs\":[{pair}],\"count\":1}}}}}},{{\"Response\":{{\"ResponseDeleteRange\":{{\"header\":{{\"revision\":4}},\"deleted\":1}}}}}}"
    );
    let json = stored(&format!("{{HEADER,\"succeeded\":true,\"responses\":[{inner}]}}\n"));
    shows(
        "etcdctl txn -w json",
        &json.replace("\"revision\":3", "\"revision\":4").replace("\"mod_revision\":4", "\"mod_revision\":3"),
    );
    fails("etcdctl get k -w table", 4, "Error: table not supported as output format\n");
}

#[test]
fn leases() {
    let header = r#"{"cluster_id":10,"member_id":11,"revision":3,"raft_term":2"#;
    let fields = "\"ClusterID\" : 10\n\"MemberID\" : 11\n\"Revision\" : 3\n\"RaftTerm\" : 2\n";
    shows("etcdctl lease grant 10", "lease 0000000000001234 granted with TTL(10s)\n");
    shows("etcdctl lease revoke 1234", "lease 0000000000001234 revoked\n");
    shows("etcdctl lease list", "found 2 leases\n0000000000001234\n0000000000002345\n");
    shows(
        "etcdctl lease list -w json",
        &format!("{header},\"leases\":[{{\"id\":4660}},{{\"id\":9029}}]}}\n"),
    );
    shows("etcdctl lease list -w fields", &format!("{fields}\"ID\" : 4660\n\"ID\" : 9029\n"));
    shows(
        "etcdctl lease timetolive 1234 --keys",
        "lease 0000000000001234 granted with TTL(10s), remaining(9s), attached keys([a b])\n",
    );
    shows(
        "etcdctl lease timetolive 1234 --keys -w json",
        &format!("{header},\"id\":4660,\"ttl\":9,\"granted-ttl\":10,\"keys\":[\"YQ==\",\"Yg==\"]}}\n"),
    );
    shows("etcdctl lease timetolive 1", "lease 0000000000000001 already expired\n");
    shows(
        "etcdctl lease timetolive 1 -w json",
        &format!("{header},\"id\":1,\"ttl\":-1,\"granted-ttl\":0,\"keys\":null}}\n"),
    );
    shows("etcdctl lease keep-alive 1234 --once", "lease 0000000000001234 keepalived with TTL(10)\n");
    shows("etcdctl lease keep-alive 1234 --once -w json", &format!("{header},\"ID\":4660,\"TTL\":10}}\n"));
    shows("etcdctl lease keep-alive 1", "lease 0000000000000001 expired or revoked.\n");
    fails("etcdctl lease keep-alive 1 --once", 2, "Error: etcdserver: requested lease not found\n");
    let (running, output) = run("etcdctl lease keep-alive 1234", "");
    assert_eq!(output.stdout, b"lease 0000000000001234 keepalived with TTL(10)\n");
    assert_eq!((running.exit(), running.wakes_at()), (None, Some(3_500 * MILLISECOND)));
}

#[test]
fn members_and_endpoints() {
    shows(
        "etcdctl member list",
        "b, started, node1, http://p11:2380, http://node1:2379, false\nc, started, node2, http://p12:2380, http://node2:2379, false\nd, unstarted, , http://p13:2380, , true\n",
    );
    shows(
        "etcdctl member add node6 --peer-urls=http://p13:2380 --learner",
        "Member                d added to cluster                a\n\nETCD_NAME=\"node6\"\nETCD_INITIAL_CLUSTER=\"node1=http://p11:2380,node2=http://p12:2380,node6=http://p13:2380\"\nETCD_INITIAL_ADVERTISE_PEER_URLS=\"http://p13:2380\"\nETCD_INITIAL_CLUSTER_STATE=\"existing\"\n",
    );
    shows("etcdctl member remove b", "Member                b removed from cluster                a\n");
    fails("etcdctl member remove 63", 1, "Error: etcdserver: member not found\n");
    fails("etcdctl member remove b -w fields", 4, "Error: fields not supported as output format\n");
    shows(
        "etcdctl --endpoints=node3:2379 endpoint status",
        "node3:2379, b, 3.4.23, 20 kB, true, false, 2, 9, 9, memberID:9372538179322589801 alarm:NOSPACE \n",
    );
    shows("etcdctl endpoint hashkv --cluster", "http://node1:2379, 77\nhttp://node2:2379, 77\n");
    shows(
        "etcdctl endpoint hashkv -w json",
        "[{\"Endpoint\":\"127.0.0.1:2379\",\"HashKV\":{\"header\":{\"cluster_id\":10,\"member_id\":11,\"revision\":3,\"raft_term\":2},\"hash\":77,\"compact_revision\":-1}}]\n",
    );
    let rule = "+----------------+------+\n";
    shows(
        "etcdctl endpoint hashkv -w table",
        &format!("{rule}|    ENDPOINT    | HASH |\n{rule}| 127.0.0.1:2379 |   77 |\n{rule}"),
    );
    fails(
        "etcdctl endpoint health --cluster",
        0,
        "http://node1:2379 is healthy: successfully committed proposal: took = 0s\nhttp://node2:2379 is healthy: successfully committed proposal: took = 0s\n",
    );
    shows(
        "etcdctl endpoint health -w json",
        "[{\"endpoint\":\"127.0.0.1:2379\",\"health\":true,\"took\":\"0s\"}]\n",
    );
    shows("etcdctl move-leader c", "Leadership transferred from b to c\n");
}

#[test]
fn alarms_and_snapshots() {
    shows("etcdctl alarm list", "memberID:11 alarm:NOSPACE \n");
    shows("etcdctl alarm disarm -w json", "{\"alarms\":[{\"memberID\":11,\"alarm\":1}]}\n");
    shows(
        "etcdctl defrag --cluster",
        "Finished defragmenting etcd member[http://node1:2379]\nFinished defragmenting etcd member[http://node2:2379]\n",
    );
    shows("etcdctl snapshot save s", "Snapshot saved at s\n");
    shows(
        "etcdctl snapshot save s; etcdctl snapshot status s; etcdctl snapshot status s -w json; ls",
        "Snapshot saved at s\nabcd, 4, 9, 25 kB\n{\"hash\":43981,\"revision\":4,\"totalKey\":9,\"totalSize\":24576}\ns\n",
    );
    fails("etcdctl snapshot status s", 1, "Error: stat s: no such file or directory\n");
}

#[test]
fn watches_print_events_and_run_commands() {
    let directory = Directory::new(Naming::Hosts, 5);
    let event = |delete, revision: u64| WatchEvent {
        delete,
        kv: KeyValue {
            key: b"k".to_vec(),
            value: if delete { Vec::new() } else { b"v".to_vec() },
            create_revision: if delete { 0 } else { 2 },
            mod_revision: revision,
            version: u64::from(!delete),
            lease: 0,
        },
        prev_kv: None,
    };
    let response = WatchResponse {
        header: HEADER,
        events: vec![event(false, 2), event(true, 3)],
        ..WatchResponse::default()
    };
    let print = |line: &str, response: &WatchResponse| {
        let (mut running, mut output) = run(line, "");
        running.give(Input::Progress { call: 1, response: response.clone() });
        for effect in running.poll(0, &directory) {
            match effect {
                Effect::Print { stream: Stream::Stdout, bytes } => output.stdout.extend(bytes),
                Effect::Print { stream: Stream::Stderr, bytes } => output.stderr.extend(bytes),
                _ => {}
            }
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr), running.exit())
    };
    let plain = "PUT\nk\nv\nDELETE\nk\n\n";
    assert_eq!(print("etcdctl watch k", &response), (plain.to_owned(), String::new(), None));
    assert_eq!(print("etcdctl watch k -- echo changed", &response).0, format!("{plain}changed\nchanged\n"));
    let json = "{\"Header\":{\"cluster_id\":10,\"member_id\":11,\"revision\":3,\"raft_term\":2},\"Events\":[{\"kv\":{\"key\":\"aw==\",\"create_revision\":2,\"mod_revision\":2,\"version\":1,\"value\":\"dg==\"}},{\"type\":1,\"kv\":{\"key\":\"aw==\",\"mod_revision\":3}}],\"CompactRevision\":0,\"Canceled\":false,\"Created\":false}\n";
    assert_eq!(print("etcdctl watch k -w json", &response).0, json);
    let ended = WatchResponse {
        header: ResponseHeader { revision: 0, ..HEADER },
        canceled: true,
        compact_revision: 5,
        cancel_reason: "etcdserver: mvcc: required revision has been compacted".to_owned(),
        ..WatchResponse::default()
    };
    let said = "watch was canceled (etcdserver: mvcc: required revision has been compacted)\nError: watch is canceled by the server\n";
    assert_eq!(print("etcdctl watch k --rev=3", &ended), (String::new(), said.to_owned(), Some(5)));
}
