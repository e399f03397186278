//! The state of the cluster and its nodes, and its meaning.

use raft_core::model::{ClusterView, NodeView, Process, Role, Standing, Status, TimingWarning};
use raft_core::units::{Nanos, NodeId};

use super::units::{nodes, span};
use super::{sentence, words};

words! {
    up(up, members) = "{up} of {members} up";
    up_and_paused(up, members, paused) = "{up} of {members} up, {paused} paused";
    leads = "leads";
    nobody_leads = "nobody leads";
    term(term) = "term {term}";
    quorum_is(quorum) = "quorum {quorum}";
    joint(configuration) = "changing members: needs a majority of {configuration}";
    without_vote(node) = "node{node} has no vote";

    nothing_commits = "nothing commits: messages take longer than openraft waits for an answer";
    restart_some(quorum, nodes) = "writes fail: quorum {quorum} is out of reach; restart {nodes}";
    restart_or_resume_some(quorum, nodes) = "writes fail: quorum {quorum} is out of reach; restart or resume {nodes}";
    heal_network = "writes fail: no majority can reach each other; heal the network";
    election_decides = "writes wait: nobody leads yet, an election decides";
    no_loss_left = "writes succeed; one more loss stops them";
    one_loss_left = "writes succeed; one more loss is survivable";
    losses_left(losses) = "writes succeed; {losses} more losses are survivable";

    warn_nothing_commits = "With this latency nothing will commit: openraft waits three quarters of the heartbeat interval for an answer, and every round trip takes longer.";
    warn_some_time_out = "With this latency some appends will time out and be sent again: a slow round trip takes longer than three quarters of the heartbeat interval.";

    crashed = "crashed";
    disk_lost = "disk lost";
    stopped = "stopped";
    gave_up = "gave up";
    announced = "added, not started";
    removed = "removed";
    paused = "paused";
    starting = "no members yet";
    removed_untold = "removed, not told yet";
    learner = "learner";
    follower = "follower";
    pre_candidate = "asks if it could win";
    candidate = "candidate";
    thinks_it_leads = "thinks it leads";
    leader = "leader";

    lease_is_over_of(node) = "node{node}'s lease is over: asked who leads, it names nobody, as etcd would; openraft keeps the role.";
    is_wiped(node, since) = "node{node} lost its disk {since} ago: its log, its vote and its snapshot. It restarts knowing nothing.";
    is_crashed(node, since) = "node{node} crashed {since} ago. What was fsynced is still on its disk.";
    is_stopped(node, since) = "node{node} was stopped gracefully {since} ago.";
    has_failed(node, since) = "node{node} gave up {since} ago; the event log says why.";
    is_announced_learner(node) = "node{node} is a member and was never started. It has no vote. Start it, and it catches up.";
    is_announced_voter(node) = "node{node} is a member and was never started. It counts for the majority already. Start it, and it catches up.";
    is_removed(node, since) = "node{node} was removed from the cluster for good, and ended {since} ago.";
    is_removed_untold(node) = "node{node} is no longer a member. It ends when it learns of that.";
    is_paused(node, since) = "node{node} has been paused for {since}; its clock runs on.";
    is_starting(node, since) = "node{node} has waited for the member list for {since}.";
    leads_without_quorum(node, since, term) = "node{node} has thought for {since} that it leads term {term}, but reaches no majority.";
    leads_term(node, since, term) = "node{node} has led term {term} for {since}.";
    campaigns(node, since, term) = "node{node} has asked for votes in term {term} for {since}.";
    pre_campaigns(node, since) = "node{node} has asked for {since} whether it could win an election.";
    follows(node, leader, since, term) = "node{node} has followed node{leader} in term {term} for {since}.";
    knows_no_leader(node, since, term) = "node{node} knows no leader; it has been in term {term} for {since}.";
    learns(node, since) = "node{node} has had no vote for {since}.";

    violated = "A safety property does not hold";
    two_leaders = "Two nodes think they lead";
    two_leaders_more(leader, stale) = "node{leader} leads the newest term and has a majority. node{stale} is of an older term and can commit nothing.";
    stale_leader = "A leader without a majority";
    stale_leader_more(stale, meaning) = "node{stale} still thinks it leads, but cannot commit. {meaning}";
    no_majority = "No majority";
    no_majority_more(up, members, quorum) = "{up} of {members} up, and {quorum} are needed. This is no split brain: nothing is decided until enough come back, and nothing is lost.";
    election = "An election";
    election_more(node, quorum, members) = "node{node}'s timer ran out first. It needs {quorum} of {members} votes.";
    was_added(node) = "node{node} was added";
    was_added_more = "It was never started. Select it and press Start: it catches up.";
    no_leader = "Nobody leads";
    no_leader_more = "The arcs are the nodes' timers. The node whose timer runs out first asks for votes.";
    was_elected(node) = "node{node} was elected";
    was_elected_more = "Write a key: the hash of every running node will change. Then stop the leader, and see what happens.";
    carries_on(node) = "node{node} carries on";
    carries_on_more = "Write again: the nodes that are up change together. Restart the others, and they catch up.";
    is_leading(node) = "node{node} leads";
    is_leading_more = "Write, read, or click a node to crash, pause or isolate it.";
}

/// Returns how many members are up.
pub fn how_many_up(status: &Status) -> String {
    match status.paused {
        0 => up(status.up, status.members),
        paused => up_and_paused(status.up, status.members, paused),
    }
}

/// Returns the size of a quorum, and which side lacks one.
pub fn quorum(status: &Status) -> String {
    let configuration = &status.configuration;
    let mut text = if configuration.is_joint() { joint(configuration) } else { quorum_is(status.quorum) };
    for learner in &configuration.learners {
        text.push_str(", ");
        text.push_str(&without_vote(learner));
    }
    text
}

