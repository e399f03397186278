//! Guarantees to clients beside linearizability: complete and ordered watches, and exclusive locks.

use super::locks::Locks;
use super::watches::Watches;
use crate::model::Event;
use crate::units::Nanos;

/// A guarantee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Concern {
    /// A watch reports changes in the order of revisions, each once.
    WatchOrder,
    /// A watch omits no change between two that it reports.
    WatchGap,
    /// All watches report the same change of a key at a revision.
    WatchAgreement,
    /// The writes of different holders of a lock do not interleave.
    LockExclusion,
}

impl Concern {
    /// Returns a short name.
    pub fn name(self) -> &'static str {
        match self {
            Concern::WatchOrder => "watch order",
            Concern::WatchGap => "watch without gaps",
            Concern::WatchAgreement => "watch agreement",
            Concern::LockExclusion => "lock exclusion",
        }
    }
}

/// A broken guarantee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The virtual time at which it was noticed.
    pub at: Nanos,
    /// The guarantee.
    pub concern: Concern,
    /// The observation, in one sentence.
    pub detail: String,
}

/// The maximum number of findings kept; further ones are only counted.
const FINDINGS_MAX: usize = 20;

/// Observes every event and checks the guarantees.
#[derive(Default)]
pub struct Audit {
    watches: Watches,
    locks: Locks,
    findings: Vec<Finding>,
    count: u64,
}

impl Audit {
    /// Passes an event to the checks.
    pub fn observe(&mut self, event: &Event) {
        let mut found = Vec::new();
        self.watches.observe(event, &mut found);
        self.locks.observe(event, &mut found);
        for (concern, detail) in found {
            self.count += 1;
            if self.findings.len() < FINDINGS_MAX {
                self.findings.push(Finding { at: event.at, concern, detail });
            }
        }
    }

    /// Returns the findings, oldest first, at most 20.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns the number of all findings.
    pub fn count(&self) -> u64 {
        self.count
    }
}
