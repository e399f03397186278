//! Words that link to the glossary.

use leptos::prelude::*;

use crate::state::use_page;

/// The id that opens the list of all terms instead of one entry.
pub const LIST: &str = "";

/// A word that opens its glossary entry.
#[component]
pub fn Term(
    /// The id of the entry, see `entries`.
    id: &'static str,
    /// The word.
    children: Children,
) -> impl IntoView {
    let page = use_page();
    view! {
        <button type="button" class="term-link" aria-haspopup="dialog" data-term-id=id on:click=move |event| {
            // A word may be placed on something that can be pressed itself.
            event.stop_propagation();
            page.glossary.set(Some(id));
        }>
            {children()}
        </button>
    }
}
