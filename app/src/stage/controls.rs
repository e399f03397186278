//! The controls of the ring: what the menu offers, the table, and a bar for the selection.

use leptos::prelude::*;
use raft_core::model::NodeView;
use raft_core::units::NodeId;

use super::bars::{LinkBar, MessageBar};
use super::gestures::cut_off;
use super::tip::Tip;
use crate::state::{Dialog, Filter, Selection, use_page};
use crate::text;

/// What the menu of the status line offers besides the partition: chaos, safeguards, and what the stage shows.
#[component]
pub fn Sights() -> impl IntoView {
    let page = use_page();
    let table = page.sight.table;
    let draws = RwSignal::new(false);
    let filters = [
        (Filter::All, text::stage::show_all(), text::stage::show_all_means(), "filter-all"),
        (Filter::Context, text::stage::show_context(), text::stage::show_context_means(), "filter-context"),
        (
            Filter::Selected,
            text::stage::show_selected(),
            text::stage::show_selected_means(),
            "filter-selected",
        ),
    ];
    let filter = page.sight.filter;
    // A touch on the stage scrolls the page, unless drawing is turned on.
    Effect::new(move |_| {
        let draws = draws.get();
        if let Ok(Some(ring)) = document().query_selector(".stage-view") {
            let _toggled = ring.class_list().toggle_with_force("stage-drawing", draws);
        }
    });
    view! {
        <button type="button" class="btn" data-testid="chaos-open" aria-keyshortcuts="Q"
            on:click=move |_| page.chaos.set(true)>
            {text::chaos::open()}
        </button>
        <button type="button" class="btn" data-testid="break-open-menu" aria-keyshortcuts="B"
            on:click=move |_| page.dialog.set(Some(Dialog::Break))>
            {text::broken::open()}
        </button>
        <div class="stage-sights">
            <span id="shown-name">{text::stage::shown()}</span>
            <div class="stage-segments" role="group" aria-labelledby="shown-name">
                {filters.map(|(which, name, means, id)| view! {
                    <button type="button" data-testid=id title=means aria-pressed=move || (filter.get() == which).to_string()
                        on:click=move |_| filter.set(which)>{name}</button>
                })}
            </div>
        </div>
        <button type="button" class="btn stage-fingers" aria-pressed=move || draws.get().to_string()
            on:click=move |_| draws.update(|draws| *draws = !*draws)>{text::stage::draw_walls()}</button>
        <button type="button" class="btn" data-testid="as-table" aria-expanded=move || table.get().to_string()
            on:click=move |_| table.update(|table| *table = !*table)>{text::stage::as_table()}</button>
    }
}

/// The table and the bars.
#[component]
pub fn Controls() -> impl IntoView {
    let page = use_page();
    let table = page.sight.table;
    view! {
        {move || table.get().then(|| view! { <Table /> })}
        <Tip />
        <div class="stage-bars" aria-live="off">
            <Gathered />
            {move || match page.selection.get() {
                Selection::Message(id) => view! { <MessageBar id=id /> }.into_any(),
                Selection::Link { a, b } => view! { <LinkBar a=a b=b /> }.into_any(),
                _ => ().into_any(),
            }}
        </div>
    }
}

/// The nodes gathered by keyboard, and the actions on them.
#[component]
fn Gathered() -> impl IntoView {
    let page = use_page();
    let gathered = page.sight.gathered;
    let cut = move |_| {
        cut_off(page, gathered.get_untracked());
        gathered.set(Vec::new());
    };
    move || {
        let nodes = gathered.get();
        (!nodes.is_empty()).then(|| {
            let mut nodes = nodes;
            nodes.sort_unstable();
            let names: Vec<String> = nodes.iter().map(|id: &NodeId| format!("node{id}")).collect();
            view! {
                <div class="stage-bar" role="group" aria-label=text::stage::group_to_be() data-testid="gathered">
                    <span role="status">{text::stage::chosen_group(names.join(", "))}</span>
                    <button type="button" class="btn primary" data-testid="cut-off" on:click=cut>{text::stage::cut_off()}</button>
                    <button type="button" class="btn plain" on:click=move |_| gathered.set(Vec::new())>{text::stage::leave()}</button>
                </div>
            }
        })
    }
}

/// The ring as a table, for readers who cannot see it or want to compare the numbers.
#[component]
fn Table() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let row = |node: &NodeView| {
        let or_dash = |index: Option<u64>| index.map_or("–".to_owned(), |index| index.to_string());
        let up = node.process.is_up();
        let hash = match &node.store {
            Some(store) => store.hash.to_string(),
            None => text::stage::no_answer().to_owned(),
        };
        [
            text::role(node).to_owned(),
            node.term.to_string(),
            or_dash(node.last_index),
            or_dash(node.durable_index),
            or_dash(node.commit_index.filter(|_| up)),
            hash,
        ]
    };
    let rows = Memo::new(move |_| {
        session.view.with(|view| view.nodes.iter().map(|node| (node.id, row(node))).collect::<Vec<_>>())
    });
    let heads = [
        text::stage::table_node(),
        text::stage::table_role(),
        text::stage::table_term(),
        text::stage::table_last(),
        text::stage::table_disk(),
        text::stage::table_commit(),
        text::stage::table_hash(),
    ];
    let caption = move || session.view.with(|view| text::stage::table_caption(text::seconds(view.now)));
    view! {
        <div class="stage-table" tabindex="0" role="region" aria-label=text::stage::as_table() data-testid="ring-table">
            <table>
                <caption>{caption}</caption>
                <thead><tr>{heads.map(|head| view! { <th scope="col">{head}</th> })}</tr></thead>
                <tbody>
                    {move || rows.get().into_iter().map(|(id, cells)| view! {
                        <tr><th scope="row">{format!("node{id}")}</th>{cells.map(|cell| view! { <td>{cell}</td> })}</tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}
