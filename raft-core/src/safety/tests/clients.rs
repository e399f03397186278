//! Linearizability of hand-written histories.

use super::*;
use crate::kv::{Command, PutRequest};
use crate::model::Property::Linearizability;
use crate::safety::Verdict;

/// Sends a request and answers it at once.
fn ask(harness: &mut Harness, operation: Operation, response: Response) {
    let id = harness.start(operation);
    harness.answer(id, response);
}

fn single(key: &str) -> KeyRange {
    KeyRange::single(key)
}

/// Sends a put whose outcome stays unknown.
fn lost_put(harness: &mut Harness, key: &str, value: &str) {
    let id = harness.start(put(key, value));
    harness.end(id, Outcome::Unknown(Cause::NoQuorum));
}

fn lost_del(harness: &mut Harness, range: KeyRange) {
    let id = harness.start(del(range));
    harness.end(id, Outcome::Unknown(Cause::NoQuorum));
}

#[track_caller]
fn violates(harness: &mut Harness, detail: &str) {
    harness.breaks(Linearizability, detail);
    assert_eq!(harness.checker.linearizability(), Verdict::Violated);
}

#[track_caller]
fn holds(harness: &mut Harness) {
    harness.is_clean();
    assert_eq!(harness.checker.linearizability(), Verdict::Linearizable);
}

#[test]
fn a_linearizable_history_passes() {
    let mut harness = Harness::new();
    ask(&mut harness, get(single("a")), read(1, vec![]));
    ask(&mut harness, del(single("a")), deleted(1, 0));
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, put("b", "1"), done(3));
    ask(&mut harness, get(single("a")), read(3, vec![pair("a", "1", 2)]));
    ask(&mut harness, get(KeyRange::all()), read(3, vec![pair("a", "1", 2), pair("b", "1", 3)]));
    ask(&mut harness, del(KeyRange::all()), deleted(4, 2));
    ask(&mut harness, get(KeyRange::all()), read(4, vec![]));
    ask(&mut harness, put("a", "2"), done(5));
    ask(&mut harness, del(single("a")), deleted(6, 1));
    ask(&mut harness, get(single("a")), read(6, vec![]));
    holds(&mut harness);
}

#[test]
fn a_stale_read_is_a_violation() {
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, put("a", "2"), done(3));
    let read_id = harness.start(get(single("a")));
    harness.answer(read_id, read(2, vec![pair("a", "1", 2)]));
    violates(
        &mut harness,
        "request 3, a read, was answered at revision 2, though revision 3 was known before it was sent",
    );
    // The response claims the present revision but shows a past state.
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, put("a", "2"), done(3));
    ask(&mut harness, get(single("a")), read(3, vec![pair("a", "1", 2)]));
    violates(
        &mut harness,
        "request 3 on key \"a\": a read at revision 3 found the version of revision 2, but it was written at revision 3",
    );
}

#[test]
fn a_read_may_be_older_than_a_concurrent_write() {
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    let reader = harness.start(get(single("a")));
    ask(&mut harness, put("a", "2"), done(3));
    harness.answer(reader, read(2, vec![pair("a", "1", 2)]));
    holds(&mut harness);
}

#[test]
fn a_serializable_read_may_be_arbitrarily_old() {
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, put("a", "2"), done(3));
    let stale = Operation::read(single("a"), Consistency::Serializable);
    ask(&mut harness, stale, read(2, vec![pair("a", "1", 2)]));
    holds(&mut harness);
}

#[test]
fn a_lost_acknowledged_write_is_a_violation() {
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, get(single("a")), read(2, vec![]));
    violates(
        &mut harness,
        "request 2 on key \"a\": at revision 2, one answer says it holds the version of revision 2, another that it is absent",
    );
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, put("b", "1"), done(3));
    ask(&mut harness, get(KeyRange::all()), read(3, vec![pair("b", "1", 3)]));
    violates(
        &mut harness,
        "request 3 on key \"a\": it held a value at revision 2 and is absent at revision 3, but nobody deleted it",
    );
    // Another write took its revision.
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    let id = harness.start(put("b", "1"));
    harness.answer(id, done(2));
    violates(
        &mut harness,
        "request 2, a write, was answered at revision 2, though revision 2 was known before it was sent",
    );
}

