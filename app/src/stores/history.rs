//! The history of a key, as far as it was not compacted.

use leptos::prelude::*;
use raft_core::cluster::{KeyChange, KeyHistory};

use super::{Shelf, table, words};
use crate::text::stores as labels;

/// The number of changes shown at first, and added at each press.
const CHANGES: usize = 20;
/// The number of bytes of a value shown at first.
const BYTES: usize = 400;
/// The number of bytes of a value shown when all of it is wanted: more than etcd accepts in one request.
const ALL_BYTES: usize = 4_000_000;

/// The history of a key.
#[component]
pub fn History(key: Vec<u8>) -> impl IntoView {
    let shelf = expect_context::<Shelf>();
    let changes = RwSignal::new(CHANGES);
    let bytes = RwSignal::new(BYTES);
    let wanted = key.clone();
    let history = Memo::new(move |_| {
        shelf.stamp.with(|_| ());
        shelf.page.session.look(|cluster| cluster.key_history(&wanted, changes.get(), bytes.get()))
    });
    let cut = move || {
        let long = |change: &KeyChange| {
            change.pair.as_ref().is_some_and(|pair| pair.length > pair.value.len() as u64)
        };
        history.with(|history| history.changes.iter().any(long))
    };
    let name = labels::history_of(String::from_utf8_lossy(&key));
    view! {
        <section class="stores-history" aria-label=name data-testid="stores-history">
            <div class="stores-history-head">
                <h3>{name.clone()}</h3>
                <button type="button" class="tool" on:click=move |_| shelf.chosen.set(None)>{labels::close()}</button>
            </div>
            <p class="faint">{labels::newest_first()}</p>
            <ol>
                <For each=move || history.with(|history| history.changes.clone()) key=|change| change.clone() let:change>
                    {change_line(shelf, &change)}
                </For>
            </ol>
            {move || cut().then(|| view! {
                <button type="button" class="tool" on:click=move |_| bytes.set(ALL_BYTES)>
                    {labels::whole_values()}
                </button>
            })}
            {move || history.with(|history| history.more).then(|| view! {
                <button type="button" class="tool" on:click=move |_| changes.update(|changes| *changes += CHANGES)>
                    {labels::older_changes()}
                </button>
            })}
            <p class="faint">{move || history.with(last_words)}</p>
        </section>
    }
}

fn change_line(shelf: Shelf, change: &KeyChange) -> impl IntoView + use<> {
    let nodes = change.nodes.clone();
    let held = move || words::holders(&nodes, &shelf.up());
    let version = change.pair.as_ref().map(|pair| format!("{}, ", labels::version(pair.version)));
    let what = match &change.pair {
        Some(pair) => view! { <span class="mono">{table::value(pair)}</span> }.into_any(),
        None => view! { <span class="tag">{labels::deleted()}</span> }.into_any(),
    };
    view! {
        <li>
            <span class="stores-number">{labels::rev(change.revision)}</span>
            <span>{what}<small>{version}{held}</small></span>
        </li>
    }
}

fn last_words(history: &KeyHistory) -> String {
    match (history.changes.is_empty(), history.compacted) {
        (true, None) => labels::never_changed().to_owned(),
        (true, Some(at)) => labels::nothing_since(at),
        (false, Some(at)) => labels::kept_before(at),
        (false, None) => String::new(),
    }
}
