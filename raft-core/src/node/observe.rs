//! Observes a node: role, term, commit index, timers and ballots.
//!
//! Invariant: everything is read from openraft's metrics and from messages. A request to openraft's core would change
//! its schedule.

use std::rc::Rc;

use openraft::async_runtime::watch::WatchReceiver;
use openraft::{RaftMetrics, ServerState};

use super::{Node, Server, Surroundings, is_half_done};
use crate::model::{Ballot, Configuration, EventKind, MessageKind, Process, Role};
use crate::raft::{LogId, Types, configuration_of};
use crate::recorder::Recorder;
use crate::small_map::SmallMap;
use crate::units::NodeId;

/// The last observed state of a node.
#[derive(Default)]
pub(crate) struct Observed {
    /// The version of the metrics read last; absent before the first read.
    version: Option<u64>,
    pub(crate) role: Option<Role>,
    pub(crate) term: u64,
    pub(crate) leader: Option<NodeId>,
    pub(crate) commit: Option<u64>,
    /// Whether a pre-vote runs.
    pub(crate) pre_vote_runs: bool,
    /// The election timeout that openraft drew last, in milliseconds.
    pub(crate) election_sample_ms: Option<u64>,
    /// Whether a voter refused this node for its shorter log: openraft then waits longer.
    pub(crate) saw_greater_log: bool,
    pub(crate) campaign: Option<Campaign>,
    /// The last member list in its log.
    pub(crate) members: Option<KnownMembers>,
    /// Whether that list or its commit changed since the roster read it.
    pub(crate) members_changed: bool,
}

/// The last member list in a node's log.
pub(crate) struct KnownMembers {
    log_id: Option<LogId>,
    /// Whether the node knows that it is committed.
    pub(crate) committed: bool,
    /// Whether its commit leaves something to do; see [`is_half_done`].
    pub(crate) half_done: bool,
    pub(crate) configuration: Rc<Configuration>,
}

impl KnownMembers {
    /// Term and index of the list's entry; the higher one is newer.
    pub(crate) fn position(&self) -> Option<(u64, u64)> {
        self.log_id.map(|id| (id.leader_id.term, id.index))
    }

    /// The index of the list's entry.
    pub(crate) fn index(&self) -> u64 {
        self.log_id.map_or(0, |id| id.index)
    }
}

/// The ballots of a node's latest campaign.
pub(crate) struct Campaign {
    kind: MessageKind,
    term: u64,
    /// The calls of this campaign's vote requests.
    calls: SmallMap<u64, ()>,
    answers: SmallMap<NodeId, bool>,
}

impl Observed {
    /// Forgets the process's state after its end; its last role and term stay readable.
    pub(crate) fn forget_process(&mut self) {
        self.version = None;
        self.leader = None;
        self.pre_vote_runs = false;
        self.campaign = None;
        self.election_sample_ms = None;
        self.saw_greater_log = false;
    }

    /// Notes that the node asked for a vote with the call `rpc`.
    pub(crate) fn asked_for_vote(&mut self, node: NodeId, kind: MessageKind, term: u64, rpc: u64) {
        let same = self.campaign.as_ref().is_some_and(|c| (c.kind, c.term) == (kind, term));
        if !same {
            self.saw_greater_log = false;
        }
        let fresh = || Campaign { kind, term, calls: SmallMap::default(), answers: SmallMap::default() };
        let campaign = self.campaign.take().filter(|_| same).unwrap_or_else(fresh);
        let campaign = self.campaign.insert(campaign);
        campaign.calls.insert(rpc, ());
        // A candidate votes for itself.
        campaign.answers.insert(node, true);
    }

    /// Notes a member's answer to the call `rpc`. `longer_log` means that it refused because of its more up-to-date log.
    pub(crate) fn got_vote(&mut self, from: NodeId, rpc: u64, granted: bool, longer_log: bool) {
        if let Some(campaign) = &mut self.campaign
            && campaign.calls.contains_key(&rpc)
        {
            self.saw_greater_log |= longer_log;
            campaign.answers.insert(from, granted);
        }
    }

    /// The ballots of the running election, one per voter.
    pub(crate) fn ballots(&self, voters: impl Fn() -> Vec<NodeId>) -> Vec<Ballot> {
        let runs = matches!(self.role, Some(Role::Candidate | Role::PreCandidate));
        match &self.campaign {
            Some(campaign) if runs => voters()
                .into_iter()
                .map(|node| Ballot { node, granted: campaign.answers.get(&node).copied() })
                .collect(),
            _ => Vec::new(),
        }
    }
}

