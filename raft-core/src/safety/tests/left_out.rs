//! Linearizability: keys that something unfollowed may write are left out, and only those.

use super::*;
use crate::cluster::Property::Linearizability;
use crate::kv::{Command, PutRequest, TxnOp, TxnRequest, TxnResponse};
use crate::safety::Verdict;

fn ask(scene: &mut Scene, operation: Operation, response: Response) {
    let id = scene.start(operation);
    scene.answer(id, response);
}

fn txn(ops: Vec<TxnOp>) -> Operation {
    let inner = TxnRequest { success: ops, ..TxnRequest::default() };
    Operation::Write(Command::Txn(TxnRequest { failure: vec![TxnOp::Txn(inner)], ..TxnRequest::default() }))
}

fn undecided(scene: &mut Scene, answers: u64) {
    scene.is_good();
    assert_eq!(scene.checker.linearizability(), Verdict::Undecided { answers });
}

#[test]
fn what_a_transaction_may_write_is_left_out() {
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, put("b", "1"), done(3));
    let ops = vec![TxnOp::Put(PutRequest::new("a", "2")), TxnOp::Put(PutRequest::new("c", "2"))];
    let id = scene.start(txn(ops));
    // Both were written at one revision, and the one who asked does not know yet.
    ask(&mut scene, get(KeyRange::single("a")), read(4, vec![pair("a", "2", 4)]));
    ask(
        &mut scene,
        get(KeyRange::all()),
        read(4, vec![pair("a", "2", 4), pair("b", "1", 3), pair("c", "2", 4)]),
    );
    scene.answer(id, Response::Txn(TxnResponse { revision: 4, ..TxnResponse::default() }));
    undecided(&mut scene, 3);
    // The other keys are judged as ever.
    ask(&mut scene, put("b", "2"), done(5));
    ask(&mut scene, get(KeyRange::single("b")), read(5, vec![pair("b", "1", 3)]));
    assert_eq!(scene.found.len(), 1, "{:?}", scene.found);
}

#[test]
fn a_lease_may_end_and_take_its_keys_with_it() {
    let mut scene = Scene::new();
    let leased = Operation::Write(Command::Put(PutRequest { lease: 7, ..PutRequest::new("a", "1") }));
    ask(&mut scene, leased, done(2));
    ask(&mut scene, get(KeyRange::single("a")), read(3, vec![]));
    undecided(&mut scene, 2);
}

#[test]
fn a_range_that_a_transaction_deletes_is_left_out() {
    let mut scene = Scene::new();
    ask(&mut scene, put("a1", "1"), done(2));
    let id = scene.start(txn(vec![TxnOp::Delete(crate::kv::DeleteRequest::new(KeyRange::prefix("a")))]));
    scene.end(id, Outcome::Unknown(Cause::NoQuorum));
    ask(&mut scene, get(KeyRange::single("a1")), read(3, vec![]));
    ask(&mut scene, del(KeyRange::prefix("a1")), deleted(3, 0));
    ask(&mut scene, get(KeyRange::prefix("b")), read(3, vec![]));
    undecided(&mut scene, 2);
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
