//! Gestures on the stage: picking a message, drawing a wall across the ring or a lasso around nodes; and the
//! keys that do the same.

use leptos::ev;
use leptos::leptos_dom::helpers::window_event_listener;
use leptos::prelude::*;
use raft_core::model::Action;
use raft_core::units::NodeId;
use wasm_bindgen::JsCast;

use super::geometry::{Measures, Point, Ring, measures};
use crate::kit::{in_field, on_button};
use crate::state::{Page, Selection};

/// The distance a pointer moves before it draws, in pixels.
const DRAWS_FROM: f64 = 6.0;
/// The greatest distance between a pointer and the message that it picks, in pixels: half the target size for
/// a mouse or a finger.
const NEAR: f64 = 14.0;
const NEAR_FINGER: f64 = 22.0;

/// A line that is being drawn. A straight one is a wall, a bent one a lasso.
#[derive(Clone, PartialEq)]
pub struct Drawn {
    points: Vec<Point>,
}

impl Drawn {
    fn start(&self) -> Point {
        self.points[0]
    }

    /// Returns the end of the line, at the pointer.
    pub fn end(&self) -> Point {
        self.points[self.points.len() - 1]
    }

    fn is_lasso(&self) -> bool {
        const BENT: f64 = 1.5;
        let drawn: f64 = self.points.windows(2).map(|two| distance(two[0], two[1])).sum();
        drawn > BENT * distance(self.start(), self.end())
    }

    /// Returns the nodes inside the lasso, or on the right of the wall.
    pub fn one_side(&self, ring: &Ring, m: &Measures) -> Vec<NodeId> {
        let lasso = self.is_lasso();
        let (start, end) = (self.start(), self.end());
        let is_in = |at: Point| {
            if lasso {
                encloses(&self.points, at)
            } else {
                (end.x - start.x) * (at.y - start.y) - (end.y - start.y) * (at.x - start.x) > 0.0
            }
        };
        ring.ids().iter().copied().filter(|id| is_in(ring.place(m, *id))).collect()
    }

    /// Returns the line as an SVG path: the lasso closed, the wall extended to the edges of the stage.
    pub fn path(&self, m: &Measures) -> String {
        if self.is_lasso() {
            let points: Vec<String> = self.points.iter().map(Point::to_string).collect();
            return format!("M{}Z", points.join("L"));
        }
        let (start, end) = (self.start(), self.end());
        let far = (m.size.0 + m.size.1) / distance(start, end).max(1.0);
        let (dx, dy) = ((end.x - start.x) * far, (end.y - start.y) * far);
        let on = |x, y| Point { x, y };
        format!("M{}L{}", on(start.x - dx, start.y - dy), on(start.x + dx, start.y + dy))
    }
}

fn distance(a: Point, b: Point) -> f64 {
    ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).sqrt()
}

