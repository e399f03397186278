//! Linearizability of transactions, leases and partial reads.

use super::*;
use crate::kv::{
    Command, Compare, CompareOperator, CompareTarget, DeleteRequest, PutRequest, RangeRequest, TxnOp,
    TxnRequest, TxnResponse,
};
use crate::model::Property::Linearizability;
use crate::safety::{Doubt, Verdict};

fn ask(harness: &mut Harness, operation: Operation, response: Response) {
    let id = harness.start(operation);
    harness.answer(id, response);
}

fn single(key: &str) -> KeyRange {
    KeyRange::single(key)
}

fn compare(key: &str, target: CompareTarget) -> Compare {
    Compare { range: single(key), target, operator: CompareOperator::Equal }
}

fn value(key: &str, value: &str) -> Compare {
    compare(key, CompareTarget::Value(value.into()))
}

fn set(key: &str, value: &str) -> TxnOp {
    TxnOp::Put(PutRequest::new(key, value))
}

fn txn(compares: Vec<Compare>, success: Vec<TxnOp>, failure: Vec<TxnOp>) -> Operation {
    Operation::Write(Command::Txn(TxnRequest { compares, success, failure }))
}

fn told(revision: u64, succeeded: bool, responses: Vec<Response>) -> Response {
    Response::Txn(TxnResponse { revision, succeeded, responses })
}

fn range(key: &str) -> TxnOp {
    TxnOp::Range(RangeRequest::new(single(key)))
}

#[track_caller]
fn holds(harness: &mut Harness) {
    harness.is_clean();
    assert_eq!(harness.checker.linearizability(), Verdict::Linearizable, "{:?}", harness.checker.doubts());
}

#[track_caller]
fn doubts(harness: &mut Harness, doubt: Doubt, answers: u64) {
    harness.is_clean();
    assert_eq!(harness.checker.linearizability(), Verdict::Undecided { answers });
    assert_eq!(harness.checker.doubts()[doubt as usize], answers);
}

#[test]
fn a_transaction_writes_all_its_keys_at_one_revision() {
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, put("b", "1"), done(3));
    let id = harness.start(txn(vec![], vec![set("a", "2"), set("c", "2")], vec![]));
    // Both keys were written at one revision before the response to the transaction.
    ask(&mut harness, get(single("a")), read(4, vec![pair("a", "2", 4)]));
    let all = vec![pair("a", "2", 4), pair("b", "1", 3), pair("c", "2", 4)];
    ask(&mut harness, get(KeyRange::all()), read(4, all));
    harness.answer(id, told(4, true, vec![done(4), done(4)]));
    holds(&mut harness);
    ask(&mut harness, get(single("c")), read(5, vec![]));
    assert_eq!(harness.found.len(), 1, "{:?}", harness.found);
}

#[test]
fn a_partly_visible_transaction_is_a_violation() {
    let mut harness = Harness::new();
    ask(
        &mut harness,
        txn(vec![], vec![set("a", "1"), set("b", "1")], vec![]),
        told(2, true, vec![done(2), done(2)]),
    );
    holds(&mut harness);
    ask(&mut harness, get(KeyRange::all()), read(2, vec![pair("a", "1", 2)]));
    harness.breaks(
        Linearizability,
        "request 2 on key \"b\": at revision 2, one answer says it holds the version of revision 2, another that it is absent",
    );
}

#[test]
fn a_condition_chooses_the_branch() {
    let mut harness = Harness::new();
    let swap = |from: &str, to: &str| txn(vec![value("a", from)], vec![set("a", to)], vec![range("a")]);
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, swap("1", "2"), told(3, true, vec![done(3)]));
    ask(&mut harness, swap("1", "3"), told(3, false, vec![read(3, vec![pair("a", "2", 3)])]));
    holds(&mut harness);
    ask(&mut harness, swap("1", "3"), told(4, true, vec![done(4)]));
    harness.breaks(
        Linearizability,
        "request 4 on key \"a\": it was told that its condition held, but at revision 3 it did not",
    );
    ask(&mut harness, swap("3", "4"), told(4, false, vec![read(4, vec![pair("a", "3", 4)])]));
    harness.breaks(
        Linearizability,
        "request 5 was told that a condition did not hold, but at revision 4 all did",
    );
}

