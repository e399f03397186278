//! The painter: it sets, once per frame, what moves. It keeps its elements and touches only those that
//! changed.

use std::sync::Arc;

use leptos::prelude::*;
use raft_core::model::{ClusterView, Message};
use raft_core::units::{Nanos, NodeId};

use super::flight::{Marks, Slot, crowd_of, free_lane, share_of};
use super::geometry::{Measures, Ring, measures};
use super::marks::{Break, child, layer, set};
use crate::session::Session;
use crate::state::{Filter, Selection, Sight};

/// The number of messages drawn at a time; the cluster may have more, but an eye follows fewer.
const MESSAGES_MAX: usize = 200;

/// The arc around a node, and its value in per mille.
struct ArcOf {
    node: NodeId,
    shown: Option<u32>,
    element: web_sys::Element,
}

/// The inputs of a frame; if they are equal, nothing needs to be drawn.
#[derive(Clone, Copy, PartialEq)]
struct Frame {
    now: Nanos,
    view: usize,
    room: (u32, u32),
    filter: Filter,
    selection: Selection,
    active: Option<u64>,
}

/// Draws messages, breaks, countdowns and leases.
pub struct Painter {
    session: Session,
    selection: RwSignal<Selection>,
    sight: Sight,
    calm: RwSignal<bool>,
    room: RwSignal<(u32, u32)>,
    slots: Vec<Slot>,
    breaks: Vec<Break>,
    arcs: Vec<ArcOf>,
    /// The passed part of the selected message's path, and the path that is set.
    trail: Option<(web_sys::Element, String)>,
    drawn: Option<Frame>,
    /// The cluster, the size of the stage and the nodes for which the slots were placed.
    placed: (u32, (u32, u32), Ring),
    /// A buffer for the transform of each sign.
    transform: String,
}

impl Painter {
    /// Returns a painter that has drawn nothing yet.
    pub fn new(
        session: Session,
        selection: RwSignal<Selection>,
        sight: Sight,
        calm: RwSignal<bool>,
        room: RwSignal<(u32, u32)>,
    ) -> Painter {
        Painter {
            session,
            selection,
            sight,
            calm,
            room,
            slots: Vec::new(),
            breaks: Vec::new(),
            arcs: Vec::new(),
            trail: None,
            drawn: None,
            placed: (0, (0, 0), Ring::default()),
            transform: String::new(),
        }
    }

    /// Draws one frame.
    pub fn draw(&mut self, wall: f64) {
        self.breaks.retain(|mark| mark.stays(wall));
        let view = self.session.newest();
        let frame = Frame {
            now: self.session.clock.get_untracked(),
            view: Arc::as_ptr(&view) as usize,
            room: self.room.get_untracked(),
            filter: self.sight.filter.get_untracked(),
            selection: self.selection.get_untracked(),
            active: self.sight.active.get_untracked(),
        };
        if self.drawn == Some(frame) {
            return;
        }
        if self.drawn.is_none_or(|drawn| drawn.view != frame.view || drawn.room != frame.room) {
            self.fit(&view, frame.room);
        }
        self.drawn = Some(frame);
        let m = measures(frame.room, self.placed.2.len());
        self.place_messages(&view, &frame, &m);
        self.move_messages(&frame);
        for broken in self.session.take_breaks() {
            self.breaks.extend(Break::new(&broken, &m, &self.placed.2, wall));
        }
        self.turn_arcs(&view, frame.now);
    }

    /// Resets the slots if the cluster, the size of the stage or the ring has changed: message ids begin anew, or wires
    /// differ.
    fn fit(&mut self, view: &ClusterView, room: (u32, u32)) {
        let generation = self.session.generation.get_untracked();
        let (known, was, ring) = &self.placed;
        if *known == generation && *was == room && ring.is_of(view) {
            return;
        }
        self.slots.iter_mut().for_each(Slot::clear);
        // The elements of the arcs may be new.
        self.arcs.clear();
        self.placed = (generation, room, Ring::of(view));
    }

