//! Narration of campaigns, votes and changes of leader.

use super::super::explain::{is_better, rules};
use super::{Narrator, Poll, Said, TERMS_MAX, Weight, recall, remember};
use crate::model::ClusterView;
use crate::model::{Message, MessageKind, Reply, Role};
use crate::units::NodeId;

impl Narrator {
    /// Narrates a sent message: votes, and refusals of a leader's message.
    pub(super) fn sent(&mut self, message: &Message) -> Said {
        let is_vote = matches!(message.kind, MessageKind::Vote | MessageKind::PreVote);
        match (message.reply, message.kind) {
            (None, _) if is_vote => {
                remember(&mut self.asked, message.rpc, message);
                None
            }
            (Some(Reply::Yes), MessageKind::Vote) => {
                remember(&mut self.answers, message.id, message);
                recall(&mut self.asked, message.rpc);
                None
            }
            (Some(Reply::No), _) if is_vote => {
                let request = recall(&mut self.asked, message.rpc)?;
                Some(refused(&request, message))
            }
            (Some(_), _) if is_vote => {
                recall(&mut self.asked, message.rpc);
                None
            }
            (Some(Reply::No), MessageKind::Append | MessageKind::Heartbeat) => Some(not_followed(message)),
            _ => None,
        }
    }

    /// Narrates an arrival: a candidate counts a vote.
    pub(super) fn delivered(&mut self, id: u64) -> Said {
        let vote = recall(&mut self.answers, id)?;
        self.poll(vote.term).counted.push((vote.to, vote.from));
        None
    }

    fn poll(&mut self, term: u64) -> &mut Poll {
        while self.terms.len() >= TERMS_MAX && !self.terms.contains_key(&term) {
            self.terms.pop_first();
        }
        self.terms.entry(term).or_default()
    }

    /// Narrates a durable vote.
    pub(super) fn voted(&mut self, node: NodeId, term: u64, candidate: NodeId, view: &ClusterView) -> Said {
        if node == candidate && term > 1 {
            // A node that campaigns again shows that nobody won the term before.
            let split = self.split(term - 1, view, false);
            self.poll(term).saved.insert(node, candidate);
            return split.or_else(|| self.split(term, view, true));
        }
        self.poll(term).saved.insert(node, candidate);
        if let Some(split) = self.split(term, view, true) {
            return Some(split);
        }
        if node == candidate {
            return None;
        }
        let text = format!("node{node} votes for node{candidate}: its one vote in term {term}");
        Some((Weight::Detail, Some(node), Some(rules::VOTE), text))
    }

    /// Narrates a term in which nobody can win, once. `all` requires that every running voter has voted.
    fn split(&mut self, term: u64, view: &ClusterView, all: bool) -> Said {
        let configuration = &view.status.configuration;
        let voters = configuration.all_voters();
        let up = |id: &NodeId| view.nodes.iter().any(|node| node.id == *id && node.process.is_up());
        let poll = self.terms.get_mut(&term)?;
        let open = all && voters.iter().filter(|id| up(id)).any(|id| !poll.saved.contains_key(id));
        let mut candidates: Vec<NodeId> = poll.saved.values().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        let votes =
            |candidate: NodeId| poll.saved.values().filter(|for_whom| **for_whom == candidate).count();
        let won = |candidate: NodeId| configuration.agrees(|id| poll.saved.get(&id) == Some(&candidate));
        let split = !open && candidates.len() > 1 && !poll.led && !poll.split_told;
        if split && !candidates.iter().any(|candidate| won(*candidate)) {
            let of = voters.len();
            let got: Vec<String> =
                candidates.iter().map(|id| format!("node{id} got {} of {of}", votes(*id))).collect();
            let text =
                format!("split vote in term {term}: {}; the timers will break the tie", got.join(", "));
            poll.split_told = true;
            return Some((Weight::Turn, None, Some(rules::SPLIT_VOTE), text));
        }
        None
    }

