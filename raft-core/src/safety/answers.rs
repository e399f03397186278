//! Answers, taken apart into facts about keys.

use super::Doubt;
use super::conditions::Pending;
use super::fact::{By, Clash};
use super::linearizability::{Linearizability, Writer, name};
use super::open::{Intent, OpenRequest, digest, value};
use super::timeline::{Held, Written};
use crate::kv::{
    Compare, CompareOperator, CompareTarget, DeleteRequest, DeleteResponse, KeyRange, KeyValue, PutRequest,
    PutResponse, RangeRequest, RangeResponse, Response, SortTarget, TxnOp, TxnRequest, TxnResponse,
};
use crate::model::Answer;
use crate::small_map::SmallMap;

/// What one answer has done to the store, in the order of its parts.
#[derive(Default)]
struct Effects<'a> {
    puts: Vec<&'a PutRequest>,
    /// Those that found something.
    deletes: Vec<&'a KeyRange>,
    /// Which branches were taken, outer transactions first.
    path: Vec<bool>,
}

impl Linearizability {
    /// Takes in the facts that an answer tells.
    pub(super) fn take_in(&mut self, by: By, request: &OpenRequest, answer: &Answer) -> Result<(), Clash> {
        // A store begins at revision 1, empty.
        let (id, revision, floor) = (by.request, answer.revision, request.floor.max(1));
        let changed = changed(&answer.response);
        if revision < floor || (changed && revision == floor) {
            let what = if matches!(answer.response, Response::Range(_)) { "read" } else { "write" };
            let why = format!(
                "request {id}, a {what}, was answered at revision {revision}, though revision {floor} was known before it was sent"
            );
            let known = self.writers.get(&floor).map(|writer| writer.by);
            return Err(Clash::new(why, known.as_slice()));
        }
        let mut effects = Effects::default();
        match (&request.intent, &answer.response) {
            (Intent::Aside, _) => return Ok(()),
            (Intent::Put(put), Response::Put(told)) => self.put(by, put, told, &mut effects)?,
            (Intent::Delete(delete), Response::Delete(told)) => {
                self.delete(by, delete, told, changed, &mut effects)?;
            }
            (Intent::Get(get), Response::Range(told)) => self.read(by, get, told, false, &effects)?,
            (Intent::Txn(txn), Response::Txn(told)) => {
                self.txn(by, txn, told, changed, &mut effects)?;
                let at = revision - u64::from(changed);
                self.later(Pending::Path {
                    by,
                    at,
                    txn: txn.clone(),
                    path: std::mem::take(&mut effects.path),
                });
            }
            _ => return Err(format!("request {id} was answered as another kind of request").into()),
        }
        if !changed {
            return Ok(());
        }
        let puts = effects.puts.iter().map(|put| put.key.as_slice());
        let keys: Vec<&[u8]> =
            puts.chain(effects.deletes.iter().filter_map(|range| range.as_single())).collect();
        self.claim(by, &keys)?;
        for range in &effects.deletes {
            match range.as_single() {
                Some(key) => {
                    self.write(by, key, Written { held: Held::Absent, lease: Some(0), orphan: false })?;
                }
                None => self.sweeps.add(revision, KeyRange::clone(range), by),
            }
        }
        for put in &effects.puts {
            let lease = if put.ignore_lease { None } else { Some(put.lease) };
            self.write(by, &put.key, Written { held: value(put), lease, orphan: false })?;
        }
        Ok(())
    }

