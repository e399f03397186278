//! The chosen node: what it is, what it holds, and what can be done to it.

use leptos::prelude::*;
use raft_core::cluster::{Action, NodeView, Process};
use raft_core::units::NodeId;

use crate::app::{Page, use_page};
use crate::status::term_hue;
use crate::text;

/// The card of the chosen node.
#[component]
pub fn NodeCard() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let node = Memo::new(move |_| {
        let id = session.selected.get();
        session.view.with(|view| view.nodes.iter().find(|node| node.id == id).cloned())
    });
    let sentence = move || {
        node.with(|n| n.as_ref().map(|n| text::node_sentence(n, session.clock.get())).unwrap_or_default())
    };
    view! {
        <section class="card" aria-label="Chosen node" data-testid="node-card">
            <h2>
                {move || format!("node{}", session.selected.get())}
                {move || node.with(|n| n.as_ref().map(|n| view! {
                    <span class=format!("term t{}", term_hue(n.term))>{format!("term {}", n.term)}</span>
                    <span class="role-word">{text::role(n)}</span>
                }))}
            </h2>
            <p data-testid="node-sentence">{sentence}</p>
            {move || node.with(|n| n.as_ref().map(|n| view! { <Actions page=page id=n.id process=n.process /> }))}
            {move || node.with(|n| n.as_ref().map(facts))}
        </section>
    }
}

/// What can be done to a node.
#[component]
pub fn Actions(page: Page, id: NodeId, process: Process) -> impl IntoView {
    let up = process.is_up();
    let paused = process == Process::Paused;
    // A disabled button keeps its label and says why.
    let waits = process == Process::Announced;
    let is_down = (!up).then_some(if waits { "the node was never started" } else { "the node is down" });
    let actions: [(&str, &str, &str, Action, Option<&str>); 8] = [
        ("kill", "Crash", "K", Action::Kill(id), is_down),
        (
            "stop",
            "Stop",
            "S",
            Action::Stop(id),
            is_down.or(paused.then_some("a paused node cannot close its files")),
        ),
        ("restart", if waits { "Start" } else { "Restart" }, "R", Action::Restart(id), None),
        ("pause", "Pause", "U", Action::Pause(id), is_down.or(paused.then_some("it is paused already"))),
        ("resume", "Resume", "U", Action::Resume(id), (!paused).then_some("it is not paused")),
        ("isolate", "Isolate", "I", Action::Isolate(id), None),
        ("campaign", "Campaign", "C", Action::Campaign(id), is_down),
        ("transfer", "Hand over to it", "T", Action::Transfer(id), is_down),
    ];
    view! {
        <div class="row actions" role="group" aria-label=format!("Actions on node{id}")>
            {actions.into_iter().map(|(name, label, key, action, why_not)| {
                let title = why_not.map_or(format!("{label} ({key})"), |why| format!("{label}: {why}"));
                view! {
                    <button class="btn" data-testid=name title=title.clone() aria-disabled=why_not.is_some().to_string()
                        aria-label=title
                        on:click=move |_| {
                            match why_not {
                                Some(why) => page.session.tell(text::sentence(&format!("node{id}: {why}")), false),
                                None => {
                                    page.session.act(action.clone());
                                }
                            }
                        }>
                        {label}
                    </button>
                }
            }).collect_view()}
        </div>
    }
}

fn facts(node: &NodeView) -> impl IntoView + use<> {
    let dash = || "–".to_owned();
    let memory = |value: Option<u64>| {
        if node.process.is_up() { value.map_or_else(dash, |v| v.to_string()) } else { dash() }
    };
    let disk = |value: Option<u64>| value.map_or_else(dash, |v| v.to_string());
    let store = node.store.as_ref();
    let rows: [(&str, String, &str, String); 6] = [
        ("Endpoint", text::endpoint(node.id), "Id", node.id.to_string()),
        (
            "KV hash",
            store.map_or_else(dash, |s| s.hash.to_string()),
            "Revision",
            store.map_or_else(dash, |s| s.revision.to_string()),
        ),
        (
            "Keys",
            store.map_or_else(dash, |s| s.keys.to_string()),
            "DB size",
            text::bytes(node.disk_bytes + store.map_or(0, |s| s.bytes)),
        ),
        ("Last index", disk(node.last_index), "On disk", disk(node.durable_index)),
        ("Committed", memory(node.commit_index), "Applied", memory(node.applied_index)),
        (
            "Voted for",
            node.voted_for.map_or_else(dash, |id| format!("node{id}")),
            "Knows leader",
            node.leader.map_or_else(dash, |id| format!("node{id}")),
        ),
    ];
    view! {
        <dl class="facts">
            {rows.into_iter().map(|(a, av, b, bv)| view! {
                <dt>{a}</dt><dd class="mono">{av}</dd><dt>{b}</dt><dd class="mono">{bv}</dd>
            }).collect_view()}
        </dl>
    }
}