#[test]
fn two_writes_never_share_a_revision() {
    let mut harness = Harness::new();
    let (one, other) = (harness.start(put("a", "1")), harness.start(put("b", "1")));
    harness.answer(one, done(2)).answer(other, done(2));
    violates(&mut harness, "requests 1 and 2 were both given revision 2");
    // Only a reader saw the first write.
    let mut harness = Harness::new();
    lost_put(&mut harness, "a", "1");
    let other = harness.start(put("b", "1"));
    ask(&mut harness, get(single("a")), read(2, vec![pair("a", "1", 2)]));
    harness.answer(other, done(2));
    violates(&mut harness, "request 2 was given revision 2, at which another key was seen to be written");
}

#[test]
fn an_unknown_write_may_take_effect_late_or_never() {
    let mut harness = Harness::new();
    lost_put(&mut harness, "a", "1");
    ask(&mut harness, get(single("a")), read(1, vec![]));
    ask(&mut harness, put("b", "1"), done(2));
    ask(&mut harness, get(single("a")), read(3, vec![pair("a", "1", 3)]));
    ask(&mut harness, get(single("a")), read(4, vec![pair("a", "1", 3)]));
    holds(&mut harness);
    // It may take effect only once.
    ask(&mut harness, put("a", "2"), done(5));
    ask(&mut harness, get(single("a")), read(6, vec![pair("a", "1", 6)]));
    violates(&mut harness, "request 7 on key \"a\": the value read at revision 6 was written by nobody");
}

#[test]
fn an_unknown_write_never_takes_effect_before_it_was_sent() {
    let mut harness = Harness::new();
    let reader = harness.start(get(single("a")));
    ask(&mut harness, put("b", "1"), done(2));
    lost_put(&mut harness, "a", "1");
    harness.answer(reader, read(2, vec![pair("a", "1", 1)]));
    violates(&mut harness, "request 1 on key \"a\": the value read at revision 1 was written by nobody");
}

#[test]
fn a_refused_write_never_takes_effect() {
    let mut harness = Harness::new();
    let id = harness.start(put("a", "1"));
    harness.end(id, Outcome::Failed(Cause::NoQuorum));
    ask(&mut harness, get(single("a")), read(2, vec![pair("a", "1", 2)]));
    violates(&mut harness, "request 2 on key \"a\": the value read at revision 2 was written by nobody");
    // This also holds if it is read before it is refused.
    let mut harness = Harness::new();
    let id = harness.start(put("a", "1"));
    ask(&mut harness, get(single("a")), read(2, vec![pair("a", "1", 2)]));
    harness.is_clean().end(id, Outcome::Failed(Cause::NoQuorum));
    violates(&mut harness, "request 1 on key \"a\": the value read at revision 2 was written by nobody");
}

#[test]
fn the_count_of_a_delete_must_fit() {
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, del(single("a")), deleted(2, 0));
    assert_eq!(harness.found.len(), 1, "{:?}", harness.found);
    let mut harness = Harness::new();
    ask(&mut harness, del(single("a")), deleted(2, 1));
    violates(
        &mut harness,
        "request 1 on key \"a\": a delete at revision 2 found it, but nobody had written it",
    );
    let mut harness = Harness::new();
    lost_put(&mut harness, "a", "1");
    ask(&mut harness, del(single("a")), deleted(3, 1));
    holds(&mut harness);
    ask(&mut harness, del(single("a")), deleted(5, 1));
    violates(
        &mut harness,
        "request 3 on key \"a\": a delete at revision 5 found it, but nobody had written it",
    );
}

