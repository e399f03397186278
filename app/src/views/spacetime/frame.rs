//! The frame of the diagram: the positions of instants and lanes, in pixels.

use raft_core::tape::{Bundle, Film, Passage};
use raft_core::units::{MILLISECOND, Nanos, NodeId, SECOND};

/// The space left of the lanes for names, in pixels.
pub const GUTTER: i64 = 66;
/// The space above the lanes for the axis, in pixels.
pub const AXIS: i64 = 22;
/// The height of a node's lane, in pixels.
pub const LANE: i64 = 38;
/// The height of a client's lane, in pixels.
pub const CLIENT: i64 = 22;
/// The shortest span that is shown, in virtual nanoseconds.
pub const SPAN_MIN: Nanos = 5 * MILLISECOND;
/// The longest span that is shown, in virtual nanoseconds.
pub const SPAN_MAX: Nanos = 20 * SECOND;

/// The span of time that is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// The length, in virtual nanoseconds.
    pub span: Nanos,
    /// The beginning; if `None`, it follows the instant that is viewed.
    pub from: Option<Nanos>,
}

impl Default for Camera {
    fn default() -> Camera {
        Camera { span: 300 * MILLISECOND, from: None }
    }
}

impl Camera {
    /// Returns the first and the last instant while `at` is viewed.
    pub fn window(self, at: Nanos) -> (Nanos, Nanos) {
        // Leave some of the future for messages in flight.
        let from = self.from.unwrap_or_else(|| at.saturating_sub(self.span / 10 * 9));
        (from, from + self.span)
    }

    /// Returns the camera zoomed around an instant, which keeps its position. One that follows keeps
    /// following.
    pub fn zoomed(self, at: Nanos, around: Nanos, closer: bool) -> Camera {
        let span = if closer { self.span / 3 * 2 } else { self.span / 2 * 3 }.clamp(SPAN_MIN, SPAN_MAX);
        let (from, _) = self.window(at);
        let before = u128::from(around.saturating_sub(from)) * u128::from(span) / u128::from(self.span);
        Camera { span, from: self.from.map(|_| around.saturating_sub(before as u64)) }
    }

    /// Returns the camera moved by some thousandths of its length.
    pub fn moved(self, at: Nanos, permille: i64) -> Camera {
        let (from, _) = self.window(at);
        let by = self.span as i64 / 1_000 * permille;
        Camera { from: Some(from.saturating_add_signed(by)), ..self }
    }
}

/// The layout of the diagram.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// The first instant, in virtual nanoseconds.
    pub from: Nanos,
    /// The last instant.
    pub to: Nanos,
    /// The instant that is viewed.
    pub at: Nanos,
    /// The width in pixels.
    pub width: i64,
    /// The nodes from top to bottom.
    pub nodes: Vec<NodeId>,
    /// The number of lanes of clients below them.
    pub clients: i64,
}

impl Frame {
    /// Returns the position of an instant in tenths of a pixel from the left, limited to just outside the
    /// frame.
    pub fn x10(&self, at: Nanos) -> i64 {
        let whole = i128::from(self.to.saturating_sub(self.from).max(1));
        let wide = i128::from(self.width - GUTTER) * 10;
        let x = (i128::from(at) - i128::from(self.from)) * wide / whole;
        GUTTER * 10 + x.clamp(-20_000, 100_000) as i64
    }

    /// Returns the position of an instant in pixels from the left.
    pub fn x(&self, at: Nanos) -> i64 {
        self.x10(at) / 10
    }

    /// Returns the instant at a pixel.
    pub fn instant(&self, x: i64) -> Nanos {
        let wide = (self.width - GUTTER).max(1);
        let share = (x - GUTTER).clamp(0, wide) as u128;
        self.from + (share * u128::from(self.to - self.from) / wide as u128) as Nanos
    }

    /// Returns the middle of a node's lane, in pixels from the top.
    pub fn y(&self, node: NodeId) -> i64 {
        let lane = self.nodes.iter().position(|known| *known == node).unwrap_or(0);
        AXIS + lane as i64 * LANE + LANE / 2
    }

    /// Returns the middle of a client's lane, in pixels from the top.
    pub fn client_y(&self, lane: i64) -> i64 {
        AXIS + self.nodes.len() as i64 * LANE + 6 + lane * CLIENT + CLIENT / 2
    }

    /// Returns the lower end of the lanes, in pixels from the top.
    pub fn height(&self) -> i64 {
        self.client_y(self.clients) - CLIENT / 2 + 4
    }

