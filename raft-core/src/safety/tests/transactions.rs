//! Linearizability: transactions, leases, and reads that show only a part.

use super::*;
use crate::kv::{
    Command, Compare, CompareOperator, CompareTarget, DeleteRequest, PutRequest, RangeRequest, TxnOp,
    TxnRequest, TxnResponse,
};
use crate::model::Property::Linearizability;
use crate::safety::{Doubt, Verdict};

fn ask(scene: &mut Scene, operation: Operation, response: Response) {
    let id = scene.start(operation);
    scene.answer(id, response);
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
fn holds(scene: &mut Scene) {
    scene.is_good();
    assert_eq!(scene.checker.linearizability(), Verdict::Linearizable, "{:?}", scene.checker.doubts());
}

#[track_caller]
fn doubts(scene: &mut Scene, doubt: Doubt, answers: u64) {
    scene.is_good();
    assert_eq!(scene.checker.linearizability(), Verdict::Undecided { answers });
    assert_eq!(scene.checker.doubts()[doubt as usize], answers);
}

#[test]
fn a_transaction_writes_all_its_keys_at_one_revision() {
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, put("b", "1"), done(3));
    let id = scene.start(txn(vec![], vec![set("a", "2"), set("c", "2")], vec![]));
    // Both were written at one revision, and the one who asked does not know yet.
    ask(&mut scene, get(single("a")), read(4, vec![pair("a", "2", 4)]));
    let all = vec![pair("a", "2", 4), pair("b", "1", 3), pair("c", "2", 4)];
    ask(&mut scene, get(KeyRange::all()), read(4, all));
    scene.answer(id, told(4, true, vec![done(4), done(4)]));
    holds(&mut scene);
    ask(&mut scene, get(single("c")), read(5, vec![]));
    assert_eq!(scene.found.len(), 1, "{:?}", scene.found);
}

#[test]
fn a_transaction_that_was_seen_in_part_was_seen_wrong() {
    let mut scene = Scene::new();
    ask(
        &mut scene,
        txn(vec![], vec![set("a", "1"), set("b", "1")], vec![]),
        told(2, true, vec![done(2), done(2)]),
    );
    holds(&mut scene);
    ask(&mut scene, get(KeyRange::all()), read(2, vec![pair("a", "1", 2)]));
    scene.breaks(
        Linearizability,
        "request 2 on key \"b\": at revision 2, one answer says it holds the version of revision 2, another that it is absent",
    );
}

#[test]
fn a_condition_chooses_the_branch() {
    let mut scene = Scene::new();
    let swap = |from: &str, to: &str| txn(vec![value("a", from)], vec![set("a", to)], vec![range("a")]);
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, swap("1", "2"), told(3, true, vec![done(3)]));
    ask(&mut scene, swap("1", "3"), told(3, false, vec![read(3, vec![pair("a", "2", 3)])]));
    holds(&mut scene);
    ask(&mut scene, swap("1", "3"), told(4, true, vec![done(4)]));
    scene.breaks(
        Linearizability,
        "request 4 on key \"a\": it was told that its condition held, but at revision 3 it did not",
    );
    ask(&mut scene, swap("3", "4"), told(4, false, vec![read(4, vec![pair("a", "3", 4)])]));
    scene.breaks(
        Linearizability,
        "request 5 was told that a condition did not hold, but at revision 4 all did",
    );
}

