//! One key as a register: which orders of its operations explain what clients saw.
//!
//! Just-in-time linearization (Wing and Gong 1993, Lowe 2017). A configuration is
//! a state the key may be in, with the open operations that have taken effect to
//! get there. An answer keeps the configurations in which the operation fits.

use std::collections::{BTreeMap, BTreeSet};

/// More configurations than this are not followed: the key is undecided then.
pub(super) const CONFIGURATIONS_MAX: usize = 100_000;

/// Identifies an operation within a history.
pub(super) type OperationId = u64;

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Held {
    /// No value.
    Absent,
    /// The value with this digest.
    Value(u64),
}

/// What an operation does to one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Sets the value with this digest.
    Put(u64),
    /// Removes the value.
    Delete,
    /// Looks.
    Get,
}

/// What the client was told of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Only that it is done.
    Done,
    /// What the key held when the operation took effect.
    Saw(Held),
    /// Whether the key held a value when the operation took effect.
    WasThere(bool),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Configuration {
    held: Held,
    /// Open operations that have taken effect, with what they found.
    effective: BTreeMap<OperationId, Held>,
}

/// The verdict on a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// Some order explains everything.
    Explained,
    /// No order does.
    Impossible,
    /// Too many orders to follow.
    Undecided,
}

/// One key's open operations and configurations.
pub(super) struct Register {
    open: BTreeMap<OperationId, Effect>,
    /// Open operations whose outcome is unknown: they may never take effect.
    unknown: BTreeSet<OperationId>,
    configurations: BTreeSet<Configuration>,
    judgement: Judgement,
}

impl Register {
    /// A key that holds nothing yet.
    pub(super) fn new() -> Register {
        let start = Configuration { held: Held::Absent, effective: BTreeMap::new() };
        Register {
            open: BTreeMap::new(),
            unknown: BTreeSet::new(),
            configurations: BTreeSet::from([start]),
            judgement: Judgement::Explained,
        }
    }

    pub(super) fn judgement(&self) -> Judgement {
        self.judgement
    }

    /// An operation was sent: from now on it may take effect.
    pub(super) fn sent(&mut self, id: OperationId, effect: Effect) {
        if self.judgement == Judgement::Explained {
            self.open.insert(id, effect);
        }
    }

    /// Nobody knows what became of an operation; it may take effect at any time, or never.
    pub(super) fn left_open(&mut self, id: OperationId) {
        match self.open.get(&id) {
            // A read changes nothing, whenever it happens.
            Some(Effect::Get) => self.failed(id),
            Some(_) => {
                self.unknown.insert(id);
                self.prune();
            }
            None => {}
        }
    }

    /// An operation certainly took no effect.
    pub(super) fn failed(&mut self, id: OperationId) {
        let Some(effect) = self.open.remove(&id) else { return };
        if effect == Effect::Get {
            for mut configuration in std::mem::take(&mut self.configurations) {
                configuration.effective.remove(&id);
                self.configurations.insert(configuration);
            }
        } else {
            self.configurations.retain(|configuration| !configuration.effective.contains_key(&id));
        }
        self.judge();
    }

    /// An operation was answered.
    pub(super) fn answered(&mut self, id: OperationId, told: Told) {
        let Some(effect) = self.open.get(&id).copied() else { return };
        let mut after = BTreeSet::new();
        for configuration in std::mem::take(&mut self.configurations) {
            self.explain(configuration, id, effect, told, &mut after);
            if after.len() > CONFIGURATIONS_MAX {
                self.give_up();
                return;
            }
        }
        self.open.remove(&id);
        self.configurations = after;
        self.prune();
        self.judge();
    }

    /// Every way in which the answer fits this configuration: the operation has taken effect
    /// already, or does so now, perhaps after other open ones.
    fn explain(
        &self,
        start: Configuration,
        id: OperationId,
        effect: Effect,
        told: Told,
        after: &mut BTreeSet<Configuration>,
    ) {
        let mut seen = BTreeSet::from([start.clone()]);
        let mut todo = vec![start];
        while let Some(now) = todo.pop() {
            if let Some(found) = now.effective.get(&id) {
                if fits(*found, told) {
                    let mut explained = now.clone();
                    explained.effective.remove(&id);
                    after.insert(explained);
                }
                continue;
            }
            if fits(now.held, told) {
                let mut explained = now.clone();
                explained.held = next(now.held, effect);
                after.insert(explained);
            }
            for (other, other_effect) in &self.open {
                if *other == id || now.effective.contains_key(other) {
                    continue;
                }
                let mut later = now.clone();
                later.effective.insert(*other, now.held);
                later.held = next(now.held, *other_effect);
                if seen.len() <= CONFIGURATIONS_MAX && seen.insert(later.clone()) {
                    todo.push(later);
                }
            }
            if seen.len() > CONFIGURATIONS_MAX || after.len() > CONFIGURATIONS_MAX {
                // Too many: make the caller give up rather than miss one.
                after.extend(seen);
                return;
            }
        }
    }

    /// Drops configurations that another one makes superfluous: the same, but with an operation
    /// of unknown outcome still to spare.
    fn prune(&mut self) {
        if self.unknown.is_empty() || self.configurations.len() < 2 {
            return;
        }
        let all: Vec<Configuration> = self.configurations.iter().cloned().collect();
        let spare = |one: &Configuration, other: &Configuration| {
            one.held == other.held
                && one.effective.len() < other.effective.len()
                && one.effective.iter().all(|(id, found)| {
                    other.effective.contains_key(id)
                        && (self.unknown.contains(id) || other.effective.get(id) == Some(found))
                })
                && other
                    .effective
                    .keys()
                    .all(|id| one.effective.contains_key(id) || self.unknown.contains(id))
        };
        self.configurations.retain(|other| !all.iter().any(|one| spare(one, other)));
    }

    fn judge(&mut self) {
        if self.configurations.is_empty() && self.judgement == Judgement::Explained {
            self.judgement = Judgement::Impossible;
            self.open.clear();
        }
    }

    fn give_up(&mut self) {
        self.judgement = Judgement::Undecided;
        self.open.clear();
        self.unknown.clear();
        self.configurations.clear();
    }
}

/// Whether what was told agrees with what the key held.
fn fits(held: Held, told: Told) -> bool {
    match (held, told) {
        (_, Told::Done) => true,
        (held, Told::Saw(saw)) => held == saw,
        (held, Told::WasThere(there)) => (held != Held::Absent) == there,
    }
}

fn next(held: Held, effect: Effect) -> Held {
    match effect {
        Effect::Put(value) => Held::Value(value),
        Effect::Delete => Held::Absent,
        Effect::Get => held,
    }
}
