//! What stands below the stage: events, the key-values of all nodes, the terminals.

use leptos::prelude::*;

use crate::app::{Dialog, use_page};
use crate::inspector::Inspector;
use crate::lazy::{Lazy, lazy_view};
use crate::panels::Events;
use crate::selection::Selection;
use crate::stores::StoresPanel;
use crate::terminal::TerminalPanel;

lazy_view!(stores, load_stores, StoresPanel);
lazy_view!(terminal, load_terminal, TerminalPanel);
lazy_view!(views, load_inspector, Inspector);

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The event log.
    Events,
    /// The key-values of all nodes.
    Keys,
    /// The terminals.
    Terminal,
    /// All of one node, message or request.
    Inspect,
}

/// The choices, and what they are called.
const TABS: [(Detail, &str, &str); 4] = [
    (Detail::Events, "Events", "detail-events"),
    (Detail::Keys, "Keys", "detail-keys"),
    (Detail::Terminal, "Terminals", "detail-terminal"),
    (Detail::Inspect, "Inspect", "detail-inspect"),
];

/// One of the details at a time. One that was opened stays as it is while another one is shown.
#[component]
pub fn Details() -> impl IntoView {
    let page = use_page();
    let shown = page.detail;
    let is = move |detail: Detail| Signal::derive(move || shown.get() == detail);
    // Who selects a message on the stage wants to know what it is.
    Effect::new(move |_| {
        if matches!(page.selection.get(), Selection::Message(_)) {
            shown.set(Detail::Inspect);
        }
    });
    view! {
        <section class="details" aria-label="Details">
            <div class="tabs" role="tablist" aria-label="Details">
                {TABS.into_iter().map(|(detail, name, id)| view! {
                    <button role="tab" id=id data-testid=id aria-selected=move || (shown.get() == detail).to_string()
                        aria-controls=format!("{id}-panel") on:click=move |_| shown.set(detail)>
                        {name}
                    </button>
                }).collect_view()}
            </div>
            <button type="button" class="btn plain" data-testid="export" title="This session as a scenario"
                on:click=move |_| page.dialog.set(Some(Dialog::Export))>
                "Export"
            </button>
            <div id="detail-events-panel" role="tabpanel" aria-labelledby="detail-events" hidden=move || shown.get() != Detail::Events>
                <Events />
            </div>
            <div id="detail-keys-panel" role="tabpanel" aria-labelledby="detail-keys" hidden=move || shown.get() != Detail::Keys>
                <Lazy wanted=is(Detail::Keys) load=load_stores />
            </div>
            <div id="detail-terminal-panel" role="tabpanel" aria-labelledby="detail-terminal" hidden=move || shown.get() != Detail::Terminal>
                <Lazy wanted=is(Detail::Terminal) load=load_terminal />
            </div>
            <div id="detail-inspect-panel" role="tabpanel" aria-labelledby="detail-inspect" hidden=move || shown.get() != Detail::Inspect>
                <Lazy wanted=is(Detail::Inspect) load=load_inspector />
            </div>
        </section>
    }
}
