//! The controls in the time bar besides the clock: jumps, the speed, remarks, branches, and the return to the
//! present.

use leptos::prelude::*;

use super::speed::Speed;
use super::tree::Branches;
use super::use_line;
use super::window::Mode;
use crate::state::use_page;
use crate::text::{self, time as words};
use crate::time::Jump;

/// The jumps that are offered.
const JUMPS: [Jump; 6] =
    [Jump::Mark, Jump::Election, Jump::Commit, Jump::Fault, Jump::Write, Jump::Violation];

/// The controls.
#[component]
pub fn Controls() -> impl IntoView {
    view! {
        <div class="time-controls">
            <Jumps />
            <Speed />
            <Remarks />
            <Branches />
            <Present />
        </div>
    }
}

/// The buttons that jump, and the choice of their target.
#[component]
fn Jumps() -> impl IntoView {
    const BACK: &str = "M13 3L8.5 8l4.5 5M7.5 3L3 8l4.5 5";
    const ON: &str = "M3 3l4.5 5L3 13M8.5 3l4.5 5-4.5 5";
    let playback = use_page().playback;
    let chosen = RwSignal::new(0usize);
    let jump = move |forward| playback.jump(JUMPS[chosen.get_untracked().min(JUMPS.len() - 1)], forward);
    view! {
        <span class="time-jumps" role="group" aria-label=words::jump_to()>
            <button type="button" class="btn icon" data-testid="jump-back" aria-label=words::jump_back() title=words::jump_back_keys()
                on:click=move |_| jump(false)>
                <svg class="ico" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d=BACK /></svg>
            </button>
            <span class="select">
                <select data-testid="jump-kind" aria-label=words::jump_kind()
                    on:change=move |event| chosen.set(event_target_value(&event).parse().unwrap_or(0))>
                    {JUMPS.iter().enumerate().map(|(at, jump)| view! {
                        <option value=at.to_string()>{words::jump_name(*jump)}</option>
                    }).collect_view()}
                </select>
            </span>
            <button type="button" class="btn icon" data-testid="jump-on" aria-label=words::jump_on() title=words::jump_on_keys()
                on:click=move |_| jump(true)>
                <svg class="ico" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d=ON /></svg>
            </button>
        </span>
    }
}

/// Remarks on time: that it lags, that it runs fast, that the past is viewed.
#[component]
fn Remarks() -> impl IntoView {
    let page = use_page();
    let playback = page.playback;
    let lag = move || {
        let reached = playback.behind.get()?;
        Some(words::runs_behind(words::speed_name(reached), words::speed_name(playback.speed.get())))
    };
    let hurrying = move || playback.hurry.get().is_some().then(words::hurrying);
    let past = Memo::new(move |_| page.session.past.at.with(Option::is_some));
    view! {
        <span class="faint time-remarks">
            <span data-testid="behind">{lag}{hurrying}</span>
            {move || past.get().then(|| view! { <span data-testid="past-note">{text::in_the_past()}</span> })}
        </span>
    }
}

/// Whether the present is shown and followed, and the button that returns to it. During a change to another
/// branch, its progress.
#[component]
fn Present() -> impl IntoView {
    let session = use_page().session;
    let line = use_line();
    let past = Memo::new(move |_| session.past.at.with(Option::is_some));
    let free = Memo::new(move |_| line.window.get().mode == Mode::Free);
    let on_the_way = Memo::new(move |_| session.past.on_the_way.get().is_some());
    let percent = move || session.past.on_the_way.get().unwrap_or(0) / 10;
    let state = move || match (past.get(), free.get()) {
        (true, _) => ("past", words::live(), words::back_to_live()),
        (false, true) => ("free", words::follow(), words::follow_hint()),
        (false, false) => ("following", words::live(), words::live_hint()),
    };
    let return_to_it = move |_| {
        session.go_live();
        line.change(|window, _| window.set_follow());
    };
    move || {
        if on_the_way.get() {
            view! {
                <span class="time-on-the-way" data-testid="on-the-way">
                    <progress max="100" aria-label=move || words::playing_again(percent())
                        prop:value=move || percent().to_string()></progress>
                    <span role="status">{move || words::playing_again(percent())}</span>
                    <button type="button" class="btn" data-testid="cancel-branch"
                        on:click=move |_| line.recorder.with_value(|recorder| recorder.cancel())>{words::cancel()}</button>
                </span>
            }
            .into_any()
        } else {
            view! {
                <button type="button" class="btn time-live" data-testid="live" data-state=move || state().0
                    title=move || state().2 aria-label=move || words::live_is(state().1, state().2)
                    aria-keyshortcuts="End" on:click=return_to_it>
                    <span class="time-live-dot" aria-hidden="true"></span>{move || state().1}
                </button>
            }
            .into_any()
        }
    }
}