    fn txn<'a>(
        &mut self,
        by: By,
        txn: &'a TxnRequest,
        told: &TxnResponse,
        changed: bool,
        effects: &mut Effects<'a>,
    ) -> Result<(), Clash> {
        effects.path.push(told.succeeded);
        if told.succeeded {
            // It saw that there was no such key, as a read would have.
            for compare in txn.compares.iter().filter(|compare| finds_nothing(compare)) {
                self.absent(by, &compare.range.key, by.revision - u64::from(changed));
            }
        }
        let branch = if told.succeeded { &txn.success } else { &txn.failure };
        if branch.len() != told.responses.len() {
            return Err(format!("request {} was answered as another kind of request", by.request).into());
        }
        branch.iter().zip(&told.responses).try_for_each(|(op, response)| match (op, response) {
            (TxnOp::Range(get), Response::Range(told)) => self.read(by, get, told, changed, effects),
            (TxnOp::Put(put), Response::Put(told)) => self.put(by, put, told, effects),
            (TxnOp::Delete(delete), Response::Delete(told)) => {
                self.delete(by, delete, told, changed, effects)
            }
            (TxnOp::Txn(inner), Response::Txn(told)) => self.txn(by, inner, told, changed, effects),
            _ => Err(format!("request {} was answered as another kind of request", by.request).into()),
        })
    }

    fn put<'a>(
        &mut self,
        by: By,
        put: &'a PutRequest,
        told: &PutResponse,
        effects: &mut Effects<'a>,
    ) -> Result<(), Clash> {
        effects.puts.push(put);
        match &told.prev_kv {
            Some(kv) => self.found(by, kv, by.revision - 1, true),
            None => {
                // A put that keeps something is refused where there is nothing.
                if put.prev_kv {
                    self.absent(by, &put.key, by.revision - 1);
                }
                Ok(())
            }
        }
    }

    fn delete<'a>(
        &mut self,
        by: By,
        delete: &'a DeleteRequest,
        told: &DeleteResponse,
        changed: bool,
        effects: &mut Effects<'a>,
    ) -> Result<(), Clash> {
        let range = &delete.range;
        let before = by.revision - u64::from(changed);
        if told.deleted == 0 {
            let all = RangeRequest::new(range.clone());
            return self.read(by, &all, &RangeResponse::default(), changed, effects);
        }
        effects.puts.retain(|put| !range.contains(&put.key));
        effects.deletes.push(range);
        if let Some(key) = range.as_single() {
            let known = self.timeline(key).is_known(before);
            self.doubt(Doubt::Forgotten, !known);
        }
        let of_before = |kv: &&KeyValue| kv.mod_revision < by.revision;
        told.prev_kvs.iter().filter(of_before).try_for_each(|kv| self.found(by, kv, before, true))
    }

    fn write(&mut self, by: By, key: &[u8], write: Written) -> Result<(), Clash> {
        let written = self.timeline(key).write(by.revision, write, by);
        written.map_err(|clash| name(by.request, key, clash))
    }

    /// A range was read, in a transaction after the parts whose effects are given.
    fn read(
        &mut self,
        by: By,
        get: &RangeRequest,
        told: &RangeResponse,
        changed: bool,
        effects: &Effects<'_>,
    ) -> Result<(), Clash> {
        let (id, range) = (by.request, &get.range);
        // A read of the past tells of then; a transaction's reads of what was before its writes.
        let past = u64::try_from(get.revision).unwrap_or(0);
        let at = if past > 0 { past } else { by.revision - u64::from(changed) };
        for kv in &told.kvs {
            if !range.contains(&kv.key) {
                return Err(name(
                    id,
                    &kv.key,
                    Clash::from("it is not in the range that was asked for".to_owned()),
                ));
            }
            // What the transaction itself has put is no news.
            if !(changed && kv.mod_revision == by.revision) {
                self.found(by, kv, at, !get.keys_only)?;
            }
        }
        let whole = get.min_mod_revision == 0
            && get.max_mod_revision == 0
            && get.min_create_revision == 0
            && get.max_create_revision == 0;
        if !whole || at == 0 {
            return Ok(());
        }
        if !get.count_only && !told.more && told.count != told.kvs.len() as u64 {
            let why = format!("request {id} was told of {} pairs but shown {}", told.count, told.kvs.len());
            return Err(why.into());
        }
        let by_key = get.sort.is_none_or(|sort| sort.target == SortTarget::Key && !sort.descending);
        // Where a limit cut the answer off, it says nothing of the keys behind.
        let last = told.kvs.last().map(|kv| &kv.key).filter(|_| by_key);
        let cut = told.more || (get.count_only && told.count > 0);
        let covered = |key: &Vec<u8>| !cut || last.is_some_and(|last| key < last);
        let there: SmallMap<&Vec<u8>, ()> = told.kvs.iter().map(|kv| (&kv.key, ())).collect();
        let own = |key: &Vec<u8>| {
            effects.deletes.iter().any(|range| range.contains(key))
                || effects.puts.iter().any(|put| put.key == *key)
        };
        for key in self.followed(range) {
            if covered(&key) && !there.contains_key(&&key) && !own(&key) {
                self.absent(by, &key, at);
            }
        }
        // A key that was forgotten may be missing in the answer.
        self.doubt(Doubt::Forgotten, range.as_single().is_none() && self.horizon.is_some());
        if cut && effects.puts.is_empty() && effects.deletes.is_empty() {
            self.later(Pending::Count { by, at, range: range.clone(), count: told.count });
        }
        Ok(())
    }

    /// The store held this pair at `revision`.
    fn found(&mut self, by: By, kv: &KeyValue, revision: u64, with_value: bool) -> Result<(), Clash> {
        let (id, key, at) = (by.request, &kv.key, kv.mod_revision);
        let named = |why: &str, with: &[By]| Err(name(id, key, Clash::new(why.to_owned(), with)));
        if at > revision {
            return named("it was read with a later revision than the store's", &[]);
        }
        let held = if with_value { Held::Value(digest(&kv.value)) } else { Held::Something };
        let timeline = self.timeline(key);
        match timeline.at(at) {
            Some(known) if !known.write.held.fits(held) => {
                let writer = known.by;
                return named("another value was written at the revision that was read", &[writer]);
            }
            None if timeline.is_forgotten(at) => self.doubt(Doubt::Forgotten, true),
            known => {
                let new = known.is_none();
                let write = Written { held, lease: Some(kv.lease), orphan: true };
                timeline.write(at, write, by).map_err(|clash| name(id, key, clash))?;
                let wrote = digest(key);
                let known = self.writers.or_insert(at, Writer { told: false, key: Some(wrote), by });
                let other = known.key != Some(wrote) && (known.told || !self.open.txn_may_put(key));
                if new && other {
                    let writer = known.by;
                    return named("another key was written at the revision that was read", &[writer]);
                }
            }
        }
        let found = self.timeline(key).found(at, revision, by);
        found.map_err(|clash| name(id, key, clash))
    }

    /// The store had no such key at `revision`.
    fn absent(&mut self, by: By, key: &[u8], revision: u64) {
        let timeline = self.timeline(key);
        timeline.absent(revision, by);
        let known = timeline.is_known(revision);
        self.doubt(Doubt::Forgotten, !known);
    }
}

/// Whether a condition holds just when its key is not there.
fn finds_nothing(compare: &Compare) -> bool {
    compare.range.as_single().is_some()
        && compare.operator == CompareOperator::Equal
        && matches!(
            compare.target,
            CompareTarget::Create(0) | CompareTarget::Mod(0) | CompareTarget::Version(0)
        )
}

/// Whether an answer says that the store was changed.
fn changed(response: &Response) -> bool {
    match response {
        Response::Put(_) => true,
        Response::Delete(delete) => delete.deleted > 0,
        Response::Txn(txn) => txn.responses.iter().any(changed),
        _ => false,
    }
}
