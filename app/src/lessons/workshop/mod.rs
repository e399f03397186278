//! The workshop: the scenario on the stage as a list of stops, for an audience. One key leads on, one leads
//! back; nothing moves unless the speaker asks for it. The speaker's notes are shown in a second window.

mod code;
mod notes;

use leptos::ev::keydown;
use leptos::leptos_dom::helpers::window_event_listener;
use leptos::prelude::*;

use super::ask::Ask;
use super::panel::{go_back, go_forward};
use super::stops::{Stop, stops};
use crate::browser::{later, wall_ms};
use crate::kit::in_field;
use crate::state::script::on_stage;
use crate::state::{Page, use_page};
use crate::text::workshop as words;
use code::Code;

/// The progress of a stop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Behind,
    Here,
    Ahead,
}

/// What the audience sees beside the stage.
#[component]
pub fn Workshop() -> impl IntoView {
    let page = use_page();
    let blank = RwSignal::new(false);
    let shows_code = RwSignal::new(false);
    let list = stops_on_stage();
    let here = here(page, list.clone());
    let notes = StoredValue::new_local(notes::Notes::default());
    let shown = list.clone();
    Effect::new(move |_| {
        let here = here.get();
        notes.with_value(|notes| notes.show(&shown, here));
    });
    full_screen(page);
    let listener = window_event_listener(keydown, move |event| {
        let busy = page.dialog.get_untracked().is_some() || page.glossary.get_untracked().is_some();
        if in_field(&event) || busy || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        match event.key().as_str() {
            "b" | "B" => blank.update(|blank| *blank = !*blank),
            "r" | "R" => replay(page),
            "q" | "Q" => shows_code.update(|shows| *shows = !*shows),
            "Escape" if shows_code.get_untracked() || blank.get_untracked() => {
                shows_code.set(false);
                blank.set(false);
            }
            "Escape" => leave(page),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || {
        listener.remove();
        notes.with_value(notes::Notes::close);
    });
    let rows = list.clone();
    let open_notes = move |_| {
        let opened = notes.try_update_value(|notes| notes.open(page)).unwrap_or(false);
        if opened {
            notes.with_value(|notes| notes.show(&list, here.get_untracked()));
        } else {
            page.session.tell(words::no_window().to_owned(), true);
        }
    };
    view! {
        <ol class="workshop-stops" data-testid="stops">
            {rows.into_iter().enumerate().map(|(at, stop)| view! {
                <Row number=at + 1 stop=stop standing=Signal::derive(move || standing(at, here.get())) />
            }).collect_view()}
        </ol>
        <div class="workshop-foot">
            {keys()}
            <div class="row">
                <button type="button" class="btn" data-testid="workshop-notes" on:click=open_notes>{words::notes()}</button>
                <button type="button" class="btn" data-testid="workshop-code"
                    aria-pressed=move || shows_code.get().to_string()
                    on:click=move |_| shows_code.update(|shows| *shows = !*shows)>
                    {words::code_button()}
                </button>
                <button type="button" class="btn" data-testid="workshop-leave" on:click=move |_| leave(page)>
                    {words::leave_button()}
                </button>
                <Timer />
            </div>
        </div>
        {move || shows_code.get().then(|| view! { <Code /> })}
        {move || blank.get().then(|| view! {
            <div class="workshop-blank" data-testid="blank" role="status"><span class="unseen">{words::blanked()}</span></div>
        })}
    }
}

/// Draws the list of the workshop's keys.
fn keys() -> impl IntoView {
    view! {
        <p class="workshop-keys"><kbd>"Page Down"</kbd> {words::next_stop()} <kbd>"Page Up"</kbd> {words::back()}</p>
        <p class="workshop-keys">
            <kbd>"B"</kbd> {words::blank()}
            <kbd>"R"</kbd> {words::replay()}
            <kbd>"Q"</kbd> {words::code()}
            <kbd>"Esc"</kbd> {words::leave()}
        </p>
    }
}

fn stops_on_stage() -> Vec<Stop> {
    on_stage().map(|run| stops(run.borrow().script.scenario())).unwrap_or_default()
}

/// Returns the index of the current stop: the last one before the instant that is viewed.
fn here(page: Page, list: Vec<Stop>) -> Memo<Option<usize>> {
    Memo::new(move |_| {
        page.scene.told.track();
        let past = page.session.past.at.get();
        let run = on_stage()?;
        let run = run.borrow();
        let scenario = run.script.scenario();
        list.iter().rposition(|stop| {
            let line = scenario.steps.get(stop.step).map_or(0, |step| step.line.0);
            let told = run.told.iter().find(|told| told.line == line);
            told.is_some_and(|told| past.is_none_or(|past| told.at <= past))
        })
    })
}

fn standing(at: usize, here: Option<usize>) -> Standing {
    match here {
        Some(here) if at < here => Standing::Behind,
        Some(here) if at == here => Standing::Here,
        _ => Standing::Ahead,
    }
}

#[component]
fn Row(number: usize, stop: Stop, standing: Signal<Standing>) -> impl IntoView {
    let sign = move || if standing.get() == Standing::Behind { "✓".to_owned() } else { number.to_string() };
    let is_here = move || standing.get() == Standing::Here;
    let (title, choices) = (stop.title.clone(), stop.choices);
    view! {
        <li class="workshop-stop" data-testid="stop" data-here=move || is_here().to_string()
            aria-current=move || is_here().then_some("step")>
            <span>{sign}</span>
            <div lang="en">
                {move || if is_here() && !choices.is_empty() {
                    view! { <Ask question=title.clone() choices=choices.clone() /> }.into_any()
                } else {
                    view! { <p>{title.clone()}</p> }.into_any()
                }}
            </div>
        </li>
    }
}

/// The minutes and seconds since the workshop began; a press restarts it.
#[component]
fn Timer() -> impl IntoView {
    const SECOND_MS: u32 = 1_000;
    let began = RwSignal::new(wall_ms());
    let now = RwSignal::new(wall_ms());
    fn tick(now: RwSignal<f64>) {
        later(SECOND_MS, move || {
            if now.try_set(wall_ms()).is_none() {
                tick(now);
            }
        });
    }
    tick(now);
    let told = move || {
        let seconds = (now.get() - began.get()).max(0.0) as u64 / u64::from(SECOND_MS);
        format!("{}:{:02}", seconds / 60, seconds % 60)
    };
    view! {
        <button type="button" class="btn plain" data-testid="workshop-timer" aria-label=words::timer()
            title=words::timer() on:click=move |_| began.set(wall_ms())>
            {told}
        </button>
    }
}

/// Replays the span between the previous stop and the current one.
fn replay(page: Page) {
    go_back(page);
    page.scene.replays.set(true);
    page.playback.playing.set(true);
}

/// Ends the workshop.
pub fn leave(page: Page) {
    page.scene.workshop.set(false);
}

/// Shows the next or the previous stop, for the speaker's window.
fn lead(page: Page, forward: bool) {
    if forward { go_forward(page) } else { go_back(page) }
}

/// Uses the full screen during the workshop, where the browser allows it.
fn full_screen(page: Page) {
    let Some(root) = document().document_element() else { return };
    let _marked = root.set_attribute("data-workshop", "");
    let _asked = root.request_fullscreen();
    // A picture that changes unasked distracts an audience.
    page.playback.playing.set(
        page.playback.playing.get_untracked()
            && on_stage().is_some_and(|run| run.borrow().script.halt().is_none()),
    );
    on_cleanup(move || {
        let _unmarked = root.remove_attribute("data-workshop");
        if document().fullscreen_element().is_some() {
            document().exit_fullscreen();
        }
    });
}
