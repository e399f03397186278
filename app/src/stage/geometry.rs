//! The geometry of the stage.

use std::fmt;

use raft_core::model::ClusterView;
use raft_core::units::NodeId;

use crate::browser::{cos, sin};
use crate::kit::Tenths;

/// A point on the stage, in units of the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The distance from the left.
    pub x: f64,
    /// The distance from the top.
    pub y: f64,
}

impl fmt::Display for Point {
    /// Writes the point for SVG: both numbers, to one decimal place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", Tenths(self.x), Tenths(self.y))
    }
}

/// The measures of a stage, wide or narrow, in units of the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// Width and height of the drawing.
    pub size: (f64, f64),
    /// The centre of the ring.
    pub center: Point,
    /// Half the width of the ring.
    pub ring_x: f64,
    /// Half its height.
    pub ring_y: f64,
    /// The radius of a node's disc.
    pub disc: f64,
    /// The radius of the arc around it.
    pub arc: f64,
}

/// From this number of nodes on, neighbours need more room than a circle gives them.
const CROWD: u64 = 7;

/// Returns the measures for a page of this width and a number of nodes.
pub fn measures(narrow: bool, nodes: u64) -> Measures {
    let crowd = nodes >= CROWD;
    // With an even number of nodes, one is at the very bottom, with its term and label below it.
    let low = if nodes.is_multiple_of(2) { 36.0 } else { 0.0 };
    let (size, center_y, (ring_x, ring_y), disc) = match (narrow, crowd) {
        (true, false) => ((360.0, 372.0), 178.0, (122.0, 122.0), 20.0),
        (true, true) => ((360.0, 534.0), 262.0, (134.0, 216.0), 16.0),
        (false, false) => ((940.0, 358.0), 188.0, (200.0, 132.0), 30.0),
        (false, true) => ((1040.0, 438.0), 246.0, (310.0, 146.0), 26.0),
    };
    Measures {
        size: (size.0, size.1 + low),
        center: Point { x: size.0 / 2.0, y: center_y },
        ring_x,
        ring_y,
        disc,
        arc: disc + if narrow { 5.0 } else { 6.0 },
    }
}

/// The nodes of the ring, clockwise from the top. Ids may be missing after changes of the membership.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ring(Vec<NodeId>);

impl Ring {
    /// Returns the ring of a view.
    pub fn of(view: &ClusterView) -> Ring {
        Ring(view.nodes.iter().map(|node| node.id).collect())
    }

    /// Whether this is the ring of a view.
    pub fn is_of(&self, view: &ClusterView) -> bool {
        self.0.iter().copied().eq(view.nodes.iter().map(|node| node.id))
    }

    /// Returns the nodes in order.
    pub fn ids(&self) -> &[NodeId] {
        &self.0
    }

    /// Returns the number of nodes.
    pub fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// Whether a node is drawn.
    pub fn contains(&self, node: NodeId) -> bool {
        self.0.contains(&node)
    }

    /// Returns the seat of a node, from 1; for a node that is not drawn, the first.
    pub fn seat(&self, node: NodeId) -> u64 {
        self.0.iter().position(|id| *id == node).map_or(1, |at| at as u64 + 1)
    }

    /// Returns the node `seats` further on.
    pub fn next(&self, node: NodeId, seats: u64) -> NodeId {
        let at = (self.seat(node) - 1 + seats) % self.len().max(1);
        self.0.get(at as usize).copied().unwrap_or(node)
    }

    /// Returns the direction of a node from the centre, in radians.
    pub fn angle(&self, node: NodeId) -> f64 {
        angle(self.seat(node), self.len())
    }

    /// Returns the position of a node: the first at the top, then clockwise.
    pub fn place(&self, m: &Measures, node: NodeId) -> Point {
        on_ring(m, self.angle(node), 0.0)
    }

    /// Whether the nodes are so many that the parts of each are drawn closer together.
    pub fn is_crowded(&self) -> bool {
        self.len() >= CROWD
    }

    /// Returns the side of a node's label: outside the ring, clear of its neighbours.
    pub fn label_side(&self, node: NodeId) -> LabelSide {
        label_side(self.seat(node), self.len())
    }
}

/// Returns the point of the ring in a direction, moved outwards by `outwards`.
pub fn on_ring(m: &Measures, angle: f64, outwards: f64) -> Point {
    Point {
        x: m.center.x + (m.ring_x + outwards) * cos(angle),
        y: m.center.y + (m.ring_y + outwards) * sin(angle),
    }
}

/// Returns the direction of a seat from the centre, in radians.
fn angle(seat: u64, seats: u64) -> f64 {
    let turn = (seat - 1) as f64 / seats.max(1) as f64;
    std::f64::consts::TAU * turn - std::f64::consts::FRAC_PI_2
}

/// The side of a node on which its label is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelSide {
    /// To the right.
    Right,
    /// To the left.
    Left,
    /// Above, centred.
    Above,
}

fn label_side(seat: u64, seats: u64) -> LabelSide {
    if seat == 1 && seats >= CROWD {
        LabelSide::Above
    } else if cos(angle(seat, seats)) > -0.01 {
        LabelSide::Right
    } else {
        LabelSide::Left
    }
}

/// The distance between two lanes.
const LANE: f64 = 15.0;
/// The least distance between the centres of two messages on one lane.
pub const SIGN: f64 = 18.0;

