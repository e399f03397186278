//! Linearizability of what clients did and were told (Herlihy and Wing 1990).
//!
//! A history is linearizable if that of each key is, so each key is followed by
//! itself, as a [`register`](super::register). Puts, deletes and linearizable
//! gets of one key count; a delete of a range counts as one on every key it
//! covers. Serializable reads promise nothing and are left out. An unknown write
//! may take effect at any time or never; a failed one must not.
//!
//! Across keys the revisions in the answers must follow real time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Violation;
use super::register::{Effect, Held, Judgement, OperationId, Register, Told};
use crate::cluster::{Answer, Consistency, Event, EventKind, Operation, Outcome, Property};
use crate::kv::{KeyRange, Response};

/// Keys followed at a time. Beyond, idle ones are forgotten; what they held is then not known.
const KEYS_MAX: usize = 10_000;

/// Whether clients could have used one single copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They could.
    Linearizable,
    /// They could not; a violation says why.
    Violated,
    /// Some keys have too many open operations to tell; none that could be told is wrong.
    Undecided {
        /// How many keys.
        keys: u64,
    },
}

struct Sent {
    operation: Operation,
    /// The highest revision that any client knew when this was sent.
    revision_known: u64,
}

#[derive(Default)]
pub(super) struct Linearizability {
    registers: BTreeMap<Vec<u8>, Register>,
    /// Keys in the order in which they were first seen, for forgetting.
    order: VecDeque<Vec<u8>>,
    /// Whether some key was forgotten, so that a new one may be an old one.
    forgot: bool,
    running: BTreeMap<OperationId, Sent>,
    /// Deletes of ranges that are open or unknown.
    open_ranges: BTreeMap<OperationId, KeyRange>,
    revision_known: u64,
    write_revisions: BTreeSet<u64>,
    violated: bool,
    undecided: u64,
}

impl Linearizability {
    pub(super) fn verdict(&self) -> Verdict {
        match (self.violated, self.undecided) {
            (true, _) => Verdict::Violated,
            (false, 0) => Verdict::Linearizable,
            (false, keys) => Verdict::Undecided { keys },
        }
    }

    pub(super) fn observe(&mut self, event: &Event, found: &mut Vec<Violation>) {
        match &event.kind {
            EventKind::RequestStarted { id, operation, .. } => self.start(*id, operation),
            EventKind::RequestEnded { id, outcome } => self.end(*id, outcome, found),
            _ => {}
        }
    }

    fn start(&mut self, id: OperationId, operation: &Operation) {
        let sent = Sent { operation: operation.clone(), revision_known: self.revision_known };
        if let Some((range, effect)) = effect_of(operation) {
            match range.as_single() {
                Some(key) => self.register(key).sent(id, effect),
                // A read of many keys is followed by its revision alone.
                None if effect == Effect::Get => {}
                None => {
                    self.open_ranges.insert(id, range.clone());
                    let covered = self.registers.iter_mut().filter(|(key, _)| range.contains(key));
                    covered.for_each(|(_, register)| register.sent(id, effect));
                }
            }
            self.running.insert(id, sent);
        }
    }

    fn end(&mut self, id: OperationId, outcome: &Outcome, found: &mut Vec<Violation>) {
        let Some(Sent { operation, revision_known }) = self.running.remove(&id) else { return };
        let Some((range, effect)) = effect_of(&operation) else { return };
        if let Outcome::Ok(answer) = outcome {
            self.check_revision(id, &operation, answer, revision_known, found);
        }
        match range.as_single() {
            Some(key) => self.settle(key.to_vec(), id, outcome, told(outcome), found),
            None if effect == Effect::Get => {}
            None => {
                let covered: Vec<Vec<u8>> =
                    self.registers.keys().filter(|key| range.contains(key)).cloned().collect();
                for key in covered {
                    // How many keys it deleted says nothing of this one.
                    self.settle(key, id, outcome, Told::Done, found);
                }
                if !matches!(outcome, Outcome::Unknown(_)) {
                    self.open_ranges.remove(&id);
                }
            }
        }
        self.forget_idle();
    }

