//! Linearizability of what clients did and were told (Herlihy and Wing 1990).
//!
//! etcd's answers carry revisions, and those are a witness: they claim an order of
//! all writes. The history is linearizable if that order explains every answer and
//! respects real time, and it is a lie if it does not. Checking a claimed order is
//! cheap, where finding one is not; so this runs always. What the order must do:
//!
//! * revisions follow real time: a request is answered at no lower revision than any
//!   that was known when it was sent, a write at a higher one; no two writes share one;
//! * a read at revision R shows, of each key, the last write at or below R;
//! * a value that is read was written by some client, in a request that was not refused.
//!
//! An unknown write may take effect at any revision later than those known when it
//! was sent, or never. Serializable reads promise nothing and are left out.
//! `register` holds a checker that searches for an order; tests compare the two.

use std::collections::{BTreeMap, VecDeque};

use super::Violation;
use super::timeline::{Held, Timeline};
use crate::cluster::{Answer, Consistency, Event, EventKind, Operation, Outcome, Property, RequestId};
use crate::kv::{KeyRange, KeyValue, Response};

/// Keys followed at a time. Beyond, the ones first seen are forgotten.
const KEYS_MAX: usize = 10_000;
/// Writes of unknown outcome followed; the oldest are forgotten first.
const OPEN_MAX: usize = 20_000;
/// Revisions of writes remembered, to tell when two share one.
const REVISIONS_MAX: usize = 20_000;

/// Whether clients could have used one single copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They could.
    Linearizable,
    /// They could not; a violation says why.
    Violated,
    /// Some answers concern keys whose history was forgotten; nothing that could be told is wrong.
    Undecided {
        /// How many answers.
        answers: u64,
    },
}

/// A request that runs, or a write whose outcome is unknown.
struct Open {
    operation: Operation,
    /// The highest revision that any client knew when this was sent.
    floor: u64,
    /// The revision at which a reader saw its effect, if one did.
    seen_at: Option<u64>,
}

#[derive(Default)]
pub(super) struct Linearizability {
    keys: BTreeMap<Vec<u8>, Timeline>,
    /// Keys in the order in which they were first seen, for forgetting.
    order: VecDeque<Vec<u8>>,
    forgot: bool,
    open: BTreeMap<RequestId, Open>,
    /// The highest revision that any client knows.
    known: u64,
    /// Which request was given a revision.
    given: BTreeMap<u64, RequestId>,
    violated: bool,
    undecided: u64,
}

impl Linearizability {
    pub(super) fn verdict(&self) -> Verdict {
        match (self.violated, self.undecided) {
            (true, _) => Verdict::Violated,
            (false, 0) => Verdict::Linearizable,
            (false, answers) => Verdict::Undecided { answers },
        }
    }

    pub(super) fn observe(&mut self, event: &Event, found: &mut Vec<Violation>) {
        match &event.kind {
            EventKind::RequestStarted { id, operation, .. } if is_followed(operation) => {
                let open = Open { operation: operation.clone(), floor: self.known, seen_at: None };
                self.open.insert(*id, open);
                while self.open.len() > OPEN_MAX {
                    self.open.pop_first();
                    self.forgot = true;
                }
            }
            EventKind::RequestEnded { id, outcome } => self.end(*id, outcome, found),
            _ => {}
        }
    }

    fn end(&mut self, id: RequestId, outcome: &Outcome, found: &mut Vec<Violation>) {
        match outcome {
            // A write that may yet be done stays open; a read that nobody saw says nothing.
            Outcome::Unknown(_) => {
                if self.open.get(&id).is_some_and(|open| !open.operation.is_write()) {
                    self.open.remove(&id);
                }
            }
            Outcome::Failed(_) => {
                if let Some(Open { seen_at: Some(revision), operation, .. }) = self.open.remove(&id)
                    && !self.another_wrote(&operation, revision)
                {
                    let detail =
                        format!("request {id} was refused, yet its effect was read at revision {revision}");
                    self.complain(detail, found);
                }
            }
            Outcome::Ok(answer) => {
                let Some(open) = self.open.remove(&id) else { return };
                if let Err(detail) = self.judge(id, &open, answer) {
                    self.complain(detail, found);
                }
                self.known = self.known.max(answer.revision);
                self.forget();
            }
        }
    }

