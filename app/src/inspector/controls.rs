//! What can be changed of a node, and done to a message.

use leptos::prelude::*;
use raft_core::cluster::Action;
use raft_core::units::{MILLISECOND, NodeId};

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

/// By how much a message is delayed at a time.
const DELAY_MS: u64 = 10;

/// What can be done to a message on its way.
#[component]
pub fn MessageControls(id: u64) -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let on_its_way = Memo::new(move |_| {
        session.view.with(|view| view.messages.iter().any(|m| m.id == id && m.lost.is_none()))
    });
    let deeds = [
        ("message-drop", words::drop_it().to_owned(), Action::Drop(id)),
        (
            "message-delay",
            words::delay_it(DELAY_MS),
            Action::Delay { message: id, by: DELAY_MS * MILLISECOND },
        ),
        ("message-duplicate", words::duplicate_it().to_owned(), Action::Duplicate(id)),
    ];
    view! {
        <section class="controls" aria-label=words::message_controls() hidden=move || !on_its_way.get()>
            <h4>{words::message_controls()}</h4>
            <div class="row">
                {deeds.into_iter().map(|(id, name, deed)| view! {
                    <button type="button" class="btn" data-testid=id on:click=move |_| { session.act(deed.clone()); }>{name}</button>
                }).collect_view()}
            </div>
        </section>
    }
}