    fn place_messages(&mut self, view: &ClusterView, frame: &Frame, m: &Measures) {
        let ring = &self.placed.2;
        let node = self.session.selected.get_untracked();
        let is_shown = |message: &Message| {
            end_of(message) > frame.now
                && ring.contains(message.from)
                && ring.contains(message.to)
                && frame.filter.shows(message, view, frame.selection, node)
        };
        let find =
            |id: u64| view.messages.binary_search_by_key(&id, |m| m.id).ok().map(|at| &view.messages[at]);
        let stays = |id: u64| find(id).is_some_and(is_shown);
        for slot in &mut self.slots {
            let Some(message) = &slot.message else { continue };
            // A message that was delayed has a longer time to go.
            if stays(message.id) && find(message.id).is_some_and(|m| m.arrives_at == message.arrives_at) {
                slot.thin_out(stays);
            } else {
                slot.clear();
            }
        }
        let calm = self.calm.get_untracked();
        for message in view.messages.iter().filter(|m| is_shown(m)).take(MESSAGES_MAX) {
            if self.slots.iter().any(|slot| slot.draws(message.id)) {
                continue;
            }
            let lane = free_lane(&self.slots, message, calm);
            if let (None, Some(at)) = (lane, crowd_of(&self.slots, message)) {
                self.slots[at].join(message);
                continue;
            }
            let free = self.slots.iter().position(|slot| slot.message.is_none());
            let Some(at) = free.or_else(|| add_slot(&mut self.slots)) else { return };
            self.slots[at].place(message, lane.unwrap_or_default(), m, &self.placed.2);
        }
    }

    fn move_messages(&mut self, frame: &Frame) {
        let calm = self.calm.get_untracked();
        let mut chosen = None;
        for slot in &mut self.slots {
            let Some(message) = &slot.message else { continue };
            // With reduced motion, the message is shown in the middle of its path.
            let share = if calm { 0.5 } else { share_of(message, frame.now) };
            let is = |id: Option<u64>| id.is_some_and(|id| slot.draws(id));
            let selected = match frame.selection {
                Selection::Message(id) => Some(id),
                _ => None,
            };
            let marks = Marks { chosen: is(selected), active: is(frame.active) };
            slot.move_to(share, &mut self.transform);
            if marks.chosen {
                chosen = slot.wire.map(|wire| (wire.path(), share));
            }
            slot.mark(marks);
        }
        self.draw_trail(chosen);
    }

    /// Draws the path of the selected message: solid behind it, dotted ahead.
    fn draw_trail(&mut self, chosen: Option<(String, f64)>) {
        const WHOLE: f64 = 1_000.0;
        if self.trail.is_none() && chosen.is_some() {
            let made = layer("wires").and_then(|wires| child(&wires, "path", "stage-trail"));
            self.trail = made.map(|element| {
                set(&element, "pathLength", "1000");
                (element, String::new())
            });
        }
        let Some((element, shown)) = &mut self.trail else { return };
        let (path, share) = chosen.unwrap_or_default();
        if *shown != path {
            set(element, "d", &path);
            *shown = path;
        }
        if !shown.is_empty() {
            set(element, "stroke-dasharray", &format!("{} 2000", (share * WHOLE) as u64));
        }
    }

    /// Draws the arcs: around a node the remaining part of its election timer; around a leader that of its
    /// lease.
    fn turn_arcs(&mut self, view: &ClusterView, now: Nanos) {
        const EIGHTH: u64 = 125;
        let calm = self.calm.get_untracked();
        let lease = self.session.settings.with_untracked(|settings| settings.election_max);
        for node in &view.nodes {
            let left = match (node.countdown, node.lease_until) {
                (Some(countdown), _) => {
                    part(countdown.until.saturating_sub(now), countdown.until.saturating_sub(countdown.from))
                }
                (None, Some(until)) if node.process.is_up() => part(until.saturating_sub(now), lease),
                _ => 0,
            };
            let left = if calm { left.div_ceil(EIGHTH) * EIGHTH } else { left } as u32;
            let at = match self.arcs.iter().position(|arc| arc.node == node.id) {
                Some(at) => at,
                None => {
                    let Some(element) = layer(&format!("arc-{}", node.id)) else { continue };
                    self.arcs.push(ArcOf { node: node.id, shown: None, element });
                    self.arcs.len() - 1
                }
            };
            let arc = &mut self.arcs[at];
            if arc.shown != Some(left) {
                arc.shown = Some(left);
                set(&arc.element, "stroke-dasharray", &format!("{left} 1000"));
            }
        }
    }
}

/// Returns what is left of a span, in per mille.
fn part(left: Nanos, whole: Nanos) -> u64 {
    const WHOLE: u64 = 1_000;
    (left.saturating_mul(WHOLE) / whole.max(1)).min(WHOLE)
}

fn add_slot(slots: &mut Vec<Slot>) -> Option<usize> {
    slots.push(Slot::new(&layer("wires")?, &layer("messages")?)?);
    Some(slots.len() - 1)
}

fn end_of(message: &Message) -> Nanos {
    message.lost.map_or(message.arrives_at, |loss| loss.at)
}
