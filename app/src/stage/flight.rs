//! Messages in flight on the stage: a slot of elements for each, its lane, and groups that are drawn as one.
//! The elements are kept and reused.

use raft_core::model::{Message, MessageKind};
use raft_core::units::Nanos;

use super::geometry::{Measures, Ring, SIGN, Wire};
use super::marks::{child, set};
use super::signs::{kind_name, sign_of};
use crate::text;

/// The number of lanes in one direction. A message without room on them is drawn as one with another.
pub const LANES: u8 = 3;

/// The marks on a message's sign.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// Whether it is selected.
    pub chosen: bool,
    /// Whether it has the focus.
    pub active: bool,
}

/// The elements that draw one message, or a group of messages that have no room beside each other.
pub struct Slot {
    /// The message; `None` while the slot is free.
    pub message: Option<Message>,
    /// The messages that are drawn as one with it.
    pub with: Vec<Message>,
    /// The path of the message.
    pub wire: Option<Wire>,
    lane: u8,
    marks: Marks,
    sign: web_sys::Element,
    shape: web_sys::Element,
    label: web_sys::Element,
    path: web_sys::Element,
}

impl Slot {
    /// Returns a free slot with its elements in these layers.
    pub fn new(wires: &web_sys::Element, signs: &web_sys::Element) -> Option<Slot> {
        let path = child(wires, "path", "stage-wire")?;
        let sign = child(signs, "g", "stage-dot")?;
        set(&sign, "role", "option");
        let halo = child(&sign, "circle", "stage-halo")?;
        set(&halo, "r", "14");
        let shape = child(&sign, "use", "")?;
        let label = child(&sign, "text", "stage-cargo")?;
        let (message, with, wire, marks) = (None, Vec::new(), None, Marks::default());
        Some(Slot { message, with, wire, lane: 0, marks, sign, shape, label, path })
    }

    /// Draws nothing; the elements are kept for the next message.
    pub fn clear(&mut self) {
        if self.message.take().is_some() {
            self.with.clear();
            set(&self.sign, "display", "none");
            set(&self.path, "display", "none");
        }
    }

    /// Whether the slot draws this message.
    pub fn draws(&self, id: u64) -> bool {
        self.message.as_ref().is_some_and(|message| message.id == id)
            || self.with.iter().any(|message| message.id == id)
    }

    /// Places another message in the slot.
    pub fn place(&mut self, message: &Message, lane: u8, m: &Measures, ring: &Ring) {
        let wire = Wire::between(m, message.from, message.to, ring, lane);
        set(&self.sign, "id", &format!("message-{}", message.id));
        set(&self.sign, "data-message", &message.id.to_string());
        set(&self.sign, "data-kind", kind_name(message.kind));
        set(&self.sign, "data-reply", if message.reply.is_some() { "reply" } else { "request" });
        set(&self.sign, "aria-label", &text::stage::message(message));
        set(&self.path, "d", &wire.path());
        for element in [&self.sign, &self.path] {
            // The name is a constant that every browser accepts.
            let _removed = element.remove_attribute("display");
        }
        self.message = Some(message.clone());
        self.wire = Some(wire);
        self.lane = lane;
        self.write_cargo();
    }

    /// Draws a message as one with the slot's message.
    pub fn join(&mut self, message: &Message) {
        self.with.push(message.clone());
        self.write_cargo();
    }

    /// Removes the messages of the group that are no longer in flight.
    pub fn thin_out(&mut self, stays: impl Fn(u64) -> bool) {
        let before = self.with.len();
        self.with.retain(|message| stays(message.id));
        if self.with.len() != before {
            self.write_cargo();
        }
    }

    /// Moves the sign to a share of its path, from 0 to 1. `transform` is a buffer for the text.
    pub fn move_to(&self, share: f64, transform: &mut String) {
        use std::fmt::Write;
        let Some(wire) = &self.wire else { return };
        transform.clear();
        // Writing into a text never fails.
        let _written = write!(transform, "translate({})", wire.at(share));
        set(&self.sign, "transform", transform);
    }

    /// Sets the marks, if they have changed.
    pub fn mark(&mut self, marks: Marks) {
        if self.marks == marks {
            return;
        }
        self.marks = marks;
        let class = match (marks.chosen, marks.active) {
            (false, false) => "stage-dot",
            (true, false) => "stage-dot stage-chosen",
            (false, true) => "stage-dot stage-active",
            (true, true) => "stage-dot stage-chosen stage-active",
        };
        set(&self.sign, "class", class);
        set(&self.sign, "aria-selected", if marks.chosen { "true" } else { "false" });
        set(&self.path, "class", if marks.chosen { "stage-wire stage-ahead" } else { "stage-wire" });
    }

    fn write_cargo(&self) {
        let Some(message) = &self.message else { return };
        let carries = carries_entries(message);
        let cargo = cargo_of(message, &self.with);
        let wide = carries && cargo.chars().count() > 2;
        set(&self.shape, "href", if wide { "#m-append-wide" } else { sign_of(message) });
        set(&self.label, "class", if carries { "stage-cargo" } else { "stage-cargo stage-times" });
        self.label.set_text_content(Some(&cargo));
    }

