//! The space-time diagram: nodes as lanes, messages as slanted lines between them, clients below.
//!
//! It shares the pointer with the timeline: an instant under the pointer in one is marked in the other, and a
//! click views it. The diagram is drawn a few times a second from a film of the tape, and less often when
//! drawing is slow.

mod clients;
mod draw;
mod frame;
mod list;
mod scene;

use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use raft_core::tape::{Bundle, Film, bundle};
use raft_core::units::Nanos;

use crate::browser::{later, wall_ms};
use crate::kit::{Beat, follow};
use crate::state::{Detail, Page, Selection, use_page};
use crate::text::spacetime as words;
use clients::{Bar, Bars, bar_at, bars, lanes};
use draw::{Paths, Ticks};
use frame::{Camera, Frame, GUTTER};
use list::List;
use scene::{Key, Scene};

/// How often the diagram follows the run, in milliseconds of wall time.
const FOLLOW_MS: u64 = 100;
/// The number of message lines that joining them aims at.
const LINES_MAX: usize = 500;
/// Drawing takes at most one part in `SHARE` of the time.
const SHARE: f64 = 10.0;

/// The content of the diagram.
#[derive(Clone, Default)]
pub struct Diagram {
    /// What happened; `None` when nothing is recorded of this time.
    pub film: Option<Rc<Film>>,
    /// The messages in groups.
    pub bundles: Rc<Vec<Bundle>>,
    /// The layout.
    pub frame: Frame,
    /// The clients' requests.
    pub bars: Rc<Vec<Bar>>,
    /// The number of requests without a lane.
    pub left_out: u64,
    /// The paths of everything drawn.
    pub paths: Rc<DiagramPaths>,
}

/// The paths of a diagram.
#[derive(Default)]
pub struct DiagramPaths {
    /// The messages.
    pub messages: Paths,
    /// The events of the nodes.
    pub ticks: Ticks,
    /// The requests of the clients.
    pub bars: Bars,
}

impl Diagram {
    fn of(page: &Page, beat: Beat, camera: Camera, width: i64) -> Diagram {
        let (from, to) = camera.window(beat.at);
        let mut frame = Frame { from, to, at: beat.at, width: width.max(GUTTER + 100), ..Frame::default() };
        let film = page.session.memory().and_then(|memory| memory.film(from, to.min(beat.live)));
        let Some(film) = film else { return Diagram { frame, ..Diagram::default() } };
        frame.nodes.clone_from(&film.nodes);
        let bundles = bundle(&film, LINES_MAX);
        let (bars, left_out) = bars(&film);
        // A lane is kept free, so that the first request moves nothing.
        let asked = page.session.view.with_untracked(|view| !view.requests.is_empty());
        frame.clients = lanes(&bars).max(i64::from(asked));
        let paths = DiagramPaths {
            messages: Paths::of(&film, &bundles, &frame),
            ticks: Ticks::of(&film, &frame),
            bars: Bars::of(&bars, &frame),
        };
        Diagram {
            film: Some(Rc::new(film)),
            bundles: Rc::new(bundles),
            frame,
            bars: Rc::new(bars),
            left_out,
            paths: Rc::new(paths),
        }
    }
}

/// The diagram with its controls.
#[component]
pub fn SpaceTime() -> impl IntoView {
    let page = use_page();
    let beat = follow(page, Detail::SpaceTime, FOLLOW_MS);
    let camera = RwSignal::new(Camera::default());
    let listed = RwSignal::new(false);
    let place = NodeRef::<html::Div>::new();
    let diagram = RwSignal::new_local(Diagram::default());
    let (again, waits) = (RwSignal::new(0u32), StoredValue::new(false));
    // When it may be drawn again, and for which camera it was drawn.
    let due = StoredValue::new((0.0, Camera::default()));
    Effect::new(move |_| {
        let (beat, camera) = (beat.get(), camera.get());
        let shown = page.detail.get() == Detail::SpaceTime;
        again.track();
        let (not_before, drawn) = due.get_value();
        let start = wall_ms();
        if !shown {
            return;
        }
        if start < not_before && drawn == camera {
            // This may be the last change for a long time: one timer makes sure that it is drawn.
            if !waits.get_value() {
                waits.set_value(true);
                later((not_before - start) as u32 + 1, move || {
                    // The page may be gone by then.
                    let _gone = waits.try_set_value(false);
                    let _drawn = again.try_update(|again| *again = again.wrapping_add(1));
                });
            }
            return;
        }
        let width = place.get().map_or(0, |place| i64::from(place.client_width()));
        diagram.set(Diagram::of(&page, beat, camera, width));
        let end = wall_ms();
        due.set_value((end + (end - start) * SHARE, camera));
    });
    view! {
        <section class="spacetime" aria-label=words::diagram() data-testid="spacetime">
            <Controls camera=camera beat=beat listed=listed diagram=diagram />
            <div class="spacetime-place" node_ref=place>
                <Scene camera=camera beat=beat diagram=diagram />
            </div>
            <Told diagram=diagram />
            {move || listed.get().then(|| view! { <List diagram=diagram /> })}
            <Key />
        </section>
    }
}

