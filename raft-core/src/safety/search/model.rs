//! The effect of operations on a few keys, and the responses that fit. If the content of a key or
//! the end of a lease is unknown, all possible states are followed.

use std::rc::Rc;

use crate::kv::CompareOperator;

/// A key's number in its component.
pub(super) type Key = usize;
/// A value's number in its history.
pub(super) type Value = u32;

/// The content of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Held {
    Absent,
    Value(Value),
    /// Absent or any value.
    Any,
}

/// A key's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    pub(super) held: Held,
    /// Whether the end of a lease may delete the key.
    pub(super) leased: bool,
    /// The revision of creation, if known. This and the next two are followed only if conditions
    /// compare them.
    pub(super) created: Option<u64>,
    /// The revision of the last change, if known.
    pub(super) modified: Option<u64>,
    /// The version, if known.
    pub(super) version: Option<u64>,
}

impl Cell {
    pub(super) const ABSENT: Cell =
        Cell { held: Held::Absent, leased: false, created: Some(0), modified: Some(0), version: Some(0) };
    pub(super) const ANY: Cell =
        Cell { held: Held::Any, leased: true, created: None, modified: None, version: None };
}

/// The states of a component's keys, by number.
pub(super) type State = Rc<[Cell]>;

/// The content of a key according to a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expect {
    Absent,
    Value(Value),
    /// Any value.
    Something,
}

/// A condition on a key.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) key: Key,
    pub(super) target: Target,
    pub(super) operator: CompareOperator,
}

/// The property that a condition compares.
#[derive(Clone, Debug)]
pub(super) enum Target {
    /// For each value of the history, whether the condition holds.
    Value(Vec<bool>),
    Version(i64),
    Created(i64),
    Modified(i64),
    /// A property that is not followed: the condition may hold or not.
    Open,
}

/// One step of an operation, with the content of the response if known.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// Read: the content seen of each key, and for a list of keys how many existed.
    Look { expect: Vec<(Key, Expect)>, count: Option<(Vec<Key>, u64)> },
    /// Set a value, or keep the present one if `value` is absent.
    Put { key: Key, value: Option<Value>, leased: Option<bool>, revision: Option<u64> },
    /// Remove keys, of which `deleted` existed.
    Delete { keys: Vec<Key>, deleted: Option<u64> },
    /// Choose a branch; `told` is the branch in the response.
    Choose { conditions: Vec<Condition>, told: Option<bool>, success: Vec<Act>, failure: Vec<Act> },
}

/// Applies operations to the keys of a component.
#[derive(Clone, Copy, Debug)]
pub(super) struct Model {
    /// Whether conditions compare revisions or versions.
    pub(super) numbers: bool,
}

impl Model {
    /// Returns every state that may follow when an operation on these `keys` takes effect; none if
    /// the response does not fit.
    pub(super) fn apply(self, state: &State, keys: &[Key], acts: &[Act]) -> Vec<State> {
        let mut states = vec![state.to_vec()];
        // A lease may have ended before the operation, so follow both cases.
        for key in keys {
            if state[*key].leased && state[*key].held != Held::Absent {
                let gone: Vec<Vec<Cell>> =
                    states.iter().map(|state| with(state, *key, Cell::ABSENT)).collect();
                states.extend(gone);
            }
        }
        let mut after: Vec<Vec<Cell>> = states.into_iter().flat_map(|state| self.run(state, acts)).collect();
        after.sort_unstable();
        after.dedup();
        after.into_iter().map(State::from).collect()
    }

    fn run(self, state: Vec<Cell>, acts: &[Act]) -> Vec<Vec<Cell>> {
        // Conditions of nested transactions also read the store before the outermost one.
        let before = state.clone();
        self.run_from(&before, state, acts)
    }

    fn run_from(self, before: &[Cell], state: Vec<Cell>, acts: &[Act]) -> Vec<Vec<Cell>> {
        let mut states = vec![state];
        for act in acts {
            states = states.into_iter().flat_map(|state| self.act(before, state, act)).collect();
        }
        states
    }

