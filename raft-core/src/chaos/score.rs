//! The score: what was served, and for how long requests went unserved.

use std::collections::BTreeMap;

use crate::model::{Call, Consistency, Event, EventKind, Operation, Outcome, RequestId};
use crate::units::{MILLISECOND, Nanos};

/// The time an answer may take; a shorter wait does not count as unavailable.
pub const PATIENCE: Nanos = 500 * MILLISECOND;

/// The result of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Operations that were done. Watches do not count, since they have no end.
    pub served: u64,
    /// Writes among them.
    pub writes: u64,
    /// Operations that were certainly not done.
    pub refused: u64,
    /// Writes that may or may not have been done.
    pub unknown: u64,
    /// Faults that were injected and removed.
    pub faults: u64,
    /// Membership configurations that were committed.
    pub member_lists: u64,
    /// The total time in which clients waited for an operation that needs a majority (a write, a linearizable
    /// read) and none was served; only periods longer than [`PATIENCE`] count.
    pub unavailable: Nanos,
    /// The longest such period.
    pub longest: Nanos,
    /// Violations of safety properties and guarantees.
    pub violations: u64,
}

/// The kind of a request in progress.
#[derive(Clone, Copy)]
struct RequestKind {
    write: bool,
    /// Whether it needs a majority.
    by_majority: bool,
}

/// Counts the score.
#[derive(Default)]
pub(super) struct Tally {
    score: Score,
    running: BTreeMap<RequestId, RequestKind>,
    /// When the first request that needs a majority came since the last one was served.
    asks_since: Option<Nanos>,
}

impl Tally {
    /// Returns the score at an instant. A period without service that lasts counts up to it.
    pub(super) fn at(&self, now: Nanos) -> Score {
        let mut score = self.score.clone();
        count_lack(&mut score, self.asks_since, now);
        score
    }

    pub(super) fn observe(&mut self, event: &Event) {
        match &event.kind {
            EventKind::RequestStarted { id, operation, .. } if !is_about_a_watch(operation) => {
                let by_majority = takes_a_majority(operation);
                if by_majority {
                    self.asks_since.get_or_insert(event.at);
                }
                self.running.insert(*id, RequestKind { write: operation.is_write(), by_majority });
            }
            EventKind::RequestEnded { id, outcome } => self.ended(event.at, *id, outcome),
            EventKind::MembersCommitted { .. } => self.score.member_lists += 1,
            EventKind::Violation { .. } => self.score.violations += 1,
            _ => {}
        }
    }

    /// Ends the period without service: clients send no further requests.
    pub(super) fn close(&mut self, now: Nanos) {
        count_lack(&mut self.score, self.asks_since.take(), now);
    }

    fn ended(&mut self, at: Nanos, id: RequestId, outcome: &Outcome) {
        let Some(asked) = self.running.remove(&id) else { return };
        let answered = match outcome {
            Outcome::Ok(_) | Outcome::Called { .. } => {
                self.score.served += 1;
                self.score.writes += u64::from(asked.write);
                true
            }
            Outcome::Rejected { .. } => {
                self.score.refused += 1;
                true
            }
            Outcome::Refused { .. } | Outcome::Failed(_) => {
                self.score.refused += 1;
                false
            }
            Outcome::Unknown(_) => {
                self.score.unknown += 1;
                false
            }
        };
        if answered && asked.by_majority {
            count_lack(&mut self.score, self.asks_since.take(), at);
        }
    }
}

fn count_lack(score: &mut Score, since: Option<Nanos>, now: Nanos) {
    let lack = now.saturating_sub(since.unwrap_or(now));
    if lack > PATIENCE {
        score.unavailable += lack;
        score.longest = score.longest.max(lack);
    }
}

fn takes_a_majority(operation: &Operation) -> bool {
    match operation {
        Operation::Write(_) => true,
        Operation::Read { consistency, .. } => *consistency == Consistency::Linearizable,
        Operation::Call(_) => false,
    }
}

fn is_about_a_watch(operation: &Operation) -> bool {
    let Operation::Call(call) = operation else { return false };
    matches!(call, Call::Watch(_) | Call::WatchCancel { .. } | Call::WatchProgress { .. })
}
