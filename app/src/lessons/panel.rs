//! The panel of the scenario on the stage: its text so far, and the one button that continues.

use leptos::ev::keydown;
use leptos::leptos_dom::helpers::window_event_listener;
use leptos::prelude::*;
use raft_core::scenario::{Halt, Item, Teach, Told};

use super::editor::Editor;
use super::rows::{Row, look};
use super::store::{Lesson, Shelf, note_done, shelf};
use super::workshop::Workshop;
use super::{Page, begin};
use crate::kit::in_field;
use crate::state::script::{Run, leave, on_stage};
use crate::state::{Dialog, use_page};
use crate::text::workshop;
use crate::text::{self, lessons as words};
use crate::time::{REAL_TIME, SPEED_MAX, SPEED_MIN};

/// What the button does.
#[derive(Clone, PartialEq, Eq)]
enum Lead {
    /// Continues after a question.
    Answer,
    /// Continues after a paragraph.
    Read,
    /// Continues after a stop.
    GoOn,
    /// Continues without the action to which the reader was invited.
    Skip,
    /// Starts the clock; if it runs (true), runs fast to the next stop.
    Clock(bool),
    /// Resumes the scenario where it was left.
    Return,
    /// Restarts the scenario.
    Again,
    /// Opens the next lesson.
    Next,
}

/// What the panel shows besides the rows.
#[derive(Clone, PartialEq, Eq)]
struct LeadFrame {
    lead: Lead,
    /// What it waits for, or what happened to it.
    status: String,
    step: usize,
    steps: usize,
}

/// The panel of a lesson.
#[component]
pub fn LessonPanel() -> impl IntoView {
    let page = use_page();
    let shelf = shelf();
    let written = RwSignal::new(false);
    Effect::new(move |_| {
        if page.scene.draft.with(Option::is_some) {
            written.set(true);
        }
    });
    let told: Memo<(u32, u32)> = Memo::new(move |_| (page.scene.told.get(), page.session.generation.get()));
    let head = Memo::new(move |_| {
        let _changed = told.get();
        on_stage().map(|run| {
            let run = run.borrow();
            let about = run.script.scenario().about.clone();
            (run.lesson.clone(), about.title.unwrap_or_else(|| text::a_scenario().to_owned()), about.goal)
        })
    });
    let rows = Memo::new(move |_| {
        let _changed = told.get();
        on_stage().map(|run| keyed(&run.borrow())).unwrap_or_default()
    });
    let state = Memo::new(move |_| {
        let _changed = told.get();
        let playing = page.playback.playing.get();
        on_stage().map(|run| state_of(&run.borrow(), playing))
    });
    let nothing_plays = move || head.with(Option::is_none);
    follow(page, told);
    obey(page, shelf);
    let lead = move || {
        let Some(LeadFrame { lead, .. }) = state.get_untracked() else { return };
        act(page, lead, &shelf.get_untracked());
    };
    listen(page, lead);
    let label = move || state.with(|state| state.as_ref().map(|state| label_of(&state.lead, &shelf.get())));
    move || {
        page.scene.shown.get().then(|| view! {
            <section class="guide" aria-label=words::title() data-testid="lesson"
                data-lesson=move || head.with(|head| head.as_ref().and_then(|head| head.0.clone()))>
                <div class="guide-head">
                    <div lang="en">
                        {move || match head.with(|head| head.as_ref().map(|head| head.1.clone())) {
                            Some(title) => view! { <h2>{title}</h2> }.into_any(),
                            None => view! { <h2 lang="">{words::text_of_run()}</h2> }.into_any(),
                        }}
                        {move || head.with(|head| head.as_ref().and_then(|head| head.2.clone())).map(|goal| view! {
                            <p class="quiet"><b lang="">{words::goal()}</b> " " {goal}</p>
                        })}
                    </div>
                    {buttons(page, written, nothing_plays)}
                </div>
                {move || { let _which = head.get(); page.scene.workshop.get().then(|| view! { <Workshop /> }) }}
                {move || written.get().then(|| view! { <Editor /> })}
                <ol class="lesson-told" hidden=move || written.get() data-testid="lesson-rows" tabindex="0" aria-label=words::title()>
                    <For each=move || rows.get() key=|(key, _)| *key children=|(_, told)| view! { <Row told=told /> } />
                </ol>
                <div class="lesson-foot" hidden=nothing_plays>
                    <p role="status" data-testid="lesson-status">
                        {move || state.with(|state| state.as_ref().map(|state| state.status.clone()))}
                    </p>
                    <span class="faint" data-testid="lesson-step">
                        {move || state.with(|state| state.as_ref().map(|state| words::step_of(state.step, state.steps)))}
                    </span>
                    <button type="button" class="btn primary" id="lesson-lead" data-testid="lesson-lead" aria-keyshortcuts="PageDown"
                        data-lead=move || state.with(|state| state.as_ref().map(|state| lead_name(&state.lead)))
                        title="Page Down" on:click=move |_| lead()>{label}</button>
                </div>
            </section>
        })
    }
}

