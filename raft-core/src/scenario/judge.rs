//! Judges conditions on the cluster as it is now.

use super::ast::{Condition, ResultWord, RoleWord, Same, Test, Who};
use super::script::Script;
use crate::cluster::Cluster;
use crate::kv::KeyRange;
use crate::model::{ClusterView, NodeView, Outcome, Process, Role, Standing};
use crate::safety::Verdict;
use crate::units::NodeId;

impl Script {
    /// Returns whether a condition holds now.
    ///
    /// # Errors
    /// It refers to a node that does not exist, or to something that is not a lease id.
    pub(super) fn holds(&self, cluster: &Cluster, condition: &Condition) -> Result<bool, String> {
        Ok(self.test(cluster, &condition.test)? != condition.not)
    }

    fn test(&self, cluster: &Cluster, test: &Test) -> Result<bool, String> {
        Ok(match test {
            Test::Leader => cluster.status().leader.is_some(),
            Test::NoLeader => cluster.status().leader.is_none(),
            Test::LeaderIs(node) => cluster.status().leader == Some(self.one(cluster, node)?),
            Test::LeaderIsNot(node) => {
                let not = self.one(cluster, node)?;
                cluster.status().leader.is_some_and(|leader| leader != not)
            }
            Test::TwoLeaders => {
                let leads = |node: &&NodeView| node.process.is_up() && node.role == Role::Leader;
                cluster.view().nodes.iter().filter(leads).count() >= 2
            }
            Test::Quorum => cluster.status().quorum_possible,
            Test::NoQuorum => !cluster.status().quorum_possible,
            Test::LeaseOver => cluster.lease_over(),
            // A member that is gone from the cluster was removed.
            Test::Role(Who::Node(id), RoleWord::Removed | RoleWord::Down)
                if cluster.has_node(*id) && !cluster.node_ids().contains(id) =>
            {
                true
            }
            // Without a leader the test does not hold, which is no error.
            Test::Role(Who::Leader, _) if cluster.status().leader.is_none() => false,
            Test::Role(node, role) => has_role(&cluster.view(), self.one(cluster, node)?, *role),
            Test::Term(term) => cluster.status().term == *term,
            Test::Joint => cluster.configuration().is_joint(),
            Test::Voters(voters) => cluster.status().members == *voters,
            Test::Same(same, nodes) => self.same(cluster, *same, nodes)?,
            Test::EntryOn(value, nodes) => {
                let nodes = self.many(cluster, nodes)?;
                nodes.iter().all(|node| cluster.entry_on(*node, value.as_bytes()))
            }
            Test::EntryCommitted(value) => cluster.entry_committed(value.as_bytes()),
            Test::Key(key, value, nodes) => {
                let nodes = self.many(cluster, nodes)?;
                let key = self.with_captures(key);
                nodes.iter().all(|node| copy_holds(cluster, *node, &key, value.as_deref()))
            }
            Test::NoKey(key, nodes) => {
                let nodes = self.many(cluster, nodes)?;
                let key = self.with_captures(key);
                nodes.iter().all(|node| copy_lacks(cluster, *node, &key))
            }
            Test::Lease(id, nodes) => self.lease_is(cluster, id, nodes, true)?,
            Test::NoLease(id, nodes) => self.lease_is(cluster, id, nodes, false)?,
            Test::Shows(node, text) => {
                let node = self.one(cluster, node)?;
                self.background_shows(node, &self.with_captures(text))
            }
            Test::Behind(node) => {
                let node = self.one(cluster, node)?;
                let view = cluster.view();
                let known = view.nodes.iter().filter_map(|n| n.commit_index).max();
                view.nodes.iter().find(|n| n.id == node).is_some_and(|n| n.applied_index < known)
            }
            Test::Revision(revision, node) => {
                let node = self.one(cluster, node)?;
                let answer = cluster.local_range(node, &KeyRange::all(), 1);
                answer.is_some_and(|response| response.revision == *revision)
            }
            Test::Result(word) => self.last_outcome().is_some_and(|outcome| ended_as(outcome, *word)),
            Test::Violation(None) => !cluster.violations().is_empty(),
            Test::Violation(Some(property)) => cluster.violations().iter().any(|v| v.property == *property),
            Test::NoViolation => cluster.violations().is_empty(),
            Test::Linearizable => cluster.linearizability() == Verdict::Linearizable,
            Test::Quiet => cluster.quiet(),
        })
    }

