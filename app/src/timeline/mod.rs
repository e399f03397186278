//! The timeline: the run from its start to the present, and the way back into it.
//!
//! The room is a lazy part of the page, loaded soon after the page is live. Then the run so far is played
//! once more, since it is a pure function of its actions, and recorded from its start.
//!
//! `window` is the span of time that is shown, `drawing` its drawing, as plain text for SVG; `track` and
//! `overview` show it and handle the pointer. `branches` records the run, `tree` lists the branches,
//! `controls` and `speed` are the controls in the time bar besides the clock.

mod branches;
mod controls;
mod drawing;
mod overview;
mod speed;
#[cfg(test)]
mod tests;
mod track;
mod tree;
mod window;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use raft_core::units::Nanos;

use crate::browser::later;
use crate::kit::lazy_view;
use crate::session::Session;
use crate::state::use_page;
use branches::Recorder;
use controls::Controls;
use drawing::{Drawing, Shape, Span};
use overview::Overview;
use track::Track;
use window::TimelineWindow;

lazy_view!(panels, load_time, Timeline);

/// How often the timeline follows the present, in milliseconds of wall time.
const FOLLOW_MS: u64 = 250;
/// The overview shows the whole run, which may be long: it is updated once in so many times.
const OVERVIEW_EVERY: u32 = 4;

/// The state that the parts of the timeline share.
#[derive(Clone, Copy)]
struct TimelineState {
    session: Session,
    speed: RwSignal<u64>,
    recorder: StoredValue<Recorder, LocalStorage>,
    window: RwSignal<TimelineWindow>,
    /// The drawing of the window.
    near: RwSignal<Drawing, LocalStorage>,
    /// The drawing of the whole run.
    whole: RwSignal<Drawing, LocalStorage>,
    /// The instant that is viewed, for screen readers: it changes a few times a second.
    heard: RwSignal<Nanos>,
    near_place: NodeRef<leptos::svg::Svg>,
    whole_place: NodeRef<leptos::svg::Svg>,
}

fn use_line() -> TimelineState {
    expect_context::<TimelineState>()
}

/// The rest of the time bar, and the timeline.
#[component]
pub fn Timeline() -> impl IntoView {
    let page = use_page();
    let recorder = Recorder::new(page.session, page.playback.playing);
    page.session.remember(Rc::new(recorder.clone()));
    let line = TimelineState {
        session: page.session,
        speed: page.playback.speed,
        recorder: StoredValue::new_local(recorder),
        window: RwSignal::new(TimelineWindow::default()),
        near: RwSignal::new_local(Drawing::default()),
        whole: RwSignal::new_local(Drawing::default()),
        heard: RwSignal::new(0),
        near_place: NodeRef::new(),
        whole_place: NodeRef::new(),
    };
    provide_context(line);
    line.keep_up();
    view! { <Controls /><Track /><Overview /> }
}

impl TimelineState {
    /// Follows the present, and the instant that is viewed.
    fn keep_up(self) {
        let session = self.session;
        let turn = Cell::new(0u32);
        let follow = move || {
            turn.set(turn.get().wrapping_add(1));
            self.follow();
            self.draw_near();
            if turn.get().is_multiple_of(OVERVIEW_EVERY) {
                self.draw_whole();
            }
            self.heard.set(session.clock.get_untracked());
        };
        if let Ok(handle) = set_interval_with_handle(follow, Duration::from_millis(FOLLOW_MS)) {
            on_cleanup(move || handle.clear());
        }
        // At first, and for another cluster or branch: once the page has been laid out.
        Effect::new(move |_| {
            session.generation.track();
            self.window.set(TimelineWindow::default());
            later(0, move || {
                self.follow();
                self.draw_near();
                self.draw_whole();
            });
        });
        Effect::new(move |_| {
            let past = session.past.at.get();
            self.change(|window, run| match past {
                Some(at) => window.show(at, run),
                None => window.come_back(),
            });
            self.heard.set(session.clock.get_untracked());
        });
        Effect::new(move |_| {
            self.window.track();
            self.draw_near();
        });
    }

    /// Returns the span that is recorded.
    fn run(self) -> (Nanos, Nanos) {
        let begin = self.recorder.with_value(|recorder| recorder.tape(|tape| tape.begins_at()));
        (begin.unwrap_or(0), self.session.now())
    }

    /// Changes the window. Its signal is notified only if it did change.
    fn change(self, change: impl FnOnce(&mut TimelineWindow, (Nanos, Nanos))) {
        let before = self.window.get_untracked();
        let mut window = before;
        let run = self.run();
        change(&mut window, run);
        window.follow(run, self.speed.get_untracked());
        if window != before {
            self.window.set(window);
        }
    }

    fn follow(self) {
        self.change(|_, _| ());
    }

    fn draw_near(self) {
        const SHAPE: Shape = Shape { bands: (16, 22), cut: (39, 3), signs: 8, writes: 43, scale: Some(62) };
        let TimelineWindow { from, to, .. } = self.window.get_untracked();
        self.draw(self.near, self.near_place, from, to, &SHAPE);
    }

    fn draw_whole(self) {
        const SHAPE: Shape = Shape { bands: (4, 8), cut: (13, 2), signs: 8, writes: 0, scale: None };
        let (from, live) = self.run();
        let to = self.window.get_untracked().to.max(live);
        self.draw(self.whole, self.whole_place, from, to, &SHAPE);
    }

    fn draw(
        self,
        into: RwSignal<Drawing, LocalStorage>,
        place: NodeRef<leptos::svg::Svg>,
        from: Nanos,
        to: Nanos,
        shape: &Shape,
    ) {
        let Some(place) = place.get_untracked() else { return };
        let width = place.get_bounding_client_rect().width() as u32;
        let live = self.session.now();
        let span = Span { from, to, width };
        if to <= from || into.with_untracked(|drawn| drawn.span == span && drawn.live == live) {
            return;
        }
        let drawn =
            self.recorder.with_value(|recorder| recorder.tape(|tape| Drawing::of(tape, span, live, shape)));
        if let Some(drawn) = drawn {
            into.set(drawn);
        }
    }
}
