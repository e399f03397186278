//! The directory: the ids of the cluster and its members, and where they listen.

use serde::{Deserialize, Serialize};

use super::identity::Naming;
use crate::units::NodeId;

/// What clients need to find members and to name them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directory {
    /// The cluster's id.
    pub cluster_id: u64,
    /// How members are named and addressed.
    pub naming: Naming,
    /// Every node, running or not.
    pub places: Vec<Place>,
}

/// A node's entry in the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The node.
    pub node: NodeId,
    /// Its member id.
    pub member_id: u64,
    /// Where clients reach it, as host and port.
    pub client_address: String,
}

impl Directory {
    /// The directory of a cluster of members 1 to `nodes`.
    pub fn new(naming: Naming, nodes: NodeId) -> Directory {
        let place = |node| Place {
            node,
            member_id: naming.member_id(node),
            client_address: naming.client_address(node),
        };
        Directory { cluster_id: naming.cluster_id(nodes), naming, places: (1..=nodes).map(place).collect() }
    }

    /// Resolves an endpoint as a person writes it, with or without a scheme. With [`Naming::Hosts`] the loopback
    /// address means `here`, the node of the terminal.
    pub fn resolve(&self, here: NodeId, endpoint: &str) -> Option<NodeId> {
        let address = endpoint.split_once("://").map_or(endpoint, |(_, address)| address);
        let address = address.trim_end_matches('/');
        let address = match address.strip_prefix("localhost:") {
            Some(port) => format!("127.0.0.1:{port}"),
            None => address.to_owned(),
        };
        if self.naming == Naming::Hosts && address == "127.0.0.1:2379" {
            return Some(here);
        }
        self.places.iter().find(|place| place.client_address == address).map(|place| place.node)
    }

    /// A node's member id; 0 for an unknown node.
    pub fn member_id(&self, node: NodeId) -> u64 {
        self.places.iter().find(|place| place.node == node).map_or(0, |place| place.member_id)
    }
}
