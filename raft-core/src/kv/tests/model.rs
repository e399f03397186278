//! A naive model of the store: one list of all versions of all keys, searched from end to end. It
//! shares only the types of requests and responses with the store.

use super::*;

/// One version of a key, or its deletion.
#[derive(Clone, Debug, PartialEq)]
struct Version {
    main: u64,
    key: Vec<u8>,
    pair: Option<KeyValue>,
}

#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) revision: u64,
    pub(super) compacted: i64,
    /// In the order of the changes.
    versions: Vec<Version>,
    pub(super) leases: Vec<(LeaseId, i64)>,
}

impl Model {
    pub(super) fn new() -> Self {
        Model { revision: 1, compacted: -1, versions: vec![], leases: vec![] }
    }

    fn at(&self, key: &[u8], main: u64) -> Option<KeyValue> {
        self.versions.iter().rfind(|v| v.key == key && v.main <= main)?.pair.clone()
    }

    pub(super) fn live(&self, range: &KeyRange, main: u64) -> Vec<KeyValue> {
        let mut keys: Vec<&Vec<u8>> = self.versions.iter().map(|v| &v.key).collect();
        keys.sort();
        keys.dedup();
        keys.into_iter().filter(|key| range.contains(key)).filter_map(|key| self.at(key, main)).collect()
    }

    pub(super) fn apply(&mut self, command: &Command) -> Result<Response, KvError> {
        let next = self.revision + 1;
        let response = match command {
            Command::Put(put) => {
                if put.lease != 0 && !self.leased(put.lease) {
                    return Err(KvError::LeaseNotFound);
                }
                Response::Put(self.put(put, next)?)
            }
            Command::Delete(delete) => Response::Delete(self.delete(delete, next)),
            Command::Txn(txn) => return self.txn(txn),
            Command::Compact { revision } => return self.compact(*revision),
            Command::LeaseGrant { id, ttl_seconds } => {
                let ttl_seconds = if *ttl_seconds < 2 { 2 } else { *ttl_seconds };
                if self.leased(*id) {
                    return Err(KvError::LeaseExists);
                }
                self.leases.push((*id, ttl_seconds));
                let grant = LeaseGrantResponse { revision: self.revision, id: *id, ttl_seconds };
                Response::LeaseGrant(grant)
            }
            Command::LeaseRevoke { id } => {
                if !self.leased(*id) {
                    return Err(KvError::LeaseNotFound);
                }
                self.leases.retain(|(known, _)| known != id);
                for key in self.attached_keys(*id) {
                    self.delete(&DeleteRequest::new(KeyRange::single(key)), next);
                }
                self.settle();
                Response::LeaseRevoke { revision: self.revision }
            }
            Command::AlarmRaise(_) | Command::AlarmDisarm(_) => panic!("the model knows no alarms"),
        };
        self.settle();
        Ok(response)
    }

    /// Sets the revision to that of the last version, if there is a new one.
    fn settle(&mut self) {
        self.revision = self.versions.last().map_or(0, |v| v.main).max(self.revision);
    }

    fn leased(&self, id: LeaseId) -> bool {
        self.leases.iter().any(|(known, _)| *known == id)
    }

    pub(super) fn attached_keys(&self, id: LeaseId) -> Vec<Vec<u8>> {
        let all = self.live(&KeyRange::all(), u64::MAX);
        all.into_iter().filter(|kv| kv.lease == id).map(|kv| kv.key).collect()
    }

    fn put(&mut self, put: &PutRequest, main: u64) -> Result<PutResponse, KvError> {
        let old = self.at(&put.key, main);
        if old.is_none() && (put.ignore_value || put.ignore_lease) {
            return Err(KvError::KeyNotFound);
        }
        let fresh = KeyValue { create_revision: main, version: 0, lease: put.lease, ..kv("", 0, 0, 0, "") };
        let base = old.clone().unwrap_or(fresh);
        let pair = KeyValue {
            key: put.key.clone(),
            value: if put.ignore_value { base.value } else { put.value.clone() },
            lease: if put.ignore_lease { base.lease } else { put.lease },
            create_revision: base.create_revision,
            version: base.version + 1,
            mod_revision: main,
        };
        self.versions.push(Version { main, key: put.key.clone(), pair: Some(pair) });
        Ok(PutResponse { revision: main, prev_kv: old.filter(|_| put.prev_kv) })
    }

