//! What is promised to clients beside linearizability: whole and ordered watches, and locks that one holds.

use super::locks::Locks;
use super::watches::Watches;
use crate::model::Event;
use crate::units::Nanos;

/// What was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Concern {
    /// A watch tells changes in the order of revisions, each once.
    WatchOrder,
    /// A watch leaves out no change between two that it tells.
    WatchGap,
    /// All watches tell the same of a revision.
    WatchAgreement,
    /// What is guarded by a lock's key is written by one holder after the other.
    LockExclusion,
}

impl Concern {
    /// A short name.
    pub fn name(self) -> &'static str {
        match self {
            Concern::WatchOrder => "watch order",
            Concern::WatchGap => "watch without gaps",
            Concern::WatchAgreement => "watch agreement",
            Concern::LockExclusion => "lock exclusion",
        }
    }
}

/// A promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// When it was seen.
    pub at: Nanos,
    /// Which promise.
    pub concern: Concern,
    /// What was seen, in one sentence.
    pub detail: String,
}

/// Findings that are kept; more are counted only.
const FINDINGS_MAX: usize = 20;

/// Hears every event and judges the promises.
#[derive(Default)]
pub struct Audit {
    watches: Watches,
    locks: Locks,
    findings: Vec<Finding>,
    count: u64,
}

impl Audit {
    /// Hears of an event.
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

    /// What was found, oldest first, up to a bound.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How much was found.
    pub fn count(&self) -> u64 {
        self.count
    }
}
