//! Names, addresses and ids of members. The ids are computed as etcd computes them.

use serde::{Deserialize, Serialize};

use super::call::Member;
use super::sha1::sha1;
use crate::units::{NODES_MAX, NodeId};

/// How the members of a cluster are named and where they listen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Naming {
    /// `node1` to `node9`, each on a host of that name: port 2379 for clients, 2380 for peers.
    #[default]
    Hosts,
    /// `infra1` and so on, all on the loopback address, with the ports of etcd's example cluster.
    Loopback,
}

impl Naming {
    /// The token of the first cluster (etcd's `--initial-cluster-token`).
    pub fn token(self) -> &'static str {
        match self {
            Naming::Hosts => "etcd-cluster",
            Naming::Loopback => "etcd-cluster-1",
        }
    }

    /// A member's name.
    pub fn name(self, node: NodeId) -> String {
        match self {
            Naming::Hosts => format!("node{node}"),
            Naming::Loopback => format!("infra{node}"),
        }
    }

    /// A member's client address, as host and port.
    pub fn client_address(self, node: NodeId) -> String {
        match self {
            Naming::Hosts => format!("node{node}:2379"),
            Naming::Loopback => format!("127.0.0.1:{}", loopback_port(node, 2379)),
        }
    }

    /// A member's peer address, as host and port.
    pub fn peer_address(self, node: NodeId) -> String {
        match self {
            Naming::Hosts => format!("node{node}:2380"),
            Naming::Loopback if node == 1 => "127.0.0.1:12380".to_owned(),
            Naming::Loopback => format!("127.0.0.1:{}", loopback_port(node, 2380)),
        }
    }

    /// The client URL that a member advertises.
    pub fn client_url(self, node: NodeId) -> String {
        format!("http://{}", self.client_address(node))
    }

    /// The peer URL that a member advertises.
    pub fn peer_url(self, node: NodeId) -> String {
        format!("http://{}", self.peer_address(node))
    }

    /// The member id of an initial member.
    pub fn member_id(self, node: NodeId) -> u64 {
        member_id(&[self.peer_url(node)], self.token(), None)
    }

    /// The node whose default peer URL is one of these.
    pub fn node_of_peer(self, peer_urls: &[String]) -> Option<NodeId> {
        (1..=NODES_MAX).find(|node| peer_urls.contains(&self.peer_url(*node)))
    }

    /// An initial member, as the others know it.
    pub fn member(self, node: NodeId) -> Member {
        Member {
            id: self.member_id(node),
            name: self.name(node),
            peer_urls: vec![self.peer_url(node)],
            client_urls: vec![self.client_url(node)],
            learner: false,
        }
    }

    /// The id of a cluster whose initial members are 1 to `nodes`.
    pub fn cluster_id(self, nodes: NodeId) -> u64 {
        cluster_id((1..=nodes).map(|node| self.member_id(node)).collect())
    }
}

/// A port of etcd's example cluster: `port` for the first member, 20,000 and 30,000 more for the second and third,
/// and 22,000, 23,000 … more from the fourth member on.
fn loopback_port(node: NodeId, port: u64) -> u64 {
    match node {
        1 => port,
        2 | 3 => node * 10_000 + port,
        _ => (node + 18) * 1_000 + port,
    }
}

/// URLs in ascending order. Inserts each one at its place: a member has few, and a sort adds code for each type.
pub(crate) fn sorted_urls(urls: &[String]) -> Vec<String> {
    let mut sorted: Vec<String> = Vec::with_capacity(urls.len());
    for url in urls {
        let place = sorted.partition_point(|before| before <= url);
        sorted.insert(place, url.clone());
    }
    sorted
}

/// A member id: the first eight bytes of SHA-1 over the sorted peer URLs, the token, and, for a member that was
/// added later, the Unix second of its addition (etcd's `NewMember`).
pub fn member_id(peer_urls: &[String], token: &str, added_at_second: Option<u64>) -> u64 {
    let mut bytes = sorted_urls(peer_urls).concat().into_bytes();
    bytes.extend_from_slice(token.as_bytes());
    if let Some(second) = added_at_second {
        bytes.extend_from_slice(second.to_string().as_bytes());
    }
    first_eight(&bytes)
}

/// A cluster id: the first eight bytes of SHA-1 over the ids of its initial members, ascending.
pub fn cluster_id(mut members: Vec<u64>) -> u64 {
    members.sort_unstable();
    let bytes: Vec<u8> = members.into_iter().flat_map(u64::to_be_bytes).collect();
    first_eight(&bytes)
}

fn first_eight(bytes: &[u8]) -> u64 {
    sha1(bytes).iter().take(8).fold(0, |id, byte| id << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_a_real_cluster() {
        let naming = Naming::Loopback;
        let expected = [
            (1, "127.0.0.1:2379", "127.0.0.1:12380", 0x8211_f1d0_f64f_3269),
            (2, "127.0.0.1:22379", "127.0.0.1:22380", 0x91bc_3c39_8fb3_c146),
            (3, "127.0.0.1:32379", "127.0.0.1:32380", 0xfd42_2379_fda5_0e48),
            (4, "127.0.0.1:24379", "127.0.0.1:24380", 0x062b_0a90_d1db_f05e),
            (5, "127.0.0.1:25379", "127.0.0.1:25380", 0xcadb_bbdb_23f5_73ea_u64),
        ];
        for (node, client, peer, id) in expected {
            assert_eq!(naming.client_address(node), client);
            assert_eq!(naming.peer_address(node), peer);
            assert_eq!(naming.member_id(node), id, "infra{node}");
        }
        assert_eq!(naming.cluster_id(5), 1_248_532_296_335_819_948);
        assert_eq!(naming.client_address(6), "127.0.0.1:26379");
    }
}
