//! What the page shows of the checks, read from the cluster.

use std::collections::BTreeSet;
use std::sync::Arc;

use raft_core::cluster::{Cluster, PropertyView};
use raft_core::kv::{Command, KeyRange, TxnOp, TxnRequest};
use raft_core::model::{Operation, Outcome, Property, RequestId};
use raft_core::safety::search::Report;
use raft_core::safety::{ClientOperation, Doubt, Verdict};
use raft_core::units::Nanos;
use raft_core::words::describe::operation_text;

use crate::text;

/// The bound on the search for each group of keys, in steps: a fraction of a second.
const STEPS_MAX: u64 = 30_000;

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It has not ended yet.
    Running,
    /// The outcome is unknown.
    Unknown,
    /// It had no effect.
    Failed,
    /// It was answered at this revision.
    Answered(u64),
}

/// An operation, as its lane shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The request's id.
    pub id: RequestId,
    /// The operation in words.
    pub what: String,
    /// The keys that it reads or writes; a range counts as one.
    pub keys: Vec<KeyRange>,
    /// When it was sent, in virtual nanoseconds.
    pub from: Nanos,
    /// When it ended; `None` while it is in progress.
    pub to: Option<Nanos>,
    /// How it ended.
    pub end: End,
    /// An instant at which it may have taken effect, in virtual nanoseconds.
    pub point: Option<Nanos>,
    /// For a serializable read: the number of revisions by which its answer was stale.
    pub behind: Option<u64>,
    /// Whether it is a serializable read.
    pub serializable: bool,
    /// Whether its answer is one of those that contradict each other.
    pub contradicts: bool,
}

/// All that is shown of the checks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChecksFrame {
    /// The run, and the number of client events so far. The result of the search holds while both stay the
    /// same.
    pub version: (u32, u64),
    /// The verdict on the clients' answers, by revisions.
    pub verdict: Option<Verdict>,
    /// Reasons why answers are undecided, with the number of answers for each.
    pub doubts: Vec<(Doubt, u64)>,
    /// The properties of Raft.
    pub properties: Vec<PropertyView>,
    /// The result of the search.
    pub report: Option<Arc<Report>>,
    /// The operations.
    pub bars: Arc<Vec<Bar>>,
    /// Single keys that can be chosen.
    pub keys: Arc<Vec<Vec<u8>>>,
    /// The number of operations that are no longer kept.
    pub forgotten: u64,
    /// The present, in virtual nanoseconds.
    pub now: Nanos,
}

impl ChecksFrame {
    /// Returns what is to be shown now. The search is repeated only when a client event has occurred.
    pub fn of(cluster: &Cluster, generation: u32, before: &ChecksFrame) -> ChecksFrame {
        let changes = cluster.client_changes();
        let version = (generation, changes);
        let mut frame = ChecksFrame {
            version,
            verdict: Some(cluster.linearizability()),
            doubts: cluster.doubts(),
            properties: cluster.properties(),
            now: cluster.now(),
            ..before.clone()
        };
        if before.version != version || before.report.is_none() {
            let history = cluster.client_history();
            let report = cluster.check_history(STEPS_MAX);
            let bars: Vec<Bar> = history.operations().map(|operation| bar(operation, &report)).collect();
            let keys: BTreeSet<Vec<u8>> = bars
                .iter()
                .flat_map(|bar| bar.keys.iter().filter_map(|range| range.as_single().map(<[u8]>::to_vec)))
                .collect();
            frame.forgotten = history.forgotten() + history.forgotten_open();
            frame.keys = Arc::new(keys.into_iter().collect());
            frame.bars = Arc::new(bars);
            frame.report = Some(Arc::new(report));
        }
        frame
    }

    /// The number of answers judged by revisions.
    pub fn judged(&self) -> u64 {
        let linearizability = |view: &&PropertyView| view.property == Property::Linearizability;
        self.properties.iter().find(linearizability).map_or(0, |view| view.checked)
    }

    /// Whether a property is violated.
    pub fn is_broken(&self) -> bool {
        self.verdict == Some(Verdict::Violated) || self.properties.iter().any(|view| view.violation.is_some())
    }
}

fn bar(operation: &ClientOperation, report: &Report) -> Bar {
    let end = match &operation.ended {
        None => End::Running,
        Some((_, _, Outcome::Unknown(_))) => End::Unknown,
        Some((_, _, Outcome::Ok(answer))) => End::Answered(answer.revision),
        Some(_) => End::Failed,
    };
    let serializable = operation.is_serializable();
    let at = |id: RequestId| report.points.binary_search_by_key(&id, |(id, _)| *id).ok();
    Bar {
        id: operation.id,
        what: text::tell(&operation_text(&operation.operation)),
        keys: keys(&operation.operation),
        from: operation.invoked,
        to: operation.ended.as_ref().map(|(at, ..)| *at),
        end,
        point: at(operation.id).and_then(|at| report.points.get(at)).map(|(_, at)| *at),
        behind: operation.behind().filter(|_| serializable),
        serializable,
        contradicts: report.violating.binary_search(&operation.id).is_ok(),
    }
}

fn keys(operation: &Operation) -> Vec<KeyRange> {
    let mut keys = Vec::new();
    match operation {
        Operation::Write(Command::Put(put)) => keys.push(KeyRange::single(put.key.clone())),
        Operation::Write(Command::Delete(delete)) => keys.push(delete.range.clone()),
        Operation::Write(Command::Txn(txn)) => of_txn(txn, &mut keys),
        Operation::Read { request, .. } => keys.push(request.range.clone()),
        Operation::Write(_) | Operation::Call(_) => {}
    }
    keys
}

fn of_txn(txn: &TxnRequest, keys: &mut Vec<KeyRange>) {
    keys.extend(txn.compares.iter().map(|compare| compare.range.clone()));
    for op in txn.ops() {
        match op {
            TxnOp::Range(get) => keys.push(get.range.clone()),
            TxnOp::Put(put) => keys.push(KeyRange::single(put.key.clone())),
            TxnOp::Delete(delete) => keys.push(delete.range.clone()),
            TxnOp::Txn(inner) => of_txn(inner, keys),
        }
    }
}
