//! The painter: sets, once a frame, what moves. It keeps its elements and touches
//! only those that changed.

use leptos::prelude::*;
use raft_core::cluster::{Message, MessageKind, Reply};
use raft_core::units::{Nanos, NodeId};
use wasm_bindgen::JsCast;

use super::geometry::{Ring, Wire, measures};
use crate::session::Session;

/// Messages drawn at a time; more are in the cluster, but an eye follows fewer.
const MESSAGES_MAX: usize = 200;
/// How long the mark of a lost message stays, in wall milliseconds.
const BREAK_MS: f64 = 700.0;
const SVG: &str = "http://www.w3.org/2000/svg";

/// A pair of elements that draws one message.
struct Slot {
    message: Option<u64>,
    wire: Option<Wire>,
    sign: web_sys::Element,
    path: web_sys::Element,
}

impl Slot {
    /// Draws nothing; the elements are kept for the next message.
    fn clear(&mut self) {
        self.message = None;
        set(&self.sign, "display", "none");
        set(&self.path, "display", "none");
    }
}

struct Break {
    until: f64,
    sign: web_sys::Element,
}

/// Draws messages, breaks and countdown arcs.
pub struct Painter {
    session: Session,
    calm: RwSignal<bool>,
    narrow: RwSignal<bool>,
    slots: Vec<Slot>,
    breaks: Vec<Break>,
    /// What each arc shows, to set it only when it changes.
    arcs: Vec<(NodeId, u32)>,
    drawn: Option<(Nanos, usize, bool)>,
    /// The cluster, the measures and the nodes for which the slots were placed.
    placed: (u32, bool, Ring),
}

impl Painter {
    /// A painter with nothing drawn yet.
    pub fn new(session: Session, calm: RwSignal<bool>, narrow: RwSignal<bool>) -> Painter {
        Painter {
            session,
            calm,
            narrow,
            slots: Vec::new(),
            breaks: Vec::new(),
            arcs: Vec::new(),
            drawn: None,
            placed: (0, false, Ring::default()),
        }
    }

    /// Draws one frame.
    pub fn draw(&mut self, wall: f64) {
        let now = self.session.clock.get_untracked();
        let view = self.session.newest();
        let state = (now, std::sync::Arc::as_ptr(&view) as usize, self.narrow.get_untracked());
        self.fade_breaks(wall);
        if self.drawn == Some(state) {
            return;
        }
        self.drawn = Some(state);
        let ring = Ring::of(&view);
        let placed = (self.session.generation.get_untracked(), self.narrow.get_untracked(), ring.clone());
        if self.placed != placed {
            // Another cluster numbers its messages anew; another width or ring has other wires.
            self.slots.iter_mut().for_each(Slot::clear);
            // The elements of the arcs may be new ones.
            self.arcs.clear();
            self.placed = placed;
        }
        let is_shown = |m: &&Message| end_of(m) > now && ring.contains(m.from) && ring.contains(m.to);
        let shown: Vec<&Message> = view.messages.iter().filter(is_shown).take(MESSAGES_MAX).collect();
        self.place_messages(&shown, &ring, now);
        self.mark_breaks(&ring, wall);
        self.turn_arcs(&view, now);
    }

    fn place_messages(&mut self, shown: &[&Message], ring: &Ring, now: Nanos) {
        let (Some(wires), Some(signs)) = (layer("wires"), layer("messages")) else { return };
        for slot in &mut self.slots {
            if slot.message.is_some_and(|id| !shown.iter().any(|m| m.id == id)) {
                slot.clear();
            }
        }
        let m = measures(self.narrow.get_untracked(), ring.len());
        let calm = self.calm.get_untracked();
        for message in shown {
            let at = match self.slots.iter().position(|slot| slot.message == Some(message.id)) {
                Some(at) => at,
                None => {
                    let free = self.slots.iter().position(|slot| slot.message.is_none());
                    let Some(at) = free.or_else(|| self.add_slot(&wires, &signs)) else { return };
                    let wire = Wire::between(&m, message.from, message.to, ring);
                    let slot = &mut self.slots[at];
                    slot.message = Some(message.id);
                    slot.wire = Some(wire);
                    set(&slot.sign, "href", sign_of(message));
                    set(&slot.sign, "data-kind", kind_name(message.kind));
                    set(&slot.sign, "data-reply", if message.reply.is_some() { "reply" } else { "request" });
                    set(&slot.path, "d", &wire.path());
                    remove(&slot.sign, "display");
                    remove(&slot.path, "display");
                    at
                }
            };
            let slot = &self.slots[at];
            let Some(wire) = &slot.wire else { continue };
            let whole = message.arrives_at.saturating_sub(message.sent_at).max(1) as f64;
            // Who wants no motion sees the message in the middle of its way.
            let share =
                if calm { 0.5 } else { (now.saturating_sub(message.sent_at) as f64 / whole).min(1.0) };
            let point = wire.at(share);
            set(&slot.sign, "transform", &format!("translate({point})"));
        }
    }

