//! Random small histories of single keys: the check by revisions and the search for an order,
//! compared with trying every order and with the checker of `todc-utils`, which knows registers.

use std::collections::BTreeMap;

use proptest::prelude::*;
use todc_utils::{Action, History as Recorded, Specification, WGLChecker};

use super::*;
use crate::kv::Command;
use crate::safety::search;
use crate::safety::{ClientOperation, History, Verdict};

const KEYS: [&str; 2] = ["a", "b"];

#[derive(Clone, Debug)]
enum Ending {
    Ok(Response),
    Unknown,
    Failed,
}

#[derive(Clone, Debug)]
struct Op {
    key: usize,
    operation: Operation,
    /// The store's response when the operation took effect.
    effect: Option<Response>,
    /// The positions of start and end in the history; a request that never ends has no second one.
    started: usize,
    ended: Option<(usize, Ending)>,
}

impl Op {
    fn outcome(&self) -> Option<Outcome> {
        self.ended.as_ref().map(|(_, ending)| match ending {
            Ending::Ok(response) => Outcome::Ok(answer(response.clone())),
            Ending::Unknown => Outcome::Unknown(Cause::NoQuorum),
            Ending::Failed => Outcome::Failed(Cause::NoQuorum),
        })
    }

    fn failed(&self) -> bool {
        matches!(self.ended, Some((_, Ending::Failed)))
    }

    /// The successful response, if there was one.
    fn told(&self) -> Option<&Response> {
        match &self.ended {
            Some((_, Ending::Ok(response))) => Some(response),
            _ => None,
        }
    }
}

/// A store of single keys with revisions as in etcd.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Model {
    writes: u64,
    keys: BTreeMap<Vec<u8>, (Vec<u8>, u64)>,
}

impl Model {
    fn revision(&self) -> u64 {
        1 + self.writes
    }

    fn apply(&mut self, operation: &Operation) -> Response {
        match operation {
            Operation::Write(Command::Put(put)) => {
                self.writes += 1;
                self.keys.insert(put.key.clone(), (put.value.clone(), self.revision()));
                done(self.revision())
            }
            Operation::Write(Command::Delete(delete)) => {
                let was_there = self.keys.remove(&delete.range.key).is_some();
                self.writes += u64::from(was_there);
                deleted(self.revision(), u64::from(was_there))
            }
            Operation::Read { request, .. } => {
                let key = &request.range.key;
                let found = self.keys.get(key);
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let kv = found.map(|(value, at)| pair(&text(key), &text(value), *at));
                read(self.revision(), kv.into_iter().collect())
            }
            Operation::Write(other) => panic!("{other} is not among the operations"),
            Operation::Call(call) => panic!("{call:?} is not among the operations"),
        }
    }
}

/// Creates a history from random choices: requests start, take effect and end in any order.
fn play(choices: &[(u8, u8)]) -> Vec<Op> {
    let (mut model, mut ops): (Model, Vec<Op>) = Default::default();
    for (position, (what, which)) in choices.iter().enumerate() {
        let running = |op: &Op| op.ended.is_none();
        // A write with an unknown outcome may take effect even after its client gave up.
        let may_take_effect =
            |op: &Op| op.effect.is_none() && !op.failed() && (running(op) || op.operation.is_write());
        match what % 8 {
            0..=2 => {
                if ops.iter().filter(|op| running(op)).count() < 3 && ops.len() < 8 {
                    let key = usize::from(which % 4 == 0);
                    let name = KEYS[key];
                    let operation = match which / 4 % 5 {
                        0 => put(name, "x"),
                        1 => put(name, "y"),
                        2 => del(KeyRange::single(name)),
                        _ => get(KeyRange::single(name)),
                    };
                    ops.push(Op { key, operation, effect: None, started: position, ended: None });
                }
            }
            3..=4 => {
                if let Some(op) = pick(&mut ops, *which, may_take_effect) {
                    op.effect = Some(model.apply(&op.operation));
                }
            }
            _ => {
                if let Some(op) = pick(&mut ops, *which, running) {
                    let ending = match (&op.effect, what % 8) {
                        (_, 7) if op.operation.is_write() => Ending::Unknown,
                        (Some(response), _) => Ending::Ok(response.clone()),
                        (None, 6) => Ending::Failed,
                        (None, _) => {
                            let response = model.apply(&op.operation);
                            op.effect = Some(response.clone());
                            Ending::Ok(response)
                        }
                    };
                    op.ended = Some((position, ending));
                }
            }
        }
    }
    ops
}