    fn act(self, before: &[Cell], mut state: Vec<Cell>, act: &Act) -> Vec<Vec<Cell>> {
        match act {
            Act::Look { expect, count } => {
                let fits = expect.iter().all(|(key, expect)| see(&mut state[*key], *expect));
                let counted = count.as_ref().is_none_or(|(keys, told)| counts(&state, keys, *told));
                if fits && counted { vec![state] } else { Vec::new() }
            }
            Act::Put { key, value, leased, revision } => {
                let cell = &mut state[*key];
                if value.is_none() && cell.held == Held::Absent {
                    // The put is refused, as there is no value to keep. A successful response
                    // contradicts this.
                    return if revision.is_some() { Vec::new() } else { vec![state] };
                }
                *cell = self.written(*cell, *value, *leased, *revision);
                vec![state]
            }
            Act::Delete { keys, deleted } => {
                if deleted.is_some_and(|told| !counts(&state, keys, told)) {
                    return Vec::new();
                }
                for key in keys {
                    state[*key] = Cell::ABSENT;
                }
                vec![state]
            }
            Act::Choose { conditions, told, success, failure } => {
                let may = self.chooses(before, conditions);
                let mut all = Vec::new();
                if may.0 && *told != Some(false) {
                    all.extend(self.run_from(before, state.clone(), success));
                }
                if may.1 && *told != Some(true) {
                    all.extend(self.run_from(before, state, failure));
                }
                all
            }
        }
    }

    fn written(self, cell: Cell, value: Option<Value>, leased: Option<bool>, revision: Option<u64>) -> Cell {
        let held = value.map_or(cell.held, Held::Value);
        let leased = leased.unwrap_or(cell.leased);
        if !self.numbers {
            return Cell { held, leased, ..Cell::ABSENT };
        }
        let created = if cell.held == Held::Absent { revision } else { cell.created };
        Cell { held, leased, created, modified: revision, version: cell.version.map(|version| version + 1) }
    }

    /// Returns whether all conditions may hold, and whether one may fail.
    fn chooses(self, before: &[Cell], conditions: &[Condition]) -> (bool, bool) {
        let (mut yes, mut no) = (true, false);
        for condition in conditions {
            let holds = self.holds(&before[condition.key], condition);
            yes &= holds != Some(false);
            no |= holds != Some(true);
        }
        (yes, no)
    }

    fn holds(self, cell: &Cell, condition: &Condition) -> Option<bool> {
        let (number, wanted) = match &condition.target {
            Target::Open => return None,
            Target::Value(holds) => {
                return match cell.held {
                    Held::Absent => Some(false),
                    Held::Value(value) => holds.get(value as usize).copied(),
                    Held::Any => None,
                };
            }
            Target::Version(wanted) => (cell.version, *wanted),
            Target::Created(wanted) => (cell.created, *wanted),
            Target::Modified(wanted) => (cell.modified, *wanted),
        };
        let order = |number: u64| i64::try_from(number).unwrap_or(i64::MAX).cmp(&wanted);
        let holds = |order: std::cmp::Ordering| match condition.operator {
            CompareOperator::Equal => order.is_eq(),
            CompareOperator::NotEqual => order.is_ne(),
            CompareOperator::Less => order.is_lt(),
            CompareOperator::Greater => order.is_gt(),
        };
        match (cell.held, number) {
            (Held::Absent, _) => Some(holds(order(0))),
            (Held::Any, _) => None,
            (Held::Value(_), Some(number)) => Some(holds(order(number))),
            // The key exists, so the number is at least one, but otherwise unknown.
            (Held::Value(_), None) if wanted <= 0 => Some(holds(order(1))),
            (Held::Value(_), None) => None,
        }
    }
}

fn with(state: &[Cell], key: Key, cell: Cell) -> Vec<Cell> {
    let mut state = state.to_vec();
    state[key] = cell;
    state
}

/// Returns whether the content seen fits a cell; an unknown cell takes the content.
fn see(cell: &mut Cell, expect: Expect) -> bool {
    match (cell.held, expect) {
        (Held::Any, Expect::Value(value)) => cell.held = Held::Value(value),
        (Held::Any, Expect::Absent) => *cell = Cell::ABSENT,
        (Held::Any, Expect::Something) => {}
        (Held::Absent, expect) => return expect == Expect::Absent,
        (Held::Value(held), Expect::Value(value)) => return held == value,
        (Held::Value(_), expect) => return expect == Expect::Something,
    }
    true
}

/// Returns whether exactly `told` of these keys may exist.
fn counts(state: &[Cell], keys: &[Key], told: u64) -> bool {
    let there = keys.iter().filter(|key| matches!(state[**key].held, Held::Value(_))).count() as u64;
    let open = keys.iter().filter(|key| state[**key].held == Held::Any).count() as u64;
    (there..=there + open).contains(&told)
}
