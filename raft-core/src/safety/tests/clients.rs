//! Linearizability: what clients are told, by hand.

use super::*;
use crate::kv::{Command, PutRequest};
use crate::model::Property::Linearizability;
use crate::safety::Verdict;

/// Sends a request and answers it at once.
fn ask(scene: &mut Scene, operation: Operation, response: Response) {
    let id = scene.start(operation);
    scene.answer(id, response);
}

fn single(key: &str) -> KeyRange {
    KeyRange::single(key)
}

/// A put that nobody knows the fate of.
fn lost_put(scene: &mut Scene, key: &str, value: &str) {
    let id = scene.start(put(key, value));
    scene.end(id, Outcome::Unknown(Cause::NoQuorum));
}

fn lost_del(scene: &mut Scene, range: KeyRange) {
    let id = scene.start(del(range));
    scene.end(id, Outcome::Unknown(Cause::NoQuorum));
}

#[track_caller]
fn lies(scene: &mut Scene, detail: &str) {
    scene.breaks(Linearizability, detail);
    assert_eq!(scene.checker.linearizability(), Verdict::Violated);
}

#[track_caller]
fn holds(scene: &mut Scene) {
    scene.is_good();
    assert_eq!(scene.checker.linearizability(), Verdict::Linearizable);
}

#[test]
fn an_honest_history_holds() {
    let mut scene = Scene::new();
    ask(&mut scene, get(single("a")), read(1, vec![]));
    ask(&mut scene, del(single("a")), deleted(1, 0));
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, put("b", "1"), done(3));
    ask(&mut scene, get(single("a")), read(3, vec![pair("a", "1", 2)]));
    ask(&mut scene, get(KeyRange::all()), read(3, vec![pair("a", "1", 2), pair("b", "1", 3)]));
    ask(&mut scene, del(KeyRange::all()), deleted(4, 2));
    ask(&mut scene, get(KeyRange::all()), read(4, vec![]));
    ask(&mut scene, put("a", "2"), done(5));
    ask(&mut scene, del(single("a")), deleted(6, 1));
    ask(&mut scene, get(single("a")), read(6, vec![]));
    holds(&mut scene);
}

#[test]
fn a_stale_read_is_caught() {
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, put("a", "2"), done(3));
    let read_id = scene.start(get(single("a")));
    scene.answer(read_id, read(2, vec![pair("a", "1", 2)]));
    lies(
        &mut scene,
        "request 3, a read, was answered at revision 2, though revision 3 was known before it was sent",
    );
    // A copy that claims the present, but shows the past.
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, put("a", "2"), done(3));
    ask(&mut scene, get(single("a")), read(3, vec![pair("a", "1", 2)]));
    lies(
        &mut scene,
        "request 3 on key \"a\": a read at revision 3 found the version of revision 2, but it was written at revision 3",
    );
}

#[test]
fn a_read_may_be_older_than_a_write_that_still_ran() {
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    let reader = scene.start(get(single("a")));
    ask(&mut scene, put("a", "2"), done(3));
    scene.answer(reader, read(2, vec![pair("a", "1", 2)]));
    holds(&mut scene);
}

#[test]
fn a_serializable_read_may_be_as_old_as_it_likes() {
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, put("a", "2"), done(3));
    let stale = Operation::read(single("a"), Consistency::Serializable);
    ask(&mut scene, stale, read(2, vec![pair("a", "1", 2)]));
    holds(&mut scene);
}

#[test]
fn a_lost_acknowledged_write_is_caught() {
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, get(single("a")), read(2, vec![]));
    lies(
        &mut scene,
        "request 2 on key \"a\": at revision 2, one answer says it holds the version of revision 2, another that it is absent",
    );
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, put("b", "1"), done(3));
    ask(&mut scene, get(KeyRange::all()), read(3, vec![pair("b", "1", 3)]));
    lies(
        &mut scene,
        "request 3 on key \"a\": it held a value at revision 2 and is absent at revision 3, but nobody deleted it",
    );
    // Another write took its place in the log.
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    let id = scene.start(put("b", "1"));
    scene.answer(id, done(2));
    lies(
        &mut scene,
        "request 2, a write, was answered at revision 2, though revision 2 was known before it was sent",
    );
}

