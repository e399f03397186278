//! Resolves the nodes, links and actions that a step means on the cluster as it is now.

use super::ast::{Deed, Nodes, Verb, Who};
use super::script::Script;
use crate::cluster::{Cluster, allow_breaches};
use crate::model::{Action, Breach, Dice, Link, NodeView, PendingDrop, Process, Role, Stress};
use crate::units::NodeId;

impl Script {
    /// Returns the actions of a step that changes the cluster.
    ///
    /// # Errors
    /// A reference means no node now.
    pub(super) fn actions(&self, cluster: &Cluster, deed: &Deed) -> Result<Vec<Action>, String> {
        let each = |nodes: &Nodes, make: fn(NodeId) -> Action| {
            Ok::<Vec<Action>, String>(self.many(cluster, nodes)?.into_iter().map(make).collect())
        };
        match deed {
            Deed::Do(verb, nodes) => each(
                nodes,
                match verb {
                    Verb::Start => |node| Action::StartMember { node, name: None, client_address: None },
                    Verb::Crash => Action::Crash,
                    Verb::Stop => Action::Stop,
                    Verb::Restart => Action::Restart,
                    Verb::Pause => Action::Pause,
                    Verb::Resume => Action::Resume,
                    Verb::Isolate => Action::Isolate,
                    Verb::Campaign => Action::Campaign,
                    Verb::Transfer => Action::Transfer,
                    Verb::Snapshot => Action::Snapshot,
                    Verb::Wipe => Action::Wipe,
                    Verb::Backup => Action::Backup,
                },
            ),
            Deed::Partition(groups) => Ok(vec![Action::Partition(self.groups(cluster, groups)?)]),
            Deed::Cut(from, to) => Ok(self.links(cluster, from, to)?.into_iter().map(Action::Cut).collect()),
            Deed::Heal(nodes) if nodes.is_empty() => Ok(vec![Action::Heal(None)]),
            Deed::Heal(nodes) => Ok(vec![Action::Heal(Some(self.many(cluster, nodes)?))]),
            Deed::HealLink(from, to) => {
                Ok(self.links(cluster, from, to)?.into_iter().map(Action::HealLink).collect())
            }
            Deed::Latency(min, max, links) => {
                let make = |link| Action::Latency { link, min: *min, max: *max };
                self.on_links(cluster, links.as_ref(), make)
            }
            Deed::Loss(ppm, links) => {
                self.on_links(cluster, links.as_ref(), |link| Action::Loss { link, ppm: *ppm })
            }
            Deed::Duplication(ppm, links) => {
                self.on_links(cluster, links.as_ref(), |link| Action::Duplication { link, ppm: *ppm })
            }
            Deed::Drop(message) => Ok(vec![Action::Drop(*message)]),
            Deed::Delay(message, by) => Ok(vec![Action::Delay { message: *message, by: *by }]),
            Deed::Duplicate(message) => Ok(vec![Action::Duplicate(*message)]),
            Deed::DropNext(class, links) => self.on_links(cluster, links.as_ref(), |link| {
                Action::DropNext(PendingDrop { class: *class, link })
            }),
            Deed::CancelDrops => Ok(vec![Action::CancelDrops]),
            Deed::Elections(on, nodes) => {
                let nodes = if nodes.is_empty() { Vec::new() } else { self.many(cluster, nodes)? };
                Ok(vec![Action::Elections { nodes, on: *on }])
            }
            Deed::Stress(rate, duration, nodes) => {
                let endpoints = if nodes.is_empty() {
                    cluster.configuration().all_voters()
                } else {
                    self.many(cluster, nodes)?
                };
                Ok(vec![Action::Stress(Stress { endpoints, rate: *rate, duration: *duration })])
            }
            deed => self.on_machines(cluster, deed),
        }
    }

