//! Clusters, views and messages for tests.

#![allow(clippy::expect_used)]

use raft_core::cluster::Cluster;
use raft_core::model::{Action, ClusterView, Message, MessageKind, NodeView, Settings};
use raft_core::units::{MILLISECOND, NodeId, SECOND};

/// Returns a cluster of five that has elected its first leader, and that leader.
pub fn led() -> (Cluster, NodeId) {
    let mut cluster = Cluster::new(Settings::with_seed(1)).expect("the settings go together");
    cluster.advance(3 * SECOND);
    let leader = cluster.view().status.leader.expect("three seconds are enough for an election");
    (cluster, leader)
}

/// Returns the view of that cluster.
pub fn view() -> ClusterView {
    led().0.view()
}

/// Returns the view one second after an action.
pub fn view_after(action: Action) -> ClusterView {
    let (mut cluster, _) = led();
    cluster.apply(action).expect("the action is possible");
    cluster.advance(4 * SECOND);
    cluster.view()
}

/// Returns a node of a view.
pub fn node(view: &ClusterView, id: NodeId) -> NodeView {
    view.nodes.iter().find(|node| node.id == id).cloned().expect("the node is there")
}

/// Returns a request of a kind in flight from one node to another, sent at 0 and due after 10 ms.
pub fn message(id: u64, kind: MessageKind, from: NodeId, to: NodeId) -> Message {
    Message {
        id,
        rpc: id,
        from,
        to,
        kind,
        reply: None,
        term: 1,
        entries: None,
        previous: None,
        last: None,
        handover: None,
        leader_commit: None,
        sent_at: 0,
        arrives_at: 10 * MILLISECOND,
        lost: None,
    }
}
