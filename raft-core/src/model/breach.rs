//! A safeguard of Raft that is taken away, or given back.

use serde::{Deserialize, Serialize};

use super::Alteration;
use crate::units::NodeId;

/// Takes a safeguard away, or gives it back.
///
/// A cluster carries it out only where
/// [`allow_breaches`](crate::cluster::allow_breaches) was called before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Breach {
    /// The safeguard.
    pub what: Alteration,
    /// The node that loses it. All nodes when absent, for a switch of disks; always absent for a safeguard of clients.
    pub node: Option<NodeId>,
    /// The node whose disk is copied, for [`Alteration::CopiedDisk`].
    pub from: Option<NodeId>,
    /// True takes the safeguard away; false gives a switch back.
    pub on: bool,
}