    /// Whether an answer fits the order that the revisions claim.
    fn judge(&mut self, id: RequestId, open: &Open, answer: &Answer) -> Result<(), String> {
        let revision = answer.revision;
        let floor = open.floor;
        let changed = match &answer.response {
            Response::Put { .. } => true,
            Response::Delete { deleted, .. } => *deleted > 0,
            Response::Range { .. } => false,
        };
        if revision < floor || (changed && revision == floor) {
            let what = if open.operation.is_write() { "write" } else { "read" };
            return Err(format!(
                "request {id}, a {what}, was answered at revision {revision}, though revision {floor} was known before it was sent"
            ));
        }
        if let Some(seen) = open.seen_at.filter(|seen| *seen != revision)
            && !self.another_wrote(&open.operation, seen)
        {
            return Err(format!(
                "request {id} was answered at revision {revision}, but read at revision {seen}"
            ));
        }
        if changed && let Some(other) = self.given.insert(revision, id) {
            return Err(format!("requests {other} and {id} were both given revision {revision}"));
        }
        match (&open.operation, &answer.response) {
            (Operation::Put { key, value, .. }, Response::Put { .. }) => {
                self.key(key).write(revision, Held::Value(digest(value))).map_err(|why| name(id, key, &why))
            }
            (Operation::Delete { range, .. }, Response::Delete { deleted, .. }) => {
                self.judge_delete(id, range, revision, *deleted)
            }
            (Operation::Get { range, .. }, Response::Range { kvs, more, .. }) => {
                self.judge_read(id, range, revision, kvs, *more)
            }
            _ => Err(format!("request {id} was answered as another kind of request")),
        }
    }

    fn judge_delete(
        &mut self,
        id: RequestId,
        range: &KeyRange,
        revision: u64,
        deleted: u64,
    ) -> Result<(), String> {
        if deleted == 0 {
            return self.judge_read(id, range, revision, &[], false);
        }
        if let Some(key) = range.as_single() {
            let may_exist = self.may_have_been_put(key, revision);
            let timeline = self.key(key);
            if timeline.before(revision) == Some(Held::Absent) && !may_exist {
                return Err(name(id, key, "it deleted a key that nobody could have written"));
            }
            return timeline.write(revision, Held::Absent).map_err(|why| name(id, key, &why));
        }
        let covered: Vec<Vec<u8>> = self.keys.keys().filter(|key| range.contains(key)).cloned().collect();
        for key in covered {
            // A key that was not there is no matter to a delete of a range.
            let timeline = self.key(&key);
            if timeline.before(revision) != Some(Held::Absent) {
                timeline.write(revision, Held::Absent).map_err(|why| name(id, &key, &why))?;
            }
        }
        Ok(())
    }

    fn judge_read(
        &mut self,
        id: RequestId,
        range: &KeyRange,
        revision: u64,
        kvs: &[KeyValue],
        more: bool,
    ) -> Result<(), String> {
        for kv in kvs {
            self.judge_found(id, kv, revision)?;
        }
        if more {
            return Ok(());
        }
        let absent: Vec<Vec<u8>> = match range.as_single() {
            Some(key) if kvs.is_empty() => vec![key.to_vec()],
            Some(_) => Vec::new(),
            None => {
                let found = |key: &Vec<u8>| kvs.iter().any(|kv| kv.key == *key);
                self.keys.keys().filter(|key| range.contains(key) && !found(key)).cloned().collect()
            }
        };
        absent.iter().try_for_each(|key| self.judge_absent(id, key, revision))
    }

    /// A read at `revision` found this pair.
    fn judge_found(&mut self, id: RequestId, kv: &KeyValue, revision: u64) -> Result<(), String> {
        let value = Held::Value(digest(&kv.value));
        if kv.mod_revision > revision {
            return Err(name(id, &kv.key, "it was read with a later revision than the store's"));
        }
        let timeline = self.key(&kv.key);
        match timeline.at(kv.mod_revision) {
            Some(held) if held != value => {
                return Err(name(id, &kv.key, "another value was written at the revision that was read"));
            }
            Some(_) => {}
            None if timeline.is_forgotten(kv.mod_revision) => self.undecided += 1,
            None => self.find_writer(id, kv, value)?,
        }
        let timeline = self.key(&kv.key);
        timeline.read(kv.mod_revision, revision).map_err(|why| name(id, &kv.key, &why))
    }

