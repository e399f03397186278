//! Movable edges between the stage and the panels: by pointer or keys; a panel can also be hidden.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::browser::{save, saved};
use crate::text::panels as words;

/// The distance by which a press of an arrow key moves an edge, in pixels.
const STEP: f64 = 24.0;
/// The size of a hidden panel, in pixels.
const AWAY: f64 = 0.0;

/// An edge that can be moved.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The edge between the stage and the panels beside it.
    Side,
    /// The edge between the stage and the panels below it.
    Details,
}

impl Edge {
    fn name(self) -> &'static str {
        match self {
            Edge::Side => "side",
            Edge::Details => "details",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Edge::Side => "raft-playground-side",
            Edge::Details => "raft-playground-details",
        }
    }

    /// Returns the least and the greatest size of the panel, in CSS pixels.
    fn bounds(self) -> (f64, f64) {
        let window = window();
        let length = |value: Result<wasm_bindgen::JsValue, _>| {
            value.ok().and_then(|value| value.as_f64()).unwrap_or(1_000.0)
        };
        match self {
            Edge::Side => (300.0, (length(window.inner_width()) - 520.0).max(300.0)),
            Edge::Details => (120.0, (length(window.inner_height()) - 420.0).max(120.0)),
        }
    }

    /// Returns the size of the panel for a pointer position, in pixels. Far below the least size, the panel
    /// is hidden.
    fn at(self, event: &web_sys::PointerEvent) -> f64 {
        let end = match self {
            Edge::Side => self.panel().map(|panel| panel.get_bounding_client_rect().right()),
            Edge::Details => self.panel().map(|panel| panel.get_bounding_client_rect().bottom()),
        };
        let place = match self {
            Edge::Side => f64::from(event.client_x()),
            Edge::Details => f64::from(event.client_y()),
        };
        dragged(end.unwrap_or_default() - place, self.bounds())
    }

    /// Returns the size that a key asks for, in pixels; `None` for a key that does not move the edge.
    fn moved(self, key: &str, now: f64, (least, most): (f64, f64)) -> Option<f64> {
        let wanted = match (key, self) {
            ("ArrowLeft", Edge::Side) | ("ArrowUp", Edge::Details) => now + STEP,
            ("ArrowRight", Edge::Side) | ("ArrowDown", Edge::Details) => now - STEP,
            ("Home", _) => least,
            ("End", _) => most,
            _ => return None,
        };
        Some(wanted.max(least).min(most))
    }

    fn panel(self) -> Option<web_sys::Element> {
        document().query_selector(&format!(".{}", self.name())).ok().flatten()
    }

    /// Returns the current size of the panel on the page, in pixels.
    fn measured(self) -> f64 {
        let size = |panel: web_sys::Element| {
            let bounds = panel.get_bounding_client_rect();
            if self == Edge::Side { bounds.width() } else { bounds.height() }
        };
        self.panel().map_or(AWAY, size)
    }

    /// Sets the size of the panel in pixels; `None` restores the default.
    fn apply(self, size: Option<f64>) {
        let Some(root) =
            document().document_element().and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok())
        else {
            return;
        };
        let (property, mark) = (format!("--{}-size", self.name()), format!("data-{}", self.name()));
        // Every browser accepts these names and values.
        let _done = match size {
            None => {
                let _marked = root.set_attribute(&mark, "open");
                root.style().remove_property(&property).map(|_| ())
            }
            Some(size) => {
                let _marked = root.set_attribute(&mark, if size == AWAY { "away" } else { "sized" });
                root.style().set_property(&property, &format!("{}px", size as i64))
            }
        };
    }
}

/// Returns the size of a panel whose edge was dragged to `size`, in pixels. Far below the least size, it is
/// hidden.
fn dragged(size: f64, (least, most): (f64, f64)) -> f64 {
    if size < least / 2.0 { AWAY } else { size.max(least).min(most) }
}