#[test]
fn an_unknown_delete_explains_only_one_disappearance() {
    let mut harness = Harness::new();
    lost_del(&mut harness, single("a"));
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, get(single("a")), read(3, vec![]));
    holds(&mut harness);
    ask(&mut harness, get(single("a")), read(4, vec![pair("a", "1", 2)]));
    violates(
        &mut harness,
        "request 4 on key \"a\": it was absent at revision 3, but a read at revision 4 found the version of revision 2, which is older",
    );
    let mut harness = Harness::new();
    lost_del(&mut harness, single("a"));
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, get(single("a")), read(3, vec![]));
    ask(&mut harness, put("a", "1"), done(4));
    holds(&mut harness);
    ask(&mut harness, get(single("a")), read(5, vec![]));
    violates(
        &mut harness,
        "request 5 on key \"a\": it held a value at revision 4 and is absent at revision 5, but nobody deleted it",
    );
}

#[test]
fn a_delete_with_another_revision_explains_nothing() {
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    let delete = harness.start(del(single("a")));
    ask(&mut harness, get(single("a")), read(3, vec![]));
    harness.is_clean().end(delete, Outcome::Failed(Cause::NoLeader));
    violates(
        &mut harness,
        "request 2 on key \"a\": it held a value at revision 2 and is absent at revision 3, but nobody deleted it",
    );
}

/// Revisions tell when a write must have happened. A request that was sent later cannot explain it.
#[test]
fn an_unacknowledged_write_needs_a_request_that_was_sent_in_time() {
    // Between the absence at 3 and a delete at 4 there is no revision for a write.
    let mut harness = Harness::new();
    lost_put(&mut harness, "a", "1");
    ask(&mut harness, get(single("a")), read(3, vec![]));
    ask(&mut harness, del(single("a")), deleted(4, 1));
    violates(
        &mut harness,
        "request 3 on key \"a\": a delete at revision 4 found it, but it was absent at revision 3",
    );
    // The key was absent, so some request must have put it again.
    let mut harness = Harness::new();
    lost_del(&mut harness, single("a"));
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, get(single("a")), read(3, vec![]));
    ask(&mut harness, del(single("a")), deleted(5, 1));
    violates(
        &mut harness,
        "request 4 on key \"a\": a delete at revision 5 found it, but nobody had written it",
    );
    // The put was sent after revision 2 was known, and the delete took 3.
    let mut harness = Harness::new();
    let delete = harness.start(del(single("a")));
    ask(&mut harness, put("b", "1"), done(2));
    lost_put(&mut harness, "a", "1");
    harness.answer(delete, deleted(3, 1));
    violates(
        &mut harness,
        "request 1 on key \"a\": a delete at revision 3 found it, but nobody had written it",
    );
    // The delete was sent after revision 3 was known, at which the key was absent.
    let mut harness = Harness::new();
    let reader = harness.start(get(single("a")));
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, put("b", "1"), done(3));
    lost_del(&mut harness, single("a"));
    harness.answer(reader, read(3, vec![]));
    violates(
        &mut harness,
        "request 1 on key \"a\": it held a value at revision 2 and is absent at revision 3, but nobody deleted it",
    );
}

#[test]
fn a_late_response_to_a_write_must_fit_the_reads_in_between() {
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    let slow = harness.start(put("a", "2"));
    ask(&mut harness, get(single("a")), read(4, vec![pair("a", "1", 2)]));
    harness.is_clean().answer(slow, done(3));
    violates(
        &mut harness,
        "request 2 on key \"a\": it was written at revision 3, but a read at revision 4 still found the version of revision 2",
    );
}

#[test]
fn a_read_shows_no_pair_outside_its_revision_or_range() {
    let mut harness = Harness::new();
    lost_put(&mut harness, "a", "1");
    ask(&mut harness, get(single("a")), read(2, vec![pair("a", "1", 3)]));
    violates(&mut harness, "request 2 on key \"a\": it was read with a later revision than the store's");
    ask(&mut harness, get(single("b")), read(4, vec![pair("a", "1", 3)]));
    violates(&mut harness, "request 3 on key \"a\": it is not in the range that was asked for");
    ask(&mut harness, get(single("b")), done(5));
    violates(&mut harness, "request 4 was answered as another kind of request");
}