    fn delete(&mut self, delete: &DeleteRequest, main: u64) -> DeleteResponse {
        let gone = self.live(&delete.range, main);
        for kv in &gone {
            self.versions.push(Version { main, key: kv.key.clone(), pair: None });
        }
        let deleted = gone.len() as u64;
        let revision = self.versions.last().map_or(0, |v| v.main).max(main - 1);
        DeleteResponse { revision, deleted, prev_kvs: if delete.prev_kv { gone } else { vec![] } }
    }

    /// Applies a transaction to a copy, which replaces the model if nothing is refused.
    fn txn(&mut self, txn: &TxnRequest) -> Result<Response, KvError> {
        let before = self.clone();
        let mut copy = self.clone();
        let mut refused = (None, None);
        let mut response = copy.run(txn, &before, &mut refused);
        if let Some(error) = refused.0.or(refused.1) {
            return Err(error);
        }
        copy.settle();
        *self = copy;
        response.revision = self.revision;
        Ok(Response::Txn(response))
    }

    /// Executes a transaction; notes the first refused put and the first refused read.
    fn run(
        &mut self,
        txn: &TxnRequest,
        before: &Model,
        refused: &mut (Option<KvError>, Option<KvError>),
    ) -> TxnResponse {
        let next = before.revision + 1;
        let succeeded = txn.compares.iter().all(|compare| before.holds(compare));
        let ops = if succeeded { &txn.success } else { &txn.failure };
        let mut responses = vec![];
        for op in ops {
            let changed = self.versions.last().is_some_and(|v| v.main == next);
            let now = if changed { next } else { before.revision };
            match op {
                TxnOp::Txn(inner) => responses.push(Response::Txn(self.run(inner, before, refused))),
                TxnOp::Delete(delete) => responses.push(Response::Delete(self.delete(delete, next))),
                TxnOp::Put(put) => {
                    let absent = before.at(&put.key, u64::MAX).is_none();
                    let error = match self.put(put, next) {
                        Err(error) => Some(error),
                        Ok(_) if absent && (put.ignore_value || put.ignore_lease) => {
                            Some(KvError::KeyNotFound)
                        }
                        Ok(_) if put.lease != 0 && !self.leased(put.lease) => Some(KvError::LeaseNotFound),
                        Ok(response) => {
                            responses.push(Response::Put(response));
                            None
                        }
                    };
                    refused.0 = refused.0.or(error);
                }
                TxnOp::Range(range) => {
                    let error = match range.revision {
                        0 => None,
                        revision if revision > before.revision as i64 => Some(KvError::FutureRevision),
                        revision if revision < before.compacted => Some(KvError::Compacted),
                        _ => None,
                    };
                    refused.1 = refused.1.or(error);
                    responses.extend(self.range_in(range, now).map(Response::Range));
                }
            }
        }
        TxnResponse { revision: 0, succeeded, responses }
    }

    fn holds(&self, compare: &Compare) -> bool {
        let pairs = self.live(&compare.range, self.revision);
        let compared = |kv: &KeyValue| {
            let (left, right) = match &compare.target {
                CompareTarget::Value(value) => return holds(compare.operator, &kv.value, value),
                CompareTarget::Version(wanted) => (kv.version as i64, *wanted),
                CompareTarget::Create(wanted) => (kv.create_revision as i64, *wanted),
                CompareTarget::Mod(wanted) => (kv.mod_revision as i64, *wanted),
                CompareTarget::Lease(wanted) => (kv.lease, *wanted),
            };
            holds(compare.operator, &left, &right)
        };
        match (&compare.target, pairs.is_empty()) {
            (CompareTarget::Value(_), true) => false,
            (_, true) => compared(&kv("", 0, 0, 0, "")),
            (_, false) => pairs.iter().all(compared),
        }
    }

