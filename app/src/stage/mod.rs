//! The stage: the ring of nodes, and the messages between them.
//!
//! What changes seldom goes through signals. What moves in each frame (messages, countdowns, leases) is set
//! by the [`Painter`] on elements that it keeps. The interaction with links and messages is loaded right
//! after the first view: [`load_links`] within the drawing, [`load_controls`] below it.
//!
//! | Module | Content |
//! |---|---|
//! | `node`, `strip` | a node, and the end of its log |
//! | `painter`, `marks` | the drawing of a frame, and the elements that it sets |
//! | `flight`, `signs`, `geometry` | lanes of messages, and groups drawn as one; the signs of messages;
//! positions |
//! | `links`, `cuts` | links, and the cuts between groups |
//! | `gestures`, `controls`, `bars` | picking, walls and lassos; filters; bars for the selection |
//! | `tip` | the description of a log entry, and of the one that will replace it |

mod bars;
mod controls;
mod cuts;
mod flight;
mod geometry;
mod gestures;
mod links;
mod marks;
mod node;
mod painter;
mod signs;
mod strip;
mod tip;

use leptos::prelude::*;
pub use painter::Painter;

use crate::kit::{Lazy, Tenths, lazy_view};
use crate::state::{Dialog, use_page};
use crate::text;
use controls::{Controls, Sights};
use cuts::Cuts;
use geometry::{Ring, measures};
use links::Links;
use node::Node;
use raft_core::model::{Action, Role};
use raft_core::units::NodeId;
use signs::Signs;
use wasm_bindgen::prelude::*;

lazy_view!(panels, load_links, Links);
lazy_view!(panels, load_controls, Controls);
lazy_view!(panels, load_sights, Sights);

/// The ring with its nodes, messages and cuts.
#[component]
pub fn Stage() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let ring = Memo::new(move |_| session.view.with(|view| Ring::of(view)));
    let m = Memo::new(move |_| measures(page.room.get(), ring.with(Ring::len)));
    // A unit of the drawing is a CSS pixel: the browser scales no text.
    let box_of = move || {
        let (width, height) = page.room.get();
        format!("0 0 {width} {height}")
    };
    let place = NodeRef::<leptos::html::Div>::new();
    place.on_load(move |place| measure(&place, page.room));
    // Where room is scarce, messages pass behind the text at the nodes, so that it stays readable.
    let over = move || {
        let again = |id: &NodeId| {
            let at = ring.with(|ring| ring.place(&m.get(), *id));
            format!("<use href=\"#beside-{id}\" transform=\"translate({at})\" pointer-events=\"none\"/>")
        };
        let narrow = m.get().narrow;
        ring.with(|ring| ring.ids().iter().filter(|_| narrow).map(again).collect::<String>())
    };
    view! {
        <section class="stage" aria-label=text::stage::cluster()>
            <div class="stage-room" node_ref=place>
                <svg class="stage-view" viewBox=box_of role="group" aria-label=text::stage::nodes_clockwise()>
                    <defs>
                        <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                            <rect class="stage-hatch" width="5" height="5" />
                            <line class="stage-hatch-line" x1="0" y1="0" x2="0" y2="5" />
                        </pattern>
                        <radialGradient id="glow">
                            <stop class="stage-glow-in" offset=".6" /><stop class="stage-glow-out" offset="1" />
                        </radialGradient>
                        <Signs />
                    </defs>
                    <circle class="stage-ring" cx=move || Tenths(m.get().center.x).to_string()
                        cy=move || Tenths(m.get().center.y).to_string() r=move || Tenths(m.get().ring).to_string() />
                    <Cuts />
                    <Lazy wanted=page.settled load=load_links />
                    <g id="wires" aria-hidden="true"></g>
                    <Tally />
                    {move || ring.with(|ring| ring.ids().iter().map(|id| view! { <Node id=*id ring=ring.clone() /> }).collect_view())}
                    <g id="messages" role="listbox" tabindex="0" aria-label=text::stage::messages_in_flight()></g>
                    <g inner_html=over></g>
                    <g id="breaks" aria-hidden="true"></g>
                </svg>
            </div>
            <Lazy wanted=page.settled load=load_controls />
        </section>
    }
}