#[test]
fn two_writes_never_share_a_revision() {
    let mut scene = Scene::new();
    let (one, other) = (scene.start(put("a", "1")), scene.start(put("b", "1")));
    scene.answer(one, done(2)).answer(other, done(2));
    lies(&mut scene, "requests 1 and 2 were both given revision 2");
    // The one was only seen by a reader.
    let mut scene = Scene::new();
    lost_put(&mut scene, "a", "1");
    let other = scene.start(put("b", "1"));
    ask(&mut scene, get(single("a")), read(2, vec![pair("a", "1", 2)]));
    scene.answer(other, done(2));
    lies(&mut scene, "request 2 was given revision 2, at which another key was seen to be written");
}

#[test]
fn an_unknown_write_may_take_effect_late_or_never() {
    let mut scene = Scene::new();
    lost_put(&mut scene, "a", "1");
    ask(&mut scene, get(single("a")), read(1, vec![]));
    ask(&mut scene, put("b", "1"), done(2));
    ask(&mut scene, get(single("a")), read(3, vec![pair("a", "1", 3)]));
    ask(&mut scene, get(single("a")), read(4, vec![pair("a", "1", 3)]));
    holds(&mut scene);
    // But once only.
    ask(&mut scene, put("a", "2"), done(5));
    ask(&mut scene, get(single("a")), read(6, vec![pair("a", "1", 6)]));
    lies(&mut scene, "request 7 on key \"a\": the value read at revision 6 was written by nobody");
}

#[test]
fn an_unknown_write_never_takes_effect_before_it_was_sent() {
    let mut scene = Scene::new();
    let reader = scene.start(get(single("a")));
    ask(&mut scene, put("b", "1"), done(2));
    lost_put(&mut scene, "a", "1");
    scene.answer(reader, read(2, vec![pair("a", "1", 1)]));
    lies(&mut scene, "request 1 on key \"a\": the value read at revision 1 was written by nobody");
}

#[test]
fn a_refused_write_never_takes_effect() {
    let mut scene = Scene::new();
    let id = scene.start(put("a", "1"));
    scene.end(id, Outcome::Failed(Cause::NoQuorum));
    ask(&mut scene, get(single("a")), read(2, vec![pair("a", "1", 2)]));
    lies(&mut scene, "request 2 on key \"a\": the value read at revision 2 was written by nobody");
    // Neither when it is read before it is refused.
    let mut scene = Scene::new();
    let id = scene.start(put("a", "1"));
    ask(&mut scene, get(single("a")), read(2, vec![pair("a", "1", 2)]));
    scene.is_good().end(id, Outcome::Failed(Cause::NoQuorum));
    lies(&mut scene, "request 1 on key \"a\": the value read at revision 2 was written by nobody");
}

#[test]
fn a_delete_says_whether_it_found_the_key() {
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, del(single("a")), deleted(2, 0));
    assert_eq!(scene.found.len(), 1, "{:?}", scene.found);
    let mut scene = Scene::new();
    ask(&mut scene, del(single("a")), deleted(2, 1));
    lies(&mut scene, "request 1 on key \"a\": a delete at revision 2 found it, but nobody had written it");
    let mut scene = Scene::new();
    lost_put(&mut scene, "a", "1");
    ask(&mut scene, del(single("a")), deleted(3, 1));
    holds(&mut scene);
    ask(&mut scene, del(single("a")), deleted(5, 1));
    lies(&mut scene, "request 3 on key \"a\": a delete at revision 5 found it, but nobody had written it");
}