#[test]
fn two_cannot_both_create_a_key() {
    let create = |who: &str| {
        txn(vec![compare("lock", CompareTarget::Create(0))], vec![set("lock", who)], vec![range("lock")])
    };
    let mut scene = Scene::new();
    let (one, other) = (scene.start(create("1")), scene.start(create("2")));
    scene.answer(other, told(3, true, vec![done(3)]));
    // Until the other is answered, revision 2 may have been anything.
    scene.is_good();
    scene.answer(one, told(2, true, vec![done(2)]));
    scene.breaks(
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
    let mut scene = Scene::new();
    ask(&mut scene, create(7), told(2, true, vec![done(2)]));
    // Revision 3 was the lease's.
    ask(&mut scene, create(8), told(4, true, vec![done(4)]));
    holds(&mut scene);
    ask(&mut scene, create(9), told(5, true, vec![done(5)]));
    assert_eq!(scene.found.len(), 1, "{:?}", scene.found);
}

#[test]
fn versions_revisions_and_leases_are_compared_too() {
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, put("a", "2"), done(3));
    let all = vec![
        compare("a", CompareTarget::Version(2)),
        compare("a", CompareTarget::Create(2)),
        compare("a", CompareTarget::Mod(3)),
        compare("a", CompareTarget::Lease(0)),
        compare("b", CompareTarget::Version(0)),
    ];
    ask(
        &mut scene,
        txn(all, vec![range("a")], vec![]),
        told(3, true, vec![read(3, vec![pair("a", "2", 3)])]),
    );
    holds(&mut scene);
    let wrong = vec![compare("a", CompareTarget::Version(1))];
    ask(&mut scene, txn(wrong, vec![], vec![]), told(3, true, vec![]));
    assert_eq!(scene.found.len(), 1, "{:?}", scene.found);
}

#[test]
fn a_transaction_inside_compares_with_the_store_before() {
    let inner = |holds: &str| {
        TxnOp::Txn(TxnRequest {
            compares: vec![value("b", holds)],
            success: vec![set("b", "3")],
            failure: vec![],
        })
    };
    let ask_for = |holds: &str| txn(vec![], vec![set("a", "2"), inner(holds)], vec![]);
    let mut scene = Scene::new();
    ask(&mut scene, put("b", "1"), done(2));
    ask(&mut scene, ask_for("1"), told(3, true, vec![done(3), told(0, true, vec![done(3)])]));
    holds(&mut scene);
    ask(&mut scene, ask_for("1"), told(4, true, vec![done(4), told(0, true, vec![done(4)])]));
    assert_eq!(scene.found.len(), 1, "{:?}", scene.found);
}

#[test]
fn what_an_unknown_write_may_have_changed_is_undecided() {
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    let lost = scene.start(put("a", "2"));
    scene.end(lost, Outcome::Unknown(Cause::NoQuorum));
    ask(&mut scene, put("b", "1"), done(4));
    // Revision 3 may be the lost one's.
    let swap = txn(vec![value("a", "1")], vec![set("c", "1")], vec![]);
    ask(&mut scene, swap, told(5, true, vec![done(5)]));
    doubts(&mut scene, Doubt::OpenWrite, 1);
    // It cannot have changed this one.
    let other = txn(vec![value("b", "1")], vec![set("c", "2")], vec![]);
    ask(&mut scene, other, told(6, true, vec![done(6)]));
    doubts(&mut scene, Doubt::OpenWrite, 1);
}

#[test]
fn a_lost_transaction_explains_what_was_seen_of_it() {
    let mut scene = Scene::new();
    let lost =
        scene.start(txn(vec![], vec![set("a", "1"), TxnOp::Delete(DeleteRequest::new(single("b")))], vec![]));
    scene.end(lost, Outcome::Unknown(Cause::NoQuorum));
    ask(&mut scene, get(single("a")), read(2, vec![pair("a", "1", 2)]));
    holds(&mut scene);
    ask(&mut scene, get(single("a")), read(3, vec![pair("a", "2", 3)]));
    scene.breaks(
        Linearizability,
        "request 3 on key \"a\": the value read at revision 3 was written by nobody",
    );
}

#[test]
fn a_lease_may_end_and_take_its_keys_with_it() {
    let leased = Operation::Write(Command::Put(PutRequest { lease: 7, ..PutRequest::new("a", "1") }));
    let mut scene = Scene::new();
    ask(&mut scene, leased, done(2));
    ask(&mut scene, put("b", "1"), done(3));
    ask(&mut scene, get(single("a")), read(4, vec![]));
    holds(&mut scene);
    // No lease takes the other one.
    ask(&mut scene, get(single("b")), read(5, vec![]));
    assert_eq!(scene.found.len(), 1, "{:?}", scene.found);
}

