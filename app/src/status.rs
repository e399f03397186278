//! The status line: one sentence that is always true, and the message to the person.

use leptos::prelude::*;
use raft_core::model::{ClusterView, NodeView, Process};
use raft_core::units::NodeId;

use crate::kit::{Term, term_hue};
use crate::state::use_page;
use crate::text;

/// The contents of the status line.
#[derive(Clone, PartialEq)]
struct StatusFacts {
    /// The number of members that are up, in words.
    up: String,
    /// The number of members that make a quorum.
    quorum: usize,
    quorum_text: String,
    leader: Option<NodeId>,
    term: u64,
    /// What that means for writes, in words.
    meaning: String,
}

/// The members that are up, the quorum, the leader, and what that means for writes.
#[component]
pub fn StatusLine(
    /// What stands at the end of the line.
    children: Children,
) -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let facts = Memo::new(move |_| {
        session.view.with(|view| {
            let status = &view.status;
            StatusFacts {
                up: text::how_many_up(status),
                quorum: status.quorum as usize,
                quorum_text: text::quorum(status),
                leader: status.leader,
                term: status.term,
                meaning: text::meaning(view),
            }
        })
    });
    let boxes = Memo::new(move |_| session.view.with(|view| boxes_of(view)));
    let warnings = Memo::new(move |_| session.view.with(|view| view.warnings.clone()));
    view! {
        <section class="status" aria-label=text::status()>
            <span class="status-boxes" aria-hidden="true">
                {move || {
                    let quorum = facts.with(|facts| facts.quorum);
                    boxes.get().into_iter().enumerate().map(|(at, class)| view! {
                        <i class=class></i>
                        {(at + 1 == quorum).then(|| view! { <i class="status-quorum"></i> })}
                    }).collect_view()
                }}
            </span>
            <p data-testid="status" aria-live="polite">
                // The links are kept while their text changes: one may have the focus.
                <b>{move || facts.with(|facts| facts.up.clone())}</b><span class="status-dot">" · "</span>
                <Term id="quorum">{move || facts.with(|facts| facts.quorum_text.clone())}</Term><span class="status-dot">" · "</span>
                {move || facts.with(|facts| facts.leader).map(|id| view! { <b class="c-leader">{format!("node{id}")}</b>" " })}
                <Term id="leader">
                    {move || if facts.with(|facts| facts.leader.is_some()) { text::leads() } else { text::nobody_leads() }}
                </Term>
                " "
                <span class=move || format!("term t{}", term_hue(facts.with(|facts| facts.term)))>
                    <Term id="term">{move || text::term(facts.with(|facts| facts.term))}</Term>
                </span>
                <span class="status-dot status-after">" · "</span>
                <b class="status-after">{move || facts.with(|facts| facts.meaning.clone())}</b>
            </p>
            <span class="status-end">{children()}</span>
            {move || warnings.get().into_iter().map(|warning| view! { <p class="status-why">{text::warning(warning)}</p> }).collect_view()}
        </section>
        <div role="status" aria-live="assertive" data-testid="notice">
            {move || session.notice.get().map(|notice| view! {
                <p class="notice" class:error=notice.is_error>
                    {notice.text}
                    <button class="btn plain" aria-label=text::dismiss() on:click=move |_| session.notice.set(None)>
                        {text::dismiss()}
                    </button>
                </p>
            })}
        </div>
    }
}

/// A box for each member, by its class: first those that are up, then those that are paused, then those that are gone.
fn boxes_of(view: &ClusterView) -> Vec<&'static str> {
    let members = view.status.configuration.current();
    let class = |node: &NodeView| match node.process {
        Process::Running | Process::Starting => "status-box",
        Process::Paused => "status-box status-held",
        _ => "status-box status-gone",
    };
    let classes: Vec<_> = view.nodes.iter().filter(|node| members.contains(&node.id)).map(class).collect();
    let those = |wanted| classes.iter().copied().filter(move |class| *class == wanted);
    ["status-box", "status-box status-held", "status-box status-gone"].into_iter().flat_map(those).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use raft_core::model::Action;

    use super::*;
    use crate::samples::led;

    #[test]
    fn the_boxes_are_sorted_by_what_can_vote_whatever_the_nodes_numbers() {
        let (mut cluster, _) = led();
        assert_eq!(boxes_of(&cluster.view()), ["status-box"; 5]);
        cluster.apply(Action::Crash(1)).unwrap();
        cluster.apply(Action::Pause(2)).unwrap();
        assert_eq!(
            boxes_of(&cluster.view()),
            ["status-box", "status-box", "status-box", "status-box status-held", "status-box status-gone"]
        );
    }
}