    /// Returns the line of a message: where it was sent, where it is or ended, and where it is due, in tenths
    /// of a pixel.
    pub fn way(&self, passage: &Passage) -> Way {
        let message = &passage.message;
        let (x0, y0) = (self.x10(message.sent_at), self.y(message.from) * 10);
        let (due_x, due_y) = (self.x10(message.arrives_at), self.y(message.to) * 10);
        let arrived = passage.ended.is_some() && passage.lost.is_none();
        let whole = message.arrives_at.saturating_sub(message.sent_at).max(1);
        let ended = passage.ended.unwrap_or(self.at.max(message.sent_at));
        let part = if arrived { whole } else { ended.saturating_sub(message.sent_at).min(whole) };
        let share =
            |from: i64, to: i64| from + (i128::from(to - from) * i128::from(part) / i128::from(whole)) as i64;
        Way { x0, y0, x1: share(x0, due_x), y1: share(y0, due_y), due_x, due_y }
    }

    /// Returns the group of messages nearest to a point, if one is near.
    pub fn nearest(&self, film: &Film, bundles: &[Bundle], x: i64, y: i64) -> Option<usize> {
        const NEAR10: i64 = 80;
        let found = bundles.iter().filter_map(|bundle| {
            let passage = film.passages.get(bundle.first)?;
            let distance = self.way(passage).distance(x * 10, y * 10);
            (distance < NEAR10).then_some((distance, bundle.first))
        });
        found.min().map(|(_, first)| first)
    }
}

/// The line of a message, in tenths of a pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    /// Where it was sent.
    pub x0: i64,
    /// See `x0`.
    pub y0: i64,
    /// Where it is, or ended.
    pub x1: i64,
    /// See `x1`.
    pub y1: i64,
    /// Where it is due.
    pub due_x: i64,
    /// See `due_x`.
    pub due_y: i64,
}

impl Way {
    /// Returns the line so far as a path, in whole pixels.
    pub fn path(&self) -> String {
        format!("M{} {}L{} {}", self.x0 / 10, self.y0 / 10, self.x1 / 10, self.y1 / 10)
    }

    /// Returns the distance of a point from the line.
    fn distance(&self, x: i64, y: i64) -> i64 {
        let (dx, dy) = (self.x1 - self.x0, self.y1 - self.y0);
        let length2 = (dx * dx + dy * dy).max(1);
        let along = ((x - self.x0) * dx + (y - self.y0) * dy).clamp(0, length2);
        let near =
            |from: i64, d: i64| from + (i128::from(d) * i128::from(along) / i128::from(length2)) as i64;
        let (off_x, off_y) = (x - near(self.x0, dx), y - near(self.y0, dy));
        ((off_x * off_x + off_y * off_y) as u64).isqrt() as i64
    }
}

/// Returns round instants for the axis: the first, and the step between them.
pub fn axis(from: Nanos, to: Nanos, width: i64) -> (Nanos, Nanos) {
    const ROOM: i64 = 90;
    let most = ((width - GUTTER) / ROOM).max(2) as u64;
    let mut step = MILLISECOND;
    let mut factors = [2, 5, 10].into_iter().cycle();
    let mut decade = MILLISECOND;
    while (to - from) / step > most {
        let factor = factors.next().unwrap_or(10);
        step = decade * factor;
        if factor == 10 {
            decade = step;
        }
    }
    (from.div_ceil(step) * step, step)
}

#[cfg(test)]
mod tests {
    use raft_core::model::{LossReason, MessageKind};

    use super::*;
    use crate::samples::message;

    /// Returns a frame of a hundred milliseconds on a thousand pixels, with its middle viewed.
    fn frame() -> Frame {
        Frame {
            from: SECOND,
            to: SECOND + 100 * MILLISECOND,
            at: SECOND + 50 * MILLISECOND,
            width: 1_000 + GUTTER,
            nodes: vec![1, 2, 4],
            clients: 2,
        }
    }

    fn passage(sent_at: Nanos, ended: Option<Nanos>, lost: Option<LossReason>) -> Passage {
        let mut message = message(9, MessageKind::Append, 1, 4);
        (message.sent_at, message.arrives_at) = (sent_at, sent_at + 20 * MILLISECOND);
        Passage { message, ended, lost }
    }

    #[test]
    fn a_camera_that_follows_leaves_a_tenth_for_what_is_under_way() {
        let camera = Camera::default();
        assert_eq!(camera.window(SECOND), (730 * MILLISECOND, 1_030 * MILLISECOND));
        assert_eq!(camera.window(0), (0, 300 * MILLISECOND));
    }