    fn compact(&mut self, revision: i64) -> Result<Response, KvError> {
        if revision <= self.compacted {
            return Err(KvError::Compacted);
        }
        if revision > self.revision as i64 {
            return Err(KvError::FutureRevision);
        }
        let all = self.versions.clone();
        let mut index = 0;
        self.versions.retain(|version| {
            index += 1;
            let replaced = all[index..].iter().any(|v| v.key == version.key && v.main as i64 <= revision);
            version.main as i64 > revision || !replaced && version.pair.is_some()
        });
        self.compacted = revision;
        Ok(Response::Compact { revision: self.revision })
    }

    pub(super) fn range(&self, request: &RangeRequest) -> Result<RangeResponse, KvError> {
        self.range_in(request, self.revision)
    }

    fn range_in(&self, request: &RangeRequest, now: u64) -> Result<RangeResponse, KvError> {
        let main = if request.revision <= 0 { now } else { request.revision as u64 };
        if main > now {
            return Err(KvError::FutureRevision);
        }
        if (main as i64) < self.compacted {
            return Err(KvError::Compacted);
        }
        let mut kvs = self.live(&request.range, main);
        let count = kvs.len() as u64;
        if request.count_only {
            return Ok(RangeResponse { revision: now, kvs: vec![], count, more: false });
        }
        let limit = if request.limit > 0 { request.limit as usize } else { usize::MAX - 1 };
        let filters = [
            (
                request.min_mod_revision,
                request.max_mod_revision,
                (|kv| kv.mod_revision) as fn(&KeyValue) -> u64,
            ),
            (request.min_create_revision, request.max_create_revision, |kv| kv.create_revision),
        ];
        if request.limit_first && filters.iter().all(|(min, max, _)| (*min, *max) == (0, 0)) {
            kvs.truncate(limit + 1);
        }
        for (min, max, of) in filters {
            kvs.retain(|kv| min == 0 || of(kv) as i64 >= min);
            kvs.retain(|kv| max == 0 || of(kv) as i64 <= max);
        }
        if let Some(Sort { target, descending }) = request.sort {
            kvs.sort_by(|a, b| {
                let (a, b) = if descending { (b, a) } else { (a, b) };
                match target {
                    SortTarget::Key => a.key.cmp(&b.key),
                    SortTarget::Version => a.version.cmp(&b.version),
                    SortTarget::Create => a.create_revision.cmp(&b.create_revision),
                    SortTarget::Mod => a.mod_revision.cmp(&b.mod_revision),
                    SortTarget::Value => a.value.cmp(&b.value),
                }
            });
        }
        let more = kvs.len() > limit;
        kvs.truncate(limit);
        if request.keys_only {
            kvs.iter_mut().for_each(|kv| kv.value.clear());
        }
        Ok(RangeResponse { revision: now, kvs, count, more })
    }

    pub(super) fn history(&self, watch: &WatchRequest, from: i64) -> Result<Vec<WatchBatch>, KvError> {
        if from < self.compacted {
            return Err(KvError::Compacted);
        }
        let mut batches = vec![];
        for revision in 1..=self.revision {
            let of_revision = self.versions.iter().filter(|v| v.main == revision && v.main as i64 >= from);
            let wanted = of_revision.filter(|v| {
                watch.range.contains(&v.key)
                    && !(if v.pair.is_some() { watch.no_put } else { watch.no_delete })
            });
            let events: Vec<WatchEvent> = wanted
                .map(|version| WatchEvent {
                    kind: match version.pair {
                        Some(_) => WatchEventKind::Put,
                        None => WatchEventKind::Delete,
                    },
                    kv: version.pair.clone().unwrap_or_else(|| KeyValue {
                        key: version.key.clone(),
                        ..kv("", 0, revision, 0, "")
                    }),
                    prev_kv: (watch.prev_kv && revision as i64 > self.compacted)
                        .then(|| self.at(&version.key, revision - 1))
                        .flatten(),
                })
                .collect();
            if !events.is_empty() {
                batches.push(WatchBatch { revision, events });
            }
        }
        Ok(batches)
    }
}

fn holds<T: Ord>(operator: CompareOperator, left: &T, right: &T) -> bool {
    match operator {
        CompareOperator::Equal => left == right,
        CompareOperator::NotEqual => left != right,
        CompareOperator::Less => left < right,
        CompareOperator::Greater => left > right,
    }
}