/// Sets `room` to the size of the stage, now and whenever it changes.
fn measure(place: &web_sys::HtmlDivElement, room: RwSignal<(u32, u32)>) {
    let place = place.clone();
    let read = move || {
        let size = (place.client_width().unsigned_abs(), place.client_height().unsigned_abs());
        // A stage that is not shown has no size, and is drawn as before.
        if size.0 > 0 && size.1 > 0 && room.get_untracked() != size {
            room.set(size);
        }
        place.clone()
    };
    let place = read();
    let changed = Closure::<dyn Fn()>::new(move || {
        read();
    });
    if let Ok(observer) = web_sys::ResizeObserver::new(changed.as_ref().unchecked_ref()) {
        observer.observe(&place);
        // The stage is there as long as the page.
        std::mem::forget((observer, changed));
    }
}

/// What happens, in a heading and a sentence.
#[component]
pub fn Caption() -> impl IntoView {
    let session = use_page().session;
    let caption = Memo::new(move |_| session.view.with(|view| text::caption(view)));
    view! {
        <div class="stage-caption" data-testid="caption">
            <h2>{move || caption.with(|c| c.0.clone())}</h2>
            <p>{move || caption.with(|c| c.1.clone())}</p>
        </div>
    }
}

/// What can be broken, at the end of the status line: a menu, and the button that heals the network.
#[component]
pub fn BreakMenu() -> impl IntoView {
    let page = use_page();
    let cut = Memo::new(move |_| page.session.view.with(|view| !view.cuts.is_empty()));
    view! {
        <button class="btn stage-heal" data-testid="heal" hidden=move || !cut.get() title=text::stage::heal_all()
            on:click=move |_| { page.session.act(Action::Heal(None)); }>
            {text::stage::heal()}
        </button>
        <details class="stage-menu" on:keydown=escape on:focusout=left on:click=chosen>
            <summary class="btn" data-testid="break-menu">{text::stage::break_menu()}</summary>
            <div class="stage-choices" tabindex="-1">
                <button class="btn" data-testid="partition-open" aria-keyshortcuts="P"
                    on:click=move |_| page.dialog.set(Some(Dialog::Partition))>
                    {text::stage::partition()}
                </button>
                <Lazy wanted=page.settled load=load_sights />
            </div>
        </details>
    }
}

/// Closes the menu around an event's target.
fn close(event: &web_sys::Event, focus: bool) {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(menu) = target.and_then(|target| target.closest("details").ok().flatten()) else { return };
    // Every browser accepts this name.
    let _closed = menu.remove_attribute("open");
    if let Some(summary) = menu.first_element_child().filter(|_| focus) {
        let _focused = summary.unchecked_into::<web_sys::HtmlElement>().focus();
    }
}

fn escape(event: web_sys::KeyboardEvent) {
    if event.key() == "Escape" {
        event.stop_propagation();
        close(&event, true);
    }
}

/// Closes the menu when the focus leaves it.
fn left(event: web_sys::FocusEvent) {
    let within = |to: web_sys::EventTarget| {
        let here = event.current_target()?.dyn_into::<web_sys::Node>().ok()?;
        Some(here.contains(to.dyn_ref::<web_sys::Node>()))
    };
    if event.related_target().and_then(within) != Some(true) {
        close(&event, false);
    }
}

/// Closes the menu after a choice of it, unless that only changes what is shown.
fn chosen(event: web_sys::MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    if target.is_some_and(|target| target.matches(".stage-choices .btn").unwrap_or(false)) {
        close(&event, false);
    }
}

/// The state of an election, in the centre.
#[component]
fn Tally() -> impl IntoView {
    let page = use_page();
    let votes = Memo::new(move |_| {
        page.session.view.with(|view| {
            let candidates = view.nodes.iter().filter(|node| {
                node.process.is_up() && matches!(node.role, Role::Candidate | Role::PreCandidate)
            });
            let newest = candidates.max_by_key(|node| node.term)?;
            let granted = newest.ballots.iter().filter(|ballot| ballot.granted == Some(true)).count();
            Some((newest.id, granted as u64, view.status.quorum))
        })
    });
    let center =
        move || measures(page.room.get(), page.session.view.with(|view| view.nodes.len() as u64)).center;
    view! {
        {move || votes.get().map(|(id, granted, quorum)| view! {
            <g class="stage-tally" aria-hidden="true">
                <text class="stage-tally-count" x=Tenths(center().x).to_string() y=Tenths(center().y).to_string()>
                    {text::stage::votes_of(granted, quorum)}
                </text>
                <text class="stage-tally-what" x=Tenths(center().x).to_string()
                    y=Tenths(center().y + 18.0).to_string()>
                    {text::stage::votes_for(id)}
                </text>
            </g>
        })}
    }
}
