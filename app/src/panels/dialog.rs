//! A dialog: the browser's own, so that focus stays inside and Esc closes it.

use leptos::html;
use leptos::prelude::*;

use crate::app::{Dialog, use_page};
use crate::lazy::{Lazy, Load};

/// A modal dialog that is open while the page says so. What it shows is loaded when it first opens.
#[component]
pub fn Modal(which: Dialog, title: &'static str, load: Load) -> impl IntoView {
    let page = use_page();
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let open = page.dialog.get() == Some(which);
        let Some(dialog) = node.get() else { return };
        if open && !dialog.open() {
            // It fails only if it is open already.
            let _shown = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let closed = move |_| {
        if page.dialog.get_untracked() == Some(which) {
            page.dialog.set(None);
        }
    };
    view! {
        <dialog node_ref=node on:close=closed aria-label=title>
            <div class="dialog-head">
                <h2>{title}</h2>
                <button class="btn plain" on:click=move |_| page.dialog.set(None)>"Close"</button>
            </div>
            <Lazy wanted=Signal::derive(move || page.dialog.get() == Some(which)) load=load />
        </dialog>
    }
}
