//! The drawing of a span of time: bands for terms, signs for events, a scale. One SVG path for each kind of
//! sign, however many there are, since a path costs the browser about as much as a single sign.

use std::fmt::Write as _;

use raft_core::tape::{Mark, MarkKind, Reign, Tape};
use raft_core::units::{Nanos, NodeId};

use crate::kit::term_hue;
use crate::text::time as words;

/// The margin at both ends, in pixels, so that a sign there is complete.
pub const PAD: u32 = 10;
/// The approximate width of a letter, in tenths of a pixel.
const LETTER: u64 = 62;
/// The least distance between signs of one kind, in tenths of a pixel; nearer ones are drawn as one.
const APART: u64 = 30;
/// The least distance between two labels of the scale, in pixels.
const SCALE_APART: u64 = 84;

/// A span of time, mapped to a width in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first instant, in virtual nanoseconds.
    pub from: Nanos,
    /// The last instant.
    pub to: Nanos,
    /// The width in pixels, margins included.
    pub width: u32,
}

impl Span {
    /// Returns the position of an instant, in tenths of a pixel; of an instant outside the span, that of the
    /// nearer end.
    pub fn place(&self, at: Nanos) -> u64 {
        let whole = u128::from(self.to.saturating_sub(self.from).max(1));
        let passed = u128::from(at.clamp(self.from, self.to.max(self.from)) - self.from);
        let room = u128::from(self.width.saturating_sub(2 * PAD)) * 10;
        u64::from(PAD) * 10 + (passed * room / whole) as u64
    }

    /// Returns the instant at a pixel.
    pub fn instant(&self, pixel: f64) -> Nanos {
        let room = f64::from(self.width.saturating_sub(2 * PAD)).max(1.0);
        let share = ((pixel - f64::from(PAD)) / room).clamp(0.0, 1.0);
        self.from + ((self.to - self.from) as f64 * share) as Nanos
    }
}

/// Returns tenths of a pixel as text for SVG.
pub fn pixels(tenths: u64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The layers of a drawing from back to front, by the class of their path.
pub const LAYERS: [&str; LAYER_COUNT] = [
    "time-band t1",
    "time-band t2",
    "time-band t3",
    "time-band t4",
    "time-band t5",
    "time-band t6",
    "time-band time-nobody",
    "time-band time-stale",
    "time-band-cut",
    "time-tick",
    "time-mark-write",
    "time-mark-start",
    "time-mark-stop",
    "time-mark-pause",
    "time-mark-failed",
    "time-mark-elected",
    "time-mark-crash",
    "time-mark-violation",
];
const LAYER_COUNT: usize = 18;
const NOBODY: usize = 6;
const STALE: usize = 7;
const CUT: usize = 8;
const TICK: usize = 9;
const WRITE: usize = 10;
const START: usize = 11;
const STOP: usize = 12;
const PAUSE: usize = 13;
const FAILED: usize = 14;
const ELECTED: usize = 15;
const CRASH: usize = 16;
const VIOLATION: usize = 17;

/// A word in the drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The position of its start or middle, in tenths of a pixel.
    pub x: u64,
    /// The baseline, in pixels.
    pub y: u32,
    /// The class.
    pub class: String,
    /// The text.
    pub text: String,
}

/// The vertical layout, in pixels from the top.
#[derive(Clone, Copy)]
pub struct Shape {
    /// The top and height of the bands.
    pub bands: (u32, u32),
    /// The top and height of the bar that is shown while links are cut.
    pub cut: (u32, u32),
    /// The middle of the signs. Without words and a scale, signs are strokes.
    pub signs: u32,
    /// The top of a write's notch.
    pub writes: u32,
    /// The baseline of the scale; `None` leaves out the words, too.
    pub scale: Option<u32>,
}

/// The drawing of a span of time.
#[derive(Clone, Default, PartialEq)]
pub struct Drawing {
    /// The span.
    pub span: Span,
    /// The present, in virtual nanoseconds.
    pub live: Nanos,
    /// The paths, by [`LAYERS`].
    pub layers: [String; LAYER_COUNT],
    /// The words, in order of time.
    pub words: Vec<Word>,
}

impl Drawing {
    /// Draws what a tape holds of a span.
    pub fn of(tape: &Tape, span: Span, live: Nanos, shape: &Shape) -> Drawing {
        let mut drawing = Drawing { span, live, ..Drawing::default() };
        let until = live.min(span.to);
        if until >= span.from {
            for reign in tape.reigns(span.from, until) {
                drawing.reign(tape, &reign, shape);
            }
            drawing.marks(tape, until, shape);
        }
        if let Some(base) = shape.scale {
            drawing.scale(base);
        }
        drawing
    }

