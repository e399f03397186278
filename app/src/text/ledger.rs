//! The log ledger.

use raft_core::cluster::{Agreement, EntryStage, Ledger, LedgerCell};
use raft_core::model::LogCell;
use raft_core::units::NodeId;

use super::{tell, words};

words! {
    ledger = "Logs of all nodes";
    entries_of(node) = "Entries of node{node}";
    node(id) = "node{id}";
    nodes = "Nodes";
    how_far = "How far each node is";
    committed_head = "committed";
    applied_head = "applied";
    on_disk_head = "on disk";
    match_head = "match";
    match_title = "The last index that the leader knows to be in the node's log";
    leads = "leads";
    unknown = "—";
    follow_the_end = "Follow the end";
    go_to_index = "Go to index";
    shown(first, last, end) = "Entries {first} to {last} of {end}";
    no_entries = "No entries yet: the first leader will append one.";
    not_recorded = "The recording does not reach back that far.";
    way(node) = "node{node}: some entries shown here will be replaced, or are undecided";
    key_dashed = "dashed: appended";
    key_bold = "bold frame: committed";
    key_filled = "filled: applied";
    key_raised = "raised: only in memory";
    key_hatched = "hatched: compacted";
    key_notch = "notch: to be replaced";
    key_lost = "cross: lost in the crash";
    missing_cell(index) = "index {index}: missing";
    lost_cell(index) = "index {index}: was only in memory, lost in the crash";
    compacted_cell(index) = "index {index}: compacted, only in the snapshot";
    entry_cell(index, term, label, state, disk) = "index {index}, term {term}: {label}; {state}; {disk}";
    entry_cell_odd(index, term, label, state, disk, odd) = "index {index}, term {term}: {label}; {state}; {disk}; {odd}";
    appended = "appended";
    committed = "committed";
    applied = "applied";
    at_rest = "the process is down and knows no more";
    on_disk = "on disk";
    in_memory = "only in memory";
    replaced = "will be dropped: the leader's log has no entry here";
    replaced_by(node, term, label) = "will be replaced by node{node}'s entry of term {term}: {label}";
    tip = "What this entry is";
    undecided = "other logs have another entry here, and nothing has decided yet";
    no_op = "no-op";
    members = "members";
}

/// Returns the operation of an entry, short enough for a cell.
pub fn label(cell: &LogCell) -> String {
    match cell.label.as_str() {
        "blank" => no_op().to_owned(),
        "members" => members().to_owned(),
        other => tell(other),
    }
}

/// Returns the stage that an entry has reached.
pub fn progress(progress: EntryStage) -> &'static str {
    match progress {
        EntryStage::AtRest => at_rest(),
        EntryStage::Appended => appended(),
        EntryStage::Committed => committed(),
        EntryStage::Applied => applied(),
    }
}

/// Returns all about a cell with an entry, in one line; `None` if the cell is empty.
pub fn told(cell: &LedgerCell, ledger: &Ledger) -> Option<String> {
    let LedgerCell::Entry { entry, progress: how_far, durable, agreement } = cell else { return None };
    Some(told_entry(entry, *how_far, *durable, *agreement, ledger.replacement(entry.mark.index)))
}

fn told_entry(
    entry: &LogCell,
    how_far: EntryStage,
    durable: bool,
    agreement: Agreement,
    right: Option<(NodeId, &LogCell)>,
) -> String {
    let (index, term, name) = (entry.mark.index, entry.mark.term, label(entry));
    let disk = if durable { on_disk() } else { in_memory() };
    let odd = match (agreement, right) {
        (Agreement::Agrees, _) => return entry_cell(index, term, name, progress(how_far), disk),
        (Agreement::Undecided, _) => undecided().to_owned(),
        (Agreement::Replaced, Some((node, right))) => replaced_by(node, right.mark.term, label(right)),
        (Agreement::Replaced, None) => replaced().to_owned(),
    };
    entry_cell_odd(index, term, name, progress(how_far), disk, odd)
}
