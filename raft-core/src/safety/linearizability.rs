//! Linearizability of what clients did and were told (Herlihy and Wing 1990).
//!
//! etcd's answers carry revisions, and those are a witness: they claim an order of
//! all writes. The history is linearizable if that order explains every answer and
//! respects real time, and the answers lie if it does not. Checking a claimed order
//! is cheap, where finding one is not; so this runs always. What the order must do:
//!
//! * revisions follow real time: a request is answered at no lower revision than any
//!   that was known when it was sent, a write at a higher one; no two writes share one;
//! * a read at revision R shows, of each key, the last write at or below R;
//! * what no answer accounts for was done by an open request, each at most once: one
//!   that still runs, or a write whose outcome is unknown. It may take effect at any
//!   revision above those known when it was sent, or never.
//!
//! Each key is judged by itself, which is enough (linearizability is local). Deletes
//! and reads of a range count for every key that is followed. Serializable reads and
//! reads of the past promise nothing about now and are left out. So are keys that a
//! transaction, a lease or a put without a value may write, from then on: answers about
//! them count as undecided. What is remembered is bounded; an answer that
//! cannot be judged for that reason is counted as undecided. Tests compare this with
//! a checker that searches for an order and knows nothing of revisions.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use super::Violation;
use super::left_out::{LeftOut, leaves_out};
use super::open::{Intent, OpenRequest, OpenRequests, digest};
use super::timeline::{Held, Timeline};
use crate::cluster::{Answer, Event, EventKind, Operation, Outcome, Property, RequestId};
use crate::kv::{KeyRange, KeyValue, Response};
use crate::small_map::SmallMap;

/// Keys followed at a time. Beyond, the ones first seen are forgotten.
const KEYS_MAX: usize = 10_000;
/// Revisions of writes remembered, to tell when two share one; the lowest are forgotten first.
const REVISIONS_MAX: usize = 20_000;
/// Deletes of ranges remembered; the lowest revisions are forgotten first.
const SWEEPS_MAX: usize = 1_000;

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

/// A write that took a revision.
struct Writer {
    /// Who was told so; absent when only a reader saw it.
    request: Option<RequestId>,
    /// The key it wrote; absent for a delete of a range.
    key: Option<u64>,
}

/// Deletes of ranges that found something.
#[derive(Default)]
struct Sweeps {
    known: SmallMap<u64, KeyRange>,
    /// Those up to this revision may have been forgotten.
    forgotten: u64,
}

impl Sweeps {
    fn add(&mut self, revision: u64, range: KeyRange) {
        self.known.insert(revision, range);
        if self.known.len() > SWEEPS_MAX
            && let Some((oldest, _)) = self.known.first()
        {
            self.forgotten = *oldest;
            self.known.forget_first();
        }
    }

    /// The first one known that removed `key` above one revision and at or below another.
    fn first(&self, key: &[u8], above: u64, through: u64) -> Option<u64> {
        let from = above.saturating_add(1);
        let mut between = self.known.at_or_above(&from).take_while(|(at, _)| **at <= through);
        between.find(|(_, range)| range.contains(key)).map(|(at, _)| *at)
    }
}

#[derive(Default)]
pub(super) struct Linearizability {
    /// Boxed, as all values in large maps here: equal code for each is kept once.
    keys: BTreeMap<Vec<u8>, Box<Timeline>>,
    /// Keys in the order in which they were first seen, for forgetting.
    order: VecDeque<Vec<u8>>,
    /// Keys were forgotten; what is not followed now may have a history up to here.
    horizon: Option<u64>,
    open: OpenRequests,
    left_out: LeftOut,
    sweeps: Sweeps,
    /// The highest revision that any client knows.
    known: u64,
    /// Who took which revision.
    writers: SmallMap<u64, Writer>,
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

