//! Recorded histories of the golden scenarios and of runs with random faults: the check by
//! revisions, the search for an order, and the checker of `todc-utils` agree.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;

use raft_core::cluster::Cluster;
use raft_core::kv::{Command, KeyRange, Response, TxnOp, TxnRequest};
use raft_core::model::{Action, Operation, Outcome, Request, Settings};
use raft_core::runtime::RandomStream;
use raft_core::safety::{ClientOperation, History, Verdict};
use raft_core::scenario::{Player, parse};
use raft_core::units::{MILLISECOND, SECOND};
use todc_utils::{Action as Step, History as Recorded, Specification, WGLChecker};

mod common;

const STEPS: u64 = 300_000;

/// A key as a register for `todc-utils`.
struct Register;

#[derive(Clone, Debug)]
enum Effect {
    Put(Vec<u8>),
    Delete,
    Get,
}

#[derive(Clone, Debug)]
enum Seen {
    Nothing,
    Deleted(u64),
    Saw(Option<Vec<u8>>),
}

/// The effect of an operation on a key, and the content of its response.
type Does = (Effect, Seen);

impl Specification for Register {
    type State = Option<Vec<u8>>;
    type Operation = Does;

    fn init() -> Self::State {
        None
    }

    fn apply((effect, told): &Self::Operation, state: &Self::State) -> (bool, Self::State) {
        let fits = match told {
            Seen::Nothing => true,
            Seen::Deleted(count) => u64::from(state.is_some()) == *count,
            Seen::Saw(value) => value == state,
        };
        let next = match effect {
            Effect::Put(value) => Some(value.clone()),
            Effect::Delete => None,
            Effect::Get => state.clone(),
        };
        (fits, next)
    }
}

/// Returns the key and effect of an operation that a register supports.
fn effect(operation: &Operation) -> Option<(Vec<u8>, Effect)> {
    match operation {
        Operation::Write(Command::Put(put)) if put.lease == 0 && !put.ignore_value && !put.ignore_lease => {
            Some((put.key.clone(), Effect::Put(put.value.clone())))
        }
        Operation::Write(Command::Delete(delete)) => {
            Some((delete.range.as_single()?.to_vec(), Effect::Delete))
        }
        Operation::Read { request, .. } if request.clone() == request.range.clone().into() => {
            Some((request.range.as_single()?.to_vec(), Effect::Get))
        }
        _ => None,
    }
}

/// Adds the ranges that an operation which a register does not support may change.
fn others(operation: &Operation, ranges: &mut Vec<KeyRange>) {
    fn of_txn(txn: &TxnRequest, ranges: &mut Vec<KeyRange>) {
        for op in txn.ops() {
            match op {
                TxnOp::Range(_) => {}
                TxnOp::Put(put) => ranges.push(KeyRange::single(put.key.clone())),
                TxnOp::Delete(delete) => ranges.push(delete.range.clone()),
                TxnOp::Txn(inner) => of_txn(inner, ranges),
            }
        }
    }
    match operation {
        _ if effect(operation).is_some() => {}
        Operation::Write(Command::Put(put)) => ranges.push(KeyRange::single(put.key.clone())),
        Operation::Write(Command::Delete(delete)) => ranges.push(delete.range.clone()),
        Operation::Write(Command::Txn(txn)) => of_txn(txn, ranges),
        _ => {}
    }
}

/// Runs `todc-utils` on the keys that were used as registers. Returns whether all histories are
/// linearizable, and their number.
fn by_todc(history: &History) -> (bool, u64) {
    let mut ranges = Vec::new();
    history.operations().for_each(|op| others(&op.operation, &mut ranges));
    let keys: BTreeSet<Vec<u8>> =
        history.operations().filter_map(|op| Some(effect(&op.operation)?.0)).collect();
    let (mut good, mut judged) = (true, 0);
    for key in keys.into_iter().filter(|key| !ranges.iter().any(|range| range.contains(key))) {
        let mut steps: Vec<(u64, usize, Step<Does>)> = Vec::new();
        for (process, op) in history.operations().enumerate() {
            let Some((_, effect)) = effect(&op.operation).filter(|(other, _)| *other == key) else {
                continue;
            };
            let told = match &op.ended {
                Some((_, _, Outcome::Ok(answer))) if !op.is_serializable() => match &answer.response {
                    Response::Delete(delete) => Seen::Deleted(delete.deleted),
                    Response::Range(read) => Seen::Saw(read.kvs.first().map(|kv| kv.value.clone())),
                    _ => Seen::Nothing,
                },
                // A write without a response gets one at the end, where no later read can see it.
                _ if op.is_open() && op.operation.is_write() => Seen::Nothing,
                _ => continue,
            };
            let answered =
                op.ended.as_ref().filter(|_| !op.is_open()).map_or(u64::MAX, |(_, place, _)| *place);
            steps.push((op.invoked_place, process, Step::Call((effect.clone(), told.clone()))));
            steps.push((answered, process, Step::Response((effect, told))));
        }
        // The time grows with the square of the history's length.
        if steps.is_empty() || steps.len() > 600 {
            continue;
        }
        steps.sort_by_key(|(place, process, _)| (*place, *process));
        let steps = steps.into_iter().map(|(_, process, step)| (process, step)).collect();
        good &= WGLChecker::<Register>::is_linearizable(Recorded::from_actions(steps));
        judged += 1;
    }
    (good, judged)
}

