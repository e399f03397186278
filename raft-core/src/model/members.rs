//! Who votes and who only learns: the configuration of a cluster, and how a node stands in it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::units::NodeId;

/// A configuration, as a log's latest member list tells it. A node goes by it as soon as the list is
/// in its log, committed or not (paper, section 6).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Configuration {
    /// The voters, ascending. While the voters change these are two sets, the old and the new, and
    /// every decision needs a majority of each: joint consensus.
    pub voters: Vec<Vec<NodeId>>,
    /// Nodes that receive the log and have no vote, ascending.
    pub learners: Vec<NodeId>,
}

impl Configuration {
    /// A configuration of these voters alone.
    pub fn of_voters(voters: Vec<NodeId>) -> Configuration {
        Configuration { voters: vec![voters], learners: Vec::new() }
    }

    /// Whether two sets of voters must agree.
    pub fn is_joint(&self) -> bool {
        self.voters.len() > 1
    }

    /// The voters that there will be once the change under way is done.
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

    /// Every voter of some set, ascending.
    pub fn all_voters(&self) -> Vec<NodeId> {
        let mut all = self.voters.concat();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// How many of those who `agree` there are beyond a majority, in the set where they are fewest;
    /// `None` where they are no majority.
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

    /// Whether those who `agree` are a majority of every set.
    pub fn agrees(&self, agree: impl Fn(NodeId) -> bool) -> bool {
        self.spare(agree).is_some()
    }

    /// Votes that make a majority of the current voters.
    pub fn quorum(&self) -> u64 {
        majority(self.current())
    }
}

/// More than half of a set.
fn majority(set: &[NodeId]) -> u64 {
    set.len() as u64 / 2 + 1
}

/// The sets of voters, such as `{1,2,3} and of {1,2,3,4}`: a majority of both is needed.
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

/// How a node stands in the cluster's configuration.
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
    /// It is not a member any more.
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
