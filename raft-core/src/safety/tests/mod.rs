//! Every property: a correct run passes, and a planted fault is reported.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod clients;
mod histories;
mod quorum;
mod raft;
mod several;
mod transactions;

use super::{Checker, Violation};
use crate::kv::{DeleteResponse, KeyRange, KeyValue, PutResponse, RangeResponse, Response};
use crate::model::*;
use crate::units::NodeId;

/// Feeds events to a checker.
struct Harness {
    checker: Checker,
    found: Vec<Violation>,
    requests: RequestId,
    now: u64,
}

impl Harness {
    fn new() -> Harness {
        Harness { checker: Checker::new(3), found: Vec::new(), requests: 0, now: 0 }
    }

    fn see(&mut self, kind: EventKind) -> &mut Harness {
        self.now += 1;
        self.checker.observe(&Event { at: self.now, kind }, &mut self.found);
        self
    }

    /// Asserts that no violation was found.
    #[track_caller]
    fn is_clean(&mut self) -> &mut Harness {
        assert_eq!(self.found, []);
        self
    }

    /// Asserts that exactly this violation was found since the last call.
    #[track_caller]
    fn breaks(&mut self, property: Property, detail: &str) -> &mut Harness {
        let found: Vec<(Property, &str)> =
            self.found.iter().map(|it| (it.property, it.detail.as_str())).collect();
        assert_eq!(found, [(property, detail)]);
        let facts = &self.found[0].facts;
        assert!(facts.iter().all(|fact| fact.at <= self.now), "{facts:?}");
        assert_eq!(facts.last().map(|fact| fact.at), Some(self.now), "the last fact is the one just seen");
        self.found.clear();
        self
    }

    fn role(&mut self, node: NodeId, role: Role, term: u64) -> &mut Harness {
        let leader = (role == Role::Leader).then_some(node);
        self.see(EventKind::Role { node, role, term, leader })
    }

    fn vote(&mut self, node: NodeId, term: u64, candidate: NodeId, committed: bool) -> &mut Harness {
        self.see(EventKind::VoteSaved { node, term, candidate, committed })
    }

    /// Elects `node` in `term`, with the votes of a majority.
    fn elect(&mut self, node: NodeId, term: u64) -> &mut Harness {
        self.vote(node, term, node, false).vote(node, term, node, true).role(node, Role::Leader, term)
    }

    /// Appends entries from index `first` on, given as (term, digest).
    fn append(&mut self, node: NodeId, first: u64, entries: &[(u64, u64)]) -> &mut Harness {
        let mark = |(at, (term, digest)): (u64, &(u64, u64))| mark(first + at, *term, *digest);
        let entries = (0..).zip(entries).map(mark).collect();
        self.see(EventKind::Appended { node, entries })
    }

    fn truncate(&mut self, node: NodeId, from: u64) -> &mut Harness {
        self.see(EventKind::Truncated { node, from })
    }

    fn commit(&mut self, node: NodeId, index: u64) -> &mut Harness {
        self.see(EventKind::Committed { node, index })
    }

    fn apply(&mut self, node: NodeId, entry: EntryMark, hash: u32) -> &mut Harness {
        self.see(EventKind::Applied { node, entry, hash })
    }

    fn snapshot(&mut self, node: NodeId, index: u64, term: u64, hash: u32, installed: bool) -> &mut Harness {
        self.see(EventKind::SnapshotSaved { node, index, term, hash, installed })
    }

    fn start(&mut self, operation: Operation) -> RequestId {
        self.requests += 1;
        let id = self.requests;
        self.see(EventKind::RequestStarted { id, operation, endpoints: vec![1] });
        id
    }

    fn end(&mut self, id: RequestId, outcome: Outcome) -> &mut Harness {
        self.see(EventKind::RequestEnded { id, outcome })
    }

    fn answer(&mut self, id: RequestId, response: Response) -> &mut Harness {
        self.end(id, Outcome::Ok(answer(response)))
    }
}

fn mark(index: u64, term: u64, digest: u64) -> EntryMark {
    EntryMark { index, term, digest }
}

fn answer(response: Response) -> Answer {
    let index = (!matches!(response, Response::Range(_))).then_some(1);
    Answer { endpoint: 1, revision: response.revision(), term: 1, index, response }
}

fn put(key: &str, value: &str) -> Operation {
    Operation::put(key, value)
}

fn del(range: KeyRange) -> Operation {
    Operation::delete(range)
}

fn get(range: KeyRange) -> Operation {
    Operation::get(range)
}

fn pair(key: &str, value: &str, mod_revision: u64) -> KeyValue {
    let (key, value) = (key.into(), value.into());
    KeyValue { key, value, create_revision: mod_revision, mod_revision, version: 1, lease: 0 }
}

fn done(revision: u64) -> Response {
    Response::Put(PutResponse { revision, prev_kv: None })
}

fn deleted(revision: u64, deleted: u64) -> Response {
    Response::Delete(DeleteResponse { revision, deleted, prev_kvs: Vec::new() })
}

fn read(revision: u64, kvs: Vec<KeyValue>) -> Response {
    Response::Range(RangeResponse { revision, count: kvs.len() as u64, kvs, more: false })
}
