//! The track: the span of time that is shown, with its marks, the instant that is viewed, and the one under
//! the pointer.

use leptos::prelude::*;
use raft_core::units::Nanos;
use wasm_bindgen::JsCast;

use super::drawing::{Drawing, LAYERS, pixels};
use super::window::TimelineWindow;
use super::{TimelineState, use_line};
use crate::state::use_page;
use crate::text::{self, time as words};
use crate::time::Jump;

/// Returns the pointer's position on an element, in pixels from its left, and the element's width.
pub fn pixel_of(event: &web_sys::MouseEvent) -> Option<(f64, f64)> {
    let line = event.current_target()?.dyn_into::<web_sys::Element>().ok()?;
    let bounds = line.get_bounding_client_rect();
    Some((f64::from(event.client_x()) - bounds.left(), bounds.width()))
}

/// Captures the pointer for an element until it is released, wherever it moves.
pub fn hold(event: &web_sys::PointerEvent) {
    if let Some(line) = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) {
        // Without the capture, a drag ends at the edge of the line and does no harm.
        let _captured = line.set_pointer_capture(event.pointer_id());
    }
}

/// Draws the paths of a drawing.
pub fn layers(drawing: RwSignal<Drawing, LocalStorage>) -> impl IntoView {
    let path = |(at, class): (usize, &'static str)| {
        view! { <path class=class d=move || drawing.with(|drawing| drawing.layers[at].clone()) /> }
    };
    LAYERS.into_iter().enumerate().map(path).collect_view()
}

/// Returns the position of an instant on a drawing, as a transform.
pub fn shift(drawing: RwSignal<Drawing, LocalStorage>, at: Nanos) -> String {
    drawing.with(|drawing| format!("translate({} 0)", pixels(drawing.span.place(at))))
}

/// The track: a slider over the span of time that is shown.
#[component]
pub fn Track() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let line = use_line();
    let near = line.near;
    let instant = move |event: &web_sys::MouseEvent| {
        pixel_of(event).map(|(pixel, _)| near.with_untracked(|near| near.span.instant(pixel)))
    };
    let point = move |event: &web_sys::PointerEvent| {
        let Some(at) = instant(event) else { return };
        page.playback.playing.set(false);
        session.look_at(at);
    };
    let wheel = move |event: web_sys::WheelEvent| {
        event.prevent_default();
        let sideways =
            if event.shift_key() && event.delta_x() == 0.0 { event.delta_y() } else { event.delta_x() };
        if sideways.abs() > event.delta_y().abs() || event.shift_key() {
            line.change(|window, run| window.shift(10, sideways > 0.0, run));
        } else if let Some(at) = instant(&event) {
            line.change(|window, run| window.zoom(at, event.delta_y() < 0.0, run));
        }
    };
    let cursor = move || shift(near, session.clock.get());
    // Nothing is recorded after the present. If the present lies after the window's end, all of the window is
    // recorded.
    let unwritten = move || near.with(|near| near.span.place(near.live));
    let ends_here = move || near.with(|near| if near.live <= near.span.to { "inline" } else { "none" });
    view! {
        <div class="time-room">
            <svg class="time-track" data-testid="timeline" node_ref=line.near_place tabindex="0" role="slider" aria-label=words::timeline()
                aria-valuemin="0" aria-valuemax=move || near.with(|near| (near.live / 1_000_000).to_string())
                aria-valuenow=move || (line.heard.get() / 1_000_000).to_string()
                aria-valuetext=move || text::seconds(line.heard.get())
                data-mode=move || format!("{:?}", line.window.get().mode).to_ascii_lowercase()
                data-from=move || line.window.get().from.to_string()
                data-to=move || line.window.get().to.to_string()
                on:pointerdown=move |event| { hold(&event); point(&event) }
                on:pointermove=move |event| {
                    page.pointer.set(instant(&event));
                    if event.buttons() & 1 == 1 { point(&event) }
                }
                on:pointerleave=move |_| page.pointer.set(None)
                on:wheel=wheel
                on:keydown=move |event| keys(line, &event, move |jump, forward| page.playback.jump(jump, forward))>
                {layers(near)}
                {move || near.with(|near| near.words.iter().map(|word| view! {
                    <text class=word.class.clone() x=pixels(word.x) y=word.y.to_string()>{word.text.clone()}</text>
                }).collect_view())}
                <rect class="time-unwritten" display=ends_here x=move || pixels(unwritten()) y="16" width="100%" height="22" />
                <line class="time-live-end" display=ends_here x1=move || pixels(unwritten())
                    x2=move || pixels(unwritten()) y1="14" y2="46" />
                <Pointed />
                <g class="time-cursor" transform=cursor><path d="M0 2v44" /><circle cy="46" r="4.5" /></g>
            </svg>
        </div>
    }
}

/// The instant under the pointer, here or in another view.
#[component]
fn Pointed() -> impl IntoView {
    /// The space that the time needs at its right, in tenths of a pixel.
    const ROOM: u64 = 700;
    let page = use_page();
    let near = use_line().near;
    let seen = move || {
        let at = page.pointer.get()?;
        near.with(|near| (near.span.from..=near.span.to).contains(&at).then_some((at, near.span)))
    };
    move || {
        seen().map(|(at, span)| {
            let place = span.place(at);
            let right = place + ROOM > u64::from(span.width) * 10;
            let (x, anchor) = if right { ("-5", "end") } else { ("5", "start") };
            view! {
                <g class="time-pointed" data-testid="pointed" transform=format!("translate({} 0)", pixels(place))>
                    <path d="M0 0v50" />
                    <text x=x y="12" text-anchor=anchor>{text::seconds(at)}</text>
                </g>
            }
        })
    }
}

/// Handles keys while the track has the focus.
fn keys(line: TimelineState, event: &web_sys::KeyboardEvent, jump: impl Fn(Jump, bool)) {
    const STEP_PERCENT: u64 = 20;
    let about = |window: &TimelineWindow| match window.mode {
        super::window::Mode::Follow => window.to,
        _ => line.session.clock.get_untracked(),
    };
    let zoom = |closer| line.change(|window, run| window.zoom(about(window), closer, run));
    match (event.key().as_str(), event.shift_key()) {
        ("ArrowLeft", true) => line.change(|window, run| window.shift(STEP_PERCENT, false, run)),
        ("ArrowRight", true) => line.change(|window, run| window.shift(STEP_PERCENT, true, run)),
        ("ArrowLeft", false) => jump(Jump::Event, false),
        ("ArrowRight", false) => jump(Jump::Event, true),
        ("PageUp", _) => jump(Jump::Mark, false),
        ("PageDown", _) => jump(Jump::Mark, true),
        ("ArrowUp", _) => zoom(true),
        ("ArrowDown", _) => zoom(false),
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}