    #[test]
    fn zooming_keeps_the_instant_in_its_place_and_a_follower_following() {
        let fixed = Camera { span: 300 * MILLISECOND, from: Some(SECOND) };
        let closer = fixed.zoomed(SECOND, SECOND + 150 * MILLISECOND, true);
        assert_eq!(closer, Camera { span: 200 * MILLISECOND, from: Some(SECOND + 50 * MILLISECOND) });
        assert_eq!(Camera::default().zoomed(SECOND, SECOND, false).from, None);
        let least = (0..99).fold(fixed, |camera, _| camera.zoomed(SECOND, SECOND, true));
        let most = (0..99).fold(fixed, |camera, _| camera.zoomed(SECOND, SECOND, false));
        assert_eq!((least.span, most.span), (SPAN_MIN, SPAN_MAX));
    }

    #[test]
    fn moving_ends_the_following_and_stops_at_the_beginning() {
        let moved = Camera::default().moved(SECOND, 500);
        assert_eq!(moved.from, Some(880 * MILLISECOND));
        assert_eq!(Camera::default().moved(0, -900).from, Some(0));
    }

    #[test]
    fn instants_and_lanes_have_their_pixels() {
        let frame = frame();
        assert_eq!(frame.x(SECOND + 25 * MILLISECOND), GUTTER + 250);
        assert_eq!(frame.instant(GUTTER + 250), SECOND + 25 * MILLISECOND);
        assert_eq!([1, 2, 4].map(|node| frame.y(node)), [41, 79, 117]);
        assert_eq!((frame.client_y(0), frame.client_y(1), frame.height()), (153, 175, 190));
    }

    #[test]
    fn what_lies_far_outside_lies_just_outside() {
        let frame = frame();
        assert_eq!(frame.x10(0), GUTTER * 10 - 20_000);
        assert_eq!(frame.x10(100 * SECOND), GUTTER * 10 + 100_000);
        assert_eq!((frame.instant(-50), frame.instant(9_999)), (frame.from, frame.to));
    }

    #[test]
    fn a_message_is_drawn_as_far_as_it_came() {
        let frame = frame();
        let sent = SECOND + 40 * MILLISECOND;
        let under_way = frame.way(&passage(sent, None, None));
        assert_eq!(under_way.path(), "M466 41L566 79", "half of the way from node1 to node4");
        assert_eq!((under_way.due_x / 10, under_way.due_y / 10), (666, 117));
        let arrived = frame.way(&passage(sent, Some(sent + 20 * MILLISECOND), None));
        assert_eq!(arrived.path(), "M466 41L666 117");
        let lost = frame.way(&passage(sent, Some(sent + 5 * MILLISECOND), Some(LossReason::Cut)));
        assert_eq!(lost.path(), "M466 41L516 60");
    }

    #[test]
    fn the_nearest_message_is_found_only_where_one_is_near() {
        let frame = frame();
        let sent = SECOND + 40 * MILLISECOND;
        let passages = vec![
            passage(sent, Some(sent + 20 * MILLISECOND), None),
            passage(sent + 30 * MILLISECOND, Some(sent + 50 * MILLISECOND), None),
        ];
        let film = Film {
            from: frame.from,
            to: frame.to,
            nodes: frame.nodes.clone(),
            passages,
            passages_left_out: 0,
            spans: Vec::new(),
            ticks: Vec::new(),
            requests: Vec::new(),
            requests_left_out: 0,
        };
        let bundles = [Bundle { first: 0, count: 1 }, Bundle { first: 1, count: 1 }];
        assert_eq!(frame.nearest(&film, &bundles, 568, 79), Some(0));
        assert_eq!(frame.nearest(&film, &bundles, 866, 79), Some(1));
        assert_eq!(frame.nearest(&film, &bundles, 700, 50), None);
    }

    #[test]
    fn the_axis_has_round_instants_that_its_words_have_room_for() {
        assert_eq!(axis(SECOND, SECOND + 100 * MILLISECOND, 1_066), (SECOND, 10 * MILLISECOND));
        assert_eq!(
            axis(SECOND + 1, SECOND + 100 * MILLISECOND, 1_066),
            (SECOND + 10 * MILLISECOND, 10 * MILLISECOND)
        );
        assert_eq!(axis(0, 20 * SECOND, 1_066).1, 2 * SECOND);
        assert_eq!(axis(0, 100 * MILLISECOND, 66).1, 50 * MILLISECOND, "a narrow one has two of them");
    }
}
