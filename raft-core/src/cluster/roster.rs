//! The roster: added members get a place in the ring, removed members leave it.

use std::rc::Rc;

use super::facade::Cluster;
use crate::model::{
    ActionError, Applied, Configuration, Directory, EventKind, Member, Place, Process, Role, Standing,
};
use crate::node::Node;
use crate::units::NodeId;

/// The longest name of a member, in bytes.
const NAME_BYTES_MAX: usize = 64;

impl Cluster {
    /// Every node, ascending: members, and removed ones that are still shown or still run.
    pub fn node_ids(&self) -> Vec<NodeId> {
        let now = self.now();
        self.nodes.values().filter(|node| !node.is_gone(now)).map(|node| node.id).collect()
    }

    pub(super) fn is_shown(&self, id: NodeId) -> bool {
        self.nodes.get(&id).is_some_and(|node| !node.is_gone(self.now()))
    }

    /// Whether a node with this number exists or existed and its number was not given again.
    pub fn has_node(&self, id: NodeId) -> bool {
        self.nodes.contains_key(&id)
    }

    /// The ids and addresses of the cluster and its members.
    pub fn directory(&self) -> Directory {
        let naming = self.settings.naming;
        let place = |node: &Node| Place {
            node: node.id,
            member_id: node.member.id,
            client_address: match node.member.client_urls.first() {
                Some(url) => url.trim_start_matches("http://").to_owned(),
                None => naming.client_address(node.id),
            },
        };
        let now = self.now();
        Directory {
            cluster_id: naming.cluster_id(self.settings.nodes),
            naming,
            places: self.nodes.values().filter(|node| !node.is_gone(now)).map(place).collect(),
        }
    }

    /// The node that a peer URL belongs to, while it is a member.
    pub fn node_of_peer(&self, peer_url: &str) -> Option<NodeId> {
        let has =
            |node: &&Node| node.removed.is_none() && node.member.peer_urls.iter().any(|url| url == peer_url);
        self.nodes.values().find(has).map(|node| node.id)
    }

    /// The configuration in the log of the leader of the highest term; without a leader, the newest list in any log.
    pub fn configuration(&self) -> Rc<Configuration> {
        let weight = |node: &&Node| {
            let leads = node.process == Process::Running && node.observed.role == Some(Role::Leader);
            let members = node.observed.members.as_ref().and_then(|members| members.position());
            (members.is_some(), if leads { node.observed.term } else { 0 }, node.process.is_up(), members)
        };
        let best = self.nodes.values().max_by_key(weight);
        match best.and_then(|node| node.observed.members.as_ref()) {
            Some(members) if !members.configuration.voters.is_empty() => members.configuration.clone(),
            _ => Rc::new(Configuration::of_voters((1..=self.settings.nodes).collect())),
        }
    }

    /// A node's standing in a configuration.
    pub(super) fn standing(&self, node: &Node, configuration: &Configuration) -> Standing {
        if node.removed.is_some() {
            Standing::Removed
        } else if configuration.learners.contains(&node.id) {
            if node.member.learner { Standing::Learner } else { Standing::Joining }
        } else if configuration.current().contains(&node.id) {
            let is_new = configuration.is_joint() && !configuration.voters[0].contains(&node.id);
            if is_new { Standing::Joining } else { Standing::Voter }
        } else if configuration.is_voter(node.id) {
            Standing::Leaving
        } else {
            Standing::Joining
        }
    }

    /// Applies member lists: gives new members a place and marks removed ones.
    pub(super) fn look_at_members(&mut self) {
        let changed: Vec<NodeId> = self
            .nodes
            .values_mut()
            .filter_map(|node| std::mem::take(&mut node.observed.members_changed).then_some(node.id))
            .collect();
        for id in changed {
            self.give_places(id);
            self.take_committed(id);
        }
        self.forget_unheard_of();
        self.look_for_caught_up();
    }

    /// Gives a place to each member in a node's log that has none.
    fn give_places(&mut self, witness: NodeId) {
        let members: Vec<(NodeId, Member)> = self
            .around
            .listening
            .with(witness, |server| {
                server.metrics(|m| {
                    m.membership_config.nodes().map(|(id, one)| (*id, Member::clone(one))).collect()
                })
            })
            .unwrap_or_default();
        let index = self.nodes.get(&witness).and_then(|node| Some(node.observed.members.as_ref()?.index()));
        let now = self.now();
        for (id, member) in members {
            if let Some(node) = self.nodes.get_mut(&id) {
                if node.member.id == member.id {
                    // A started process publishes its own name.
                    let own = node.member.clone();
                    let Member { peer_urls, learner, .. } = member;
                    if (&own.peer_urls, own.learner) != (&peer_urls, learner) {
                        node.member = Rc::new(Member { peer_urls, learner, ..Member::clone(&own) });
                    }
                    continue;
                }
                // An old log may name an earlier member with the same number.
                if !node.is_gone(now) {
                    continue;
                }
                self.around.network.dismiss(id);
            }
            let learner = member.learner;
            let recorder = self.around.recorder.clone();
            let node = Node::added(id, member, index.unwrap_or(0), &self.settings, recorder);
            node.disk.borrow_mut().set_fsync(self.fsync);
            node.disk.borrow_mut().set_lying(self.lying);
            // A new member has a new machine with its own clock.
            self.around.executor.set_clock_rate_ppm(node.domain(), u64::from(node.clock_ppm));
            self.around.executor.load_election_dice(node.domain(), None, false);
            self.dice.nodes.retain(|loaded| *loaded != id);
            self.nodes.insert(id, node);
            self.around.rooms.take(id);
            self.around.network.change_links(|links| links.admit(id, witness));
            self.around.recorder.record(EventKind::MemberAdded { node: id, learner });
        }
    }