/// The edge. Enter, or a double click, hides the panel and shows it again.
#[component]
pub fn Splitter(
    /// Which edge it is.
    edge: Edge,
    /// Whether the panel is shown. Dragging the edge sets it.
    open: RwSignal<bool>,
) -> impl IntoView {
    // Whole pixels: reading floating-point numbers would add tens of kilobytes.
    let kept = saved(edge.key()).and_then(|text| text.parse::<i64>().ok()).map(|size| size as f64);
    let size = RwSignal::new(kept.filter(|size| *size != AWAY));
    if edge == Edge::Side && kept == Some(AWAY) {
        open.set(false);
    }
    let shown = move || if open.get() { size.get() } else { Some(AWAY) };
    Effect::new(move |_| {
        edge.apply(shown());
        // Details are closed in each new page; what is kept is the size that they are opened with.
        let kept = if edge == Edge::Side { shown() } else { size.get() };
        save(edge.key(), &kept.map_or_else(String::new, |size| (size as i64).to_string()));
    });
    let toggle = move || open.update(|open| *open = !*open);
    let resize = move |wanted: f64| {
        open.set(wanted != AWAY);
        if wanted != AWAY {
            size.set(Some(wanted));
        }
    };
    let keys = move |event: web_sys::KeyboardEvent| {
        let key = event.key();
        if key == "Enter" {
            event.stop_propagation();
            return toggle();
        }
        let now = size.get_untracked().filter(|_| open.get_untracked()).unwrap_or_else(|| edge.measured());
        let Some(wanted) = edge.moved(&key, now, edge.bounds()) else { return };
        event.prevent_default();
        event.stop_propagation();
        resize(wanted);
    };
    let grab = move |event: web_sys::PointerEvent| {
        let handle = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if let Some(handle) = handle {
            // Without the capture, a drag ends at the edge of the handle and does no harm.
            let _captured = handle.set_pointer_capture(event.pointer_id());
        }
        event.prevent_default();
    };
    let drag = move |event: web_sys::PointerEvent| {
        if event.buttons() & 1 == 1 {
            resize(edge.at(&event));
        }
    };
    let (class, orientation, label) = match edge {
        Edge::Side => ("splitter splitter-upright", "vertical", words::side_edge()),
        Edge::Details => ("splitter", "horizontal", words::details_edge()),
    };
    view! {
        <div class=class role="separator" tabindex="0" aria-orientation=orientation aria-label=label title=label
            data-testid=format!("splitter-{}", edge.name())
            aria-valuemin="0" aria-valuemax=move || { size.track(); (edge.bounds().1 as i64).to_string() }
            aria-valuenow=move || (shown().unwrap_or_else(|| edge.measured()) as i64).to_string()
            on:pointerdown=grab on:pointermove=drag on:dblclick=move |_| toggle() on:keydown=keys></div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: (f64, f64) = (300.0, 800.0);

    #[test]
    fn an_edge_is_dragged_within_its_bounds() {
        assert_eq!(dragged(500.0, BOUNDS), 500.0);
        assert_eq!(dragged(299.0, BOUNDS), 300.0);
        assert_eq!(dragged(2_000.0, BOUNDS), 800.0);
    }

    #[test]
    fn a_panel_that_is_dragged_below_half_its_least_size_is_put_away() {
        assert_eq!(dragged(150.0, BOUNDS), 300.0);
        assert_eq!(dragged(149.9, BOUNDS), AWAY);
        assert_eq!(dragged(-20.0, BOUNDS), AWAY);
    }

    #[test]
    fn the_arrows_across_an_edge_move_it_and_those_along_it_do_not() {
        assert_eq!(Edge::Side.moved("ArrowLeft", 400.0, BOUNDS), Some(424.0));
        assert_eq!(Edge::Side.moved("ArrowRight", 400.0, BOUNDS), Some(376.0));
        assert_eq!(Edge::Side.moved("ArrowUp", 400.0, BOUNDS), None);
        assert_eq!(Edge::Details.moved("ArrowUp", 400.0, BOUNDS), Some(424.0));
        assert_eq!(Edge::Details.moved("ArrowLeft", 400.0, BOUNDS), None);
    }

    #[test]
    fn home_and_end_lead_to_the_bounds_and_arrows_not_beyond_them() {
        assert_eq!(Edge::Side.moved("Home", 500.0, BOUNDS), Some(300.0));
        assert_eq!(Edge::Details.moved("End", 500.0, BOUNDS), Some(800.0));
        assert_eq!(Edge::Side.moved("ArrowRight", 310.0, BOUNDS), Some(300.0));
        assert_eq!(Edge::Side.moved("ArrowLeft", 790.0, BOUNDS), Some(800.0));
    }
}