/// Asserts that both checks and `todc-utils` agree on a run. Returns the number of registers that
/// `todc-utils` judged.
fn agree(cluster: &Cluster, name: &str) -> u64 {
    let (history, report) = (cluster.client_history(), cluster.check_history(STEPS));
    let violated = cluster.linearizability() == Verdict::Violated;
    assert!(
        !matches!(report.verdict, Verdict::Undecided { .. }) || history.forgotten() > 0,
        "{name}: {report:?}"
    );
    // A history with dropped operations cannot be judged. Two writes that share a revision violate
    // no register; only the check by revisions finds them.
    if history.forgotten() > 0 {
        return 0;
    }
    assert!(violated || report.verdict != Verdict::Violated, "{name}: {report:?}");
    let (good, judged) = by_todc(&history);
    assert!(good || report.verdict == Verdict::Violated, "{name}: {report:?}");
    judged
}

#[test]
fn all_checks_agree_on_the_golden_scenarios() {
    let mut judged = 0;
    for (path, text) in common::scenarios() {
        let mut player = Player::new(parse(&text).unwrap()).unwrap();
        player.finish();
        judged += agree(player.cluster(), &path.display().to_string());
    }
    assert!(judged > 20, "{judged} registers");
}

/// Plays a run with random faults and requests.
fn stormy(seed: u64) -> Cluster {
    let mut random = RandomStream::stream(seed, 78);
    let mut cluster = Cluster::new(Settings::with_seed(seed)).unwrap();
    let mut at = SECOND;
    while at < 20 * SECOND {
        cluster.advance(at);
        at += random.range(10, 120) * MILLISECOND;
        let node = random.range(1, 5);
        let key = format!("k{}", random.range(0, 2));
        let value = random.range(0, 3).to_string();
        let operation = match random.range(0, 11) {
            0..=3 => Operation::put(key, value),
            4 => Operation::delete(KeyRange::single(key)),
            5..=7 => Operation::get(KeyRange::single(key)),
            other => {
                let action = match other {
                    8 => Action::Crash(node),
                    9 => Action::Isolate(node),
                    10 => Action::Heal(None),
                    _ => Action::Restart(node),
                };
                // Some actions are invalid in the present state.
                let _refused = cluster.apply(action);
                continue;
            }
        };
        let endpoints = vec![node, node % 5 + 1];
        cluster.apply(Action::Request(Request { endpoints, operation, timeout: 2 * SECOND })).unwrap();
    }
    cluster.advance(at + 5 * SECOND);
    cluster
}

#[test]
fn all_checks_agree_on_runs_with_faults() {
    let mut judged = 0;
    for seed in 1..=12 {
        let cluster = stormy(seed);
        assert_ne!(cluster.linearizability(), Verdict::Violated, "seed {seed}");
        let answered = |op: &&ClientOperation| matches!(op.ended, Some((_, _, Outcome::Ok(_))));
        assert!(cluster.client_history().operations().filter(answered).count() > 30, "seed {seed}");
        judged += agree(&cluster, &format!("seed {seed}"));
    }
    assert!(judged >= 30, "{judged} registers");
}

#[test]
fn every_property_is_checked_in_an_ordinary_run() {
    let cluster = stormy(3);
    for view in cluster.properties() {
        assert!(view.checked > 0, "{:?}", view.property);
        assert_eq!(view.violation, None);
    }
}
