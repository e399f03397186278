//! The text of the scenario on the stage, or of the run if there is none, to read along and to change. The
//! current step is marked, errors are shown where they occur, and a run can be played up to the line of the
//! cursor.

use leptos::html;
use leptos::prelude::*;
use raft_core::scenario::{ParseError, Scenario, parse};

use crate::kit::place;
use crate::state::script::{Goal, Play, on_stage, play};
use crate::state::{Page, about_to_play, use_page};
use crate::text::lessons as words;

/// The editor of a scenario's text.
#[component]
pub fn Editor() -> impl IntoView {
    let page = use_page();
    let text = RwSignal::new(String::new());
    let read: Memo<Result<Scenario, ParseError>> = Memo::new(move |_| text.with(|text| parse(text)));
    let here = Memo::new(move |_| {
        let _changed = page.scene.told.get();
        read.with(|read| read.as_ref().ok().and_then(current_line))
    });
    // It follows the stage and texts that are opened. A text that was played from here stays as it was typed.
    Effect::new(move |_| {
        let _changed = page.session.generation.get();
        let drafted = page.scene.draft.with(Option::is_some);
        let brought = drafted.then(|| page.scene.draft.try_update(Option::take).flatten()).flatten();
        let staged = || {
            let run = on_stage()?;
            let run = run.borrow();
            let scenario = run.script.scenario();
            let is_here = read.with_untracked(|read| read.as_ref() == Ok(scenario));
            (!is_here).then(|| scenario.to_string())
        };
        if let Some(new) = brought.or_else(staged) {
            text.set(new);
        }
    });
    let field = NodeRef::<html::Textarea>::new();
    let gutter = NodeRef::<html::Pre>::new();
    let scrolled = move |_| {
        if let (Some(field), Some(gutter)) = (field.get_untracked(), gutter.get_untracked()) {
            gutter.set_scroll_top(field.scroll_top());
        }
    };
    let run = move |to_cursor: bool| {
        let Some(field) = field.get_untracked() else { return };
        let cursor = field.selection_start().ok().flatten().unwrap_or(0);
        let line = text.with_untracked(|text| line_at(text, cursor));
        if let Ok(scenario) = read.get_untracked() {
            play_to(page, scenario, to_cursor.then_some(line));
        }
    };
    let to_cursor = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            run(true);
        }
    };
    view! {
        <div class="lesson-editor">
            <pre class="lesson-gutter mono" aria-hidden="true" data-testid="editor-gutter"
                data-here=move || here.get() node_ref=gutter>
                {move || numbers(text.with(|text| text.split('\n').count()), here.get())}
            </pre>
            <textarea class="input mono" data-testid="editor-text" aria-label=words::text_of_scenario()
                spellcheck="false" wrap="off" node_ref=field
                aria-invalid=move || read.with(Result::is_err).to_string() on:scroll=scrolled on:keydown=to_cursor
                prop:value=move || text.get() on:input:target=move |event| text.set(event.target().value())></textarea>
        </div>
        {move || read.with(|read| read.as_ref().err().map(place)).map(|problem| view! {
            <p class="notice" role="alert" data-testid="editor-error">{problem}</p>
        })}
        <div class="row">
            <button type="button" class="btn" data-testid="run-to-cursor" title=words::to_cursor_key() aria-keyshortcuts="Control+Enter"
                prop:disabled=move || read.with(Result::is_err) on:click=move |_| run(true)>{words::to_cursor()}</button>
            <button type="button" class="btn" data-testid="run-from-start" prop:disabled=move || read.with(Result::is_err)
                on:click=move |_| run(false)>{words::from_start()}</button>
        </div>
    }
}

/// Returns the line of the step that began last, if the text is that of the scenario on the stage.
fn current_line(text: &Scenario) -> Option<u32> {
    let run = on_stage()?;
    let run = run.borrow();
    let script = &run.script;
    let step = script.begun().checked_sub(1)?;
    (script.scenario() == text).then(|| text.steps.get(step).map(|step| step.line.0))?
}

/// Returns the line, from 1, at a position that the browser counts in UTF-16 units.
fn line_at(text: &str, units: u32) -> u32 {
    let before = text.encode_utf16().take(units as usize);
    before.filter(|unit| *unit == u16::from(b'\n')).count() as u32 + 1
}

/// Returns the line numbers, with a sign at the current one.
fn numbers(lines: usize, here: Option<u32>) -> String {
    let number = |line: u32| {
        let sign = if here == Some(line) { '▶' } else { ' ' };
        format!("{sign}{line:>4}")
    };
    (1..=lines as u32).map(number).collect::<Vec<_>>().join("\n")
}

/// Plays a scenario anew: up to the steps of a line, or from its start.
fn play_to(page: Page, scenario: Scenario, line: Option<u32>) {
    let same = on_stage().is_some_and(|run| *run.borrow().script.scenario() == scenario);
    let lesson = on_stage().filter(|_| same).and_then(|run| run.borrow().lesson.clone());
    let begun = line.map_or(0, |line| scenario.steps.iter().take_while(|step| step.line.0 <= line).count());
    let wanted = Play {
        scenario,
        lesson,
        goal: Goal::Begun(begun),
        watched: true,
        running: line.is_none(),
        look_at: None,
    };
    about_to_play(&wanted.scenario.to_string());
    if let Err(problem) = play(page, wanted, || ()) {
        page.session.tell(words::cannot_play(problem), true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_by_what_the_browser_counts() {
        let text = "say ein Bär 🐻\nkill leader\n";
        assert_eq!((line_at(text, 0), line_at(text, 14), line_at(text, 15), line_at(text, 99)), (1, 1, 2, 3));
    }

    #[test]
    fn the_current_line_bears_a_sign() {
        assert_eq!(numbers(3, Some(2)), "    1\n▶   2\n    3");
    }
}
