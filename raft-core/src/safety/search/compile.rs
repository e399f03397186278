//! Operations of clients as operations of the model, grouped into components.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Act, Cell, Condition, Expect, Key, Model, State, Target, Value};
use crate::kv::{
    Command, Compare, CompareOperator, CompareTarget, DeleteRequest, DeleteResponse, KeyRange, PutRequest,
    PutResponse, RangeRequest, RangeResponse, Response, SortTarget, TxnOp, TxnRequest, TxnResponse,
};
use crate::model::{Operation, Outcome, RequestId};
use crate::safety::ClientOperation;
use crate::units::Nanos;

/// An operation of a component.
#[derive(Clone, Debug)]
pub(super) struct Followed {
    pub(super) id: RequestId,
    pub(super) invoked: Nanos,
    /// The position of the start among all starts and ends.
    pub(super) place: u64,
    /// The instant and position of the response. Absent for an open operation, which may take
    /// effect later or never.
    pub(super) ended: Option<(Nanos, u64)>,
    pub(super) keys: Vec<Key>,
    pub(super) acts: Vec<Act>,
    /// The acts without the content of the response; empty if the operation changes nothing.
    pub(super) untold: Vec<Act>,
    /// The search tries operations with lower hints first.
    pub(super) hint: u64,
}

/// Keys that are read or written together, and their operations in the order of sending.
#[derive(Clone, Debug)]
pub(super) struct Component {
    pub(super) operations: Vec<Followed>,
    pub(super) start: State,
    pub(super) model: Model,
}

/// The keys and values of a history, sorted, which gives each a number.
struct Names {
    keys: Vec<Vec<u8>>,
    values: BTreeMap<Vec<u8>, Value>,
    /// Whether other keys may have existed before.
    forgotten: bool,
}

impl Component {
    /// Returns the components of a history with their operations.
    pub(super) fn all<'a>(
        operations: impl Iterator<Item = &'a ClientOperation>,
        forgotten: bool,
    ) -> Vec<Component> {
        let operations: Vec<(&ClientOperation, Option<&Response>)> =
            operations.filter_map(followed).collect();
        let names = Names::of(&operations, forgotten);
        let mut groups: Vec<usize> = (0..names.keys.len()).collect();
        let mut compiled = Vec::new();
        for (operation, response) in operations {
            let (acts, untold) = (names.acts(operation, response), names.acts(operation, None));
            let keys = names.keys_of(&operation.operation);
            let Some(first) = keys.first().copied() else { continue };
            for key in &keys {
                let (one, other) = (root(&groups, first), root(&groups, *key));
                groups[other.max(one)] = other.min(one);
            }
            let answer = response.map(Response::revision);
            let read = u64::from(untold.is_empty());
            let followed = Followed {
                id: operation.id,
                invoked: operation.invoked,
                place: operation.invoked_place,
                ended: operation
                    .ended
                    .as_ref()
                    .filter(|_| response.is_some())
                    .map(|(at, place, _)| (*at, *place)),
                keys,
                acts,
                untold,
                hint: answer.map_or(u64::MAX, |revision| revision * 2 + read),
            };
            compiled.push((first, followed));
        }
        let mut components: BTreeMap<usize, Vec<Followed>> = BTreeMap::new();
        for (first, operation) in compiled {
            components.entry(root(&groups, first)).or_default().push(operation);
        }
        let finish = |(group, operations)| component(&groups, group, operations, forgotten);
        components.into_iter().map(finish).collect()
    }
}

/// Creates one component and renumbers its keys from 0.
fn component(groups: &[usize], group: usize, mut operations: Vec<Followed>, forgotten: bool) -> Component {
    let mut places: BTreeMap<Key, Key> = BTreeMap::new();
    for key in (0..groups.len()).filter(|key| root(groups, *key) == group) {
        let next = places.len();
        places.insert(key, next);
    }
    let mut numbers = false;
    for operation in &mut operations {
        operation.keys.iter_mut().for_each(|key| *key = places.get(key).copied().unwrap_or(0));
        for act in operation.acts.iter_mut().chain(&mut operation.untold) {
            numbers |= place(act, &places);
        }
    }
    let cell = if forgotten { Cell::ANY } else { Cell::ABSENT };
    Component { operations, start: vec![cell; places.len()].into(), model: Model { numbers } }
}