#[component]
fn Controls(
    camera: RwSignal<Camera>,
    beat: Signal<Beat>,
    listed: RwSignal<bool>,
    diagram: RwSignal<Diagram, LocalStorage>,
) -> impl IntoView {
    let at = move || beat.get_untracked().at;
    let zoom = move |closer| {
        camera
            .update(|camera| *camera = camera.zoomed(at(), camera.window(at()).0 + camera.span / 2, closer));
    };
    let button = |id, sign, name: &'static str, act: Box<dyn Fn()>| {
        view! {
            <button type="button" class="btn icon" data-testid=id title=name aria-label=name on:click=move |_| act()>{sign}</button>
        }
    };
    let follow = move |event| {
        let wanted = event_target_checked(&event);
        camera.update(|camera| camera.from = (!wanted).then(|| camera.window(at()).0));
    };
    let shift = move |permille| camera.update(|camera| *camera = camera.moved(at(), permille));
    view! {
        <div class="controls">
            <label class="check">
                <input type="checkbox" data-testid="spacetime-follow"
                    prop:checked=move || camera.with(|camera| camera.from.is_none()) on:change=follow />
                {words::follow()}
            </label>
            {button("spacetime-earlier", "‹", words::earlier(), Box::new(move || shift(-300)))}
            {button("spacetime-later", "›", words::later(), Box::new(move || shift(300)))}
            {button("spacetime-in", "+", words::zoom_in(), Box::new(move || zoom(true)))}
            {button("spacetime-out", "−", words::zoom_out(), Box::new(move || zoom(false)))}
            <button type="button" class="pill" data-testid="spacetime-list" aria-pressed=move || listed.get().to_string()
                on:click=move |_| listed.update(|listed| *listed = !*listed)>{words::as_list()}</button>
            <span class="faint" data-testid="spacetime-shown">
                {move || diagram.with(|diagram| words::shown(diagram.frame.from, diagram.frame.to))}
            </span>
        </div>
    }
}

/// The message that is selected or under the pointer, and what is not drawn individually.
#[component]
fn Told(diagram: RwSignal<Diagram, LocalStorage>) -> impl IntoView {
    let page = use_page();
    let told = move || {
        let chosen = message_of(page.selection.get());
        diagram.with(|diagram| {
            let film = diagram.film.as_ref()?;
            let passage = film.passages.iter().find(|passage| Some(passage.message.id) == chosen)?;
            Some(words::passage(passage))
        })
    };
    let thinned = move || {
        diagram.with(|diagram| {
            let film = diagram.film.as_ref()?;
            let joined = diagram.bundles.len() < film.passages.len();
            let merged = joined.then(|| words::merged(film.passages.len(), diagram.bundles.len()));
            let cut = (film.passages_left_out > 0).then(|| words::left_out(film.passages_left_out));
            let clients = (diagram.left_out > 0).then(|| words::clients_left_out(diagram.left_out));
            Some([merged, cut, clients].into_iter().flatten().collect::<Vec<String>>().join(" "))
        })
    };
    view! {
        <p class="spacetime-told" data-testid="spacetime-told" role="status">
            {move || told().unwrap_or_else(|| words::point_here().to_owned())}
        </p>
        <p class="faint spacetime-told" data-testid="spacetime-thinned">{thinned}</p>
    }
}

/// Returns the message that is selected, if one is.
fn message_of(selection: Selection) -> Option<u64> {
    match selection {
        Selection::Message(id) => Some(id),
        _ => None,
    }
}

/// Returns the message next to the selected one, in the order of sending, or the last before an instant.
fn neighbour(film: &Film, chosen: Option<u64>, at: Nanos, forward: bool) -> Option<u64> {
    let passages = &film.passages;
    let here = chosen.and_then(|id| passages.iter().position(|passage| passage.message.id == id));
    let to = match (here, forward) {
        (Some(here), true) => (here + 1).min(passages.len() - 1),
        (Some(here), false) => here.saturating_sub(1),
        (None, _) => passages.partition_point(|passage| passage.message.sent_at <= at).saturating_sub(1),
    };
    passages.get(to).map(|passage| passage.message.id)
}

/// What is at a point of the diagram.
enum Hit {
    Message(u64),
    Request(u64),
    Instant(Nanos),
}

impl Diagram {
    fn hit(&self, x: i64, y: i64) -> Hit {
        if let Some(id) = bar_at(&self.bars, &self.frame, x, y) {
            return Hit::Request(id);
        }
        let film = self.film.as_ref();
        let message = film.and_then(|film| {
            let first = self.frame.nearest(film, &self.bundles, x, y)?;
            Some(film.passages.get(first)?.message.id)
        });
        message.map_or(Hit::Instant(self.frame.instant(x)), Hit::Message)
    }
}
