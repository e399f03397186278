//! Elements that the painter sets directly, and the marks that stay for a moment where a message was lost.

use leptos::prelude::document;
use raft_core::model::MessageKind;
use wasm_bindgen::JsCast;

use super::geometry::{Measures, Ring, Wire};
use super::signs::sign_of;
use crate::session::Broken;

/// How long the mark of a lost message stays, in milliseconds of wall time.
const BREAK_MS: f64 = 700.0;
const SVG: &str = "http://www.w3.org/2000/svg";

/// Returns the element with this id.
pub fn layer(id: &str) -> Option<web_sys::Element> {
    document().get_element_by_id(id)
}

/// Adds a new element to another one and returns it.
pub fn child(parent: &web_sys::Element, name: &str, class: &str) -> Option<web_sys::Element> {
    let element = document().create_element_ns(Some(SVG), name).ok()?;
    set(&element, "class", class);
    parent.append_child(element.unchecked_ref()).ok()?;
    Some(element)
}

/// Sets an attribute.
pub fn set(element: &web_sys::Element, name: &str, value: &str) {
    // Attribute names here are constants that every browser accepts.
    let _set = element.set_attribute(name, value);
}

/// The mark of a lost message: its two halves, and a cross between them.
pub struct Break {
    until: f64,
    sign: web_sys::Element,
}

impl Break {
    /// Marks where a message was lost, clear of the receiver's rim and term.
    pub fn new(broken: &Broken, m: &Measures, ring: &Ring, wall: f64) -> Option<Break> {
        const CLEAR: f64 = 22.0;
        let Broken { message, permille } = broken;
        if !ring.contains(message.from) || !ring.contains(message.to) {
            return None;
        }
        let wire = Wire::between(m, message.from, message.to, ring, 0);
        let room = CLEAR / wire.length();
        let point = wire.at((*permille as f64 / 1_000.0).min(1.0 - room).max(room.min(0.5)));
        let sign = child(&layer("breaks")?, "g", "")?;
        set(&sign, "transform", &format!("translate({point})"));
        for half in ["stage-half stage-left", "stage-half stage-right"] {
            let shape = child(&child(&sign, "g", half)?, "use", "")?;
            set(&shape, "href", sign_of(message));
            if message.kind == MessageKind::Heartbeat {
                // The halves of so small a sign would be hidden by the cross.
                set(&shape, "transform", "scale(1.7)");
            }
        }
        set(&child(&sign, "path", "stage-broken")?, "d", "M-4-4l8 8M4-4l-8 8");
        Some(Break { until: wall + BREAK_MS, sign })
    }

    /// Removes the mark when its time is over. Returns false when it did.
    pub fn stays(&self, wall: f64) -> bool {
        let stays = wall < self.until;
        if !stays {
            self.sign.remove();
        }
        stays
    }
}
