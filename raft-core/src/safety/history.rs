//! The requests and responses of clients with their instants. The search for an order reads them,
//! and the page draws them as lanes.

use crate::model::{Consistency, Event, EventKind, Operation, Outcome, RequestId};
use crate::small_map::SmallMap;
use crate::units::Nanos;

/// The maximum number of operations kept. The oldest ended ones are dropped first.
pub const HISTORY_MAX: usize = 2_000;
/// The approximate maximum size of the keys and values kept, in bytes.
pub const HISTORY_BYTES_MAX: u64 = 4 << 20;

/// One operation of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientOperation {
    /// The request's id.
    pub id: RequestId,
    /// The requested operation.
    pub operation: Operation,
    /// The instant of sending.
    pub invoked: Nanos,
    /// The position of the start among all starts and ends. Positions are unique, instants are not.
    pub invoked_place: u64,
    /// The instant, position and outcome of the end; absent while the request runs.
    pub ended: Option<(Nanos, u64, Outcome)>,
    /// The highest revision that any client knew at the end.
    pub known: u64,
}

impl ClientOperation {
    /// Returns whether the operation is a serializable read, which an outdated copy may answer.
    pub fn is_serializable(&self) -> bool {
        matches!(self.operation, Operation::Read { consistency: Consistency::Serializable, .. })
    }

    /// Returns by how many revisions the response was older than the highest one that any client
    /// knew at that time; `None` without a successful response. Always 0 for a linearizable read
    /// that started after that revision was known.
    pub fn behind(&self) -> Option<u64> {
        match &self.ended {
            Some((_, _, Outcome::Ok(answer))) => Some(self.known.saturating_sub(answer.revision)),
            _ => None,
        }
    }

    /// Returns whether the operation may take effect at any later time or never: it runs or its
    /// outcome is unknown.
    pub fn is_open(&self) -> bool {
        matches!(self.ended, None | Some((_, _, Outcome::Unknown(_))))
    }
}

/// The operations of clients, at most [`HISTORY_MAX`].
#[derive(Clone, Debug, Default)]
pub struct History {
    operations: SmallMap<RequestId, Box<ClientOperation>>,
    place: u64,
    known: u64,
    bytes: u64,
    /// The number of dropped operations that had ended.
    forgotten: u64,
    /// The number of dropped operations that may still take effect.
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

    /// Drops the oldest operation with a known outcome, or else the oldest operation.
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

    /// The operations, in the order of sending.
    pub fn operations(&self) -> impl Iterator<Item = &ClientOperation> {
        self.operations.values().map(|operation| &**operation)
    }

    /// The number of starts and ends so far. It changes whenever the history changes.
    pub fn changes(&self) -> u64 {
        self.place
    }

    /// The number of dropped operations that had ended. If it is above 0, the keys' initial values
    /// are not known.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// The number of dropped operations that may still take effect.
    pub fn forgotten_open(&self) -> u64 {
        self.forgotten_open
    }
}
