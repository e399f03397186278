//! The link of the run: the instant at which it opens, its length, and the places for which it is too long.

use leptos::html;
use leptos::prelude::*;
use raft_core::link::{RunLink, View, encode};

use super::dialog::Draft;
use super::{errors, keep};
use crate::browser::{copy_marked, text_address};
use crate::state::use_page;
use crate::text::{self, share as words};

/// The greatest length of a message in letters, and the name of the places that refuse a longer one, as the
/// makers of these programs document it.
const PLACES: [(usize, text::Word); 3] =
    [(40_000, words::discord_telegram_slack), (4_096, words::discord_telegram), (2_000, words::discord)];

/// Returns the places for which a link of this length is too long.
fn too_long_for(letters: usize) -> Option<&'static str> {
    PLACES.iter().find(|(most, _)| letters > *most).map(|(_, places)| places())
}

/// Returns the address of the page with a link in it.
fn whole(link: &str) -> String {
    let href = window().location().href().unwrap_or_default();
    format!("{}#{link}", href.split('#').next().unwrap_or(""))
}

/// The row of the link.
#[component]
pub(super) fn LinkRow(draft: Draft) -> impl IntoView {
    let page = use_page();
    let at_start = RwSignal::new(false);
    let said = RwSignal::new("");
    // Another text has no instant that is viewed now.
    let from_start = move || at_start.get() || !draft.is_recorded();
    let seen = move || page.session.past.at.get().unwrap_or_else(|| draft.now());
    let link = Memo::new(move |_| {
        said.set("");
        let mut scenario = draft.read.with(|read| read.as_ref().ok().cloned())?;
        let view = if from_start() {
            View { playing: Some(true), ..View::default() }
        } else {
            // Without this step the title would only say that it is a session.
            if draft.is_made() {
                scenario.comments.clear();
            }
            View { at: Some(seen()), playing: Some(false), ..untrack(|| keep::view(page)) }
        };
        Some(
            encode(&RunLink::new(scenario, view))
                .map(|link| whole(&link))
                .map_err(|error| errors::sentence(&error)),
        )
    });
    let field = NodeRef::<html::Input>::new();
    let copy = move |_| {
        let Some(field) = field.get_untracked() else { return };
        field.select();
        said.set(if copy_marked() { words::copied() } else { words::not_copied() });
    };
    let choice = move |start: bool, name: String, id: &'static str| {
        view! {
            <label class="check">
                <input type="radio" name="link-opens" data-testid=id prop:checked=move || at_start.get() == start
                    on:change=move |_| at_start.set(start) />
                {name}
            </label>
        }
    };
    view! {
        <fieldset class="share-link">
            <legend>{words::link_title()}</legend>
            <div class="row" role="radiogroup" aria-label=words::opens_at() hidden=move || !draft.is_recorded()>
                <span class="quiet">{words::opens_at()}</span>
                {move || choice(false, words::opens_now(text::seconds(seen())), "link-now")}
                {choice(true, words::opens_start().to_owned(), "link-start")}
            </div>
            {move || match link.get() {
                None => view! { <p class="quiet">{words::no_link_yet()}</p> }.into_any(),
                Some(Err(reason)) => view! {
                    <p class="notice error" data-testid="link-none">{words::no_link(reason)} " " <Instead draft=draft /></p>
                }.into_any(),
                Some(Ok(link)) => {
                    let length = length(draft, link.len());
                    view! {
                        <div class="row">
                            <input type="text" class="input mono share-field" readonly=true data-testid="link-text"
                                aria-label=words::link() aria-describedby="link-length" node_ref=field
                                prop:value=link />
                            <button type="button" class="btn" data-testid="link-copy" on:click=copy>{words::copy_link()}</button>
                            <span class="quiet" role="status">{move || said.get()}</span>
                        </div>
                        <p class="quiet" id="link-length" data-testid="link-length">
                            {length}
                        </p>
                    }.into_any()
                }
            }}
        </fieldset>
    }
}

/// Draws the length of a link, and the places for which it is too long.
fn length(draft: Draft, letters: usize) -> AnyView {
    match too_long_for(letters) {
        None => words::length(letters).into_any(),
        Some(places) => view! {
            <b>{words::too_long_for(letters, places)}</b> " "
            <Instead draft=draft />
        }
        .into_any(),
    }
}

/// The file, for a run that no link can hold.
#[component]
fn Instead(draft: Draft) -> impl IntoView {
    view! {
        <a class="tool" data-testid="link-instead" download=move || draft.file()
            href=move || draft.text.with(|text| text_address(text))>
            {words::instead()}
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_too_long_for_ever_more_places() {
        assert_eq!(too_long_for(2_000), None);
        assert_eq!(too_long_for(2_001), Some(words::discord()));
        assert_eq!(too_long_for(4_097), Some(words::discord_telegram()));
        assert_eq!(too_long_for(50_000), Some(words::discord_telegram_slack()));
    }
}
