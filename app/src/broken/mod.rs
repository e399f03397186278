//! Safeguards that are taken away on purpose: a dialog in which they are lost, with a warning before, and the mark on
//! a run that lost one. What breaks is found by the checks, as anywhere.

mod dialog;

use leptos::prelude::*;

use crate::app::{Dialog, use_page};
use crate::panels::Modal;
use crate::text::broken as words;

/// The dialog, closed.
#[component]
pub fn BreakDialog() -> impl IntoView {
    view! { <Modal which=Dialog::Break title=words::title() load=dialog::load class="wide" /> }
}

/// Opens the dialog.
#[component]
pub fn BreakButton(id: &'static str) -> impl IntoView {
    let page = use_page();
    view! {
        <button type="button" class="tool" data-testid=id on:click=move |_| page.dialog.set(Some(Dialog::Break))>{words::open()}</button>
    }
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
                    <button type="button" class="tool" data-testid="altered-how" on:click=move |_| page.dialog.set(Some(Dialog::Break))>{words::how()}</button>
                </p>
            })}
        </div>
    }
}