#[test]
fn a_key_whose_lease_ended_never_comes_back() {
    let leased = Operation::Write(Command::Put(PutRequest { lease: 7, ..PutRequest::new("a", "1") }));
    let mut scene = Scene::new();
    ask(&mut scene, leased, done(2));
    ask(&mut scene, get(single("a")), read(3, vec![]));
    holds(&mut scene);
    ask(&mut scene, get(single("a")), read(4, vec![KeyValue { lease: 7, ..pair("a", "1", 2) }]));
    assert_eq!(scene.found.len(), 1, "{:?}", scene.found);
}

#[test]
fn a_put_that_keeps_the_value_may_be_read_as_any() {
    let kept = PutRequest { ignore_value: true, value: Vec::new(), ..PutRequest::new("a", "") };
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, Operation::Write(Command::Put(kept)), done(3));
    ask(&mut scene, get(single("a")), read(3, vec![pair("a", "1", 3)]));
    holds(&mut scene);
    ask(&mut scene, get(single("a")), read(3, vec![pair("a", "1", 2)]));
    assert_eq!(scene.found.len(), 1, "{:?}", scene.found);
}

#[test]
fn a_count_is_compared_with_what_is_known() {
    let count = |count| Response::Range(RangeResponse { revision: 3, kvs: vec![], count, more: false });
    let only = |range| Operation::Read {
        request: RangeRequest { count_only: true, ..RangeRequest::new(range) },
        consistency: Consistency::Linearizable,
    };
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, put("b", "1"), done(3));
    ask(&mut scene, only(KeyRange::all()), count(2));
    holds(&mut scene);
    ask(&mut scene, only(KeyRange::all()), count(1));
    scene.breaks(Linearizability, "request 4 was told of 1 pairs, but there were 2 at revision 3");
    ask(&mut scene, only(single("a")), count(0));
    assert_eq!(scene.found.len(), 1, "{:?}", scene.found);
}

#[test]
fn keys_alone_tell_their_revisions() {
    let only = Operation::Read {
        request: RangeRequest { keys_only: true, ..RangeRequest::new(KeyRange::all()) },
        consistency: Consistency::Linearizable,
    };
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, put("a", "2"), done(3));
    ask(&mut scene, only.clone(), read(3, vec![pair("a", "", 3)]));
    holds(&mut scene);
    ask(&mut scene, only, read(3, vec![pair("a", "", 2)]));
    assert_eq!(scene.found.len(), 1, "{:?}", scene.found);
}

#[test]
fn a_read_of_the_past_tells_of_then() {
    let past = Operation::Read {
        request: RangeRequest { revision: 2, ..RangeRequest::new(single("a")) },
        consistency: Consistency::Linearizable,
    };
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, put("a", "2"), done(3));
    ask(&mut scene, past.clone(), read(3, vec![pair("a", "1", 2)]));
    holds(&mut scene);
    ask(&mut scene, past, read(3, vec![]));
    assert_eq!(scene.found.len(), 1, "{:?}", scene.found);
}

#[test]
fn comparing_several_keys_is_undecided() {
    let mut scene = Scene::new();
    let all = Compare {
        range: KeyRange::prefix("a"),
        target: CompareTarget::Version(0),
        operator: CompareOperator::Equal,
    };
    ask(&mut scene, txn(vec![all], vec![], vec![]), told(1, true, vec![]));
    doubts(&mut scene, Doubt::Comparison, 1);
}

#[test]
fn whatever_was_asked_the_revision_never_goes_back() {
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, Operation::Write(Command::Compact { revision: 1 }), Response::Compact { revision: 1 });
    scene.breaks(
        Linearizability,
        "request 2, a write, was answered at revision 1, though revision 2 was known before it was sent",
    );
}
