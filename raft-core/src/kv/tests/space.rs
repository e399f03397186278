//! Sizes, the quota and alarms, compared with recorded answers of a real etcd.

use super::*;

const NO_SPACE: Alarm = Alarm { member: 7, kind: AlarmKind::NoSpace };

fn alarms(store: &mut Store, command: Command) -> Vec<Alarm> {
    match done(store, command) {
        Response::Alarm(response) => response.alarms,
        other => panic!("not the response to an alarm command: {other:?}"),
    }
}

fn big(length: usize) -> Command {
    put("big", &"x".repeat(length))
}

/// Script p22.
#[test]
fn a_nospace_alarm_refuses_commands_that_need_space_until_it_is_disarmed() {
    let mut store = Store::with_quota(400_000);
    assert!(store.available(&big(250_000)));
    done(&mut store, big(250_000));
    assert!(!store.available(&big(250_000)));
    assert_eq!(alarms(&mut store, Command::AlarmRaise(NO_SPACE)), [NO_SPACE]);
    assert_eq!(alarms(&mut store, Command::AlarmRaise(NO_SPACE)), [NO_SPACE]);
    assert_eq!(store.alarms(), [NO_SPACE]);
    let grant = Command::LeaseGrant { id: 1, ttl_seconds: 100 };
    let writes = TxnRequest { failure: vec![op_put("t", "1")], ..TxnRequest::default() };
    for command in [put("small", "v"), grant, Command::Txn(writes)] {
        assert!(store.available(&command));
        assert_eq!(store.apply(&command), Err(KvError::NoSpace), "{command}");
    }
    let reads = Command::Txn(txn(vec![op_get("small"), op_del(KeyRange::single("small"))]));
    for command in [del(KeyRange::single("small")), reads, Command::Compact { revision: 2 }] {
        assert!(store.available(&command));
        done(&mut store, command);
    }
    assert_eq!(alarms(&mut store, Command::AlarmDisarm(NO_SPACE)), [NO_SPACE]);
    assert_eq!(alarms(&mut store, Command::AlarmDisarm(NO_SPACE)), []);
    done(&mut store, put("small", "v"));
    assert_eq!(store.revision(), 3);
}

#[test]
fn a_corrupt_alarm_refuses_every_change() {
    let mut store = after(&[put("k", "v")]);
    let corrupt = Alarm { member: 2, kind: AlarmKind::Corrupt };
    alarms(&mut store, Command::AlarmRaise(NO_SPACE));
    alarms(&mut store, Command::AlarmRaise(corrupt));
    assert_eq!(store.alarms(), [corrupt, NO_SPACE]);
    for command in [put("k", "w"), del(KeyRange::all()), Command::Compact { revision: 2 }] {
        assert_eq!(store.apply(&command), Err(KvError::Corrupt));
    }
    assert!(store.range(&KeyRange::all().into()).is_ok());
}

#[test]
fn the_file_grows_and_only_defragmentation_shrinks_it() {
    let mut store = Store::new();
    assert_eq!((store.db_size(), store.db_size_in_use(), store.quota()), (20_480, 16_384, QUOTA_DEFAULT));
    done(&mut store, put("a", "1"));
    assert_eq!(store.db_size(), 20_480);
    done(&mut store, big(250_000));
    // etcd showed this size as 274 kB.
    assert_eq!((store.db_size(), store.db_size_in_use()), (274_432, 270_336));
    done(&mut store, del(KeyRange::all()));
    assert_eq!(store.db_size_in_use(), 270_336);
    done(&mut store, Command::Compact { revision: 4 });
    assert_eq!((store.db_size(), store.db_size_in_use()), (274_432, 16_384));
    let before = store.hash();
    store.defragment();
    assert_eq!((store.db_size(), store.hash()), (20_480, before));
}

/// Script p25.
#[test]
fn the_request_limit_counts_message_bytes() {
    assert_eq!(big(2_097_152).message_bytes(), 2_097_162);
    assert_eq!(big(4_000_000).message_bytes(), 4_000_010);
    assert_eq!(big(1_048_576).validate(), Ok(()));
    assert_eq!(big(1_572_864).validate(), Err(KvError::RequestTooLarge));
    let longest = 1_572_864 - 13 - 5 - 5 - 4;
    assert_eq!(big(longest).request_bytes(), 1_572_863);
    assert_eq!(big(longest + 1).validate(), Ok(()));
    assert_eq!(big(longest + 2).validate(), Err(KvError::RequestTooLarge));
}

#[test]
fn messages_are_measured_field_by_field() {
    let leased = PutRequest { lease: -1, prev_kv: true, ..PutRequest::new("k", "") };
    let sorted = Sort { target: SortTarget::Mod, descending: true };
    let range = RangeRequest { limit: 300, sort: Some(sorted), ..RangeRequest::new(KeyRange::all()) };
    assert_eq!(range.message_bytes(), 3 + 3 + 3 + 4);
    let compare = Compare {
        range: KeyRange::span("a", "b"),
        target: CompareTarget::Value(vec![]),
        operator: CompareOperator::Less,
    };
    let request = TxnRequest { compares: vec![compare], success: vec![op_get("k")], failure: vec![] };
    let cases = [
        (Command::put("", ""), 0),
        (Command::put("k", "v".repeat(128)), 3 + 131),
        (Command::Put(leased), 3 + 11 + 2),
        (Command::delete(KeyRange::prefix("k")), 6),
        (Command::delete(KeyRange::from_key("k")), 6),
        (Command::Txn(request), 2 + (2 + 2 + 3 + 2 + 4) + 2 + 2 + 3),
        (Command::Compact { revision: 128 }, 3),
        (Command::LeaseGrant { id: 1, ttl_seconds: 60 }, 4),
    ];
    for (command, bytes) in cases {
        assert_eq!(command.message_bytes(), bytes, "{command}");
        assert_eq!(command.request_bytes(), 13 + 2 + bytes + u64::from(bytes > 127), "{command}");
    }
}