#[test]
fn an_unknown_delete_explains_one_disappearance_only() {
    let mut scene = Scene::new();
    lost_del(&mut scene, single("a"));
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, get(single("a")), read(3, vec![]));
    holds(&mut scene);
    ask(&mut scene, get(single("a")), read(4, vec![pair("a", "1", 2)]));
    lies(
        &mut scene,
        "request 4 on key \"a\": it was absent at revision 3, but a read at revision 4 found the version of revision 2, which is older",
    );
    let mut scene = Scene::new();
    lost_del(&mut scene, single("a"));
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, get(single("a")), read(3, vec![]));
    ask(&mut scene, put("a", "1"), done(4));
    holds(&mut scene);
    ask(&mut scene, get(single("a")), read(5, vec![]));
    lies(
        &mut scene,
        "request 5 on key \"a\": it held a value at revision 4 and is absent at revision 5, but nobody deleted it",
    );
}

#[test]
fn a_delete_that_ended_elsewhere_explains_nothing() {
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    let delete = scene.start(del(single("a")));
    ask(&mut scene, get(single("a")), read(3, vec![]));
    scene.is_good().end(delete, Outcome::Failed(Cause::NoLeader));
    lies(
        &mut scene,
        "request 2 on key \"a\": it held a value at revision 2 and is absent at revision 3, but nobody deleted it",
    );
}

/// Revisions tell when something must have happened; what was sent later cannot have done it.
#[test]
fn what_nobody_told_needs_a_request_that_was_there_in_time() {
    // Between absence at 3 and a delete at 4, there is no room for a write.
    let mut scene = Scene::new();
    lost_put(&mut scene, "a", "1");
    ask(&mut scene, get(single("a")), read(3, vec![]));
    ask(&mut scene, del(single("a")), deleted(4, 1));
    lies(
        &mut scene,
        "request 3 on key \"a\": a delete at revision 4 found it, but it was absent at revision 3",
    );
    // It was gone, so that somebody must have put it back.
    let mut scene = Scene::new();
    lost_del(&mut scene, single("a"));
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, get(single("a")), read(3, vec![]));
    ask(&mut scene, del(single("a")), deleted(5, 1));
    lies(&mut scene, "request 4 on key \"a\": a delete at revision 5 found it, but nobody had written it");
    // The put was sent when revision 2 was known, and the delete took 3.
    let mut scene = Scene::new();
    let delete = scene.start(del(single("a")));
    ask(&mut scene, put("b", "1"), done(2));
    lost_put(&mut scene, "a", "1");
    scene.answer(delete, deleted(3, 1));
    lies(&mut scene, "request 1 on key \"a\": a delete at revision 3 found it, but nobody had written it");
    // The delete was sent when revision 3 was known, at which the key was absent.
    let mut scene = Scene::new();
    let reader = scene.start(get(single("a")));
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, put("b", "1"), done(3));
    lost_del(&mut scene, single("a"));
    scene.answer(reader, read(3, vec![]));
    lies(
        &mut scene,
        "request 1 on key \"a\": it held a value at revision 2 and is absent at revision 3, but nobody deleted it",
    );
}

#[test]
fn a_write_answered_late_must_fit_what_was_read_meanwhile() {
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    let slow = scene.start(put("a", "2"));
    ask(&mut scene, get(single("a")), read(4, vec![pair("a", "1", 2)]));
    scene.is_good().answer(slow, done(3));
    lies(
        &mut scene,
        "request 2 on key \"a\": it was written at revision 3, but a read at revision 4 still found the version of revision 2",
    );
}

#[test]
fn a_read_shows_nothing_from_beyond_its_revision_or_its_range() {
    let mut scene = Scene::new();
    lost_put(&mut scene, "a", "1");
    ask(&mut scene, get(single("a")), read(2, vec![pair("a", "1", 3)]));
    lies(&mut scene, "request 2 on key \"a\": it was read with a later revision than the store's");
    ask(&mut scene, get(single("b")), read(4, vec![pair("a", "1", 3)]));
    lies(&mut scene, "request 3 on key \"a\": it is not in the range that was asked for");
    ask(&mut scene, get(single("b")), done(5));
    lies(&mut scene, "request 4 was answered as another kind of request");
}

