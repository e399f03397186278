//! Groups of nodes: the sides of a partition.

use raft_core::model::{Action, ClusterView};
use raft_core::units::NodeId;

/// Each node with the number of its group.
pub type Groups = Vec<(NodeId, usize)>;

/// Returns the nodes of the ring.
pub fn ids(view: &ClusterView) -> Vec<NodeId> {
    view.nodes.iter().map(|node| node.id).collect()
}

/// Returns a partition with the leader on the smaller side; `None` without a leader.
pub fn cut_in_two(view: &ClusterView) -> Option<Action> {
    let leader = view.status.leader?;
    let seats = leader_in_minority(&ids(view), Some(leader));
    let side = |wanted| seats.iter().filter(move |(_, side)| *side == wanted).map(|(id, _)| *id);
    Some(Action::Partition(vec![side(0).collect(), side(1).collect()]))
}

pub fn leader_in_minority(ids: &[NodeId], leader: Option<NodeId>) -> Groups {
    assign(ids, leader, (ids.len().saturating_sub(1) / 2).max(1))
}

pub fn leader_in_majority(ids: &[NodeId], leader: Option<NodeId>) -> Groups {
    assign(ids, leader, ids.len() / 2 + 1)
}

pub fn leader_alone(ids: &[NodeId], leader: Option<NodeId>) -> Groups {
    assign(ids, leader, 1)
}

fn assign(ids: &[NodeId], leader: Option<NodeId>, with_leader: usize) -> Groups {
    let first = ids.iter().position(|id| Some(*id) == leader).unwrap_or(0);
    let turn = |at: usize| (at + ids.len() - first) % ids.len();
    ids.iter().enumerate().map(|(at, id)| (*id, usize::from(turn(at) >= with_leader))).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::samples::{led, view};

    #[test]
    fn a_minority_holds_the_leader_and_the_one_clockwise_of_it() {
        let sides = leader_in_minority(&[1, 2, 3, 4, 5], Some(4));
        assert_eq!(sides, [(1, 1), (2, 1), (3, 1), (4, 0), (5, 0)]);
    }

    #[test]
    fn a_minority_goes_around_the_end_of_the_ring() {
        assert_eq!(leader_in_minority(&[1, 2, 3, 4, 5], Some(5)), [(1, 0), (2, 1), (3, 1), (4, 1), (5, 0)]);
    }

    #[test]
    fn a_majority_with_the_leader_is_more_than_half_also_of_an_even_number() {
        let with_leader =
            |ids: &[NodeId]| leader_in_majority(ids, Some(1)).iter().filter(|(_, side)| *side == 0).count();
        assert_eq!((with_leader(&[1, 2, 3, 4, 5]), with_leader(&[1, 2, 3, 4])), (3, 3));
    }

    #[test]
    fn a_leader_alone_has_everybody_else_on_the_other_side() {
        assert_eq!(leader_alone(&[1, 2, 3], Some(2)), [(1, 1), (2, 0), (3, 1)]);
    }

    #[test]
    fn two_nodes_are_cut_into_one_and_one() {
        assert_eq!(leader_in_minority(&[1, 2], Some(2)), [(1, 1), (2, 0)]);
    }

    #[test]
    fn cutting_in_two_takes_the_quorum_from_the_leader() {
        let (mut cluster, leader) = led();
        let cut = cut_in_two(&cluster.view()).unwrap();
        let Action::Partition(groups) = &cut else { panic!("it is a partition") };
        assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [2, 3]);
        assert!(groups[0].contains(&leader));
        cluster.apply(cut).unwrap();
        cluster.advance(10_000_000_000);
        assert_ne!(cluster.view().status.leader, Some(leader), "the three others elect one of their own");
    }

    #[test]
    fn without_a_leader_nothing_is_cut_in_two() {
        let mut view = view();
        view.status.leader = None;
        assert_eq!(cut_in_two(&view), None);
    }
}
