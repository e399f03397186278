//! Log matching: if two logs hold an entry with the same index and term, they are equal up to that
//! entry (paper, 5.3).
//!
//! By induction it suffices that entries with equal index and term have the same payload and the
//! same term before them.

use super::Violation;
use super::fact::of_node;
use super::mirror::Mirror;
use crate::model::{EntryMark, Event, EventKind, Property, Seen};
use crate::small_map::SmallMap;
use crate::units::{Nanos, NodeId};

/// The maximum number of entries kept. Those with the lowest indexes are dropped first.
const ENTRIES_MAX: usize = 50_000;

/// The first entry seen with an index and a term.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Known {
    digest: u64,
    /// The term of the entry before; absent if a snapshot covers it.
    previous_term: Option<u64>,
    on: NodeId,
    at: Nanos,
}

#[derive(Default)]
pub(super) struct LogMatching {
    /// The entries seen, by index and term.
    known: SmallMap<(u64, u64), Known>,
    /// The number of entries compared with the first one of their index and term.
    pub(super) checked: u64,
}

impl LogMatching {
    /// Checks an event; `mirror` holds the logs before it.
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
        while self.known.len() > ENTRIES_MAX {
            self.known.forget_first();
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
        let seen = self.known.or_insert((index, term), new);
        let mut report = |what: &str| {
            let on = seen.on;
            let detail =
                format!("node{on} and node{node} have an entry at index {index} of term {term}, but {what}");
            let holds = |previous| Seen::Holds { index, term, previous };
            let facts =
                [of_node(seen.at, on, holds(seen.previous_term)), of_node(at, node, holds(previous_term))];
            found.push(Violation::new(Property::LogMatching, detail, facts));
        };
        if seen.digest != digest {
            report("it says different things");
        }
        match (seen.previous_term, previous_term) {
            (Some(one), Some(other)) if one != other => {
                report(&format!("before it stands term {one} on the one and term {other} on the other"));
            }
            (None, Some(_)) => seen.previous_term = previous_term,
            _ => {}
        }
    }
}
