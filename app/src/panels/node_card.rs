//! The node card: the chosen node's state and data, and the buttons that act on it.

use leptos::prelude::*;
use raft_core::model::NodeView;
use raft_core::units::NodeId;

use crate::browser::{focus, later};
use crate::kit::{Actions, Opener, Term, term_hue};
use crate::state::{Detail, Dialog, Selection, use_page};
use crate::text::{self, broken, node as words};

/// The card of the chosen node.
#[component]
pub fn NodeCard() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let node = Memo::new(move |_| {
        let id = session.selected.get();
        session.view.with(|view| view.nodes.iter().find(|node| node.id == id).cloned())
    });
    // The buttons are kept while nothing changes on which they depend: one may have the focus.
    let state = Memo::new(move |_| node.with(|n| n.as_ref().map(|n| (n.id, n.process))));
    let title = Memo::new(move |_| node.with(|n| n.as_ref().map(|n| (n.term, text::role(n)))));
    let inspect = move |_| {
        page.selection.set(Selection::Node(session.selected.get_untracked()));
        page.show_detail(Detail::Inspect);
        later(0, || focus("detail-inspect"));
    };
    let sentence = move || {
        node.with(|n| n.as_ref().map(|n| text::node_sentence(n, session.clock.get())).unwrap_or_default())
    };
    view! {
        <section class="card" aria-label=words::card() data-testid="node-card">
            <h2>
                {move || format!("node{}", session.selected.get())}
                {move || title.get().map(|(term, role)| view! {
                    <span class=format!("term t{}", term_hue(term))><Term id="term">{text::term(term)}</Term></span>
                    <span class="role-word">{role}</span>
                })}
            </h2>
            <p data-testid="node-sentence">{sentence}</p>
            {move || state.get().map(|(id, process)| view! { <Actions page=page id=id process=process /> })}
            <Facts node=node />
            <button type="button" class="tool" data-testid="inspect-node" on:click=inspect>
                {move || text::inspector::inspect_node(session.selected.get())}
            </button>
            " "
            <Opener which=Dialog::Break id="break-open-node" name=broken::open() />
        </section>
    }
}

/// Returns the values of a node's facts, in the order of [`Facts`].
fn facts(node: &NodeView) -> [String; 12] {
    let dash = || "–".to_owned();
    let memory = |value: Option<u64>| {
        if node.process.is_up() { value.map_or_else(dash, |v| v.to_string()) } else { dash() }
    };
    let disk = |value: Option<u64>| value.map_or_else(dash, |v| v.to_string());
    let other = |id: Option<NodeId>| id.map_or_else(dash, |id| format!("node{id}"));
    let store = node.store.as_ref();
    [
        text::endpoint(node.id),
        node.id.to_string(),
        store.map_or_else(dash, |s| s.hash.to_string()),
        store.map_or_else(dash, |s| s.revision.to_string()),
        store.map_or_else(dash, |s| s.keys.to_string()),
        text::bytes(node.disk_bytes + store.map_or(0, |s| s.bytes)),
        disk(node.last_index),
        disk(node.durable_index),
        memory(node.commit_index),
        memory(node.applied_index),
        other(node.voted_for),
        other(node.leader),
    ]
}

/// The facts of a node, two in a row. Their names are kept while their values change: one may have the focus.
#[component]
fn Facts(node: Memo<Option<NodeView>>) -> impl IntoView {
    let names = [
        words::endpoint(),
        words::id(),
        words::hash(),
        words::revision(),
        words::keys(),
        words::size(),
        words::last_index(),
        words::on_disk(),
        words::committed(),
        words::applied(),
        words::voted_for(),
        words::knows_leader(),
    ];
    let values = Memo::new(move |_| node.with(|node| node.as_ref().map(facts).unwrap_or_default()));
    let fact = |(at, name): (usize, &'static str)| {
        view! { <dt>{linked(name)}</dt><dd class="mono">{move || values.with(|values| values[at].clone())}</dd> }
    };
    view! { <dl class="card-facts">{names.into_iter().enumerate().map(fact).collect_view()}</dl> }
}

/// A name, linked to the glossary if it has an entry.
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

#[cfg(test)]
mod tests {
    use raft_core::model::Action;

    use super::*;
    use crate::samples::{led, node, view, view_after};

    #[test]
    fn a_card_tells_what_is_on_disk_and_what_the_process_knows() {
        let (cluster, leader) = led();
        let view = cluster.view();
        let card = facts(&node(&view, leader));
        assert_eq!(
            (card[0].as_str(), card[1].as_str()),
            (text::endpoint(leader).as_str(), leader.to_string().as_str())
        );
        assert_eq!(
            card[10..],
            [format!("node{leader}"), format!("node{leader}")],
            "it voted for itself and follows itself"
        );
        assert_eq!(card[6], card[7], "nothing waits for the disk");
        assert_eq!(card[8], card[9], "what is committed is applied");
    }

    #[test]
    fn of_a_node_that_is_down_only_its_disk_is_known() {
        let leader = view().status.leader.unwrap_or(1);
        let card = facts(&node(&view_after(Action::Crash(leader)), leader));
        assert_eq!((card[8].as_str(), card[9].as_str()), ("–", "–"), "what was in memory is gone");
        assert_ne!(card[6], "–", "the log is on its disk");
    }
}
