//! Checks that need the state of the store at a revision: which branch a transaction took, and how
//! many keys a range held.
//!
//! They wait until every earlier revision is accounted for, or no running request is left that may
//! account for it. A revision without an account is a hole: a write with an unknown outcome took
//! it, or the end of a lease.

use super::Doubt;
use super::fact::{AnswerRef, Contradiction};
use super::linearizability::{Linearizability, name};
use super::open::digest;
use super::timeline::{Held, Timeline};
use crate::kv::{Compare, CompareOperator, CompareTarget, KeyRange, LeaseId, TxnOp, TxnRequest};
use crate::small_map::SmallMap;

/// The maximum number of holes kept. The lowest are dropped first.
const HOLES_MAX: usize = 1_000;
/// The maximum number of waiting checks. Beyond it, the oldest counts as undecided.
const PENDING_MAX: usize = 1_000;

/// The revisions that are accounted for, and the checks that wait for more.
#[derive(Default)]
pub(super) struct Settled {
    /// All revisions up to this one are accounted for or are holes.
    through: u64,
    holes: SmallMap<u64, ()>,
    /// Holes up to this revision may have been dropped.
    forgotten: u64,
    pending: Vec<Pending>,
}

/// A check that waits for the state of the store at revision `at`.
pub(super) enum Pending {
    /// Check that a transaction took these branches, outermost first.
    Path { by: AnswerRef, at: u64, txn: TxnRequest, path: Vec<bool> },
    /// Check that a range held `count` keys.
    Count { by: AnswerRef, at: u64, range: KeyRange, count: u64 },
}

impl Pending {
    fn at(&self) -> u64 {
        match self {
            Pending::Path { at, .. } | Pending::Count { at, .. } => *at,
        }
    }
}

/// The known state of a key.
struct KeyState {
    held: Held,
    modified: u64,
    /// The revision of its creation and its version, if known.
    life: Option<(u64, u64)>,
    lease: Option<LeaseId>,
    by: AnswerRef,
}

impl KeyState {
    fn absent(by: AnswerRef) -> KeyState {
        KeyState { held: Held::Absent, modified: 0, life: Some((0, 0)), lease: Some(0), by }
    }
}

impl Linearizability {
    /// Adds a check to be made once its revision is accounted for.
    pub(super) fn later(&mut self, pending: Pending) {
        let branches =
            |txn: &TxnRequest| !txn.compares.is_empty() || txn.ops().any(|op| matches!(op, TxnOp::Txn(_)));
        if let Pending::Path { txn, path, .. } = &pending
            && !branches(txn)
            && path.first() == Some(&true)
        {
            return;
        }
        self.settled.pending.push(pending);
        if self.settled.pending.len() > PENDING_MAX {
            self.settled.pending.remove(0);
            self.doubt(Doubt::OpenWrite, true);
        }
    }

    /// Updates how far the revisions are accounted for, and makes the checks that waited for them.
    ///
    /// # Errors
    /// Returns the first contradiction.
    pub(super) fn settle(&mut self) -> Result<(), Contradiction> {
        let settled = &mut self.settled;
        // An empty store has revision 1.
        settled.through = settled.through.max(1);
        while settled.through < self.known {
            let next = settled.through + 1;
            if !self.writers.get(&next).is_some_and(|writer| writer.told) {
                if self.open.awaits(next) {
                    break;
                }
                settled.holes.insert(next, ());
                if settled.holes.len() > HOLES_MAX
                    && let Some((first, _)) = settled.holes.first()
                {
                    settled.forgotten = *first;
                    settled.holes.forget_first();
                }
            }
            settled.through = next;
        }
        let mut result = Ok(());
        let through = settled.through;
        while let Some(ready) = self.settled.pending.iter().position(|pending| pending.at() <= through) {
            let pending = self.settled.pending.remove(ready);
            let judged = match &pending {
                Pending::Path { by, at, txn, path } => self.chosen(*by, txn, &mut path.iter(), *at),
                Pending::Count { by, at, range, count } => self.counted(*by, range, *count, *at),
            };
            match judged {
                Ok(doubt) => {
                    self.undecided[doubt.unwrap_or(Doubt::OpenWrite) as usize] += u64::from(doubt.is_some())
                }
                Err(contradiction) => result = result.and(Err(contradiction)),
            }
        }
        result
    }

    /// Checks that a transaction took the branches that its conditions choose. Returns the doubt if
    /// this cannot be judged.
    ///
    /// # Errors
    /// Returns the contradiction if it took another branch.
    fn chosen(
        &self,
        by: AnswerRef,
        txn: &TxnRequest,
        path: &mut std::slice::Iter<'_, bool>,
        at: u64,
    ) -> Result<Option<Doubt>, Contradiction> {
        let told = path.next().copied().unwrap_or_default();
        let mut doubt = None;
        // One condition that is known to fail, and the last one that is known to hold.
        let (mut failed, mut last) = (None, None);
        for compare in &txn.compares {
            match self.holds(compare, at) {
                Ok((true, state)) => last = Some((compare, state)),
                Ok((false, state)) => failed = Some((compare, state)),
                Err(why) => doubt = Some(why),
            }
        }
        let id = by.request;
        match (told, failed) {
            (true, Some((compare, state))) => {
                let why = format!("it was told that its condition held, but at revision {at} it did not");
                return Err(name(id, &compare.range.key, Contradiction::new(why, &[state.by])));
            }
            (false, None) if doubt.is_none() => {
                let why = format!(
                    "request {id} was told that a condition did not hold, but at revision {at} all did"
                );
                let with = last.map(|(_, state)| state.by);
                return Err(Contradiction::new(why, with.as_slice()));
            }
            // One failed condition is enough.
            (false, Some(_)) => doubt = None,
            _ => {}
        }
        let branch = if told { &txn.success } else { &txn.failure };
        for op in branch {
            if let TxnOp::Txn(inner) = op {
                doubt = self.chosen(by, inner, path, at)?.or(doubt);
            }
        }
        Ok(doubt)
    }