fn pick(ops: &mut [Op], which: u8, able: impl Fn(&Op) -> bool) -> Option<&mut Op> {
    let mut able: Vec<&mut Op> = ops.iter_mut().filter(|op| able(op)).collect();
    let count = able.len();
    (count > 0).then(|| able.swap_remove(usize::from(which) % count))
}

/// Changes one ending, which may be correct by chance afterwards.
fn falsify(ops: &mut [Op], which: u8, how: u8) {
    let Some(op) = pick(ops, which, |op| op.ended.is_some()) else { return };
    let key = KEYS[op.key];
    let Some((_, ending)) = &mut op.ended else { return };
    match ending {
        Ending::Unknown => *ending = Ending::Failed,
        Ending::Failed => *ending = Ending::Unknown,
        Ending::Ok(response) => match (response, how % 6) {
            (_, 0) if op.operation.is_write() => *ending = Ending::Failed,
            (Response::Put(put), 1..=3) => put.revision += 1,
            (Response::Put(put), _) => put.revision = put.revision.saturating_sub(1),
            (Response::Delete(delete), 0..=3) => delete.deleted = 1 - delete.deleted,
            (Response::Delete(delete), _) => delete.revision = delete.revision.saturating_sub(1),
            (Response::Range(RangeResponse { revision, kvs, count, .. }), how) => {
                match how {
                    0 => kvs.clear(),
                    1 => *kvs = vec![pair(key, "x", *revision)],
                    2 => *kvs = vec![pair(key, "y", revision.saturating_sub(1))],
                    3 => kvs.iter_mut().for_each(|kv| kv.value = b"x".to_vec()),
                    4 => *revision = revision.saturating_sub(1),
                    _ => *revision += 1,
                }
                *count = kvs.len() as u64;
            }
            (other, _) => panic!("{other:?} is not among the responses"),
        },
    }
}

/// Returns the starts and ends in order: the request, and whether it ends here.
fn moments(ops: &[Op]) -> Vec<(usize, bool)> {
    let mut moments: Vec<(usize, usize, bool)> = Vec::new();
    for (id, op) in ops.iter().enumerate() {
        moments.push((op.started, id, false));
        moments.extend(op.ended.as_ref().map(|(at, _)| (*at, id, true)));
    }
    moments.sort();
    moments.into_iter().map(|(_, id, ends)| (id, ends)).collect()
}

/// Runs the check by revisions.
fn by_revisions(ops: &[Op]) -> (Verdict, Vec<Violation>) {
    let mut harness = Harness::new();
    for (id, ends) in moments(ops) {
        let op = &ops[id];
        let id = id as u64 + 1;
        match op.outcome().filter(|_| ends) {
            Some(outcome) => harness.end(id, outcome),
            None => harness.see(EventKind::RequestStarted {
                id,
                operation: op.operation.clone(),
                endpoints: vec![1],
            }),
        };
    }
    (harness.checker.linearizability(), harness.found)
}

/// Runs the search for an order, with the revisions removed.
fn by_search(ops: &[Op]) -> bool {
    let mut history = History::default();
    for (at, (id, ends)) in (1..).zip(moments(ops)) {
        let op = &ops[id];
        let id = id as u64 + 1;
        let kind = match op.outcome().filter(|_| ends) {
            Some(outcome) => EventKind::RequestEnded { id, outcome },
            None => EventKind::RequestStarted { id, operation: op.operation.clone(), endpoints: vec![1] },
        };
        history.observe(&Event { at, kind });
    }
    let report = search::check(&history, 100_000);
    holds_good(&history, &report);
    is_wrong_alone(&history, &report);
    assert!(!matches!(report.verdict, Verdict::Undecided { .. }), "a history this small is decided");
    report.verdict == Verdict::Linearizable
}