/// The path of a message: a curve to the right of its direction, so that the two directions do not cover each
/// other. Further lanes lie further to the right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wire {
    from: Point,
    bend: Point,
    to: Point,
}

impl Wire {
    /// Returns the wire between two nodes, from rim to rim.
    pub fn between(m: &Measures, from: NodeId, to: NodeId, ring: &Ring, lane: u8) -> Wire {
        const BOW: f64 = 0.1;
        let (a, b) = (ring.place(m, from), ring.place(m, to));
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = (dx * dx + dy * dy).sqrt().max(1.0);
        let (ux, uy) = (dx / length, dy / length);
        let gap = m.arc + 2.0;
        let right = 7.0 + f64::from(lane) * LANE;
        let bow = right + BOW * length;
        Wire {
            from: Point { x: a.x + ux * gap - uy * right, y: a.y + uy * gap + ux * right },
            to: Point { x: b.x - ux * gap - uy * right, y: b.y - uy * gap + ux * right },
            bend: Point { x: (a.x + b.x) / 2.0 - uy * bow, y: (a.y + b.y) / 2.0 + ux * bow },
        }
    }

    /// Returns the approximate length.
    pub fn length(&self) -> f64 {
        let (dx, dy) = (self.to.x - self.from.x, self.to.y - self.from.y);
        (dx * dx + dy * dy).sqrt().max(1.0)
    }

    /// Returns the point at a share of the path, from 0 to 1.
    pub fn at(&self, share: f64) -> Point {
        let (s, t) = (1.0 - share, share);
        let mix = |a: f64, b: f64, c: f64| s * s * a + 2.0 * s * t * b + t * t * c;
        Point { x: mix(self.from.x, self.bend.x, self.to.x), y: mix(self.from.y, self.bend.y, self.to.y) }
    }

    /// Returns the curve as an SVG path.
    pub fn path(&self) -> String {
        let Wire { from, bend, to } = self;
        format!("M{from}Q{bend} {to}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(ids: &[NodeId]) -> Ring {
        Ring(ids.to_vec())
    }

    #[test]
    fn the_first_node_stands_at_the_top_and_the_others_follow_clockwise() {
        let (m, ring) = (measures(false, 4), ring(&[1, 2, 3, 4]));
        let place = |id| ring.place(&m, id).to_string();
        assert_eq!([1, 2, 3, 4].map(place), ["470.0 56.0", "670.0 188.0", "470.0 320.0", "270.0 188.0"]);
    }

    #[test]
    fn seats_close_up_where_numbers_are_missing() {
        let ring = ring(&[2, 5, 9]);
        assert_eq!((ring.seat(2), ring.seat(9), ring.seat(7)), (1, 3, 1));
        assert_eq!((ring.next(9, 1), ring.next(2, 2), ring.next(5, 3)), (2, 9, 5));
        assert!(ring.contains(5) && !ring.contains(7));
    }

    #[test]
    fn an_even_ring_has_room_below_for_the_node_at_the_bottom() {
        assert_eq!(measures(false, 4).size.1 - measures(false, 5).size.1, 36.0);
        assert_eq!(measures(true, 8).size.1 - measures(true, 7).size.1, 36.0);
    }

    #[test]
    fn seven_nodes_are_a_crowd_and_get_a_greater_ring_of_smaller_discs() {
        let (six, seven) = (measures(false, 6), measures(false, 7));
        assert!(seven.ring_x > six.ring_x && seven.disc < six.disc);
        assert!(ring(&[1, 2, 3, 4, 5, 6, 7]).is_crowded() && !ring(&[1, 2, 3, 4, 5, 6]).is_crowded());
    }

    #[test]
    fn a_label_stands_on_the_outer_side_of_its_node() {
        let side = |seat| label_side(seat, 5);
        use LabelSide::{Above, Left, Right};
        assert_eq!([1, 2, 3, 4, 5].map(side), [Right, Right, Right, Left, Left]);
        assert_eq!(label_side(1, 7), Above, "in a crowd the topmost has its label above it");
    }

    #[test]
    fn the_two_directions_of_a_link_do_not_cover_each_other() {
        let (m, ring) = (measures(false, 4), ring(&[1, 2, 3, 4]));
        // From the top to the bottom, and back: each keeps to its right.
        let down = Wire::between(&m, 1, 3, &ring, 0).at(0.5);
        let up = Wire::between(&m, 3, 1, &ring, 0).at(0.5);
        assert!(down.x < m.center.x && up.x > m.center.x, "{down} {up}");
        let further = Wire::between(&m, 1, 3, &ring, 1).at(0.5);
        assert!(further.x < down.x - 10.0, "another lane lies beside it: {further}");
    }

    #[test]
    fn a_wire_goes_from_rim_to_rim() {
        let (m, ring) = (measures(false, 4), ring(&[1, 2, 3, 4]));
        let wire = Wire::between(&m, 4, 2, &ring, 0);
        assert_eq!(wire.at(0.0).to_string(), "308.0 195.0", "the rim of node4 is 38 from its middle");
        assert_eq!(wire.at(1.0).to_string(), "632.0 195.0");
        assert_eq!(wire.length(), 324.0);
        assert_eq!(wire.path(), "M308.0 195.0Q470.0 235.0 632.0 195.0");
    }
}
