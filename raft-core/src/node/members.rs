//! Changes of members, as the leader makes them: etcd's rules, openraft's joint consensus.
//!
//! A member list in the log holds etcd's [`Member`] for each node, so that names, URLs and votes are
//! one replicated truth. etcd 3.4 changes one member in one step, at the moment at which the entry is
//! applied; openraft changes voters through joint consensus, and a list counts as soon as it is in the
//! log. A new voter is therefore added as a node first, by the old majority alone, which is when etcd
//! answers; its vote follows at once by a joint list. So a cluster of one can be told of a second
//! member that does not run yet, and waits for it afterwards, as etcd's does.
//!
//! What a leader leaves half done (a joint list, a member that has no vote yet) its successor
//! finishes: [`rest_of`] reads it from the log alone.

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

/// How long until a leader that cannot change members now looks again, on its own clock.
const LOOK_AGAIN: Nanos = 10 * MILLISECOND;
/// How long a started member waits for the leader to write down its name, before it asks again.
const PUBLISH_PATIENCE: Nanos = SECOND;
/// How long a process lives on after it applied its own removal (etcd's `stopWithDelay`).
const LEAVE_DELAY: Nanos = SECOND;
/// How many learners there may be (etcd's `maxLearners`).
const LEARNERS_MAX: usize = 1;

type Change = ChangeMembers<NodeId, Rc<Member>>;

/// Marks that this process sees to a change, until it is dropped.
struct Changing(Rc<Cell<bool>>);

impl Drop for Changing {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Server {
    /// Whether this endpoint may pass a change on at all, by what it knows of the others.
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

    /// Whether this member, as far as it has applied, has no vote.
    pub(crate) fn is_learner(&self) -> bool {
        let memory = self.machine.memory.borrow();
        memory.members.get_node(&self.id).is_some_and(|member| member.learner)
    }

    /// Changes members if this node leads, and waits until the change is committed and applied.
    ///
    /// # Errors
    /// See [`MemberRefusal`]; only [`Refusal::Discarded`] leaves open what became of it.
    pub(crate) async fn change_members(&self, ask: MemberAsk) -> MemberReply {
        let until = local_now().saturating_add(self.settings.server_patience());
        loop {
            if self.known_leader() != Some(self.id) {
                return Err(MemberRefusal::Raft(Refusal::NotLeader));
            }
            if self.leader_in_touch().is_some()
                && let Some(members) = self.settled_members()
            {
                // A leader whose own removal is committed proposes nothing more (etcd's raft drops it): the next
                // one will. openraft asserts that who changes members has a vote.
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

    /// What to ask of openraft, and the member that it is about.
    ///
    /// # Errors
    /// etcd's rules forbid it.
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
                // As etcd's servers do, which leave the token out here.
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
                // A voter goes by a joint list, and leaves the list of nodes with its vote.
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

    /// Hands a change to openraft, which makes one list of it or, for voters, a joint one and then
    /// the new one. The index of the last.
    ///
    /// # Errors
    /// [`Refusal::NoQuorum`]: not now, nothing was proposed.
    async fn reconfigure(&self, change: Change) -> Result<u64, Refusal> {
        self.changing.set(true);
        let _changing = Changing(self.changing.clone());
        self.propose_members(change).await
    }

    async fn propose_members(&self, change: Change) -> Result<u64, Refusal> {
        let list = || self.metrics(|metrics| *metrics.membership_config.log_id());
        let (before, members) = (list(), self.nodes());
        let result = self.raft.change_membership(change, false).await;
        // An error may belong to the second of two lists; then the first may yet be carried out.
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

    /// Lets those of these members know that are none any more. etcd's learn it with the commit; openraft
    /// sends them nothing once they are off the list. Who does not hear it is told when it asks.
    fn tell_removed(&self, before: Vec<(NodeId, u64)>) {
        let left = self.nodes();
        for (node, receiver) in before.into_iter().filter(|one| one.0 != self.id && !left.contains(one)) {
            let server = self.clone();
            runtime::spawn(async move {
                let (ends, body) =
                    (Ends { receiver, ..server.ends() }, RequestBody::Removed { term: server.term() });
                // Whether it heard makes no difference here.
                let _heard = server.network.call(server.id, node, ends, body, PUBLISH_PATIENCE).await;
            });
        }
    }

    /// Somebody says that this member was removed. What the member is.
    pub(super) fn hear_of_removal(&self) -> MemberDone {
        if !self.farewell.replace(true) {
            runtime::spawn(self.clone().leave_later());
        }
        MemberDone { index: 0, member: Member::clone(&self.me) }
    }

    /// Gives their votes to members that were added with one. A majority that is missing now is
    /// waited for elsewhere: see [`Server::hands_out_members`].
    async fn give_votes(&self) {
        let rest = self.metrics(|metrics| rest_of(&metrics.membership_config));
        if let Some(change) = rest {
            let patience = self.settings.election_min;
            let _later = runtime::timeout(patience, self.reconfigure(change)).await;
        }
    }

    /// Whether nobody sees to a change of members that a leader has left half done. Whoever is told so
    /// starts [`Server::finish_members`].
    pub(crate) fn hands_out_members(&self) -> bool {
        !self.changing.replace(true)
    }

    /// Finishes what [`Server::hands_out_members`] found. Runs in the node's own domain.
    pub(crate) async fn finish_members(self) {
        let _changing = Changing(self.changing.clone());
        let rest = self.metrics(|metrics| rest_of(&metrics.membership_config));
        if let Some(change) = rest
            && self.propose_members(change).await.is_err()
        {
            // It does not lead any more, or cannot do it yet: not at once again.
            runtime::sleep(LOOK_AGAIN).await;
        }
    }

    /// Tells the cluster this member's name and where clients reach it, until the list has it (etcd's
    /// `publish`). Runs in the node's own domain.
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
                // Should nobody answer, it asks again.
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

    /// Whether the process applied its own member's removal and its last second is over.
    pub(crate) fn is_expelled(&self) -> bool {
        self.leaves.get()
    }

    /// Whether the process has just applied its own member's removal: whoever is told so starts
    /// [`Server::leave_later`].
    pub(crate) fn hands_out_farewell(&self) -> bool {
        !self.farewell.get()
            && self.machine.memory.borrow().has_removed(self.me.id)
            && !self.farewell.replace(true)
    }

    /// Lets the process live a little longer. Runs in the node's own domain.
    pub(crate) async fn leave_later(self) {
        runtime::sleep(LEAVE_DELAY).await;
        self.leaves.set(true);
    }
}

fn set(node: NodeId, member: Member) -> (Change, Member) {
    (ChangeMembers::SetNodes(BTreeMap::from([(node, Rc::new(member.clone()))])), member)
}

/// Whether anything is left to do for a list once it is committed.
pub(super) fn is_half_done(members: &StoredMembership) -> bool {
    rest_of(members).is_some()
}

/// What is left to do for a committed list: the second half of a joint change, or votes for members
/// that were added with one.
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
