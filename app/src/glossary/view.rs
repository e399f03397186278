//! The glossary's dialog: a search over all terms, and one entry.

use leptos::prelude::*;

use super::entries::{Entry, Source, entries};
use crate::browser::{focus, later};
use crate::kit::{LIST, Window, lazy_view};
use crate::state::use_page;
use crate::text::glossary as words;

/// The dialog, which is shown on top of any other.
#[component]
pub fn Glossary() -> impl IntoView {
    let page = use_page();
    let open = Signal::derive(move || page.glossary.get().is_some());
    view! {
        <Window open=open close=move || page.glossary.set(None) title=words::title() class="wide glossary" load=glossary />
    }
}

lazy_view!(dialogs, glossary, Contents);

/// The id of the heading of the shown entry.
const HEADING: &str = "glossary-entry";
/// The id of the search field.
const SEARCH: &str = "glossary-search";

#[component]
fn Contents() -> impl IntoView {
    let page = use_page();
    let all = StoredValue::new(entries());
    let typed = RwSignal::new(String::new());
    // Clear the search when the glossary is closed.
    let shown = Memo::new(move |_| {
        let id = page.glossary.get()?;
        all.with_value(|all| all.iter().find(|entry| entry.id == id).copied())
    });
    Effect::new(move |_| match page.glossary.get() {
        None => typed.set(String::new()),
        // The dialog would focus its first button; the reader asked for the text.
        Some(id) => later(0, move || focus(if id == LIST { SEARCH } else { HEADING })),
    });
    let matching = Memo::new(move |_| typed.with(|typed| all.with_value(|all| find(all, typed.trim()))));
    let count = move || {
        let found = matching.with(Vec::len);
        match typed.with(|typed| typed.trim().to_owned()) {
            typed if typed.is_empty() => words::all(found),
            typed if found == 0 => words::none_found(typed),
            _ => words::found(found),
        }
    };
    let first = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if let Some(entry) = matching.with_untracked(|found| found.first().copied()) {
            page.glossary.set(Some(entry.id));
        }
    };
    view! {
        <div class="glossary-body">
            <div class="glossary-entry" data-testid="glossary-shown">
                {move || shown.get().map(|entry| view! { <Shown entry=entry /> })}
            </div>
            <div class="glossary-index">
                <form role="search" on:submit=first>
                    <input class="input" id=SEARCH data-testid=SEARCH type="search" autocomplete="off" spellcheck="false"
                        aria-label=words::search() placeholder=words::search()
                        prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event)) />
                </form>
                <p class="faint" role="status" data-testid="glossary-count">{count}</p>
                <ul class="glossary-list" data-testid="glossary-list">
                    {move || matching.get().into_iter().map(|entry| view! {
                        <li>
                            <button type="button" class="glossary-row"
                                aria-current=move || (page.glossary.get() == Some(entry.id)).to_string()
                                on:click=move |_| page.glossary.set(Some(entry.id))>
                                {entry.name}
                            </button>
                        </li>
                    }).collect_view()}
                </ul>
            </div>
        </div>
    }
}

#[component]
fn Shown(entry: Entry) -> impl IntoView {
    let page = use_page();
    let others = entries();
    let see = entry.see.iter().filter_map(|id| others.iter().find(|other| other.id == *id)).copied();
    let links: Vec<_> = see
        .map(|other| {
            view! {
                <li><button type="button" class="term-link" on:click=move |_| page.glossary.set(Some(other.id))>{other.name}</button></li>
            }
        })
        .collect();
    view! {
        <article aria-labelledby=HEADING>
            <h3 id=HEADING tabindex="-1" data-testid="glossary-name">{entry.name}</h3>
            <p data-testid="glossary-text">{entry.text}</p>
            <h4>{words::sources()}</h4>
            <ul class="glossary-sources">{entry.sources.iter().map(|source| view! { <li>{told(*source)}</li> }).collect_view()}</ul>
            <h4>{words::see_also()}</h4>
            <ul class="glossary-see">{links}</ul>
        </article>
    }
}

fn told(source: Source) -> String {
    match source {
        Source::Paper(section) => words::paper(section),
        Source::Thesis(section) => words::thesis(section),
        Source::Etcd(place) => words::etcd(place),
        Source::Openraft(place) => words::openraft(place),
        Source::Page => words::page().to_owned(),
    }
}

/// Returns the entries whose name contains what was typed, then those whose text does.
fn find(all: &[Entry], typed: &str) -> Vec<Entry> {
    let typed = typed.to_lowercase();
    let named = |entry: &&Entry| entry.name.to_lowercase().contains(&typed) || entry.id.contains(&typed);
    let told = |entry: &&Entry| !named(entry) && entry.text.to_lowercase().contains(&typed);
    all.iter().filter(named).chain(all.iter().filter(told)).copied().collect()
}
