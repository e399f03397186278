//! What can be judged only when the store at a revision is known: which branch a transaction took, and
//! how many keys a range held. That is once every earlier revision is accounted for, or nobody is left who
//! may yet account for it. Such a revision is a hole: an unknown write took it, or a lease that ran out.

use super::Doubt;
use super::fact::{By, Clash};
use super::linearizability::{Linearizability, name};
use super::open::digest;
use super::timeline::{Held, Timeline};
use crate::kv::{Compare, CompareOperator, CompareTarget, KeyRange, LeaseId, TxnOp, TxnRequest};
use crate::small_map::SmallMap;

/// Holes remembered; the lowest are forgotten first.
const HOLES_MAX: usize = 1_000;
/// Answers that wait to be judged. Beyond, the oldest count as undecided.
const PENDING_MAX: usize = 1_000;

/// How far the revisions are accounted for.
#[derive(Default)]
pub(super) struct Settled {
    /// All up to this one are, or are holes.
    through: u64,
    holes: SmallMap<u64, ()>,
    /// There may have been holes up to here.
    forgotten: u64,
    pending: Vec<Pending>,
}

/// What waits to be judged, over the store at revision `at`.
pub(super) enum Pending {
    /// A transaction took these branches, outer ones first.
    Path { by: By, at: u64, txn: TxnRequest, path: Vec<bool> },
    /// A range held so many keys.
    Count { by: By, at: u64, range: KeyRange, count: u64 },
}

impl Pending {
    fn at(&self) -> u64 {
        match self {
            Pending::Path { at, .. } | Pending::Count { at, .. } => *at,
        }
    }
}

/// What a key is known to hold.
struct State {
    held: Held,
    modified: u64,
    /// Revision of its creation, and its version since.
    life: Option<(u64, u64)>,
    lease: Option<LeaseId>,
    by: By,
}

impl State {
    fn absent(by: By) -> State {
        State { held: Held::Absent, modified: 0, life: Some((0, 0)), lease: Some(0), by }
    }
}

impl Linearizability {
    /// Something is to be judged when the revisions are settled.
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

    /// Looks how far the revisions are settled now, and judges what waited for them.
    ///
    /// # Errors
    /// The first that was told wrong.
    pub(super) fn settle(&mut self) -> Result<(), Clash> {
        let settled = &mut self.settled;
        // The empty store has revision 1.
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
                Err(clash) => result = result.and(Err(clash)),
            }
        }
        result
    }

    /// Whether a transaction took the branches that its conditions choose, or why that cannot be told.
    fn chosen(
        &self,
        by: By,
        txn: &TxnRequest,
        path: &mut std::slice::Iter<'_, bool>,
        at: u64,
    ) -> Result<Option<Doubt>, Clash> {
        let told = path.next().copied().unwrap_or_default();
        let mut doubt = None;
        // The conditions that are known to hold, and one that is known not to.
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
                return Err(name(id, &compare.range.key, Clash::new(why, &[state.by])));
            }
            (false, None) if doubt.is_none() => {
                let why = format!(
                    "request {id} was told that a condition did not hold, but at revision {at} all did"
                );
                let with = last.map(|(_, state)| state.by);
                return Err(Clash::new(why, with.as_slice()));
            }
            // One condition that does not hold is enough.
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

    /// Whether a condition holds at a revision, and by which state.
    fn holds(&self, compare: &Compare, at: u64) -> Result<(bool, State), Doubt> {
        let key = compare.range.as_single().ok_or(Doubt::Comparison)?;
        let state = self.state(key, at).ok_or(Doubt::OpenWrite)?;
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
                    // Equal values have no order; of others it is not remembered.
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

    fn counted(&self, by: By, range: &KeyRange, count: u64, at: u64) -> Result<Option<Doubt>, Clash> {
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
        // A key that nobody has seen yet may have been put all the same.
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

    /// What a key held at a settled revision, as far as that is certain.
    fn state(&self, key: &[u8], at: u64) -> Option<State> {
        let Some(timeline) = self.keys.get(key) else {
            let never = self.horizon.is_none() && self.is_sure(key, 0, at, false);
            return never.then(|| State::absent(By::default()));
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
                Held::Absent => State::absent(version.by),
                held => State { held, modified: revision, life, lease: write.lease, by: version.by },
            });
            from = version.through.min(at).max(revision);
        }
        self.pass(key, timeline, now, from, at)
    }

    /// What becomes of a state between two revisions without a known write of this key.
    fn pass(
        &self,
        key: &[u8],
        timeline: &Timeline,
        state: Option<State>,
        from: u64,
        to: u64,
    ) -> Option<State> {
        let (mut state, mut from) = (state, from);
        while let Some((swept, by)) = self.sweeps.first(key, from, to) {
            (state, from) = (Some(State::absent(by)), swept);
        }
        while let Some((absent, by)) = timeline.first_absence(from, to) {
            (state, from) = (Some(State::absent(by)), absent);
        }
        let state = state?;
        let leased = state.held != Held::Absent && state.lease != Some(0);
        self.is_sure(key, from, to, leased).then_some(state)
    }

    /// Whether nothing unknown can have written a key above one revision and at or below another.
    fn is_sure(&self, key: &[u8], from: u64, to: u64, leased: bool) -> bool {
        if from >= to {
            return true;
        }
        let hole = self.settled.holes.at_or_above(&(from + 1)).next().is_some_and(|(hole, _)| *hole <= to);
        let quiet = !hole && from >= self.settled.forgotten;
        from >= self.sweeps.forgotten && (quiet || (!leased && !self.open.may_write(key)))
    }
}