    /// Draws a band, or two thin ones where another node also considers itself the leader.
    fn reign(&mut self, tape: &Tape, reign: &Reign, shape: &Shape) {
        let (from, to) = (self.span.place(reign.from), self.span.place(reign.to));
        let (top, height) = shape.bands;
        let own = if reign.stale.is_empty() { height } else { height * 3 / 5 };
        let layer = reign.leader.map_or(NOBODY, |_| term_hue(reign.term) as usize - 1);
        self.bar(layer, from, to, (top, own));
        if let Some(stale) = reign.stale.first() {
            let elected = |mark: &Mark| mark.node == *stale && matches!(mark.kind, MarkKind::Elected { .. });
            let term = match tape.mark_before(reign.to, elected).map(|mark| mark.kind) {
                Some(MarkKind::Elected { term }) => term,
                _ => reign.term,
            };
            let below = (top + own, height - own);
            self.bar(term_hue(term) as usize - 1, from, to, below);
            self.bar(STALE, from, to, below);
        }
        if reign.cut {
            self.bar(CUT, from, to, shape.cut);
        }
        if let (Some(leader), Some(_)) = (reign.leader, shape.scale) {
            let room = to.saturating_sub(from + 40);
            let fits = |text: &String| text.chars().count() as u64 * LETTER <= room;
            if let Some(text) = words::band(reign.term, leader).into_iter().find(fits) {
                let class = format!("time-band-name t{}", term_hue(reign.term));
                let y = top + own / 2 + 4;
                self.words.push(Word { x: from + 40, y, class, text });
            }
        }
    }

    fn bar(&mut self, layer: usize, from: u64, to: u64, (top, height): (u32, u32)) {
        let wide = pixels(to.saturating_sub(from).max(10));
        // Writing into a string does not fail.
        let _written = write!(self.layers[layer], "M{} {top}h{wide}v{height}h-{wide}z", pixels(from));
    }

    fn marks(&mut self, tape: &Tape, until: Nanos, shape: &Shape) {
        let mut last = [None::<u64>; LAYER_COUNT];
        let mut won: Vec<(u64, NodeId)> = Vec::new();
        tape.read_marks(self.span.from, self.live, |mark| {
            if let MarkKind::Elected { term } = mark.kind {
                won.push((term, mark.node));
            }
            true
        });
        let mut named: Vec<(u64, String)> = Vec::new();
        tape.read_marks(self.span.from, until, |mark| {
            let Some(layer) = layer_of(mark, &won) else { return true };
            let x = self.span.place(mark.at);
            if last[layer].is_some_and(|last| x < last + APART) {
                return true;
            }
            last[layer] = Some(x);
            self.sign(layer, x, shape);
            if shape.scale.is_some()
                && let Some(name) = name_of(layer, mark.node)
            {
                named.push((x, name));
            }
            true
        });
        let end = u64::from(self.span.width) * 10;
        for (at, (x, name)) in named.iter().enumerate() {
            let next = named.get(at + 1).map_or(end, |next| next.0.saturating_sub(80));
            if x + 90 + name.chars().count() as u64 * LETTER <= next {
                let word = Word {
                    x: x + 90,
                    y: shape.signs + 4,
                    class: "time-mark-name".to_owned(),
                    text: name.clone(),
                };
                self.words.push(word);
            }
        }
    }

    fn sign(&mut self, layer: usize, x: u64, shape: &Shape) {
        let y = shape.signs;
        let x = pixels(x);
        let path = &mut self.layers[layer];
        if layer == WRITE {
            let _written = write!(path, "M{x} {}v5", shape.writes);
        } else if shape.scale.is_none() {
            let _written = write!(path, "M{x} {}v4", shape.writes);
        } else {
            let sign = match layer {
                ELECTED | FAILED => "m0-5l5 9h-10z",
                CRASH => "m-4-4l8 8m0-8l-8 8",
                STOP => "m0-5l5 5-5 5-5-5z",
                PAUSE => "m-2-4v8m4-8v8",
                START => "m-3-4v8l6-4z",
                _ => "m-2-6h4l-1 8h-2zm.5 9h3v3h-3z",
            };
            let _written = write!(path, "M{x} {y}{sign}");
        }
    }

