//! This run as a text: view, edit, name, copy, download and play it; and its link.

use leptos::html;
use leptos::prelude::*;
use raft_core::link::View;
use raft_core::scenario::{ParseError, Scenario, parse};
use raft_core::units::{Nanos, SECOND};
use wasm_bindgen::JsCast;

use super::exports::Exports;
use super::keeper::{Played, untouched};
use super::link_row::LinkRow;
use super::{Wanted, keep, outside, use_room};
use crate::browser::{copy_marked, focus, later, text_address};
use crate::kit::{OneFile, lazy_view, place};
use crate::state::{Dialog, Page, use_page};
use crate::text::{self, broken, share as words};

lazy_view!(share, load, Contents);

/// The pause in typing after which a text is read, in milliseconds of wall time.
const REST_MS: u32 = 250;
const FIELD: &str = "run-text";

/// A session as a scenario.
#[derive(Clone, Default, PartialEq, Eq)]
struct ExportedRun {
    text: String,
    trace: String,
    /// What is missing in it.
    missing: Option<String>,
    now: Nanos,
    /// Whether it was recorded from actions, rather than written by somebody.
    made: bool,
    /// The safeguards that the run lost.
    altered: Option<String>,
}

fn tell(page: Page) -> ExportedRun {
    let session = page.session;
    let at = session.past.at.get_untracked();
    // A session is exported between instants.
    session.drive(|_| ());
    let (journal, played) = (session.journal(), untouched(page));
    let told = session.look(|cluster| {
        let (settings, now, trace) = (cluster.settings(), cluster.now(), cluster.trace_hash());
        let trace_text =
            words::trace(format_args!("{trace:016x}"), format_args!("{}.{:09}", now / SECOND, now % SECOND));
        let lost = cluster.alterations();
        let altered = (!lost.is_empty()).then(|| broken::altered_run(broken::list(lost)));
        if let Some(Played { scenario, .. }) = played {
            let (text, missing, made) = (scenario.to_string(), None, false);
            return ExportedRun { text, trace: trace_text, missing, now, made, altered };
        }
        let mut export = journal.borrow().export(settings, now, trace);
        export.scenario.about.title = session.memory().and_then(|memory| memory.name());
        let missing = match (export.ends_early, export.untold) {
            (Some(at), _) => Some(words::ends_early(text::seconds(at))),
            (None, 0) => None,
            (None, untold) => Some(words::untold(untold)),
        };
        ExportedRun {
            text: export.scenario.to_string(),
            trace: trace_text,
            missing,
            now,
            made: true,
            altered,
        }
    });
    // If the past is viewed, it stays in view.
    if let Some(at) = at {
        session.look_at(at);
    }
    told
}

/// The text in the dialog, and its meaning.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) text: RwSignal<String>,
    /// The result of reading the text.
    pub(super) read: RwSignal<Result<Scenario, ParseError>>,
    told: RwSignal<ExportedRun>,
    /// The number of changes: only the newest is read.
    change: StoredValue<u32>,
}

impl Draft {
    fn new() -> Draft {
        Draft {
            text: RwSignal::new(String::new()),
            read: RwSignal::new(Ok(Scenario::default())),
            told: RwSignal::new(ExportedRun::default()),
            change: StoredValue::new(0),
        }
    }

    /// Whether the text is the recorded run, unchanged.
    pub(super) fn is_recorded(self) -> bool {
        self.told.with(|told| self.text.with(|text| *text == told.text))
    }

    /// Whether the text was recorded from actions.
    pub(super) fn is_made(self) -> bool {
        self.told.with(|told| told.made)
    }

    /// The present of the exported run, in virtual nanoseconds.
    pub(super) fn now(self) -> Nanos {
        self.told.with(|told| told.now)
    }

    fn set(self, text: String) {
        self.read.set(parse(&text));
        self.text.set(text);
    }

    /// Takes the typed text, and reads it after a pause in typing.
    fn typed(self, text: String) {
        self.text.set(text);
        self.change.update_value(|change| *change = change.wrapping_add(1));
        let change = self.change.get_value();
        later(REST_MS, move || {
            if self.change.try_get_value() == Some(change) {
                self.read.set(self.text.with_untracked(|text| parse(text)));
            }
        });
    }

