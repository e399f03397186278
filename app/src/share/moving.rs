//! A span of the run as an animated SVG. It is made from the recording, apart from the stage.

use leptos::prelude::*;
use raft_core::headless::animation::{Animation, AnimationError, SLOWDOWN_MAX, STRETCH_MAX, Stretch};
use raft_core::units::{MILLISECOND, Nanos, SECOND};

use super::drawing::SVG;
use super::exports::{file_name, handed};
use crate::browser::{later, wall_ms};
use crate::kit::keep;
use crate::state::{Dialog, Page, use_page};
use crate::text::{self, share as words};
use crate::time::Jump;

/// The part of a frame that it may take, in milliseconds of wall time.
const SLICE_MS: f64 = 8.0;
/// Speeds are in millionths of wall time.
const MILLION: u64 = 1_000_000;
/// The span that is offered around the instant that is viewed, in virtual nanoseconds.
const AROUND: Nanos = SECOND;

/// An animation in progress.
struct Making {
    page: Page,
    said: RwSignal<String>,
    stretch: Stretch,
    animation: Animation,
    next: Option<Nanos>,
    /// The number of the run from which it is made: another run has other instants.
    of: u32,
}

impl Making {
    fn begin(page: Page, said: RwSignal<String>, from: Nanos, to: Nanos) -> Result<Making, String> {
        let session = page.session;
        let slowdown = (MILLION / page.playback.speed.get_untracked().max(1)).clamp(1, SLOWDOWN_MAX);
        let still = session.clock.get_untracked().clamp(from.min(to), to);
        let seed = session.settings.with_untracked(|settings| settings.seed);
        let stretch = Stretch { from, to, still, seed, slowdown };
        let wrong = |error: AnimationError| text::sentence(&error.to_string());
        stretch.judge().map_err(wrong)?;
        let memory = session.memory().ok_or_else(|| text::not_recorded().to_owned())?;
        let known = memory.begins_at()..=session.now();
        if !known.contains(&from) || !known.contains(&to) {
            return Err(wrong(AnimationError::NotRecorded { from: *known.start(), to: *known.end() }));
        }
        let film = memory.film(from, to).ok_or_else(|| text::not_recorded().to_owned())?;
        let animation = Animation::begin(stretch, film).map_err(wrong)?;
        let of = session.generation.get_untracked();
        Ok(Making { page, said, stretch, animation, next: Some(from), of })
    }

    /// Makes a slice per frame. It ends when the dialog is closed.
    fn go_on(mut self) {
        let start = wall_ms();
        let session = self.page.session;
        let Some(memory) = session.memory().filter(|_| session.generation.get_untracked() == self.of) else {
            return self.say(words::animation_of_another_run().to_owned());
        };
        while let Some(at) = self.next.filter(|at| *at <= self.stretch.to) {
            let Some(view) = memory.view_at(at) else {
                return self.say(text::not_recorded().to_owned());
            };
            self.animation.show(&view, &text::tell);
            self.next = memory.find(at, Jump::Event, true);
            if wall_ms() - start > SLICE_MS {
                let going = words::animation_at(text::seconds(at));
                if self.said.try_set(going).is_none() {
                    later(0, move || self.go_on());
                }
                return;
            }
        }
        let Making { said, stretch, animation, .. } = self;
        let name = file_name("animation", stretch.seed, stretch.from, "svg");
        let text = match animation.finish(&text::tell) {
            Ok(svg) => handed(keep(&svg, SVG, &name).is_ok(), &name),
            Err(error) => text::sentence(&error.to_string()),
        };
        let _gone = said.try_set(text);
    }

    fn say(&self, text: String) {
        let _gone = self.said.try_set(text);
    }
}

/// Returns the span that is offered: around an instant of the past, or up to the present; in seconds.
fn offered(page: Page) -> (String, String) {
    let (at, now) = (page.session.clock.get_untracked(), page.session.now());
    let to = (at + AROUND / 2).min(now);
    let from = to.saturating_sub(AROUND);
    (decimal(from), decimal(to))
}

fn decimal(at: Nanos) -> String {
    let millis = at / MILLISECOND;
    format!("{}.{:03}", millis / 1_000, millis % 1_000)
}

/// Reads typed seconds; a comma is a decimal point.
fn typed(text: &str) -> Option<Nanos> {
    const SECONDS_MAX: f64 = 1e9;
    let seconds: f64 = text.trim().replace(',', ".").parse().ok()?;
    (0.0..=SECONDS_MAX).contains(&seconds).then(|| (seconds * 1_000.0).round() as Nanos * MILLISECOND)
}

/// The fields for the span, and the button that makes the file.
#[component]
pub(super) fn Moving(said: RwSignal<String>) -> impl IntoView {
    let page = use_page();
    let (from, to) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    Effect::new(move |was_open: Option<bool>| {
        let open = page.dialog.get() == Some(Dialog::Run);
        if open && was_open != Some(true) {
            let (begins, ends) = offered(page);
            from.set(begins);
            to.set(ends);
        }
        open
    });
    let make = move |_| {
        let (Some(from), Some(to)) = (typed(&from.get_untracked()), typed(&to.get_untracked())) else {
            return said.set(words::animation_seconds().to_owned());
        };
        match Making::begin(page, said, from, to) {
            Ok(making) => making.go_on(),
            Err(reason) => said.set(reason),
        }
    };
    let field = |id: &'static str, label: &'static str, value: RwSignal<String>| {
        view! {
            <label class="field">
                <span>{label}</span>
                <input type="text" inputmode="decimal" size="7" class="input" data-testid=id autocomplete="off"
                    prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event)) />
            </label>
        }
    };
    view! {
        <div class="row share-moving">
            {field("animation-from", words::animation_from(), from)}
            {field("animation-to", words::animation_to(), to)}
            <button type="button" class="btn" data-testid="export-animation" on:click=make>{words::animation_svg()}</button>
        </div>
        <p class="quiet">{words::animation_meaning(STRETCH_MAX / SECOND)}</p>
    }
}

#[cfg(test)]
mod tests {
    use super::{decimal, typed};

    #[test]
    fn seconds_are_read_as_they_are_written_in_either_language() {
        assert_eq!(typed(" 2.3 "), Some(2_300_000_000));
        assert_eq!(typed("0,25"), Some(250_000_000));
        assert_eq!(typed(&decimal(12_345_000_000)), Some(12_345_000_000));
        for wrong in ["", "-1", "NaN", "inf", "two", "1e12"] {
            assert_eq!(typed(wrong), None, "{wrong}");
        }
    }
}
