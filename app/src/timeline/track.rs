//! The track: who led when, what went wrong when, and the instant that is looked at.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use raft_core::tape::{MarkKind, Reign};
use raft_core::units::{Nanos, SECOND};
use wasm_bindgen::JsCast;

use super::branches::Recorder;
use crate::app::use_page;
use crate::past::Jump;
use crate::status::term_hue;
use crate::text;

/// Marks of one kind that are nearer to each other than this part of the track are drawn as one.
const BUCKETS: u64 = 400;
/// How often the track follows the present, in wall milliseconds.
const FOLLOW_MS: u64 = 250;
/// The track is never shorter than this.
const SPAN_MIN: Nanos = 2 * SECOND;

/// Where one can jump.
const JUMPS: [(Jump, &str); 6] = [
    (Jump::Mark, "election or fault"),
    (Jump::Election, "election"),
    (Jump::Commit, "commit"),
    (Jump::Fault, "fault"),
    (Jump::Write, "write"),
    (Jump::Violation, "violation"),
];

/// What is drawn, for a span of time.
#[derive(Clone, Default, PartialEq)]
struct Picture {
    from: Nanos,
    to: Nanos,
    /// The end of what is recorded.
    live: Nanos,
    reigns: Vec<Reign>,
    /// Sign and instant.
    marks: Vec<(&'static str, Nanos)>,
}

impl Picture {
    fn of(recorder: &Recorder, live: Nanos) -> Picture {
        let drawn = recorder.tape(|tape| {
            let from = tape.begins_at();
            let to = live.max(from + SPAN_MIN);
            let mut marks: Vec<(&'static str, Nanos)> = Vec::new();
            let mut taken: Vec<(&'static str, u64)> = Vec::new();
            tape.read_marks(from, live, |mark| {
                if let Some(sign) = sign_of(mark.kind) {
                    let bucket = (sign, (mark.at - from) * BUCKETS / (to - from));
                    if taken.iter().rev().take(8).all(|known| *known != bucket) {
                        taken.push(bucket);
                        marks.push((sign, mark.at));
                    }
                }
                true
            });
            Picture { from, to, live, reigns: tape.reigns(from, live), marks }
        });
        drawn.unwrap_or_default()
    }

    /// Where an instant lies, in percent.
    fn place(&self, at: Nanos) -> String {
        let whole = (self.to - self.from).max(1);
        let share = u128::from(at.saturating_sub(self.from)) * 10_000 / u128::from(whole);
        format!("{}.{:02}%", share / 100, share % 100)
    }

    fn width(&self, from: Nanos, to: Nanos) -> String {
        self.place(self.from + to.saturating_sub(from))
    }
}

fn sign_of(kind: MarkKind) -> Option<&'static str> {
    Some(match kind {
        MarkKind::Elected { .. } => "#t-elected",
        MarkKind::Campaign { .. } => "#t-campaign",
        MarkKind::Crash => "#t-crash",
        MarkKind::Stop | MarkKind::Pause => "#t-stop",
        MarkKind::Start | MarkKind::Resume => "#t-start",
        MarkKind::Cut => "#t-cut",
        MarkKind::Heal => "#t-heal",
        MarkKind::Write => "#t-write",
        MarkKind::Violation => "#t-violation",
        MarkKind::Commit | MarkKind::Members => return None,
    })
}

/// The timeline.
#[component]
pub fn Track() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let recorder = Recorder::new(page);
    session.remember(Rc::new(recorder.clone()));
    let remembered = StoredValue::new_local(recorder);
    let picture = RwSignal::new_local(Picture::default());
    let draw = move || {
        let live = session.now();
        let stale = picture.with_untracked(|picture| picture.live != live || picture.to == 0);
        if stale {
            picture.set(remembered.with_value(|recorder| Picture::of(recorder, live)));
        }
    };
    draw();
    if let Ok(handle) = set_interval_with_handle(draw, Duration::from_millis(FOLLOW_MS)) {
        on_cleanup(move || handle.clear());
    }
    Effect::new(move |_| {
        session.generation.track();
        picture.set(remembered.with_value(|recorder| Picture::of(recorder, session.now())));
    });
    view! {
        <div class="track-head">
            <JumpKeys />
            <Where />
            {move || branches(&remembered.get_value())}
        </div>
        <Line picture=picture />
    }
}

/// Buttons that jump, and to what.
#[component]
fn JumpKeys() -> impl IntoView {
    let page = use_page();
    let chosen = RwSignal::new(0usize);
    let jump = move |forward| {
        let (jump, name) = JUMPS[chosen.get_untracked()];
        page.playback.playing.set(false);
        if !page.session.jump(jump, forward) {
            let side = if forward { "after" } else { "before" };
            page.session.tell(format!("No {name} is recorded {side} this instant."), false);
        }
    };
    let button = move |id, sign, label, title, act: Box<dyn Fn()>| {
        view! {
            <button type="button" class="btn icon" data-testid=id aria-label=label title=title on:click=move |_| act()>{sign}</button>
        }
    };
    view! {
        {button("previous-event", "‹", "One event back", "One event back (,)", Box::new(move || page.playback.jump(Jump::Event, false)))}
        {button("jump-back", "«", "Jump back", "Jump back ([ to the last election or fault)", Box::new(move || jump(false)))}
        <label class="select">
            <select data-testid="jump-kind" aria-label="What to jump to" on:change=move |event| chosen.set(event_target_value(&event).parse().unwrap_or(0))>
                {JUMPS.iter().enumerate().map(|(at, (_, name))| view! { <option value=at.to_string()>{*name}</option> }).collect_view()}
            </select>
        </label>
        {button("jump-on", "»", "Jump on", "Jump on (] to the next election or fault)", Box::new(move || jump(true)))}
    }
}

/// Whether the present is shown, and the way back to it.
#[component]
fn Where() -> impl IntoView {
    let session = use_page().session;
    view! {
        {move || match (session.past.on_the_way.get(), session.past.at.get()) {
            (Some(permille), _) => view! {
                <span class="live on-the-way" role="status" data-testid="on-the-way">
                    {format!("Playing the run again up to there: {} %", permille / 10)}
                </span>
            }.into_any(),
            (None, None) => view! { <span class="live now" data-testid="live">"LIVE"</span> }.into_any(),
            (None, Some(_)) => view! {
                <button type="button" class="btn live" data-testid="go-live" title="Back to the present (End)" on:click=move |_| session.go_live()>
                    "Back to LIVE"
                </button>
                <span class="faint past-note" data-testid="past-note">{text::in_the_past()}</span>
            }.into_any(),
        }}
    }
}

/// The branches that were left, to return to.
fn branches(recorder: &Recorder) -> impl IntoView + use<> {
    let left = recorder.left();
    let (here, from) = recorder.here();
    let recorder = recorder.clone();
    (!left.is_empty()).then(|| {
        let name = |number: u32, from: Option<(u32, Nanos)>| match from {
            Some((parent, at)) => format!("branch {number}, from {parent} at {}", text::seconds(at)),
            None => format!("branch {number}"),
        };
        let choices = left
            .iter()
            .map(|branch| {
                let name =
                    format!("{}, left at {}", name(branch.number, branch.from), text::seconds(branch.until));
                view! { <option value=branch.number.to_string()>{name}</option> }
            })
            .collect_view();
        view! {
            <label class="select branches">
                <select data-testid="branches" aria-label="Branch" on:change=move |event| {
                    if let Ok(number) = event_target_value(&event).parse() {
                        recorder.return_to(number);
                    }
                }>
                    <option value="" selected=true>{format!("In {}", name(here, from))}</option>
                    {choices}
                </select>
            </label>
        }
    })
}

/// The line itself: a slider over the run.
#[component]
fn Line(picture: RwSignal<Picture, LocalStorage>) -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let point = move |event: &web_sys::PointerEvent| {
        let Some(line) = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        else {
            return;
        };
        let bounds = line.get_bounding_client_rect();
        let share = ((f64::from(event.client_x()) - bounds.left()) / bounds.width().max(1.0)).clamp(0.0, 1.0);
        let at = picture.with_untracked(|p| p.from + ((p.to - p.from) as f64 * share) as Nanos);
        page.playback.playing.set(false);
        session.look_at(at);
    };
    let grab = move |event: web_sys::PointerEvent| {
        if let Some(line) =
            event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        {
            // Without the capture a drag ends at the edge of the line, nothing worse.
            let _captured = line.set_pointer_capture(event.pointer_id());
        }
        point(&event);
    };
    let keys = move |event: web_sys::KeyboardEvent| {
        let (jump, forward) = match event.key().as_str() {
            "ArrowLeft" => (Jump::Event, false),
            "ArrowRight" => (Jump::Event, true),
            "PageUp" => (Jump::Mark, false),
            "PageDown" => (Jump::Mark, true),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        page.playback.jump(jump, forward);
    };
    let cursor = move || picture.with(|picture| picture.place(session.clock.get()));
    view! {
        <svg class="timetrack" data-testid="timeline" tabindex="0" role="slider" aria-label="Instant that is looked at"
            aria-valuemin="0" aria-valuemax=move || picture.with(|picture| (picture.live / 1_000_000).to_string())
            aria-valuenow=move || (session.clock.get() / 1_000_000).to_string()
            aria-valuetext=move || text::seconds(session.clock.get())
            on:pointerdown=grab
            on:pointermove=move |event| if event.buttons() & 1 == 1 { point(&event) }
            on:keydown=keys>
            <defs><TrackSigns /></defs>
            {move || picture.with(bands)}
            <rect class="unwritten" x=move || picture.with(|p| p.place(p.live)) y="0" width="100%" height="40" />
            <line class="cursor" x1=cursor x2=cursor y1="0" y2="40" />
        </svg>
    }
}

/// Bands for who led, and the marks on them.
fn bands(picture: &Picture) -> impl IntoView + use<> {
    let reigns: Vec<_> = picture
        .reigns
        .iter()
        .map(|reign| {
            let (x, width) = (picture.place(reign.from), picture.width(reign.from, reign.to));
            let class = match reign.leader {
                Some(_) => format!("band t{}", term_hue(reign.term)),
                None => "band nobody".to_owned(),
            };
            let what = match reign.leader {
                Some(leader) => format!("T{} node{leader}", reign.term),
                None => String::new(),
            };
            let stale = (!reign.stale.is_empty()).then(
                || view! { <rect class="band stale" x=x.clone() y="20" width=width.clone() height="4" /> },
            );
            let cut = reign.cut.then(
                || view! { <rect class="band cut" x=x.clone() y="36" width=width.clone() height="4" /> },
            );
            view! {
                <svg x=x.clone() y="4" width=width.clone() height="16">
                    <rect class=class x="0" y="0" width="100%" height="16" />
                    <text class="band-name" x="4" y="12">{what}</text>
                </svg>
                {stale}{cut}
            }
        })
        .collect();
    let marks: Vec<_> = picture
        .marks
        .iter()
        .map(|(sign, at)| view! { <use href=*sign x=picture.place(*at) y="29" /> })
        .collect();
    view! { {reigns}{marks} }
}

/// What the marks look like; the shape says the kind.
#[component]
fn TrackSigns() -> impl IntoView {
    view! {
        <g id="t-elected"><path class="t-leader" d="M0-6l6 10h-12z" /></g>
        <g id="t-campaign"><path class="t-hollow" d="M0-5l5 8h-10z" /></g>
        <g id="t-crash"><path class="t-down" d="M-4-4l8 8M4-4l-8 8" /></g>
        <g id="t-stop"><path class="t-hollow" d="M0-5l5 5-5 5-5-5z" /></g>
        <g id="t-start"><path class="t-ink" d="M-3-4v8l6-4z" /></g>
        <g id="t-cut"><path class="t-down" d="M-2-6v12M2-6v12" /></g>
        <g id="t-heal"><path class="t-ink" d="M-5 0h10" /></g>
        <g id="t-write"><path class="t-ink" d="M0 5v5" /></g>
        <g id="t-violation"><path class="t-violation" d="M-2-6h4l-1 8h-2zM-1.5 4h3v3h-3z" /></g>
    }
}
