//! Safeguards that are taken away on purpose: a dialog with a warning before each, and the mark on a run that lost
//! one. The checks find what breaks, as in any run.
//!
//! The dialog is in the same lazy file as the reading of scenarios, because the runs that it offers are the golden
//! scenarios of `tests/scenarios/break`.

mod dialog;

use leptos::prelude::*;

use crate::kit::{Modal, Opener};
use crate::state::{Dialog, use_page};
use crate::text::broken as words;

/// The dialog, closed at first.
#[component]
pub fn BreakDialog() -> impl IntoView {
    view! { <Modal which=Dialog::Break title=words::title() load=dialog::load class="wide" /> }
}

/// The mark on a run that lost safeguards; it names them.
#[component]
pub fn AlteredMark() -> impl IntoView {
    let page = use_page();
    let lost = Memo::new(move |_| {
        page.session.view.with(|view| (!view.alterations.is_empty()).then(|| words::list(&view.alterations)))
    });
    view! {
        <div role="status">
            {move || lost.get().map(|lost| view! {
                <p class="broken-altered" data-testid="altered">
                    <b>{words::altered(lost)}</b>
                    <Opener which=Dialog::Break id="altered-how" name=words::how() />
                </p>
            })}
        </div>
    }
}
