//! Transactions, compared with recorded answers of a real etcd.

use super::*;

fn apply(store: &mut Store, request: TxnRequest) -> TxnResponse {
    match done(store, Command::Txn(request)) {
        Response::Txn(response) => response,
        other => panic!("a transaction answers as one: {other:?}"),
    }
}

fn revisions(response: &TxnResponse) -> Vec<u64> {
    response.responses.iter().map(Response::revision).collect()
}

fn compare(key: &str, operator: CompareOperator, target: CompareTarget) -> Compare {
    Compare { range: KeyRange::single(key), target, operator }
}

/// Script p10.
#[test]
fn a_transaction_takes_one_revision_which_inner_headers_show_after_the_first_change() {
    let mut store = after(&[put("a", "0")]);
    let three = apply(&mut store, txn(vec![op_put("a", "1"), op_put("b", "2"), op_put("c", "3")]));
    assert_eq!((three.revision, revisions(&three)), (3, vec![3, 3, 3]));
    let all = store.range(&KeyRange::all().into()).expect("the revision is readable");
    assert_eq!(all.kvs, [kv("a", 2, 3, 2, "1"), kv("b", 3, 3, 1, "2"), kv("c", 3, 3, 1, "3")]);
    let reads = apply(&mut store, txn(vec![op_get("a"), op_get("b")]));
    assert_eq!((reads.revision, revisions(&reads)), (3, vec![3, 3]));
    let nothing = apply(&mut store, txn(vec![op_del(KeyRange::single("zzz"))]));
    assert_eq!((nothing.revision, revisions(&nothing)), (3, vec![3]));
    let late = apply(&mut store, txn(vec![op_del(KeyRange::single("zzz")), op_put("d", "4")]));
    assert_eq!((late.revision, revisions(&late)), (4, vec![3, 4]));
    let ops = vec![op_get("a"), op_put("a", "10"), op_get("a")];
    let seen = apply(&mut store, txn(ops));
    let values: Vec<Vec<u8>> = seen
        .responses
        .iter()
        .filter_map(|response| match response {
            Response::Range(range) => range.kvs.first().map(|kv| kv.value.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(values, [b"1".to_vec(), b"10".to_vec()]);
}

#[test]
fn comparisons_follow_etcd_on_absent_keys_and_ranges() {
    use CompareOperator::{Equal, Greater, Less, NotEqual};
    use CompareTarget::{Create, Lease, Mod, Value, Version};
    let store = after(&[put("k", "v1"), put("n", "10"), put("k", "v2")]);
    let range = |target, operator| Compare { range: KeyRange::all(), target, operator };
    let none = |target, operator| Compare { range: KeyRange::prefix("z"), target, operator };
    let cases = [
        (compare("k", Equal, Value(b"v2".to_vec())), true),
        (compare("k", Greater, Value(b"v10".to_vec())), true),
        (compare("k", Equal, Version(2)), true),
        (compare("k", Equal, Mod(4)), true),
        (compare("k", Less, Create(3)), true),
        (compare("k", Equal, Lease(0)), true),
        (compare("nokey", Equal, Version(0)), true),
        (compare("nokey", Greater, Mod(-1)), true),
        (compare("nokey", NotEqual, Value(b"x".to_vec())), false),
        (compare("nokey", Equal, Value(b"".to_vec())), false),
        (range(Version(0), Greater), true),
        (range(Version(1), Equal), false),
        (none(Value(b"".to_vec()), NotEqual), false),
        (none(Create(0), Equal), true),
    ];
    for (compare, holds) in cases {
        let request = TxnRequest { compares: vec![compare.clone()], ..TxnRequest::default() };
        let response = store.read_txn(&request).expect("the transaction is not refused");
        assert_eq!((response.succeeded, response.revision), (holds, 4), "{compare:?}");
    }
}

/// Script p09.
#[test]
fn duplicate_keys_are_refused_and_errors_change_nothing() {
    let all = || KeyRange::prefix("k");
    let inner = |success, failure| TxnOp::Txn(TxnRequest { success, failure, ..TxnRequest::default() });
    let duplicate = [
        vec![op_put("k", "1"), op_put("k", "2")],
        vec![op_put("k", "1"), op_del(KeyRange::single("k"))],
        vec![op_del(all()), op_put("kk", "1")],
        vec![op_put("kk", "1"), inner(vec![], vec![op_put("kk", "2")])],
        vec![inner(vec![op_put("kk", "1")], vec![]), op_del(all())],
        vec![inner(vec![op_put("a", "")], vec![]), inner(vec![], vec![op_put("a", "")])],
    ];
    for ops in duplicate {
        let failure = TxnRequest { failure: ops.clone(), ..TxnRequest::default() };
        for request in [txn(ops), failure] {
            assert_eq!(Command::Txn(request).validate(), Err(KvError::DuplicateKey));
        }
    }
    let fine = [
        vec![op_del(KeyRange::single("k")), op_del(KeyRange::single("k"))],
        vec![inner(vec![op_put("k", "1")], vec![op_put("k", "2")])],
    ];
    for ops in fine {
        assert_eq!(Command::Txn(txn(ops)).validate(), Ok(()));
    }
    let mut store = after(&[put("k", "v")]);
    let before = store.clone();
    let leased = TxnOp::Put(PutRequest { lease: 0x1234, ..PutRequest::new("q", "v") });
    let future = RangeRequest { revision: 1000, ..RangeRequest::new(KeyRange::single("k")) };
    let kept = TxnOp::Put(PutRequest { ignore_value: true, ..PutRequest::new("missing", "") });
    let refused = [
        (leased, KvError::LeaseNotFound),
        (TxnOp::Range(future), KvError::FutureRevision),
        (kept, KvError::KeyNotFound),
    ];
    for (op, error) in refused {
        let request = Command::Txn(txn(vec![op_put("z", "1"), op]));
        assert_eq!(store.apply(&request), Err(error));
        assert_eq!(store, before);
    }
}

#[test]
fn nested_transactions_compare_before_any_operation() {
    let mut store = after(&[put("k", "old")]);
    let inner = TxnRequest {
        compares: vec![compare("k", CompareOperator::Equal, CompareTarget::Value(b"old".to_vec()))],
        success: vec![op_put("seen", "old"), op_get("k")],
        failure: vec![op_put("seen", "new")],
    };
    let response = apply(&mut store, txn(vec![op_put("k", "new"), TxnOp::Txn(inner)]));
    assert_eq!(response.revision, 3);
    let Some(Response::Txn(inner)) = response.responses.last() else { panic!("no nested response") };
    assert!(inner.succeeded);
    assert_eq!((inner.revision, revisions(inner)), (0, vec![3, 3]));
    let Some(Response::Range(range)) = inner.responses.last() else { panic!("no response to the read") };
    assert_eq!(range.kvs, [kv("k", 2, 3, 2, "new")]);
}

#[test]
fn an_unbounded_delete_may_overlap_a_put() {
    let mut store = after(&[put("a", "1"), put("b", "1")]);
    apply(&mut store, txn(vec![op_del(KeyRange::from_key("a")), op_put("b", "2")]));
    assert_eq!(store.get(b"b"), Some(&kv("b", 4, 4, 1, "2")));
    apply(&mut store, txn(vec![op_put("b", "3"), op_del(KeyRange::from_key("a"))]));
    assert_eq!((store.get(b"b"), store.revision(), store.key_count()), (None, 5, 0));
}

#[test]
fn a_put_cannot_keep_the_value_of_a_key_that_the_transaction_deleted() {
    let mut store = after(&[put("b", "1")]);
    let keeps = TxnOp::Put(PutRequest { ignore_value: true, ..PutRequest::new("b", "") });
    let request = Command::Txn(txn(vec![op_del(KeyRange::from_key("a")), keeps]));
    assert_eq!(request.validate(), Ok(()));
    let before = store.clone();
    assert_eq!(store.apply(&request), Err(KvError::KeyNotFound));
    assert_eq!(store, before);
}

#[test]
fn nested_transactions_share_the_limit_of_operations() {
    let reads = |count| vec![op_get("k"); count];
    let nested = |outer: usize, inner: usize| {
        let mut ops = reads(outer - 1);
        ops.push(TxnOp::Txn(txn(reads(inner))));
        Command::Txn(txn(ops)).validate()
    };
    assert_eq!(Command::Txn(txn(reads(128))).validate(), Ok(()));
    assert_eq!(Command::Txn(txn(reads(129))).validate(), Err(KvError::TooManyOps));
    assert_eq!(nested(28, 100), Ok(()));
    assert_eq!(nested(28, 101), Err(KvError::TooManyOps));
}