    /// How many facts are remembered.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        let facts: usize = self.keys.values().map(|timeline| timeline.facts()).sum();
        facts + self.order.len() + self.writers.len() + self.sweeps.known.len()
    }

    pub(super) fn observe(&mut self, event: &Event, found: &mut Vec<Violation>) {
        match &event.kind {
            EventKind::RequestStarted { id, operation, .. } => self.start(*id, operation),
            EventKind::RequestEnded { id, outcome } => {
                if let Err(detail) = self.end(*id, outcome) {
                    self.violated = true;
                    found.push(Violation::new(Property::Linearizability, detail));
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, id: RequestId, operation: &Operation) {
        for range in leaves_out(operation) {
            for key in self.followed(&range) {
                if self.keys.remove(&key).is_some() {
                    self.order.retain(|other| *other != key);
                }
            }
            self.left_out.add(&range);
        }
        self.open.start(id, operation, self.known);
    }

    fn end(&mut self, id: RequestId, outcome: &Outcome) -> Result<(), String> {
        if matches!(outcome, Outcome::Unknown(_)) {
            self.open.leave_open(id);
            return Ok(());
        }
        let Some(request) = self.open.close(id) else { return Ok(()) };
        let mut result = Ok(());
        if let Outcome::Ok(answer) = outcome {
            result = self.take_in(id, &request, answer);
            self.known = self.known.max(answer.revision);
        }
        // The request is no longer there to account for what nobody else did.
        for key in self.touched(&request.intent) {
            let explained = self.explain(&key).map_err(|why| name(id, &key, &why));
            if explained.is_err() {
                self.begin_anew(&key);
            }
            result = result.and(explained);
        }
        self.forget();
        result
    }

    /// Keys on which a request bears.
    fn touched(&self, intent: &Intent) -> Vec<Vec<u8>> {
        match intent {
            Intent::Put { key, .. } => vec![key.clone()],
            Intent::Delete { range } | Intent::Get { range } => self.followed(range),
            Intent::Opaque | Intent::Aside => Vec::new(),
        }
    }

    fn followed(&self, range: &KeyRange) -> Vec<Vec<u8>> {
        if let Some(key) = range.as_single() {
            return vec![key.to_vec()];
        }
        let from = self.keys.range::<[u8], _>((Bound::Included(range.key.as_slice()), Bound::Unbounded));
        from.map(|(key, _)| key).take_while(|key| range.contains(key)).cloned().collect()
    }

    /// Whether the facts of a key and the open requests explain each other.
    fn explain(&mut self, key: &[u8]) -> Result<(), String> {
        let Some(timeline) = self.keys.get(key) else { return Ok(()) };
        let sweeps = &self.sweeps;
        let mut forgot = false;
        for (at, through) in timeline.values() {
            if let Some(swept) = sweeps.first(key, at, through) {
                return Err(format!(
                    "a read at revision {through} found the version of revision {at}, but a range around it was deleted at revision {swept}"
                ));
            }
        }
        let demands = timeline.demands(|above, through| {
            forgot |= above < sweeps.forgotten;
            sweeps.first(key, above, through).is_some()
        })?;
        match self.open.meet(key, &demands) {
            Err(_) if forgot || self.open.forgot() => {
                self.undecided += 1;
                self.begin_anew(key);
                Ok(())
            }
            met => met,
        }
    }

    /// Takes in the facts that an answer tells.
    fn take_in(&mut self, id: RequestId, request: &OpenRequest, answer: &Answer) -> Result<(), String> {
        let (revision, floor) = (answer.revision, request.floor);
        let changed = match &answer.response {
            Response::Put(_) => true,
            Response::Delete(delete) => delete.deleted > 0,
            _ => false,
        };
        if revision < floor || (changed && revision == floor) {
            let what = if matches!(answer.response, Response::Range(_)) { "read" } else { "write" };
            return Err(format!(
                "request {id}, a {what}, was answered at revision {revision}, though revision {floor} was known before it was sent"
            ));
        }
        match (&request.intent, &answer.response) {
            (Intent::Put { key, digest, prev_kv: asked }, Response::Put(put)) => {
                self.write(id, key, revision, Held::Value(*digest))?;
                match &put.prev_kv {
                    Some(kv) => self.found(id, kv, revision - 1)?,
                    None if *asked => self.absent(key, revision - 1),
                    None => {}
                }
                Ok(())
            }
            (Intent::Delete { range }, Response::Delete(delete)) if delete.deleted == 0 => {
                self.read(id, range, revision, &[], false)
            }
            (Intent::Delete { range }, Response::Delete(delete)) => {
                match range.as_single() {
                    Some(key) => self.write(id, key, revision, Held::Absent)?,
                    None => {
                        self.claim(id, revision, None)?;
                        self.sweeps.add(revision, range.clone());
                        self.undecided += u64::from(self.left_out.meets(range));
                    }
                }
                delete.prev_kvs.iter().try_for_each(|kv| self.found(id, kv, revision - 1))
            }
            (Intent::Get { range }, Response::Range(read)) => {
                self.read(id, range, revision, &read.kvs, read.more)
            }
            (Intent::Aside, _) => Ok(()),
            (Intent::Opaque, Response::Txn(_) | Response::Range(_)) => {
                self.undecided += 1;
                Ok(())
            }
            _ => Err(format!("request {id} was answered as another kind of request")),
        }
    }

    /// A write was answered: it took this revision, and nobody else may.
    fn claim(&mut self, id: RequestId, revision: u64, key: Option<&[u8]>) -> Result<(), String> {
        let key = key.map(digest);
        let earlier = self.writers.insert(revision, Writer { request: Some(id), key });
        match earlier {
            Some(Writer { request: Some(other), .. }) => {
                Err(format!("requests {other} and {id} were both given revision {revision}"))
            }
            Some(Writer { request: None, key: seen }) if seen != key => Err(format!(
                "request {id} was given revision {revision}, at which another key was seen to be written"
            )),
            _ => Ok(()),
        }
    }

    fn write(&mut self, id: RequestId, key: &[u8], revision: u64, held: Held) -> Result<(), String> {
        self.claim(id, revision, Some(key))?;
        if self.left_out.contains(key) {
            self.undecided += 1;
            return Ok(());
        }
        let timeline = self.timeline(key);
        let judged = held != Held::Absent || timeline.is_known(revision - 1);
        timeline.write(revision, held, false).map_err(|why| name(id, key, &why))?;
        self.undecided += u64::from(!judged);
        Ok(())
    }

    fn read(
        &mut self,
        id: RequestId,
        range: &KeyRange,
        revision: u64,
        kvs: &[KeyValue],
        more: bool,
    ) -> Result<(), String> {
        for kv in kvs {
            if !range.contains(&kv.key) {
                return Err(name(id, &kv.key, "it is not in the range that was asked for"));
            }
            self.found(id, kv, revision)?;
        }
        // Where a limit cut the answer off, it says nothing of the keys behind.
        let last = kvs.last().map(|kv| &kv.key);
        let covered = |key: &Vec<u8>| !more || last.is_some_and(|last| key < last);
        let there: SmallMap<&Vec<u8>, ()> = kvs.iter().map(|kv| (&kv.key, ())).collect();
        for key in self.followed(range) {
            if covered(&key) && !there.contains_key(&&key) {
                self.absent(&key, revision);
            }
        }
        // A key that was forgotten may be missing in the answer.
        let forgotten = range.as_single().is_none() && self.horizon.is_some();
        self.undecided += u64::from(forgotten || self.left_out.meets(range));
        Ok(())
    }

    /// The store held this pair at `revision`.
    fn found(&mut self, id: RequestId, kv: &KeyValue, revision: u64) -> Result<(), String> {
        let (key, at, held) = (&kv.key, kv.mod_revision, Held::Value(digest(&kv.value)));
        if at > revision {
            return Err(name(id, key, "it was read with a later revision than the store's"));
        }
        if self.left_out.contains(key) {
            return Ok(());
        }
        let timeline = self.timeline(key);
        match timeline.at(at) {
            Some(known) if known != held => {
                return Err(name(id, key, "another value was written at the revision that was read"));
            }
            Some(_) => {}
            None if timeline.is_forgotten(at) => self.undecided += 1,
            None => {
                timeline.write(at, held, true).map_err(|why| name(id, key, &why))?;
                let writer = Writer { request: None, key: Some(digest(key)) };
                let known = self.writers.or_insert(at, writer);
                if known.key != Some(digest(key)) {
                    return Err(name(id, key, "another key was written at the revision that was read"));
                }
            }
        }
        self.timeline(key).found(at, revision).map_err(|why| name(id, key, &why))
    }

    /// The store had no such key at `revision`.
    fn absent(&mut self, key: &[u8], revision: u64) {
        if self.left_out.contains(key) {
            return;
        }
        let timeline = self.timeline(key);
        timeline.absent(revision);
        let known = timeline.is_known(revision);
        self.undecided += u64::from(!known);
    }

    fn timeline(&mut self, key: &[u8]) -> &mut Timeline {
        match self.keys.entry(key.to_vec()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(room) => {
                self.order.push_back(room.key().clone());
                room.insert(Box::new(Timeline::new(self.horizon)))
            }
        }
    }

    /// After a violation was told, or nothing can be told, the key's past is no longer judged.
    fn begin_anew(&mut self, key: &[u8]) {
        let now = self.known;
        if let Some(timeline) = self.keys.get_mut(key) {
            **timeline = Timeline::new(Some(now));
        }
    }

    fn forget(&mut self) {
        while self.keys.len() > KEYS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.keys.remove(&oldest);
            self.horizon = Some(self.known);
        }
        while self.writers.len() > REVISIONS_MAX {
            self.writers.forget_first();
        }
    }
}

fn name(id: RequestId, key: &[u8], why: &str) -> String {
    format!("request {id} on key {:?}: {why}", String::from_utf8_lossy(key))
}
