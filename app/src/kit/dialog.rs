//! Dialogs: the browser's own element, so that focus stays inside and Esc closes it.

use leptos::html;
use leptos::prelude::*;

use super::{Lazy, Load};
use crate::state::{Dialog, use_page};
use crate::text::dialog as words;

/// A modal dialog that is open while the page's state says so. Its content is loaded when it first opens.
#[component]
pub fn Modal(
    which: Dialog,
    title: &'static str,
    load: Load,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let page = use_page();
    let open = Signal::derive(move || page.dialog.get() == Some(which));
    let close = move || {
        if page.dialog.get_untracked() == Some(which) {
            page.dialog.set(None);
        }
    };
    view! { <Window open=open close=close title=title class=class load=load /> }
}

/// A button that opens a dialog.
#[component]
pub fn Opener(
    which: Dialog,
    /// The id, for tests.
    id: &'static str,
    /// The label.
    name: &'static str,
) -> impl IntoView {
    let page = use_page();
    view! {
        <button type="button" class="tool" data-testid=id on:click=move |_| page.dialog.set(Some(which))>{name}</button>
    }
}

/// A modal dialog that is open while a signal is true.
#[component]
pub fn Window(
    /// Whether the dialog is open.
    open: Signal<bool>,
    /// Sets the signal to false.
    close: impl Fn() + Copy + 'static,
    title: &'static str,
    class: &'static str,
    load: Load,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let open = open.get();
        let Some(dialog) = node.get() else { return };
        if open && !dialog.open() {
            // It fails only if the dialog is open already.
            let _shown = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog node_ref=node class=class on:close=move |_| close() aria-label=title>
            <div class="dialog-head">
                <h2>{title}</h2>
                <button type="button" class="btn plain" on:click=move |_| close()>{words::close()}</button>
            </div>
            <Lazy wanted=open load=load />
        </dialog>
    }
}