    /// Gives the scenario a name.
    fn rename(self, name: &str) {
        const LETTERS_MAX: usize = 80;
        let Ok(mut scenario) = self.text.with_untracked(|text| parse(text)) else { return };
        let name: String =
            name.trim().chars().filter(|letter| !letter.is_control()).take(LETTERS_MAX).collect();
        scenario.about.title = Some(name).filter(|name| !name.is_empty());
        self.set(scenario.to_string());
    }

    fn name(self) -> String {
        let title = |scenario: &Scenario| scenario.about.title.clone();
        self.read.with(|read| read.as_ref().ok().and_then(title)).unwrap_or_default()
    }

    /// Returns the name of the file.
    pub(super) fn file(self) -> String {
        let seed = self.read.with(|read| read.as_ref().map_or(0, |scenario| scenario.settings.seed));
        let kept = |letter: char| if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
        match self.name() {
            name if name.is_empty() => format!("session-seed{seed}.scenario"),
            name => format!("{}.scenario", name.chars().map(kept).collect::<String>().trim_matches('-')),
        }
    }
}

#[component]
fn Contents() -> impl IntoView {
    let (page, room) = (use_page(), use_room());
    let draft = Draft::new();
    Effect::new(move |was_open: Option<bool>| {
        let open = page.dialog.get() == Some(Dialog::Run);
        let is_brought = room.brought.with(Option::is_some);
        if open && was_open != Some(true) {
            let told = tell(page);
            draft.set(told.text.clone());
            draft.told.set(told);
        }
        if open
            && is_brought
            && let Some(text) = room.brought.try_update(Option::take).flatten()
        {
            draft.set(text);
        }
        open
    });
    let play = move |_| {
        let Ok(scenario) = draft.text.with_untracked(|text| parse(text)) else { return };
        page.dialog.set(None);
        let view = View { playing: Some(true), ..keep::view(page) };
        room.play(Wanted::of(scenario, View { at: None, ..view }));
    };
    let beside = move |_| {
        page.scene.draft.set(Some(draft.text.get_untracked()));
        page.scene.shown.set(true);
        page.dialog.set(None);
    };
    view! {
        <div class="stack share-dialog">
            <p class="quiet">{words::what_was_done()}</p>
            {move || draft.is_recorded().then(|| draft.told.with(|told| told.missing.clone())).flatten().map(|missing| view! {
                <p class="notice" data-testid="export-missing">{missing}</p>
            })}
            {move || draft.told.with(|told| told.altered.clone()).map(|altered| view! {
                <p class="notice" data-testid="run-altered">{altered}</p>
            })}
            <Name draft=draft />
            <Editor draft=draft />
            <div class="row">
                <button type="button" class="btn primary" data-testid="run-play" title=words::play_meaning()
                    prop:disabled=move || draft.read.with(Result::is_err) on:click=play>{words::play()}</button>
                <button type="button" class="btn" data-testid="run-beside" title=words::beside_meaning()
                    on:click=beside>
                    {words::beside()}
                </button>
                <FileButton />
                <button type="button" class="btn plain" data-testid="run-recorded" hidden=move || draft.is_recorded()
                    on:click=move |_| draft.set(draft.told.with_untracked(|told| told.text.clone()))>{words::as_recorded()}</button>
            </div>
            <LinkRow draft=draft />
            <Exports draft=draft />
            <p class="quiet">
                <code>"raft-playground run FILE"</code> " " {words::plays_again()} " "
                <code>"raft-playground shell FILE"</code> " " {words::makes_a_script()}
            </p>
        </div>
    }
}

#[component]
fn Name(draft: Draft) -> impl IntoView {
    view! {
        <label class="field share-name">
            <span>{words::name()}</span>
            <input type="text" class="input" data-testid="run-name" autocomplete="off" maxlength="80" placeholder=words::no_name()
                title=move || draft.read.with(Result::is_err).then(words::name_needs_scenario)
                prop:disabled=move || draft.read.with(Result::is_err)
                prop:value=move || draft.name() on:change=move |event| draft.rename(&event_target_value(&event)) />
        </label>
    }
}

