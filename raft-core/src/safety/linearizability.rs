//! Linearizability of the responses to clients (Herlihy and Wing 1990).
//!
//! etcd's responses carry revisions, and these claim an order of all writes. If that order explains
//! every response and respects real time, the history is linearizable; if not, some response is
//! wrong. Checking a claimed order is cheap, while finding one is not, so this check runs always.
//! The order must satisfy:
//!
//! * Revisions follow real time: a response has no lower revision than any that was known when the
//!   request was sent, a write a higher one; no two writes share a revision.
//! * A read at revision R shows, for each key, the last write at or below R.
//! * A transaction takes the branch that its conditions choose on the store before it.
//! * A change without a response comes from an open request, which runs or has an unknown outcome,
//!   or from the end of a lease. An open request takes effect at most once, at any revision above
//!   those known when it was sent. A lease may end at any time after its grant, as clocks may run
//!   fast.
//!
//! Each key is judged by itself. `answers` splits a response into facts about keys, `timeline`
//! holds the facts of one key, `open` holds the requests that may have had effects, and
//! `conditions` makes the checks that need every earlier revision. Serializable reads may be
//! outdated and are not checked. The memory is bounded; a response that cannot be judged counts as
//! undecided, with its [`Doubt`]. `search` looks for an order without revisions; tests compare the two.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use super::conditions::Settled;
use super::fact::{AnswerRef, Contradiction};
use super::open::{Intent, OpenRequests, digest};
use super::timeline::Timeline;
use super::{Doubt, Violation};
use crate::kv::KeyRange;
use crate::model::{Event, EventKind, Fact, Operation, Outcome, Property, RequestId, Seen};
use crate::small_map::SmallMap;

/// The maximum number of keys followed. Beyond it, the keys seen first are dropped.
const KEYS_MAX: usize = 10_000;
/// The maximum number of revisions of writes kept to detect shared ones. The lowest are dropped first.
const REVISIONS_MAX: usize = 20_000;
/// The maximum number of deletes of ranges kept. Those with the lowest revisions are dropped first.
const RANGE_DELETES_MAX: usize = 1_000;

/// Whether the responses to clients fit one single copy of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They fit.
    Linearizable,
    /// They do not fit; a violation explains why.
    Violated,
    /// No violation was found, but some responses could not be judged.
    Undecided {
        /// The number of responses that could not be judged.
        answers: u64,
    },
}

/// A write that took a revision.
pub(super) struct Writer {
    /// Whether the write's own response told the revision; otherwise only a reader saw it.
    pub(super) told: bool,
    /// The digest of the written key; absent if the write may have several.
    pub(super) key: Option<u64>,
    pub(super) by: AnswerRef,
}

/// The deletes of ranges that removed a key, by revision.
#[derive(Default)]
pub(super) struct RangeDeletes {
    known: SmallMap<u64, (KeyRange, AnswerRef)>,
    /// Deletes up to this revision may have been dropped.
    pub(super) forgotten: u64,
}

impl RangeDeletes {
    pub(super) fn add(&mut self, revision: u64, range: KeyRange, by: AnswerRef) {
        self.known.insert(revision, (range, by));
        if self.known.len() > RANGE_DELETES_MAX
            && let Some((oldest, _)) = self.known.first()
        {
            self.forgotten = *oldest;
            self.known.forget_first();
        }
    }

    /// Returns the first known delete whose range contains `key`, above one revision and at or
    /// below another.
    pub(super) fn first(&self, key: &[u8], above: u64, through: u64) -> Option<(u64, AnswerRef)> {
        let from = above.saturating_add(1);
        let mut between = self.known.at_or_above(&from).take_while(|(at, _)| **at <= through);
        between.find(|(_, (range, _))| range.contains(key)).map(|(at, (_, by))| (*at, *by))
    }
}

#[derive(Default)]
pub(super) struct Linearizability {
    /// The followed keys. Values are boxed so that the map's code is shared with other large maps.
    pub(super) keys: BTreeMap<Vec<u8>, Box<Timeline>>,
    /// The keys in the order in which they were first seen.
    order: VecDeque<Vec<u8>>,
    /// If keys were dropped, the highest revision known at that time: other keys may have a history
    /// up to it.
    pub(super) horizon: Option<u64>,
    pub(super) open: OpenRequests,
    pub(super) range_deletes: RangeDeletes,
    pub(super) settled: Settled,
    /// The highest revision that any client knows.
    pub(super) known: u64,
    /// The write that took each revision.
    pub(super) writers: SmallMap<u64, Writer>,
    violated: bool,
    /// The number of judged responses, undecided ones included.
    pub(super) judged: u64,
    /// The number of responses that could not be judged, by doubt.
    pub(super) undecided: [u64; Doubt::ALL.len()],
}

impl Linearizability {
    pub(super) fn verdict(&self) -> Verdict {
        match (self.violated, self.undecided.iter().sum()) {
            (true, _) => Verdict::Violated,
            (false, 0) => Verdict::Linearizable,
            (false, answers) => Verdict::Undecided { answers },
        }
    }

    pub(super) fn doubt(&mut self, doubt: Doubt, answers: bool) {
        self.undecided[doubt as usize] += u64::from(answers);
    }

