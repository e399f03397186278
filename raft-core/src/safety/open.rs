//! Open requests: running ones, and writes with an unknown outcome. They may have had effects that
//! no response has told.

use std::collections::BTreeMap;

use super::fact::Contradiction;
use super::timeline::{Demands, Held, SeenPut, UnseenDelete, UnseenPut};
use crate::kv::{Command, DeleteRequest, KeyRange, PutRequest, RangeRequest, TxnOp, TxnRequest};
use crate::model::{Consistency, Operation, RequestId};
use crate::small_map::SmallMap;

/// The maximum number of open requests. The oldest are dropped first.
const OPEN_MAX: usize = 20_000;

/// The part of a request that matters for linearizability.
#[derive(Clone, Debug)]
pub(super) enum Intent {
    Put(PutRequest),
    Delete(DeleteRequest),
    Get(RangeRequest),
    Txn(TxnRequest),
    /// A request that neither reads nor writes keys itself: compaction, leases, alarms.
    Aside,
}

impl Intent {
    /// Returns whether the request may take a revision.
    fn writes(&self) -> bool {
        match self {
            Intent::Put(_) | Intent::Delete(_) => true,
            Intent::Txn(txn) => !txn.is_read_only(),
            Intent::Get(_) | Intent::Aside => false,
        }
    }

    /// Calls `each` with the ranges of keys that the request reads or writes.
    pub(super) fn ranges(&self, each: &mut dyn FnMut(&KeyRange)) {
        if let Intent::Get(get) = self {
            each(&get.range);
        }
        if let Intent::Txn(txn) = self {
            reads(txn, each);
        }
        self.changes(&mut |change| match change {
            Change::Put(put) => each(&KeyRange::single(put.key.clone())),
            Change::Delete(range) => each(range),
        });
    }