#[test]
fn a_delete_of_a_range_applies_to_every_key_in_it() {
    // The response to the put comes after the delete that removed it.
    let mut harness = Harness::new();
    let slow = harness.start(put("a1", "1"));
    ask(&mut harness, del(KeyRange::prefix("a")), deleted(3, 1));
    harness.answer(slow, done(2));
    ask(&mut harness, get(single("a1")), read(3, vec![]));
    holds(&mut harness);
    let mut harness = Harness::new();
    ask(&mut harness, put("a1", "1"), done(2));
    ask(&mut harness, put("b", "1"), done(3));
    ask(&mut harness, del(KeyRange::prefix("a")), deleted(4, 1));
    ask(&mut harness, get(single("b")), read(4, vec![pair("b", "1", 3)]));
    holds(&mut harness);
    ask(&mut harness, get(single("a1")), read(4, vec![pair("a1", "1", 2)]));
    violates(
        &mut harness,
        "request 5 on key \"a1\": a read at revision 4 found the version of revision 2, but a range around it was deleted at revision 4",
    );
}

#[test]
fn the_previous_pair_of_a_put_is_checked() {
    let asked = Operation::Write(Command::Put(PutRequest { prev_kv: true, ..PutRequest::new("a", "2") }));
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    let prev_kv = Some(pair("a", "1", 2));
    ask(&mut harness, asked.clone(), Response::Put(PutResponse { revision: 3, prev_kv }));
    holds(&mut harness);
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, asked, done(3));
    assert_eq!(harness.found.len(), 1, "{:?}", harness.found);
}

#[test]
fn a_limited_read_says_nothing_about_omitted_keys() {
    let mut harness = Harness::new();
    ask(&mut harness, put("a", "1"), done(2));
    ask(&mut harness, put("b", "1"), done(3));
    ask(&mut harness, put("c", "1"), done(4));
    let cut = |kv: KeyValue| RangeResponse { revision: 4, kvs: vec![kv], count: 3, more: true };
    ask(&mut harness, get(KeyRange::all()), Response::Range(cut(pair("a", "1", 2))));
    holds(&mut harness);
    ask(&mut harness, get(KeyRange::all()), Response::Range(cut(pair("b", "1", 3))));
    assert_eq!(harness.found.len(), 1, "{:?}", harness.found);
    assert!(harness.found[0].detail.contains("key \"a\""));
}

#[test]
fn the_memory_is_bounded_and_dropped_facts_are_undecided() {
    let mut harness = Harness::new();
    let stress = 50_000;
    for n in 0..stress {
        ask(&mut harness, put(&format!("stress/{n}"), "v"), done(n + 2));
    }
    // No request concerns the dropped keys, and the last keys are still known.
    holds(&mut harness);
    let (last, revision) = (stress - 1, stress + 1);
    let key = format!("stress/{last}");
    ask(&mut harness, get(single(&key)), read(revision, vec![pair(&key, "v", revision)]));
    holds(&mut harness);
    assert!(harness.checker.clients.remembered() < 100_000);
    ask(&mut harness, get(single("stress/0")), read(revision, vec![pair("stress/0", "v", 2)]));
    harness.is_clean();
    assert_eq!(harness.checker.linearizability(), Verdict::Undecided { answers: 1 });
    ask(&mut harness, get(single(&key)), read(revision, vec![]));
    assert_eq!(harness.checker.linearizability(), Verdict::Violated);
}

#[test]
fn many_writes_of_one_key_stay_bounded_and_decided() {
    let mut harness = Harness::new();
    for n in 0..5_000 {
        let revision = 2 * n + 2;
        ask(&mut harness, put("a", &n.to_string()), done(revision));
        ask(&mut harness, get(single("a")), read(revision, vec![pair("a", &n.to_string(), revision)]));
        ask(&mut harness, del(single("a")), deleted(revision + 1, 1));
        ask(&mut harness, get(single("a")), read(revision + 1, vec![]));
    }
    holds(&mut harness);
    assert!(harness.checker.clients.remembered() < 12_000);
}
