//! Leader append-only: a leader never overwrites or deletes entries of its own
//! log; it only appends (paper, 5.3).

use super::Violation;
use super::mirror::Mirror;
use crate::cluster::{Event, EventKind, Property};

/// Looks at an event; `mirror` holds the logs before it.
pub(super) fn observe(mirror: &Mirror, event: &Event, found: &mut Vec<Violation>) {
    let (node, from) = match &event.kind {
        EventKind::Truncated { node, from } => (*node, Some(*from)),
        EventKind::Appended { node, entries } => (*node, entries.first().map(|entry| entry.index)),
        _ => return,
    };
    let (Some(log), Some(from)) = (mirror.node(node), from) else { return };
    // A leader that adopts a newer leader's log drops the conflicting tail before its new role
    // is seen. It has then saved that newer term, or lost its role by a message; its entries
    // of its own term would be replaced by ones of a later term.
    let replaced_by_newer_term = match &event.kind {
        EventKind::Appended { entries, .. } => entries.iter().any(|entry| entry.term > log.term),
        _ => false,
    };
    if log.leads() && from < log.end() && !replaced_by_newer_term {
        let what = if matches!(event.kind, EventKind::Truncated { .. }) { "deleted" } else { "overwrote" };
        let term = log.term;
        let detail =
            format!("node{node}, the leader of term {term}, {what} its own entries from index {from} on");
        found.push(Violation::new(Property::LeaderAppendOnly, detail));
    }
}
