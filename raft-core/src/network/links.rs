//! Links: their quality, and which directions nothing passes over.

use crate::model::{Link, LinkView};
use crate::small_map::{Key, SmallMap};
use crate::units::{Nanos, NodeId};

/// How one direction of a link behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LinkQuality {
    /// Shortest one-way latency.
    pub(crate) latency_min: Nanos,
    /// Longest one-way latency.
    pub(crate) latency_max: Nanos,
    /// Messages lost per million.
    pub(crate) loss_ppm: u32,
    /// Messages of which a second copy is sent, per million.
    pub(crate) duplicate_ppm: u32,
}

impl Key for Link {}

/// The state of every link.
pub(crate) struct Links {
    /// The nodes that there are, ascending.
    nodes: Vec<NodeId>,
    /// Quality of links that have none of their own.
    default: LinkQuality,
    /// That quality as the settings have it.
    settings: LinkQuality,
    own: SmallMap<Link, LinkQuality>,
    cuts: Vec<Link>,
    isolated: Vec<NodeId>,
    /// The partition in force; empty when there is none.
    groups: Vec<Vec<NodeId>>,
}

impl Links {
    pub(crate) fn new(nodes: u64, default: LinkQuality) -> Self {
        Links {
            nodes: (1..=nodes).collect(),
            default,
            settings: default,
            own: SmallMap::default(),
            cuts: Vec::new(),
            isolated: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// Whether nothing passes in this direction.
    pub(crate) fn is_cut(&self, link: Link) -> bool {
        self.cuts.contains(&link)
            || self.isolated.contains(&link.from)
            || self.isolated.contains(&link.to)
            || self.groups.iter().any(|group| group.contains(&link.from) != group.contains(&link.to))
    }

    /// Whether messages pass both ways.
    pub(crate) fn joins(&self, a: NodeId, b: NodeId) -> bool {
        !self.is_cut(Link { from: a, to: b }) && !self.is_cut(Link { from: b, to: a })
    }

    /// Whether this very direction was cut by itself.
    pub(crate) fn has_own_cut(&self, link: Link) -> bool {
        self.cuts.contains(&link)
    }

    /// Every direction over which nothing passes.
    pub(crate) fn all_cuts(&self) -> Vec<Link> {
        self.all_links().into_iter().filter(|link| self.is_cut(*link)).collect()
    }

    fn all_links(&self) -> Vec<Link> {
        let from_one = |from: &NodeId| {
            let from = *from;
            self.nodes.iter().filter(move |to| **to != from).map(move |to| Link { from, to: *to })
        };
        self.nodes.iter().flat_map(from_one).collect()
    }

    /// The nodes that there are, ascending.
    pub(crate) fn nodes(&self) -> &[NodeId] {
        &self.nodes
    }

    /// A node appears. While the network is divided it stands on the side of the one that added it.
    pub(crate) fn admit(&mut self, node: NodeId, beside: NodeId) {
        if let Err(at) = self.nodes.binary_search(&node) {
            self.nodes.insert(at, node);
        }
        if let Some(group) = self.groups.iter_mut().find(|group| group.contains(&beside)) {
            group.push(node);
            group.sort_unstable();
        }
    }

    /// A node is gone, and every cut that concerned it.
    pub(crate) fn dismiss(&mut self, node: NodeId) {
        self.nodes.retain(|other| *other != node);
        self.cuts.retain(|link| link.from != node && link.to != node);
        self.isolated.retain(|other| *other != node);
        self.groups.iter_mut().for_each(|group| group.retain(|other| *other != node));
        self.groups.retain(|group| !group.is_empty());
        if self.groups.len() < 2 {
            self.groups.clear();
        }
    }

    /// The groups of the partition in force.
    pub(crate) fn groups(&self) -> Vec<Vec<NodeId>> {
        self.groups.clone()
    }

    /// Whether a node is isolated.
    pub(crate) fn is_isolated(&self, node: NodeId) -> bool {
        self.isolated.contains(&node)
    }

    /// Cuts every link of a node.
    pub(crate) fn isolate(&mut self, node: NodeId) {
        self.isolated.push(node);
    }

    /// Cuts one direction.
    pub(crate) fn cut(&mut self, link: Link) {
        if !self.cuts.contains(&link) {
            self.cuts.push(link);
        }
    }

    /// Divides the network; replaces an earlier partition.
    pub(crate) fn partition(&mut self, groups: Vec<Vec<NodeId>>) {
        self.groups = groups;
    }

    /// Removes every cut, isolation and partition.
    pub(crate) fn heal_all(&mut self) {
        self.cuts.clear();
        self.isolated.clear();
        self.groups.clear();
    }

    /// Lets a node reach everyone again whom no other cut keeps away from it.
    ///
    /// The partition stays in force for the nodes that are not named: what remains
    /// of it is written down as single cuts.
    pub(crate) fn heal(&mut self, nodes: &[NodeId]) {
        let groups = std::mem::take(&mut self.groups);
        let touches = |link: &Link| nodes.contains(&link.from) || nodes.contains(&link.to);
        if !groups.is_empty() {
            for link in self.all_links().into_iter().filter(|link| !touches(link)) {
                if groups.iter().any(|group| group.contains(&link.from) != group.contains(&link.to)) {
                    self.cut(link);
                }
            }
        }
        self.cuts.retain(|link| !touches(link));
        self.isolated.retain(|node| !nodes.contains(node));
    }

    /// Lets one direction pass again. What else an isolation or the partition keeps from passing is
    /// written down as single cuts.
    pub(crate) fn heal_link(&mut self, link: Link) {
        let before = self.all_cuts();
        self.isolated.retain(|node| ![link.from, link.to].contains(node));
        if self.groups.iter().any(|group| group.contains(&link.from) != group.contains(&link.to)) {
            self.groups.clear();
        }
        for other in before {
            if !self.is_cut(other) {
                self.cut(other);
            }
        }
        self.cuts.retain(|other| *other != link);
    }

    /// How a direction behaves.
    pub(crate) fn quality(&self, link: Link) -> LinkQuality {
        self.own.get(&link).copied().unwrap_or(self.default)
    }

    /// The shortest and the longest latency of any link.
    pub(crate) fn latency_range(&self) -> (Nanos, Nanos) {
        self.all_links()
            .into_iter()
            .map(|link| self.quality(link))
            .fold((Nanos::MAX, 0), |(min, max), quality| {
                (min.min(quality.latency_min), max.max(quality.latency_max))
            })
    }

    /// The directions that do not behave as the settings say, ascending.
    pub(crate) fn unlike_settings(&self) -> Vec<LinkView> {
        if self.default == self.settings && self.own.is_empty() {
            return Vec::new();
        }
        let links = self.all_links().into_iter().map(|link| (link, self.quality(link)));
        let unlike = links.filter(|(_, quality)| *quality != self.settings);
        unlike
            .map(|(link, quality)| {
                let LinkQuality { latency_min, latency_max, loss_ppm, duplicate_ppm } = quality;
                LinkView { link, latency_min, latency_max, loss_ppm, duplicate_ppm }
            })
            .collect()
    }

    /// Changes one direction, or all of them.
    pub(crate) fn set(&mut self, link: Option<Link>, change: impl Fn(&mut LinkQuality)) {
        match link {
            Some(link) => {
                let mut quality = self.quality(link);
                change(&mut quality);
                self.own.insert(link, quality);
            }
            None => {
                change(&mut self.default);
                self.own.values_mut().for_each(change);
            }
        }
    }
}
