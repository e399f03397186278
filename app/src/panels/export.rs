//! The session as a scenario: to copy, or to keep as a file.

use leptos::html;
use leptos::prelude::*;
use raft_core::units::SECOND;

use super::dialog::Modal;
use crate::app::{Dialog, use_page};
use crate::browser::{copy_marked, text_address};
use crate::lazy::lazy_view;
use crate::text;

/// The dialog.
#[component]
pub fn Export() -> impl IntoView {
    view! { <Modal which=Dialog::Export title="This session as a scenario" load=export /> }
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
            (Some(at), _) => Some(format!(
                "More was done than a scenario holds: it ends at {}, before the first deed that did not fit.",
                text::seconds(at)
            )),
            (None, 0) => None,
            (None, untold) => Some(format!(
                "{} could not be told in the language, so this plays again to another trace.",
                text::count(untold as u64, "deed")
            )),
        };
        Told {
            text: export.scenario.to_string(),
            trace: format!("trace {trace:016x} at {}.{:09} s", now / SECOND, now % SECOND),
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
        said.set(if copy_marked() {
            "Copied."
        } else {
            "The browser forbids it: the text is marked, press Ctrl+C."
        });
    };
    view! {
        <p class="quiet">
            "What was done, at the virtual times at which it was done. "
            <code>"raft-playground run FILE"</code> " plays it again, to the same trace; "
            <code>"raft-playground shell FILE"</code> " makes a shell script of it for a real cluster."
        </p>
        {move || told.with(|told| told.missing.clone()).map(|missing| view! { <p class="notice" data-testid="export-missing">{missing}</p> })}
        <textarea class="input told" data-testid="export-text" aria-label="The scenario" readonly=true spellcheck="false"
            node_ref=field prop:value=move || told.with(|told| told.text.clone())></textarea>
        <p class="mono quiet" data-testid="export-trace">{move || told.with(|told| told.trace.clone())}</p>
        <div class="row">
            <button type="button" class="btn primary" data-testid="export-copy" on:click=copy>"Copy as scenario"</button>
            <a class="btn" data-testid="export-download" download=move || told.with(|told| told.file.clone())
                href=move || told.with(|told| text_address(&told.text))>
                "Download"
            </a>
            <span class="quiet" role="status">{move || said.get()}</span>
        </div>
    }
}
