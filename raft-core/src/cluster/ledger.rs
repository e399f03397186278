//! The log ledger: a window of every node's log, and how each entry stands among the others.
//!
//! The entries come from [`Cluster::log_window`] or, for an instant of the past, from
//! [`Tape::log_window`](crate::tape::Tape::log_window); [`Ledger::of`] lays them beside the view of the
//! same instant. All of it only looks.

use super::facade::Cluster;
use super::look::cell;
use crate::model::{ClusterView, LogCell, NodeView};
use crate::units::NodeId;

/// Indexes that a window may have; a longer one is cut to this.
pub const LOG_WINDOW_MAX: u64 = 512;

/// Part of the log on one node's disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogStretch {
    /// Whose disk.
    pub node: NodeId,
    /// The entries that it holds in the window, ascending.
    pub cells: Vec<LogCell>,
}

/// How far an entry has come on its node, as the node knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryStage {
    /// It lies on the disk of a process that is down: nobody is there to know more.
    AtRest,
    /// It is in the log.
    Appended,
    /// The node knows that it is committed.
    Committed,
    /// It is in the node's key-value store.
    Applied,
}

/// Whether an entry is the one that belongs at its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// No log says otherwise.
    Agrees,
    /// Logs hold different entries here, and neither a commit nor a leader has decided between them.
    Undecided,
    /// Another entry is committed here, or the acting leader's log has another or none: this one will
    /// be replaced once the leader reaches the node.
    Replaced,
}

/// What one node has at one index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerCell {
    /// Nothing: its log ends below.
    Missing,
    /// No entry of its own any more; its snapshot covers the index.
    Compacted,
    /// An entry.
    Entry {
        /// The entry.
        entry: LogCell,
        /// How far it has come.
        progress: EntryStage,
        /// Whether it would survive a crash.
        durable: bool,
        /// Whether it belongs there.
        agreement: Agreement,
    },
}

/// One node's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    /// Which node.
    pub node: NodeId,
    /// One cell an index, from the ledger's first on.
    pub cells: Vec<LedgerCell>,
    /// Whether some entry in the window does not agree.
    pub disagrees: bool,
}

/// A window of all logs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The first index of the window.
    pub first: u64,
    /// One row a node, in the view's order.
    pub rows: Vec<LedgerRow>,
    /// For each index, the entry that belongs there with a node that holds it, where that is decided.
    right: Vec<Option<(NodeId, LogCell)>>,
}

impl Cluster {
    /// Every node's log from an index on, as its disk holds it, running or not: at most
    /// [`LOG_WINDOW_MAX`] indexes.
    pub fn log_window(&self, first: u64, count: u64) -> Vec<LogStretch> {
        let end = first.saturating_add(count.min(LOG_WINDOW_MAX));
        let now = self.now();
        let shown = self.nodes.values().filter(|node| !node.is_gone(now));
        shown
            .map(|node| {
                let disk = node.disk.borrow();
                let entries = disk.entries_from(first).take_while(|entry| entry.log_id.index < end);
                LogStretch { node: node.id, cells: entries.map(cell).collect() }
            })
            .collect()
    }
}

impl Ledger {
    /// Lays the logs of an instant beside its view; one column an index.
    pub fn of(view: &ClusterView, logs: &[LogStretch], first: u64, count: u64) -> Ledger {
        let count = count.min(LOG_WINDOW_MAX);
        let cells_of = |node: NodeId| {
            logs.iter().find(|log| log.node == node).map_or(&[][..], |log| log.cells.as_slice())
        };
        let verdicts: Vec<Verdict> =
            (first..first.saturating_add(count)).map(|index| Verdict::at(view, &cells_of, index)).collect();
        let row = |node: &NodeView| {
            let held = cells_of(node.id);
            let cells: Vec<LedgerCell> = (first..)
                .zip(&verdicts)
                .map(|(index, verdict)| match entry_at(held, index) {
                    Some(entry) => LedgerCell::Entry {
                        entry: entry.clone(),
                        progress: progress(node, index),
                        durable: node.durable_index >= Some(index),
                        agreement: verdict.on(entry.mark.term),
                    },
                    None if node.purged_index >= Some(index) => LedgerCell::Compacted,
                    None => LedgerCell::Missing,
                })
                .collect();
            let disagrees = cells.iter().any(
                |cell| matches!(cell, LedgerCell::Entry { agreement, .. } if *agreement != Agreement::Agrees),
            );
            LedgerRow { node: node.id, cells, disagrees }
        };
        let right = (first..)
            .zip(&verdicts)
            .map(|(index, verdict)| match verdict {
                Verdict::Held { by, .. } => Some((*by, entry_at(cells_of(*by), index)?.clone())),
                Verdict::Nothing | Verdict::Anything | Verdict::Open => None,
            })
            .collect();
        Ledger { first, rows: view.nodes.iter().map(row).collect(), right }
    }

    /// What will stand at an index in place of an entry that is to be replaced, and a node that holds it.
    /// `None` when the acting leader has nothing there, or nothing is decided.
    pub fn replacement(&self, index: u64) -> Option<(NodeId, &LogCell)> {
        let at = usize::try_from(index.checked_sub(self.first)?).ok()?;
        self.right.get(at)?.as_ref().map(|(node, entry)| (*node, entry))
    }
}

fn entry_at(cells: &[LogCell], index: u64) -> Option<&LogCell> {
    cells.binary_search_by_key(&index, |cell| cell.mark.index).ok().and_then(|at| cells.get(at))
}

fn progress(node: &NodeView, index: u64) -> EntryStage {
    let index = Some(index);
    if !node.process.is_up() {
        EntryStage::AtRest
    } else if node.applied_index >= index {
        EntryStage::Applied
    } else if node.commit_index >= index {
        EntryStage::Committed
    } else {
        EntryStage::Appended
    }
}

/// What belongs at an index.
enum Verdict {
    /// The entry of this term, which this node holds.
    Held { by: NodeId, term: u64 },
    /// None: the acting leader's log ends below.
    Nothing,
    /// Whatever is there; no two logs differ, or it cannot be told.
    Anything,
    /// Not decided, and logs differ.
    Open,
}

impl Verdict {
    fn at<'a>(view: &ClusterView, cells_of: &impl Fn(NodeId) -> &'a [LogCell], index: u64) -> Verdict {
        let term_on = |node: NodeId| entry_at(cells_of(node), index).map(|entry| entry.mark.term);
        // A commit that any process knows of decides, and needs no leader.
        let knowing = view.nodes.iter().filter(|node| progress(node, index) >= EntryStage::Committed);
        let held = |node: &NodeView| Some(Verdict::Held { by: node.id, term: term_on(node.id)? });
        if let Some(committed) = knowing.filter_map(held).next() {
            return committed;
        }
        let leader = view.nodes.iter().find(|node| view.status.leader == Some(node.id));
        if let Some(leader) = leader {
            return match held(leader) {
                Some(leaders) => leaders,
                None if leader.last_index >= Some(index) => Verdict::Anything,
                None => Verdict::Nothing,
            };
        }
        let mut terms = view.nodes.iter().filter_map(|node| term_on(node.id));
        let first = terms.next();
        if terms.any(|term| Some(term) != first) { Verdict::Open } else { Verdict::Anything }
    }

    fn on(&self, term: u64) -> Agreement {
        match self {
            Verdict::Held { term: right, .. } if *right != term => Agreement::Replaced,
            Verdict::Nothing => Agreement::Replaced,
            Verdict::Open => Agreement::Undecided,
            Verdict::Held { .. } | Verdict::Anything => Agreement::Agrees,
        }
    }
}
