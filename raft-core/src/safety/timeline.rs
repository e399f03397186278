//! One key's history by revision, as far as responses tell it: its known versions, the last
//! revision at which each was seen, and the revisions at which the key was seen absent. Facts that
//! known writes do not explain become demands: writes that some client must have made without a response.

use super::fact::{AnswerRef, Contradiction};
use crate::kv::LeaseId;
use crate::small_map::SmallMap;

/// The maximum number of versions kept per key. The oldest are dropped first.
const VERSIONS_MAX: usize = 128;
/// The maximum number of absences kept per key. Those with the lowest revisions are dropped first.
const ABSENCES_MAX: usize = 256;

/// The content of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// No value. A version after the first with no value is a delete that removed a value.
    Absent,
    /// The value with this digest.
    Value(u64),
    /// An unknown value.
    Something,
}

impl Held {
    /// Returns whether both may be the same.
    pub(super) fn fits(self, other: Held) -> bool {
        self == other
            || (self == Held::Something && other != Held::Absent)
            || (other == Held::Something && self != Held::Absent)
    }
}

/// A write as one response describes it.
#[derive(Clone, Copy)]
pub(super) struct Written {
    pub(super) held: Held,
    /// The lease, 0 for none; absent if unknown.
    pub(super) lease: Option<LeaseId>,
    /// Whether only readers saw the write and no response to a write told of it.
    pub(super) orphan: bool,
}

/// A version of a key.
#[derive(Clone, Copy)]
pub(super) struct Version {
    pub(super) write: Written,
    /// The highest revision at which a reader still found this version.
    pub(super) through: u64,
    /// The response that told of the write.
    pub(super) by: AnswerRef,
    /// The response that found the version at `through`.
    pub(super) seen: AnswerRef,
}

/// The history of one key.
pub(super) struct Timeline {
    versions: SmallMap<u64, Version>,
    /// The revisions at which the key was seen absent.
    absences: SmallMap<u64, Box<AnswerRef>>,
    /// Facts at or below this revision may have been dropped.
    horizon: Option<u64>,
}

/// A put of a value that a response saw.
pub(super) struct SeenPut {
    pub(super) held: Held,
    pub(super) revision: u64,
    pub(super) seen: AnswerRef,
}

/// A put of any value that a delete removed.
pub(super) struct UnseenPut {
    /// The revision of the delete; the put lies below it.
    pub(super) below: u64,
    /// The response to the delete.
    pub(super) deleted: AnswerRef,
}

/// A delete that made a value disappear between two reads.
pub(super) struct UnseenDelete {
    /// The delete lies above this revision.
    pub(super) above: u64,
    /// The delete lies at or below this revision.
    pub(super) through: u64,
    /// The response that saw the value last.
    pub(super) seen: AnswerRef,
    /// The response that missed the value first.
    pub(super) missed: AnswerRef,
}

/// Writes that must have happened without a response, each list ascending. Each write needs one open
/// request.
#[derive(Default)]
pub(super) struct Demands {
    pub(super) seen_puts: Vec<SeenPut>,
    pub(super) unseen_puts: Vec<UnseenPut>,
    pub(super) deletes: Vec<UnseenDelete>,
}

impl Timeline {
    /// Creates the history of a key whose facts up to `horizon` are unknown. Without a horizon the
    /// key was absent initially.
    pub(super) fn new(horizon: Option<u64>) -> Timeline {
        let write = Written { held: Held::Absent, lease: Some(0), orphan: false };
        let start = Version { write, through: 0, by: AnswerRef::default(), seen: AnswerRef::default() };
        let mut versions = SmallMap::default();
        if horizon.is_none() {
            versions.insert(0, start);
        }
        Timeline { versions, absences: SmallMap::default(), horizon }
    }

    /// Returns whether facts of this revision may have been dropped.
    pub(super) fn is_forgotten(&self, revision: u64) -> bool {
        self.horizon.is_some_and(|horizon| revision <= horizon)
    }

    /// The number of facts kept.
    #[cfg(test)]
    pub(super) fn facts(&self) -> usize {
        self.versions.len() + self.absences.len()
    }

    /// Returns the version written at a revision.
    pub(super) fn at(&self, revision: u64) -> Option<&Version> {
        self.versions.get(&revision)
    }

    /// The known versions, by ascending revision.
    pub(super) fn versions(&self) -> impl Iterator<Item = (u64, &Version)> {
        self.versions.iter().map(|(at, version)| (*at, version))
    }

    /// Returns the first revision above one and at or below another at which the key was absent,
    /// with its response.
    pub(super) fn first_absence(&self, above: u64, through: u64) -> Option<(u64, AnswerRef)> {
        let first = self.absences.at_or_above(&above.saturating_add(1)).next();
        first.map(|(at, by)| (*at, **by)).filter(|(at, _)| *at <= through)
    }

    /// Returns whether the key's state at a revision follows from the known facts.
    pub(super) fn is_known(&self, revision: u64) -> bool {
        self.versions.first().is_some_and(|(at, _)| *at <= revision)
    }

    /// The versions that hold a value, by ascending revision.
    pub(super) fn values(&self) -> impl Iterator<Item = (u64, &Version)> {
        self.versions().filter(|(_, version)| version.write.held != Held::Absent)
    }

