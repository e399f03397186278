//! Groups of nodes: who is on which side of a partition.

use raft_core::model::{Action, ClusterView};
use raft_core::units::NodeId;

/// Each node with the number of its group.
pub type Groups = Vec<(NodeId, usize)>;

/// The nodes of the ring.
pub fn ids(view: &ClusterView) -> Vec<NodeId> {
    view.nodes.iter().map(|node| node.id).collect()
}

/// Cuts the network so that the leader is on the smaller side; none without a leader.
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
