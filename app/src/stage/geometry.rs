//! Where things stand on the stage.

use raft_core::units::NodeId;

/// A point on the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// The measures of a stage, wide or narrow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// Width and height of the drawing.
    pub size: (f64, f64),
    /// The middle of the ring.
    pub center: Point,
    /// Radius of the ring.
    pub ring: f64,
    /// Radius of a node's disc.
    pub disc: f64,
    /// Radius of the arc around it.
    pub arc: f64,
}

/// Measures for a page of this width.
pub fn measures(narrow: bool) -> Measures {
    if narrow {
        Measures {
            size: (360.0, 372.0),
            center: Point { x: 180.0, y: 178.0 },
            ring: 122.0,
            disc: 20.0,
            arc: 25.0,
        }
    } else {
        Measures {
            size: (940.0, 452.0),
            center: Point { x: 470.0, y: 226.0 },
            ring: 160.0,
            disc: 30.0,
            arc: 36.0,
        }
    }
}

/// The place of a node: node1 at the top, then clockwise.
pub fn place(m: &Measures, node: NodeId, nodes: u64) -> Point {
    let angle = angle(node, nodes);
    Point { x: m.center.x + m.ring * angle.cos(), y: m.center.y + m.ring * angle.sin() }
}

/// The direction in which a node lies from the middle.
pub fn angle(node: NodeId, nodes: u64) -> f64 {
    let turn = (node - 1) as f64 / nodes.max(1) as f64;
    std::f64::consts::TAU * turn - std::f64::consts::FRAC_PI_2
}

/// Whether a node's label stands to the right of it.
pub fn label_is_right(node: NodeId, nodes: u64) -> bool {
    angle(node, nodes).cos() > -0.01
}

/// The way of a message: a curve that bows to the right of its direction, so that the two
/// directions do not cover each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wire {
    from: Point,
    bend: Point,
    to: Point,
}

impl Wire {
    /// The wire between two nodes, from rim to rim.
    pub fn between(m: &Measures, from: NodeId, to: NodeId, nodes: u64) -> Wire {
        const BOW: f64 = 0.13;
        let (a, b) = (place(m, from, nodes), place(m, to, nodes));
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = dx.hypot(dy).max(1.0);
        let (ux, uy) = (dx / length, dy / length);
        let gap = m.arc + 2.0;
        Wire {
            from: Point { x: a.x + ux * gap, y: a.y + uy * gap },
            to: Point { x: b.x - ux * gap, y: b.y - uy * gap },
            bend: Point { x: (a.x + b.x) / 2.0 - dy * BOW, y: (a.y + b.y) / 2.0 + dx * BOW },
        }
    }

    /// The point after this share of the way.
    pub fn at(&self, share: f64) -> Point {
        let (s, t) = (1.0 - share, share);
        let mix = |a: f64, b: f64, c: f64| s * s * a + 2.0 * s * t * b + t * t * c;
        Point { x: mix(self.from.x, self.bend.x, self.to.x), y: mix(self.from.y, self.bend.y, self.to.y) }
    }

    /// The curve as an SVG path.
    pub fn path(&self) -> String {
        let Wire { from, bend, to } = self;
        format!("M{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}", from.x, from.y, bend.x, bend.y, to.x, to.y)
    }
}