/// Checks a report: each instant lies between start and end, and contradicting responses are listed
/// if and only if there is no order.
pub(super) fn holds_good(history: &History, report: &search::Report) {
    for (id, at) in &report.points {
        let op = history.operations().find(|op| op.id == *id).unwrap();
        assert!(op.invoked <= *at, "{op:?} at {at}");
        assert!(op.is_open() || op.ended.as_ref().is_some_and(|(end, ..)| at <= end), "{op:?} at {at}");
    }
    assert_eq!(report.violating.is_empty(), report.verdict != Verdict::Violated);
}

/// Checks that the contradicting responses have no order without the others.
fn is_wrong_alone(history: &History, report: &search::Report) {
    if report.verdict != Verdict::Violated {
        return;
    }
    // There must be no order with all other responses dropped and the history cut before some position.
    let ends = history.operations().filter_map(|op| op.ended.as_ref().map(|(_, place, _)| *place));
    let alone = |since: u64| {
        let after = |op: &ClientOperation| op.ended.as_ref().is_some_and(|(_, place, _)| *place > since);
        let left = history.operations().filter(|op| op.is_open() || after(op));
        let open = left.map(|op| {
            let told = matches!(op.ended, Some((_, _, Outcome::Ok(_))));
            let forget = told && !report.violating.contains(&op.id);
            ClientOperation { ended: op.ended.clone().filter(|_| !forget), ..op.clone() }
        });
        let open: Vec<ClientOperation> = open.collect();
        search::check_operations(open.iter(), since > 0, false, 100_000).verdict == Verdict::Violated
    };
    assert!(std::iter::once(0).chain(ends).any(alone), "{report:?}");
}

/// A register for `todc-utils`: the effect of an operation, and its response if there is one.
struct Register;

impl Specification for Register {
    type State = Held;
    type Operation = (Effect, Option<Told>);

    fn init() -> Held {
        Held::Absent
    }

    fn apply((effect, told): &Self::Operation, held: &Held) -> (bool, Held) {
        let fits = match (*held, told) {
            (_, None | Some(Told::Done)) => true,
            (held, Some(Told::Saw(saw))) => held == *saw,
            (held, Some(Told::WasThere(there))) => (held != Held::Absent) == *there,
        };
        let next = match effect {
            Effect::Put(value) => Held::Value(*value),
            Effect::Delete => Held::Absent,
            Effect::Get => *held,
        };
        (fits, next)
    }
}

/// Runs `todc-utils` on each key. A write without a response gets one at the end, where no later
/// read can see it, which equals a write without effect.
fn by_todc(ops: &[Op]) -> bool {
    (0..KEYS.len()).all(|key| {
        let follows =
            |op: &Op| op.key == key && (op.told().is_some() || (op.operation.is_write() && !op.failed()));
        let mut actions = Vec::new();
        for (id, ends) in moments(ops) {
            let op = &ops[id];
            let does = |told| (effect(&op.operation), told);
            match op.told() {
                _ if !follows(op) => {}
                Some(response) if ends => actions.push((id, Action::Response(does(Some(told(response)))))),
                None if ends => {}
                _ => actions.push((id, Action::Call(does(None)))),
            }
        }
        let open = ops.iter().enumerate().filter(|(_, op)| follows(op) && op.told().is_none());
        actions.extend(open.map(|(id, op)| (id, Action::Response((effect(&op.operation), None)))));
        actions.is_empty() || WGLChecker::<Register>::is_linearizable(Recorded::from_actions(actions))
    })
}

/// The content of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Held {
    Absent,
    Value(u64),
}

