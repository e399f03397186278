//! The messages of an animation. Messages with the same look that follow each other on a link share an
//! element.

use std::fmt::Write;

use super::changing::{Changing, Phase, share, visibility};
use super::{FAINT, HEIGHT, INK, LOST_MS, PARTS, Ring, Stretch};
use crate::headless::picture::{DISC, DOWN, Point, Words, escaped, px};
use crate::model::{Message, MessageKind};
use crate::tape::{Film, Passage};
use crate::units::{Nanos, NodeId};

/// The look of a message.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    /// The id of its shape in [`SHAPES`].
    shape: char,
    /// Whether it is a reply, drawn hollow.
    is_reply: bool,
}

/// The shapes of messages: a square for entries, a dot for heartbeats, a diamond for votes, a bar for all
/// others.
pub(super) const SHAPES: &str = "<defs>\n\
    <rect id=\"s\" x=\"-5\" y=\"-5\" width=\"10\" height=\"10\" stroke-width=\"1.6\"/>\n\
    <circle id=\"h\" r=\"4\" stroke-width=\"1.6\"/>\n\
    <path id=\"v\" d=\"M-7 0L0 -7L7 0L0 7Z\" stroke-width=\"1.6\"/>\n\
    <rect id=\"o\" x=\"-7\" y=\"-3\" width=\"14\" height=\"6\" stroke-width=\"1.6\"/>\n\
    </defs>\n";

impl Look {
    fn of(message: &Message) -> Look {
        let shape = match message.kind {
            MessageKind::Vote | MessageKind::PreVote => 'v',
            MessageKind::Append => 's',
            MessageKind::Heartbeat => 'h',
            _ => 'o',
        };
        Look { shape, is_reply: message.reply.is_some() }
    }

    /// Returns the attributes of an element with this look.
    fn attributes(self) -> String {
        let fill = if self.is_reply { "#ffffff" } else { INK };
        format!("href=\"#{}\" fill=\"{fill}\" stroke=\"{INK}\"", self.shape)
    }
}

/// The flight of one message.
struct Leg {
    phase: Phase,
    /// How much of the way it has covered at the beginning of the phase, in per mille.
    from_permille: u64,
    /// How much of the way it has covered at the end of the phase, in per mille.
    to_permille: u64,
}

/// An element, and the messages that it shows one after the other.
struct Slot {
    from: NodeId,
    to: NodeId,
    look: Look,
    legs: Vec<Leg>,
}

/// All messages of a stretch.
pub(super) struct Flights<'a> {
    ring: &'a Ring,
    slots: Vec<Slot>,
    lost: Changing,
}