    fn scale(&mut self, base: u32) {
        let span = self.span;
        let room = u64::from(span.width.saturating_sub(2 * PAD)).max(1);
        let least = (span.to - span.from).saturating_mul(SCALE_APART) / room;
        let mut decade = 1u64;
        let step = loop {
            let steps = [decade, decade.saturating_mul(2), decade.saturating_mul(5)];
            if let Some(step) = steps.into_iter().find(|step| *step >= least) {
                break step;
            }
            decade = decade.saturating_mul(10);
        };
        let mut at = span.from.div_ceil(step) * step;
        while at <= span.to {
            let x = span.place(at);
            let _written = write!(self.layers[TICK], "M{} {}v4", pixels(x), base - 12);
            let text = words::scale(at, step);
            let half = text.chars().count() as u64 * LETTER / 2;
            // At an end, the word is placed beside its stroke, so that it is not cut off.
            let x = x.max(half).min((u64::from(span.width) * 10).saturating_sub(half));
            self.words.push(Word { x, y: base, class: "time-scale".to_owned(), text });
            at = at.saturating_add(step);
        }
    }
}

/// Returns the layer of a mark. A campaign that was won is shown by the election.
fn layer_of(mark: &Mark, won: &[(u64, NodeId)]) -> Option<usize> {
    Some(match mark.kind {
        MarkKind::Elected { .. } => ELECTED,
        MarkKind::Campaign { term } if won.contains(&(term, mark.node)) => return None,
        MarkKind::Campaign { .. } => FAILED,
        MarkKind::Crash => CRASH,
        MarkKind::Stop => STOP,
        MarkKind::Pause => PAUSE,
        // The first start of each node is not marked.
        MarkKind::Start if mark.at == 0 => return None,
        MarkKind::Start | MarkKind::Resume => START,
        MarkKind::Write => WRITE,
        MarkKind::Violation => VIOLATION,
        // The bar between a cut and a heal shows both.
        MarkKind::Cut | MarkKind::Heal | MarkKind::Commit | MarkKind::Members => return None,
    })
}

