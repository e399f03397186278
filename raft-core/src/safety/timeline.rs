//! One key's writes by revision, as far as clients know them.

use std::collections::BTreeMap;

/// Versions remembered of a key; older ones are forgotten.
const VERSIONS_MAX: usize = 256;

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Held {
    /// No value.
    Absent,
    /// The value with this digest.
    Value(u64),
}

struct Version {
    held: Held,
    /// The highest revision at which a reader found this version to be the last one.
    current_through: u64,
}

/// The versions of one key.
pub(super) struct Timeline {
    versions: BTreeMap<u64, Version>,
    /// Versions up to this revision may have been forgotten.
    forgotten: Option<u64>,
}

impl Timeline {
    /// A key that was never seen. `from_the_start` says that nothing of it was forgotten either.
    pub(super) fn new(from_the_start: bool) -> Timeline {
        let mut versions = BTreeMap::new();
        if from_the_start {
            versions.insert(0, Version { held: Held::Absent, current_through: 0 });
        }
        Timeline { versions, forgotten: if from_the_start { None } else { Some(u64::MAX) } }
    }

    /// Whether the version of a revision may have been forgotten.
    pub(super) fn is_forgotten(&self, revision: u64) -> bool {
        self.forgotten.is_some_and(|through| revision <= through)
    }

    /// What was written at a revision.
    pub(super) fn at(&self, revision: u64) -> Option<Held> {
        self.versions.get(&revision).map(|version| version.held)
    }

    /// The last version at or below a revision.
    pub(super) fn upto(&self, revision: u64) -> Option<(u64, Held)> {
        self.versions.range(..=revision).next_back().map(|(at, version)| (*at, version.held))
    }

    /// What the key held just before a revision.
    pub(super) fn before(&self, revision: u64) -> Option<Held> {
        self.versions.range(..revision).next_back().map(|(_, version)| version.held)
    }

    /// A write took this revision.
    ///
    /// # Errors
    /// Something else was written there, or a reader has already found that nothing was.
    pub(super) fn write(&mut self, revision: u64, held: Held) -> Result<(), String> {
        if let Some(known) = self.versions.get(&revision) {
            let same = known.held == held;
            return if same { Ok(()) } else { Err(format!("two different writes took revision {revision}")) };
        }
        if let Some((at, before)) = self.versions.range(..revision).next_back()
            && before.current_through >= revision
        {
            let through = before.current_through;
            return Err(format!(
                "it was written at revision {revision}, but a read at revision {through} still found the version of revision {at}"
            ));
        }
        self.versions.insert(revision, Version { held, current_through: revision });
        if self.versions.len() > VERSIONS_MAX
            && let Some((at, _)) = self.versions.pop_first()
        {
            self.forgotten = self.forgotten.max(Some(at));
        }
        Ok(())
    }

    /// A read at `revision` found the version of revision `at`.
    ///
    /// # Errors
    /// A later write lies between the two.
    pub(super) fn read(&mut self, at: u64, revision: u64) -> Result<(), String> {
        let mut later = self.versions.range(at..).map(|(later, _)| *later).filter(|later| *later > at);
        if let Some(later) = later.next().filter(|later| *later <= revision) {
            return Err(format!(
                "a read at revision {revision} found the version of revision {at}, but it was written at revision {later}"
            ));
        }
        if let Some(version) = self.versions.get_mut(&at) {
            version.current_through = version.current_through.max(revision);
        }
        Ok(())
    }
}
