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
//! * a transaction chose the branch that its conditions choose, over the store before it;
//! * what no answer accounts for was done by an open request, each at most once: one
//!   that still runs, or a write whose outcome is unknown. It may take effect at any
//!   revision above those known when it was sent, or never. Or a lease ran out: it may do
//!   so at any time after it was granted, since clocks may run fast.
//!
//! Each key is judged by itself. `answers` takes an answer apart into facts about keys;
//! `timeline` holds those of one key; `open` what may have happened besides; `conditions`
//! what can be judged only once every earlier revision is accounted for. Serializable reads
//! promise nothing about now and are left out. What is remembered is bounded; an answer that
//! cannot be judged counts as undecided, with its [`Doubt`]. `search` looks for an order
//! and knows nothing of revisions; tests compare the two.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use super::conditions::Settled;
use super::fact::{By, Clash};
use super::open::{Intent, OpenRequests, digest};
use super::timeline::Timeline;
use super::{Doubt, Violation};
use crate::kv::KeyRange;
use crate::model::{Event, EventKind, Fact, Operation, Outcome, Property, RequestId, Seen};
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
    /// Nothing that could be told is wrong, but some answers cannot be judged.
    Undecided {
        /// How many answers.
        answers: u64,
    },
}

/// A write that took a revision.
pub(super) struct Writer {
    /// Whether its client was told so; else only a reader saw it.
    pub(super) told: bool,
    /// The key it wrote; absent for what may write several.
    pub(super) key: Option<u64>,
    pub(super) by: By,
}

/// Deletes of ranges that found something.
#[derive(Default)]
pub(super) struct Sweeps {
    known: SmallMap<u64, (KeyRange, By)>,
    /// Those up to this revision may have been forgotten.
    pub(super) forgotten: u64,
}

impl Sweeps {
    pub(super) fn add(&mut self, revision: u64, range: KeyRange, by: By) {
        self.known.insert(revision, (range, by));
        if self.known.len() > SWEEPS_MAX
            && let Some((oldest, _)) = self.known.first()
        {
            self.forgotten = *oldest;
            self.known.forget_first();
        }
    }

    /// The first one known that removed `key` above one revision and at or below another.
    pub(super) fn first(&self, key: &[u8], above: u64, through: u64) -> Option<(u64, By)> {
        let from = above.saturating_add(1);
        let mut between = self.known.at_or_above(&from).take_while(|(at, _)| **at <= through);
        between.find(|(_, (range, _))| range.contains(key)).map(|(at, (_, by))| (*at, *by))
    }
}

#[derive(Default)]
pub(super) struct Linearizability {
    /// Boxed, as all values in large maps here: equal code for each is kept once.
    pub(super) keys: BTreeMap<Vec<u8>, Box<Timeline>>,
    /// Keys in the order in which they were first seen, for forgetting.
    order: VecDeque<Vec<u8>>,
    /// Keys were forgotten; what is not followed now may have a history up to here.
    pub(super) horizon: Option<u64>,
    pub(super) open: OpenRequests,
    pub(super) sweeps: Sweeps,
    pub(super) settled: Settled,
    /// The highest revision that any client knows.
    pub(super) known: u64,
    /// Who took which revision.
    pub(super) writers: SmallMap<u64, Writer>,
    violated: bool,
    /// Answers that were judged, as far as they could.
    pub(super) judged: u64,
    /// Answers that could not be judged, by doubt.
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
                if let Err(clash) = self.end(*id, event, outcome) {
                    self.violated = true;
                    let seen = match outcome {
                        Outcome::Ok(answer) => Seen::Answered { revision: answer.revision },
                        Outcome::Unknown(_) => Seen::LeftOpen,
                        _ => Seen::NotDone,
                    };
                    let last = Fact { at: event.at, node: None, request: Some(*id), seen };
                    let facts = clash.facts(last);
                    found.push(Violation { property: Property::Linearizability, detail: clash.why, facts });
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, id: RequestId, operation: &Operation) {
        self.open.start(id, operation, self.known);
    }

    fn end(&mut self, id: RequestId, event: &Event, outcome: &Outcome) -> Result<(), Clash> {
        if matches!(outcome, Outcome::Unknown(_)) {
            self.open.leave_open(id);
            return self.settle();
        }
        let Some(request) = self.open.close(id) else { return Ok(()) };
        let mut result = Ok(());
        if let Outcome::Ok(answer) = outcome {
            let by = By { request: id, at: event.at, revision: answer.revision };
            self.judged += 1;
            result = self.take_in(by, &request, answer);
            self.known = self.known.max(answer.revision);
        }
        // The request is no longer there to account for what nobody else did.
        for key in self.touched(&request.intent) {
            let explained = self.explain(&key).map_err(|clash| name(id, &key, clash));
            if explained.is_err() {
                self.begin_anew(&key);
            }
            result = result.and(explained);
        }
        self.forget();
        result.and(self.settle())
    }

    /// Keys on which a request bears.
    fn touched(&self, intent: &Intent) -> Vec<Vec<u8>> {
        let mut touched = Vec::new();
        intent.ranges(&mut |range| touched.extend(self.followed(range)));
        touched
    }

    /// Keys of a range that are followed.
    pub(super) fn followed(&self, range: &KeyRange) -> Vec<Vec<u8>> {
        if let Some(key) = range.as_single() {
            return vec![key.to_vec()];
        }
        let from = self.keys.range::<[u8], _>((Bound::Included(range.key.as_slice()), Bound::Unbounded));
        from.map(|(key, _)| key).take_while(|key| range.contains(key)).cloned().collect()
    }

    /// Whether the facts of a key and the open requests explain each other.
    fn explain(&mut self, key: &[u8]) -> Result<(), Clash> {
        let Some(timeline) = self.keys.get(key) else { return Ok(()) };
        let sweeps = &self.sweeps;
        let mut forgot = false;
        for (at, version) in timeline.values() {
            let through = version.through;
            if let Some((swept, by)) = sweeps.first(key, at, through) {
                let why = format!(
                    "a read at revision {through} found the version of revision {at}, but a range around it was deleted at revision {swept}"
                );
                return Err(Clash::new(why, &[by, version.seen]));
            }
        }
        let demands = timeline.demands(|above, through| {
            forgot |= above < sweeps.forgotten;
            sweeps.first(key, above, through).is_some()
        })?;
        match self.open.meet(key, &demands) {
            Err(_) if forgot || self.open.forgot() => {
                self.doubt(Doubt::Forgotten, true);
                self.begin_anew(key);
                Ok(())
            }
            met => met,
        }
    }

    /// A write was answered: it took this revision, and nobody else may.
    pub(super) fn claim(&mut self, by: By, keys: &[&[u8]]) -> Result<(), Clash> {
        let (id, revision) = (by.request, by.revision);
        let key = if let [key] = keys { Some(digest(key)) } else { None };
        let earlier = self.writers.insert(revision, Writer { told: true, key, by });
        match earlier {
            Some(Writer { told: true, by: other, .. }) => {
                let why = format!("requests {} and {id} were both given revision {revision}", other.request);
                Err(Clash::new(why, &[other]))
            }
            Some(Writer { key: Some(seen), by: reader, .. })
                if !keys.iter().any(|key| digest(key) == seen) =>
            {
                let why = format!(
                    "request {id} was given revision {revision}, at which another key was seen to be written"
                );
                Err(Clash::new(why, &[reader]))
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

pub(super) fn name(id: RequestId, key: &[u8], clash: Clash) -> Clash {
    let why = format!("request {id} on key {:?}: {}", String::from_utf8_lossy(key), clash.why);
    Clash { why, ..clash }
}