    /// Returns whether the stores of all these nodes hold a lease (`there`), or all lack it.
    fn lease_is(&self, cluster: &Cluster, id: &str, nodes: &[Who], there: bool) -> Result<bool, String> {
        let text = self.with_captures(id);
        let id = u64::from_str_radix(&text, 16).map_err(|_| format!("{text} is not the id of a lease"))?;
        let nodes = self.many(cluster, nodes)?;
        Ok(nodes.iter().all(|node| cluster.local_lease(*node, id as i64) == Some(there)))
    }

    fn same(&self, cluster: &Cluster, same: Same, nodes: &[Who]) -> Result<bool, String> {
        let view = cluster.view();
        let chosen: Vec<NodeId> = if nodes.is_empty() {
            let running = view.nodes.iter().filter(|node| node.process == Process::Running);
            running.map(|node| node.id).collect()
        } else {
            self.many(cluster, nodes)?
        };
        let Some((first, rest)) = chosen.split_first() else { return Ok(false) };
        let find = |id: NodeId| view.nodes.iter().find(|node| node.id == id);
        Ok(match same {
            Same::Hash => {
                let hash = |id| find(id).and_then(|node| node.store.as_ref()).map(|store| store.hash);
                hash(*first).is_some() && rest.iter().all(|id| hash(*id) == hash(*first))
            }
            Same::Log => {
                // Logs with equal last entries are equal, by log matching, which is itself
                // checked.
                let end = |id| find(id).map(|node| (node.last_index, node.tail.last().map(|cell| cell.mark)));
                rest.iter().all(|id| end(*id) == end(*first))
            }
        })
    }
}

fn copy_holds(cluster: &Cluster, node: NodeId, key: &str, value: Option<&str>) -> bool {
    let read = cluster.local_range(node, &KeyRange::single(key), 1);
    let first = read.and_then(|read| read.kvs.into_iter().next());
    first.is_some_and(|kv| value.is_none_or(|value| kv.value == value.as_bytes()))
}

fn copy_lacks(cluster: &Cluster, node: NodeId, key: &str) -> bool {
    let read = cluster.local_range(node, &KeyRange::single(key), 1);
    read.is_some_and(|read| read.kvs.is_empty())
}

fn has_role(view: &ClusterView, id: NodeId, role: RoleWord) -> bool {
    view.nodes.iter().find(|node| node.id == id).is_some_and(|node| {
        let up = node.process.is_up();
        match role {
            RoleWord::Down => !up,
            RoleWord::Crashed => node.process == Process::Crashed,
            RoleWord::Stopped => node.process == Process::Stopped,
            RoleWord::Paused => node.process == Process::Paused,
            RoleWord::Added => node.process == Process::Announced,
            RoleWord::Voter => node.standing == Standing::Voter,
            RoleWord::Learner => node.standing == Standing::Learner,
            RoleWord::Wiped => node.process == Process::Wiped,
            RoleWord::Removed => node.standing == Standing::Removed,
            RoleWord::Leader => up && node.role == Role::Leader,
            RoleWord::Follower => up && node.role == Role::Follower,
            RoleWord::Candidate => up && matches!(node.role, Role::Candidate | Role::PreCandidate),
        }
    })
}

fn ended_as(outcome: &Outcome, word: ResultWord) -> bool {
    matches!(
        (outcome, word),
        (Outcome::Ok(_) | Outcome::Called { .. }, ResultWord::Ok)
            | (Outcome::Failed(_) | Outcome::Rejected { .. } | Outcome::Refused { .. }, ResultWord::Refused)
            | (Outcome::Unknown(_), ResultWord::Unknown)
    )
}

/// Describes the cluster for the message of a failed condition.
pub(super) fn situation(cluster: &Cluster) -> String {
    let status = cluster.status();
    let leader = status.leader.map_or("no leader".to_owned(), |id| format!("leader node{id}"));
    let unrest = cluster.unrest().map_or(String::new(), |unrest| format!(", {unrest}"));
    format!("{leader}, term {}, {} of {} up{unrest}", status.term, status.up, status.members)
}
