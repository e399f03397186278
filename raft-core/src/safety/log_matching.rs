//! Log matching: if two logs hold an entry with the same index and term, they
//! are equal up to it (paper, 5.3).
//!
//! By induction it is enough that an index and a term always come with the same
//! payload and with the same term before them.

use super::Violation;
use super::fact::of_node;
use super::mirror::Mirror;
use crate::model::{EntryMark, Event, EventKind, Property, Seen};
use crate::small_map::SmallMap;
use crate::units::{Nanos, NodeId};

/// Entries remembered; those with the lowest indexes are forgotten first.
const LEDGER_MAX: usize = 50_000;

#[derive(Clone, Copy, PartialEq, Eq)]
struct Known {
    digest: u64,
    /// Term of the entry before; absent where a snapshot hides it.
    previous_term: Option<u64>,
    on: NodeId,
    at: Nanos,
}

#[derive(Default)]
pub(super) struct LogMatching {
    /// By index and term.
    ledger: SmallMap<(u64, u64), Known>,
    /// Entries compared with the one known of their index and term.
    pub(super) checked: u64,
}

impl LogMatching {
    /// Looks at an event; `mirror` holds the logs before it.
    pub(super) fn observe(&mut self, mirror: &Mirror, event: &Event, found: &mut Vec<Violation>) {
        let EventKind::Appended { node, entries } = &event.kind else { return };
        let mut previous_term = entries
            .first()
            .and_then(|first| first.index.checked_sub(1))
            .and_then(|before| mirror.node(*node)?.term_at(before));
        for entry in entries {
            self.check((event.at, *node), entry, previous_term, found);
            previous_term = Some(entry.term);
        }
        while self.ledger.len() > LEDGER_MAX {
            self.ledger.forget_first();
        }
    }

    fn check(
        &mut self,
        (at, node): (Nanos, NodeId),
        entry: &EntryMark,
        previous_term: Option<u64>,
        found: &mut Vec<Violation>,
    ) {
        let EntryMark { index, term, digest } = *entry;
        self.checked += 1;
        let new = Known { digest, previous_term, on: node, at };
        let seen = self.ledger.or_insert((index, term), new);
        let mut complain = |what: &str| {
            let on = seen.on;
            let detail =
                format!("node{on} and node{node} have an entry at index {index} of term {term}, but {what}");
            let holds = |previous| Seen::Holds { index, term, previous };
            let facts =
                [of_node(seen.at, on, holds(seen.previous_term)), of_node(at, node, holds(previous_term))];
            found.push(Violation::new(Property::LogMatching, detail, facts));
        };
        if seen.digest != digest {
            complain("it says different things");
        }
        match (seen.previous_term, previous_term) {
            (Some(one), Some(other)) if one != other => {
                complain(&format!("before it stands term {one} on the one and term {other} on the other"));
            }
            (None, Some(_)) => seen.previous_term = previous_term,
            _ => {}
        }
    }
}
