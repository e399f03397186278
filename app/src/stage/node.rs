//! A node on the ring: disc, arc and term, and beside it name, role, hash and log.

use leptos::prelude::*;
use raft_core::model::{Ballot, NodeView, Role, Standing};
use raft_core::units::NodeId;

use super::geometry::{LabelSide, Ring, measures};
use super::strip::{self, NodeFrame};
use crate::browser::{cos, sin};
use crate::kit::{Tenths, glyph, look_of, term_hue};
use crate::state::use_page;
use crate::text;

/// A node of the ring.
#[component]
pub fn Node(id: NodeId, ring: Ring) -> impl IntoView {
    let members = ring.len();
    let ring = StoredValue::new(ring);
    let page = use_page();
    let session = page.session;
    let frame = Memo::new(move |_| {
        session.view.with(|view| session.crashes.with(|crashes| NodeFrame::of(view, id, crashes)))
    });
    let class = move || {
        let look =
            frame.with(|p| p.as_ref().map_or("stage-starting", |p| look_of(p.view.process, p.view.role)));
        let chosen = if session.selected.get() == id { " stage-chosen" } else { "" };
        format!("stage-node {look}{chosen}")
    };
    let translate = move || {
        let at = ring.with_value(|ring| ring.place(&measures(page.narrow.get(), members), id));
        format!("translate({at})")
    };
    let with = move |look: fn(&NodeView) -> String| {
        frame.with(|p| p.as_ref().map(|p| look(&p.view)).unwrap_or_default())
    };
    let label = move || {
        with(|node| {
            let hash = match &node.store {
                Some(store) => text::stage::hash(store.hash),
                None => text::stage::no_answer().to_owned(),
            };
            text::stage::node_label(node.id, text::role(node), node.term, hash)
        })
    };
    // The drawing on the disc changes less often than the text beside it.
    let sign = Memo::new(move |_| {
        frame.with(|p| p.as_ref().map(|p| (p.view.process, p.view.role, p.view.has_quorum)))
    });
    let disc = move || measures(page.narrow.get(), members).disc;
    let arc = move || measures(page.narrow.get(), members).arc;
    view! {
        <g class=class transform=translate id=format!("node-{id}") tabindex="0" role="button" aria-label=label
            aria-pressed=move || (session.selected.get() == id).to_string()
            data-testid=format!("node-{id}")
            data-role=move || with(|node| text::role(node).to_owned())
            data-process=move || with(|node| format!("{:?}", node.process))
            data-term=move || with(|node| node.term.to_string())
            data-hash=move || with(|node| node.store.as_ref().map(|store| store.hash.to_string()).unwrap_or_default())
            on:click=move |_| session.selected.set(id)
            on:keydown=move |event| {
                // While nodes are gathered, Enter cuts them off.
                if event.key() != "Enter" || page.sight.gathered.with_untracked(Vec::is_empty) {
                    ring.with_value(|ring| keys(&event, id, ring));
                }
            }
        >
            <circle class="stage-hit" r=move || Tenths(arc() + if page.narrow.get() { 4.0 } else { 2.0 }).to_string() />
            <circle class="stage-focus" r=move || Tenths(arc() + 6.0).to_string() />
            <circle class="stage-track" r=move || Tenths(arc()).to_string() />
            <circle class="stage-arc" id=format!("arc-{id}") r=move || Tenths(arc()).to_string()
                transform="rotate(-90)" pathLength="1000" stroke-dasharray="0 1000" />
            <circle class="stage-disc" r=move || Tenths(disc()).to_string() />
            {move || sign.get().map(|(process, role, has_quorum)| glyph(process, role, has_quorum, disc() / 30.0))}
            {move || frame.with(|p| p.as_ref().map(|p| ring.with_value(|ring| ballots(&p.view.ballots, ring, disc() / 30.0))))}
            <g class=move || format!("stage-chip t{}", term_hue(frame.with(|p| p.as_ref().map_or(0, |p| p.view.term))))
                transform=move || format!("translate(0 {})", Tenths(arc() + 1.0))>
                <rect x="-15" y="-9" width="30" height="18" rx="3" />
                <text y="4">{move || with(|node| format!("T{}", node.term))}</text>
            </g>
            {move || ring.with_value(|ring| beside(frame, id, ring, page.narrow.get()))}
        </g>
    }
}

