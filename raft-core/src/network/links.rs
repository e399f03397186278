//! Links: the quality of each direction, and the directions that let nothing pass.

use crate::model::{Link, LinkView};
use crate::small_map::{Key, SmallMap};
use crate::units::{Nanos, NodeId};

/// The quality of one direction of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LinkQuality {
    /// Shortest one-way latency, in virtual nanoseconds.
    pub(crate) latency_min: Nanos,
    /// Longest one-way latency, in virtual nanoseconds.
    pub(crate) latency_max: Nanos,
    /// Messages lost per million sent.
    pub(crate) loss_ppm: u32,
    /// Messages sent twice, per million.
    pub(crate) duplicate_ppm: u32,
}

impl Key for Link {}

/// The state of every link.
pub(crate) struct Links {
    /// The nodes, ascending.
    nodes: Vec<NodeId>,
    /// The quality of links without one of their own.
    default: LinkQuality,
    /// The quality in the settings.
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

    /// Whether this direction has a single cut of its own.
    pub(crate) fn has_own_cut(&self, link: Link) -> bool {
        self.cuts.contains(&link)
    }

    /// Every direction that lets nothing pass.
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

    /// The nodes, ascending.
    pub(crate) fn nodes(&self) -> &[NodeId] {
        &self.nodes
    }

    /// Adds a node. During a partition it joins the group of `beside`, the node that added it.
    pub(crate) fn admit(&mut self, node: NodeId, beside: NodeId) {
        if let Err(at) = self.nodes.binary_search(&node) {
            self.nodes.insert(at, node);
        }
        if let Some(group) = self.groups.iter_mut().find(|group| group.contains(&beside)) {
            group.push(node);
            group.sort_unstable();
        }
    }

    /// Removes a node and every cut that concerned it.
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

    /// Partitions the network; replaces an earlier partition.
    pub(crate) fn partition(&mut self, groups: Vec<Vec<NodeId>>) {
        self.groups = groups;
    }

    /// Removes every cut, isolation and partition.
    pub(crate) fn heal_all(&mut self) {
        self.cuts.clear();
        self.isolated.clear();
        self.groups.clear();
    }

    /// Removes the cuts that touch these nodes.
    ///
    /// The partition stays in force among the other nodes: what remains of it is turned into single cuts.
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

    /// Lets one direction pass again. What else an isolation or the partition blocks is turned into single cuts.
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

    /// The quality of a direction.
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

    /// The directions whose quality differs from the settings, ascending.
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

    /// Changes the quality of one direction, or of all.
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
