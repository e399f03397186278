//! Requests that run, and writes whose outcome is unknown: what may have happened without anybody
//! having been told.

use std::collections::BTreeMap;

use super::timeline::Demands;
use crate::cluster::{Consistency, Operation, RequestId};
use crate::kv::{Command, KeyRange, RangeRequest};
use crate::small_map::SmallMap;

/// Open requests followed; the oldest are forgotten first.
const OPEN_MAX: usize = 20_000;

/// What a request asks for, as far as linearizability is concerned.
#[derive(Clone, Debug)]
pub(super) enum Intent {
    /// Sets a key to the value with this digest.
    Put { key: Vec<u8>, digest: u64, prev_kv: bool },
    /// Deletes a range.
    Delete { range: KeyRange },
    /// Reads a range.
    Get { range: KeyRange },
    /// Something that is not followed: a transaction, a read with options. Of its answer, only
    /// the revision is judged.
    Opaque,
    /// Something that shows and changes no key itself: compaction, leases, alarms, reads of the past.
    Aside,
}

/// An open request.
#[derive(Clone, Debug)]
pub(super) struct OpenRequest {
    pub(super) intent: Intent,
    /// The highest revision that any client knew when this was sent: its effect comes later.
    pub(super) floor: u64,
}

/// The open requests.
#[derive(Default)]
pub(super) struct OpenRequests {
    requests: SmallMap<RequestId, OpenRequest>,
    /// The open puts of each key.
    puts: BTreeMap<Vec<u8>, Box<SmallMap<RequestId, ()>>>,
    deletes: SmallMap<RequestId, ()>,
    forgot: bool,
}

impl OpenRequests {
    /// A request was sent. Serializable reads promise nothing and are not followed.
    pub(super) fn start(&mut self, id: RequestId, operation: &Operation, floor: u64) {
        let intent = match operation {
            Operation::Write(Command::Put(put)) => {
                self.puts.entry(put.key.clone()).or_default().insert(id, ());
                Intent::Put { key: put.key.clone(), digest: digest(&put.value), prev_kv: put.prev_kv }
            }
            Operation::Write(Command::Delete(delete)) => {
                self.deletes.insert(id, ());
                Intent::Delete { range: delete.range.clone() }
            }
            Operation::Write(Command::Txn(_)) => Intent::Opaque,
            Operation::Write(_) => Intent::Aside,
            Operation::Read { consistency: Consistency::Serializable, .. } | Operation::Call(_) => return,
            Operation::Read { request, .. } if request.revision > 0 => Intent::Aside,
            Operation::Read { request, .. } if shows_all(request) => {
                Intent::Get { range: request.range.clone() }
            }
            Operation::Read { .. } => Intent::Opaque,
        };
        self.requests.insert(id, OpenRequest { intent, floor });
        while self.requests.len() > OPEN_MAX
            && let Some((oldest, request)) = self.requests.first()
        {
            let (oldest, intent) = (*oldest, request.intent.clone());
            self.requests.forget_first();
            self.unlist(oldest, &intent);
            self.forgot = true;
        }
    }

    /// Nobody knows what became of a request: a write may still take effect, whenever it likes;
    /// a read says nothing.
    pub(super) fn leave_open(&mut self, id: RequestId) {
        let writes = |intent: &Intent| matches!(intent, Intent::Put { .. } | Intent::Delete { .. });
        if self.requests.get(&id).is_some_and(|request| !writes(&request.intent)) {
            self.requests.remove(&id);
        }
    }

    /// A request ended, and its outcome is known.
    pub(super) fn close(&mut self, id: RequestId) -> Option<OpenRequest> {
        let request = self.requests.remove(&id)?;
        self.unlist(id, &request.intent);
        Some(request)
    }

    /// Whether requests were forgotten that might have met a demand.
    pub(super) fn forgot(&self) -> bool {
        self.forgot
    }

    fn unlist(&mut self, id: RequestId, intent: &Intent) {
        match intent {
            Intent::Put { key, .. } => {
                if let Some(ids) = self.puts.get_mut(key) {
                    ids.remove(&id);
                    if ids.is_empty() {
                        self.puts.remove(key);
                    }
                }
            }
            Intent::Delete { .. } => {
                self.deletes.remove(&id);
            }
            Intent::Get { .. } | Intent::Opaque | Intent::Aside => {}
        }
    }

    /// Whether the open requests can meet all demands on a key, each at most one.
    ///
    /// A request can meet any demand that lies above its floor. Taking demands in ascending
    /// order, with the request of the highest floor for each put that was seen, leaves the most
    /// to choose from: if this fails, so does every other choice.
    ///
    /// # Errors
    /// What nobody can have done.
    pub(super) fn meet(&self, key: &[u8], demands: &Demands) -> Result<(), String> {
        let mut puts = self.puts_of(key);
        for (digest, revision) in &demands.seen_puts {
            let able = puts.iter().enumerate().filter(|(_, (floor, put))| put == digest && floor < revision);
            match able.max_by_key(|(_, (floor, _))| *floor).map(|(at, _)| at) {
                Some(at) => drop(puts.remove(at)),
                None => return Err(format!("the value read at revision {revision} was written by nobody")),
            }
        }
        for deleted in &demands.unseen_puts {
            match puts.iter().position(|(floor, _)| floor + 1 < *deleted) {
                Some(at) => drop(puts.remove(at)),
                None => {
                    return Err(format!(
                        "a delete at revision {deleted} found it, but nobody had written it"
                    ));
                }
            }
        }
        let mut deletes = if demands.deletes.is_empty() { Vec::new() } else { self.deletes_of(key) };
        for (after, gone) in &demands.deletes {
            match deletes.iter().position(|floor| floor < gone) {
                Some(at) => drop(deletes.remove(at)),
                None => {
                    return Err(format!(
                        "it held a value at revision {after} and is absent at revision {gone}, but nobody deleted it"
                    ));
                }
            }
        }
        Ok(())
    }

    /// Floor and digest of each open put of a key.
    fn puts_of(&self, key: &[u8]) -> Vec<(u64, u64)> {
        let ids = self.puts.get(key).into_iter().flat_map(|ids| ids.keys());
        ids.filter_map(|id| match self.requests.get(id) {
            Some(OpenRequest { intent: Intent::Put { digest, .. }, floor }) => Some((*floor, *digest)),
            _ => None,
        })
        .collect()
    }

    /// Floor of each open delete that covers a key.
    fn deletes_of(&self, key: &[u8]) -> Vec<u64> {
        let requests = self.deletes.keys().filter_map(|id| self.requests.get(id));
        let covers = |request: &&OpenRequest| matches!(&request.intent, Intent::Delete { range } if range.contains(key));
        requests.filter(covers).map(|request| request.floor).collect()
    }
}

/// Whether a read shows whole pairs by key, and leaves none out but those behind its limit.
fn shows_all(request: &RangeRequest) -> bool {
    let plain = RangeRequest { limit: request.limit, ..RangeRequest::new(request.range.clone()) };
    *request == plain
}

/// FNV-1a over the bytes: enough to tell values apart.
pub(super) fn digest(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
