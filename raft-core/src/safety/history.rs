//! What clients asked and were told, and when: what the search for an order looks at, and what lanes show.

use crate::model::{Consistency, Event, EventKind, Operation, Outcome, RequestId};
use crate::small_map::SmallMap;
use crate::units::Nanos;

/// Operations kept; of those that ended, the oldest go first.
pub const HISTORY_MAX: usize = 2_000;
/// About how many bytes of keys and values are kept.
pub const HISTORY_BYTES_MAX: u64 = 4 << 20;

/// One operation of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientOperation {
    /// The request's number.
    pub id: RequestId,
    /// What was asked.
    pub operation: Operation,
    /// When it was sent.
    pub invoked: Nanos,
    /// Its place among all starts and ends: instants can be equal, places cannot.
    pub invoked_place: u64,
    /// How and when it ended, with its place; absent while it runs.
    pub ended: Option<(Nanos, u64, Outcome)>,
    /// The highest revision that any client knew when it ended.
    pub known: u64,
}

impl ClientOperation {
    /// Whether it may be answered out of a copy that is old.
    pub fn is_serializable(&self) -> bool {
        matches!(self.operation, Operation::Read { consistency: Consistency::Serializable, .. })
    }

    /// By how many revisions its answer was older than what some client knew already; absent without
    /// a good answer. Linearizable answers are never older than what was known when they were asked for.
    pub fn behind(&self) -> Option<u64> {
        match &self.ended {
            Some((_, _, Outcome::Ok(answer))) => Some(self.known.saturating_sub(answer.revision)),
            _ => None,
        }
    }

    /// Whether it may take effect at any time from its start on, or never.
    pub fn is_open(&self) -> bool {
        matches!(self.ended, None | Some((_, _, Outcome::Unknown(_))))
    }
}

/// The operations of clients, of the last [`HISTORY_MAX`].
#[derive(Clone, Debug, Default)]
pub struct History {
    operations: SmallMap<RequestId, Box<ClientOperation>>,
    place: u64,
    known: u64,
    bytes: u64,
    /// Operations that ended and are forgotten.
    forgotten: u64,
    /// Operations that are forgotten though they may yet take effect.
    forgotten_open: u64,
}

impl History {
    pub(super) fn observe(&mut self, event: &Event) {
        match &event.kind {
            EventKind::RequestStarted { operation: Operation::Call(_), .. } => {}
            EventKind::RequestStarted { id, operation, .. } => {
                self.place += 1;
                self.bytes += operation.bytes();
                let new = ClientOperation {
                    id: *id,
                    operation: operation.clone(),
                    invoked: event.at,
                    invoked_place: self.place,
                    ended: None,
                    known: 0,
                };
                self.operations.insert(*id, Box::new(new));
                while self.operations.len() > HISTORY_MAX || self.bytes > HISTORY_BYTES_MAX {
                    self.forget();
                }
            }
            EventKind::RequestEnded { id, outcome } => {
                if let Outcome::Ok(answer) = outcome {
                    self.known = self.known.max(answer.revision);
                }
                if let Some(operation) = self.operations.get_mut(id) {
                    self.place += 1;
                    operation.ended = Some((event.at, self.place, outcome.clone()));
                    operation.known = self.known;
                }
            }
            _ => {}
        }
    }

    /// Forgets the oldest one that ended for sure, else the oldest.
    fn forget(&mut self) {
        let closed = self.operations.values().find(|operation| !operation.is_open()).map(|it| it.id);
        let Some(id) = closed.or_else(|| self.operations.first().map(|(id, _)| *id)) else { return };
        let first = self.operations.first().map(|(first, _)| *first);
        if let Some(operation) = self.operations.get(&id) {
            self.bytes -= operation.operation.bytes().min(self.bytes);
        }
        if closed.is_some() {
            self.forgotten += 1;
        } else {
            self.forgotten_open += 1;
        }
        if first == Some(id) {
            self.operations.forget_first();
        } else {
            self.operations.remove(&id);
        }
    }

    /// The operations, in the order in which they were sent.
    pub fn operations(&self) -> impl Iterator<Item = &ClientOperation> {
        self.operations.values().map(|operation| &**operation)
    }

    /// How many starts and ends there were: it grows with everything that happens to a client.
    pub fn changes(&self) -> u64 {
        self.place
    }

    /// How many operations that had ended are forgotten: what keys held after them is not known.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// How many operations are forgotten that may yet take effect.
    pub fn forgotten_open(&self) -> u64 {
        self.forgotten_open
    }
}