    /// Marks members that a committed list no longer has as removed.
    fn take_committed(&mut self, witness: NodeId) {
        let Some(members) = self.nodes.get(&witness).and_then(|node| node.observed.members.as_ref()) else {
            return;
        };
        if !members.committed || members.index() <= self.members_committed {
            return;
        }
        self.members_committed = members.index();
        let (index, configuration) = (members.index(), members.configuration.clone());
        let now = self.now();
        for node in self.nodes.values_mut() {
            let contained = configuration.contains(node.id);
            node.confirmed |= contained;
            if contained || node.added_at.unwrap_or(0) > index || node.removed.is_some() {
                continue;
            }
            node.removed = Some(now);
            if !node.process.is_up() {
                node.since = now;
                self.around.rooms.free_from(node.id, now + crate::node::REMOVED_SHOWN);
            }
            self.around.recorder.record(EventKind::MemberRemoved { node: node.id });
        }
    }

    /// Forgets members whose list was never committed and is in no log.
    fn forget_unheard_of(&mut self) {
        let announced = |node: &&Node| node.process == Process::Announced && !node.confirmed;
        let waiting: Vec<NodeId> = self.nodes.values().filter(announced).map(|node| node.id).collect();
        for id in waiting {
            let heard_of = |node: &Node| {
                node.observed.members.as_ref().is_none_or(|members| members.configuration.contains(id))
            };
            if !self.nodes.values().filter(|node| node.id != id).any(heard_of) {
                self.nodes.remove(&id);
                self.around.rooms.free_from(id, 0);
                self.around.network.dismiss(id);
                self.around.recorder.record(EventKind::MemberRemoved { node: id });
            }
        }
    }

    /// Records when the acting leader learns that an added member has its whole log.
    fn look_for_caught_up(&mut self) {
        let behind = |node: &&Node| !node.caught_up && node.process.is_up();
        let waiting: Vec<NodeId> = self.nodes.values().filter(behind).map(|node| node.id).collect();
        if waiting.is_empty() {
            return;
        }
        for id in waiting {
            let leader = self.acting_leader();
            let last = leader.and_then(|leader| self.nodes.get(&leader)?.disk.borrow().last_index());
            if let Some(index) = self.matched(leader, id).filter(|matched| Some(*matched) >= last) {
                if let Some(node) = self.nodes.get_mut(&id) {
                    node.caught_up = true;
                }
                self.around.recorder.record(EventKind::CaughtUp { node: id, index });
            }
        }
    }

    /// The last index that the acting leader knows to be in a node's log (matchIndex).
    pub(crate) fn matched(&self, leader: Option<NodeId>, id: NodeId) -> Option<u64> {
        let leader = leader.filter(|leader| *leader != id)?;
        let matched = self.around.listening.with(leader, |server| {
            server.metrics(|metrics| metrics.replication.as_ref()?.get(&id).copied().flatten())
        });
        matched.flatten().map(|log_id| log_id.index)
    }

    /// Ends processes that learned of their removal. Returns true if one was ended.
    pub(super) fn expel(&mut self) -> bool {
        let mut any = false;
        for node in self.nodes.values_mut() {
            // A paused process cannot close its files yet.
            if node.expelled && node.process.is_up() && node.process != Process::Paused {
                node.leave(&self.around);
                any = true;
            }
        }
        any
    }

    /// The state of a node's process.
    ///
    /// # Errors
    /// Refuses an unknown node.
    pub(super) fn member(&self, id: NodeId) -> Result<Process, ActionError> {
        match self.nodes.get(&id) {
            Some(node) => Ok(node.process),
            None => {
                let names: Vec<String> = self.node_ids().iter().map(|id| format!("node{id}")).collect();
                Err(ActionError {
                    problem: format!("node{id} is not a member of this cluster"),
                    accepted: format!("members are {}", names.join(", ")),
                })
            }
        }
    }

    /// Starts the process of a member that was added.
    ///
    /// # Errors
    /// Refuses an unknown node, and an invalid name or address.
    pub(super) fn start_member(
        &mut self,
        id: NodeId,
        name: Option<String>,
        client_address: Option<String>,
    ) -> Result<Applied, ActionError> {
        if self.member(id)? != Process::Announced {
            return Ok(Applied::NothingToDo(format!(
                "node{id} has been started already; restart it instead"
            )));
        }
        let naming = self.settings.naming;
        let name = name.unwrap_or_else(|| naming.name(id));
        let address = client_address.unwrap_or_else(|| naming.client_address(id));
        let wrong = |text: &str| text.is_empty() || text.len() > NAME_BYTES_MAX;
        if wrong(&name) || wrong(&address) {
            return Err(ActionError {
                problem: "a member's name or address is empty or too long".to_owned(),
                accepted: format!("1 to {NAME_BYTES_MAX} bytes are accepted"),
            });
        }
        if let Some(node) = self.nodes.get_mut(&id) {
            let client_urls = vec![format!("http://{address}")];
            node.member = Rc::new(Member { name, client_urls, ..Member::clone(&node.member) });
            node.boot(&self.around);
        }
        Ok(Applied::Done)
    }
}
