//! The geometry of the stage.

use std::fmt;

use raft_core::model::ClusterView;
use raft_core::units::NodeId;

use crate::browser::{cos, sin};
use crate::kit::Tenths;

/// A point on the stage, in CSS pixels.
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

/// The measures of a stage, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// Width and height of the drawing.
    pub size: (f64, f64),
    /// The centre of the ring.
    pub center: Point,
    /// The radius of the ring, which is always a circle.
    pub ring: f64,
    /// The radius of a node's disc.
    pub disc: f64,
    /// The outer radius of the ring around a disc: its tint is the term, its arc the timer.
    pub arc: f64,
    /// Whether labels are above and below the discs, since there is no room beside them.
    pub narrow: bool,
    /// Whether there is room for hashes.
    pub hashes: bool,
    /// Whether there is room for logs.
    pub logs: bool,
}

/// From this number of nodes on, discs are smaller.
const CROWD: u64 = 7;
/// A stage below this width has no room for labels beside the discs.
const NARROW: u32 = 520;
/// The width of a label beside a disc.
const LABEL: f64 = 160.0;
/// The height of a label below a disc, on a narrow stage: a name and a hash, or a name alone where height is scarce.
const LABEL_BELOW: (f64, f64) = (36.0, 20.0);
/// Below this height a narrow stage shows no hashes, and a wide one no logs: they would meet those of the next node.
const SCARCE: u32 = 300;
/// The part of a term's chip that is below the ring of its node.
const CHIP: f64 = 9.0;