#[test]
fn two_transactions_cannot_both_create_a_key() {
    let create = |who: &str| {
        txn(vec![compare("lock", CompareTarget::Create(0))], vec![set("lock", who)], vec![range("lock")])
    };
    let mut harness = Harness::new();
    let (one, other) = (harness.start(create("1")), harness.start(create("2")));
    harness.answer(other, told(3, true, vec![done(3)]));
    // Until the response to the other request, revision 2 may be any write.
    harness.is_clean();
    harness.answer(one, told(2, true, vec![done(2)]));
    harness.breaks(
        Linearizability,
        "request 1 on key \"lock\": at revision 2, one answer says it holds the version of revision 2, another that it is absent",
    );
}

#[test]
fn a_lock_may_be_taken_once_its_lease_ended() {
    let create = |lease| {
        let put = TxnOp::Put(PutRequest { lease, ..PutRequest::new("lock", "") });
        txn(vec![compare("lock", CompareTarget::Create(0))], vec![put], vec![])
    };
    let mut harness = Harness::new();
    ask(&mut harness, create(7), told(2, true, vec![done(2)]));
    // The end of the lease took revision 3.
    ask(&mut harness, create(8), told(4, true, vec![done(4)]));
    holds(&mut harness);
    ask(&mut harness, create(9), told(5, true, vec![done(5)]));
    assert_eq!(harness.found.len(), 1, "{:?}", harness.found);
}

#[test]
fn versions_revisions_and_leases_are_compared() {
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, put("a", "2"), done(3));
    let all = vec![
        compare("a", CompareTarget::Version(2)),
        compare("a", CompareTarget::Create(2)),
        compare("a", CompareTarget::Mod(3)),
        compare("a", CompareTarget::Lease(0)),
        compare("b", CompareTarget::Version(0)),
    ];
    ask(
        &mut harness,
        txn(all, vec![range("a")], vec![]),
        told(3, true, vec![read(3, vec![pair("a", "2", 3)])]),
    );
    holds(&mut harness);
    let wrong = vec![compare("a", CompareTarget::Version(1))];
    ask(&mut harness, txn(wrong, vec![], vec![]), told(3, true, vec![]));
    assert_eq!(harness.found.len(), 1, "{:?}", harness.found);
}

#[test]
fn a_nested_transaction_compares_with_the_store_before() {
    let inner = |holds: &str| {
        TxnOp::Txn(TxnRequest {
            compares: vec![value("b", holds)],
            success: vec![set("b", "3")],
            failure: vec![],
        })
    };
    let ask_for = |holds: &str| txn(vec![], vec![set("a", "2"), inner(holds)], vec![]);
    let mut harness = Harness::new();
    ask(&mut harness, put("b", "1"), done(2));
    ask(&mut harness, ask_for("1"), told(3, true, vec![done(3), told(0, true, vec![done(3)])]));
    holds(&mut harness);
    ask(&mut harness, ask_for("1"), told(4, true, vec![done(4), told(0, true, vec![done(4)])]));
    assert_eq!(harness.found.len(), 1, "{:?}", harness.found);
}

#[test]
fn what_an_unknown_write_may_have_changed_is_undecided() {
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    let lost = harness.start(put("a", "2"));
    harness.end(lost, Outcome::Unknown(Cause::NoQuorum));
    ask(&mut harness, put("b", "1"), done(4));
    // The put with an unknown outcome may have revision 3.
    let swap = txn(vec![value("a", "1")], vec![set("c", "1")], vec![]);
    ask(&mut harness, swap, told(5, true, vec![done(5)]));
    doubts(&mut harness, Doubt::OpenWrite, 1);
    // It cannot have changed this key.
    let other = txn(vec![value("b", "1")], vec![set("c", "2")], vec![]);
    ask(&mut harness, other, told(6, true, vec![done(6)]));
    doubts(&mut harness, Doubt::OpenWrite, 1);
}

#[test]
fn a_transaction_with_an_unknown_outcome_explains_what_was_seen_of_it() {
    let mut harness = Harness::new();
    let lost = harness.start(txn(
        vec![],
        vec![set("a", "1"), TxnOp::Delete(DeleteRequest::new(single("b")))],
        vec![],
    ));
    harness.end(lost, Outcome::Unknown(Cause::NoQuorum));
    ask(&mut harness, get(single("a")), read(2, vec![pair("a", "1", 2)]));
    holds(&mut harness);
    ask(&mut harness, get(single("a")), read(3, vec![pair("a", "2", 3)]));
    harness.breaks(
        Linearizability,
        "request 3 on key \"a\": the value read at revision 3 was written by nobody",
    );
}