/// Renumbers the keys of an act; returns whether a condition compares revisions or versions.
fn place(act: &mut Act, places: &BTreeMap<Key, Key>) -> bool {
    let to = |key: &mut Key| *key = places.get(key).copied().unwrap_or(0);
    match act {
        Act::Look { expect, count } => {
            expect.iter_mut().for_each(|(key, _)| to(key));
            count.iter_mut().for_each(|(keys, _)| keys.iter_mut().for_each(to));
            false
        }
        Act::Put { key, .. } => {
            to(key);
            false
        }
        Act::Delete { keys, .. } => {
            keys.iter_mut().for_each(to);
            false
        }
        Act::Choose { conditions, success, failure, .. } => {
            let mut numbers = false;
            for condition in conditions {
                to(&mut condition.key);
                numbers |=
                    matches!(condition.target, Target::Version(_) | Target::Created(_) | Target::Modified(_));
            }
            success.iter_mut().chain(failure).for_each(|act| numbers |= place(act, places));
            numbers
        }
    }
}

fn root(groups: &[usize], mut key: usize) -> usize {
    while groups[key] != key {
        key = groups[key];
    }
    key
}

/// Returns an operation that the search follows, with its successful response if it has one.
fn followed(operation: &ClientOperation) -> Option<(&ClientOperation, Option<&Response>)> {
    let answer = match &operation.ended {
        None | Some((_, _, Outcome::Unknown(_))) => None,
        Some((_, _, Outcome::Ok(answer))) => Some(&answer.response),
        // The operation certainly had no effect.
        Some(_) => return None,
    };
    let follow = match &operation.operation {
        Operation::Write(Command::Put(_) | Command::Delete(_)) => true,
        Operation::Write(Command::Txn(txn)) => answer.is_some() || !txn.is_read_only(),
        Operation::Read { request, .. } => {
            answer.is_some() && request.revision <= 0 && !operation.is_serializable()
        }
        Operation::Write(_) | Operation::Call(_) => false,
    };
    follow.then_some((operation, answer))
}

/// Calls `each` with every operation of a transaction, nested ones included.
fn parts<'a>(txn: &'a TxnRequest, each: &mut dyn FnMut(&'a TxnOp)) {
    for op in txn.ops() {
        each(op);
        if let TxnOp::Txn(inner) = op {
            parts(inner, each);
        }
    }
}

/// Calls `each` with every range of keys that an operation reads or writes.
fn ranges(operation: &Operation, each: &mut dyn FnMut(&KeyRange)) {
    match operation {
        Operation::Write(Command::Put(put)) => each(&KeyRange::single(put.key.clone())),
        Operation::Write(Command::Delete(delete)) => each(&delete.range),
        Operation::Write(Command::Txn(txn)) => {
            let mut compares =
                |txn: &TxnRequest| txn.compares.iter().for_each(|compare| each(&compare.range));
            compares(txn);
            parts(txn, &mut |op| {
                if let TxnOp::Txn(inner) = op {
                    compares(inner);
                }
            });
            parts(txn, &mut |op| match op {
                TxnOp::Range(get) => each(&get.range),
                TxnOp::Put(put) => each(&KeyRange::single(put.key.clone())),
                TxnOp::Delete(delete) => each(&delete.range),
                TxnOp::Txn(_) => {}
            });
        }
        Operation::Read { request, .. } => each(&request.range),
        Operation::Write(_) | Operation::Call(_) => {}
    }
}

/// Calls `each` with every pair in a response.
fn pairs<'a>(response: &'a Response, each: &mut dyn FnMut(&'a [u8], &'a [u8])) {
    match response {
        Response::Range(read) => read.kvs.iter().for_each(|kv| each(&kv.key, &kv.value)),
        Response::Put(put) => put.prev_kv.iter().for_each(|kv| each(&kv.key, &kv.value)),
        Response::Delete(delete) => delete.prev_kvs.iter().for_each(|kv| each(&kv.key, &kv.value)),
        Response::Txn(txn) => txn.responses.iter().for_each(|response| pairs(response, each)),
        _ => {}
    }
}

