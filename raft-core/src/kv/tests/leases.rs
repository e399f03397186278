//! Leases, compared with recorded answers of a real etcd.

use super::*;

fn grant(store: &mut Store, id: LeaseId, ttl_seconds: i64) -> Result<i64, KvError> {
    match store.apply(&Command::LeaseGrant { id, ttl_seconds })? {
        Response::LeaseGrant(response) => {
            assert_eq!((response.id, response.revision), (id, store.revision()));
            Ok(response.ttl_seconds)
        }
        other => panic!("not the response to a grant: {other:?}"),
    }
}

fn leased(key: &str, value: &str, lease: LeaseId) -> Command {
    Command::Put(PutRequest { lease, ..PutRequest::new(key, value) })
}

fn attached(store: &Store, id: LeaseId) -> Vec<&[u8]> {
    store.lease(id).expect("the lease is granted").keys().collect()
}

/// Script p14.
#[test]
fn a_key_is_attached_to_the_lease_of_its_last_put() {
    let mut store = Store::new();
    assert_eq!(grant(&mut store, 1, 300), Ok(300));
    done(&mut store, leased("b", "2", 1));
    done(&mut store, leased("a", "1", 1));
    assert_eq!(attached(&store, 1), [b"a", b"b"]);
    done(&mut store, put("a", "3"));
    assert_eq!(attached(&store, 1), [b"b"]);
    let keeps = PutRequest { ignore_lease: true, ..PutRequest::new("b", "4") };
    done(&mut store, Command::Put(keeps));
    assert_eq!(attached(&store, 1), [b"b"]);
    assert_eq!(store.get(b"b").map(|kv| kv.lease), Some(1));
    done(&mut store, leased("c", "5", 1));
    let revoked = done(&mut store, Command::LeaseRevoke { id: 1 });
    assert_eq!(revoked, Response::LeaseRevoke { revision: 7 });
    let left = store.range(&KeyRange::all().into()).expect("the revision is readable");
    assert_eq!(left.kvs, [kv("a", 3, 4, 2, "3")]);
    assert_eq!(store.apply(&Command::LeaseRevoke { id: 1 }), Err(KvError::LeaseNotFound));
    assert_eq!(store.leases(), []);
}

#[test]
fn a_key_moves_between_leases_and_its_deletion_detaches_it() {
    let mut store = Store::new();
    for id in [5, 2] {
        assert_eq!(grant(&mut store, id, 60), Ok(60));
    }
    assert_eq!(store.leases().iter().map(Lease::id).collect::<Vec<i64>>(), [2, 5]);
    done(&mut store, leased("k", "1", 5));
    done(&mut store, leased("k", "2", 2));
    assert_eq!((attached(&store, 5).len(), attached(&store, 2)), (0, vec![b"k".as_slice()]));
    done(&mut store, del(KeyRange::single("k")));
    assert_eq!(attached(&store, 2).len(), 0);
    // No key is attached, so the revision does not change.
    assert_eq!(done(&mut store, Command::LeaseRevoke { id: 2 }), Response::LeaseRevoke { revision: 4 });
}

/// Scripts p16 and p34.
#[test]
fn grants_are_bounded_and_unique() {
    let mut store = Store::new();
    let grants = [
        (1, 0, Ok(2)),
        (2, -5, Ok(2)),
        (3, 1, Ok(2)),
        (4, 9_000_000_000, Ok(9_000_000_000)),
        (5, 9_000_000_001, Err(KvError::LeaseTtlTooLarge)),
        (1, 60, Err(KvError::LeaseExists)),
        (0, 60, Err(KvError::LeaseNotFound)),
    ];
    for (id, ttl, answer) in grants {
        assert_eq!(grant(&mut store, id, ttl), answer, "{id} {ttl}");
    }
    assert_eq!(store.apply(&leased("k", "v", 0x1234)), Err(KvError::LeaseNotFound));
    assert_eq!(store.apply(&Command::LeaseRevoke { id: 0 }), Err(KvError::LeaseNotFound));
    let both = PutRequest { ignore_lease: true, lease: 12, ..PutRequest::new("k", "v") };
    assert_eq!(Command::Put(both).validate(), Err(KvError::LeaseProvided));
    assert_eq!(store.revision(), 1);
}

/// Script p02.
#[test]
fn a_put_that_keeps_value_or_lease_needs_an_existing_key() {
    let mut store = Store::new();
    let value = PutRequest { ignore_value: true, ..PutRequest::new("nokey", "") };
    let lease = PutRequest { ignore_lease: true, ..PutRequest::new("nokey", "v") };
    for put in [value, lease] {
        assert_eq!(store.apply(&Command::Put(put)), Err(KvError::KeyNotFound));
    }
    done(&mut store, put("k", "v7"));
    let same = PutRequest { ignore_value: true, prev_kv: true, ..PutRequest::new("k", "") };
    let answer = done(&mut store, Command::Put(same));
    let old = PutResponse { revision: 3, prev_kv: Some(kv("k", 2, 2, 1, "v7")) };
    assert_eq!(answer, Response::Put(old));
    assert_eq!(store.get(b"k"), Some(&kv("k", 2, 3, 2, "v7")));
}