    /// Returns whether a condition holds at a revision, with the key's state.
    fn holds(&self, compare: &Compare, at: u64) -> Result<(bool, KeyState), Doubt> {
        let key = compare.range.as_single().ok_or(Doubt::Comparison)?;
        let why = if self.horizon.is_some() { Doubt::Forgotten } else { Doubt::OpenWrite };
        let state = self.state(key, at).ok_or(why)?;
        let number = |known: Option<u64>, wanted: i64| {
            known.map(|known| i64::try_from(known).unwrap_or(i64::MAX).cmp(&wanted)).ok_or(Doubt::Forgotten)
        };
        let order = match &compare.target {
            CompareTarget::Value(_) if state.held == Held::Absent => return Ok((false, state)),
            CompareTarget::Value(wanted) => {
                let same = match state.held {
                    Held::Value(held) => held == digest(wanted),
                    _ => return Err(Doubt::Comparison),
                };
                return match compare.operator {
                    CompareOperator::Equal => Ok((same, state)),
                    CompareOperator::NotEqual => Ok((!same, state)),
                    // Only digests are kept: they show that values are equal, not their order.
                    _ if same => Ok((false, state)),
                    _ => Err(Doubt::Comparison),
                };
            }
            CompareTarget::Version(wanted) => number(state.life.map(|(_, version)| version), *wanted)?,
            CompareTarget::Create(wanted) => number(state.life.map(|(created, _)| created), *wanted)?,
            CompareTarget::Mod(wanted) => number(Some(state.modified), *wanted)?,
            CompareTarget::Lease(wanted) => state.lease.ok_or(Doubt::Comparison)?.cmp(wanted),
        };
        let holds = match compare.operator {
            CompareOperator::Equal => order.is_eq(),
            CompareOperator::NotEqual => order.is_ne(),
            CompareOperator::Less => order.is_lt(),
            CompareOperator::Greater => order.is_gt(),
        };
        Ok((holds, state))
    }

    fn counted(
        &self,
        by: AnswerRef,
        range: &KeyRange,
        count: u64,
        at: u64,
    ) -> Result<Option<Doubt>, Contradiction> {
        if self.horizon.is_some() {
            return Ok(Some(Doubt::Forgotten));
        }
        let mut there = 0;
        for key in self.followed(range) {
            match self.state(&key, at) {
                Some(state) => there += u64::from(state.held != Held::Absent),
                None => return Ok(Some(Doubt::OpenWrite)),
            }
        }
        // An open request may have put a key that no response has shown yet.
        if self
            .open
            .keys_in(range)
            .any(|key| !self.keys.contains_key(key) && !self.is_sure(key, 0, at, false))
        {
            return Ok(Some(Doubt::OpenWrite));
        }
        if there == count {
            return Ok(None);
        }
        let id = by.request;
        Err(format!("request {id} was told of {count} pairs, but there were {there} at revision {at}").into())
    }

    /// Returns the state of a key at a settled revision, if it is certain.
    fn state(&self, key: &[u8], at: u64) -> Option<KeyState> {
        let Some(timeline) = self.keys.get(key) else {
            let never = self.horizon.is_none() && self.is_sure(key, 0, at, false);
            return never.then(|| KeyState::absent(AnswerRef::default()));
        };
        let (mut now, mut from) = (None, 0);
        for (revision, version) in timeline.versions().take_while(|(revision, _)| *revision <= at) {
            let before = self.pass(key, timeline, now, from, revision.saturating_sub(1));
            let life = before.and_then(|before| match before.held {
                Held::Absent => Some((revision, 1)),
                _ => before.life.map(|(created, version)| (created, version + 1)),
            });
            let write = version.write;
            now = Some(match write.held {
                Held::Absent => KeyState::absent(version.by),
                held => KeyState { held, modified: revision, life, lease: write.lease, by: version.by },
            });
            from = version.through.min(at).max(revision);
        }
        self.pass(key, timeline, now, from, at)
    }

    /// Carries a state from one revision to another between which no write of this key is known.
    fn pass(
        &self,
        key: &[u8],
        timeline: &Timeline,
        state: Option<KeyState>,
        from: u64,
        to: u64,
    ) -> Option<KeyState> {
        let (mut state, mut from) = (state, from);
        while let Some((swept, by)) = self.range_deletes.first(key, from, to) {
            (state, from) = (Some(KeyState::absent(by)), swept);
        }
        while let Some((absent, by)) = timeline.first_absence(from, to) {
            (state, from) = (Some(KeyState::absent(by)), absent);
        }
        let state = state?;
        let leased = state.held != Held::Absent && state.lease != Some(0);
        self.is_sure(key, from, to, leased).then_some(state)
    }

    /// Returns whether no unknown write can have changed a key above `from` and at or below `to`.
    fn is_sure(&self, key: &[u8], from: u64, to: u64, leased: bool) -> bool {
        if from >= to {
            return true;
        }
        let hole = self.settled.holes.at_or_above(&(from + 1)).next().is_some_and(|(hole, _)| *hole <= to);
        let quiet = !hole && from >= self.settled.forgotten;
        from >= self.range_deletes.forgotten && (quiet || (!leased && !self.open.may_write(key)))
    }
}