/// Whether a closed line encloses a point: a ray from the point crosses the line an odd number of times.
fn encloses(line: &[Point], at: Point) -> bool {
    let mut inside = false;
    for (n, a) in line.iter().enumerate() {
        let b = line[(n + 1) % line.len()];
        if (a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x {
            inside = !inside;
        }
    }
    inside
}

/// A press of the pointer on the stage.
#[derive(Clone, Copy)]
struct Press {
    at: (f64, f64),
    message: Option<u64>,
}

/// The state of the gestures; all copies share it.
#[derive(Clone, Copy)]
pub struct Hand {
    page: Page,
    press: StoredValue<Option<Press>>,
    took: StoredValue<bool>,
    /// The line that is being drawn.
    pub drawn: RwSignal<Option<Drawn>>,
}

impl Hand {
    /// Handles the pointer and the keys as long as the page lives.
    pub fn listen(page: Page) -> Hand {
        let hand = Hand {
            page,
            press: StoredValue::new(None),
            took: StoredValue::new(false),
            drawn: RwSignal::new(None),
        };
        std::mem::forget(window_event_listener(ev::pointerdown, move |event| hand.down(&event)));
        std::mem::forget(window_event_listener(ev::pointermove, move |event| hand.moved(&event)));
        std::mem::forget(window_event_listener(ev::pointerup, move |_| hand.up()));
        std::mem::forget(window_event_listener(ev::pointercancel, move |_| hand.let_go()));
        std::mem::forget(window_event_listener(ev::keydown, move |event| hand.key(&event)));
        hand
    }

    /// Whether the last press picked a message or drew a line, and so is no click on an element below.
    pub fn took(&self) -> bool {
        self.took.get_value()
    }

    fn down(&self, event: &web_sys::PointerEvent) {
        self.took.set_value(false);
        let target: Option<web_sys::Element> = event.target().and_then(|target| target.dyn_into().ok());
        let is_in =
            |what: &str| target.as_ref().and_then(|target| target.closest(what).ok().flatten()).is_some();
        if event.button() != 0 || !event.is_primary() || !is_in(".stage-view") || is_in(".stage-node") {
            return;
        }
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let near = if event.pointer_type() == "mouse" { NEAR } else { NEAR_FINGER };
        self.press.set_value(Some(Press { at, message: message_near(at, near) }));
    }

    fn moved(&self, event: &web_sys::PointerEvent) {
        let Some(press) = self.press.get_value() else { return };
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let far = (at.0 - press.at.0).abs() + (at.1 - press.at.1).abs() > DRAWS_FROM;
        if self.drawn.with_untracked(Option::is_none) && !far {
            return;
        }
        let Some(point) = self.on_stage(at) else { return };
        self.drawn.update(|drawn| match drawn {
            Some(drawn) => drawn.points.push(point),
            None => *drawn = self.on_stage(press.at).map(|start| Drawn { points: vec![start, point] }),
        });
    }

    fn up(&self) {
        let Some(press) = self.press.get_value() else { return };
        let drawn = self.drawn.get_untracked();
        self.let_go();
        match (drawn, press.message) {
            (Some(drawn), _) => {
                self.took.set_value(true);
                let (ring, m) = self.ring();
                cut_off(self.page, drawn.one_side(&ring, &m));
            }
            (None, Some(message)) => {
                self.took.set_value(true);
                self.page.selection.set(Selection::Message(message));
            }
            (None, None) => (),
        }
    }

    fn let_go(&self) {
        self.press.set_value(None);
        if self.drawn.with_untracked(Option::is_some) {
            self.drawn.set(None);
        }
    }

    fn ring(&self) -> (Ring, Measures) {
        let ring = self.page.session.view.with_untracked(|view| Ring::of(view));
        let m = measures(self.page.room.get_untracked(), ring.len());
        (ring, m)
    }

    /// Returns a point of the window in the measures of the stage.
    fn on_stage(&self, (x, y): (f64, f64)) -> Option<Point> {
        let place = document().query_selector(".stage-view").ok()??.get_bounding_client_rect();
        // The units of the drawing are the pixels of its element.
        (place.width() > 0.0).then(|| Point { x: x - place.left(), y: y - place.top() })
    }

    fn key(&self, event: &web_sys::KeyboardEvent) {
        let covered = self.page.dialog.with_untracked(Option::is_some)
            || self.page.glossary.with_untracked(Option::is_some);
        if event.default_prevented() || in_field(event) || covered {
            return;
        }
        let at_messages = document().active_element().is_some_and(|element| element.id() == "messages");
        let gathered = self.page.sight.gathered;
        let digit = event.code().strip_prefix("Digit").and_then(|digit| digit.parse().ok());
        match (event.key().as_str(), digit) {
            (_, Some(node)) if event.shift_key() && self.ring().0.contains(node) => {
                gathered.update(|nodes| match nodes.iter().position(|one| *one == node) {
                    Some(at) => drop(nodes.remove(at)),
                    None => nodes.push(node),
                })
            }
            ("Escape", _) => self.escape(),
            ("Enter", _) if !on_button(event) && gathered.with_untracked(|nodes| !nodes.is_empty()) => {
                cut_off(self.page, gathered.get_untracked());
                gathered.set(Vec::new());
            }
            (key, _) if at_messages => {
                if !self.walk(key) {
                    return;
                }
            }
            _ => return,
        }
        event.prevent_default();
    }

    fn escape(&self) {
        self.let_go();
        self.page.sight.gathered.set(Vec::new());
        if matches!(self.page.selection.get_untracked(), Selection::Message(_) | Selection::Link { .. }) {
            self.page.selection.set(Selection::None);
        }
    }

    /// Handles keys that move the focus among the messages in flight, in the order of sending. Returns false
    /// for other keys.
    fn walk(&self, key: &str) -> bool {
        let ids = drawn_messages();
        let active = self.page.sight.active;
        let now = active.get_untracked();
        // The next one that is still in flight, or the first or last.
        let to = match key {
            "ArrowRight" | "ArrowDown" => {
                ids.iter().find(|id| now.is_none_or(|now| **id > now)).or(ids.first())
            }
            "ArrowLeft" | "ArrowUp" => {
                ids.iter().rev().find(|id| now.is_none_or(|now| **id < now)).or(ids.last())
            }
            "Home" => ids.first(),
            "End" => ids.last(),
            "Enter" | " " => {
                if let Some(now) = now.filter(|now| ids.contains(now)) {
                    self.page.selection.set(Selection::Message(now));
                }
                return true;
            }
            _ => return false,
        };
        if let Some(id) = to {
            active.set(Some(*id));
            if let Some(list) = super::marks::layer("messages") {
                super::marks::set(&list, "aria-activedescendant", &format!("message-{id}"));
            }
        }
        true
    }
}

/// Cuts these nodes off from the others. Nothing happens if one side is empty.
pub fn cut_off(page: Page, inside: Vec<NodeId>) {
    let is_outside = |id: &NodeId| !inside.contains(id);
    let rest: Vec<NodeId> = page
        .session
        .view
        .with_untracked(|view| view.nodes.iter().map(|node| node.id).filter(is_outside).collect());
    if !inside.is_empty() && !rest.is_empty() {
        page.session.act(Action::Partition(vec![inside, rest]));
    }
}

/// Returns the signs that are drawn now, each with its message's id.
fn signs() -> Vec<(u64, web_sys::Element)> {
    let Ok(list) = document().query_selector_all("#messages > [data-message]:not([display])") else {
        return Vec::new();
    };
    let sign = |at| {
        let element: web_sys::Element = list.item(at)?.dyn_into().ok()?;
        Some((element.get_attribute("data-message")?.parse().ok()?, element))
    };
    (0..list.length()).filter_map(sign).collect()
}

/// Returns the messages that are drawn, in the order of sending.
fn drawn_messages() -> Vec<u64> {
    let mut ids: Vec<u64> = signs().into_iter().map(|(id, _)| id).collect();
    ids.sort_unstable();
    ids
}

/// Returns the message nearest to a point of the window, within `near` pixels.
fn message_near((x, y): (f64, f64), near: f64) -> Option<u64> {
    let away = |element: &web_sys::Element| {
        let place = element.get_bounding_client_rect();
        let dx = place.left() + place.width() / 2.0 - x;
        let dy = place.top() + place.height() / 2.0 - y;
        (dx * dx + dy * dy).sqrt()
    };
    let candidates = signs().into_iter().map(|(id, element)| (away(&element), id));
    candidates.filter(|(away, _)| *away <= near).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::view;

    /// Its ring has its middle at (500, 310) or close to it.
    const STAGE: (u32, u32) = (1_000, 620);

    fn drawn(points: &[(f64, f64)]) -> Drawn {
        Drawn { points: points.iter().map(|(x, y)| Point { x: *x, y: *y }).collect() }
    }

    fn side(drawn: &Drawn) -> Vec<NodeId> {
        drawn.one_side(&Ring::of(&view()), &measures(STAGE, 5))
    }

    #[test]
    fn a_straight_wall_parts_the_ring() {
        // From left to right through the centre: the right side is below.
        assert_eq!(side(&drawn(&[(100.0, 330.0), (840.0, 330.0)])), [3, 4]);
        assert_eq!(side(&drawn(&[(840.0, 330.0), (100.0, 330.0)])), [1, 2, 5]);
    }

    #[test]
    fn a_wall_reaches_beyond_where_it_was_drawn() {
        let short = drawn(&[(490.0, 330.0), (510.0, 330.0)]);
        assert_eq!(side(&short), [3, 4]);
        assert_eq!(short.path(&measures(STAGE, 5)), "M-1130.0 330.0L2110.0 330.0");
    }

    #[test]
    fn a_lasso_takes_the_nodes_that_it_goes_around() {
        let around_the_top =
            drawn(&[(430.0, 10.0), (570.0, 10.0), (570.0, 140.0), (430.0, 140.0), (430.0, 30.0)]);
        assert_eq!(side(&around_the_top), [1]);
        assert!(around_the_top.path(&measures(STAGE, 5)).ends_with("L430.0 30.0Z"), "it is closed");
    }

    #[test]
    fn a_line_that_comes_back_is_a_lasso_and_one_that_only_trembles_is_a_wall() {
        assert!(drawn(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (5.0, 5.0)]).is_lasso());
        assert!(!drawn(&[(0.0, 0.0), (50.0, 4.0), (100.0, 0.0)]).is_lasso());
    }
}
