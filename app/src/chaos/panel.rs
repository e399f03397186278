//! The panel: the settings, the progress and the result.

use leptos::prelude::*;
use raft_core::chaos::{Level, Plan};
use raft_core::units::SECOND;

use super::run::{ChaosDriver, ChaosState, begin};
use super::score::{Numbers, ending, goal_text, level_name};
use crate::browser::{focus, later, wall_ms};
use crate::state::{Dialog, Page, use_page};
use crate::text::{self, chaos as words};

/// The durations that are offered, in virtual seconds.
const LENGTHS: [u64; 4] = [30, 60, 120, 300];
/// The highest seed that is accepted.
const SEED_MAX: u64 = 1_000_000;

/// The chosen settings, and the run that is in progress.
#[derive(Clone, Copy)]
struct ChaosChoice {
    page: Page,
    level: RwSignal<Level>,
    seed: RwSignal<String>,
    seconds: RwSignal<u64>,
    fresh: RwSignal<bool>,
    run: RwSignal<Option<ChaosDriver>, LocalStorage>,
    state: Memo<Option<ChaosState>>,
}

impl ChaosChoice {
    fn new(page: Page) -> ChaosChoice {
        let run: RwSignal<Option<ChaosDriver>, LocalStorage> = RwSignal::new_local(None);
        let state = Memo::new(move |_| {
            // Follow the view, so that the state is computed as often as the words change.
            page.session.view.track();
            run.with(|run| run.as_ref().map(|run| run.state(page.session.now())))
        });
        ChaosChoice {
            page,
            level: RwSignal::new(Level::Calm),
            seed: RwSignal::new("1".to_owned()),
            seconds: RwSignal::new(60),
            fresh: RwSignal::new(true),
            run,
            state,
        }
    }

    /// Returns the seed as typed; `None` if it is not accepted.
    fn seed(self) -> Option<u64> {
        self.seed.with(|text| text.trim().parse().ok()).filter(|seed| *seed <= SEED_MAX)
    }

    fn plan(self) -> Option<Plan> {
        let length = self.seconds.get() * SECOND;
        self.seed().map(|seed| Plan { level: self.level.get(), seed, length })
    }

    fn start(self) {
        let Some(plan) = untrack(|| self.plan()) else { return };
        self.stop();
        self.run.set(begin(self.page, plan, self.fresh.get_untracked()));
        later(0, || focus("chaos-stop"));
    }

    fn another_seed(self) {
        self.seed.set(((wall_ms() * 7.0) as u64 % 1_000 + 1).to_string());
    }

    /// Stops the run. The faults remain in force.
    fn stop(self) {
        if let Some(run) = self.run.get_untracked() {
            run.stop(self.page);
        }
    }

    fn close(self) {
        self.page.chaos.set(false);
        focus(&format!("node-{}", self.page.session.selected.get_untracked()));
    }
}

/// The panel of chaos.
#[component]
pub fn Panel() -> impl IntoView {
    let page = use_page();
    let choice = ChaosChoice::new(page);
    let runs = Memo::new(move |_| {
        choice.state.with(|state| state.as_ref().is_some_and(|state| state.end.is_none()))
    });
    Effect::new(move |_| {
        if page.chaos.get() {
            later(0, move || focus(if runs.get_untracked() { "chaos-stop" } else { "chaos-calm" }));
        }
    });
    // When the content changes, the keyboard focus moves to what replaces it.
    Effect::new(move |before: Option<bool>| {
        let runs = runs.get();
        if before == Some(true) && !runs {
            later(0, || focus("chaos-again"));
        }
        runs
    });
    move || {
        page.chaos.get().then(|| view! {
            <section class="guide chaos" aria-label=words::title() data-testid="chaos" data-runs=move || runs.get().to_string()>
                <div class="guide-head">
                    <h2>{words::title()}</h2>
                    <button type="button" class="btn plain" data-testid="chaos-close" aria-label=words::close() title=words::close()
                        on:click=move |_| choice.close()>
                        <svg class="ico" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true"><path d="M2 2l8 8M10 2l-8 8" /></svg>
                    </button>
                </div>
                {move || if runs.get() {
                    view! { <Running choice=choice /> }.into_any()
                } else {
                    view! { <Result choice=choice /> <Setup choice=choice /> }.into_any()
                }}
            </section>
        })
    }
}