/// The text, its errors, and the ways to export it.
#[component]
fn Editor(draft: Draft) -> impl IntoView {
    let said = RwSignal::new("");
    let field = NodeRef::<html::Textarea>::new();
    let copy = move |_| {
        let Some(field) = field.get_untracked() else { return };
        field.select();
        said.set(if copy_marked() { words::copied() } else { words::not_copied() });
    };
    let go = move |line: u32| {
        let Some(field) = field.get_untracked() else { return };
        let text = draft.text.get_untracked();
        let ends = place_of(&text, line);
        focus(FIELD);
        // It fails only in a field that no longer exists.
        let _marked = field.set_selection_range(ends.0, ends.1);
    };
    view! {
        <textarea class="input told" id=FIELD data-testid="export-text" aria-label=words::the_scenario()
            spellcheck="false" autocapitalize="off"
            aria-invalid=move || draft.read.with(Result::is_err).then_some("true") aria-describedby="run-reading"
            node_ref=field prop:value=move || draft.text.get()
            on:input=move |event| { said.set(""); draft.typed(event_target_value(&event)) }></textarea>
        <div id="run-reading" aria-live="polite">
            {move || draft.read.with(|read| match read {
                Ok(scenario) => view! {
                    <p class="mono quiet" data-testid="export-trace">
                        {if draft.is_recorded() {
                            draft.told.with(|told| told.trace.clone())
                        } else {
                            words::reads_well(scenario.steps.len())
                        }}
                    </p>
                }.into_any(),
                Err(error) => {
                    let line = error.line;
                    view! {
                        <p class="notice error" data-testid="run-wrong">
                            {place(error)} " "
                            <button type="button" class="tool" data-testid="run-go" on:click=move |_| go(line)>
                                {words::go_to_line(line)}
                            </button>
                        </p>
                    }.into_any()
                }
            })}
        </div>
        <div class="row">
            <button type="button" class="btn" data-testid="export-copy" on:click=copy>{words::copy()}</button>
            <a class="btn" data-testid="export-download" download=move || draft.file()
                href=move || draft.text.with(|text| text_address(text))>{words::download()}</a>
            <OneFile scenario=Signal::derive(move || draft.text.get())
                name=Signal::derive(move || draft.file().trim_end_matches(".scenario").to_owned()) />
            <span class="quiet" role="status">{move || said.get()}</span>
        </div>
    }
}

/// A button that opens a local file.
#[component]
fn FileButton() -> impl IntoView {
    let room = use_room();
    let chosen = move |event: web_sys::Event| {
        let Some(field) =
            event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
        else {
            return;
        };
        if let Some(file) = field.files().and_then(|files| files.get(0)) {
            outside::read(room, file);
        }
        // The same file may be chosen again.
        field.set_value("");
    };
    view! {
        <label class="btn share-file">
            <input type="file" class="unseen" data-testid="run-file" accept=".scenario,.txt,text/plain" on:change=chosen />
            {words::open_file()}
        </label>
    }
}

/// Returns where a line begins and ends, in UTF-16 units.
fn place_of(text: &str, line: u32) -> (u32, u32) {
    let units = |text: &str| text.encode_utf16().count() as u32;
    let before: u32 =
        text.split('\n').take(line.saturating_sub(1) as usize).map(|line| units(line) + 1).sum();
    let length = text.split('\n').nth(line.saturating_sub(1) as usize).map_or(0, units);
    (before, before + length)
}

#[cfg(test)]
mod tests {
    use super::place_of;

    #[test]
    fn a_line_is_found_as_a_browser_counts() {
        assert_eq!(place_of("seed 1\nä💡 x\nlast", 2), (7, 12));
        assert_eq!(place_of("seed 1\nä💡 x\nlast", 3), (13, 17));
        assert_eq!(place_of("", 1), (0, 0));
    }
}
