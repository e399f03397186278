//! One key's history by revision, as far as answers tell it: its known versions, when each was
//! still seen, and when the key was seen to be absent. What these facts leave unexplained are
//! demands: writes that some client must have made without being told of it.

use super::fact::{By, Clash};
use crate::kv::LeaseId;
use crate::small_map::SmallMap;

/// Versions remembered of a key; older ones are forgotten.
const VERSIONS_MAX: usize = 128;
/// Revisions remembered at which a key was absent; the lowest are forgotten first.
const ABSENCES_MAX: usize = 256;

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// No value. As a version after the first, it stands for a delete that found a value.
    Absent,
    /// The value with this digest.
    Value(u64),
    /// A value that nobody told.
    Something,
}

impl Held {
    /// Whether both may be the same.
    pub(super) fn fits(self, other: Held) -> bool {
        self == other
            || (self == Held::Something && other != Held::Absent)
            || (other == Held::Something && self != Held::Absent)
    }
}

/// What one answer says of one write.
#[derive(Clone, Copy)]
pub(super) struct Written {
    pub(super) held: Held,
    /// The lease it is on, 0 for none; absent where that was not told.
    pub(super) lease: Option<LeaseId>,
    /// A reader saw it, but nobody was told to have written it.
    pub(super) orphan: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Version {
    pub(super) write: Written,
    /// The highest revision at which a reader still found this version.
    pub(super) through: u64,
    /// Who told of it, and who found it at `through`.
    pub(super) by: By,
    pub(super) seen: By,
}

/// The history of one key.
pub(super) struct Timeline {
    versions: SmallMap<u64, Version>,
    /// Revisions at which the key was seen to be absent.
    absences: SmallMap<u64, Box<By>>,
    /// What happened at or below this revision may have been forgotten.
    horizon: Option<u64>,
}

/// Writes that must have happened, unknown to those who asked for them. Each takes one request.
#[derive(Default)]
pub(super) struct Demands {
    /// Puts of a value, at exactly this revision, ascending, and who saw them.
    pub(super) seen_puts: Vec<(Held, u64, By)>,
    /// Puts of any value, below the revision at which this delete found one, ascending.
    pub(super) unseen_puts: Vec<(u64, By)>,
    /// Deletes, above the first revision and at or below the second, ascending: who saw the value
    /// last, and who missed it first.
    pub(super) deletes: Vec<(u64, u64, By, By)>,
}

impl Timeline {
    /// A key of which nothing is known above `horizon`; without one, nothing was ever forgotten
    /// and the key was absent at the beginning.
    pub(super) fn new(horizon: Option<u64>) -> Timeline {
        let write = Written { held: Held::Absent, lease: Some(0), orphan: false };
        let start = Version { write, through: 0, by: By::default(), seen: By::default() };
        let mut versions = SmallMap::default();
        if horizon.is_none() {
            versions.insert(0, start);
        }
        Timeline { versions, absences: SmallMap::default(), horizon }
    }

    /// Whether facts of this revision may have been forgotten.
    pub(super) fn is_forgotten(&self, revision: u64) -> bool {
        self.horizon.is_some_and(|horizon| revision <= horizon)
    }

    /// How many facts are remembered.
    #[cfg(test)]
    pub(super) fn facts(&self) -> usize {
        self.versions.len() + self.absences.len()
    }

    /// What was written at a revision.
    pub(super) fn at(&self, revision: u64) -> Option<&Version> {
        self.versions.get(&revision)
    }

    /// Every version known, ascending, by its revision.
    pub(super) fn versions(&self) -> impl Iterator<Item = (u64, &Version)> {
        self.versions.iter().map(|(at, version)| (*at, version))
    }

    /// The first revision above one and at or below another at which the key was absent, and who told.
    pub(super) fn first_absence(&self, above: u64, through: u64) -> Option<(u64, By)> {
        let first = self.absences.at_or_above(&above.saturating_add(1)).next();
        first.map(|(at, by)| (*at, **by)).filter(|(at, _)| *at <= through)
    }

    /// Whether the key's state at a revision follows from what is known.
    pub(super) fn is_known(&self, revision: u64) -> bool {
        self.versions.first().is_some_and(|(at, _)| *at <= revision)
    }

    /// Versions of values, each with the highest revision at which it was still seen.
    pub(super) fn values(&self) -> impl Iterator<Item = (u64, &Version)> {
        self.versions().filter(|(_, version)| version.write.held != Held::Absent)
    }

    /// A write took this revision.
    ///
    /// # Errors
    /// Something else was written there, or a reader has found that nothing was.
    pub(super) fn write(&mut self, revision: u64, write: Written, by: By) -> Result<(), Clash> {
        if self.is_forgotten(revision) {
            return Ok(());
        }
        if let Some(known) = self.versions.get_mut(&revision) {
            if !known.write.held.fits(write.held) {
                return Err(Clash::new(
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
            return Err(Clash::new(why, &[before.seen]));
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

    /// A read at `revision` found the version of revision `at`.
    ///
    /// # Errors
    /// A later write lies between the two.
    pub(super) fn found(&mut self, at: u64, revision: u64, by: By) -> Result<(), Clash> {
        if let Some((later, version)) =
            self.versions.at_or_above(&(at + 1)).next().filter(|(later, _)| **later <= revision)
        {
            let why = format!(
                "a read at revision {revision} found the version of revision {at}, but it was written at revision {later}"
            );
            return Err(Clash::new(why, &[version.by]));
        }
        if let Some(version) = self.versions.get_mut(&at)
            && revision > version.through
        {
            (version.through, version.seen) = (revision, by);
        }
        Ok(())
    }

    /// The key was absent at `revision`.
    pub(super) fn absent(&mut self, revision: u64, by: By) {
        if !self.is_forgotten(revision) {
            self.absences.or_insert(revision, Box::new(by));
        }
        if self.absences.len() > ABSENCES_MAX {
            self.absences.forget_first();
        }
    }

    /// What must have happened beyond what clients were told. `swept` says whether a delete of a
    /// range, itself known, removed the key above one revision and at or below another.
    ///
    /// # Errors
    /// No writes at all could explain the facts.
    pub(super) fn demands(&self, mut swept: impl FnMut(u64, u64) -> bool) -> Result<Demands, Clash> {
        let mut demands = Demands::default();
        let mut versions = self.versions.iter().peekable();
        while let Some((at, version)) = versions.next() {
            let next = versions.peek().map(|(next, later)| (**next, *later));
            let end = next.map_or(u64::MAX, |(next, _)| next);
            if version.write.held != Held::Absent {
                if version.write.orphan {
                    demands.seen_puts.push((version.write.held, *at, version.by));
                }
                let gone = self.absences.at_or_above(at).next().filter(|(gone, _)| **gone < end);
                if let Some((gone, missed)) = gone {
                    if *gone <= version.through {
                        let why = vanished(*at, version.through, *gone);
                        return Err(Clash::new(why, &[version.seen, **missed]));
                    }
                    // A lease may run out at any time after it was granted, and takes its keys along.
                    if version.write.lease == Some(0) && !swept(version.through, *gone) {
                        demands.deletes.push((version.through, *gone, version.seen, **missed));
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
                    return Err(Clash::new(why, &[missed, later.by]));
                }
                demands.unseen_puts.push((deleted, later.by));
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