    /// Adds a write that took this revision.
    ///
    /// # Errors
    /// Returns the contradiction if another write took the revision, or a read shows that none did.
    pub(super) fn write(
        &mut self,
        revision: u64,
        write: Written,
        by: AnswerRef,
    ) -> Result<(), Contradiction> {
        if self.is_forgotten(revision) {
            return Ok(());
        }
        if let Some(known) = self.versions.get_mut(&revision) {
            if !known.write.held.fits(write.held) {
                return Err(Contradiction::new(
                    format!("two different writes took revision {revision}"),
                    &[known.by],
                ));
            }
            if known.write.held == Held::Something {
                known.write.held = write.held;
            }
            known.write.lease = known.write.lease.or(write.lease);
            known.write.orphan &= write.orphan;
            return Ok(());
        }
        if let Some((at, before)) = self.versions.below(&revision)
            && before.through >= revision
        {
            let through = before.through;
            let why = format!(
                "it was written at revision {revision}, but a read at revision {through} still found the version of revision {at}"
            );
            return Err(Contradiction::new(why, &[before.seen]));
        }
        self.versions.insert(revision, Version { write, through: revision, by, seen: by });
        if self.versions.len() > VERSIONS_MAX
            && let Some((at, _)) = self.versions.first()
        {
            let at = *at;
            self.versions.forget_first();
            self.horizon = self.horizon.max(Some(at));
            self.absences = self.absences.split_off(&(at + 1));
        }
        Ok(())
    }

    /// Adds the fact that a read at `revision` found the version of revision `at`.
    ///
    /// # Errors
    /// Returns the contradiction if a later write lies between the two.
    pub(super) fn found(&mut self, at: u64, revision: u64, by: AnswerRef) -> Result<(), Contradiction> {
        if let Some((later, version)) =
            self.versions.at_or_above(&(at + 1)).next().filter(|(later, _)| **later <= revision)
        {
            let why = format!(
                "a read at revision {revision} found the version of revision {at}, but it was written at revision {later}"
            );
            return Err(Contradiction::new(why, &[version.by]));
        }
        if let Some(version) = self.versions.get_mut(&at)
            && revision > version.through
        {
            (version.through, version.seen) = (revision, by);
        }
        Ok(())
    }

    /// Adds the fact that the key was absent at `revision`.
    pub(super) fn absent(&mut self, revision: u64, by: AnswerRef) {
        if !self.is_forgotten(revision) {
            self.absences.or_insert(revision, Box::new(by));
        }
        if self.absences.len() > ABSENCES_MAX {
            self.absences.forget_first();
        }
    }

    /// Returns the writes that must have happened without a response. `swept` tells whether a known
    /// delete of a range removed the key above one revision and at or below another.
    ///
    /// # Errors
    /// Returns the contradiction if no writes can explain the facts.
    pub(super) fn demands(&self, mut swept: impl FnMut(u64, u64) -> bool) -> Result<Demands, Contradiction> {
        let mut demands = Demands::default();
        let mut versions = self.versions.iter().peekable();
        while let Some((at, version)) = versions.next() {
            let next = versions.peek().map(|(next, later)| (**next, *later));
            let end = next.map_or(u64::MAX, |(next, _)| next);
            if version.write.held != Held::Absent {
                if version.write.orphan {
                    demands.seen_puts.push(SeenPut {
                        held: version.write.held,
                        revision: *at,
                        seen: version.by,
                    });
                }
                let gone = self.absences.at_or_above(at).next().filter(|(gone, _)| **gone < end);
                if let Some((gone, missed)) = gone {
                    if *gone <= version.through {
                        let why = vanished(*at, version.through, *gone);
                        return Err(Contradiction::new(why, &[version.seen, **missed]));
                    }
                    // A lease may end at any time after its grant, which deletes its keys.
                    if version.write.lease == Some(0) && !swept(version.through, *gone) {
                        demands.deletes.push(UnseenDelete {
                            above: version.through,
                            through: *gone,
                            seen: version.seen,
                            missed: **missed,
                        });
                    }
                }
            }
            let absent_last = self.absences.below(&end).map(|(last, by)| (*last, **by));
            let absent_last = absent_last.filter(|(last, _)| last >= at);
            let absent_since = match version.write.held {
                Held::Absent => absent_last.or(Some((*at, version.by))),
                Held::Value(_) | Held::Something => absent_last,
            };
            if let (Some((since, missed)), Some((deleted, later))) = (absent_since, next)
                && later.write.held == Held::Absent
            {
                if since + 1 >= deleted {
                    let why = format!(
                        "a delete at revision {deleted} found it, but it was absent at revision {since}"
                    );
                    return Err(Contradiction::new(why, &[missed, later.by]));
                }
                demands.unseen_puts.push(UnseenPut { below: deleted, deleted: later.by });
            }
        }
        Ok(demands)
    }
}

fn vanished(at: u64, through: u64, gone: u64) -> String {
    if gone == through {
        return format!(
            "at revision {gone}, one answer says it holds the version of revision {at}, another that it is absent"
        );
    }
    format!(
        "it was absent at revision {gone}, but a read at revision {through} found the version of revision {at}, which is older"
    )
}