/// Draws the buttons of the panel's head. The first two are hidden while `nothing_plays`.
fn buttons(
    page: Page,
    written: RwSignal<bool>,
    nothing_plays: impl Fn() -> bool + Copy + Send + 'static,
) -> impl IntoView {
    view! {
        <button type="button" class="btn plain" data-testid="lesson-text" title=words::show_text()
            aria-pressed=move || written.get().to_string() hidden=nothing_plays
            on:click=move |_| written.update(|written| *written = !*written)>{words::text()}</button>
        <button type="button" class="btn plain" data-testid="workshop" title=workshop::open_what()
            aria-keyshortcuts="M" hidden=nothing_plays on:click=move |_| page.scene.workshop.set(true)>
            {workshop::open()}
        </button>
        <button type="button" class="btn plain" data-testid="lesson-close" aria-label=words::close()
            title=words::close() on:click=move |_| leave(page)>
            <svg class="ico" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true"><path d="M2 2l8 8M10 2l-8 8" /></svg>
        </button>
    }
}

/// Ends a replay at the present, and begins the lesson that the address names.
fn obey(page: Page, shelf: RwSignal<Shelf, LocalStorage>) {
    // A replay ends at the present, where the script is paused.
    Effect::new(move |_| {
        if page.session.past.at.get().is_none() && page.scene.replays.get_untracked() {
            page.scene.replays.set(false);
            page.playback.playing.set(false);
        }
    });
    Effect::new(move |_| {
        let (Shelf::Here(lessons), Some(id)) = (shelf.get(), page.scene.wanted.get()) else { return };
        page.scene.wanted.set(None);
        match lessons.iter().find(|lesson| lesson.id == id) {
            Some(lesson) => begin(page, lesson, 0),
            None => page.session.tell(words::no_such_lesson(id), true),
        }
    });
}

