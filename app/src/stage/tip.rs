//! The description of a log entry, and of the one that will replace it: shown for the cell under the pointer,
//! and, if the entry will be replaced, for the focus.

use leptos::ev;
use leptos::leptos_dom::helpers::window_event_listener;
use leptos::prelude::*;
use raft_core::cluster::{Agreement, Ledger, LedgerCell, LogStretch};
use raft_core::model::ClusterView;
use raft_core::units::NodeId;
use wasm_bindgen::JsCast;

use super::strip::window_of;
use crate::state::{Page, use_page};
use crate::text::ledger as words;

/// The greatest width in pixels, as in the style sheet.
const WIDTH_MAX: f64 = 340.0;
/// The distance between the cell and its description, in pixels.
const GAP: f64 = 8.0;

/// The description and its position in the window.
#[derive(Clone, PartialEq)]
struct TipFrame {
    lines: Vec<String>,
    left: f64,
    top: f64,
    /// Whether it is above its position.
    above: bool,
    /// Whether the pointer asked for it, rather than the focus.
    by_pointer: bool,
}

/// The description of the cell or node under the pointer or with the focus.
#[component]
pub fn Tip() -> impl IntoView {
    let page = use_page();
    let told = RwSignal::new(None::<TipFrame>);
    let change = move |next: Option<TipFrame>| {
        if told.with_untracked(|told| *told != next) {
            told.set(next);
        }
    };
    let target = |event: &web_sys::Event| event.target()?.dyn_into::<web_sys::Element>().ok();
    let listeners = [
        window_event_listener(ev::pointerover, move |event| {
            let Some(at) = target(&event) else { return };
            // The tip stays while the pointer is on it, so that it can be read at any size. A tip for the
            // focus does not end when the page scrolls under the pointer.
            if at.closest(".stage-tip").ok().flatten().is_some() {
                return;
            }
            let next = of_cell(page, &at);
            if next.is_some() || told.with_untracked(|told| told.as_ref().is_some_and(|told| told.by_pointer))
            {
                change(next.map(|next| TipFrame { by_pointer: true, ..next }));
            }
        }),
        window_event_listener(ev::focusin, move |event| {
            change(target(&event).and_then(|at| of_odd(page, &at)));
        }),
        window_event_listener(ev::focusout, move |_| change(None)),
        window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" {
                change(None);
            }
        }),
    ];
    on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    view! {
        <div role="status" aria-label=words::tip() data-testid="tip">
            {move || told.get().map(|TipFrame { lines, left, top, above, .. }| view! {
                <div class="stage-tip" class:stage-above=above style:left=format!("{left}px") style:top=format!("{top}px")>
                    {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
                </div>
            })}
        </div>
    }
}

/// Returns the description of the entry under the pointer.
fn of_cell(page: Page, at: &web_sys::Element) -> Option<TipFrame> {
    let cell = at.closest(".stage-cell[data-index]").ok()??;
    let node = node_of(&cell)?;
    let index: u64 = cell.get_attribute("data-index")?.parse().ok()?;
    let line = page.session.view.with_untracked(|view| {
        let ledger = strips(view);
        let row = ledger.rows.iter().find(|row| row.node == node)?;
        let at = usize::try_from(index.checked_sub(ledger.first)?).ok()?;
        words::told(row.cells.get(at)?, &ledger)
    })?;
    place(&cell, vec![line])
}

/// Returns the description for the focus: of all entries of a node that will be replaced, or of such a cell.
fn of_odd(page: Page, at: &web_sys::Element) -> Option<TipFrame> {
    if at.class_list().contains("ledger-cell") {
        return place(at, vec![at.get_attribute("aria-label")?]);
    }
    let node = node_of(at)?;
    let lines = page.session.view.with_untracked(|view| {
        let ledger = strips(view);
        let row = ledger.rows.iter().find(|row| row.node == node)?;
        let replaced = row
            .cells
            .iter()
            .filter(|cell| matches!(cell, LedgerCell::Entry { agreement: Agreement::Replaced, .. }));
        Some(replaced.filter_map(|cell| words::told(cell, &ledger)).collect::<Vec<_>>())
    })?;
    let strip = at.query_selector(".stage-notch").ok()??;
    if lines.is_empty() { None } else { place(&strip, lines) }
}

/// Returns the strips as a ledger: the ends of all logs.
fn strips(view: &ClusterView) -> Ledger {
    let (first, last) = window_of(view);
    let logs: Vec<LogStretch> =
        view.nodes.iter().map(|node| LogStretch { node: node.id, cells: node.tail.clone() }).collect();
    Ledger::of(view, &logs, first, last + 1 - first)
}

fn node_of(at: &web_sys::Element) -> Option<NodeId> {
    at.closest(".stage-node").ok()??.id().strip_prefix("node-")?.parse().ok()
}

/// Places lines under an element, or above it if there is more room.
fn place(at: &web_sys::Element, lines: Vec<String>) -> Option<TipFrame> {
    let bounds = at.get_bounding_client_rect();
    let size = |size: Result<wasm_bindgen::JsValue, _>| size.ok().and_then(|size| size.as_f64());
    let (width, height) = (size(window().inner_width())?, size(window().inner_height())?);
    let above = bounds.bottom() > height / 2.0;
    Some(TipFrame {
        lines,
        left: bounds.left().min(width - WIDTH_MAX - GAP).max(GAP),
        top: if above { bounds.top() - GAP } else { bounds.bottom() + GAP },
        above,
        by_pointer: false,
    })
}