impl Observed {
    /// Whether the node leads and knows of a committed list that leaves something to do.
    pub(crate) fn leads_half_done(&self) -> bool {
        let half_done = |known: &KnownMembers| known.committed && known.half_done;
        self.role == Some(Role::Leader) && self.members.as_ref().is_some_and(half_done)
    }

    /// Notes the member list, and records what a leader proposed and what it learned to be committed. `led` tells
    /// whether it led before.
    fn take_members(
        &mut self,
        metrics: &RaftMetrics<Types>,
        leader: Option<(NodeId, bool)>,
        recorder: &Recorder,
    ) {
        let log_id = *metrics.membership_config.log_id();
        let committed = metrics.committed_membership_config.log_id() == &log_id;
        // Mostly nothing has changed.
        if self.members.as_ref().is_some_and(|known| (known.log_id, known.committed) == (log_id, committed)) {
            return;
        }
        let before = self.members.take();
        let same = before.as_ref().filter(|known| known.log_id == log_id);
        let was_committed = same.is_some_and(|known| known.committed);
        let (is_new, half_done, configuration) = match same {
            Some(known) => (false, known.half_done, known.configuration.clone()),
            None => {
                let members = &metrics.membership_config;
                (true, is_half_done(members), Rc::new(configuration_of(members.membership())))
            }
        };
        self.members_changed |= is_new || was_committed != committed;
        // The first list is given to every node; nobody proposed it.
        let index = log_id.map_or(0, |id| id.index);
        if let Some((node, leads_on)) = leader.filter(|_| index > 0) {
            if is_new && leads_on {
                let configuration = Configuration::clone(&configuration);
                recorder.record(EventKind::MembersProposed { node, index, configuration });
            }
            if committed && !was_committed {
                let configuration = Configuration::clone(&configuration);
                recorder.record(EventKind::MembersCommitted { node, index, configuration });
            }
        }
        self.members = Some(KnownMembers { log_id, committed, half_done, configuration });
    }
}

impl Node {
    /// Reads the metrics if they changed and records what is new. Returns openraft's error if it stopped without being
    /// asked to.
    pub(crate) fn observe(&mut self, server: &Server, around: &Surroundings) -> Option<String> {
        let (pre_vote, recorder) = (around.switches.pre_vote.get(), &around.recorder);
        let receiver = server.raft.metrics();
        let pre_vote_runs = pre_vote && server.network.awaits_pre_vote(self.id);
        let version = receiver.version();
        if self.observed.version == Some(version) && self.observed.pre_vote_runs == pre_vote_runs {
            return None;
        }
        let metrics = receiver.borrow_watched();
        if let Err(fatal) = &metrics.running_state {
            return (!self.stopping).then(|| fatal.to_string());
        }
        let role = match metrics.state {
            ServerState::Learner | ServerState::Shutdown => Role::Learner,
            ServerState::Follower if pre_vote_runs => Role::PreCandidate,
            ServerState::Follower => Role::Follower,
            ServerState::Candidate => Role::Candidate,
            ServerState::Leader => Role::Leader,
        };
        let (term, leader) = (metrics.current_term, metrics.current_leader);
        let commit = metrics.local_committed.map(|id| id.index);
        // openraft collects them anew for each call, so they are read only while they matter.
        let starts = self.process == Process::Starting;
        let knows_members = starts && metrics.membership_config.voter_ids().next().is_some();
        let leads_on = (self.observed.role, self.observed.term) == (Some(Role::Leader), term);
        let leader_id = (role == Role::Leader).then_some((self.id, leads_on));
        self.observed.take_members(&metrics, leader_id, recorder);
        drop(metrics);
        let now = around.executor.now();
        let domain = self.domain();
        let before = &mut self.observed;
        before.version = Some(version);
        before.pre_vote_runs = pre_vote_runs;
        if knows_members {
            self.process = Process::Running;
            self.since = now;
        }
        if (before.role, before.term) != (Some(role), term) {
            self.since = now;
        }
        if (before.role, before.term, before.leader) != (Some(role), term, leader) {
            if (before.role, before.term) != (Some(role), term) {
                server.set_leading(role == Role::Leader, around.executor.local_now(domain));
            }
            (before.role, before.term, before.leader) = (Some(role), term, leader);
            recorder.record(EventKind::Role { node: self.id, role, term, leader });
        }
        if commit != before.commit {
            before.commit = commit;
            if let Some(index) = commit {
                recorder.record(EventKind::Committed { node: self.id, index });
            }
        }
        None
    }
}
