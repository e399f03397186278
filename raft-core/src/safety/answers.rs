//! Responses, split into facts about keys.

use super::Doubt;
use super::conditions::Pending;
use super::fact::{AnswerRef, Contradiction};
use super::linearizability::{Linearizability, Writer, name};
use super::open::{Intent, OpenRequest, digest, value};
use super::timeline::{Held, Written};
use crate::kv::{
    Compare, CompareOperator, CompareTarget, DeleteRequest, DeleteResponse, KeyRange, KeyValue, PutRequest,
    PutResponse, RangeRequest, RangeResponse, Response, SortTarget, TxnOp, TxnRequest, TxnResponse,
};
use crate::model::Answer;
use crate::small_map::SmallMap;

/// The effects of one request on the store, in the order of its operations.
#[derive(Default)]
struct Effects<'a> {
    puts: Vec<&'a PutRequest>,
    /// The deletes that removed a key.
    deletes: Vec<&'a KeyRange>,
    /// For each transaction, outermost first: whether it took the success branch.
    path: Vec<bool>,
}

impl Linearizability {
    /// Adds the facts of a response.
    ///
    /// # Errors
    /// Returns the contradiction if the facts contradict known ones.
    pub(super) fn take_in(
        &mut self,
        by: AnswerRef,
        request: &OpenRequest,
        answer: &Answer,
    ) -> Result<(), Contradiction> {
        // An empty store has revision 1.
        let (id, revision, floor) = (by.request, answer.revision, request.floor.max(1));
        let changed = changed(&answer.response);
        if revision < floor || (changed && revision == floor) {
            let what = if matches!(answer.response, Response::Range(_)) { "read" } else { "write" };
            let why = format!(
                "request {id}, a {what}, was answered at revision {revision}, though revision {floor} was known before it was sent"
            );
            let known = self.writers.get(&floor).map(|writer| writer.by);
            return Err(Contradiction::new(why, known.as_slice()));
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
                None => self.range_deletes.add(revision, KeyRange::clone(range), by),
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
        by: AnswerRef,
        txn: &'a TxnRequest,
        told: &TxnResponse,
        changed: bool,
        effects: &mut Effects<'a>,
    ) -> Result<(), Contradiction> {
        effects.path.push(told.succeeded);
        if told.succeeded {
            // The transaction saw that the key was absent, like a read.
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
        by: AnswerRef,
        put: &'a PutRequest,
        told: &PutResponse,
        effects: &mut Effects<'a>,
    ) -> Result<(), Contradiction> {
        effects.puts.push(put);
        match &told.prev_kv {
            Some(kv) => self.found(by, kv, by.revision - 1, true),
            None => {
                // Only a put that asked for the previous pair proves the absence.
                if put.prev_kv {
                    self.absent(by, &put.key, by.revision - 1);
                }
                Ok(())
            }
        }
    }

    fn delete<'a>(
        &mut self,
        by: AnswerRef,
        delete: &'a DeleteRequest,
        told: &DeleteResponse,
        changed: bool,
        effects: &mut Effects<'a>,
    ) -> Result<(), Contradiction> {
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

    fn write(&mut self, by: AnswerRef, key: &[u8], write: Written) -> Result<(), Contradiction> {
        let written = self.timeline(key).write(by.revision, write, by);
        written.map_err(|contradiction| name(by.request, key, contradiction))
    }

    /// Adds the facts of a read, in a transaction after the operations with these `effects`.
    fn read(
        &mut self,
        by: AnswerRef,
        get: &RangeRequest,
        told: &RangeResponse,
        changed: bool,
        effects: &Effects<'_>,
    ) -> Result<(), Contradiction> {
        let (id, range) = (by.request, &get.range);
        // A read of the past describes that revision; a read in a transaction describes the state
        // before it.
        let past = u64::try_from(get.revision).unwrap_or(0);
        let at = if past > 0 { past } else { by.revision - u64::from(changed) };
        for kv in &told.kvs {
            if !range.contains(&kv.key) {
                return Err(name(
                    id,
                    &kv.key,
                    Contradiction::from("it is not in the range that was asked for".to_owned()),
                ));
            }
            // Skip the transaction's own puts.
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
        // A response that a limit cut off says nothing about later keys.
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
        // The response may lack a key that was dropped.
        self.doubt(Doubt::Forgotten, range.as_single().is_none() && self.horizon.is_some());
        if cut && effects.puts.is_empty() && effects.deletes.is_empty() {
            self.later(Pending::Count { by, at, range: range.clone(), count: told.count });
        }
        Ok(())
    }

    /// Adds the fact that the store held this pair at `revision`.
    fn found(
        &mut self,
        by: AnswerRef,
        kv: &KeyValue,
        revision: u64,
        with_value: bool,
    ) -> Result<(), Contradiction> {
        let (id, key, at) = (by.request, &kv.key, kv.mod_revision);
        let named =
            |why: &str, with: &[AnswerRef]| Err(name(id, key, Contradiction::new(why.to_owned(), with)));
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
                timeline.write(at, write, by).map_err(|contradiction| name(id, key, contradiction))?;
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
        found.map_err(|contradiction| name(id, key, contradiction))
    }

    /// Adds the fact that the key was absent at `revision`.
    fn absent(&mut self, by: AnswerRef, key: &[u8], revision: u64) {
        let timeline = self.timeline(key);
        timeline.absent(revision, by);
        let known = timeline.is_known(revision);
        self.doubt(Doubt::Forgotten, !known);
    }
}

/// Returns whether a condition holds if and only if its key is absent.
fn finds_nothing(compare: &Compare) -> bool {
    compare.range.as_single().is_some()
        && compare.operator == CompareOperator::Equal
        && matches!(
            compare.target,
            CompareTarget::Create(0) | CompareTarget::Mod(0) | CompareTarget::Version(0)
        )
}

/// Returns whether a response says that the store changed.
fn changed(response: &Response) -> bool {
    match response {
        Response::Put(_) => true,
        Response::Delete(delete) => delete.deleted > 0,
        Response::Txn(txn) => txn.responses.iter().any(changed),
        _ => false,
    }
}