    fn add_slot(&mut self, wires: &web_sys::Element, signs: &web_sys::Element) -> Option<usize> {
        let path = child(wires, "path", "wire")?;
        let sign = child(signs, "use", "dot")?;
        self.slots.push(Slot { message: None, wire: None, sign, path });
        Some(self.slots.len() - 1)
    }

    fn mark_breaks(&mut self, ring: &Ring, wall: f64) {
        let m = measures(self.narrow.get_untracked(), ring.len());
        let Some(signs) = layer("messages") else { return };
        for broken in self.session.take_breaks() {
            let Some(sign) = child(&signs, "use", "dot lost") else { return };
            let point = Wire::between(&m, broken.from, broken.to, ring).at(broken.permille as f64 / 1_000.0);
            set(&sign, "href", "#m-broken");
            set(&sign, "transform", &format!("translate({point})"));
            self.breaks.push(Break { until: wall + BREAK_MS, sign });
        }
    }

    fn fade_breaks(&mut self, wall: f64) {
        self.breaks.retain(|broken| {
            let stays = wall < broken.until;
            if !stays {
                broken.sign.remove();
            }
            stays
        });
    }

    /// The arc around a node is the part of its election timer that is left.
    fn turn_arcs(&mut self, view: &raft_core::cluster::ClusterView, now: Nanos) {
        const WHOLE: u64 = 1_000;
        const EIGHTH: u64 = 125;
        let calm = self.calm.get_untracked();
        for node in &view.nodes {
            let left = node.countdown.map_or(0, |countdown| {
                let whole = countdown.until.saturating_sub(countdown.from).max(1);
                (countdown.until.saturating_sub(now) * WHOLE / whole).min(WHOLE)
            });
            let left = if calm { left.div_ceil(EIGHTH) * EIGHTH } else { left } as u32;
            let known = self.arcs.iter_mut().find(|(id, _)| *id == node.id);
            match known {
                Some((_, shown)) if *shown == left => continue,
                Some((_, shown)) => *shown = left,
                None => self.arcs.push((node.id, left)),
            }
            if let Some(arc) = layer(&format!("arc-{}", node.id)) {
                set(&arc, "stroke-dasharray", &format!("{left} 1000"));
            }
        }
    }
}

fn end_of(message: &Message) -> Nanos {
    message.lost.map_or(message.arrives_at, |loss| loss.at)
}

fn layer(id: &str) -> Option<web_sys::Element> {
    document().get_element_by_id(id)
}

fn child(parent: &web_sys::Element, name: &str, class: &str) -> Option<web_sys::Element> {
    let element = document().create_element_ns(Some(SVG), name).ok()?;
    set(&element, "class", class);
    parent.append_child(element.unchecked_ref()).ok()?;
    Some(element)
}

fn set(element: &web_sys::Element, name: &str, value: &str) {
    // Attribute names here are constants that every browser takes.
    let _set = element.set_attribute(name, value);
}

fn remove(element: &web_sys::Element, name: &str) {
    let _removed = element.remove_attribute(name);
}

fn kind_name(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Vote => "vote",
        MessageKind::PreVote => "pre-vote",
        MessageKind::Append => "append",
        MessageKind::Heartbeat => "heartbeat",
        MessageKind::Snapshot => "snapshot",
        MessageKind::Transfer => "transfer",
        MessageKind::Forward => "forward",
        MessageKind::ReadIndex => "read-index",
        MessageKind::Lease => "lease",
        MessageKind::Member => "member",
    }
}

fn sign_of(message: &Message) -> &'static str {
    let no = matches!(message.reply, Some(Reply::No | Reply::Unreachable));
    match (message.kind, message.reply.is_some(), no) {
        (MessageKind::Vote, false, _) => "#m-vote",
        (MessageKind::Vote, true, false) => "#m-vote-yes",
        (MessageKind::Vote, true, true) => "#m-vote-no",
        (MessageKind::PreVote, false, _) => "#m-pre",
        (MessageKind::PreVote, true, false) => "#m-pre-yes",
        (MessageKind::PreVote, true, true) => "#m-pre-no",
        (MessageKind::Append, false, _) => "#m-append",
        (MessageKind::Append, true, false) => "#m-append-yes",
        (MessageKind::Append, true, true) => "#m-append-no",
        (MessageKind::Heartbeat, false, _) => "#m-beat",
        (MessageKind::Heartbeat, true, false) => "#m-beat-yes",
        (MessageKind::Heartbeat, true, true) => "#m-beat-no",
        (MessageKind::Snapshot, false, _) => "#m-snap",
        (MessageKind::Snapshot, true, _) => "#m-snap-yes",
        (MessageKind::Transfer, false, _) => "#m-transfer",
        (MessageKind::Transfer, true, _) => "#m-transfer-yes",
        (_, false, _) => "#m-client",
        (_, true, false) => "#m-client-yes",
        (_, true, true) => "#m-client-no",
    }
}
