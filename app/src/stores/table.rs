//! The rows: a key, its newest pair, and for each node whether it holds the same.

use leptos::prelude::*;
use raft_core::cluster::{Held, KeyRow, PairView};
use raft_core::units::NodeId;

use super::{Shelf, shown, words};
use crate::text::stores as labels;

/// The table of the window of keys.
#[component]
pub fn Table() -> impl IntoView {
    let shelf = expect_context::<Shelf>();
    let copies = Memo::new(move |_| shelf.view.with(|view| view.copies.clone()));
    let nodes =
        Memo::new(move |_| copies.with(|copies| copies.iter().map(|copy| copy.node).collect::<Vec<_>>()));
    let empty = move || {
        shelf.view.with(|view| {
            if !view.rows.is_empty() {
                return None;
            }
            Some(match (shelf.only_differing.get(), shelf.prefix.with(String::is_empty)) {
                (true, _) => labels::all_equal(),
                (false, true) => labels::no_keys(),
                (false, false) => labels::no_such_keys(),
            })
        })
    };
    let heads = move || {
        copies.with(|copies| {
            let newest =
                copies.iter().filter_map(|copy| copy.store.as_ref()).max_by_key(|facts| facts.revision);
            let head = |copy: &raft_core::cluster::CopyView| {
                view! {
                    <th scope="col" class="stores-copy" class:stores-down=copy.store.is_none()>
                        {format!("node{}", copy.node)}
                        <small>{words::copy(copy.store.as_ref(), newest)}</small>
                    </th>
                }
            };
            copies.iter().map(head).collect_view()
        })
    };
    let leases = Memo::new(move |_| {
        let any =
            shelf.view.with(|view| view.rows.iter().flat_map(|row| &row.pairs).any(|pair| pair.lease != 0));
        any.then(|| words::counted_by(shelf.ends.with(|ends| ends.counted_by)))
    });
    view! {
        <table class="stores-keys" data-testid="stores-table">
            <thead>
                <tr>
                    <th scope="col">{labels::key_head()}</th>
                    <th scope="col">{labels::value_head()}</th>
                    <th scope="col" class="stores-number" title=labels::rev_title()>{labels::rev_head()}</th>
                    <th scope="col" class="stores-number" title=labels::version_title()>{labels::version_head()}</th>
                    <th scope="col">{labels::lease_head()}</th>
                    {heads}
                </tr>
            </thead>
            <tbody>
                <For each=move || shelf.view.with(|view| view.rows.clone()) key=|row| row.clone() let:row>
                    {move || key_row(shelf, &row, &nodes.get())}
                </For>
            </tbody>
        </table>
        {move || empty().map(|text| view! { <p class="quiet nothing" data-testid="stores-empty">{text}</p> })}
        {move || shelf.view.with(|view| view.cut_short).then(|| view! { <p class="faint nothing">{labels::cut_short()}</p> })}
        {move || leases.get().map(|text| view! { <p class="faint nothing">{text}</p> })}
    }
}

fn key_row(shelf: Shelf, row: &KeyRow, nodes: &[NodeId]) -> impl IntoView + use<> {
    let session = shelf.page.session;
    let key = row.key.clone();
    let chosen = row.key.clone();
    let differs = row.differs();
    let first = row.pairs.first();
    let lease = first.map_or(0, |pair| pair.lease);
    let number =
        |number: fn(&PairView) -> u64| first.map(number).map(|number| number.to_string()).unwrap_or_default();
    let cells = nodes.iter().zip(&row.held).map(|(node, held)| cell(*node, *held, &row.pairs)).collect_view();
    view! {
        <tr data-key=String::from_utf8_lossy(&row.key).into_owned()>
            <th scope="row">
                {differs.then_some(view! { <span class="stores-sign" title=labels::nodes_differ()>"≠"</span> })}
                <button type="button" class="stores-key" title=labels::its_history()
                    aria-pressed=move || (shelf.chosen.with(|known| known.as_ref() == Some(&chosen))).to_string()
                    on:click=move |_| shelf.chosen.update(|known| {
                        *known = if known.as_ref() == Some(&key) { None } else { Some(key.clone()) };
                    })>
                    {shown(&row.key)}
                </button>
            </th>
            <td class="stores-value">{first.map(value)}</td>
            <td class="stores-number" data-label=format!("{} ", labels::rev_head())>{number(|pair| pair.mod_revision)}</td>
            <td class="stores-number" data-label=format!("{} ", labels::version_head())>{number(|pair| pair.version)}</td>
            <td class="stores-lease">
                {(lease != 0).then(|| view! {
                    {format!("{lease:x}")}
                    <small>{move || words::lease(lease, &shelf.ends.get(), session.clock.get())}</small>
                })}
            </td>
            {cells}
        </tr>
    }
}

/// Draws a value, truncated if it is long.
pub fn value(pair: &PairView) -> impl IntoView + use<> {
    let cut = pair.length > pair.value.len() as u64;
    let length = pair.length;
    view! {
        {shown(&pair.value)}
        {cut.then(|| view! { <span class="faint">{format!(" {}", labels::bytes_in_all(length))}</span> })}
    }
}

/// Draws what a node holds: the same, something else, nothing, or no answer.
fn cell(node: NodeId, held: Held, pairs: &[PairView]) -> impl IntoView + use<> {
    let name = format!("node{node} ");
    match held {
        Held::NoAnswer => view! {
            <td class="stores-copy stores-down" data-held="down" data-label=name>
                <span title=labels::process_down() aria-label=labels::no_answer()>"–"</span>
            </td>
        }.into_any(),
        Held::Missing => view! {
            <td class="stores-copy stores-other" data-held="missing" data-label=name>{labels::not_there()}</td>
        }.into_any(),
        Held::Pair(0) => view! {
            <td class="stores-copy stores-same" data-held="same" data-label=name>
                <span aria-label=labels::the_same()>"✓"</span>
            </td>
        }.into_any(),
        Held::Pair(at) => {
            let pair = pairs.get(at);
            let revision = pair.map(|pair| format!(" {}", labels::rev(pair.mod_revision)));
            view! {
                <td class="stores-copy stores-other" data-held="other" data-label=name>"≠ " {pair.map(value)} <small>{revision}</small></td>
            }
            .into_any()
        }
    }
}
