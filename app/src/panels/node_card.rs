//! The chosen node: what it is, what it holds, and what can be done to it.

use leptos::prelude::*;
use raft_core::cluster::{Action, NodeView, Process};
use raft_core::units::NodeId;

use crate::app::{Page, use_page};
use crate::broken::BreakButton;
use crate::browser::{focus, later};
use crate::details::Detail;
use crate::glossary::Term;
use crate::selection::Selection;
use crate::status::term_hue;
use crate::text::{self, node as words};

/// The card of the chosen node.
#[component]
pub fn NodeCard() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let node = Memo::new(move |_| {
        let id = session.selected.get();
        session.view.with(|view| view.nodes.iter().find(|node| node.id == id).cloned())
    });
    // The buttons stay while nothing changes that they depend on: one may have the keyboard.
    let state = Memo::new(move |_| node.with(|n| n.as_ref().map(|n| (n.id, n.process))));
    let inspect = move |_| {
        page.selection.set(Selection::Node(session.selected.get_untracked()));
        page.detail.set(Detail::Inspect);
        later(0, || focus("detail-inspect"));
    };
    let sentence = move || {
        node.with(|n| n.as_ref().map(|n| text::node_sentence(n, session.clock.get())).unwrap_or_default())
    };
    view! {
        <section class="card" aria-label=words::card() data-testid="node-card">
            <h2>
                {move || format!("node{}", session.selected.get())}
                {move || node.with(|n| n.as_ref().map(|n| (n.term, text::role(n)))).map(|(term, role)| view! {
                    <span class=format!("term t{}", term_hue(term))><Term id="term">{text::term(term)}</Term></span>
                    <span class="role-word">{role}</span>
                })}
            </h2>
            <p data-testid="node-sentence">{sentence}</p>
            {move || state.get().map(|(id, process)| view! { <Actions page=page id=id process=process /> })}
            {move || node.with(|n| n.as_ref().map(facts))}
            <button type="button" class="tool" data-testid="inspect-node" on:click=inspect>
                {move || text::inspector::inspect_node(session.selected.get())}
            </button>
            " "
            <BreakButton id="break-open-node" />
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
    let is_down = (!up).then_some(if waits { words::never_started() } else { words::is_down() });
    let actions: [(&str, &str, &str, Action, Option<&str>); 9] = [
        ("kill", words::crash(), "K", Action::Kill(id), is_down),
        (
            "stop",
            words::stop(),
            "S",
            Action::Stop(id),
            is_down.or(paused.then_some(words::paused_cannot_stop())),
        ),
        ("restart", if waits { words::start() } else { words::restart() }, "R", Action::Restart(id), None),
        ("pause", words::pause(), "U", Action::Pause(id), is_down.or(paused.then_some(words::is_paused()))),
        ("resume", words::resume(), "U", Action::Resume(id), (!paused).then_some(words::is_not_paused())),
        ("isolate", words::isolate(), "I", Action::Isolate(id), None),
        ("campaign", words::campaign(), "C", Action::Campaign(id), is_down),
        ("transfer", words::transfer(), "T", Action::Transfer(id), is_down),
        ("wipe", words::wipe(), "", Action::Wipe(id), waits.then_some(words::never_started())),
    ];
    view! {
        <div class="row actions" role="group" aria-label=words::actions(id)>
            {actions.into_iter().map(|(name, label, key, action, why_not)| {
                let title = why_not.map_or(if key.is_empty() { label.to_owned() } else { words::with_key(label, key) }, |why| words::why_not(label, why));
                view! {
                    <button class="btn" data-testid=name title=title.clone() aria-disabled=why_not.is_some().to_string()
                        aria-label=title
                        on:click=move |_| {
                            match why_not {
                                Some(why) => page.session.tell(text::sentence(&words::refused(id, why)), false),
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
        (words::endpoint(), text::endpoint(node.id), words::id(), node.id.to_string()),
        (
            words::hash(),
            store.map_or_else(dash, |s| s.hash.to_string()),
            words::revision(),
            store.map_or_else(dash, |s| s.revision.to_string()),
        ),
        (
            words::keys(),
            store.map_or_else(dash, |s| s.keys.to_string()),
            words::size(),
            text::bytes(node.disk_bytes + store.map_or(0, |s| s.bytes)),
        ),
        (words::last_index(), disk(node.last_index), words::on_disk(), disk(node.durable_index)),
        (words::committed(), memory(node.commit_index), words::applied(), memory(node.applied_index)),
        (
            words::voted_for(),
            node.voted_for.map_or_else(dash, |id| format!("node{id}")),
            words::knows_leader(),
            node.leader.map_or_else(dash, |id| format!("node{id}")),
        ),
    ];
    view! {
        <dl class="facts">
            {rows.into_iter().map(|(a, av, b, bv)| view! {
                <dt>{linked(a)}</dt><dd class="mono">{av}</dd><dt>{linked(b)}</dt><dd class="mono">{bv}</dd>
            }).collect_view()}
        </dl>
    }
}

/// A name, linked to the glossary when it is a word of it.
fn linked(name: &'static str) -> AnyView {
    let terms = [
        (words::endpoint(), "endpoint"),
        (words::hash(), "hash"),
        (words::revision(), "revision"),
        (words::last_index(), "index"),
        (words::on_disk(), "fsync"),
        (words::committed(), "commit-index"),
        (words::applied(), "applied"),
        (words::voted_for(), "vote"),
        (words::knows_leader(), "leader"),
    ];
    match terms.into_iter().find(|(known, _)| *known == name) {
        Some((_, id)) => view! { <Term id=id>{name}</Term> }.into_any(),
        None => view! { {name} }.into_any(),
    }
}