#[test]
fn the_end_of_a_lease_may_delete_its_keys() {
    let leased = Operation::Write(Command::Put(PutRequest { lease: 7, ..PutRequest::new("a", "1") }));
    let mut harness = Harness::new();
    ask(&mut harness, leased, done(2));
    ask(&mut harness, put("b", "1"), done(3));
    ask(&mut harness, get(single("a")), read(4, vec![]));
    holds(&mut harness);
    // The other key has no lease.
    ask(&mut harness, get(single("b")), read(5, vec![]));
    assert_eq!(harness.found.len(), 1, "{:?}", harness.found);
}

#[test]
fn a_key_whose_lease_ended_does_not_reappear() {
    let leased = Operation::Write(Command::Put(PutRequest { lease: 7, ..PutRequest::new("a", "1") }));
    let mut harness = Harness::new();
    ask(&mut harness, leased, done(2));
    ask(&mut harness, get(single("a")), read(3, vec![]));
    holds(&mut harness);
    ask(&mut harness, get(single("a")), read(4, vec![KeyValue { lease: 7, ..pair("a", "1", 2) }]));
    assert_eq!(harness.found.len(), 1, "{:?}", harness.found);
}

#[test]
fn a_put_that_keeps_the_value_may_be_read_as_any() {
    let kept = PutRequest { ignore_value: true, value: Vec::new(), ..PutRequest::new("a", "") };
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, Operation::Write(Command::Put(kept)), done(3));
    ask(&mut harness, get(single("a")), read(3, vec![pair("a", "1", 3)]));
    holds(&mut harness);
    ask(&mut harness, get(single("a")), read(3, vec![pair("a", "1", 2)]));
    assert_eq!(harness.found.len(), 1, "{:?}", harness.found);
}

#[test]
fn a_count_is_compared_with_the_known_keys() {
    let count = |count| Response::Range(RangeResponse { revision: 3, kvs: vec![], count, more: false });
    let only = |range| Operation::Read {
        request: RangeRequest { count_only: true, ..RangeRequest::new(range) },
        consistency: Consistency::Linearizable,
    };
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, put("b", "1"), done(3));
    ask(&mut harness, only(KeyRange::all()), count(2));
    holds(&mut harness);
    ask(&mut harness, only(KeyRange::all()), count(1));
    harness.breaks(Linearizability, "request 4 was told of 1 pairs, but there were 2 at revision 3");
    ask(&mut harness, only(single("a")), count(0));
    assert_eq!(harness.found.len(), 1, "{:?}", harness.found);
}

#[test]
fn keys_only_reads_tell_revisions() {
    let only = Operation::Read {
        request: RangeRequest { keys_only: true, ..RangeRequest::new(KeyRange::all()) },
        consistency: Consistency::Linearizable,
    };
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, put("a", "2"), done(3));
    ask(&mut harness, only.clone(), read(3, vec![pair("a", "", 3)]));
    holds(&mut harness);
    ask(&mut harness, only, read(3, vec![pair("a", "", 2)]));
    assert_eq!(harness.found.len(), 1, "{:?}", harness.found);
}

#[test]
fn a_read_of_the_past_is_checked_at_its_revision() {
    let past = Operation::Read {
        request: RangeRequest { revision: 2, ..RangeRequest::new(single("a")) },
        consistency: Consistency::Linearizable,
    };
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, put("a", "2"), done(3));
    ask(&mut harness, past.clone(), read(3, vec![pair("a", "1", 2)]));
    holds(&mut harness);
    ask(&mut harness, past, read(3, vec![]));
    assert_eq!(harness.found.len(), 1, "{:?}", harness.found);
}

#[test]
fn comparing_several_keys_is_undecided() {
    let mut harness = Harness::new();
    let all = Compare {
        range: KeyRange::prefix("a"),
        target: CompareTarget::Version(0),
        operator: CompareOperator::Equal,
    };
    ask(&mut harness, txn(vec![all], vec![], vec![]), told(1, true, vec![]));
    doubts(&mut harness, Doubt::Comparison, 1);
}

#[test]
fn the_revision_never_goes_back_for_any_request() {
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, Operation::Write(Command::Compact { revision: 1 }), Response::Compact { revision: 1 });
    harness.breaks(
        Linearizability,
        "request 2, a write, was answered at revision 1, though revision 2 was known before it was sent",
    );
}