impl Flights<'_> {
    pub(super) fn of<'a>(film: &Film, stretch: &Stretch, ring: &'a Ring) -> Flights<'a> {
        let mut flights = Flights { ring, slots: Vec::new(), lost: Changing::default() };
        film.passages.iter().for_each(|passage| flights.add(passage, stretch));
        flights
    }

    fn add(&mut self, passage: &Passage, stretch: &Stretch) {
        let message = &passage.message;
        let ended = passage.ended.unwrap_or(stretch.to);
        let (begins, ends) = (message.sent_at.max(stretch.from), ended.min(stretch.to));
        let begin = stretch.part(begins).min(PARTS - 1);
        // A message that was lost at once is still visible for a moment.
        let phase = Phase { begins: begin, ends: stretch.part(ends).max(begin + 1) };
        let (from_permille, to_permille) = (covered(message, begins), covered(message, ends));
        let leg = Leg { phase, from_permille, to_permille };
        if passage.lost.is_some() && ended <= stretch.to {
            let Point { x, y } = self.point(message.from, message.to, to_permille);
            let cross = format!(
                "<path d=\"M{} {}l12 12m0 -12l-12 12\" stroke=\"{DOWN}\" stroke-width=\"2.4\"/>",
                px(x - 60),
                px(y - 60)
            );
            let parts = (LOST_MS * PARTS / stretch.loop_ms()).max(1);
            self.lost.flash(phase.ends.min(PARTS - 1), phase.ends + parts, cross);
        }
        let (from, to, look) = (message.from, message.to, Look::of(message));
        let free = |slot: &&mut Slot| {
            (slot.from, slot.to, slot.look) == (from, to, look)
                && slot.legs.last().is_none_or(|last| last.phase.ends < begin)
        };
        match self.slots.iter_mut().find(free) {
            Some(slot) => slot.legs.push(leg),
            None => self.slots.push(Slot { from, to, look, legs: vec![leg] }),
        }
    }

    /// Returns a point on the way between two nodes, to the right of the straight line, so that both
    /// directions are visible.
    fn point(&self, from: NodeId, to: NodeId, permille: u64) -> Point {
        const ASIDE: i64 = 60;
        let (a, b) = (self.ring.at(from), self.ring.at(to));
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = ((dx * dx + dy * dy) as u64).isqrt().max(1) as i64;
        let aside = Point { x: -dy * ASIDE / length, y: dx * ASIDE / length };
        // Between the rims of the two discs.
        let rim = (DISC * 10 + 30) * 1_000 / length;
        let at = a.towards(b, rim + permille as i64 * (1_000 - 2 * rim) / 1_000);
        Point { x: at.x + aside.x, y: at.y + aside.y }
    }

    pub(super) fn write(self, loop_ms: u64, out: &mut String) {
        for slot in &self.slots {
            let [a, b] = [0, 1_000].map(|end| self.point(slot.from, slot.to, end));
            let phases: Vec<Phase> = slot.legs.iter().map(|leg| leg.phase).collect();
            let (times, points) = motion(&slot.legs);
            let _infallible = writeln!(
                out,
                "<use class=\"m\" visibility=\"hidden\" {}>{}<animateMotion path=\"M{} {}L{} {}\" dur=\"{loop_ms}ms\" \
                 repeatCount=\"indefinite\" calcMode=\"linear\" keyTimes=\"{times}\" keyPoints=\"{points}\"/></use>",
                slot.look.attributes(),
                visibility(&phases, loop_ms),
                px(a.x),
                px(a.y),
                px(b.x),
                px(b.y),
            );
        }
        self.lost.write(loop_ms, out);
    }
}

/// Returns the times and positions of an element for `animateMotion`. Between two messages it moves back,
/// hidden.
fn motion(legs: &[Leg]) -> (String, String) {
    let (mut times, mut points) = (String::new(), String::new());
    let mut add = |at: u64, permille: u64| {
        let separator = if times.is_empty() { "" } else { ";" };
        let _infallible = write!(times, "{separator}{}", share(at));
        let _infallible = write!(points, "{separator}{}", share(permille * PARTS / 1_000));
    };
    if let Some(first) = legs.first().filter(|leg| leg.phase.begins > 0) {
        add(0, first.from_permille);
    }
    for leg in legs {
        add(leg.phase.begins, leg.from_permille);
        add(leg.phase.ends, leg.to_permille);
    }
    if let Some(last) = legs.last().filter(|leg| leg.phase.ends < PARTS) {
        add(PARTS, last.to_permille);
    }
    (times, points)
}

/// Returns how much of its way a message has covered at an instant, in per mille.
fn covered(message: &Message, at: Nanos) -> u64 {
    let whole = message.arrives_at.saturating_sub(message.sent_at).max(1);
    at.saturating_sub(message.sent_at).min(whole) * 1_000 / whole
}

/// Returns the legend of the shapes, to the right of the time.
pub(super) fn legend(words: Words) -> String {
    const SIGNS: [(&str, &str); 4] = [("s", "entries"), ("h", "heartbeat"), ("v", "vote"), ("o", "other")];
    let y = HEIGHT + 39;
    let mut out = String::new();
    for (x, (sign, meaning)) in (280..).step_by(100).zip(SIGNS) {
        let _infallible = writeln!(
            out,
            "<use href=\"#{sign}\" x=\"{x}\" y=\"{}\" fill=\"{INK}\" stroke=\"{INK}\"/>\
             <text x=\"{}\" y=\"{y}\" font-size=\"11\" fill=\"{FAINT}\">{}</text>",
            y - 4,
            x + 12,
            escaped(&words(meaning)),
        );
    }
    let _infallible = writeln!(
        out,
        "<text x=\"760\" y=\"{y}\" text-anchor=\"end\" font-size=\"11\" fill=\"{FAINT}\">{}</text>",
        escaped(&words("hollow: answer"))
    );
    out
}
