//! Hints: what a learner could try next.

use super::super::explain::{Rule, rules};
use super::Narration;
use crate::model::{ClusterView, NodeView};
use crate::model::{Process, Role};
use crate::units::NodeId;

/// A hint: what to try next, and which rule it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The hint's id, in kebab-case; equal for the same kind of state.
    pub id: &'static str,
    /// One or two sentences.
    pub text: String,
    /// The node to act on, if there is one.
    pub node: Option<NodeId>,
    /// The rule that it shows.
    pub rule: Rule,
}

/// Returns what to try in this state; the newest narration lets the hint follow what just happened. `None` while
/// something happens that is better watched.
pub fn hint(view: &ClusterView, narration: Option<&Narration>) -> Option<Hint> {
    let status = &view.status;
    // Before the first election there is nothing to try.
    if status.configuration.voters.is_empty() || status.term == 0 {
        return None;
    }
    if !status.quorum_possible {
        return Some(without_quorum(view));
    }
    let Some(leader) = status.leader else {
        return Some(no_leader(view));
    };
    if let Some(stale) = status.stale_leaders.first() {
        let text = format!(
            "node{stale} thinks that it leads, without a majority. Write to it and watch the write wait; read there \
             with --consistency=s and see the old value; then heal"
        );
        return Some(at(*stale, "stale-leader", rules::SERIALIZABLE, text));
    }
    if let Some(cut_off) = cut_off(view, leader) {
        let text = format!(
            "node{cut_off} is cut off from the leader. Write to it: it finds no majority. Read there with \
             --consistency=s: it answers from its own copy, which may be old"
        );
        return Some(at(cut_off, "cut-off", rules::PARTITION, text));
    }
    if let Some(down) = down(view) {
        let text = match status.spare {
            0 => format!(
                "One more loss and writes stop: the majority is {} of {}. Try it, or start node{down} and watch it \
                 catch up",
                status.quorum, status.members
            ),
            _ => {
                format!("Write something, then start node{down} and watch it catch up from the leader's log")
            }
        };
        return Some(at(down, "start-the-crashed", rules::APPEND, text));
    }
    if let Some(paused) = view.nodes.iter().find(|node| node.process == Process::Paused) {
        let text = format!("node{} stands still. Let it go on and see what it still believes", paused.id);
        return Some(at(paused.id, "resume-the-paused", rules::TERM, text));
    }
    if !view.cuts.is_empty() {
        let text =
            "Some links pass nothing. Heal them, or cut more and see who still has a majority".to_owned();
        return Some(Hint { id: "some-links-cut", text, node: None, rule: rules::PARTITION });
    }
    if view.requests.iter().any(|request| request.ended.is_none()) {
        return None;
    }
    Some(all_well(view, leader, narration))
}

fn at(node: NodeId, id: &'static str, rule: Rule, text: String) -> Hint {
    Hint { id, text, node: Some(node), rule }
}

/// A member whose process has ended and can be started.
fn down(view: &ClusterView) -> Option<NodeId> {
    let ended = |node: &&NodeView| {
        matches!(
            node.process,
            Process::Crashed | Process::Wiped | Process::Stopped | Process::Failed | Process::Announced
        ) && view.status.configuration.contains(node.id)
    };
    view.nodes.iter().find(ended).map(|node| node.id)
}

/// A running member that is cut off from the leader in both directions.
fn cut_off(view: &ClusterView, leader: NodeId) -> Option<NodeId> {
    let cut = |from, to| view.cuts.iter().any(|link| (link.from, link.to) == (from, to));
    let runs = |node: &&NodeView| node.process == Process::Running && node.id != leader;
    view.nodes
        .iter()
        .filter(runs)
        .find(|node| cut(leader, node.id) && cut(node.id, leader))
        .map(|node| node.id)
}

/// The hint while no majority is possible: start or heal something.
fn without_quorum(view: &ClusterView) -> Hint {
    let status = &view.status;
    let lost = format!(
        "No {} of {} members reach each other, so nothing is decided and nothing is lost. ",
        status.quorum, status.members
    );
    match down(view) {
        Some(down) if status.up < status.quorum => {
            at(down, "quorum-lost-start", rules::QUORUM, format!("{lost}Start node{down}"))
        }
        _ if status.up + status.paused >= status.quorum && status.paused > 0 && view.cuts.is_empty() => {
            Hint {
                id: "quorum-lost-resume",
                text: format!("{lost}Let a paused node go on"),
                node: None,
                rule: rules::QUORUM,
            }
        }
        _ => Hint {
            id: "quorum-lost-heal",
            text: format!("{lost}Heal the links"),
            node: None,
            rule: rules::QUORUM,
        },
    }
}

/// The hint while a majority is possible but has no leader yet.
fn no_leader(view: &ClusterView) -> Hint {
    let runs = |node: &&NodeView| matches!(node.role, Role::Candidate | Role::PreCandidate);
    if let Some(candidate) = view.nodes.iter().filter(|node| node.process == Process::Running).find(runs) {
        let text = format!("node{} campaigns. Slow time down and follow its vote requests", candidate.id);
        return at(candidate.id, "watch-the-votes", rules::ELECTION, text);
    }
    let next = view.nodes.iter().filter_map(|node| Some((node.countdown?.until, node.id))).min();
    match next {
        Some((_, next)) => {
            let text = format!("No leader yet. Watch the timers: node{next}'s runs out first");
            at(next, "watch-the-timers", rules::TIMEOUT, text)
        }
        None => {
            let text = "No leader, and no timer runs: allow elections or tell a node to campaign".to_owned();
            Hint { id: "timers-off", text, node: None, rule: rules::TIMEOUT }
        }
    }
}

/// The hint while nothing is wrong and nothing happens.
fn all_well(view: &ClusterView, leader: NodeId, narration: Option<&Narration>) -> Hint {
    let wrote = view.requests.iter().any(|request| request.operation.is_write());
    if !wrote {
        let text = "All is well. Write a key and watch the entry reach a majority of disks".to_owned();
        return Hint { id: "write-something", text, node: Some(leader), rule: rules::COMMITTED };
    }
    let elected = narration.and_then(|said| said.rule).is_some_and(|rule| rule.id == rules::BLANK.id);
    if elected || view.status.term > 1 {
        let text = format!(
            "Cut off node{leader} together with one other, and write on both sides: only one side can commit"
        );
        return at(leader, "partition-the-leader", rules::PARTITION, text);
    }
    at(
        leader,
        "crash-the-leader",
        rules::ELECTION,
        format!("Crash node{leader}, the leader, and watch who takes over"),
    )
}
