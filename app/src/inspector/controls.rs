//! What can be changed of a node.

use leptos::prelude::*;
use raft_core::cluster::Action;
use raft_core::units::NodeId;

use crate::app::use_page;
use crate::panels::Actions;
use crate::text::inspector as words;

/// The controls of a node.
#[component]
pub fn Controls(id: NodeId) -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let state = Memo::new(move |_| {
        session.view.with(|view| {
            view.nodes.iter().find(|node| node.id == id).map(|node| (node.process, node.elections))
        })
    });
    let snapshot = move |_| {
        session.act(Action::Snapshot(id));
    };
    view! {
        <section class="controls" aria-label=words::controls(id)>
            <h4>{words::controls(id)}</h4>
            {move || state.get().map(|(process, elections)| {
                let timer = if elections { words::timer_off() } else { words::timer_on() };
                view! {
                    <Actions page=page id=id process=process />
                    <div class="row">
                        <button type="button" class="btn" data-testid="inspect-snapshot" on:click=snapshot>{words::take_snapshot()}</button>
                        <button type="button" class="btn" data-testid="inspect-timer" on:click=move |_| {
                            session.act(Action::Elections { nodes: vec![id], on: !elections });
                        }>{timer}</button>
                    </div>
                }
            })}
        </section>
    }
}
