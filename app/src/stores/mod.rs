//! The key-values of all nodes side by side.
//!
//! This room is a lazy part of the page: other rooms use only [`StoresPanel`]. It shows a window of the keys,
//! as the cluster's stores give it, and reads again only when a store has changed. [`table`] has the rows,
//! [`history`] one key's past.

mod history;
mod table;
mod words;

use leptos::prelude::*;
use raft_core::cluster::{LeaseEnds, StoresAsk, StoresView};
use raft_core::kv::visible;
use raft_core::units::NodeId;

use crate::state::{Detail, Page, use_page};
use crate::text::stores as labels;
use history::History;
use table::Table;

/// The number of rows of a page.
const ROWS: usize = 50;

/// The state that the parts of this room share.
#[derive(Clone, Copy)]
struct Shelf {
    page: Page,
    prefix: RwSignal<String>,
    only_differing: RwSignal<bool>,
    /// The first key of this page and of each page before it.
    pages: RwSignal<Vec<Vec<u8>>>,
    view: Memo<StoresView>,
    ends: Memo<LeaseEnds>,
    /// The key whose history is shown.
    chosen: RwSignal<Option<Vec<u8>>>,
    /// A stamp that changes whenever a store does.
    stamp: Memo<Stamp>,
}

/// The node, hash and revision of every store: while these are the same, so is everything else.
type Stamp = (u32, Vec<(NodeId, Option<(u32, u64)>)>);

impl Shelf {
    /// Returns the nodes that are up.
    fn up(&self) -> Vec<NodeId> {
        self.view.with(|view| {
            view.copies.iter().filter(|copy| copy.store.is_some()).map(|copy| copy.node).collect()
        })
    }
}

/// The panel of key-values.
#[component]
pub fn StoresPanel() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let stamp = Memo::new(move |before: Option<&Stamp>| {
        // Do no work while the panel is hidden.
        if page.detail.get() != Detail::Keys
            && let Some(before) = before
        {
            return before.clone();
        }
        let nodes = session.view.with(|view| {
            let stamp = |node: &raft_core::model::NodeView| {
                (node.id, node.store.as_ref().map(|store| (store.hash, store.revision)))
            };
            view.nodes.iter().map(stamp).collect()
        });
        (session.generation.get(), nodes)
    });
    let (prefix, only_differing) = (RwSignal::new(String::new()), RwSignal::new(false));
    let pages = RwSignal::new(vec![Vec::new()]);
    let view = Memo::new(move |_| {
        // Read, not only tracked: a memo that nobody reads is not computed.
        stamp.with(|_| ());
        let ask = StoresAsk {
            prefix: prefix.get().into_bytes(),
            from: pages.with(|pages| pages.last().cloned().unwrap_or_default()),
            rows: ROWS,
            only_differing: only_differing.get(),
        };
        session.look(|cluster| cluster.stores(&ask))
    });
    let ends = Memo::new(move |_| {
        session.view.track();
        let leases = view.with(|view| {
            let mut leases: Vec<_> =
                view.rows.iter().flat_map(|row| &row.pairs).map(|pair| pair.lease).collect();
            leases.retain(|id| *id != 0);
            leases.sort_unstable();
            leases.dedup();
            leases
        });
        session.look(|cluster| cluster.lease_ends(&leases))
    });
    let shelf = Shelf { page, prefix, only_differing, pages, view, ends, chosen: RwSignal::default(), stamp };
    provide_context(shelf);
    Effect::new(move |_| {
        session.generation.track();
        pages.set(vec![Vec::new()]);
        shelf.chosen.set(None);
    });
    view! {
        <div class="stores" data-testid="stores">
            <Controls />
            {move || session.past.at.get().map(|_| view! { <p class="faint">{labels::live_only()}</p> })}
            <div class="stores-body">
                <div class="stores-scroll" tabindex="0" role="region" aria-label=labels::keys_of_all()>
                    <Table />
                </div>
                {move || shelf.chosen.get().map(|key| view! { <History key=key /> })}
            </div>
        </div>
    }
}

/// The fields that choose the keys.
#[component]
fn Controls() -> impl IntoView {
    let shelf = expect_context::<Shelf>();
    let next = Memo::new(move |_| shelf.view.with(|view| view.next.clone()));
    let is_first = move || shelf.pages.with(|pages| pages.len() < 2);
    let back_to_start = move || shelf.pages.set(vec![Vec::new()]);
    let differing = move || shelf.view.with(|view| view.rows.iter().filter(|row| row.differs()).count());
    view! {
        <div class="stores-controls">
            <label class="prefix">
                {labels::begin_with()} " "
                <input type="text" class="input" data-testid="stores-prefix" autocomplete="off" autocapitalize="off" spellcheck="false"
                    prop:value=move || shelf.prefix.get()
                    on:input=move |event| {
                        shelf.prefix.set(event_target_value(&event));
                        back_to_start();
                    } />
            </label>
            <label class="check">
                <input type="checkbox" data-testid="stores-differing" prop:checked=move || shelf.only_differing.get()
                    on:change=move |event| {
                        shelf.only_differing.set(event_target_checked(&event));
                        back_to_start();
                    } />
                {labels::only_differences()}
            </label>
            <span role="status" class="faint" data-testid="stores-differing-count">
                {move || match differing() {
                    0 => String::new(),
                    count => labels::differ(count),
                }}
            </span>
            <span class="spacer"></span>
            <button type="button" class="tool" hidden=is_first
                on:click=move |_| shelf.pages.update(|pages| { pages.pop(); })>
                {labels::previous_page()}
            </button>
            <button type="button" class="tool" data-testid="stores-next" hidden=move || next.with(Option::is_none)
                on:click=move |_| if let Some(next) = next.get_untracked() { shelf.pages.update(|pages| pages.push(next)) }>
                {labels::next_page()}
            </button>
        </div>
    }
}

/// Returns bytes as text nodes; bytes that are no text are marked.
fn shown(bytes: &[u8]) -> impl IntoView + use<> {
    if bytes.is_empty() {
        return view! { <span class="faint">{labels::empty()}</span> }.into_any();
    }
    let pieces = visible(bytes, false).into_iter().map(|piece| {
        view! { <span class:escaped=piece.escaped>{piece.text}</span> }
    });
    pieces.collect_view().into_any()
}
