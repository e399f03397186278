//! Leader append-only: a leader never overwrites or deletes entries of its own
//! log; it only appends (paper, 5.3).

use super::Violation;
use super::fact::of_node;
use super::mirror::Mirror;
use crate::model::{Event, EventKind, Property, Seen};

#[derive(Default)]
pub(super) struct AppendOnly {
    /// The number of appends to and truncations of leaders' logs that were checked.
    pub(super) checked: u64,
}

impl AppendOnly {
    /// Checks an event; `mirror` holds the logs before it.
    pub(super) fn observe(&mut self, mirror: &Mirror, event: &Event, found: &mut Vec<Violation>) {
        let (node, from) = match &event.kind {
            EventKind::Truncated { node, from } => (*node, Some(*from)),
            EventKind::Appended { node, entries } => (*node, entries.first().map(|entry| entry.index)),
            _ => return,
        };
        let (Some(log), Some(from)) = (mirror.node(node), from) else { return };
        if !log.leads() {
            return;
        }
        self.checked += 1;
        if from < log.end() {
            let what =
                if matches!(event.kind, EventKind::Truncated { .. }) { "deleted" } else { "overwrote" };
            let term = log.term;
            let detail =
                format!("node{node}, the leader of term {term}, {what} its own entries from index {from} on");
            let facts = [
                of_node(log.since, node, Seen::Leads { term }),
                of_node(event.at, node, Seen::Rewrote { from }),
            ];
            found.push(Violation::new(Property::LeaderAppendOnly, detail, facts));
        }
    }
}
