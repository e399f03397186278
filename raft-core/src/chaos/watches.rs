//! Checks watches: each reports every change of its keys once and in order, and all report the same.

use std::collections::{BTreeMap, BTreeSet};

use super::audit::Concern;
use crate::kv::{Command, Response};
use crate::model::{Call, Event, EventKind, Operation, Outcome, RequestId, WatchRequest, WatchResponse};

/// The maximum number of changes remembered.
const CHANGES_KEPT: usize = 4_000;
/// The maximum number of watches remembered.
const WATCHES_KEPT: usize = 64;

/// A watch and what it has reported.
struct Watch {
    asked: WatchRequest,
    /// It reports changes after this revision; unknown until it is created.
    after: Option<u64>,
    /// The newest revision reported.
    last: Option<u64>,
    /// All revisions reported.
    told: BTreeSet<u64>,
}

/// A change of a key at a revision, as reported to a client.
#[derive(Clone, PartialEq, Eq)]
struct Change {
    delete: bool,
    value: Vec<u8>,
}

/// All watches, and all changes reported to any client.
#[derive(Default)]
pub(super) struct Watches {
    watches: BTreeMap<RequestId, Watch>,
    changes: BTreeMap<(u64, Vec<u8>), Change>,
    /// Key and value of each put in progress.
    puts: BTreeMap<RequestId, (Vec<u8>, Vec<u8>)>,
}

type Found = Vec<(Concern, String)>;

impl Watches {
    pub(super) fn observe(&mut self, event: &Event, found: &mut Found) {
        match &event.kind {
            EventKind::RequestStarted { id, operation, .. } => match operation {
                Operation::Call(Call::Watch(asked)) => self.begin(*id, asked.clone()),
                Operation::Write(Command::Put(put)) if !put.ignore_value => {
                    self.puts.insert(*id, (put.key.clone(), put.value.clone()));
                }
                _ => {}
            },
            EventKind::RequestProgress { id, response } => self.tells(*id, response, found),
            EventKind::RequestEnded { id, outcome } => {
                let Some((key, value)) = self.puts.remove(id) else { return };
                if let Outcome::Ok(answer) = outcome
                    && let Response::Put(put) = &answer.response
                {
                    self.learn(put.revision, key, Change { delete: false, value }, found);
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self, id: RequestId, asked: WatchRequest) {
        let start = u64::try_from(asked.start_revision).ok().filter(|start| *start > 0);
        let after = start.map(|start| start - 1);
        self.watches.insert(id, Watch { asked, after, last: None, told: BTreeSet::new() });
        if self.watches.len() > WATCHES_KEPT {
            self.watches.pop_first();
        }
    }

    fn tells(&mut self, id: RequestId, response: &WatchResponse, found: &mut Found) {
        let Some(watch) = self.watches.get_mut(&id) else { return };
        if response.created {
            watch.after.get_or_insert(response.header.revision);
        }
        let before = watch.last;
        let mut newest = watch.last.or(watch.after).unwrap_or(0);
        for event in &response.events {
            let revision = event.kv.mod_revision;
            // The changes of one revision come in one response; those of a later response are later.
            if revision < newest
                || Some(revision) == before
                || watch.after.is_some_and(|after| revision <= after)
            {
                let detail = format!("watch {id} reported revision {revision} after revision {newest}");
                found.push((Concern::WatchOrder, detail));
            }
            newest = newest.max(revision);
            watch.last = Some(newest);
            watch.told.insert(revision);
        }
        if watch.last == before {
            return;
        }
        if let Some(gap) = watch.gap(&self.changes, before) {
            found.push((Concern::WatchGap, format!("watch {id} omitted revision {gap}")));
        }
        for event in &response.events {
            let change = Change { delete: event.delete, value: event.kv.value.clone() };
            self.learn(event.kv.mod_revision, event.kv.key.clone(), change, found);
        }
    }

    /// Notes a change that was reported to a client. All watches that are past its revision must have
    /// reported it, too.
    fn learn(&mut self, revision: u64, key: Vec<u8>, change: Change, found: &mut Found) {
        if let Some(known) = self.changes.get(&(revision, key.clone())) {
            if *known != change {
                let name = String::from_utf8_lossy(&key);
                let detail = format!("two different changes of {name} at revision {revision} were reported");
                found.push((Concern::WatchAgreement, detail));
            }
            return;
        }
        for (id, watch) in &self.watches {
            if watch.should_have_told(revision, &key) && !watch.told.contains(&revision) {
                found.push((Concern::WatchGap, format!("watch {id} omitted revision {revision}")));
            }
        }
        self.changes.insert((revision, key), change);
        if self.changes.len() > CHANGES_KEPT {
            self.changes.pop_first();
        }
    }
}

impl Watch {
    /// Returns whether the watch must have reported a change: it covers the key, and the revision is between
    /// two that it reported.
    fn should_have_told(&self, revision: u64, key: &[u8]) -> bool {
        let (Some(after), Some(last)) = (self.after, self.last) else { return false };
        let whole = !self.asked.no_put && !self.asked.no_delete;
        whole && after < revision && revision < last && self.asked.range.contains(key)
    }

    /// Returns the revision of a known change that the watch omitted after `before`, its newest revision
    /// before this response.
    fn gap(&self, changes: &BTreeMap<(u64, Vec<u8>), Change>, before: Option<u64>) -> Option<u64> {
        let from = before.or(self.after)?;
        let since = changes.range((from + 1, Vec::new())..).map(|((revision, key), _)| (*revision, key));
        since
            .take_while(|(revision, _)| Some(*revision) < self.last)
            .find(|(revision, key)| self.should_have_told(*revision, key) && !self.told.contains(revision))
            .map(|(revision, _)| revision)
    }
}