/// The effect of an operation on one key.
#[derive(Clone, Copy, Debug)]
enum Effect {
    Put(u64),
    Delete,
    Get,
}

/// The response about one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Done,
    Saw(Held),
    WasThere(bool),
}

fn effect(operation: &Operation) -> Effect {
    match operation {
        Operation::Write(Command::Put(put)) => Effect::Put(u64::from(put.value[0])),
        Operation::Write(Command::Delete(_)) => Effect::Delete,
        Operation::Read { .. } => Effect::Get,
        Operation::Write(other) => panic!("{other} is not among the operations"),
        Operation::Call(call) => panic!("{call:?} is not among the operations"),
    }
}

fn told(response: &Response) -> Told {
    match response {
        Response::Put(_) => Told::Done,
        Response::Delete(delete) => Told::WasThere(delete.deleted > 0),
        Response::Range(read) => {
            Told::Saw(read.kvs.first().map_or(Held::Absent, |kv| Held::Value(u64::from(kv.value[0]))))
        }
        other => panic!("{other:?} is not among the responses"),
    }
}

/// Returns whether some order explains the responses, by trying all orders. `agree` compares the
/// model's response with the client's.
fn by_trying(ops: &[Op], agree: &dyn Fn(&Response, &Response) -> bool) -> bool {
    fn go(ops: &[Op], left: Vec<usize>, model: Model, agree: &dyn Fn(&Response, &Response) -> bool) -> bool {
        let must = |id: &&usize| ops[**id].told().is_some();
        let Some(deadline) = left.iter().filter(must).filter_map(|id| Some(ops[*id].ended.as_ref()?.0)).min()
        else {
            return true;
        };
        // A request that started after an end that is still to come cannot be next.
        left.iter().filter(|id| ops[**id].started < deadline).any(|id| {
            let mut model = model.clone();
            let answer = model.apply(&ops[*id].operation);
            ops[*id].told().is_none_or(|told| agree(&answer, told))
                && go(ops, left.iter().copied().filter(|other| other != id).collect(), model, agree)
        })
    }
    // A failed request had no effect, and a read without a response does not matter.
    let left = (0..ops.len()).filter(|id| {
        let op = &ops[*id];
        op.told().is_some() || (op.operation.is_write() && !op.failed())
    });
    go(ops, left.collect(), Model::default(), agree)
}

fn choices() -> impl Strategy<Value = Vec<(u8, u8)>> {
    prop::collection::vec((any::<u8>(), any::<u8>()), 0..32)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_responses_of_one_store_are_linearizable(choices in choices()) {
        let ops = play(&choices);
        prop_assert!(by_trying(&ops, &|answer, told| answer == told));
        prop_assert!(by_search(&ops));
        prop_assert!(by_todc(&ops));
        let (verdict, found) = by_revisions(&ops);
        prop_assert_eq!((verdict, found), (Verdict::Linearizable, Vec::new()));
    }

    #[test]
    fn falsified_responses_are_judged_as_by_trying_every_order(choices in choices(), lies in prop::collection::vec((any::<u8>(), any::<u8>()), 1..3)) {
        let mut ops = play(&choices);
        for (which, how) in lies {
            falsify(&mut ops, which, how);
        }
        let some_order = by_trying(&ops, &|answer, other| told(answer) == told(other));
        prop_assert_eq!(by_todc(&ops), some_order, "todc-utils is exact");
        prop_assert_eq!(by_search(&ops), some_order, "the search for an order is exact");
        let (verdict, found) = by_revisions(&ops);
        prop_assert_eq!(verdict == Verdict::Violated, !found.is_empty());
        if !some_order {
            prop_assert_eq!(&verdict, &Verdict::Violated, "no order explains this");
        }
        if by_trying(&ops, &|answer, told| answer == told) {
            prop_assert_eq!((verdict, found), (Verdict::Linearizable, Vec::new()), "an order with these revisions does");
        }
    }
}