fn name_of(layer: usize, node: NodeId) -> Option<String> {
    match layer {
        ELECTED => Some(words::elected(node)),
        FAILED => Some(words::not_elected(node)),
        CRASH => Some(words::crashed(node)),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use raft_core::cluster::Cluster;
    use raft_core::model::{Action, Settings};
    use raft_core::units::SECOND;

    use super::*;

    const SHAPE: Shape = Shape { bands: (20, 20), cut: (42, 3), signs: 10, writes: 46, scale: Some(70) };

    fn span(from: u64, to: u64) -> Span {
        Span { from: from * SECOND, to: to * SECOND, width: 1_020 }
    }

    fn mark(at: Nanos, node: NodeId, kind: MarkKind) -> Mark {
        Mark { at, node, kind }
    }

    /// A run of ten seconds whose first leader crashes at 5 s: its tape, the leader, and the next one.
    fn crashed() -> (Tape, NodeId, NodeId) {
        let mut cluster = Cluster::new(Settings::with_seed(1)).unwrap();
        let tape = Tape::of(&cluster);
        tape.attach(&mut cluster);
        cluster.advance(5 * SECOND);
        let first = cluster.view().status.leader.unwrap();
        cluster.apply(Action::Crash(first)).unwrap();
        cluster.advance(10 * SECOND);
        tape.catch_up(&cluster);
        (tape, first, cluster.view().status.leader.unwrap())
    }

    #[test]
    fn an_instant_has_its_place_and_a_place_its_instant() {
        let span = span(10, 20);
        assert_eq!([10, 15, 20].map(|second| span.place(second * SECOND)), [100, 5_100, 10_100]);
        assert_eq!(span.instant(510.0), 15 * SECOND);
        for tenth in [100, 3_210, 10_100] {
            assert_eq!(span.place(span.instant(tenth as f64 / 10.0)), tenth);
        }
    }

    #[test]
    fn what_lies_outside_a_span_lies_at_its_end() {
        let span = span(10, 20);
        assert_eq!((span.place(0), span.place(99 * SECOND)), (100, 10_100));
        assert_eq!((span.instant(-5.0), span.instant(5_000.0)), (10 * SECOND, 20 * SECOND));
    }

    #[test]
    fn a_span_without_length_or_width_draws_at_its_margin() {
        assert_eq!(Span { from: 5, to: 5, width: 1_020 }.place(5), 100);
        assert_eq!(Span { from: 0, to: 10, width: 0 }.place(9), 100);
        assert_eq!(pixels(5_107), "510.7");
    }

    #[test]
    fn a_campaign_that_was_won_is_told_by_the_election_alone() {
        let won = [(3, 2)];
        assert_eq!(layer_of(&mark(9, 2, MarkKind::Campaign { term: 3 }), &won), None);
        assert_eq!(layer_of(&mark(9, 2, MarkKind::Elected { term: 3 }), &won), Some(ELECTED));
        assert_eq!(layer_of(&mark(9, 4, MarkKind::Campaign { term: 3 }), &won), Some(FAILED));
    }

    #[test]
    fn the_first_start_of_a_node_is_no_turning_point() {
        assert_eq!(layer_of(&mark(0, 2, MarkKind::Start), &[]), None);
        assert_eq!(layer_of(&mark(9, 2, MarkKind::Start), &[]), Some(START));
        assert_eq!(layer_of(&mark(9, 2, MarkKind::Resume), &[]), Some(START));
        assert_eq!(layer_of(&mark(9, 2, MarkKind::Commit), &[]), None);
    }

    #[test]
    fn a_crash_of_the_leader_ends_its_band_and_has_a_sign_and_a_name() {
        let (tape, first, next) = crashed();
        let drawing = Drawing::of(&tape, span(0, 10), 10 * SECOND, &SHAPE);
        assert_eq!(drawing.layers[CRASH], "M510.0 10m-4-4l8 8m0-8l-8 8");
        assert_eq!(drawing.layers[ELECTED].matches('M').count(), 2);
        assert!(drawing.layers[NOBODY].contains("M510.0 20h"), "from then on nobody leads");
        let said: Vec<&str> = drawing.words.iter().map(|word| word.text.as_str()).collect();
        assert!(said.contains(&words::elected(first).as_str()), "{said:?}");
        let term = tape.reigns(0, 10 * SECOND).last().unwrap().term;
        assert!(said.contains(&words::band(term, next)[0].as_str()), "{said:?}");
    }

    #[test]
    fn a_sign_is_named_where_its_name_has_room_before_the_next() {
        let (tape, first, _) = crashed();
        let says = |from, to| {
            let drawing = Drawing::of(&tape, span(from, to), 10 * SECOND, &SHAPE);
            drawing.words.iter().any(|word| word.text == words::crashed(first))
        };
        assert!(says(4, 6), "from near");
        assert!(!says(0, 10), "the next election follows too soon");
    }

    #[test]
    fn nothing_is_drawn_of_what_is_still_to_come() {
        let (tape, ..) = crashed();
        let drawing = Drawing::of(&tape, span(20, 30), 10 * SECOND, &SHAPE);
        assert!(drawing.layers.iter().enumerate().all(|(layer, path)| layer == TICK || path.is_empty()));
        assert_eq!(drawing.words.len(), 11, "the scale alone");
    }

    #[test]
    fn signs_that_would_lie_upon_each_other_are_one() {
        let (tape, ..) = crashed();
        // Both elections and the crash within a few pixels.
        let narrow = Span { from: 0, to: 10_000 * SECOND, width: 1_020 };
        let drawing = Drawing::of(&tape, narrow, 10 * SECOND, &SHAPE);
        assert_eq!(drawing.layers[ELECTED].matches('M').count(), 1);
    }

    #[test]
    fn the_scale_has_round_steps_that_its_words_have_room_for() {
        let scale = |from, to| {
            let mut drawing = Drawing { span: span(from, to), ..Drawing::default() };
            drawing.scale(70);
            drawing.words.into_iter().map(|word| word.text).collect::<Vec<_>>()
        };
        assert_eq!(scale(0, 10).len(), 11);
        assert_eq!(scale(0, 10)[..2], [words::scale(0, SECOND), words::scale(SECOND, SECOND)]);
        assert_eq!(scale(0, 100).len(), 11, "every ten seconds");
        assert_eq!(scale(3, 33)[0], words::scale(5 * SECOND, 5 * SECOND), "it begins at a round instant");
    }

    #[test]
    fn the_thin_line_has_strokes_and_no_words() {
        let (tape, ..) = crashed();
        let drawing = Drawing::of(&tape, span(0, 10), 10 * SECOND, &Shape { scale: None, ..SHAPE });
        assert_eq!(drawing.layers[CRASH], "M510.0 46v4");
        assert!(drawing.words.is_empty() && drawing.layers[TICK].is_empty());
    }
}
