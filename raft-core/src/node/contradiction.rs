//! Detects a leader's log that contradicts what a node knows to be committed.
//!
//! Raft rules this out, and openraft relies on it. After a lost disk it can happen: a leader may be elected that never
//! had an acknowledged entry. etcd then ends its process ("entry 3 conflict with committed entry"). A node here ends
//! too, before openraft sees the request.

use super::Server;
use crate::network::RequestBody;
use crate::raft::{LogId, Vote, term_of};

impl Server {
    /// Whether a leader's request contradicts what is committed here, so that the process must end.
    pub(super) fn is_contradicted_by(&self, body: &RequestBody) -> bool {
        if !self.disk_lost.get() {
            return false;
        }
        let found = match body {
            RequestBody::Append(append, _) => {
                let ids = append.prev_log_id.into_iter().chain(append.entries.iter().map(|one| one.log_id));
                self.contradiction(&append.vote, ids)
            }
            RequestBody::Snapshot(vote, snapshot) => {
                self.contradiction(vote, snapshot.meta.last_log_id.into_iter())
            }
            _ => None,
        };
        let any = found.is_some();
        if any {
            *self.fatal.borrow_mut() = found;
        }
        any
    }

    fn contradiction(&self, vote: &Vote, mut ids: impl Iterator<Item = LogId>) -> Option<String> {
        let disk = self.disk.borrow();
        // openraft refuses a leader of an older term by itself.
        if disk.latest_vote().is_some_and(|own| vote.leader_id.term < own.leader_id.term) {
            return None;
        }
        let committed = self.metrics(|metrics| metrics.local_committed).max(disk.committed())?;
        // An earlier leader's commit index may concern an entry that this log never had.
        let own = disk.term_at(committed.index).filter(|own| *own != term_of(&committed));
        if let Some(own) = own {
            let (index, term) = (committed.index, term_of(&committed));
            return Some(format!(
                "the own entry {index} of term {own} contradicts the committed entry {index} of term {term}"
            ));
        }
        ids.find_map(|theirs| {
            if theirs.index > committed.index {
                return None;
            }
            // Entries under a snapshot are not kept; their term is at most that of the last committed entry.
            let own = disk.term_at(theirs.index);
            let term = term_of(&theirs);
            let differs = own.map_or(term > term_of(&committed), |own| own != term);
            differs.then(|| {
                let index = theirs.index;
                let own = own.map_or_else(String::new, |own| format!(" of term {own}"));
                format!(
                    "the leader's entry {index} of term {term} contradicts the committed entry {index}{own}"
                )
            })
        })
    }

    /// Returns once why the process cannot go on.
    pub(crate) fn take_fatal(&self) -> Option<String> {
        self.fatal.borrow_mut().take()
    }
}