impl Names {
    fn of(operations: &[(&ClientOperation, Option<&Response>)], forgotten: bool) -> Names {
        let (mut keys, mut values) = (BTreeSet::new(), BTreeSet::new());
        for (operation, response) in operations {
            ranges(&operation.operation, &mut |range| {
                // Use the first possible key of a range, so that a read is judged even if nobody
                // names another key.
                keys.extend(range.contains(&range.key).then(|| range.key.clone()));
            });
            match &operation.operation {
                Operation::Write(Command::Put(put)) => drop(values.insert(put.value.clone())),
                Operation::Write(Command::Txn(txn)) => parts(txn, &mut |op| {
                    if let TxnOp::Put(put) = op {
                        values.insert(put.value.clone());
                    }
                }),
                _ => {}
            }
            for response in response.iter() {
                pairs(response, &mut |key, value| {
                    keys.insert(key.to_vec());
                    values.insert(value.to_vec());
                });
            }
        }
        let values = values.into_iter().zip(0..).collect();
        Names { keys: keys.into_iter().collect(), values, forgotten }
    }

    fn within(&self, range: &KeyRange) -> Vec<Key> {
        let first = self.keys.partition_point(|key| *key < range.key);
        let inside = self.keys[first..].iter().take_while(|key| range.contains(key)).count();
        (first..first + inside).collect()
    }

    fn key(&self, key: &[u8]) -> Key {
        self.keys.partition_point(|other| other.as_slice() < key)
    }

    fn value(&self, value: &[u8]) -> Value {
        self.values.get(value).copied().unwrap_or_default()
    }

