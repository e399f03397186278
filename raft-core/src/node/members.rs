//! Changes of members on the leader: etcd's rules over openraft's joint consensus.
//!
//! A member list in the log holds etcd's [`Member`] for each node, so names, URLs and votes are replicated together.
//! etcd 3.4 changes one member in one step, when the entry is applied. openraft changes voters through joint consensus,
//! and a list is in force as soon as it is in the log. A new voter is therefore first added as a node without a vote,
//! by the old majority alone, and etcd's answer is given then; its vote follows at once by a joint list. So a cluster
//! of one accepts a second member that does not run yet and waits for it afterwards, as etcd does.
//!
//! Invariant: a successor finishes what a leader leaves half done (a joint list, a member without its vote), because
//! [`rest_of`] reads it from the log alone.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use openraft::ChangeMembers;
use openraft::errors::{ClientWriteError, RaftError};

use super::Server;
use super::strict::{self, Known};
use crate::model::{Member, ServerError, member_id, sorted_urls};
use crate::network::{Ends, MemberAsk, MemberDone, MemberRefusal, MemberReply, Refusal, RequestBody};
use crate::raft::StoredMembership;
use crate::runtime::{self, local_now};
use crate::units::{MILLISECOND, Nanos, NodeId, SECOND};

/// The pause before a leader that cannot change members now tries again, in virtual nanoseconds on its own clock.
const LOOK_AGAIN: Nanos = 10 * MILLISECOND;
/// How long a started member waits for the leader to store its name before it asks again, in virtual nanoseconds.
const PUBLISH_PATIENCE: Nanos = SECOND;
/// How long a process runs on after it applied its own removal, in virtual nanoseconds (etcd's `stopWithDelay`).
const LEAVE_DELAY: Nanos = SECOND;
/// The largest number of learners (etcd's `maxLearners`).
const LEARNERS_MAX: usize = 1;

type Change = ChangeMembers<NodeId, Rc<Member>>;

/// Marks a change as handled by this process, until it is dropped.
struct Changing(Rc<Cell<bool>>);

impl Drop for Changing {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Server {
    /// Checks by what this endpoint knows of the others whether it may forward a change.
    ///
    /// # Errors
    /// See [`strict`].
    pub(crate) fn may_change_members(&self, ask: &MemberAsk) -> Result<(), ServerError> {
        let memory = self.machine.memory.borrow();
        let known = self.known(&memory.members);
        match ask {
            MemberAsk::Add { learner, .. } => strict::may_add(&known, *learner),
            MemberAsk::Remove { id } => strict::may_remove(&known, *id),
            MemberAsk::Promote { .. } | MemberAsk::Update { .. } | MemberAsk::Publish { .. } => Ok(()),
        }
    }