/// The settings, before a run begins.
#[component]
fn Setup(choice: ChaosChoice) -> impl IntoView {
    let levels = [
        (Level::Calm, "chaos-calm", words::calm_means()),
        (Level::Rough, "chaos-rough", words::rough_means()),
        (Level::Hostile, "chaos-hostile", words::hostile_means()),
    ];
    let start = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        choice.start();
    };
    let problem = move || choice.seed().is_none().then(|| words::wrong_seed(SEED_MAX));
    let goal = move || goal_text(choice.level.get().goal(choice.seconds.get() * SECOND));
    view! {
        <form class="stack" on:submit=start>
            {move || choice.state.with(Option::is_none).then(|| view! { <p class="quiet">{words::intro()}</p> })}
            <fieldset class="chaos-levels">
                <legend>{words::level()}</legend>
                {levels.map(|(level, id, means)| view! {
                    <label class="pick">
                        <input type="radio" name="chaos-level" id=id data-testid=id prop:checked=move || choice.level.get() == level
                            on:change=move |_| choice.level.set(level) />
                        <span><b>{level_name(level)}</b> " " <span class="quiet">{means}</span></span>
                    </label>
                })}
            </fieldset>
            <div class="row">
                <label class="chaos-field">{words::seed()}
                    <input class="input" id="chaos-seed" data-testid="chaos-seed" type="text" inputmode="numeric" autocomplete="off"
                        aria-invalid=move || choice.seed().is_none().to_string() aria-describedby="chaos-problem"
                        prop:value=move || choice.seed.get() on:input=move |event| choice.seed.set(event_target_value(&event)) />
                </label>
                <label class="chaos-field">{words::length()}
                    <select class="input" data-testid="chaos-length"
                        on:change=move |event| choice.seconds.set(event_target_value(&event).parse().unwrap_or(60))>
                        {LENGTHS.map(|seconds| view! {
                            <option value=seconds.to_string() prop:selected=move || choice.seconds.get() == seconds>
                                {words::seconds(seconds)}
                            </option>
                        })}
                    </select>
                </label>
            </div>
            <p class="notice error" id="chaos-problem" role="alert" hidden=move || choice.seed().is_some()>{problem}</p>
            <label class="pick">
                <input type="checkbox" data-testid="chaos-fresh" prop:checked=move || choice.fresh.get()
                    on:change=move |event| choice.fresh.set(event_target_checked(&event)) />
                <span>{words::fresh()} " " <span class="quiet">{words::fresh_means()}</span></span>
            </label>
            <p data-testid="chaos-goal">{goal}</p>
            <div class="row end">
                <button type="submit" class="btn primary" data-testid="chaos-start"
                    prop:disabled=move || choice.seed().is_none()>
                    {words::start()}
                </button>
            </div>
        </form>
    }
}

/// The progress of a run.
#[component]
fn Running(choice: ChaosChoice) -> impl IntoView {
    let state = choice.state;
    let head = move || {
        state.with(|state| {
            state.as_ref().map(|ChaosState { plan, so_far, recovering, .. }| {
                let (level, length) = (level_name(plan.level), text::seconds(plan.length));
                match recovering {
                    true => words::recovering(level, plan.seed),
                    false => words::running(level, plan.seed, text::seconds(*so_far), length),
                }
            })
        })
    };
    let permille = move || {
        state
            .with(|state| state.as_ref().map_or(0, |state| state.so_far / (state.plan.length / 1_000).max(1)))
    };
    let goal = move || {
        state.with(|state| state.as_ref().map(|state| goal_text(state.plan.level.goal(state.plan.length))))
    };
    view! {
        <p class="unseen" role="status">{words::begun()}</p>
        <p data-testid="chaos-head">{head}</p>
        <progress class="chaos-progress" max="1000" prop:value=move || permille().to_string() aria-label=words::progress()></progress>
        <p class="quiet">{goal}</p>
        <Numbers state=state />
        <p class="quiet">{words::controls_are_yours()}</p>
        <div class="row end">
            <button type="button" class="btn primary" id="chaos-stop" data-testid="chaos-stop"
                on:click=move |_| choice.stop()>
                {words::stop()}
            </button>
        </div>
    }
}

/// The result of a run.
#[component]
fn Result(choice: ChaosChoice) -> impl IntoView {
    let state = choice.state;
    let said =
        move || state.with(|state| state.as_ref().and_then(|state| state.end.map(|end| ending(state, end))));
    let again = move |_| {
        let played = state.with_untracked(|state| state.as_ref().map(|state| state.plan));
        if let Some(plan) = played {
            choice.level.set(plan.level);
            choice.seed.set(plan.seed.to_string());
            choice.seconds.set(plan.length / SECOND);
        }
        choice.start();
    };
    let another = move |_| {
        choice.another_seed();
        choice.start();
    };
    move || {
        state.with(Option::is_some).then(|| view! {
            <div class="guide-card chaos-result">
                <p role="status" data-testid="chaos-result">{said}</p>
                <Numbers state=state />
                <div class="row">
                    <button type="button" class="btn" id="chaos-again" data-testid="chaos-again" on:click=again>{words::again()}</button>
                    <button type="button" class="btn" data-testid="chaos-another" on:click=another>{words::another()}</button>
                    <button type="button" class="btn" data-testid="chaos-link"
                        on:click=move |_| choice.page.dialog.set(Some(Dialog::Run))>
                        {words::link()}
                    </button>
                </div>
            </div>
        })
    }
}
