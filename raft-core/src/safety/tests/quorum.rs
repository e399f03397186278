//! Majorities, with a change of members under way.

use super::*;
use crate::model::Property::{ElectionSafety, LeaderCompleteness};

/// Nodes 1 to 3 with the first member list on their disks.
fn three() -> Scene {
    let mut scene = Scene::new();
    let members = Configuration::of_voters(vec![1, 2, 3]);
    for node in 1..=3 {
        scene.append(node, 0, &[(0, 9)]).members(node, 0, &members).synced(node, 0);
    }
    scene
}

fn joint() -> Configuration {
    Configuration { voters: vec![vec![1, 2, 3], vec![1, 2, 3, 4, 5]], learners: Vec::new() }
}

impl Scene {
    fn members(&mut self, node: NodeId, index: u64, configuration: &Configuration) -> &mut Scene {
        self.see(EventKind::MembersStored { node, index, configuration: configuration.clone() })
    }

    fn synced(&mut self, node: NodeId, through: u64) -> &mut Scene {
        self.see(EventKind::Synced { node, through })
    }
}

#[test]
fn a_leader_needs_votes_of_a_majority() {
    let mut scene = three();
    scene.vote(2, 1, 1, false).elect(1, 1).is_good();
    scene.elect(2, 2);
    let detail = "node2 leads term 2 with 1 votes on disk, which are no majority of {1,2,3}";
    scene.breaks(ElectionSafety, detail);
}

#[test]
fn an_entry_needs_a_majority_of_disks() {
    let mut scene = three();
    scene.vote(2, 1, 1, false).elect(1, 1);
    scene.append(1, 1, &[(1, 10)]).append(2, 1, &[(1, 10)]).synced(1, 1).commit(1, 1);
    let detail = "node1 takes index 1 as committed, but no majority of {1,2,3} has it on disk";
    scene.breaks(LeaderCompleteness, detail);
    scene.synced(2, 1).commit(1, 1).is_good();
}

#[test]
fn joint_consensus_needs_a_majority_of_the_old_and_of_the_new() {
    let mut scene = three();
    scene.vote(2, 1, 1, false).elect(1, 1);
    for node in [1, 4, 5] {
        scene.append(node, 1, &[(1, 10)]).members(node, 1, &joint()).synced(node, 1);
    }
    scene.commit(1, 1);
    let detail =
        "node1 takes index 1 as committed, but no majority of {1,2,3} and of {1,2,3,4,5} has it on disk";
    scene.breaks(LeaderCompleteness, detail);
    scene.append(2, 1, &[(1, 10)]).members(2, 1, &joint()).synced(2, 1).commit(1, 1).is_good();
    // node4 goes by both sets, too.
    scene.vote(5, 2, 4, false).vote(1, 2, 4, false).elect(4, 2);
    let detail =
        "node4 leads term 2 with 3 votes on disk, which are no majority of {1,2,3} and of {1,2,3,4,5}";
    scene.breaks(ElectionSafety, detail);
}

#[test]
fn a_list_that_was_cut_off_does_not_count() {
    let mut scene = three();
    scene.append(1, 1, &[(1, 10)]).members(1, 1, &joint()).truncate(1, 1);
    scene.vote(2, 2, 1, false).elect(1, 2).is_good();
}