    /// Whether another message would cover this one on its lane at some instant.
    fn is_near(&self, message: &Message, lane: u8) -> bool {
        let (Some(here), Some(wire)) = (&self.message, &self.wire) else { return false };
        self.lane == lane
            && here.from == message.from
            && here.to == message.to
            && covers(here, message, wire.length())
    }
}

/// Whether a later message on the same path of this length comes nearer to this one than the width of a sign.
fn covers(here: &Message, later: &Message, length: f64) -> bool {
    let ahead = |at: Nanos| (share_of(here, at) - share_of(later, at)) * length;
    let end = here.arrives_at.min(later.arrives_at);
    ahead(later.sent_at) < SIGN || ahead(end) < SIGN
}

fn carries_entries(message: &Message) -> bool {
    message.kind == MessageKind::Append && message.reply.is_none()
}

/// Returns the text at a message that stands for a group: log indexes if they are entries, otherwise the
/// number of messages.
fn cargo_of(message: &Message, with: &[Message]) -> String {
    let entries = || std::iter::once(message).chain(with).filter_map(|message| message.entries);
    let first = entries().map(|(first, _)| first).min();
    let last = entries().map(|(_, last)| last).max();
    match (first, last) {
        (Some(first), Some(last)) if carries_entries(message) => text::stage::range(first, last),
        _ if with.is_empty() => String::new(),
        _ => format!("×{}", with.len() + 1),
    }
}

/// Returns the first lane on which a message covers no other.
pub fn free_lane(slots: &[Slot], message: &Message, calm: bool) -> Option<u8> {
    let taken = |lane: u8| {
        slots.iter().any(|slot| {
            // Where nothing moves, all messages of one direction are in the same place.
            let stands = calm
                && slot.lane == lane
                && slot.message.as_ref().is_some_and(|m| m.from == message.from && m.to == message.to);
            stands || slot.is_near(message, lane)
        })
    };
    (0..LANES).find(|lane| !taken(*lane))
}

/// Returns a slot with whose message this one may be drawn as one: same direction, same kind, the last one
/// sent.
pub fn crowd_of(slots: &[Slot], message: &Message) -> Option<usize> {
    let alike = |slot: &Slot| {
        let one = slot.message.as_ref()?;
        let same = one.from == message.from
            && one.to == message.to
            && one.kind == message.kind
            && one.reply == message.reply;
        same.then_some(one.sent_at)
    };
    let places = slots.iter().enumerate().filter_map(|(at, slot)| Some((alike(slot)?, at)));
    places.max().map(|(_, at)| at)
}

/// Returns the share of its path that a message has passed, from 0 to 1.
pub fn share_of(message: &Message, now: Nanos) -> f64 {
    let whole = message.arrives_at.saturating_sub(message.sent_at).max(1) as f64;
    (now.saturating_sub(message.sent_at) as f64 / whole).min(1.0)
}

#[cfg(test)]
mod tests {
    use raft_core::model::Reply;
    use raft_core::units::MILLISECOND;

    use super::*;
    use crate::samples::message;

    fn sent(at: Nanos, takes: Nanos) -> Message {
        Message { sent_at: at, arrives_at: at + takes, ..message(1, MessageKind::Append, 1, 2) }
    }

    #[test]
    fn a_message_is_on_its_way_from_its_sending_to_its_arrival() {
        let message = sent(10 * MILLISECOND, 4 * MILLISECOND);
        let share = |ms: u64| share_of(&message, ms * MILLISECOND);
        assert_eq!([0, 10, 11, 14, 99].map(share), [0.0, 0.0, 0.25, 1.0, 1.0]);
    }

    #[test]
    fn a_message_that_takes_no_time_is_there_at_once() {
        assert_eq!(share_of(&sent(5, 0), 6), 1.0);
    }

    #[test]
    fn messages_that_keep_their_distance_share_a_lane() {
        let (first, second) = (sent(0, 10 * MILLISECOND), sent(2 * MILLISECOND, 10 * MILLISECOND));
        assert!(!covers(&first, &second, 300.0), "a fifth of 300 pixels lies between them");
        assert!(covers(&first, &second, 80.0), "16 pixels are less than a sign");
    }

    #[test]
    fn a_message_that_overtakes_another_needs_a_lane_of_its_own() {
        let (slow, fast) = (sent(0, 20 * MILLISECOND), sent(4 * MILLISECOND, 8 * MILLISECOND));
        assert!(covers(&slow, &fast, 500.0));
        assert!(!covers(&slow, &sent(4 * MILLISECOND, 20 * MILLISECOND), 500.0));
    }

    #[test]
    fn a_crowd_of_appends_says_all_its_indexes_and_a_crowd_of_others_its_number() {
        let append = |entries| Message { entries, ..message(1, MessageKind::Append, 1, 2) };
        assert_eq!(cargo_of(&append(Some((4, 4))), &[]), text::stage::range(4, 4));
        let with = [append(Some((5, 9))), append(None)];
        assert_eq!(cargo_of(&append(Some((4, 4))), &with), text::stage::range(4, 9));
        let beat = message(1, MessageKind::Heartbeat, 1, 2);
        assert_eq!(cargo_of(&beat, &[]), "");
        assert_eq!(cargo_of(&beat, &[beat.clone(), beat.clone()]), "×3");
        let answer = Message { reply: Some(Reply::Yes), ..append(Some((4, 4))) };
        assert_eq!(cargo_of(&answer, &[]), "", "an answer carries no entries");
    }
}