/// Returns what the cluster's state means for writes.
pub fn meaning(view: &ClusterView) -> String {
    let status = &view.status;
    if view.warnings.contains(&TimingWarning::NothingCommits) {
        return nothing_commits().to_owned();
    }
    match (status.leader, status.quorum_possible) {
        (_, false) if status.up < status.quorum => {
            let missing = nodes(status.quorum - status.up);
            match status.paused {
                0 => restart_some(status.quorum, missing),
                _ => restart_or_resume_some(status.quorum, missing),
            }
        }
        (_, false) => heal_network().to_owned(),
        (None, true) => election_decides().to_owned(),
        (Some(_), true) => match status.spare {
            0 => no_loss_left().to_owned(),
            1 => one_loss_left().to_owned(),
            more => losses_left(more),
        },
    }
}

/// Returns the effect of a timing, shown before it is applied and after.
pub fn warning(warning: TimingWarning) -> &'static str {
    match warning {
        TimingWarning::NothingCommits => warn_nothing_commits(),
        TimingWarning::SomeAppendsTimeOut => warn_some_time_out(),
    }
}

/// Returns the role or process state of a node in one word.
pub fn role(node: &NodeView) -> &'static str {
    match (node.process, node.role) {
        (Process::Crashed, _) => crashed(),
        (Process::Wiped, _) => disk_lost(),
        (Process::Stopped, _) => stopped(),
        (Process::Failed, _) => gave_up(),
        (Process::Announced, _) => announced(),
        (Process::Removed, _) => removed(),
        (Process::Paused, _) => paused(),
        (Process::Starting, _) => starting(),
        (_, _) if node.standing == Standing::Removed => removed_untold(),
        (_, Role::Learner) => learner(),
        (_, Role::Follower) => follower(),
        (_, Role::PreCandidate) => pre_candidate(),
        (_, Role::Candidate) => candidate(),
        (_, Role::Leader) if !node.has_quorum => thinks_it_leads(),
        (_, Role::Leader) => leader(),
    }
}

/// Whether a leader's last majority of replies is too long ago for it to act as the leader.
pub fn lease_is_over(node: &NodeView, now: Nanos) -> bool {
    node.role == Role::Leader && node.lease_until.is_some_and(|until| now > until)
}

/// Returns what that means.
pub fn lease_over(id: NodeId) -> String {
    lease_is_over_of(id)
}

/// Returns the state of a node and how long it has lasted.
pub fn node_sentence(node: &NodeView, now: Nanos) -> String {
    let id = node.id;
    let since = span(now.saturating_sub(node.since));
    match (node.process, node.role) {
        (Process::Crashed, _) => is_crashed(id, since),
        (Process::Wiped, _) => is_wiped(id, since),
        (Process::Stopped, _) => is_stopped(id, since),
        (Process::Failed, _) => has_failed(id, since),
        (Process::Announced, _) if node.standing == Standing::Learner => is_announced_learner(id),
        (Process::Announced, _) => is_announced_voter(id),
        (Process::Removed, _) => is_removed(id, since),
        (_, _) if node.standing == Standing::Removed => is_removed_untold(id),
        (Process::Paused, _) => is_paused(id, since),
        (Process::Starting, _) => is_starting(id, since),
        (_, Role::Leader) if !node.has_quorum => {
            let mut text = leads_without_quorum(id, since, node.term);
            if lease_is_over(node, now) {
                text.push(' ');
                text.push_str(&lease_over(id));
            }
            text
        }
        (_, Role::Leader) => leads_term(id, since, node.term),
        (_, Role::Candidate) => campaigns(id, since, node.term),
        (_, Role::PreCandidate) => pre_campaigns(id, since),
        (_, Role::Follower) => match node.leader {
            Some(leader) => follows(id, leader, since, node.term),
            None => knows_no_leader(id, since, node.term),
        },
        (_, Role::Learner) => learns(id, since),
    }
}

/// Returns the headline over the stage: the situation, and what to try.
pub fn caption(view: &ClusterView) -> (String, String) {
    let status = &view.status;
    let candidate = view
        .nodes
        .iter()
        .find(|n| n.process.is_up() && matches!(n.role, Role::Candidate | Role::PreCandidate));
    let wrote = view.nodes.iter().any(|n| n.store.as_ref().is_some_and(|store| store.revision > 1));
    let some_down = view.nodes.iter().any(|n| !n.process.is_up());
    let added = view.nodes.iter().find(|n| n.process == Process::Announced).map(|n| n.id);
    if let Some(violation) = view.violations.first() {
        return (violated().to_owned(), sentence(&violation.detail));
    }
    if let Some(stale) = status.stale_leaders.first() {
        return match status.leader {
            Some(leader) => (two_leaders().to_owned(), two_leaders_more(leader, stale)),
            None => (stale_leader().to_owned(), stale_leader_more(stale, capitalised_meaning(view))),
        };
    }
    if !status.quorum_possible {
        let body = no_majority_more(status.up, status.members, status.quorum);
        return (no_majority().to_owned(), body);
    }
    if let Some(candidate) = candidate {
        return (election().to_owned(), election_more(candidate.id, status.quorum, status.members));
    }
    if let (Some(added), Some(_)) = (added, status.leader) {
        return (was_added(added), was_added_more().to_owned());
    }
    match status.leader {
        None => (no_leader().to_owned(), no_leader_more().to_owned()),
        Some(leader) if !wrote => (was_elected(leader), was_elected_more().to_owned()),
        Some(leader) if some_down => (carries_on(leader), carries_on_more().to_owned()),
        Some(leader) => (is_leading(leader), is_leading_more().to_owned()),
    }
}

fn capitalised_meaning(view: &ClusterView) -> String {
    super::capitalised(&meaning(view))
}
