//! What is shown of the checks, read from the cluster.

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

/// Steps of the search for each group of keys: a fraction of a second.
const STEPS_MAX: u64 = 30_000;

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It goes on.
    Running,
    /// Nobody knows.
    Unknown,
    /// It was not done.
    Failed,
    /// It was answered at this revision.
    Answered(u64),
}

/// An operation, as its lane shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The request.
    pub id: RequestId,
    /// What was asked, in words.
    pub what: String,
    /// Keys on which it bears, those of a range as one.
    pub keys: Vec<KeyRange>,
    /// When it was sent.
    pub from: Nanos,
    /// When it ended.
    pub to: Option<Nanos>,
    /// How.
    pub end: End,
    /// An instant at which it may have taken effect.
    pub point: Option<Nanos>,
    /// For a serializable read, how many revisions its answer was old.
    pub behind: Option<u64>,
    /// Whether it is a serializable read.
    pub serializable: bool,
    /// Whether it is among the answers that contradict each other.
    pub contradicts: bool,
}

/// All that is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChecksFrame {
    /// Which run, and how much had happened to clients: what the search found holds as long.
    pub version: (u32, u64),
    /// How clients stand, by revisions.
    pub verdict: Option<Verdict>,
    /// Why answers are undecided.
    pub doubts: Vec<(Doubt, u64)>,
    /// The properties.
    pub properties: Vec<PropertyView>,
    /// What the search found.
    pub report: Option<Arc<Report>>,
    /// The operations.
    pub bars: Arc<Vec<Bar>>,
    /// Single keys, for choosing one.
    pub keys: Arc<Vec<Vec<u8>>>,
    /// Operations that are forgotten.
    pub forgotten: u64,
    /// The present.
    pub now: Nanos,
}

impl ChecksFrame {
    /// What is to be shown now. The search is made anew only when something happened to a client.
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

    /// Answers judged, by revisions.
    pub fn judged(&self) -> u64 {
        let linearizability = |view: &&PropertyView| view.property == Property::Linearizability;
        self.properties.iter().find(linearizability).map_or(0, |view| view.checked)
    }

    /// Whether something does not hold.
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