    fn known<'a>(&self, members: &'a StoredMembership) -> Vec<Known<'a>> {
        let connected_for = |node| {
            if node == self.id { Some(Nanos::MAX) } else { self.network.connected_for(self.id, node) }
        };
        members.nodes().map(|(node, member)| Known { member, connected_for: connected_for(*node) }).collect()
    }

    /// Whether this member is a learner, as far as it has applied.
    pub(crate) fn is_learner(&self) -> bool {
        let memory = self.machine.memory.borrow();
        memory.members.get_node(&self.id).is_some_and(|member| member.learner)
    }

    /// Changes members if this node leads, and waits until the change is committed and applied.
    ///
    /// # Errors
    /// See [`MemberRefusal`]; only after [`Refusal::Discarded`] the result is unknown.
    pub(crate) async fn change_members(&self, ask: MemberAsk) -> MemberReply {
        let until = local_now().saturating_add(self.settings.server_patience());
        loop {
            if self.known_leader() != Some(self.id) {
                return Err(MemberRefusal::Raft(Refusal::NotLeader));
            }
            if self.leader_in_touch().is_some()
                && let Some(members) = self.settled_members()
            {
                // A leader whose own removal is committed proposes nothing more, as in etcd's raft; its successor will.
                // openraft asserts that a leader that changes members has a vote.
                if !members.voter_ids().any(|voter| voter == self.id) {
                    return Err(MemberRefusal::Raft(Refusal::NotLeader));
                }
                let (change, member) = self.plan(&members, &ask).map_err(MemberRefusal::Server)?;
                match self.reconfigure(change).await {
                    Ok(index) => {
                        self.give_votes().await;
                        return Ok(MemberDone { index, member });
                    }
                    Err(Refusal::NoQuorum) => {}
                    Err(refusal) => return Err(MemberRefusal::Raft(refusal)),
                }
            }
            if local_now() >= until {
                return Err(MemberRefusal::Raft(Refusal::NoQuorum));
            }
            runtime::sleep(LOOK_AGAIN).await;
        }
    }

    /// The members, if no change of them is under way.
    fn settled_members(&self) -> Option<StoredMembership> {
        let members = self.metrics(|metrics| {
            let committed =
                metrics.committed_membership_config.log_id() == metrics.membership_config.log_id();
            committed.then(|| (*metrics.membership_config).clone())
        })?;
        let settled = !self.changing.get() && rest_of(&members).is_none();
        settled.then_some(members)
    }

    /// The change to request from openraft, and the member concerned.
    ///
    /// # Errors
    /// Refuses what etcd's rules forbid.
    fn plan(&self, members: &StoredMembership, ask: &MemberAsk) -> Result<(Change, Member), ServerError> {
        let found = |id: u64| {
            let found = members.nodes().find(|(_, member)| member.id == id);
            found.map(|(node, member)| (*node, Member::clone(member))).ok_or(ServerError::MemberNotFound)
        };
        let taken = |urls: &[String], by_others_than: u64| {
            let others = members.nodes().filter(|(_, member)| member.id != by_others_than);
            let taken =
                others.into_iter().any(|(_, member)| urls.iter().any(|url| member.peer_urls.contains(url)));
            if taken { Err(ServerError::PeerUrlsExist) } else { Ok(()) }
        };
        match ask {
            MemberAsk::Add { peer_urls, learner } => {
                let peer_urls = sorted_urls(peer_urls);
                // etcd's servers leave the token out here.
                let id = member_id(&peer_urls, "", Some(local_now() / SECOND));
                if found(id).is_ok() || self.machine.memory.borrow().has_removed(id) {
                    return Err(ServerError::MemberExists);
                }
                taken(&peer_urls, id)?;
                let learners = members.nodes().filter(|(_, member)| member.learner).count();
                if *learner && learners >= LEARNERS_MAX {
                    return Err(ServerError::TooManyLearners);
                }
                let wished = self.settings.naming.node_of_peer(&peer_urls);
                let node = self.rooms.find(wished, local_now()).ok_or(ServerError::RingFull)?;
                let member = Member { id, peer_urls, learner: *learner, ..Member::default() };
                Ok((ChangeMembers::AddNodes(BTreeMap::from([(node, Rc::new(member.clone()))])), member))
            }
            MemberAsk::Promote { id } => {
                let one = found(*id);
                self.check_promotion(members, one.as_ref().ok().map(|(node, _)| *node))?;
                let (node, member) = one?;
                if !member.learner {
                    return Err(ServerError::NotLearner);
                }
                let member = Member { learner: false, ..member };
                let set = ChangeMembers::SetNodes(BTreeMap::from([(node, Rc::new(member.clone()))]));
                let vote = ChangeMembers::AddVoterIds(BTreeSet::from([node]));
                Ok((ChangeMembers::Batch(vec![set, vote]), member))
            }
            MemberAsk::Remove { id } => {
                let (node, member) = found(*id)?;
                let one = BTreeSet::from([node]);
                let votes = members.voter_ids().any(|voter| voter == node);
                // A voter is removed by a joint list; it leaves the list of nodes together with its vote.
                Ok((
                    if votes { ChangeMembers::RemoveVoters(one) } else { ChangeMembers::RemoveNodes(one) },
                    member,
                ))
            }
            MemberAsk::Update { id, peer_urls } => {
                let (node, member) = found(*id)?;
                taken(peer_urls, *id)?;
                Ok(set(node, Member { peer_urls: peer_urls.clone(), ..member }))
            }
            MemberAsk::Publish { member: Member { id, name, client_urls, .. } } => {
                let (node, member) = found(*id)?;
                Ok(set(node, Member { name: name.clone(), client_urls: client_urls.clone(), ..member }))
            }
        }
    }

    fn check_promotion(&self, members: &StoredMembership, node: Option<NodeId>) -> Result<(), ServerError> {
        let (matched, last) = self.metrics(|metrics| {
            let matched = |node| {
                let replication = metrics.replication.as_ref()?;
                replication.get(&node).map(|log_id| log_id.map_or(0, |id| id.index))
            };
            (node.filter(|node| *node != self.id).and_then(matched), metrics.last_log_index.unwrap_or(0))
        });
        strict::may_promote(&self.known(members), matched, last)
    }

    /// Requests a change from openraft, which appends one list or, for voters, a joint list and then the new one.
    /// Returns the log index of the last list.
    ///
    /// # Errors
    /// [`Refusal::NoQuorum`] if nothing was proposed because it is not possible now.
    async fn reconfigure(&self, change: Change) -> Result<u64, Refusal> {
        self.changing.set(true);
        let _changing = Changing(self.changing.clone());
        self.propose_members(change).await
    }

    async fn propose_members(&self, change: Change) -> Result<u64, Refusal> {
        let list = || self.metrics(|metrics| *metrics.membership_config.log_id());
        let (before, members) = (list(), self.nodes());
        let result = self.raft.change_membership(change, false).await;
        // An error may concern the second of two lists; the first may still be committed then.
        let nothing_proposed = list() == before;
        match result {
            Ok(done) => {
                self.tell_removed(members);
                Ok(done.log_id.index)
            }
            Err(RaftError::APIError(ClientWriteError::ForwardToLeader(_))) if nothing_proposed => {
                Err(Refusal::NotLeader)
            }
            Err(RaftError::APIError(_)) if nothing_proposed => Err(Refusal::NoQuorum),
            Err(_) => Err(Refusal::Discarded),
        }
    }

    /// The nodes and members of the last list in the log.
    fn nodes(&self) -> Vec<(NodeId, u64)> {
        self.metrics(|metrics| metrics.membership_config.nodes().map(|(id, one)| (*id, one.id)).collect())
    }

    /// Tells those of these members that were removed. In etcd they learn it with the commit; openraft sends nothing to a
    /// node that is off the list. A member that misses this message is told when it asks.
    fn tell_removed(&self, before: Vec<(NodeId, u64)>) {
        let left = self.nodes();
        for (node, receiver) in before.into_iter().filter(|one| one.0 != self.id && !left.contains(one)) {
            let server = self.clone();
            runtime::spawn(async move {
                let (ends, body) =
                    (Ends { receiver, ..server.ends() }, RequestBody::Removed { term: server.term() });
                // The result makes no difference here.
                let _heard = server.network.call(server.id, node, ends, body, PUBLISH_PATIENCE).await;
            });
        }
    }

    /// Marks this process as removed after a peer said so. Returns its member.
    pub(super) fn hear_of_removal(&self) -> MemberDone {
        if !self.farewell.replace(true) {
            runtime::spawn(self.clone().leave_later());
        }
        MemberDone { index: 0, member: Member::clone(&self.me) }
    }

    /// Gives votes to members that were added with one. If no majority is reachable now, [`Server::finish_members`]
    /// waits for it.
    async fn give_votes(&self) {
        let rest = self.metrics(|metrics| rest_of(&metrics.membership_config));
        if let Some(change) = rest {
            let patience = self.settings.election_min;
            let _later = runtime::timeout(patience, self.reconfigure(change)).await;
        }
    }

    /// Whether a half-done change of members is handled by nobody. The caller then starts
    /// [`Server::finish_members`].
    pub(crate) fn hands_out_members(&self) -> bool {
        !self.changing.replace(true)
    }

    /// Finishes a half-done change of members. Runs in the node's own domain.
    pub(crate) async fn finish_members(self) {
        let _changing = Changing(self.changing.clone());
        let rest = self.metrics(|metrics| rest_of(&metrics.membership_config));
        if let Some(change) = rest
            && self.propose_members(change).await.is_err()
        {
            // It no longer leads or cannot do it yet, so it does not try again at once.
            runtime::sleep(LOOK_AGAIN).await;
        }
    }

    /// Publishes this member's name and client URLs until the list has them (etcd's `publish`). Runs in the node's own
    /// domain.
    pub(super) async fn publish(self) {
        loop {
            let applied = {
                let memory = self.machine.memory.borrow();
                let Member { name, client_urls, .. } = &*self.me;
                match memory.members.get_node(&self.id) {
                    Some(member) if member.id != self.me.id => None,
                    Some(member) if (&member.name, &member.client_urls) == (name, client_urls) => return,
                    Some(_) => self.known_leader(),
                    None => None,
                }
            };
            if let Some(leader) = applied {
                let ask = MemberAsk::Publish { member: Member::clone(&self.me) };
                // Without an answer it asks again.
                if leader == self.id {
                    let _done = runtime::timeout(PUBLISH_PATIENCE, self.change_members(ask)).await;
                } else {
                    let body = RequestBody::Member { ask, term: self.term() };
                    let _answer =
                        self.network.call(self.id, leader, self.ends(), body, PUBLISH_PATIENCE).await;
                }
            }
            runtime::sleep(LOOK_AGAIN).await;
        }
    }

    /// Whether the process applied its own removal and [`LEAVE_DELAY`] has passed.
    pub(crate) fn is_expelled(&self) -> bool {
        self.leaves.get()
    }

    /// Whether the process has just applied its own removal. The caller then starts [`Server::leave_later`].
    pub(crate) fn hands_out_farewell(&self) -> bool {
        !self.farewell.get()
            && self.machine.memory.borrow().has_removed(self.me.id)
            && !self.farewell.replace(true)
    }

    /// Waits for [`LEAVE_DELAY`], then marks the process as leaving. Runs in the node's own domain.
    pub(crate) async fn leave_later(self) {
        runtime::sleep(LEAVE_DELAY).await;
        self.leaves.set(true);
    }
}

fn set(node: NodeId, member: Member) -> (Change, Member) {
    (ChangeMembers::SetNodes(BTreeMap::from([(node, Rc::new(member.clone()))])), member)
}

/// Whether a committed list leaves something to do.
pub(super) fn is_half_done(members: &StoredMembership) -> bool {
    rest_of(members).is_some()
}

/// What a committed list leaves to do: the second half of a joint change, or votes for members that were added with
/// one.
fn rest_of(members: &StoredMembership) -> Option<Change> {
    let joint = members.get_joint_config();
    if joint.len() > 1 {
        return Some(ChangeMembers::AddVoterIds(BTreeSet::new()));
    }
    let votes = |node: &NodeId| joint.iter().any(|set| set.contains(node));
    let waiting: BTreeSet<NodeId> = members
        .nodes()
        .filter(|(node, member)| !member.learner && !votes(node))
        .map(|(node, _)| *node)
        .collect();
    (!waiting.is_empty()).then_some(ChangeMembers::AddVoterIds(waiting))
}