    /// Finds the open write that a reader saw.
    fn find_writer(&mut self, id: RequestId, kv: &KeyValue, value: Held) -> Result<(), String> {
        let revision = kv.mod_revision;
        let wrote = |open: &Open| {
            matches!(&open.operation, Operation::Put { key, value, .. } if *key == kv.key && *value == kv.value)
                && open.floor < revision
                && open.seen_at.is_none_or(|seen| seen == revision)
        };
        match self.open.values_mut().find(|open| wrote(open)) {
            Some(writer) => writer.seen_at = Some(revision),
            None if self.forgot => {
                self.undecided += 1;
                return Ok(());
            }
            None => return Err(name(id, &kv.key, "it was read with a value that nobody wrote there")),
        }
        self.key(&kv.key).write(revision, value).map_err(|why| name(id, &kv.key, &why))
    }

    /// A reader's finding was put down to a write that turned out to be another: whether some
    /// other write of the same value explains it.
    fn another_wrote(&mut self, operation: &Operation, revision: u64) -> bool {
        let Operation::Put { key, value, .. } = operation else { return false };
        let wrote = |open: &Open| {
            matches!(&open.operation, Operation::Put { key: k, value: v, .. } if k == key && v == value)
                && open.floor < revision
                && open.seen_at.is_none()
        };
        if self.given.contains_key(&revision) {
            return true;
        }
        let other = self.open.values_mut().find(|open| wrote(open));
        other.map(|open| open.seen_at = Some(revision)).is_some()
    }

    /// A read at `revision` found no such key.
    fn judge_absent(&mut self, id: RequestId, key: &[u8], revision: u64) -> Result<(), String> {
        let may_be_deleted = self.open.values().any(|open| {
            matches!(&open.operation, Operation::Delete { range, .. } if range.contains(key))
                && open.floor < revision
        });
        let timeline = self.key(key);
        match timeline.upto(revision) {
            Some((_, Held::Value(_))) if !may_be_deleted => {
                Err(name(id, key, "it was not found, though it was written and nobody deleted it"))
            }
            // Someone may have written and deleted it unseen: nothing can be concluded.
            _ if may_be_deleted => Ok(()),
            Some((since, Held::Absent)) => timeline.read(since, revision).map_err(|why| name(id, key, &why)),
            _ => Ok(()),
        }
    }

    /// Whether an open put may have created a key before a revision.
    fn may_have_been_put(&self, key: &[u8], revision: u64) -> bool {
        self.open.values().any(|open| {
            matches!(&open.operation, Operation::Put { key: put, .. } if put == key) && open.floor < revision
        })
    }

    fn key(&mut self, key: &[u8]) -> &mut Timeline {
        if !self.keys.contains_key(key) {
            self.order.push_back(key.to_vec());
        }
        let forgot = self.forgot;
        self.keys.entry(key.to_vec()).or_insert_with(|| Timeline::new(!forgot))
    }

    fn forget(&mut self) {
        while self.keys.len() > KEYS_MAX {
            let Some(oldest) = self.order.pop_front() else { return };
            self.keys.remove(&oldest);
            self.forgot = true;
        }
        while self.given.len() > REVISIONS_MAX {
            self.given.pop_first();
        }
    }

    fn complain(&mut self, detail: String, found: &mut Vec<Violation>) {
        self.violated = true;
        found.push(Violation::new(Property::Linearizability, detail));
    }
}

fn is_followed(operation: &Operation) -> bool {
    !matches!(operation, Operation::Get { consistency: Consistency::Serializable, .. })
}

fn name(id: RequestId, key: &[u8], why: &str) -> String {
    format!("request {id} on key {:?}: {why}", String::from_utf8_lossy(key))
}

/// FNV-1a over the bytes: enough to tell values apart.
pub(super) fn digest(value: &[u8]) -> u64 {
    value
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
