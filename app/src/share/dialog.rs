//! The session as a scenario: to copy, or to keep as a file.

use leptos::html;
use leptos::prelude::*;
use raft_core::units::SECOND;

use super::dialog::Modal;
use crate::app::{Dialog, use_page};
use crate::browser::{copy_marked, text_address};
use crate::lazy::lazy_view;
use crate::text;
use crate::text::export as words;

/// The dialog.
#[component]
pub fn Export() -> impl IntoView {
    view! { <Modal which=Dialog::Export title=text::export_title() load=export /> }
}

lazy_view!(export, export, Contents);

/// A session as it is told.
#[derive(Clone, Default, PartialEq, Eq)]
struct Told {
    text: String,
    trace: String,
    file: String,
    /// What is missing in it.
    missing: Option<String>,
}

fn tell() -> Told {
    let session = use_page().session;
    // A session is told between instants.
    session.drive(|_| ());
    let journal = session.journal();
    session.look(|cluster| {
        let (settings, now, trace) = (cluster.settings(), cluster.now(), cluster.trace_hash());
        let export = journal.borrow().export(settings, now, trace);
        let missing = match (export.ends_early, export.untold) {
            (Some(at), _) => Some(words::ends_early(text::seconds(at))),
            (None, 0) => None,
            (None, untold) => Some(words::untold(untold)),
        };
        Told {
            text: export.scenario.to_string(),
            trace: words::trace(
                format_args!("{trace:016x}"),
                format_args!("{}.{:09}", now / SECOND, now % SECOND),
            ),
            file: format!("session-seed{}.scenario", settings.seed),
            missing,
        }
    })
}

#[component]
fn Contents() -> impl IntoView {
    let page = use_page();
    let told = RwSignal::new(Told::default());
    let said = RwSignal::new("");
    Effect::new(move |_| {
        if page.dialog.get() == Some(Dialog::Export) {
            said.set("");
            told.set(tell());
        }
    });
    let field = NodeRef::<html::Textarea>::new();
    let copy = move |_| {
        let Some(field) = field.get_untracked() else { return };
        field.select();
        said.set(if copy_marked() { words::copied() } else { words::not_copied() });
    };
    view! {
        <p class="quiet">
            {words::what_was_done()} " "
            <code>"raft-playground run FILE"</code> " " {words::plays_again()} " "
            <code>"raft-playground shell FILE"</code> " " {words::makes_a_script()}
        </p>
        {move || told.with(|told| told.missing.clone()).map(|missing| view! { <p class="notice" data-testid="export-missing">{missing}</p> })}
        <textarea class="input told" data-testid="export-text" aria-label=words::the_scenario() readonly=true spellcheck="false"
            node_ref=field prop:value=move || told.with(|told| told.text.clone())></textarea>
        <p class="mono quiet" data-testid="export-trace">{move || told.with(|told| told.trace.clone())}</p>
        <div class="row">
            <button type="button" class="btn primary" data-testid="export-copy" on:click=copy>{words::copy()}</button>
            <a class="btn" data-testid="export-download" download=move || told.with(|told| told.file.clone())
                href=move || told.with(|told| text_address(&told.text))>
                {words::download()}
            </a>
            <span class="quiet" role="status">{move || said.get()}</span>
        </div>
    }
}