    /// The number of facts kept.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        let facts: usize = self.keys.values().map(|timeline| timeline.facts()).sum();
        facts + self.order.len() + self.writers.len() + self.range_deletes.known.len()
    }

    pub(super) fn observe(&mut self, event: &Event, found: &mut Vec<Violation>) {
        match &event.kind {
            EventKind::RequestStarted { id, operation, .. } => self.start(*id, operation),
            EventKind::RequestEnded { id, outcome } => {
                if let Err(contradiction) = self.end(*id, event, outcome) {
                    self.violated = true;
                    let seen = match outcome {
                        Outcome::Ok(answer) => Seen::Answered { revision: answer.revision },
                        Outcome::Unknown(_) => Seen::LeftOpen,
                        _ => Seen::NotDone,
                    };
                    let last = Fact { at: event.at, node: None, request: Some(*id), seen };
                    let facts = contradiction.facts(last);
                    found.push(Violation {
                        property: Property::Linearizability,
                        detail: contradiction.why,
                        facts,
                    });
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, id: RequestId, operation: &Operation) {
        self.open.start(id, operation, self.known);
    }

    fn end(&mut self, id: RequestId, event: &Event, outcome: &Outcome) -> Result<(), Contradiction> {
        if matches!(outcome, Outcome::Unknown(_)) {
            self.open.leave_open(id);
            return self.settle();
        }
        let Some(request) = self.open.close(id) else { return Ok(()) };
        let mut result = Ok(());
        if let Outcome::Ok(answer) = outcome {
            let by = AnswerRef { request: id, at: event.at, revision: answer.revision };
            self.judged += 1;
            result = self.take_in(by, &request, answer);
            self.known = self.known.max(answer.revision);
        }
        // The request is not open any more, so it cannot explain other facts from now on.
        for key in self.touched(&request.intent) {
            let explained = self.explain(&key).map_err(|contradiction| name(id, &key, contradiction));
            if explained.is_err() {
                self.restart_key(&key);
            }
            result = result.and(explained);
        }
        self.forget();
        result.and(self.settle())
    }

    /// The followed keys that a request reads or writes.
    fn touched(&self, intent: &Intent) -> Vec<Vec<u8>> {
        let mut touched = Vec::new();
        intent.ranges(&mut |range| touched.extend(self.followed(range)));
        touched
    }

    /// The followed keys of a range; a single key always counts.
    pub(super) fn followed(&self, range: &KeyRange) -> Vec<Vec<u8>> {
        if let Some(key) = range.as_single() {
            return vec![key.to_vec()];
        }
        let from = self.keys.range::<[u8], _>((Bound::Included(range.key.as_slice()), Bound::Unbounded));
        from.map(|(key, _)| key).take_while(|key| range.contains(key)).cloned().collect()
    }

    /// Checks that the facts of a key are explained by known writes and open requests.
    fn explain(&mut self, key: &[u8]) -> Result<(), Contradiction> {
        let Some(timeline) = self.keys.get(key) else { return Ok(()) };
        let range_deletes = &self.range_deletes;
        let mut forgot = false;
        for (at, version) in timeline.values() {
            let through = version.through;
            if let Some((swept, by)) = range_deletes.first(key, at, through) {
                let why = format!(
                    "a read at revision {through} found the version of revision {at}, but a range around it was deleted at revision {swept}"
                );
                return Err(Contradiction::new(why, &[by, version.seen]));
            }
        }
        let demands = timeline.demands(|above, through| {
            forgot |= above < range_deletes.forgotten;
            range_deletes.first(key, above, through).is_some()
        })?;
        match self.open.meet(key, &demands) {
            Err(_) if forgot || self.open.forgot() => {
                self.doubt(Doubt::Forgotten, true);
                self.restart_key(key);
                Ok(())
            }
            met => met,
        }
    }

    /// Records that a write took its revision, which no other may take.
    pub(super) fn claim(&mut self, by: AnswerRef, keys: &[&[u8]]) -> Result<(), Contradiction> {
        let (id, revision) = (by.request, by.revision);
        let key = if let [key] = keys { Some(digest(key)) } else { None };
        let earlier = self.writers.insert(revision, Writer { told: true, key, by });
        match earlier {
            Some(Writer { told: true, by: other, .. }) => {
                let why = format!("requests {} and {id} were both given revision {revision}", other.request);
                Err(Contradiction::new(why, &[other]))
            }
            Some(Writer { key: Some(seen), by: reader, .. })
                if !keys.iter().any(|key| digest(key) == seen) =>
            {
                let why = format!(
                    "request {id} was given revision {revision}, at which another key was seen to be written"
                );
                Err(Contradiction::new(why, &[reader]))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn timeline(&mut self, key: &[u8]) -> &mut Timeline {
        match self.keys.entry(key.to_vec()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(room) => {
                self.order.push_back(room.key().clone());
                room.insert(Box::new(Timeline::new(self.horizon)))
            }
        }
    }

    /// Drops the facts of a key up to now, after a violation or if they cannot be judged.
    fn restart_key(&mut self, key: &[u8]) {
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

pub(super) fn name(id: RequestId, key: &[u8], contradiction: Contradiction) -> Contradiction {
    let why = format!("request {id} on key {:?}: {}", String::from_utf8_lossy(key), contradiction.why);
    Contradiction { why, ..contradiction }
}