#[test]
fn a_range_delete_counts_for_every_key_in_it() {
    // The put is answered after the delete that removed it.
    let mut scene = Scene::new();
    let slow = scene.start(put("a1", "1"));
    ask(&mut scene, del(KeyRange::prefix("a")), deleted(3, 1));
    scene.answer(slow, done(2));
    ask(&mut scene, get(single("a1")), read(3, vec![]));
    holds(&mut scene);
    let mut scene = Scene::new();
    ask(&mut scene, put("a1", "1"), done(2));
    ask(&mut scene, put("b", "1"), done(3));
    ask(&mut scene, del(KeyRange::prefix("a")), deleted(4, 1));
    ask(&mut scene, get(single("b")), read(4, vec![pair("b", "1", 3)]));
    holds(&mut scene);
    ask(&mut scene, get(single("a1")), read(4, vec![pair("a1", "1", 2)]));
    lies(
        &mut scene,
        "request 5 on key \"a1\": a read at revision 4 found the version of revision 2, but a range around it was deleted at revision 4",
    );
}

#[test]
fn a_replaced_pair_is_an_answer_too() {
    let asked = Operation::Write(Command::Put(PutRequest { prev_kv: true, ..PutRequest::new("a", "2") }));
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    let prev_kv = Some(pair("a", "1", 2));
    ask(&mut scene, asked.clone(), Response::Put(PutResponse { revision: 3, prev_kv }));
    holds(&mut scene);
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, asked, done(3));
    assert_eq!(scene.found.len(), 1, "{:?}", scene.found);
}

#[test]
fn a_limited_read_says_nothing_of_what_it_leaves_out() {
    let mut scene = Scene::new();
    ask(&mut scene, put("a", "1"), done(2));
    ask(&mut scene, put("b", "1"), done(3));
    ask(&mut scene, put("c", "1"), done(4));
    let cut = |kv: KeyValue| RangeResponse { revision: 4, kvs: vec![kv], count: 3, more: true };
    ask(&mut scene, get(KeyRange::all()), Response::Range(cut(pair("a", "1", 2))));
    holds(&mut scene);
    ask(&mut scene, get(KeyRange::all()), Response::Range(cut(pair("b", "1", 3))));
    assert_eq!(scene.found.len(), 1, "{:?}", scene.found);
    assert!(scene.found[0].detail.contains("key \"a\""));
}

#[test]
fn what_is_remembered_is_bounded_and_what_is_forgotten_is_undecided() {
    let mut scene = Scene::new();
    let stress = 50_000;
    for n in 0..stress {
        ask(&mut scene, put(&format!("stress/{n}"), "v"), done(n + 2));
    }
    // Nothing was asked of the forgotten keys, and the last ones are still known.
    holds(&mut scene);
    let (last, revision) = (stress - 1, stress + 1);
    let key = format!("stress/{last}");
    ask(&mut scene, get(single(&key)), read(revision, vec![pair(&key, "v", revision)]));
    holds(&mut scene);
    assert!(scene.checker.clients.remembered() < 100_000);
    ask(&mut scene, get(single("stress/0")), read(revision, vec![pair("stress/0", "v", 2)]));
    scene.is_good();
    assert_eq!(scene.checker.linearizability(), Verdict::Undecided { answers: 1 });
    ask(&mut scene, get(single(&key)), read(revision, vec![]));
    assert_eq!(scene.checker.linearizability(), Verdict::Violated);
}

#[test]
fn one_hot_key_stays_bounded_and_decided() {
    let mut scene = Scene::new();
    for n in 0..5_000 {
        let revision = 2 * n + 2;
        ask(&mut scene, put("a", &n.to_string()), done(revision));
        ask(&mut scene, get(single("a")), read(revision, vec![pair("a", &n.to_string(), revision)]));
        ask(&mut scene, del(single("a")), deleted(revision + 1, 1));
        ask(&mut scene, get(single("a")), read(revision + 1, vec![]));
    }
    holds(&mut scene);
    assert!(scene.checker.clients.remembered() < 12_000);
}
