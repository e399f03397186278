//! Majorities, also during a membership change.

use super::*;
use crate::model::Property::{ElectionSafety, LeaderCompleteness};

/// Returns nodes 1 to 3 with the initial membership on their disks.
fn three() -> Harness {
    let mut harness = Harness::new();
    let members = Configuration::of_voters(vec![1, 2, 3]);
    for node in 1..=3 {
        harness.append(node, 0, &[(0, 9)]).members(node, 0, &members).synced(node, 0);
    }
    harness
}

fn joint() -> Configuration {
    Configuration { voters: vec![vec![1, 2, 3], vec![1, 2, 3, 4, 5]], learners: Vec::new() }
}

impl Harness {
    fn members(&mut self, node: NodeId, index: u64, configuration: &Configuration) -> &mut Harness {
        self.see(EventKind::MembersStored { node, index, configuration: configuration.clone() })
    }

    fn synced(&mut self, node: NodeId, through: u64) -> &mut Harness {
        self.see(EventKind::Synced { node, through })
    }
}

#[test]
fn a_leader_needs_the_votes_of_a_majority() {
    let mut harness = three();
    harness.vote(2, 1, 1, false).elect(1, 1).is_clean();
    harness.elect(2, 2);
    let detail = "node2 leads term 2 with 1 votes on disk, which are no majority of {1,2,3}";
    harness.breaks(ElectionSafety, detail);
}

#[test]
fn a_committed_entry_needs_a_majority_of_disks() {
    let mut harness = three();
    harness.vote(2, 1, 1, false).elect(1, 1);
    harness.append(1, 1, &[(1, 10)]).append(2, 1, &[(1, 10)]).synced(1, 1).commit(1, 1);
    let detail = "node1 takes index 1 as committed, but no majority of {1,2,3} has it on disk";
    harness.breaks(LeaderCompleteness, detail);
    harness.synced(2, 1).commit(1, 1).is_clean();
}

#[test]
fn joint_consensus_needs_a_majority_of_the_old_and_of_the_new() {
    let mut harness = three();
    harness.vote(2, 1, 1, false).elect(1, 1);
    for node in [1, 4, 5] {
        harness.append(node, 1, &[(1, 10)]).members(node, 1, &joint()).synced(node, 1);
    }
    harness.commit(1, 1);
    let detail =
        "node1 takes index 1 as committed, but no majority of {1,2,3} and of {1,2,3,4,5} has it on disk";
    harness.breaks(LeaderCompleteness, detail);
    harness.append(2, 1, &[(1, 10)]).members(2, 1, &joint()).synced(2, 1).commit(1, 1).is_clean();
    // node4 also uses both memberships.
    harness.vote(5, 2, 4, false).vote(1, 2, 4, false).elect(4, 2);
    let detail =
        "node4 leads term 2 with 3 votes on disk, which are no majority of {1,2,3} and of {1,2,3,4,5}";
    harness.breaks(ElectionSafety, detail);
}

#[test]
fn a_truncated_membership_does_not_count() {
    let mut harness = three();
    harness.append(1, 1, &[(1, 10)]).members(1, 1, &joint()).truncate(1, 1);
    harness.vote(2, 2, 1, false).elect(1, 2).is_clean();
}
