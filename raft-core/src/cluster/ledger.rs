//! The log ledger: a window of every node's log, with the progress and agreement of each entry.
//!
//! The entries come from [`Cluster::log_window`] or, for a past instant, from
//! [`Tape::log_window`](crate::tape::Tape::log_window); [`Ledger::of`] combines them with the view of the same
//! instant. Nothing here changes the cluster.

use super::facade::Cluster;
use super::look::cell;
use crate::model::{ClusterView, LogCell, NodeView};
use crate::units::NodeId;

/// The largest number of log indexes in a window; a longer window is cut to this.
pub const LOG_WINDOW_MAX: u64 = 512;

/// Part of the log on one node's disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogStretch {
    /// The node whose disk it is.
    pub node: NodeId,
    /// The entries that it holds in the window, ascending.
    pub cells: Vec<LogCell>,
}

/// The progress of an entry on its node, as the node knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryStage {
    /// It is on the disk of a process that is down, which knows no more.
    AtRest,
    /// It is in the log.
    Appended,
    /// It is committed, and the node knows that.
    Committed,
    /// It is applied to the node's key-value store.
    Applied,
}

/// Whether an entry agrees with the other logs at its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// No log differs.
    Agrees,
    /// Logs hold different entries at this index, and neither a commit nor a leader has decided yet.
    Undecided,
    /// Another entry is committed at this index, or the acting leader's log holds another one or none. This entry will
    /// be replaced when the leader reaches the node.
    Replaced,
}

/// What one node holds at one log index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerCell {
    /// Nothing: its log ends before this index.
    Missing,
    /// No entry: its snapshot covers the index.
    Compacted,
    /// An entry.
    Entry {
        /// The entry.
        entry: LogCell,
        /// Its progress.
        progress: EntryStage,
        /// Whether it is durable.
        durable: bool,
        /// Whether it agrees with the other logs.
        agreement: Agreement,
    },
}

/// One node's row of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    /// The node.
    pub node: NodeId,
    /// One cell per log index, from [`Ledger::first`] on.
    pub cells: Vec<LedgerCell>,
    /// Whether some entry in the window disagrees.
    pub disagrees: bool,
}

/// A window of all logs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The first log index of the window.
    pub first: u64,
    /// One row per node, in the view's order.
    pub rows: Vec<LedgerRow>,
    /// For each index, the decided entry and a node that holds it; `None` where nothing is decided.
    right: Vec<Option<(NodeId, LogCell)>>,
}

impl Cluster {
    /// Every node's log from index `first` on, as its disk holds it, whether the process runs or not; at most
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
    /// Combines the logs of an instant with its view, one column per log index.
    pub fn of(view: &ClusterView, logs: &[LogStretch], first: u64, count: u64) -> Ledger {
        let count = count.min(LOG_WINDOW_MAX);
        let cells_of = |node: NodeId| {
            logs.iter().find(|log| log.node == node).map_or(&[][..], |log| log.cells.as_slice())
        };
        let verdicts: Vec<Decided> =
            (first..first.saturating_add(count)).map(|index| Decided::at(view, &cells_of, index)).collect();
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
                Decided::Held { by, .. } => Some((*by, entry_at(cells_of(*by), index)?.clone())),
                Decided::Nothing | Decided::Anything | Decided::Open => None,
            })
            .collect();
        Ledger { first, rows: view.nodes.iter().map(row).collect(), right }
    }

    /// The entry that will replace the others at an index, with a node that holds it. `None` if the acting leader has
    /// no entry there, or nothing is decided.
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

/// The decided content of a log index.
enum Decided {
    /// The entry of this term, which node `by` holds.
    Held { by: NodeId, term: u64 },
    /// No entry: the acting leader's log ends before this index.
    Nothing,
    /// Any entry: no two logs differ, or it cannot be decided.
    Anything,
    /// Not decided yet, and the logs differ.
    Open,
}

impl Decided {
    fn at<'a>(view: &ClusterView, cells_of: &impl Fn(NodeId) -> &'a [LogCell], index: u64) -> Decided {
        let term_on = |node: NodeId| entry_at(cells_of(node), index).map(|entry| entry.mark.term);
        // A commit that any process knows of decides; no leader is needed.
        let knowing = view.nodes.iter().filter(|node| progress(node, index) >= EntryStage::Committed);
        let held = |node: &NodeView| Some(Decided::Held { by: node.id, term: term_on(node.id)? });
        if let Some(committed) = knowing.filter_map(held).next() {
            return committed;
        }
        let leader = view.nodes.iter().find(|node| view.status.leader == Some(node.id));
        if let Some(leader) = leader {
            return match held(leader) {
                Some(leaders) => leaders,
                None if leader.last_index >= Some(index) => Decided::Anything,
                None => Decided::Nothing,
            };
        }
        let mut terms = view.nodes.iter().filter_map(|node| term_on(node.id));
        let first = terms.next();
        if terms.any(|term| Some(term) != first) { Decided::Open } else { Decided::Anything }
    }

    fn on(&self, term: u64) -> Agreement {
        match self {
            Decided::Held { term: right, .. } if *right != term => Agreement::Replaced,
            Decided::Nothing => Agreement::Replaced,
            Decided::Open => Agreement::Undecided,
            Decided::Held { .. } | Decided::Anything => Agreement::Agrees,
        }
    }
}
