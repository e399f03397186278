//! The stage: the ring of nodes, and what travels between them.
//!
//! What changes rarely goes through signals; what moves each frame is set by the
//! [`Painter`] on elements that it keeps.

mod cuts;
mod geometry;
mod node;
mod painter;

use leptos::prelude::*;
pub use painter::Painter;

use crate::app::{Dialog, use_page};
use crate::text;
use cuts::Cuts;
use geometry::{Ring, Tenths, measures};
use node::Node;
pub use node::sample;
use raft_core::cluster::{Action, Role};

/// The ring with its nodes, messages and cuts.
#[component]
pub fn Stage() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let ring = Memo::new(move |_| session.view.with(|view| Ring::of(view)));
    let caption = Memo::new(move |_| session.view.with(|view| text::caption(view)));
    let m = move || measures(page.narrow.get(), ring.with(Ring::len));
    let box_of = move || {
        let (width, height) = m().size;
        format!("0 0 {} {}", Tenths(width), Tenths(height))
    };
    let cut = Memo::new(move |_| session.view.with(|view| !view.cuts.is_empty()));
    view! {
        <section class="stage" aria-label="Cluster">
            <div class="caption" data-testid="caption">
                <b>{move || caption.with(|c| c.0.clone())}</b>
                <span>{move || caption.with(|c| c.1.clone())}</span>
            </div>
            <div class="tools">
                <button class="btn" data-testid="partition-open" on:click=move |_| page.dialog.set(Some(Dialog::Partition))>
                    "Partition…"
                </button>
                <button class="btn" data-testid="heal" prop:disabled=move || !cut.get()
                    title=move || if cut.get() { "Remove all cuts (H)" } else { "No link is cut" }
                    on:click=move |_| { session.act(Action::Heal(None)); }>
                    "Heal"
                </button>
            </div>
            <svg class="ring-view" viewBox=box_of role="group" aria-label="Nodes, clockwise from the top">
                <defs>
                    <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                        <rect class="hatch-ground" width="5" height="5" />
                        <line class="hatchline" x1="0" y1="0" x2="0" y2="5" />
                    </pattern>
                    <Signs />
                </defs>
                <ellipse class="ring" cx=move || Tenths(m().center.x).to_string() cy=move || Tenths(m().center.y).to_string()
                    rx=move || Tenths(m().ring_x).to_string() ry=move || Tenths(m().ring_y).to_string() />
                <Cuts />
                <g id="wires" aria-hidden="true"></g>
                <Tally />
                {move || ring.with(|ring| ring.ids().iter().map(|id| view! { <Node id=*id ring=ring.clone() /> }).collect_view())}
                <g id="messages" aria-hidden="true"></g>
            </svg>
            <Legend />
        </section>
    }
}

/// What the messages look like: the shape says the kind; filled asks, hollow answers.
#[component]
fn Signs() -> impl IntoView {
    view! {
        <g id="m-vote"><circle class="msg" r="8" /></g>
        <g id="m-vote-yes"><circle class="hollow" r="7.5" /><path class="sign" d="M-3.5 0h7M0-3.5v7" /></g>
        <g id="m-vote-no"><circle class="hollow" r="7.5" /><path class="sign" d="M-3.5 0h7" /></g>
        <g id="m-pre"><circle class="dash" r="7.5" /><circle class="msg" r="3" /></g>
        <g id="m-pre-yes"><circle class="dash" r="7.5" /><path class="sign" d="M-3 0h6M0-3v6" /></g>
        <g id="m-pre-no"><circle class="dash" r="7.5" /><path class="sign" d="M-3 0h6" /></g>
        <g id="m-append"><rect class="msg" x="-8" y="-8" width="16" height="16" /></g>
        <g id="m-append-yes"><rect class="hollow" x="-7" y="-7" width="14" height="14" /><path class="sign" d="M-3.5 0h7M0-3.5v7" /></g>
        <g id="m-append-no"><rect class="hollow" x="-7" y="-7" width="14" height="14" /><path class="sign" d="M-3.5 0h7" /></g>
        <g id="m-beat"><rect class="msg" x="-4.5" y="-4.5" width="9" height="9" /></g>
        <g id="m-beat-yes"><rect class="hollow" x="-4.5" y="-4.5" width="9" height="9" /></g>
        <g id="m-beat-no"><rect class="hollow" x="-4.5" y="-4.5" width="9" height="9" /><path class="sign" d="M-2 0h4" /></g>
        <g id="m-snap"><path class="msg" d="M-8-8h16v4h-16zM-8-2h16v4h-16zM-8 4h16v4h-16z" /></g>
        <g id="m-snap-yes"><path class="hollow" d="M-8-8h16v4h-16zM-8-2h16v4h-16zM-8 4h16v4h-16z" /></g>
        <g id="m-transfer"><path class="msg" d="M-8-4h8v-4l8 8-8 8v-4h-8z" /></g>
        <g id="m-transfer-yes"><path class="hollow" d="M-8-4h8v-4l8 8-8 8v-4h-8z" /></g>
        <g id="m-client"><path class="msg" d="M0-9l9 9-9 9-9-9z" /></g>
        <g id="m-client-yes"><path class="hollow" d="M0-8.5l8.5 8.5-8.5 8.5-8.5-8.5z" /><path class="sign" d="M-3 0h6M0-3v6" /></g>
        <g id="m-client-no"><path class="hollow" d="M0-8.5l8.5 8.5-8.5 8.5-8.5-8.5z" /><path class="sign" d="M-3 0h6" /></g>
        <g id="m-broken"><path class="broken" d="M-6-6l12 12M6-6l-12 12" /></g>
    }
}

/// In the middle: how an election stands.
#[component]
fn Tally() -> impl IntoView {
    let page = use_page();
    let votes = Memo::new(move |_| {
        page.session.view.with(|view| {
            let candidates = view.nodes.iter().filter(|node| {
                node.process.is_up() && matches!(node.role, Role::Candidate | Role::PreCandidate)
            });
            let newest = candidates.max_by_key(|node| node.term)?;
            let granted = newest.ballots.iter().filter(|ballot| ballot.granted == Some(true)).count();
            Some((newest.id, granted as u64, view.status.quorum))
        })
    });
    let center =
        move || measures(page.narrow.get(), page.session.view.with(|view| view.nodes.len() as u64)).center;
    view! {
        {move || votes.get().map(|(id, granted, quorum)| view! {
            <g class="tally" aria-hidden="true">
                <text class="tally-count" x=Tenths(center().x).to_string() y=Tenths(center().y).to_string()>{format!("{granted} of {quorum}")}</text>
                <text class="tally-what" x=Tenths(center().x).to_string() y=Tenths(center().y + 18.0).to_string()>{format!("votes for node{id}")}</text>
            </g>
        })}
    }
}

#[component]
fn Legend() -> impl IntoView {
    let sign = |href: &'static str, name: &'static str| {
        view! {
            <span>
                <svg width="20" height="20" viewBox="-10 -10 20 20" aria-hidden="true"><use href=href></use></svg>
                {name}
            </span>
        }
    };
    view! {
        <div class="legend">
            {sign("#m-append", "entries")}
            {sign("#m-beat", "heartbeat")}
            {sign("#m-vote", "vote")}
            {sign("#m-client", "client's request passed on")}
            {sign("#m-append-yes", "hollow: the answer, yes or no")}
            {sign("#m-broken", "lost")}
        </div>
    }
}
