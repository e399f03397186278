//! The sentences about key-values.

use raft_core::cluster::{CopyFacts, LeaseEnds};
use raft_core::kv::LeaseId;
use raft_core::units::{Nanos, NodeId};

use crate::text;

/// No node has a key.
pub const NO_KEYS: &str = "No keys yet. Write one above, or in a terminal: etcdctl put /my_key \"my value\"";
/// No key begins so.
pub const NO_SUCH_KEYS: &str = "No key begins so.";
/// All copies are equal.
pub const ALL_EQUAL: &str = "Nothing differs: every node that is up holds the same.";
/// The look ended early.
pub const CUT_SHORT: &str = "So many keys were looked through; there are more.";
/// Above a history.
pub const HISTORY: &str = "newest first; what was compacted is gone";

/// A node's copy as a whole, beside the newest one.
pub fn copy(facts: Option<&CopyFacts>, newest: Option<&CopyFacts>) -> String {
    let Some(facts) = facts else { return "no answer".to_owned() };
    match newest {
        Some(newest) if newest.revision > facts.revision => {
            format!("rev {}, {} behind", facts.revision, newest.revision - facts.revision)
        }
        Some(newest) if newest.hash != facts.hash => format!("rev {}, other hash", facts.revision),
        _ => format!("rev {}", facts.revision),
    }
}

/// On whose clock leases are counted.
pub fn counted_by(leader: Option<NodeId>) -> String {
    match leader {
        Some(leader) => format!("Leases are counted on the clock of the leader, node{leader}."),
        None => "Nobody leads: no lease is counted. A new leader gives each its full time again.".to_owned(),
    }
}

/// How long a lease lives.
pub fn lease(id: LeaseId, ends: &LeaseEnds, now: Nanos) -> String {
    match (ends.counted_by, ends.ends.iter().find(|(known, _)| *known == id)) {
        (None, _) => "not counted".to_owned(),
        (Some(_), None) => "over".to_owned(),
        (Some(_), Some((_, at))) if *at <= now => "over, to be revoked".to_owned(),
        (Some(_), Some((_, at))) => format!("{} left", text::span(at - now)),
    }
}

/// Which nodes have a change, or which have not.
pub fn holders(nodes: &[NodeId], up: &[NodeId]) -> String {
    let name = |nodes: Vec<String>| nodes.join(", ");
    let missing: Vec<String> =
        up.iter().filter(|node| !nodes.contains(node)).map(|node| format!("node{node}")).collect();
    if missing.is_empty() {
        return "on every node that is up".to_owned();
    }
    if missing.len() < nodes.len() {
        return format!("not on {}", name(missing));
    }
    format!("only on {}", name(nodes.iter().map(|node| format!("node{node}")).collect()))
}

/// Said while the stage shows the past.
pub const LIVE_ONLY: &str = "The stage shows the past; these are the keys at the live end.";
