//! The configuration of a cluster: its voters and learners, and a node's standing in it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::units::NodeId;

/// The configuration in a log's latest member list. It is in force on a node as soon as the list is in its log,
/// committed or not (Raft paper, section 6).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Configuration {
    /// The voters, ascending. While the voters change there are two sets, the old and the new, and every decision
    /// needs a majority of each (joint consensus).
    pub voters: Vec<Vec<NodeId>>,
    /// Nodes that receive the log without a vote, ascending.
    pub learners: Vec<NodeId>,
}

impl Configuration {
    /// A configuration of these voters, without learners.
    pub fn of_voters(voters: Vec<NodeId>) -> Configuration {
        Configuration { voters: vec![voters], learners: Vec::new() }
    }

    /// Whether two sets of voters must agree.
    pub fn is_joint(&self) -> bool {
        self.voters.len() > 1
    }

    /// The voters after the change that is under way.
    pub fn current(&self) -> &[NodeId] {
        self.voters.last().map_or(&[], Vec::as_slice)
    }

    /// Whether a node has a vote in some set.
    pub fn is_voter(&self, node: NodeId) -> bool {
        self.voters.iter().any(|set| set.contains(&node))
    }

    /// Whether a node is in the configuration at all.
    pub fn contains(&self, node: NodeId) -> bool {
        self.is_voter(node) || self.learners.contains(&node)
    }

    /// The voters of all sets, ascending.
    pub fn all_voters(&self) -> Vec<NodeId> {
        let mut all = self.voters.concat();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The number of agreeing voters beyond a majority, in the set where it is smallest; `None` if some set has no
    /// agreeing majority.
    pub fn spare(&self, agree: impl Fn(NodeId) -> bool) -> Option<u64> {
        let beyond = |set: &Vec<NodeId>| {
            let agreeing = set.iter().filter(|node| agree(**node)).count() as u64;
            agreeing.checked_sub(majority(set))
        };
        let mut least = None;
        for set in &self.voters {
            let beyond = beyond(set)?;
            least = Some(least.map_or(beyond, |least: u64| least.min(beyond)));
        }
        least
    }

    /// Whether a majority of every set agrees.
    pub fn agrees(&self, agree: impl Fn(NodeId) -> bool) -> bool {
        self.spare(agree).is_some()
    }

    /// The quorum: the number of votes that is a majority of the current voters.
    pub fn quorum(&self) -> u64 {
        majority(self.current())
    }
}

/// The smallest number of nodes that is more than half of a set.
fn majority(set: &[NodeId]) -> u64 {
    set.len() as u64 / 2 + 1
}

/// Reads like `{1,2,3} and of {1,2,3,4}`, to follow the words "a majority of".
impl fmt::Display for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, set) in self.voters.iter().enumerate() {
            f.write_str(if at == 0 { "{" } else { " and of {" })?;
            for (at, node) in set.iter().enumerate() {
                if at > 0 {
                    f.write_str(",")?;
                }
                write!(f, "{node}")?;
            }
            f.write_str("}")?;
        }
        Ok(())
    }
}

/// A node's standing in the cluster's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Standing {
    /// It has a vote.
    Voter,
    /// It was added with a vote, and the change that gives it the vote is still under way.
    Joining,
    /// It receives the log and has no vote.
    Learner,
    /// It is being removed: it has a vote among the old voters only.
    Leaving,
    /// It is no longer a member.
    Removed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_joint_configuration_needs_a_majority_of_each_set() {
        let joint = Configuration { voters: vec![vec![1, 2, 3], vec![1, 2, 3, 4, 5]], learners: vec![] };
        assert!(joint.agrees(|node| node <= 3));
        assert!(!joint.agrees(|node| node >= 3), "three of five, but one of three");
        assert!(!joint.agrees(|node| node <= 2), "two of three, but two of five");
        assert_eq!(joint.spare(|_| true), Some(1));
        assert_eq!(joint.to_string(), "{1,2,3} and of {1,2,3,4,5}");
        assert!(!Configuration::default().agrees(|_| true), "nobody votes yet");
    }
}
