//! The event log in words: filtered by level, kind, node and word; each line leads to its instant.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::event_choice::{CHOICES, Choice, LEVELS, Listed};
use crate::browser::{address, copy_marked, text_address};
use crate::kit::{as_lines, as_text, follow};
use crate::session::{LOG_LINES_MAX, LogLine};
use crate::state::{Detail, use_page};
use crate::text::{self, events as words};

/// The number of lines shown at first; the log keeps more.
const LINES_SHOWN: usize = 120;
/// How often the list follows the log, in milliseconds of wall time.
const FOLLOW_MS: u64 = 100;

/// The newest events, newest first.
#[component]
pub fn Events() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let choice = RwSignal::new(Choice::default());
    let all = RwSignal::new(false);
    let beat = follow(page, Detail::Events, FOLLOW_MS);
    let listed = Memo::new(move |_| {
        beat.track();
        let most = if all.get() { LOG_LINES_MAX } else { LINES_SHOWN };
        choice.with(|choice| session.log.lines.with_untracked(|log| Listed::of(log, choice, most)))
    });
    view! {
        <section class="events" aria-label=words::events()>
            <Choices choice=choice />
            <ol class="events-list" data-testid="events" tabindex="0" aria-label=words::newest_first() on:keydown=walk>
                <For each=move || listed.with(|listed| listed.lines.clone()) key=|line| (line.number, line.times) let:line>
                    <Line line=line />
                </For>
            </ol>
            <p class="faint" data-testid="events-told">
                {move || listed.with(|listed| match listed.lines.len() {
                    0 if listed.empty => words::no_events().to_owned(),
                    0 => words::none_match().to_owned(),
                    shown if shown < listed.matching => words::shown_of(shown, listed.matching),
                    _ => String::new(),
                })}
                {move || listed.with(|listed| listed.lines.len() < listed.matching).then(|| view! {
                    " "
                    <button type="button" class="tool" data-testid="events-all" on:click=move |_| all.set(true)>
                        {words::show_all()}
                    </button>
                })}
                {move || {
                    beat.track();
                    let gone = session.log.dropped.get_untracked();
                    (gone > 0).then(|| format!(" {}", words::gone(LOG_LINES_MAX, gone)))
                }}
            </p>
            <Taking listed=listed />
        </section>
    }
}

/// The arrow keys move from one event's button to the next: the list is one tab stop, whatever its length.
fn walk(event: web_sys::KeyboardEvent) {
    let on = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    let list = event.current_target().and_then(|list| list.dyn_into::<web_sys::Element>().ok());
    let here = document().active_element().and_then(|here| here.closest("li").ok().flatten());
    let next = match (here, on) {
        (Some(line), true) => line.next_element_sibling(),
        (Some(line), false) => line.previous_element_sibling(),
        (None, true) => list.and_then(|list| list.first_element_child()),
        (None, false) => None,
    };
    let button = next.and_then(|line| line.query_selector("button").ok().flatten());
    if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        let _focused = button.focus();
    }
}

/// A line of the log.
#[component]
fn Line(line: LogLine) -> impl IntoView {
    let session = use_page().session;
    let at = line.at;
    let later = move || session.past.at.get().is_some_and(|looked| at > looked);
    view! {
        <li class=format!("events-level-{}", words::level_key(line.level)) class:events-later=later>
            <time>
                <button type="button" tabindex="-1" title=words::look() on:click=move |_| session.look_at(at)>
                    {text::seconds(at)}
                </button>
            </time>
            <span class="events-level">{words::level(line.level)}</span>
            <span>
                {text::sentence(&line.what.text)}
                {(line.times > 1).then(|| view! { <span class="tag">{words::times(line.times)}</span> })}
            </span>
        </li>
    }
}

/// The filter's fields.
#[component]
fn Choices(choice: RwSignal<Choice>) -> impl IntoView {
    let session = use_page().session;
    let nodes =
        Memo::new(move |_| session.view.with(|view| view.nodes.iter().map(|n| n.id).collect::<Vec<_>>()));
    let toggle = move |at: usize| choice.update(|choice| choice.toggle(at));
    let is_hidden = move |at: usize| choice.with(|choice| choice.hidden.contains(&at));
    let choose_level = move |event| {
        let at: usize = event_target_value(&event).parse().unwrap_or(0);
        choice.update(|choice| choice.level = LEVELS[at.min(LEVELS.len() - 1)]);
    };
    view! {
        <div class="events-head">
            <div class="picks">
                {CHOICES.into_iter().enumerate().map(|(at, (name, _))| view! {
                    <label>
                        <input type="checkbox" prop:checked=move || !is_hidden(at) on:change=move |_| toggle(at) />
                        {name()}
                    </label>
                }).collect_view()}
            </div>
            <label class="select">
                {words::from_level()} " "
                <select data-testid="events-level" on:change=choose_level>
                    {LEVELS.into_iter().enumerate().map(|(at, level)| view! {
                        <option value=at.to_string()>{words::level(level)}</option>
                    }).collect_view()}
                </select>
            </label>
            <label class="select">
                <select data-testid="events-node" aria-label=words::of_node()
                    on:change=move |event| choice.update(|choice| choice.node = event_target_value(&event).parse().ok())>
                    <option value="">{words::every_node()}</option>
                    {move || nodes.get().into_iter().map(|id| view! {
                        <option value=id.to_string()>{words::node(id)}</option>
                    }).collect_view()}
                </select>
            </label>
            <input class="input events-search" type="search" data-testid="events-search" aria-label=words::search()
                placeholder=words::search()
                on:input=move |event| choice.update(|choice| choice.word = event_target_value(&event).trim().to_lowercase()) />
        </div>
    }
}

/// Buttons that copy or download the listed lines, as they are when the menu is opened.
#[component]
fn Taking(listed: Memo<Listed>) -> impl IntoView {
    let session = use_page().session;
    let taken = RwSignal::new(None::<(String, String, String)>);
    let said = RwSignal::new("");
    let field = NodeRef::<html::Textarea>::new();
    let take = move |_| {
        said.set("");
        listed.with_untracked(|listed| {
            let head = words::taken(listed.lines.len(), text::seconds(session.now()));
            taken.set(Some((head, as_text(&listed.lines), as_lines(&listed.lines))));
        });
    };
    let copy = move |_| {
        let Some(field) = field.get_untracked() else { return };
        field.select();
        said.set(if copy_marked() { words::copied() } else { words::not_copied() });
    };
    view! {
        <div class="row events-take">
            {move || match taken.get() {
                None => view! {
                    <button type="button" class="tool" data-testid="events-take" on:click=take>{words::copy_or_save()}</button>
                }.into_any(),
                Some((head, plain, lines)) => view! {
                    <span class="quiet" data-testid="events-taken">{head}</span>
                    <textarea class="input told events-taken" data-testid="events-text" aria-label=words::as_text()
                        readonly=true spellcheck="false"
                        node_ref=field prop:value=plain.clone()></textarea>
                    <button type="button" class="btn" data-testid="events-copy" on:click=copy>{words::copy()}</button>
                    <a class="btn" data-testid="events-save-text" download="events.txt" href=text_address(&plain)>{words::save_text()}</a>
                    <a class="btn" data-testid="events-save-lines" download="events.jsonl"
                        href=address("application/x-ndjson", &lines)>
                        {words::save_lines()}
                    </a>
                    <button type="button" class="btn plain" on:click=move |_| taken.set(None)>{words::close()}</button>
                    <span class="quiet" role="status">{move || said.get()}</span>
                }.into_any(),
            }}
        </div>
    }
}