    fn settle(
        &mut self,
        key: Vec<u8>,
        id: OperationId,
        outcome: &Outcome,
        told: Told,
        found: &mut Vec<Violation>,
    ) {
        let Some(register) = self.registers.get_mut(&key) else { return };
        let before = register.judgement();
        match outcome {
            Outcome::Ok(_) => register.answered(id, told),
            Outcome::Failed(_) => register.failed(id),
            Outcome::Unknown(_) => register.left_open(id),
        }
        let after = register.judgement();
        if before == after {
            return;
        }
        match after {
            Judgement::Explained => {}
            Judgement::Undecided => self.undecided += 1,
            Judgement::Impossible => {
                let key = String::from_utf8_lossy(&key).into_owned();
                let detail =
                    format!("request {id} on key {key:?}: no order of all requests explains its answer");
                self.complain(detail, found);
            }
        }
    }

    /// Answers carry the store's revision: it may not go back behind what was known when the
    /// request was sent, and no two writes share one.
    fn check_revision(
        &mut self,
        id: OperationId,
        operation: &Operation,
        answer: &Answer,
        known: u64,
        found: &mut Vec<Violation>,
    ) {
        let revision = answer.revision;
        let changed = match &answer.response {
            Response::Put { .. } => true,
            Response::Delete { deleted, .. } => *deleted > 0,
            Response::Range { .. } => false,
        };
        let went_back = if changed { revision <= known } else { revision < known };
        if went_back {
            let what = if operation.is_write() { "write" } else { "read" };
            let detail = format!(
                "request {id}, a {what}, was answered at revision {revision}, though revision {known} was known before it was sent"
            );
            self.complain(detail, found);
        }
        if changed && !self.write_revisions.insert(revision) {
            self.complain(
                format!("request {id} was given revision {revision}, which another write has"),
                found,
            );
        }
        while self.write_revisions.len() > KEYS_MAX {
            self.write_revisions.pop_first();
        }
        self.revision_known = self.revision_known.max(revision);
    }

    fn complain(&mut self, detail: String, found: &mut Vec<Violation>) {
        self.violated = true;
        found.push(Violation::new(Property::Linearizability, detail));
    }

    fn register(&mut self, key: &[u8]) -> &mut Register {
        if !self.registers.contains_key(key) {
            let held = if self.forgot { Held::Anything } else { Held::Absent };
            let mut register = Register::new(held);
            for (id, range) in &self.open_ranges {
                if range.contains(key) {
                    register.sent(*id, Effect::Delete);
                    if !self.running.contains_key(id) {
                        register.left_open(*id);
                    }
                }
            }
            self.order.push_back(key.to_vec());
            self.registers.insert(key.to_vec(), register);
        }
        self.registers.entry(key.to_vec()).or_insert_with(|| Register::new(Held::Anything))
    }

    fn forget_idle(&mut self) {
        let mut looked_at = 0;
        while self.registers.len() > KEYS_MAX && looked_at < KEYS_MAX {
            looked_at += 1;
            let Some(key) = self.order.pop_front() else { return };
            if self.registers.get(&key).is_some_and(Register::is_idle) {
                self.registers.remove(&key);
                self.forgot = true;
                return;
            }
            self.order.push_back(key);
        }
    }
}

/// The range an operation concerns and what it does to the keys in it; `None` for what is not followed.
fn effect_of(operation: &Operation) -> Option<(KeyRange, Effect)> {
    match operation {
        Operation::Put { key, value, .. } => {
            Some((KeyRange::single(key.clone()), Effect::Put(digest(value))))
        }
        Operation::Delete { range, .. } => Some((range.clone(), Effect::Delete)),
        Operation::Get { consistency: Consistency::Serializable, .. } => None,
        Operation::Get { range, .. } => Some((range.clone(), Effect::Get)),
    }
}

fn told(outcome: &Outcome) -> Told {
    match outcome {
        Outcome::Ok(answer) => match &answer.response {
            Response::Put { .. } => Told::Done,
            Response::Delete { deleted, .. } => Told::WasThere(*deleted > 0),
            Response::Range { kvs, .. } => {
                Told::Saw(kvs.first().map_or(Held::Absent, |kv| Held::Value(digest(&kv.value))))
            }
        },
        Outcome::Failed(_) | Outcome::Unknown(_) => Told::Done,
    }
}

/// FNV-1a over the bytes: enough to tell values apart.
fn digest(value: &[u8]) -> u64 {
    value
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
