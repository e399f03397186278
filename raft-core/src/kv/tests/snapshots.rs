//! Snapshots: a round trip, and bytes that are not a valid snapshot.

use super::*;

/// The bytes before the first change of a snapshot without leases and alarms: the format and seven numbers.
const HEAD: usize = 1 + 8 * 7;
/// The bytes of a put of a one-byte value to a one-byte key.
const PUT: usize = 8 * 2 + 1 + 8 * 3 + (8 + 1) * 2;

fn snapshot() -> Vec<u8> {
    let bytes = after(&[put("k", "1"), put("k", "2")]).encode();
    assert_eq!(bytes.len(), HEAD + 2 * PUT);
    bytes
}

#[test]
fn snapshots_that_contradict_themselves_are_refused() {
    let (first, second) = (HEAD, HEAD + PUT);
    let cases = [
        ("an old format", 0, 1),
        ("a revision below that of the last change", 1, 2),
        ("a compacted revision above the store's", 9, 9),
        ("a size that is no multiple of a page", 25, 1),
        ("a change at the first revision", first, 1),
        ("a change above the store's revision", second, 4),
        ("a change before its predecessor", first, 4),
        ("a change of unknown kind", first + 16, 2),
        ("a creation before the first change", first + 17, 1),
        ("a key that starts at version 2", first + 25, 2),
        ("a skipped version", second + 25, 3),
        ("a lease that was not granted", second + 33, 1),
        ("a changed revision of creation", second + 17, 3),
    ];
    for (what, at, byte) in cases {
        let mut bytes = snapshot();
        assert_ne!(bytes[at], byte);
        bytes[at] = byte;
        assert!(Store::decode(&bytes).is_err(), "{what}");
    }
    assert!(Store::decode(&snapshot()).is_ok());
    let mut store = after(&[put("k", "1"), put("k", "2")]);
    done(&mut store, Command::Compact { revision: 3 });
    let mut bytes = store.encode();
    let version = first + 25;
    for (byte, fine) in [(0, false), (1, true), (2, true), (3, false)] {
        bytes[version] = byte;
        assert_eq!(Store::decode(&bytes).is_ok(), fine, "version {byte}");
    }
    assert_eq!(Store::decode(&[]), Err(DecodeError::TooShort));
    assert_eq!(Store::decode(&[1, 0]), Err(DecodeError::Format(1)));
}

#[test]
fn a_decoded_store_equals_the_encoded_one() {
    let mut store = Store::with_quota(1_000_000);
    let alarms = [AlarmKind::Corrupt, AlarmKind::NoSpace].map(|kind| Alarm { member: u64::MAX, kind });
    let commands = [
        Command::LeaseGrant { id: i64::MAX, ttl_seconds: 60 },
        Command::LeaseGrant { id: -1, ttl_seconds: 60 },
        Command::Put(PutRequest { lease: -1, ..PutRequest::new("a", "1") }),
        put("b", &"x".repeat(10_000)),
        del(KeyRange::single("b")),
        put("b", "2"),
        Command::Compact { revision: 4 },
        Command::AlarmRaise(alarms[1]),
        Command::AlarmRaise(alarms[0]),
    ];
    for command in commands {
        done(&mut store, command);
    }
    let decoded = Store::decode(&store.encode()).expect("an encoded store decodes");
    assert_eq!(decoded, store);
    assert_eq!((decoded.quota(), decoded.compacted_revision(), decoded.leases().len()), (1_000_000, 4, 2));
    assert!(decoded.db_size() > decoded.db_size_in_use() + 4096);
    assert_eq!(decoded.lease(-1).map(|lease| lease.keys().count()), Some(1));
}
