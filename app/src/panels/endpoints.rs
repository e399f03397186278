//! The endpoints that a request tries, and their order.

use leptos::prelude::*;
use raft_core::units::NodeId;

use crate::state::use_page;
use crate::text;

/// Checkboxes; the number beside a chosen endpoint is its turn.
#[component]
pub fn Endpoints(chosen: RwSignal<Vec<NodeId>>) -> impl IntoView {
    let page = use_page();
    let nodes = Memo::new(move |_| {
        page.session
            .view
            .with(|view| view.nodes.iter().map(|n| (n.id, n.process.is_up())).collect::<Vec<_>>())
    });
    let toggle = move |id: NodeId| {
        chosen.update(|chosen| match chosen.iter().position(|known| *known == id) {
            Some(at) => {
                chosen.remove(at);
            }
            None => chosen.push(id),
        });
    };
    let turn = move |id: NodeId| chosen.with(|chosen| chosen.iter().position(|known| *known == id));
    view! {
        <fieldset class="endpoints">
            <legend class="faint">{text::endpoints()}</legend>
            <div class="picks">
                {move || nodes.get().into_iter().map(|(id, up)| view! {
                    <label class:endpoints-off=!up>
                        <input type="checkbox" data-testid=format!("endpoint-{id}") prop:checked=move || turn(id).is_some()
                            on:change=move |_| toggle(id) />
                        {format!("node{id}")}
                        {(!up).then_some(" ✕")}
                        {move || turn(id).map(|at| view! { <span class="endpoints-turn" title=text::share::its_turn()>{at + 1}</span> })}
                    </label>
                }).collect_view()}
            </div>
        </fieldset>
    }
}
