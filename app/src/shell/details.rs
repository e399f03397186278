//! The details below the stage: the logs, the space-time diagram, events, charts, the checks, the key-values
//! of all nodes, the terminals.

use leptos::prelude::*;
pub use raft_core::link::Detail;

use crate::browser::focus_and_click;
use crate::checks::load_checks;
use crate::inspector::Inspector;
use crate::kit::{Edge, Lazy, Load, Splitter, lazy_view};
use crate::panels::Events;
use crate::state::{Dialog, Selection, use_page};
use crate::stores::StoresPanel;
use crate::terminal::TerminalPanel;
use crate::text;
use crate::views::{load_charts, load_ledger, load_spacetime};

lazy_view!(stores, load_stores, StoresPanel);
lazy_view!(terminal, load_terminal, TerminalPanel);
lazy_view!(views, load_inspector, Inspector);

/// A tab of the details: its name, its element, and the loader of its file if it is loaded when first shown.
struct Tab {
    detail: Detail,
    name: text::Word,
    id: &'static str,
    load: Option<Load>,
}

const fn tab(detail: Detail, name: text::Word, id: &'static str, load: Option<Load>) -> Tab {
    Tab { detail, name, id, load }
}

/// All details, in the order of their tabs. A new one needs a line here and a variant of [`Detail`].
const TABS: [Tab; 8] = [
    tab(Detail::Log, text::log_tab, "detail-log", Some(load_ledger)),
    tab(Detail::SpaceTime, text::spacetime_tab, "detail-spacetime", Some(load_spacetime)),
    tab(Detail::Events, text::events_tab, "detail-events", None),
    tab(Detail::Keys, text::keys_tab, "detail-keys", Some(load_stores)),
    tab(Detail::Charts, text::charts_tab, "detail-charts", Some(load_charts)),
    tab(Detail::Checks, text::checks::tab, "detail-checks", Some(load_checks)),
    tab(Detail::Terminal, text::terminals_tab, "detail-terminal", Some(load_terminal)),
    tab(Detail::Inspect, text::inspector::name, "detail-inspect", Some(load_inspector)),
];

/// The place in [`TABS`] to which a key leads from a detail.
fn tab_after(key: &str, shown: Detail) -> Option<usize> {
    let here = TABS.iter().position(|tab| tab.detail == shown).unwrap_or(0);
    match key {
        "ArrowRight" => Some((here + 1) % TABS.len()),
        "ArrowLeft" => Some((here + TABS.len() - 1) % TABS.len()),
        "Home" => Some(0),
        "End" => Some(TABS.len() - 1),
        _ => None,
    }
}

/// The details, one shown at a time. One that was opened keeps its state while another is shown.
#[component]
pub fn Details() -> impl IntoView {
    let page = use_page();
    let shown = page.detail;
    // A message that is selected on the stage is shown in the inspector, if the details are open: what they take of the
    // stage is the reader's choice. The space-time diagram describes the
    // message itself, and moving from message to message there must not leave it.
    Effect::new(move |_| {
        let message = matches!(page.selection.get(), Selection::Message(_));
        if message && shown.get_untracked() != Detail::SpaceTime {
            shown.set(Detail::Inspect);
        }
    });
    let choose = move |detail| {
        let again = page.opened.get_untracked() && shown.get_untracked() == detail;
        shown.set(detail);
        page.opened.set(!again);
    };
    // The arrow keys move between tabs, as in every list of tabs.
    let arrows = move |event: web_sys::KeyboardEvent| {
        let Some(to) = tab_after(&event.key(), shown.get_untracked()) else { return };
        event.prevent_default();
        event.stop_propagation();
        focus_and_click(TABS[to].id);
    };
    view! {
        <section class="details" aria-label=text::details()>
            <Splitter edge=Edge::Details open=page.opened />
            <div class="tabs" role="tablist" aria-label=text::details() on:keydown=arrows>
                {TABS.into_iter().map(|Tab { detail, name, id, .. }| view! {
                    <button role="tab" id=id data-testid=id aria-selected=move || (shown.get() == detail && page.opened.get()).to_string()
                        tabindex=move || if shown.get() == detail { "0" } else { "-1" }
                        aria-controls=format!("{id}-panel") on:click=move |_| choose(detail)>
                        {name()}
                    </button>
                }).collect_view()}
            </div>
            <button type="button" class="btn plain" data-testid="export" title=text::share_title()
                on:click=move |_| page.dialog.set(Some(Dialog::Run))>
                {text::share()}
            </button>
            {TABS.into_iter().map(|tab| panel(shown, tab)).collect_view()}
        </section>
    }
}

/// A panel. One with a file of its own is loaded when it is first shown.
fn panel(shown: RwSignal<Detail>, Tab { detail, id, load, .. }: Tab) -> impl IntoView {
    view! {
        <div id=format!("{id}-panel") role="tabpanel" aria-labelledby=id hidden=move || shown.get() != detail>
            {match load {
                Some(load) => view! { <Lazy wanted=Signal::derive(move || shown.get() == detail) load=load /> }.into_any(),
                None => view! { <Events /> }.into_any(),
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arrows_go_around_the_tabs() {
        let to = |key, shown| tab_after(key, shown).map(|at| TABS[at].detail);
        assert_eq!(to("ArrowRight", Detail::Log), Some(Detail::SpaceTime));
        assert_eq!(to("ArrowRight", Detail::Inspect), Some(Detail::Log));
        assert_eq!(to("ArrowLeft", Detail::Log), Some(Detail::Inspect));
        assert_eq!(
            (to("Home", Detail::Keys), to("End", Detail::Keys)),
            (Some(Detail::Log), Some(Detail::Inspect))
        );
        assert_eq!(to("ArrowDown", Detail::Keys), None);
    }

    #[test]
    fn each_detail_has_one_tab_and_an_id_of_its_own() {
        for (at, tab) in TABS.iter().enumerate() {
            assert!(
                TABS[at + 1..].iter().all(|other| other.detail != tab.detail && other.id != tab.id),
                "{}",
                tab.id
            );
        }
    }
}