    /// Returns the actions of a step that changes clocks, disks, timers or switches.
    fn on_machines(&self, cluster: &Cluster, deed: &Deed) -> Result<Vec<Action>, String> {
        match deed {
            Deed::Clock(nodes, ppm) => {
                let make = |node| Action::ClockRate { node, ppm: *ppm };
                Ok(self.many(cluster, nodes)?.into_iter().map(make).collect())
            }
            Deed::Fsync(nodes, takes) if nodes.is_empty() => {
                Ok(vec![Action::Fsync { node: None, takes: *takes }])
            }
            Deed::Fsync(nodes, takes) => {
                let make = |node| Action::Fsync { node: Some(node), takes: *takes };
                Ok(self.many(cluster, nodes)?.into_iter().map(make).collect())
            }
            Deed::PreVote(on) => Ok(vec![Action::PreVote(*on)]),
            Deed::LeaseReads(on) => Ok(vec![Action::LeaseReads(*on)]),
            Deed::StartAs(node, name, client_address) => {
                let (node, name, client_address) =
                    (self.one(cluster, node)?, name.clone(), client_address.clone());
                Ok(vec![Action::StartMember { node, name, client_address }])
            }
            Deed::Break { what, on, nodes, from } => {
                let from = from.as_ref().map(|who| self.one(cluster, who)).transpose()?;
                allow_breaches();
                let make = |node| Action::Break(Breach { what: *what, node, from, on: *on });
                if nodes.is_empty() {
                    return Ok(vec![make(None)]);
                }
                Ok(self.many(cluster, nodes)?.into_iter().map(|node| make(Some(node))).collect())
            }
            Deed::HangUp(request) => Ok(vec![Action::HangUp(*request)]),
            Deed::Timers(Dice::Drawn, _) => Ok(vec![Action::TimersAsDrawn]),
            Deed::Timers(Dice::Aligned, nodes) => Ok(vec![Action::AlignTimers(self.many(cluster, nodes)?)]),
            Deed::Timers(Dice::Spread, nodes) => Ok(vec![Action::SpreadTimers(self.many(cluster, nodes)?)]),
            _ => Ok(Vec::new()),
        }
    }

    fn on_links(
        &self,
        cluster: &Cluster,
        links: Option<&(Nodes, Nodes)>,
        make: impl Fn(Option<Link>) -> Action,
    ) -> Result<Vec<Action>, String> {
        match links {
            None => Ok(vec![make(None)]),
            Some((from, to)) => {
                Ok(self.links(cluster, from, to)?.into_iter().map(|link| make(Some(link))).collect())
            }
        }
    }

    fn links(&self, cluster: &Cluster, from: &Nodes, to: &Nodes) -> Result<Vec<Link>, String> {
        let from = self.many(cluster, from)?;
        let to = if to.contains(&Who::Rest) { all_but(cluster, &from) } else { self.many(cluster, to)? };
        let links = from.iter().flat_map(|from| {
            let others = to.iter().filter(move |to| *to != from);
            others.map(move |to| Link { from: *from, to: *to })
        });
        Ok(links.collect())
    }

    fn groups(&self, cluster: &Cluster, groups: &[Nodes]) -> Result<Vec<Vec<NodeId>>, String> {
        let mut named = Vec::new();
        for group in groups.iter().filter(|group| !group.contains(&Who::Rest)) {
            named.extend(self.many(cluster, group)?);
        }
        groups
            .iter()
            .map(|group| {
                if group.contains(&Who::Rest) {
                    Ok(all_but(cluster, &named))
                } else {
                    self.many(cluster, group)
                }
            })
            .collect()
    }

    /// Returns the nodes that a list means now.
    ///
    /// # Errors
    /// A reference means no node now.
    pub(super) fn many(&self, cluster: &Cluster, nodes: &[Who]) -> Result<Vec<NodeId>, String> {
        let mut found = Vec::new();
        for who in nodes {
            match who {
                Who::All | Who::Rest => found.extend(all_but(cluster, &[])),
                one => found.push(self.one(cluster, one)?),
            }
        }
        found.dedup();
        Ok(found)
    }

    /// Returns the node whose terminal is meant. It may have left the cluster: its terminals remain.
    pub(super) fn machine(&self, cluster: &Cluster, who: &Who) -> Result<NodeId, String> {
        match who {
            Who::Node(id) if *id <= cluster.settings().nodes || self.session.has_terminal(*id) => Ok(*id),
            who => self.one(cluster, who),
        }
    }

    /// Returns the node that a reference means now.
    ///
    /// # Errors
    /// It means no node, or several.
    pub(super) fn one(&self, cluster: &Cluster, who: &Who) -> Result<NodeId, String> {
        match who {
            Who::Node(id) if cluster.has_node(*id) => Ok(*id),
            Who::Node(id) => {
                let names: Vec<String> = cluster.node_ids().iter().map(|id| format!("node{id}")).collect();
                Err(format!("node{id} is not a member: there are {}", names.join(", ")))
            }
            Who::Leader => {
                cluster.status().leader.ok_or_else(|| "there is no leader with a quorum".to_owned())
            }
            Who::Follower => {
                let view = cluster.view();
                let follows = |n: &&NodeView| n.process == Process::Running && n.role == Role::Follower;
                view.nodes
                    .iter()
                    .find(follows)
                    .map(|n| n.id)
                    .ok_or_else(|| "there is no running follower".to_owned())
            }
            Who::Named(name) => {
                self.names.get(name).copied().ok_or_else(|| format!("no node has the name {name} yet"))
            }
            Who::All | Who::Rest => Err("a single node is needed here".to_owned()),
        }
    }
}

fn all_but(cluster: &Cluster, named: &[NodeId]) -> Vec<NodeId> {
    cluster.node_ids().into_iter().filter(|id| !named.contains(id)).collect()
}
