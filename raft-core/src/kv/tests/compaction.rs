//! Compaction and hashes, compared with recorded answers of a real etcd.

use super::*;

fn compact(store: &mut Store, revision: i64) -> Result<(), KvError> {
    let answer = store.apply(&Command::Compact { revision })?;
    assert_eq!(answer, Response::Compact { revision: store.revision() });
    Ok(())
}

fn get(store: &Store, key: &str, revision: i64) -> Result<Vec<KeyValue>, KvError> {
    let request = RangeRequest { revision, ..RangeRequest::new(KeyRange::single(key)) };
    Ok(store.range(&request)?.kvs)
}

/// Script p06.
#[test]
fn the_compacted_revision_is_readable_and_no_earlier_one() {
    let mut store = after(&[
        put("k", "v1"),
        put("k", "v2"),
        put("other", "x"),
        del(KeyRange::single("k")),
        put("k", "v3"),
    ]);
    assert_eq!(store.compacted_revision(), -1);
    assert_eq!(compact(&mut store, 4), Ok(()));
    assert_eq!(store.compacted_revision(), 4);
    assert_eq!(get(&store, "k", 3), Err(KvError::Compacted));
    assert_eq!(get(&store, "nokey", 2), Err(KvError::Compacted));
    assert_eq!(get(&store, "k", 4), Ok(vec![kv("k", 2, 3, 2, "v2")]));
    let refused = [
        (4, KvError::Compacted),
        (2, KvError::Compacted),
        (0, KvError::Compacted),
        (50, KvError::FutureRevision),
    ];
    for (revision, error) in refused {
        assert_eq!(compact(&mut store, revision), Err(error), "{revision}");
    }
    assert_eq!(compact(&mut store, 6), Ok(()));
    assert_eq!(get(&store, "k", 0), Ok(vec![kv("k", 6, 6, 1, "v3")]));
    done(&mut store, put("k", "v4"));
    assert_eq!(compact(&mut store, 7), Ok(()));
    assert_eq!(get(&store, "k", 0), Ok(vec![kv("k", 6, 7, 2, "v4")]));
    assert_eq!(store.revision(), 7);
}

#[test]
fn an_empty_store_compacts_at_zero_once() {
    let mut store = Store::new();
    assert_eq!(compact(&mut store, -1), Err(KvError::Compacted));
    assert_eq!(compact(&mut store, 0), Ok(()));
    assert_eq!(compact(&mut store, 0), Err(KvError::Compacted));
}

/// In a transaction a negative revision does not mean the present once the store was compacted.
#[test]
fn transactions_compare_negative_revisions_with_the_compacted_one() {
    let mut store = after(&[put("k", "v")]);
    let read = RangeRequest { revision: -1, ..RangeRequest::new(KeyRange::single("k")) };
    let request = txn(vec![TxnOp::Range(read)]);
    assert!(store.read_txn(&request).is_ok());
    compact(&mut store, 2).expect("the store is compacted");
    assert_eq!(store.read_txn(&request), Err(KvError::Compacted));
    assert_eq!(get(&store, "k", -1), Ok(vec![kv("k", 2, 2, 1, "v")]));
}

fn hash_of(store: &Store, revision: i64) -> u32 {
    store.hashkv(revision).expect("the revision is readable").hash
}

/// Scripts p19, p26, p27 and p31.
#[test]
fn hashkv_equals_etcds_bit_for_bit() {
    let store = after(&[put("a", "1"), put("b", "2")]);
    let now = HashKv { hash: 1_827_592_406, revision: 3, compact_revision: -1 };
    assert_eq!(store.hashkv(0), Ok(now));
    assert_eq!(store.hashkv(3), Ok(now));
    assert_eq!(hash_of(&store, 2), 2_587_454_935);
    assert_eq!(store.hashkv(99), Err(KvError::FutureRevision));
    assert_eq!(hash_of(&after(&[put("k", "v")]), 0), 3_658_645_045);
    assert_eq!(hash_of(&after(&[put("k", "v1"), put("k", "v3")]), 0), 933_551_917);
    assert_eq!(hash_of(&after(&[put("k", "v1"), put("k", "v2")]), 0), 3_318_701_102);
}

#[test]
fn hashkv_omits_the_changes_that_a_compaction_removes() {
    let full =
        after(&[put("a", "1"), put("b", "2"), put("a", "3"), del(KeyRange::single("b")), put("c", "4")]);
    let mut compacted = full.clone();
    compact(&mut compacted, 3).expect("the store is compacted");
    assert_eq!(compacted.hashkv(3), Err(KvError::Compacted));
    // At revision 6 only a@4 and c@6 count; a@2 and b@3 are old.
    let mut later = full.clone();
    compact(&mut later, 5).expect("the store is compacted");
    assert_ne!(hash_of(&full, 6), hash_of(&compacted, 6));
    let kept = compacted.hashkv(6).expect("the revision is readable");
    assert_eq!((kept.revision, kept.compact_revision), (6, 3));
}
