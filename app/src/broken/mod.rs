//! Safeguards that are taken away on purpose: a dialog in which they are lost, with a warning before, and the mark on
//! a run that lost one. What breaks is found by the checks, as anywhere.

mod dialog;

use leptos::prelude::*;

use crate::kit::{Modal, Opener};
use crate::state::{Dialog, use_page};
use crate::text::broken as words;

/// The dialog, closed.
#[component]
pub fn BreakDialog() -> impl IntoView {
    view! { <Modal which=Dialog::Break title=words::title() load=dialog::load class="wide" /> }
}

/// Says of a run that lost a safeguard what it lost.
#[component]
pub fn AlteredMark() -> impl IntoView {
    let page = use_page();
    let lost = Memo::new(move |_| {
        page.session.view.with(|view| (!view.alterations.is_empty()).then(|| words::list(&view.alterations)))
    });
    view! {
        <div role="status">
            {move || lost.get().map(|lost| view! {
                <p class="altered" data-testid="altered">
                    <b>{words::altered(lost)}</b>
                    <Opener which=Dialog::Break id="altered-how" name=words::how() />
                </p>
            })}
        </div>
    }
}
