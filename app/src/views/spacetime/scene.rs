//! The scene: the drawing, and its pointer and keyboard handling.

use leptos::prelude::*;
use raft_core::model::{Message, MessageKind, Process, Role};
use raft_core::tape::Span;
use raft_core::units::Nanos;
use wasm_bindgen::JsCast;

use super::draw::sign;
use super::frame::{AXIS, Camera, Frame, GUTTER, LANE, axis};
use super::{Diagram, DiagramPaths, Hit, message_of, neighbour};
use crate::kit::{Beat, term_hue};
use crate::state::{Page, Selection, use_page};
use crate::text::{self, spacetime as words};

/// The distance below which a press is a click, in pixels.
const CLICK: i64 = 4;

/// The greatest number of messages of one selection that are drawn.
const CHOSEN_MAX: usize = 300;

/// Returns the pointer's position on the diagram, in pixels.
fn place(event: &web_sys::MouseEvent) -> Option<(i64, i64)> {
    let scene = event.current_target()?.dyn_into::<web_sys::Element>().ok()?;
    let bounds = scene.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()) - bounds.left(), f64::from(event.client_y()) - bounds.top());
    Some((x as i64, y as i64))
}

/// A drag: its starting point, and the camera at that time.
type Grip = Option<(i64, i64, Camera)>;

#[component]
pub fn Scene(
    camera: RwSignal<Camera>,
    beat: Signal<Beat>,
    diagram: RwSignal<Diagram, LocalStorage>,
) -> impl IntoView {
    let page = use_page();
    let grip = StoredValue::new(None as Grip);
    let take = move |event: web_sys::PointerEvent| {
        let Some((x, y)) = place(&event) else { return };
        if let Some(scene) = event.current_target().and_then(|it| it.dyn_into::<web_sys::Element>().ok()) {
            // Without the capture, a drag ends at the edge and does no harm.
            let _captured = scene.set_pointer_capture(event.pointer_id());
        }
        grip.set_value(Some((x, y, camera.get_untracked())));
    };
    let drag = move |event: web_sys::PointerEvent| {
        let Some((x, _)) = place(&event) else { return };
        page.pointer.set(Some(diagram.with_untracked(|diagram| diagram.frame.instant(x))));
        let Some((from_x, _, was)) = grip.get_value().filter(|_| event.buttons() & 1 == 1) else { return };
        if (x - from_x).abs() >= CLICK {
            let width = diagram.with_untracked(|diagram| diagram.frame.width - GUTTER).max(1);
            camera.set(was.moved(beat.get_untracked().at, (from_x - x) * 1_000 / width));
        }
    };
    let let_go = move |event: web_sys::PointerEvent| {
        let Some((from_x, from_y, _)) = grip.try_update_value(Option::take).flatten() else { return };
        let Some((x, y)) = place(&event) else { return };
        if (x - from_x).abs() < CLICK && (y - from_y).abs() < CLICK {
            click(&page, diagram.with_untracked(|diagram| diagram.hit(x, y)));
        }
    };
    let wheel = move |event: web_sys::WheelEvent| {
        let Some((x, _)) = place(&event) else { return };
        event.prevent_default();
        let at = beat.get_untracked().at;
        let sideways = if event.shift_key() { event.delta_y() } else { event.delta_x() };
        if sideways != 0.0 {
            camera.update(|camera| *camera = camera.moved(at, sideways.signum() as i64 * 80));
        } else {
            let around = diagram.with_untracked(|diagram| diagram.frame.instant(x));
            camera.update(|camera| *camera = camera.zoomed(at, around, event.delta_y() < 0.0));
        }
    };
    view! {
        <svg class="spacetime-scene" data-testid="spacetime-scene" tabindex="0" role="application"
            aria-label=words::diagram() aria-description=words::how_to()
            height=move || diagram.with(|diagram| diagram.frame.height().to_string())
            on:pointerdown=take on:pointermove=drag on:pointerup=let_go
            on:pointercancel=move |_| grip.set_value(None)
            on:pointerleave=move |_| page.pointer.set(None)
            on:wheel=wheel
            on:keydown=move |event| keys(&page, &event, camera, beat, diagram)>
            <g class="spacetime-axis">{move || diagram.with(|diagram| times(&diagram.frame))}</g>
            {move || diagram.with(lanes)}
            {move || diagram.with(messages)}
            {move || diagram.with(|diagram| names(&diagram.frame))}
            {move || chosen(&page, diagram)}
            {move || pointer(&page, diagram)}
        </svg>
        {move || diagram.with(|diagram| diagram.film.is_none()).then(|| view! { <p class="quiet nothing">{words::not_recorded()}</p> })}
    }
}

