//! The overview: the whole run on one line, with a frame around the window of the track.

use leptos::prelude::*;
use raft_core::units::Nanos;

use super::drawing::{Span, pixels};
use super::track::{hold, layers, pixel_of, shift};
use super::use_line;
use super::window::TimelineWindow;
use crate::state::use_page;
use crate::text::time as words;

/// The distance from an edge of the frame within which the pointer grips it, in pixels.
const EDGE: f64 = 9.0;
/// The distance that turns a press into a drag, in pixels.
const DRAG: f64 = 3.0;

/// What the pointer is dragging.
#[derive(Clone, Copy, PartialEq)]
enum Hold {
    /// The instant that is viewed.
    Instant,
    /// The frame: the distance from its left end, the pixel of the press, and whether it has been moved.
    Frame { ahead: Nanos, from: f64, moved: bool },
    /// The left edge.
    Left,
    /// The right edge.
    Right,
}

/// Returns what is under the pointer. A frame around the whole run cannot be moved.
fn under(pixel: f64, span: Span, window: &TimelineWindow) -> Hold {
    let place = |at: Nanos| span.place(at) as f64 / 10.0;
    let (left, right) = (place(window.from), place(window.to));
    let at = span.instant(pixel);
    let everything = window.from <= span.from && window.to >= span.to;
    // The middle of a narrow frame can still be gripped.
    let edge = EDGE.min((right - left).max(6.0) / 3.0);
    if (pixel - left).abs() <= edge || (pixel < left && left - pixel <= EDGE) {
        Hold::Left
    } else if (pixel - right).abs() <= edge || (pixel > right && pixel - right <= EDGE) {
        Hold::Right
    } else if !everything && (left..right).contains(&pixel) {
        Hold::Frame { ahead: at.saturating_sub(window.from), from: pixel, moved: false }
    } else {
        Hold::Instant
    }
}

/// The overview of the whole run.
#[component]
pub fn Overview() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let line = use_line();
    let (whole, window) = (line.whole, line.window);
    let held = RwSignal::new(None::<Hold>);
    let look = move |at: Nanos| {
        page.playback.playing.set(false);
        session.look_at(at);
    };
    let press = move |event: web_sys::PointerEvent| {
        hold(&event);
        let Some((pixel, _)) = pixel_of(&event) else { return };
        let span = whole.with_untracked(|whole| whole.span);
        let found = under(pixel, span, &window.get_untracked());
        held.set(Some(found));
        if found == Hold::Instant {
            look(span.instant(pixel));
        }
    };
    let go = move |event: web_sys::PointerEvent| {
        let Some((pixel, _)) = pixel_of(&event) else { return };
        let span = whole.with_untracked(|whole| whole.span);
        let at = span.instant(pixel);
        page.pointer.set(Some(at));
        if event.buttons() & 1 == 0 {
            return held.set(None);
        }
        match held.get_untracked() {
            Some(Hold::Instant) => look(at),
            Some(Hold::Left) => line.change(|window, run| window.set(at.min(window.to), window.to, run)),
            Some(Hold::Right) => line.change(|window, run| window.set(window.from, at.max(window.from), run)),
            Some(Hold::Frame { ahead, from, moved }) if moved || (pixel - from).abs() > DRAG => {
                held.set(Some(Hold::Frame { ahead, from, moved: true }));
                line.change(|window, run| window.move_to(at.saturating_sub(ahead), run));
            }
            _ => (),
        }
    };
    let release = move |event: web_sys::PointerEvent| {
        // A press on the frame that moved nothing chooses the instant.
        if let (Some(Hold::Frame { moved: false, .. }), Some((pixel, _))) =
            (held.get_untracked(), pixel_of(&event))
        {
            look(whole.with_untracked(|whole| whole.span.instant(pixel)));
        }
        held.set(None);
    };
    view! {
        <div class="time-overview">
            <div class="time-room">
                <svg class="time-whole" data-testid="overview" node_ref=line.whole_place aria-hidden="true"
                    on:pointerdown=press on:pointermove=go on:pointerup=release
                    on:pointerleave=move |_| page.pointer.set(None)>
                    <title>{words::overview()}</title>
                    {layers(whole)}
                    <Shown />
                    <g class="time-cursor" transform=move || shift(whole, session.clock.get())><path d="M0 0v16" /></g>
                </svg>
            </div>
            <Zoom />
        </div>
    }
}

/// The frame around the window of the track, with its handles.
#[component]
fn Shown() -> impl IntoView {
    let line = use_line();
    let (whole, window) = (line.whole, line.window);
    let frame = move || {
        let window = window.get();
        whole.with(|whole| (whole.span.place(window.from), whole.span.place(window.to)))
    };
    let place = move |right: bool| {
        let (left, end) = frame();
        pixels(if right { end } else { left })
    };
    view! {
        <rect class="time-frame" x=move || place(false) y="1" height="14"
            width=move || { let (left, right) = frame(); pixels(right.saturating_sub(left).max(20)) } />
        <g class="time-handle" transform=move || format!("translate({} 0)", place(false))>
            <rect x="-3" y="3" width="6" height="10" rx="2" />
        </g>
        <g class="time-handle" transform=move || format!("translate({} 0)", place(true))>
            <rect x="-3" y="3" width="6" height="10" rx="2" />
        </g>
    }
}

/// Zoom buttons, for readers without a wheel or arrow keys.
#[component]
fn Zoom() -> impl IntoView {
    let line = use_line();
    let zoom = move |closer| {
        line.change(|window, run| {
            let about = line.session.clock.get_untracked();
            window.zoom(about, closer, run);
        });
    };
    view! {
        <span class="time-zoom" role="group" aria-label=words::zoom()>
            <button type="button" class="btn plain" data-testid="zoom-out" aria-label=words::zoom_out()
                title=words::zoom_out_key() on:click=move |_| zoom(false)>
                <svg class="ico" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><path d="M2 7h10" /></svg>
            </button>
            <button type="button" class="btn plain" data-testid="zoom-in" aria-label=words::zoom_in()
                title=words::zoom_in_key() on:click=move |_| zoom(true)>
                <svg class="ico" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><path d="M2 7h10M7 2v10" /></svg>
            </button>
            <button type="button" class="btn plain" data-testid="zoom-whole" aria-label=words::zoom_whole() title=words::zoom_whole()
                on:click=move |_| line.change(|window, _| window.whole())>
                <svg class="ico" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
                    <path d="M1.5 3v8M12.5 3v8M4 7h6M5.5 5L3.5 7l2 2M8.5 5l2 2-2 2" />
                </svg>
            </button>
        </span>
    }
}
