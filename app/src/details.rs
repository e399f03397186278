//! What stands below the stage: the logs, the run in space and time, events, charts, the checks, the
//! key-values of all nodes, the terminals.

use leptos::prelude::*;

use crate::app::{Dialog, use_page};
use crate::browser::focus_and_click;
use crate::checks::load_checks;
use crate::inspector::Inspector;
use crate::lazy::{Lazy, Load, lazy_view};
use crate::panels::{Edge, Events, Splitter};
use crate::selection::Selection;
use crate::stores::StoresPanel;
use crate::terminal::TerminalPanel;
use crate::text;
use crate::views::{load_charts, load_ledger, load_spacetime};

lazy_view!(stores, load_stores, StoresPanel);
lazy_view!(terminal, load_terminal, TerminalPanel);
lazy_view!(views, load_inspector, Inspector);

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The logs of all nodes.
    Log,
    /// Nodes, messages and clients along time.
    SpaceTime,
    /// The event log.
    Events,
    /// Charts of the run.
    Charts,
    /// The checks.
    Checks,
    /// The key-values of all nodes.
    Keys,
    /// The terminals.
    Terminal,
    /// All of one node, message or request.
    Inspect,
}

/// The choices, what they are called, and their elements.
const TABS: [(Detail, text::Word, &str); 8] = [
    (Detail::Log, text::log_tab, "detail-log"),
    (Detail::SpaceTime, text::spacetime_tab, "detail-spacetime"),
    (Detail::Events, text::events_tab, "detail-events"),
    (Detail::Keys, text::keys_tab, "detail-keys"),
    (Detail::Charts, text::charts_tab, "detail-charts"),
    (Detail::Checks, text::checks::tab, "detail-checks"),
    (Detail::Terminal, text::terminals_tab, "detail-terminal"),
    (Detail::Inspect, text::inspector::name, "detail-inspect"),
];

/// One of the details at a time. One that was opened stays as it is while another one is shown.
#[component]
pub fn Details() -> impl IntoView {
    let page = use_page();
    let shown = page.detail;
    // Who selects a message on the stage wants to know what it is. The space-time diagram says so itself,
    // and who goes from message to message there would lose it.
    Effect::new(move |_| {
        let message = matches!(page.selection.get(), Selection::Message(_));
        if message && shown.get_untracked() != Detail::SpaceTime {
            shown.set(Detail::Inspect);
        }
    });
    // The arrow keys move between tabs, as they do in every list of tabs.
    let arrows = move |event: web_sys::KeyboardEvent| {
        let here = TABS.iter().position(|(detail, ..)| *detail == shown.get_untracked()).unwrap_or(0);
        let to = match event.key().as_str() {
            "ArrowRight" => (here + 1) % TABS.len(),
            "ArrowLeft" => (here + TABS.len() - 1) % TABS.len(),
            "Home" => 0,
            "End" => TABS.len() - 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        focus_and_click(TABS[to].2);
    };
    view! {
        <section class="details" aria-label=text::details()>
            <Splitter edge=Edge::Details />
            <div class="tabs" role="tablist" aria-label=text::details() on:keydown=arrows>
                {TABS.into_iter().map(|(detail, name, id)| view! {
                    <button role="tab" id=id data-testid=id aria-selected=move || (shown.get() == detail).to_string()
                        tabindex=move || if shown.get() == detail { "0" } else { "-1" }
                        aria-controls=format!("{id}-panel") on:click=move |_| shown.set(detail)>
                        {name()}
                    </button>
                }).collect_view()}
            </div>
            <button type="button" class="btn plain" data-testid="export" title=text::share_title()
                on:click=move |_| page.dialog.set(Some(Dialog::Run))>
                {text::share()}
            </button>
            {panel(shown, Detail::Log, load_ledger)}
            {panel(shown, Detail::SpaceTime, load_spacetime)}
            <div id="detail-events-panel" role="tabpanel" aria-labelledby="detail-events" hidden=move || shown.get() != Detail::Events>
                <Events />
            </div>
            {panel(shown, Detail::Keys, load_stores)}
            {panel(shown, Detail::Charts, load_charts)}
            {panel(shown, Detail::Checks, load_checks)}
            {panel(shown, Detail::Terminal, load_terminal)}
            {panel(shown, Detail::Inspect, load_inspector)}
        </section>
    }
}

/// A panel that is loaded when it is first shown.
fn panel(shown: RwSignal<Detail>, detail: Detail, load: Load) -> impl IntoView {
    let id = TABS.iter().find(|(known, ..)| *known == detail).map_or("", |(.., id)| id);
    view! {
        <div id=format!("{id}-panel") role="tabpanel" aria-labelledby=id hidden=move || shown.get() != detail>
            <Lazy wanted=Signal::derive(move || shown.get() == detail) load=load />
        </div>
    }
}