    fn keys_of(&self, operation: &Operation) -> Vec<Key> {
        let mut keys = Vec::new();
        ranges(operation, &mut |range| keys.extend(self.within(range)));
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Converts an operation to acts, with the content of its response if `told`.
    fn acts(&self, operation: &ClientOperation, told: Option<&Response>) -> Vec<Act> {
        let revision = told.map(Response::revision);
        let mut acts = Vec::new();
        match (&operation.operation, told) {
            (Operation::Write(Command::Put(put)), Some(Response::Put(told))) => {
                self.put(put, Some(told), revision, &mut acts);
            }
            (Operation::Write(Command::Put(put)), _) => self.put(put, None, revision, &mut acts),
            (Operation::Write(Command::Delete(delete)), Some(Response::Delete(told))) => {
                self.delete(delete, Some(told), &mut acts);
            }
            (Operation::Write(Command::Delete(delete)), _) => self.delete(delete, None, &mut acts),
            (Operation::Read { request, .. }, Some(Response::Range(told))) => {
                self.look(request, told, &mut acts);
            }
            (Operation::Write(Command::Txn(txn)), Some(Response::Txn(told))) => {
                acts.push(self.txn(txn, Some(told), revision));
            }
            (Operation::Write(Command::Txn(txn)), _) if !txn.is_read_only() => {
                acts.push(self.txn(txn, None, revision));
            }
            _ => {}
        }
        acts
    }

    fn put(&self, put: &PutRequest, told: Option<&PutResponse>, revision: Option<u64>, acts: &mut Vec<Act>) {
        let key = self.key(&put.key);
        if let Some(told) = told {
            let expect = told.prev_kv.as_ref().map(|kv| Expect::Value(self.value(&kv.value)));
            let expect = expect.or(put.prev_kv.then_some(Expect::Absent));
            acts.extend(expect.map(|expect| Act::Look { expect: vec![(key, expect)], count: None }));
        }
        let value = (!put.ignore_value).then(|| self.value(&put.value));
        acts.push(Act::Put { key, value, leased: (!put.ignore_lease).then_some(put.lease != 0), revision });
    }

    fn delete(&self, delete: &DeleteRequest, told: Option<&DeleteResponse>, acts: &mut Vec<Act>) {
        if let Some(told) = told.filter(|told| !told.prev_kvs.is_empty()) {
            let expect =
                told.prev_kvs.iter().map(|kv| (self.key(&kv.key), Expect::Value(self.value(&kv.value))));
            acts.push(Act::Look { expect: expect.collect(), count: None });
        }
        let counts = !self.forgotten || delete.range.as_single().is_some();
        let deleted = told.map(|told| told.deleted).filter(|_| counts);
        acts.push(Act::Delete { keys: self.within(&delete.range), deleted });
    }

    fn look(&self, get: &RangeRequest, told: &RangeResponse, acts: &mut Vec<Act>) {
        let seen = |value| if get.keys_only { Expect::Something } else { Expect::Value(self.value(value)) };
        let mut expect: Vec<(Key, Expect)> =
            told.kvs.iter().map(|kv| (self.key(&kv.key), seen(&kv.value))).collect();
        let whole = get.min_mod_revision == 0
            && get.max_mod_revision == 0
            && get.min_create_revision == 0
            && get.max_create_revision == 0;
        let by_key = get.sort.is_none_or(|sort| sort.target == SortTarget::Key && !sort.descending);
        let last = told.kvs.last().map(|kv| self.key(&kv.key)).filter(|_| by_key);
        let cut = told.more || (get.count_only && told.count > 0);
        let there: BTreeSet<Key> = expect.iter().map(|(key, _)| *key).collect();
        let within = self.within(&get.range);
        if whole {
            let missing = within.iter().filter(|key| !there.contains(key));
            let covered = missing.filter(|key| !cut || last.is_some_and(|last| **key < last));
            expect.extend(covered.map(|key| (*key, Expect::Absent)));
        }
        let counts = whole && (!self.forgotten || get.range.as_single().is_some());
        acts.push(Act::Look { expect, count: counts.then_some((within, told.count)) });
    }

    fn txn(&self, txn: &TxnRequest, told: Option<&TxnResponse>, revision: Option<u64>) -> Act {
        let conditions = txn.compares.iter().map(|compare| self.condition(compare)).collect();
        let choice = told.map(|told| told.succeeded);
        let branch = |taken: bool, ops: &[TxnOp]| match told {
            Some(told) if told.succeeded != taken => Vec::new(),
            Some(told) => self.branch(ops, Some(&told.responses), revision),
            None => self.branch(ops, None, revision),
        };
        let (success, failure) = (branch(true, &txn.success), branch(false, &txn.failure));
        Act::Choose { conditions, told: choice, success, failure }
    }

    fn branch(&self, ops: &[TxnOp], told: Option<&Vec<Response>>, revision: Option<u64>) -> Vec<Act> {
        let mut acts = Vec::new();
        for (place, op) in ops.iter().enumerate() {
            match (op, told.and_then(|told| told.get(place))) {
                (TxnOp::Put(put), Some(Response::Put(told))) => {
                    self.put(put, Some(told), revision, &mut acts)
                }
                (TxnOp::Put(put), _) => self.put(put, None, revision, &mut acts),
                (TxnOp::Delete(delete), Some(Response::Delete(told))) => {
                    self.delete(delete, Some(told), &mut acts);
                }
                (TxnOp::Delete(delete), _) => self.delete(delete, None, &mut acts),
                (TxnOp::Range(get), Some(Response::Range(told))) if get.revision <= 0 => {
                    self.look(get, told, &mut acts);
                }
                (TxnOp::Range(_), _) => {}
                (TxnOp::Txn(inner), Some(Response::Txn(told))) => {
                    acts.push(self.txn(inner, Some(told), revision));
                }
                (TxnOp::Txn(inner), _) => acts.push(self.txn(inner, None, revision)),
            }
        }
        acts
    }

    fn condition(&self, compare: &Compare) -> Condition {
        let key = compare.range.as_single().map_or(0, |key| self.key(key));
        let target = match &compare.target {
            _ if compare.range.as_single().is_none() => Target::Open,
            CompareTarget::Value(wanted) => {
                let holds = |value: &Vec<u8>| match compare.operator {
                    CompareOperator::Equal => value == wanted,
                    CompareOperator::NotEqual => value != wanted,
                    CompareOperator::Less => value < wanted,
                    CompareOperator::Greater => value > wanted,
                };
                Target::Value(self.values.keys().map(holds).collect())
            }
            CompareTarget::Version(wanted) => Target::Version(*wanted),
            CompareTarget::Create(wanted) => Target::Created(*wanted),
            CompareTarget::Mod(wanted) => Target::Modified(*wanted),
            CompareTarget::Lease(_) => Target::Open,
        };
        Condition { key, target, operator: compare.operator }
    }
}