    /// Calls `each` with the puts and deletes of all branches.
    fn changes(&self, each: &mut dyn FnMut(Change<'_>)) {
        match self {
            Intent::Put(put) => each(Change::Put(put)),
            Intent::Delete(delete) => each(Change::Delete(&delete.range)),
            Intent::Txn(txn) => changes(txn, each),
            Intent::Get(_) | Intent::Aside => {}
        }
    }
}

/// A possible change by an operation.
enum Change<'a> {
    Put(&'a PutRequest),
    Delete(&'a KeyRange),
}

fn changes(txn: &TxnRequest, each: &mut dyn FnMut(Change<'_>)) {
    for op in txn.ops() {
        match op {
            TxnOp::Range(_) => {}
            TxnOp::Put(put) => each(Change::Put(put)),
            TxnOp::Delete(delete) => each(Change::Delete(&delete.range)),
            TxnOp::Txn(inner) => changes(inner, each),
        }
    }
}

fn reads(txn: &TxnRequest, each: &mut dyn FnMut(&KeyRange)) {
    txn.compares.iter().for_each(|compare| each(&compare.range));
    for op in txn.ops() {
        match op {
            TxnOp::Range(get) => each(&get.range),
            TxnOp::Txn(inner) => reads(inner, each),
            TxnOp::Put(_) | TxnOp::Delete(_) => {}
        }
    }
}

/// An open request.
#[derive(Clone, Debug)]
pub(super) struct OpenRequest {
    pub(super) intent: Intent,
    /// The highest revision that any client knew when the request was sent. Its effect has a higher one.
    pub(super) floor: u64,
}

/// The open requests.
#[derive(Default)]
pub(super) struct OpenRequests {
    requests: SmallMap<RequestId, OpenRequest>,
    /// By key: the open requests that may put it.
    puts: BTreeMap<Vec<u8>, Box<SmallMap<RequestId, ()>>>,
    deletes: SmallMap<RequestId, ()>,
    /// The running requests that may take a revision, with their floors.
    running: SmallMap<RequestId, u64>,
    forgot: bool,
}

impl OpenRequests {
    /// Adds a request that was sent. Serializable reads may be outdated and are not followed.
    pub(super) fn start(&mut self, id: RequestId, operation: &Operation, floor: u64) {
        let intent = match operation {
            Operation::Write(Command::Put(put)) => Intent::Put(put.clone()),
            Operation::Write(Command::Delete(delete)) => Intent::Delete(delete.clone()),
            Operation::Write(Command::Txn(txn)) => Intent::Txn(txn.clone()),
            Operation::Write(_) => Intent::Aside,
            Operation::Read { consistency: Consistency::Serializable, .. } | Operation::Call(_) => return,
            Operation::Read { request, .. } => Intent::Get(request.clone()),
        };
        let (puts, deletes) = (&mut self.puts, &mut self.deletes);
        intent.changes(&mut |change| match change {
            Change::Put(put) => drop(puts.entry(put.key.clone()).or_default().insert(id, ())),
            Change::Delete(_) => drop(deletes.insert(id, ())),
        });
        if intent.writes() || matches!(operation, Operation::Write(Command::LeaseRevoke { .. })) {
            self.running.insert(id, floor);
        }
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

    /// Records that a request's outcome is unknown. A write may still take effect at any time; a
    /// read is dropped.
    pub(super) fn leave_open(&mut self, id: RequestId) {
        self.running.remove(&id);
        if self.requests.get(&id).is_some_and(|request| !request.intent.writes()) {
            self.requests.remove(&id);
        }
    }

    /// Returns whether a running request may still be answered with this revision.
    pub(super) fn awaits(&self, revision: u64) -> bool {
        // Floors ascend in the order of sending.
        self.running.first().is_some_and(|(_, floor)| *floor < revision)
    }

    /// Returns whether an open request may write a key.
    pub(super) fn may_write(&self, key: &[u8]) -> bool {
        self.forgot || self.puts.contains_key(key) || !self.deletes_of(key).is_empty()
    }

    /// Returns whether an open transaction may put a key.
    pub(super) fn txn_may_put(&self, key: &[u8]) -> bool {
        let mut ids = self.puts.get(key).into_iter().flat_map(|ids| ids.keys());
        ids.any(|id| matches!(self.requests.get(id), Some(OpenRequest { intent: Intent::Txn(_), .. })))
    }

    /// The keys of a range that an open request may put.
    pub(super) fn keys_in<'a>(&'a self, range: &'a KeyRange) -> impl Iterator<Item = &'a Vec<u8>> {
        self.puts.range(range.key.clone()..).map(|(key, _)| key).take_while(|key| range.contains(key))
    }

    /// Removes a request whose outcome is known.
    pub(super) fn close(&mut self, id: RequestId) -> Option<OpenRequest> {
        self.running.remove(&id);
        let request = self.requests.remove(&id)?;
        self.unlist(id, &request.intent);
        Some(request)
    }

    /// Returns whether requests were dropped that might have met a demand.
    pub(super) fn forgot(&self) -> bool {
        self.forgot
    }

    fn unlist(&mut self, id: RequestId, intent: &Intent) {
        let (puts, deletes) = (&mut self.puts, &mut self.deletes);
        intent.changes(&mut |change| match change {
            Change::Put(put) => {
                if let Some(ids) = puts.get_mut(&put.key) {
                    ids.remove(&id);
                    if ids.is_empty() {
                        puts.remove(&put.key);
                    }
                }
            }
            Change::Delete(_) => drop(deletes.remove(&id)),
        });
    }

    /// Checks that the open requests can meet all demands on a key, each at most one.
    ///
    /// A request can meet any demand above its floor. The demands are taken in ascending order, and
    /// each put that was seen takes the request with the highest floor. This leaves the most
    /// choices, so if it fails, every other choice fails as well. A request that may put several
    /// values, or an unknown one, can be chosen more than once. This may excuse too much, but never
    /// too little.
    ///
    /// # Errors
    /// Returns the first demand that no request can meet.
    pub(super) fn meet(&self, key: &[u8], demands: &Demands) -> Result<(), Contradiction> {
        let mut puts = self.puts_of(key);
        // Demands for an unknown value come last and take the remaining requests.
        for untold in [false, true] {
            for SeenPut { held, revision, seen } in &demands.seen_puts {
                let able = |put: &Candidate| put.floor < *revision && held.fits(put.held);
                if untold == (*held == Held::Something) && !take(&mut puts, &able) {
                    let why = format!("the value read at revision {revision} was written by nobody");
                    return Err(Contradiction::new(why, &[*seen]));
                }
            }
        }
        for UnseenPut { below, deleted } in &demands.unseen_puts {
            if !take(&mut puts, &|put| put.floor + 1 < *below) {
                let why = format!("a delete at revision {below} found it, but nobody had written it");
                return Err(Contradiction::new(why, &[*deleted]));
            }
        }
        let mut deletes = if demands.deletes.is_empty() { Vec::new() } else { self.deletes_of(key) };
        for UnseenDelete { above, through, seen, missed } in &demands.deletes {
            match deletes.iter().position(|floor| floor < through) {
                Some(at) => drop(deletes.remove(at)),
                None => {
                    let why = format!(
                        "it held a value at revision {above} and is absent at revision {through}, but nobody deleted it"
                    );
                    return Err(Contradiction::new(why, &[*seen, *missed]));
                }
            }
        }
        Ok(())
    }

    /// Returns the puts that the open requests may make to a key.
    fn puts_of(&self, key: &[u8]) -> Vec<Candidate> {
        let mut all: Vec<Candidate> = Vec::new();
        for id in self.puts.get(key).into_iter().flat_map(|ids| ids.keys()) {
            let Some(request) = self.requests.get(id) else { continue };
            let first = all.len();
            request.intent.changes(&mut |change| {
                if let Change::Put(put) = change
                    && put.key == key
                {
                    let held = value(put);
                    all.push(Candidate { floor: request.floor, held, again: held == Held::Something });
                }
            });
            if all.len() > first + 1 {
                all[first..].iter_mut().for_each(|put| put.again = true);
            }
        }
        all
    }

    /// Returns the floor of each open request that may delete a key.
    fn deletes_of(&self, key: &[u8]) -> Vec<u64> {
        let mut floors = Vec::new();
        for request in self.deletes.keys().filter_map(|id| self.requests.get(id)) {
            let mut covers = false;
            request.intent.changes(&mut |change| {
                covers |= matches!(change, Change::Delete(range) if range.contains(key))
            });
            if covers {
                floors.push(request.floor);
            }
        }
        floors
    }
}

/// A put that an open request may have made.
struct Candidate {
    floor: u64,
    held: Held,
    /// Whether it may be chosen more than once.
    again: bool,
}

/// Chooses a suitable put, preferring those that can be chosen again, then the highest floor.
/// Returns false if there is none.
fn take(puts: &mut Vec<Candidate>, able: &dyn Fn(&Candidate) -> bool) -> bool {
    if puts.iter().any(|put| put.again && able(put)) {
        return true;
    }
    let best = puts.iter().enumerate().filter(|(_, put)| able(put)).max_by_key(|(_, put)| put.floor);
    let at = best.map(|(at, _)| at);
    at.map(|at| puts.remove(at)).is_some()
}

/// Returns the state of a key after a put.
pub(super) fn value(put: &PutRequest) -> Held {
    if put.ignore_value { Held::Something } else { Held::Value(digest(&put.value)) }
}

/// Returns the FNV-1a digest of bytes, which is enough to distinguish values.
pub(super) fn digest(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
