//! A deed that takes a safeguard of Raft away.
//!
//! What carries it out comes with whoever makes one: a page that breaks nothing does not load that code.

use std::cell::Cell;

use serde::{Deserialize, Serialize};

use super::apply::{Result, refuse};
use super::facade::Cluster;
use super::{Alteration, Applied};
use crate::units::NodeId;

/// Takes a safeguard away, or gives it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Parts", into = "Parts")]
pub struct Breach(Parts);

/// Which safeguard, on which node, whose disk is copied, and whether it is taken away.
type Parts = (Alteration, Option<NodeId>, Option<NodeId>, bool);

type Alter = fn(&mut Cluster, Breach) -> Result<Applied>;

thread_local! {
    /// What carries a breach out, once somebody made one.
    static ALTER: Cell<Option<Alter>> = const { Cell::new(None) };
}

impl Breach {
    /// Takes a safeguard away (`on`), or gives a switch back.
    ///
    /// `node` is where: all nodes when absent, for a switch of disks; none for what concerns clients. `from` is the
    /// node whose disk is copied, for [`Alteration::CopiedDisk`].
    pub fn new(what: Alteration, node: Option<NodeId>, from: Option<NodeId>, on: bool) -> Breach {
        ALTER.set(Some(Cluster::alter));
        Breach((what, node, from, on))
    }

    /// Which safeguard.
    pub fn what(self) -> Alteration {
        self.0.0
    }

    /// On which node.
    pub fn node(self) -> Option<NodeId> {
        self.0.1
    }

    /// Whose disk is copied.
    pub fn from(self) -> Option<NodeId> {
        self.0.2
    }

    /// Whether it is taken away.
    pub fn on(self) -> bool {
        self.0.3
    }

    /// Carries it out.
    pub(super) fn carry_out(self, cluster: &mut Cluster) -> Result<Applied> {
        let alter = ALTER.get();
        // A page has one thread, on which this was made. Elsewhere it may have been brought to another one.
        #[cfg(not(target_arch = "wasm32"))]
        let alter = alter.or(Some(Cluster::alter));
        match alter {
            Some(alter) => alter(cluster, self),
            None => refuse("nobody made this deed", "Breach::new makes one"),
        }
    }
}

impl From<Parts> for Breach {
    fn from((what, node, from, on): Parts) -> Breach {
        Breach::new(what, node, from, on)
    }
}

impl From<Breach> for Parts {
    fn from(breach: Breach) -> Parts {
        breach.0
    }
}
