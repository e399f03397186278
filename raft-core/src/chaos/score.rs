//! The score: what was served, and for how long nothing was although somebody asked.

use std::collections::BTreeMap;

use crate::model::{Call, Consistency, Event, EventKind, Operation, Outcome, RequestId};
use crate::units::{MILLISECOND, Nanos};

/// An answer may take so long: a shorter wait is no lack of service.
pub const PATIENCE: Nanos = 500 * MILLISECOND;

/// How a run went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Operations that were done. A watch is none: it has no end.
    pub served: u64,
    /// Writes among them.
    pub writes: u64,
    /// Operations that were certainly not done.
    pub refused: u64,
    /// Writes that may or may not have been done.
    pub unknown: u64,
    /// Faults that were thrown and taken back.
    pub faults: u64,
    /// Member lists that leaders saw committed.
    pub member_lists: u64,
    /// How long clients asked for what takes a majority (a write, a linearizable read) and nobody got it,
    /// where that was longer than [`PATIENCE`].
    pub unavailable: Nanos,
    /// The longest time of that kind.
    pub longest: Nanos,
    /// Properties that did not hold.
    pub violations: u64,
}

/// What a request that runs is.
#[derive(Clone, Copy)]
struct Asked {
    write: bool,
    /// Whether only a majority can answer it.
    by_majority: bool,
}

/// Counts.
#[derive(Default)]
pub(super) struct Tally {
    score: Score,
    running: BTreeMap<RequestId, Asked>,
    /// When somebody first asked a majority since it last served anybody.
    asks_since: Option<Nanos>,
}

impl Tally {
    /// The score at an instant. A lack of service that lasts counts up to it.
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
                self.running.insert(*id, Asked { write: operation.is_write(), by_majority });
            }
            EventKind::RequestEnded { id, outcome } => self.ended(event.at, *id, outcome),
            EventKind::MembersCommitted { .. } => self.score.member_lists += 1,
            EventKind::Violation { .. } => self.score.violations += 1,
            _ => {}
        }
    }

    /// Nobody asks any more, so that from here on nothing is lacking.
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
