//! Checks locks: the writes of one holder of a lock never interleave with another's.
//!
//! A holder of `etcdctl lock` writes the guarded key in a transaction on condition that its own key in the
//! lock's queue still exists. The next client gets the lock only once that key is gone. So the revisions of
//! one holder's writes are never among those of another, whatever happens to leases and clocks. The
//! transaction fails for a client that wrongly believes that it holds the lock.

use std::collections::BTreeMap;

use super::audit::Concern;
use crate::kv::{Command, Response, TxnOp};
use crate::model::{Event, EventKind, Operation, Outcome, RequestId};

/// The key that clients guard with the lock.
pub(super) const GUARDED: &str = "/chaos/guarded";

/// The maximum number of revisions remembered.
const KEPT: usize = 2_000;

/// The writes of the guarded key.
#[derive(Default)]
pub(super) struct Locks {
    /// The holders of writes in progress.
    running: BTreeMap<RequestId, Vec<u8>>,
    /// The holder that wrote at a revision.
    written: BTreeMap<u64, Vec<u8>>,
}

impl Locks {
    pub(super) fn observe(&mut self, event: &Event, found: &mut Vec<(Concern, String)>) {
        match &event.kind {
            EventKind::RequestStarted { id, operation, .. } => {
                if let Some(holder) = holder_of(operation) {
                    self.running.insert(*id, holder);
                }
            }
            EventKind::RequestEnded { id, outcome } => {
                let Some(holder) = self.running.remove(id) else { return };
                if let Outcome::Ok(answer) = outcome
                    && let Response::Txn(txn) = &answer.response
                    && txn.succeeded
                {
                    found.extend(self.write(txn.revision, holder));
                }
            }
            _ => {}
        }
    }

    /// Notes a write. Returns a finding if it interleaves with another holder's writes.
    fn write(&mut self, revision: u64, holder: Vec<u8>) -> Option<(Concern, String)> {
        let before = self.written.range(..revision).next_back();
        let after = self.written.range(revision + 1..).next();
        // The holder just before has given up the lock and must not write again; the holder just after must
        // not have written before.
        let earlier = self.written.range(..revision).map(|(_, who)| who);
        let later = self.written.range(revision + 1..).map(|(_, who)| who);
        let came_back =
            before.is_some_and(|(_, who)| *who != holder) && earlier.into_iter().any(|who| *who == holder);
        let comes_back =
            after.is_some_and(|(_, who)| *who != holder) && later.into_iter().any(|who| *who == holder);
        let between = match (before, after) {
            (Some((_, before)), Some((_, after))) => before == after && *before != holder,
            _ => false,
        };
        let broken = came_back || comes_back || between;
        let name = String::from_utf8_lossy(&holder).into_owned();
        self.written.insert(revision, holder);
        if self.written.len() > KEPT {
            self.written.pop_first();
        }
        broken.then(|| {
            let detail = format!(
                "{name} wrote what the lock guards at revision {revision}, among writes of another holder"
            );
            (Concern::LockExclusion, detail)
        })
    }
}

/// Returns the holder in whose name a transaction writes the guarded key.
fn holder_of(operation: &Operation) -> Option<Vec<u8>> {
    let Operation::Write(Command::Txn(txn)) = operation else { return None };
    txn.success.iter().find_map(|op| match op {
        TxnOp::Put(put) if put.key == GUARDED.as_bytes() => Some(put.value.clone()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(writes: &[(u64, &str)]) -> usize {
        let mut locks = Locks::default();
        let broken = writes.iter().filter_map(|(at, who)| locks.write(*at, who.as_bytes().to_vec()));
        broken.count()
    }

    #[test]
    fn successive_holders_are_accepted_in_any_order_of_answers() {
        assert_eq!(judge(&[(5, "a"), (3, "a"), (9, "b"), (7, "b"), (12, "c")]), 0);
    }

    #[test]
    fn a_write_among_the_writes_of_another_holder_is_found() {
        assert_eq!(judge(&[(3, "a"), (5, "b"), (7, "a")]), 1);
        assert_eq!(judge(&[(3, "a"), (7, "a"), (5, "b")]), 1);
        assert_eq!(judge(&[(5, "b"), (7, "a"), (3, "a")]), 1);
    }
}
