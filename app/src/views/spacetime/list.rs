//! The messages of the diagram as a table: the same in words.

use leptos::prelude::*;
use raft_core::tape::Passage;

use super::Diagram;
use crate::state::{Selection, use_page};
use crate::text::{self, spacetime as words};

/// The greatest number of messages listed.
const LISTED_MAX: usize = 200;

/// The newest messages of the window, newest first.
#[component]
pub fn List(diagram: RwSignal<Diagram, LocalStorage>) -> impl IntoView {
    let page = use_page();
    let listed = move || {
        diagram.with(|diagram| {
            let passages = diagram.film.as_ref().map_or(&[][..], |film| film.passages.as_slice());
            let newest: Vec<Passage> = passages.iter().rev().take(LISTED_MAX).cloned().collect();
            (newest, passages.len())
        })
    };
    let row = move |passage: Passage| {
        let id = passage.message.id;
        view! {
            <tr class:spacetime-chosen=move || page.selection.get() == Selection::Message(id)>
                <td>
                    <button type="button" class="tool" aria-pressed=move || (page.selection.get() == Selection::Message(id)).to_string()
                        on:click=move |_| page.selection.set(Selection::Message(id))>{text::seconds(passage.message.sent_at)}</button>
                </td>
                <td>{words::way(passage.message.from, passage.message.to)}</td>
                <td>{text::capitalised(&words::what(&passage.message))}</td>
                <td>{words::fate(&passage)}</td>
            </tr>
        }
    };
    view! {
        <div class="spacetime-list" data-testid="spacetime-messages" tabindex="0" role="group" aria-label=words::as_list()>
            <p class="faint">{move || { let (newest, all) = listed(); words::list_of(newest.len(), all) }}</p>
            <table>
                <thead><tr>
                    <th scope="col">{words::sent_head()}</th>
                    <th scope="col">{words::way_head()}</th>
                    <th scope="col">{words::what_head()}</th>
                    <th scope="col">{words::fate_head()}</th>
                </tr></thead>
                <tbody>{move || listed().0.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
