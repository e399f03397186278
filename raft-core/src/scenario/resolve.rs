//! What the words of a step mean on the cluster as it stands: which nodes, which links, which actions.

use super::ast::{Deed, Nodes, Verb, Who};
use super::player::Player;
use crate::cluster::{Action, Dice, Link, NodeView, PendingDrop, Process, Role, Stress};
use crate::units::NodeId;

impl Player {
    /// The actions of a step that changes the cluster.
    pub(super) fn actions(&self, deed: &Deed) -> Result<Vec<Action>, String> {
        let each = |nodes: &Nodes, make: fn(NodeId) -> Action| {
            Ok::<Vec<Action>, String>(self.many(nodes)?.into_iter().map(make).collect())
        };
        match deed {
            Deed::Do(verb, nodes) => each(
                nodes,
                match verb {
                    Verb::Start => |node| Action::StartMember { node, name: None, client_address: None },
                    Verb::Kill => Action::Kill,
                    Verb::Stop => Action::Stop,
                    Verb::Restart => Action::Restart,
                    Verb::Pause => Action::Pause,
                    Verb::Resume => Action::Resume,
                    Verb::Isolate => Action::Isolate,
                    Verb::Campaign => Action::Campaign,
                    Verb::Transfer => Action::Transfer,
                    Verb::Snapshot => Action::Snapshot,
                    Verb::Wipe => Action::Wipe,
                },
            ),
            Deed::Partition(groups) => Ok(vec![Action::Partition(self.groups(groups)?)]),
            Deed::Cut(from, to) => Ok(self.links(from, to)?.into_iter().map(Action::Cut).collect()),
            Deed::Heal(nodes) if nodes.is_empty() => Ok(vec![Action::Heal(None)]),
            Deed::Heal(nodes) => Ok(vec![Action::Heal(Some(self.many(nodes)?))]),
            Deed::HealLink(from, to) => Ok(self.links(from, to)?.into_iter().map(Action::HealLink).collect()),
            Deed::Latency(min, max, links) => {
                let make = |link| Action::Latency { link, min: *min, max: *max };
                self.on_links(links.as_ref(), make)
            }
            Deed::Loss(ppm, links) => self.on_links(links.as_ref(), |link| Action::Loss { link, ppm: *ppm }),
            Deed::Duplication(ppm, links) => {
                self.on_links(links.as_ref(), |link| Action::Duplication { link, ppm: *ppm })
            }
            Deed::Drop(message) => Ok(vec![Action::Drop(*message)]),
            Deed::Delay(message, by) => Ok(vec![Action::Delay { message: *message, by: *by }]),
            Deed::Duplicate(message) => Ok(vec![Action::Duplicate(*message)]),
            Deed::DropNext(class, links) => {
                self.on_links(links.as_ref(), |link| Action::DropNext(PendingDrop { class: *class, link }))
            }
            Deed::CancelDrops => Ok(vec![Action::CancelDrops]),
            Deed::Clock(nodes, ppm) => {
                let make = |node| Action::ClockRate { node, ppm: *ppm };
                Ok(self.many(nodes)?.into_iter().map(make).collect())
            }
            Deed::Fsync(nodes, takes) if nodes.is_empty() => {
                Ok(vec![Action::Fsync { node: None, takes: *takes }])
            }
            Deed::Fsync(nodes, takes) => {
                let make = |node| Action::Fsync { node: Some(node), takes: *takes };
                Ok(self.many(nodes)?.into_iter().map(make).collect())
            }
            Deed::Timers(Dice::Drawn, _) => Ok(vec![Action::TimersAsDrawn]),
            Deed::Timers(Dice::Aligned, nodes) => Ok(vec![Action::AlignTimers(self.many(nodes)?)]),
            Deed::Timers(Dice::Spread, nodes) => Ok(vec![Action::SpreadTimers(self.many(nodes)?)]),
            Deed::Elections(on, nodes) => {
                let nodes = if nodes.is_empty() { Vec::new() } else { self.many(nodes)? };
                Ok(vec![Action::Elections { nodes, on: *on }])
            }
            Deed::Stress(rate, duration, nodes) => {
                let endpoints = if nodes.is_empty() {
                    self.cluster.configuration().all_voters()
                } else {
                    self.many(nodes)?
                };
                Ok(vec![Action::Stress(Stress { endpoints, rate: *rate, duration: *duration })])
            }
            _ => Ok(Vec::new()),
        }
    }

    fn on_links(
        &self,
        links: Option<&(Nodes, Nodes)>,
        make: impl Fn(Option<Link>) -> Action,
    ) -> Result<Vec<Action>, String> {
        match links {
            None => Ok(vec![make(None)]),
            Some((from, to)) => Ok(self.links(from, to)?.into_iter().map(|link| make(Some(link))).collect()),
        }
    }

    fn links(&self, from: &Nodes, to: &Nodes) -> Result<Vec<Link>, String> {
        let from = self.many(from)?;
        let to = if to.contains(&Who::Rest) { self.all_but(&from) } else { self.many(to)? };
        let links = from.iter().flat_map(|from| {
            let others = to.iter().filter(move |to| *to != from);
            others.map(move |to| Link { from: *from, to: *to })
        });
        Ok(links.collect())
    }

    fn groups(&self, groups: &[Nodes]) -> Result<Vec<Vec<NodeId>>, String> {
        let mut named = Vec::new();
        for group in groups.iter().filter(|group| !group.contains(&Who::Rest)) {
            named.extend(self.many(group)?);
        }
        groups
            .iter()
            .map(|group| if group.contains(&Who::Rest) { Ok(self.all_but(&named)) } else { self.many(group) })
            .collect()
    }

    fn all_but(&self, named: &[NodeId]) -> Vec<NodeId> {
        self.cluster.node_ids().into_iter().filter(|id| !named.contains(id)).collect()
    }

    /// The nodes that a list means now.
    pub(super) fn many(&self, nodes: &[Who]) -> Result<Vec<NodeId>, String> {
        let mut found = Vec::new();
        for who in nodes {
            match who {
                Who::All | Who::Rest => found.extend(self.all_but(&[])),
                one => found.push(self.one(one)?),
            }
        }
        found.dedup();
        Ok(found)
    }

    /// The node whose terminal is meant. A machine stays when its member has left the cluster.
    pub(super) fn machine(&self, who: &Who) -> Result<NodeId, String> {
        match who {
            Who::Node(id) if *id <= self.cluster.settings().nodes || self.session.has_terminal(*id) => {
                Ok(*id)
            }
            who => self.one(who),
        }
    }

    /// The node that a word means now.
    pub(super) fn one(&self, who: &Who) -> Result<NodeId, String> {
        match who {
            Who::Node(id) if self.cluster.has_node(*id) => Ok(*id),
            Who::Node(id) => {
                let names: Vec<String> =
                    self.cluster.node_ids().iter().map(|id| format!("node{id}")).collect();
                Err(format!("node{id} is not a member: there are {}", names.join(", ")))
            }
            Who::Leader => {
                self.cluster.status().leader.ok_or_else(|| "there is no leader with a quorum".to_owned())
            }
            Who::Follower => {
                let view = self.cluster.view();
                let follows = |n: &&NodeView| n.process == Process::Running && n.role == Role::Follower;
                view.nodes
                    .iter()
                    .find(follows)
                    .map(|n| n.id)
                    .ok_or_else(|| "no running node follows".to_owned())
            }
            Who::Named(name) => {
                self.names.get(name).copied().ok_or_else(|| format!("nobody was named {name} yet"))
            }
            Who::All | Who::Rest => Err("one node is meant here, not several".to_owned()),
        }
    }
}