/// Returns the measures for a stage of a size in CSS pixels and a number of nodes: the greatest circle that leaves
/// room for the labels.
pub fn measures((width, height): (u32, u32), nodes: u64) -> Measures {
    let (narrow, crowd, low) = (width < NARROW, nodes >= CROWD, height < 400);
    let (w, h) = (f64::from(width), f64::from(height));
    let (disc, band) = match (narrow, height) {
        (true, 350..) => (if crowd { 20.0 } else { 28.0 }, 9.0),
        (true, 240..) => (if crowd { 16.0 } else { 20.0 }, 7.0),
        (true, _) => (if crowd { 12.0 } else { 15.0 }, 5.0),
        (_, 620..) if crowd => (28.0, 9.0),
        (_, 620..) => (36.0, 11.0),
        (_, 540..) => (if crowd { 26.0 } else { 32.0 }, 11.0),
        (_, 480..) => (if crowd { 24.0 } else { 30.0 }, 11.0),
        (_, 300..) => (if crowd { 20.0 } else { 25.0 }, 9.0),
        _ => (20.0, 7.0),
    };
    let (arc, margin) = (disc + band, if low { 5.0 } else { 12.0 });
    let odd = !nodes.is_multiple_of(2);
    let half = std::f64::consts::PI / nodes.max(1) as f64;
    let tall = if odd { 1.0 + cos(half) } else { 2.0 };
    let broad = match (odd, nodes.is_multiple_of(4)) {
        (true, _) => 2.0 * cos(half / 2.0),
        (false, true) => 2.0,
        (false, false) => 2.0 * cos(half),
    };
    let label = if height < SCARCE { LABEL_BELOW.1 } else { LABEL_BELOW.0 };
    let below = if narrow { CHIP + label } else { CHIP };
    let above = if narrow && crowd { label } else { 0.0 };
    let by_height = (h - 2.0 * arc - below - above - 2.0 * margin) / tall;
    let beside = if narrow { 16.0 } else { 2.0 * (14.0 + LABEL) + 14.0 };
    let by_width = (w - 2.0 * arc - beside) / broad;
    let share = if crowd { 0.4 } else { 0.42 };
    let ring = by_height.min(by_width).min(share * h).max(40.0);
    let used = 2.0 * arc + above + below + ring * tall;
    let spare = (h - used - 2.0 * margin).max(0.0) / 2.0;
    let enough = height >= SCARCE;
    let center = Point { x: w / 2.0, y: margin + above + arc + ring + spare };
    Measures {
        size: (w, h),
        center,
        ring,
        disc,
        arc,
        narrow,
        hashes: !narrow || enough,
        logs: !narrow && enough,
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
        x: m.center.x + (m.ring + outwards) * cos(angle),
        y: m.center.y + (m.ring + outwards) * sin(angle),
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
}

fn label_side(seat: u64, seats: u64) -> LabelSide {
    if cos(angle(seat, seats)) > -0.01 { LabelSide::Right } else { LabelSide::Left }
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
        let gap = m.arc + 6.0;
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

    /// A stage whose ring has its middle and its radius at whole numbers, for four nodes.
    fn square() -> Measures {
        let center = Point { x: 470.0, y: 188.0 };
        Measures {
            size: (940.0, 376.0),
            center,
            ring: 150.0,
            disc: 27.0,
            arc: 36.0,
            narrow: false,
            hashes: true,
            logs: true,
        }
    }

    #[test]
    fn the_first_node_stands_at_the_top_and_the_others_follow_clockwise() {
        let (m, ring) = (square(), ring(&[1, 2, 3, 4]));
        let place = |id| ring.place(&m, id).to_string();
        assert_eq!([1, 2, 3, 4].map(place), ["470.0 38.0", "620.0 188.0", "470.0 338.0", "320.0 188.0"]);
    }

    /// The stages of the windows for which the page is made, with the least diameter of five nodes there.
    const STAGES: [((u32, u32), f64); 6] = [
        ((1_500, 780), 600.0),
        ((1_040, 622), 500.0),
        ((940, 442), 340.0),
        ((684, 490), 250.0),
        ((684, 300), 200.0),
        ((390, 400), 270.0),
    ];

    #[test]
    fn the_ring_is_as_great_as_its_stage_allows() {
        for (stage, least) in STAGES {
            let m = measures(stage, 5);
            assert!(2.0 * m.ring >= least, "{stage:?}: {}", 2.0 * m.ring);
        }
    }

    #[test]
    fn every_node_is_inside_the_stage_and_clear_of_its_neighbours() {
        for ((width, height), nodes) in STAGES.iter().flat_map(|(stage, _)| (3..=9).map(|n| (*stage, n))) {
            let m = measures((width, height), nodes);
            let ring = Ring((1..=nodes).collect());
            let places: Vec<Point> = ring.ids().iter().map(|id| ring.place(&m, *id)).collect();
            for (at, place) in places.iter().enumerate() {
                let inside = |x: f64, end: u32| x - m.arc >= 0.0 && x + m.arc + CHIP <= f64::from(end);
                assert!(
                    inside(place.x, width) && inside(place.y, height),
                    "{width}x{height}, {nodes}: {place}"
                );
                let next = places[(at + 1) % places.len()];
                let apart = ((next.x - place.x).powi(2) + (next.y - place.y).powi(2)).sqrt();
                assert!(apart > 2.0 * m.arc, "{width}x{height}, {nodes}: {apart}");
            }
        }
    }

    #[test]
    fn beside_a_disc_there_is_room_for_its_label() {
        for (stage, _) in STAGES.iter().filter(|((width, _), _)| *width >= NARROW) {
            for nodes in 3..=9 {
                let m = measures(*stage, nodes);
                let ring = Ring((1..=nodes).collect());
                for id in ring.ids() {
                    let x = ring.place(&m, *id).x;
                    let side = if ring.label_side(*id) == LabelSide::Right { m.size.0 - x } else { x };
                    assert!(side >= m.arc + 14.0 + LABEL, "{stage:?}, node{id} of {nodes}: {side}");
                }
            }
        }
    }

    #[test]
    fn seats_close_up_where_numbers_are_missing() {
        let ring = ring(&[2, 5, 9]);
        assert_eq!((ring.seat(2), ring.seat(9), ring.seat(7)), (1, 3, 1));
        assert_eq!((ring.next(9, 1), ring.next(2, 2), ring.next(5, 3)), (2, 9, 5));
        assert!(ring.contains(5) && !ring.contains(7));
    }

    #[test]
    fn seven_nodes_are_a_crowd_of_smaller_discs() {
        let (six, seven) = (measures((1_040, 622), 6), measures((1_040, 622), 7));
        assert!(seven.disc < six.disc);
        assert!(ring(&[1, 2, 3, 4, 5, 6, 7]).is_crowded() && !ring(&[1, 2, 3, 4, 5, 6]).is_crowded());
    }

    #[test]
    fn a_label_stands_on_the_outer_side_of_its_node() {
        let side = |seat| label_side(seat, 5);
        use LabelSide::{Left, Right};
        assert_eq!([1, 2, 3, 4, 5].map(side), [Right, Right, Right, Left, Left]);
    }

    #[test]
    fn the_two_directions_of_a_link_do_not_cover_each_other() {
        let (m, ring) = (square(), ring(&[1, 2, 3, 4]));
        // From the top to the bottom, and back: each keeps to its right.
        let down = Wire::between(&m, 1, 3, &ring, 0).at(0.5);
        let up = Wire::between(&m, 3, 1, &ring, 0).at(0.5);
        assert!(down.x < m.center.x && up.x > m.center.x, "{down} {up}");
        let further = Wire::between(&m, 1, 3, &ring, 1).at(0.5);
        assert!(further.x < down.x - 10.0, "another lane lies beside it: {further}");
    }

    #[test]
    fn a_wire_goes_from_rim_to_rim() {
        let (m, ring) = (square(), ring(&[1, 2, 3, 4]));
        let wire = Wire::between(&m, 4, 2, &ring, 0);
        assert_eq!(
            wire.at(0.0).to_string(),
            "362.0 195.0",
            "6 from the rim of node4, which is 36 from its middle"
        );
        assert_eq!(wire.at(1.0).to_string(), "578.0 195.0");
        assert_eq!(wire.length(), 216.0);
        assert_eq!(wire.path(), "M362.0 195.0Q470.0 225.0 578.0 195.0");
    }
}