/// Handles the arrow keys, which move around the ring.
fn keys(event: &web_sys::KeyboardEvent, id: NodeId, ring: &Ring) {
    let page_select = |to: NodeId| {
        event.prevent_default();
        crate::browser::focus_and_click(&format!("node-{to}"));
    };
    match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => page_select(ring.next(id, 1)),
        "ArrowLeft" | "ArrowUp" => page_select(ring.next(id, ring.len() - 1)),
        "Enter" | " " => page_select(id),
        _ => return,
    }
    event.stop_propagation();
}

/// Draws a candidate's ballots, arranged like the cluster: filled for yes, struck for no.
fn ballots(ballots: &[Ballot], ring: &Ring, scale: f64) -> impl IntoView + use<> {
    let dots = ballots.iter().map(|ballot| {
        let angle = ring.angle(ballot.node);
        let (x, y) = (17.0 * scale * cos(angle), 17.0 * scale * sin(angle));
        let transform = format!("translate({} {}) scale({})", Tenths(x), Tenths(y), Tenths(scale));
        let (class, path) = match ballot.granted {
            Some(true) => ("stage-ballot stage-yes", "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0"),
            Some(false) => ("stage-ballot stage-no", "M-4-4l8 8M4-4l-8 8"),
            None => ("stage-ballot", "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0"),
        };
        view! { <path class=class d=path transform=transform /> }
    });
    dots.collect_view()
}

fn colour_of(node: &NodeView) -> &'static str {
    match (node.process.is_up(), node.role) {
        (false, _) => "c-down",
        (true, Role::Leader) => "c-leader",
        (true, Role::Follower | Role::Learner) => "c-follower",
        (true, Role::Candidate | Role::PreCandidate) => "c-ink",
    }
}

fn role_of(frame: &NodeFrame) -> String {
    let node = &frame.view;
    let learns = matches!(node.standing, Standing::Learner | Standing::Joining);
    if learns && node.process.is_up() {
        // The match index that the leader knows, of the last index.
        let matched = node.matched.map_or("–".to_owned(), |index| index.to_string());
        format!("{} {}", text::role(node), text::stage::catching_up(matched, frame.last))
    } else {
        text::role(node).to_owned()
    }
}

fn hash_of(frame: &NodeFrame) -> String {
    let store = frame.view.store.as_ref();
    store.map_or(text::stage::no_answer().to_owned(), |store| store.hash.to_string())
}

/// Draws name, role, hash and log beside the disc.
fn beside(frame: Memo<Option<NodeFrame>>, id: NodeId, ring: &Ring, narrow: bool) -> AnyView {
    let of = move |say: fn(&NodeFrame) -> String| frame.with(|p| p.as_ref().map(say).unwrap_or_default());
    let name = format!("node{id}");
    let class = move || of(|p| format!("stage-beside {}", colour_of(&p.view)));
    let hash = move || of(hash_of);
    if narrow {
        let (name_y, hash_y, strip_y) = if ring.is_crowded() { (-26, 43, 48) } else { (-30, 46, 52) };
        return view! {
            <g class=class id=format!("beside-{id}") text-anchor="middle">
                <text class="stage-name" y=name_y>{name}</text>
                <text class="stage-hash mono" y=hash_y>{hash}</text>
            </g>
            <g transform=format!("translate({} {strip_y})", -strip::width(true) / 2)>{strip::strip(frame, true)}</g>
        }
        .into_any();
    }
    let strip_width = strip::width(false);
    let (anchor, x, strip_x) = match ring.label_side(id) {
        LabelSide::Right => ("start", 48, 48),
        LabelSide::Left => ("end", -48, -48 - strip_width),
        LabelSide::Above => ("middle", 0, -strip_width / 2),
    };
    // The label of the topmost node is higher, clear of the disc and its cut-outs.
    let y = match ring.label_side(id) {
        LabelSide::Above => -76,
        _ if ring.seat(id) == 1 => -20,
        // In a crowded ring, nodes at the bottom move theirs away from those above.
        _ if ring.is_crowded() && sin(ring.angle(id)) > 0.9 => 12,
        _ => 0,
    };
    // The label is part of the button.
    let (hit_x, hit_y) = (strip_x - 6, y - 32);
    view! {
        <rect class="stage-hit" x=hit_x y=hit_y width=strip_width + 12 height="66" />
        <g class=class text-anchor=anchor>
            <text x=x y=y - 15>
                <tspan class="stage-name">{name}</tspan>
                <tspan class="stage-role" dx="7">{move || of(role_of)}</tspan>
            </text>
            <text class="stage-hash mono" x=x y=y + 2>{hash}</text>
        </g>
        <g transform=format!("translate({strip_x} {})", y + 10)>{strip::strip(frame, false)}</g>
    }
    .into_any()
}
