//! The sentences about key-values.

use raft_core::cluster::{CopyFacts, LeaseEnds};
use raft_core::kv::LeaseId;
use raft_core::units::{Nanos, NodeId};

use crate::text::{self, stores as words};

/// Returns a node's copy as a whole, compared with the newest one.
pub fn copy(facts: Option<&CopyFacts>, newest: Option<&CopyFacts>) -> String {
    let Some(facts) = facts else { return words::no_answer().to_owned() };
    match newest {
        Some(newest) if newest.revision > facts.revision => {
            words::rev_behind(facts.revision, newest.revision - facts.revision)
        }
        Some(newest) if newest.hash != facts.hash => words::rev_other_hash(facts.revision),
        _ => words::rev(facts.revision),
    }
}

/// Returns the node whose clock counts the leases, in words.
pub fn counted_by(leader: Option<NodeId>) -> String {
    match leader {
        Some(leader) => words::leases_counted(leader),
        None => words::no_lease_counted().to_owned(),
    }
}

/// Returns the remaining life of a lease in words.
pub fn lease(id: LeaseId, ends: &LeaseEnds, now: Nanos) -> String {
    match (ends.counted_by, ends.ends.iter().find(|(known, _)| *known == id)) {
        (None, _) => words::not_counted().to_owned(),
        (Some(_), None) => words::over().to_owned(),
        (Some(_), Some((_, at))) if *at <= now => words::over_unrevoked().to_owned(),
        (Some(_), Some((_, at))) => words::left(text::span(at - now)),
    }
}

/// Returns which nodes have a change, or which lack it.
pub fn holders(nodes: &[NodeId], up: &[NodeId]) -> String {
    let name = |nodes: Vec<String>| nodes.join(", ");
    let missing: Vec<String> =
        up.iter().filter(|node| !nodes.contains(node)).map(|node| format!("node{node}")).collect();
    if missing.is_empty() {
        return words::everywhere().to_owned();
    }
    if missing.len() < nodes.len() {
        return words::not_on(name(missing));
    }
    words::only_on(name(nodes.iter().map(|node| format!("node{node}")).collect()))
}
