//! One key's history by revision, as far as answers tell it: its known versions, when each was
//! still seen, and when the key was seen to be absent. What these facts leave unexplained are
//! demands: writes that some client must have made without being told of it.

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
}

#[derive(Clone, Copy)]
struct Version {
    held: Held,
    /// The highest revision at which a reader still found this version.
    through: u64,
    /// A reader saw it, but nobody was told to have written it.
    orphan: bool,
}

/// The history of one key.
pub(super) struct Timeline {
    versions: SmallMap<u64, Version>,
    /// Revisions at which the key was seen to be absent.
    absences: SmallMap<u64, ()>,
    /// What happened at or below this revision may have been forgotten.
    horizon: Option<u64>,
}

/// Writes that must have happened, unknown to those who asked for them. Each takes one request.
#[derive(Default)]
pub(super) struct Demands {
    /// Puts of the value with this digest, at exactly this revision, ascending.
    pub(super) seen_puts: Vec<(u64, u64)>,
    /// Puts of any value, below this revision, ascending.
    pub(super) unseen_puts: Vec<u64>,
    /// Deletes, above the first revision and at or below the second, ascending.
    pub(super) deletes: Vec<(u64, u64)>,
}

impl Timeline {
    /// A key of which nothing is known above `horizon`; without one, nothing was ever forgotten
    /// and the key was absent at the beginning.
    pub(super) fn new(horizon: Option<u64>) -> Timeline {
        let start = Version { held: Held::Absent, through: 0, orphan: false };
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
    pub(super) fn at(&self, revision: u64) -> Option<Held> {
        self.versions.get(&revision).map(|version| version.held)
    }

    /// Whether the key's state at a revision follows from what is known.
    pub(super) fn is_known(&self, revision: u64) -> bool {
        self.versions.first().is_some_and(|(at, _)| *at <= revision)
    }

    /// Versions of values, each with the highest revision at which it was still seen.
    pub(super) fn values(&self) -> impl Iterator<Item = (u64, u64)> {
        let values = self.versions.iter().filter(|(_, version)| version.held != Held::Absent);
        values.map(|(at, version)| (*at, version.through))
    }

    /// A write took this revision; an orphan is one that only a reader tells of.
    ///
    /// # Errors
    /// Something else was written there, or a reader has found that nothing was.
    pub(super) fn write(&mut self, revision: u64, held: Held, orphan: bool) -> Result<(), String> {
        if self.is_forgotten(revision) {
            return Ok(());
        }
        if let Some(known) = self.versions.get_mut(&revision) {
            if known.held != held {
                return Err(format!("two different writes took revision {revision}"));
            }
            known.orphan &= orphan;
            return Ok(());
        }
        if let Some((at, before)) = self.versions.below(&revision)
            && before.through >= revision
        {
            let through = before.through;
            return Err(format!(
                "it was written at revision {revision}, but a read at revision {through} still found the version of revision {at}"
            ));
        }
        self.versions.insert(revision, Version { held, through: revision, orphan });
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
    pub(super) fn found(&mut self, at: u64, revision: u64) -> Result<(), String> {
        if let Some((later, _)) =
            self.versions.at_or_above(&(at + 1)).next().filter(|(later, _)| **later <= revision)
        {
            return Err(format!(
                "a read at revision {revision} found the version of revision {at}, but it was written at revision {later}"
            ));
        }
        if let Some(version) = self.versions.get_mut(&at) {
            version.through = version.through.max(revision);
        }
        Ok(())
    }

    /// The key was absent at `revision`.
    pub(super) fn absent(&mut self, revision: u64) {
        if !self.is_forgotten(revision) {
            self.absences.insert(revision, ());
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
    pub(super) fn demands(&self, mut swept: impl FnMut(u64, u64) -> bool) -> Result<Demands, String> {
        let mut demands = Demands::default();
        let mut versions = self.versions.iter().peekable();
        while let Some((at, version)) = versions.next() {
            let next = versions.peek().map(|(next, later)| (**next, later.held));
            let end = next.map_or(u64::MAX, |(next, _)| next);
            let gone = self.absences.at_or_above(at).next().map(|(gone, _)| *gone).filter(|gone| *gone < end);
            if let Held::Value(digest) = version.held {
                if version.orphan {
                    demands.seen_puts.push((digest, *at));
                }
                if let Some(gone) = gone {
                    if gone <= version.through {
                        return Err(vanished(*at, version.through, gone));
                    }
                    if !swept(version.through, gone) {
                        demands.deletes.push((version.through, gone));
                    }
                }
            }
            let absent_last = self.absences.below(&end).map(|(last, _)| *last).filter(|last| last >= at);
            let absent_since = match version.held {
                Held::Absent => absent_last.or(Some(*at)),
                Held::Value(_) => absent_last,
            };
            if let (Some(since), Some((deleted, Held::Absent))) = (absent_since, next) {
                if since + 1 >= deleted {
                    return Err(format!(
                        "a delete at revision {deleted} found it, but it was absent at revision {since}"
                    ));
                }
                demands.unseen_puts.push(deleted);
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