/// Handles a click, which views an instant or selects what is there.
fn click(page: &Page, hit: Hit) {
    match hit {
        Hit::Message(id) => page.selection.set(Selection::Message(id)),
        Hit::Request(id) => {
            page.selection.set(Selection::Request(id));
            page.session.shown_request.set(Some(id));
        }
        Hit::Instant(at) => {
            page.playback.playing.set(false);
            page.session.look_at(at);
        }
    }
}

fn keys(
    page: &Page,
    event: &web_sys::KeyboardEvent,
    camera: RwSignal<Camera>,
    beat: Signal<Beat>,
    diagram: RwSignal<Diagram, LocalStorage>,
) {
    let at = beat.get_untracked().at;
    let around = page.pointer.get_untracked().unwrap_or_else(|| {
        let (from, to) = camera.get_untracked().window(at);
        at.clamp(from, to)
    });
    let walk = |forward| {
        let id = diagram.with_untracked(|diagram| {
            neighbour(diagram.film.as_ref()?, message_of(page.selection.get_untracked()), at, forward)
        });
        if let Some(id) = id {
            page.selection.set(Selection::Message(id));
        }
    };
    match event.key().as_str() {
        "ArrowLeft" => camera.update(|camera| *camera = camera.moved(at, -100)),
        "ArrowRight" => camera.update(|camera| *camera = camera.moved(at, 100)),
        "PageUp" => camera.update(|camera| *camera = camera.moved(at, -900)),
        "PageDown" => camera.update(|camera| *camera = camera.moved(at, 900)),
        "+" | "=" => camera.update(|camera| *camera = camera.zoomed(at, around, true)),
        "-" => camera.update(|camera| *camera = camera.zoomed(at, around, false)),
        "Home" => {
            let begins = page.session.memory().map_or(0, |memory| memory.begins_at());
            camera.update(|camera| camera.from = Some(begins));
        }
        "End" => camera.update(|camera| camera.from = None),
        "ArrowDown" => walk(true),
        "ArrowUp" => walk(false),
        "Enter" => {
            let sent = diagram.with_untracked(|diagram| {
                let chosen = message_of(page.selection.get_untracked())?;
                let film = diagram.film.as_ref()?;
                let passage = film.passages.iter().find(|passage| passage.message.id == chosen)?;
                Some(passage.message.sent_at)
            });
            click(page, Hit::Instant(page.pointer.get_untracked().or(sent).unwrap_or(at)));
        }
        "Escape" if page.selection.get_untracked() != Selection::None => page.selection.set(Selection::None),
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

/// Draws the lanes, the nodes' states, and the clients' requests.
fn lanes(diagram: &Diagram) -> impl IntoView + use<> {
    let frame = &diagram.frame;
    let spans: Vec<Span> = diagram.film.as_ref().map_or_else(Vec::new, |film| film.spans.clone());
    let nodes = frame.nodes.iter().map(|node| (frame.y(*node), "spacetime-lane"));
    let clients = (0..frame.clients).map(|lane| (frame.client_y(lane), "spacetime-lane spacetime-client"));
    let lines = nodes.chain(clients).map(|(y, class)| {
        view! { <line class=class x1=GUTTER x2=frame.width y1=y y2=y /> }
    });
    let DiagramPaths { ticks, bars, .. } = &*diagram.paths;
    let names_of_bars = bars.names.iter().map(|(x, y, name)| {
        view! { <text class="spacetime-bar-name" x=*x y=*y>{name.clone()}</text> }
    });
    view! {
        <g>{lines.collect_view()}</g>
        <g>{spans.iter().map(|span| stretch(span, frame)).collect_view()}</g>
        <path class="spacetime-notch" d=ticks.commits.clone() />
        <path class="spacetime-elected" d=ticks.elected.clone() data-testid="spacetime-elected" />
        <path class="spacetime-hollow" d=ticks.campaigns.clone() />
        <path class="spacetime-hollow" d=ticks.stopped.clone() />
        <path class="spacetime-ink" d=ticks.started.clone() />
        <path class="spacetime-down" d=ticks.crashed.clone() data-testid="spacetime-crashed" />
        <path class="spacetime-bar" d=bars.plain.clone() data-testid="spacetime-requests" />
        <path class="spacetime-bar spacetime-unknown" d=bars.unknown.clone() />
        {names_of_bars.collect_view()}
        <path class="spacetime-lost" d=bars.failed.clone() />
        <path class="spacetime-point" d=bars.points.clone() data-testid="spacetime-points" />
    }
}

/// Draws the names of the lanes, above lines from before the frame.
fn names(frame: &Frame) -> impl IntoView + use<> {
    let nodes = frame.nodes.iter().map(|node| (frame.y(*node), "spacetime-lane-name", words::node(*node)));
    let clients = (0..frame.clients)
        .map(|lane| (frame.client_y(lane), "spacetime-lane-name spacetime-client", words::client(lane + 1)));
    let names = nodes.chain(clients).map(|(y, class, name)| {
        view! { <text class=class x="4" y=y + 4>{name}</text> }
    });
    view! {
        <rect class="spacetime-gutter" x="0" y=AXIS width=GUTTER - 2 height=frame.height() />
        {names.collect_view()}
    }
}

/// Draws a state of a node.
fn stretch(span: &Span, frame: &Frame) -> impl IntoView + use<> {
    let x = frame.x(span.from).max(GUTTER);
    let width = (frame.x(span.to) - x).max(1);
    let y = frame.y(span.node);
    let up = span.process.is_up();
    let leads = up && span.role == Role::Leader;
    let (what, class) = match (span.process, span.role) {
        _ if !up => (words::down().to_owned(), "spacetime-span spacetime-gone".to_owned()),
        (Process::Paused, _) => {
            (words::paused().to_owned(), format!("spacetime-span spacetime-held t{}", term_hue(span.term)))
        }
        (_, Role::Leader) => {
            (words::leads_term(span.term), format!("spacetime-span spacetime-leads t{}", term_hue(span.term)))
        }
        (_, Role::Candidate) => (
            words::campaigns_term(span.term),
            format!("spacetime-span spacetime-asks t{}", term_hue(span.term)),
        ),
        _ if span.term == 0 => (String::new(), "spacetime-span".to_owned()),
        _ => (words::term(span.term), format!("spacetime-span t{}", term_hue(span.term))),
    };
    let half = if leads { 9 } else { 6 };
    let fits = width > 8 * what.chars().count() as i64 + 6;
    view! {
        <g class=class>
            <rect x=x y=y - half width=width height=2 * half />
            {fits.then(|| view! { <text class="spacetime-span-name" x=x + 6 y=y - LANE / 2 + 10>{what}</text> })}
        </g>
    }
}

fn messages(diagram: &Diagram) -> impl IntoView + use<> {
    let paths = &diagram.paths.messages;
    let counts = paths.counts.iter().map(|(x, y, count)| {
        view! { <text class="spacetime-count" x=*x y=*y>{format!("×{count}")}</text> }
    });
    view! {
        <g data-testid="spacetime-ways" data-lines=diagram.bundles.len().to_string()>
            <path class="spacetime-way spacetime-heartbeat" d=paths.thin.clone() />
            <path class="spacetime-way" d=paths.lines.clone() />
            <path class="spacetime-way spacetime-several" d=paths.thick.clone() />
            <path class="spacetime-way spacetime-ahead" d=paths.ahead.clone() />
            <path class="spacetime-filled" d=paths.filled.clone() />
            <path class="spacetime-answer" d=paths.hollow.clone() />
            <path class="spacetime-says" d=paths.says.clone() />
            <path class="spacetime-lost" d=paths.lost.clone() data-testid="spacetime-lost" />
            {counts.collect_view()}
        </g>
    }
}

fn times(frame: &Frame) -> impl IntoView + use<> {
    let (first, step) = axis(frame.from, frame.to, frame.width);
    let marks = (0..20u64).map(|at| first + at * step).take_while(|at| *at <= frame.to).map(|at| {
        let x = frame.x(at);
        view! {
            <line x1=x x2=x y1=AXIS - 5 y2=frame.height() />
            <text x=x y="12">{text::seconds(at)}</text>
        }
    });
    marks.collect_view()
}

/// Draws the selected messages above all others: one and its reply, those of a link, or those that carry a
/// request's entry.
fn chosen(page: &Page, diagram: RwSignal<Diagram, LocalStorage>) -> Option<impl IntoView + use<>> {
    let selection = page.selection.get();
    diagram.with(|diagram| {
        let film = diagram.film.as_ref()?;
        let call = message_of(selection).and_then(|id| {
            film.passages.iter().find(|passage| passage.message.id == id).map(|passage| passage.message.rpc)
        });
        let view = page.session.view.get_untracked();
        let is_chosen = |message: &Message| match selection {
            Selection::None | Selection::Node(_) => false,
            Selection::Message(_) => Some(message.rpc) == call,
            Selection::Link { .. } | Selection::Request(_) => selection.has(message, &view),
        };
        let chosen = film.passages.iter().filter(|passage| is_chosen(&passage.message));
        let path: String = chosen.take(CHOSEN_MAX).map(|passage| diagram.frame.way(passage).path()).collect();
        (!path.is_empty())
            .then(|| view! { <path class="spacetime-way spacetime-chosen" data-testid="spacetime-chosen" d=path /> })
    })
}

/// Draws the instant that is viewed, the time after it, and the instant under the pointer.
fn pointer(page: &Page, diagram: RwSignal<Diagram, LocalStorage>) -> impl IntoView + use<> {
    let pointed = page.pointer.get();
    diagram.with(|diagram| {
        let frame = &diagram.frame;
        let (x, height) = (frame.x(frame.at).max(GUTTER), frame.height());
        let within = (frame.from..=frame.to).contains(&frame.at);
        let mark = |at: Nanos| (frame.from..=frame.to).contains(&at).then(|| frame.x(at));
        view! {
            <rect class="spacetime-unwritten" x=x y=AXIS width=(frame.width - x).max(0) height=height - AXIS />
            {within.then(|| view! { <line class="spacetime-cursor" data-testid="spacetime-cursor" x1=x x2=x y1="0" y2=height /> })}
            {pointed.and_then(mark).map(|x| view! {
                <line class="spacetime-pointed" data-testid="spacetime-pointer" x1=x x2=x y1="0" y2=height />
            })}
        }
    })
}

/// The legend of the signs.
#[component]
pub fn Key() -> impl IntoView {
    let signs: [(&str, &str, text::Word); 8] = [
        ("spacetime-filled", sign(MessageKind::Vote), words::key_ballot),
        ("spacetime-filled", sign(MessageKind::Append), words::key_entries),
        ("spacetime-filled", sign(MessageKind::Heartbeat), words::key_heartbeat),
        ("spacetime-filled", sign(MessageKind::Forward), words::key_other),
        ("spacetime-lost", "m-4-4l8 8m0-8l-8 8", words::key_lost),
        ("spacetime-elected", "m0-5l6 10h-12z", words::key_elected),
        ("spacetime-notch", "m0-3v6", words::key_committed),
        ("spacetime-point", "m0-6l5 6-5 6-5-6z", words::key_point),
    ];
    view! {
        <p class="legend">
            <span>{words::key_ask()}</span>
            {signs.map(|(class, sign, name)| view! {
                <span>
                    <svg width="14" height="14" aria-hidden="true"><path class=class d=format!("M7 7{sign}") /></svg>
                    {name()}
                </span>
            }).collect_view()}
        </p>
    }
}