    /// Narrates a change of role, term or known leader.
    pub(super) fn role(
        &mut self,
        node: NodeId,
        role: Role,
        term: u64,
        leader: Option<NodeId>,
        view: &ClusterView,
    ) -> Said {
        let before = self.roles.insert(node, (role, term));
        let was = before.map(|(role, _)| role);
        let (weight, rule, text) = match role {
            Role::Leader if was != Some(Role::Leader) => {
                let poll = self.poll(term);
                poll.led = true;
                let others = poll.counted.iter().filter(|(candidate, _)| *candidate == node).count();
                let of = view.status.configuration.all_voters().len();
                let votes = others + 1;
                let text = format!(
                    "node{node} won term {term} with {votes} of {of} votes; it starts with a blank entry"
                );
                (Weight::Turn, rules::BLANK, text)
            }
            Role::Candidate if before != Some((role, term)) => {
                let why =
                    if self.asked_by_leader(node, term) { "asked to take over" } else { "hearing no leader" };
                (Weight::Step, rules::ELECTION, format!("node{node}, {why}, asks for votes in term {term}"))
            }
            Role::PreCandidate if self.tried.insert(node, term) != Some(term) => {
                let text = format!(
                    "node{node}, hearing no leader, asks first whether it could win term {}; its term stays",
                    term + 1
                );
                (Weight::Step, rules::PRE_VOTE, text)
            }
            Role::Follower | Role::Learner if was == Some(Role::Leader) => {
                let known = before.map_or(0, |(_, term)| term);
                let text = if term > known {
                    format!("node{node} steps down: it saw term {term}")
                } else {
                    format!("node{node} leads no more")
                };
                (Weight::Turn, rules::TERM, text)
            }
            Role::Follower if was == Some(Role::Candidate) => match leader {
                Some(leader) => {
                    let text = format!("node{node} gives up its campaign: node{leader} leads term {term}");
                    (Weight::Step, rules::ELECTION, text)
                }
                None => (
                    Weight::Step,
                    rules::TERM,
                    format!("node{node} gives up its campaign: it saw term {term}"),
                ),
            },
            _ => return None,
        };
        Some((weight, Some(node), Some(rule), text))
    }

    /// Whether the old leader's transfer made the node a candidate.
    fn asked_by_leader(&self, node: NodeId, term: u64) -> bool {
        self.asked
            .iter()
            .any(|(_, request)| (request.from, request.term) == (node, term) && request.handover.is_some())
    }
}

/// Explains a refused vote: the answer carries the voter's term and the end of its log.
fn refused(request: &Message, answer: &Message) -> (Weight, Option<NodeId>, Option<super::Rule>, String) {
    let (voter, candidate, term) = (answer.from, request.from, request.term);
    let trial = if request.kind == MessageKind::PreVote { " a pre-vote" } else { "" };
    let (rule, why) = if is_better(answer.last, request.last) {
        let index = |end: Option<(u64, u64)>| end.map_or(0, |(index, _)| index);
        let entry_term = |end: Option<(u64, u64)>| end.map_or(0, |(_, term)| term);
        let (mine, theirs) = (answer.last, request.last);
        let why = if entry_term(mine) == entry_term(theirs) {
            format!("its log is longer ({} against {})", index(mine), index(theirs))
        } else {
            format!("its log is newer (last term {} against {})", entry_term(mine), entry_term(theirs))
        };
        (rules::RESTRICTION, why)
    } else if answer.term > term {
        (rules::TERM, format!("it is in term {} already", answer.term))
    } else if answer.term == term {
        (rules::VOTE, format!("it has gone with another in term {term}"))
    } else {
        (rules::LEADER_LEASE, "it heard of a leader lately".to_owned())
    };
    (Weight::Step, Some(voter), Some(rule), format!("node{voter} refused node{candidate}{trial}: {why}"))
}

/// Explains refused entries or a refused heartbeat.
fn not_followed(answer: &Message) -> (Weight, Option<NodeId>, Option<super::Rule>, String) {
    let (follower, leader) = (answer.from, answer.to);
    let (rule, text) = match answer.last {
        Some((index, term)) => (
            rules::MATCHING,
            format!(
                "node{follower} refused node{leader}: it has no entry {index} of term {term} to follow on"
            ),
        ),
        None => (
            rules::TERM,
            format!("node{follower} refused node{leader} as a leader: it is in term {} already", answer.term),
        ),
    };
    (Weight::Step, Some(follower), Some(rule), text)
}