/// Handles the keys that lead through a scenario.
fn listen(page: Page, lead: impl Fn() + Copy + 'static) {
    let forward = move || {
        if !to_next_stop(page) {
            lead();
        }
    };
    let listener = window_event_listener(keydown, move |event| {
        if !page.scene.shown.get_untracked() || in_field(&event) || page.dialog.get_untracked().is_some() {
            return;
        }
        match event.key().as_str() {
            "PageDown" => forward(),
            "PageUp" => go_back(page),
            "m" | "M" if on_stage().is_some() => page.scene.workshop.set(true),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

/// Returns the rows, each with a key that changes with the run.
fn keyed(run: &Run) -> Vec<((usize, usize), Told)> {
    let which = std::ptr::from_ref(run) as usize;
    // What was said after the paragraph that waits is shown when it is read.
    let shown = run.unread().map_or(run.told.len(), |at| at + 1);
    run.told.iter().take(shown).cloned().enumerate().map(|(at, told)| ((which, at), told)).collect()
}

fn state_of(run: &Run, playing: bool) -> LeadFrame {
    let script = &run.script;
    let steps = script.scenario().steps.len();
    let (lead, status) = if script.failed() {
        (Lead::Again, words::went_wrong().to_owned())
    } else if script.is_done() {
        (Lead::Next, words::is_done().to_owned())
    } else if let Some(left) = run.left {
        (Lead::Return, words::you_took_over(text::seconds(left.at)))
    } else if run.unread().is_some() {
        (Lead::Read, words::stop().to_owned())
    } else if let Some(halt) = script.halt() {
        match halt {
            Halt::Ask => (Lead::Answer, words::stands_still().to_owned()),
            Halt::StopHere => (Lead::GoOn, words::stop().to_owned()),
        }
    } else if script.is_inviting() {
        (Lead::Skip, words::your_turn().to_owned())
    } else {
        let waits = script.waits_for().map(words::waits_for).unwrap_or_default();
        (Lead::Clock(playing), waits)
    };
    LeadFrame { lead, status, step: script.begun(), steps }
}

fn lead_name(lead: &Lead) -> &'static str {
    match lead {
        Lead::Answer => "answer",
        Lead::Read | Lead::GoOn => "go-on",
        Lead::Skip => "skip",
        Lead::Clock(true) => "skip-ahead",
        Lead::Clock(false) => "play",
        Lead::Return => "return",
        Lead::Again => "again",
        Lead::Next => "next",
    }
}

fn label_of(lead: &Lead, shelf: &Shelf) -> String {
    match lead {
        Lead::Answer | Lead::Read | Lead::GoOn => words::go_on().to_owned(),
        Lead::Skip => words::skip().to_owned(),
        Lead::Clock(true) => words::skip_ahead().to_owned(),
        Lead::Clock(false) => words::play().to_owned(),
        Lead::Return => words::back_to_lesson().to_owned(),
        Lead::Again => words::start_over().to_owned(),
        Lead::Next => next_lesson(shelf)
            .map_or_else(|| words::all_lessons().to_owned(), |lesson| words::next_lesson(lesson.title())),
    }
}

/// Returns the lesson after the one on the stage.
fn next_lesson(shelf: &Shelf) -> Option<Lesson> {
    let Shelf::Here(lessons) = shelf else { return None };
    let here = on_stage()?.borrow().lesson.clone()?;
    let at = lessons.iter().position(|lesson| lesson.id == here)?;
    lessons.get(at + 1).cloned()
}

fn act(page: Page, lead: Lead, shelf: &Shelf) {
    let Some(run) = on_stage() else { return };
    match lead {
        Lead::Answer | Lead::GoOn | Lead::Skip => {
            page.session.go_live();
            run.borrow_mut().go_on(page.session.now());
            page.playback.playing.set(run.borrow().unread().is_none());
        }
        Lead::Read => {
            page.session.go_live();
            run.borrow_mut().note_read();
            let goes_on = run.borrow().unread().is_none() && run.borrow().script.halt().is_none();
            page.playback.playing.set(goes_on);
        }
        Lead::Clock(true) => page.playback.rush.set(true),
        Lead::Clock(false) => page.playback.playing.set(true),
        Lead::Return | Lead::Again => {
            let (lesson, begun) = {
                let run = run.borrow();
                let begun = run.left.filter(|_| lead == Lead::Return).map_or(0, |left| left.begun);
                let id = run.lesson.clone().unwrap_or_default();
                (Lesson { id, track: String::new(), scenario: run.script.scenario().clone() }, begun)
            };
            begin(page, &lesson, begun);
        }
        Lead::Next => match next_lesson(shelf) {
            Some(lesson) => begin(page, &lesson, 0),
            None => page.dialog.set(Some(Dialog::Lessons)),
        },
    }
}

/// Whether a row is a stop.
fn is_stop(told: &&Told) -> bool {
    matches!(told.item, Item::Ask(..) | Item::Teach(Teach::StopHere, _) | Item::Try(..))
}

/// Shows the stop before the instant that is viewed.
pub fn go_back(page: Page) {
    let Some(run) = on_stage() else { return };
    let now = page.session.clock.get_untracked();
    let before = run.borrow().told.iter().filter(is_stop).map(|told| told.at).rfind(|at| *at < now);
    page.playback.playing.set(false);
    page.session.look_at(before.unwrap_or(0));
}

/// From the past, shows the next stop. Returns false when none is known.
fn to_next_stop(page: Page) -> bool {
    let Some(past) = page.session.past.at.get_untracked() else { return false };
    let Some(run) = on_stage() else { return false };
    let after = run.borrow().told.iter().filter(is_stop).map(|told| told.at).find(|at| *at > past);
    page.playback.playing.set(false);
    match after {
        Some(at) => page.session.look_at(at),
        None => page.session.go_live(),
    }
    true
}

/// Continues to the next stop.
pub fn go_forward(page: Page) {
    if !to_next_stop(page)
        && let Some(run) = on_stage()
    {
        let state = state_of(&run.borrow(), page.playback.playing.get_untracked());
        // The speaker's window does not begin other lessons.
        if matches!(
            state.lead,
            Lead::Answer | Lead::Read | Lead::GoOn | Lead::Skip | Lead::Clock(false) | Lead::Return
        ) {
            act(page, state.lead, &Shelf::OnItsWay);
        }
    }
}

/// Applies what the script asks of the page, a speed or a highlight, and remembers when the lesson is done.
fn follow(page: Page, told: Memo<(u32, u32)>) {
    hold_the_tongue(page, told);
    read_by_play(page);
    let seen = StoredValue::new((0, 0));
    Effect::new(move |_| {
        let _changed = told.get();
        let Some(run) = on_stage() else { return };
        let run = run.borrow();
        let which = std::ptr::from_ref(&*run) as usize;
        let (before, from) = seen.get_value();
        let from = if before == which { from } else { 0 };
        seen.set_value((which, run.told.len()));
        for told in run.told.iter().skip(from) {
            match &told.item {
                Item::Speed(speed) => {
                    let micros = u64::from(speed.seconds) * REAL_TIME / u64::from(speed.in_seconds.max(1));
                    page.playback.speed.set(micros.clamp(SPEED_MIN, SPEED_MAX));
                }
                Item::Look(sight, ..) => look(page, *sight),
                _ => {}
            }
        }
        if run.script.is_done()
            && !run.script.failed()
            && let Some(id) = &run.lesson
        {
            note_done(id);
        }
        drop(run);
        scroll_down();
    });
}

/// Starting the clock while a paragraph waits means that it was read, so Space continues, too.
fn read_by_play(page: Page) {
    Effect::new(move |_| {
        let in_the_past = page.session.past.at.with_untracked(Option::is_some);
        if !page.playback.playing.get() || in_the_past {
            return;
        }
        if on_stage().is_some_and(|run| run.borrow().unread().is_some()) {
            act(page, Lead::Read, &Shelf::OnItsWay);
        }
    });
}

/// Marks on the root that a lesson is on the stage and that its question is open: all else is silent then.
fn hold_the_tongue(page: Page, told: Memo<(u32, u32)>) {
    Effect::new(move |_| {
        let (_changed, shown) = (told.get(), page.scene.shown.get());
        let run = on_stage().filter(|_| shown);
        let is_taught = run.as_ref().is_some_and(|run| run.borrow().lesson.is_some());
        let asks = run.is_some_and(|run| {
            let run = run.borrow();
            run.plays() && run.unread().is_none() && run.script.halt() == Some(&Halt::Ask)
        });
        if page.scene.asks.get_untracked() != asks {
            page.scene.asks.set(asks);
        }
        let Some(root) = document().document_element() else { return };
        let _asking = root.toggle_attribute_with_force("data-asking", asks);
        let _taught = root.toggle_attribute_with_force("data-taught", is_taught);
    });
}

/// Scrolls to the newest row.
fn scroll_down() {
    // Rows are drawn soon after they are added.
    const DRAWN_MS: u32 = 60;
    crate::browser::later(DRAWN_MS, || {
        let rows = document().query_selector(".lesson-told").ok().flatten();
        if let Some(rows) = rows {
            rows.set_scroll_top(rows.scroll_height());
        }
    });
}
