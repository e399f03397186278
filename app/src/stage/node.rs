//! A node on the ring: disc, arc and term, and beside it name, role, hash and log.

use leptos::prelude::*;
use raft_core::model::{Ballot, NodeView, Role, Standing};
use raft_core::units::NodeId;

use super::geometry::{LabelSide, Measures, Ring, measures};
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
    let class = move || frame.with(|p| class_of(p.as_ref(), session.selected.get() == id));
    let translate = move || {
        let at = ring.with_value(|ring| ring.place(&measures(page.room.get(), members), id));
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
    let m = Memo::new(move |_| measures(page.room.get(), members));
    let disc = move || m.get().disc;
    let arc = move || m.get().arc;
    let term = move || term_hue(frame.with(|p| p.as_ref().map_or(0, |p| p.view.term)));
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
            <circle class="stage-glow" r=move || Tenths(arc() + 30.0).to_string() />
            <circle class="stage-hit" r=move || Tenths(arc() + 2.0).to_string() />
            <circle class="stage-focus" r=move || Tenths(arc() + 4.0).to_string() />
            <g class=move || format!("t{}", term())>
                <circle class="stage-track" r=move || Tenths(arc()).to_string() />
                <circle class="stage-arc" id=format!("arc-{id}") r=move || Tenths(arc() - 2.5).to_string()
                    transform="rotate(-90)" pathLength="1000" stroke-dasharray="0 1000" />
                <circle class="stage-gap" r=move || Tenths(disc() + 2.5).to_string() />
            </g>
            <circle class="stage-disc" r=move || Tenths(disc()).to_string() />
            {move || sign.get().map(|(process, role, has_quorum)| glyph(process, role, has_quorum, disc() / 30.0))}
            {move || frame.with(|p| p.as_ref().map(|p| ring.with_value(|ring| ballots(&p.view.ballots, ring, disc() / 30.0))))}
            <g class=move || format!("stage-chip t{}", term())
                transform=move || format!("translate(0 {})", Tenths(arc() + 1.0))>
                <rect x="-15" y="-9" width="30" height="18" rx="3" />
                <text y="4">{move || with(|node| format!("T{}", node.term))}</text>
            </g>
            {move || ring.with_value(|ring| beside(frame, id, ring, &m.get()))}
        </g>
    }
}

/// Returns the classes of a node: its look, whether it is chosen, and whether it has no quorum.
fn class_of(frame: Option<&NodeFrame>, is_chosen: bool) -> String {
    let look = frame.map_or("stage-starting", |frame| look_of(frame.view.process, frame.view.role));
    let chosen = if is_chosen { " stage-chosen" } else { "" };
    let alone = if frame.is_some_and(|frame| !frame.view.has_quorum) { " stage-alone" } else { "" };
    format!("stage-node {look}{chosen}{alone}")
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

/// Draws name, role, hash and log beside the disc; on a narrow stage, name and hash above or below it.
fn beside(frame: Memo<Option<NodeFrame>>, id: NodeId, ring: &Ring, m: &Measures) -> AnyView {
    let of = move |say: fn(&NodeFrame) -> String| frame.with(|p| p.as_ref().map(say).unwrap_or_default());
    let name = format!("node{id}");
    let class = move || of(|p| format!("stage-beside {}", colour_of(&p.view)));
    let hash = move || of(hash_of);
    if m.narrow {
        let at = narrow_label(id, ring, m);
        return view! {
            <g class=class id=format!("beside-{id}") text-anchor=at.anchor>
                <text class="stage-name" x=Tenths(at.x).to_string() y=Tenths(at.y).to_string()>{name}</text>
                {m.hashes.then(|| view! {
                    <text class="stage-hash mono" x=Tenths(at.x).to_string() y=Tenths(at.y + 16.0).to_string()>{hash}</text>
                })}
            </g>
        }
        .into_any();
    }
    let width = strip::width();
    let gap = m.arc as i64 + 14;
    let side = ring.label_side(id);
    let (anchor, x, strip_x) = match side {
        LabelSide::Right => ("start", gap, gap),
        LabelSide::Left => ("end", -gap, -gap - width),
    };
    let role = move |dx: &'static str| {
        view! { <tspan class="stage-role" dx=dx>{move || of(role_of)}</tspan> }
    };
    // The name is nearest to the disc.
    let title = match side {
        LabelSide::Right => view! { <tspan class="stage-name">{name}</tspan>{role("7")} }.into_any(),
        LabelSide::Left => view! { {role("0")}<tspan class="stage-name" dx="7">{name}</tspan> }.into_any(),
    };
    // The label is part of the button.
    view! {
        <rect class="stage-hit" x=strip_x - 6 y="-32" width=width + 12 height=if m.logs { "66" } else { "40" } />
        <g class=class text-anchor=anchor>
            <text x=x y="-15">{title}</text>
            <text class="stage-hash mono" x=x y="3">{hash}</text>
        </g>
        {m.logs.then(|| view! { <g transform=format!("translate({strip_x} 11)")>{strip::strip(frame)}</g> })}
    }
    .into_any()
}

/// The place of a label on a narrow stage, from the middle of its node, in CSS pixels.
struct NarrowLabel {
    anchor: &'static str,
    x: f64,
    /// The baseline of the name; that of the hash is 16 below.
    y: f64,
}

/// Returns the place of a label on a narrow stage: at the right of the topmost node, above the nodes of the upper half,
/// below those of the lower half, and inside the stage.
fn narrow_label(id: NodeId, ring: &Ring, m: &Measures) -> NarrowLabel {
    /// Half the width of a hash, and the distance to the edge of the stage.
    const HALF: f64 = 40.0;
    const EDGE: f64 = 8.0;
    if ring.seat(id) == 1 && !ring.is_crowded() {
        return NarrowLabel { anchor: "start", x: m.arc + 8.0, y: -11.0 };
    }
    let at = ring.place(m, id).x;
    let inside = at.max(EDGE + HALF).min(m.size.0 - EDGE - HALF);
    // On a small ring, a label above would meet that of the topmost node.
    const SMALL: f64 = 115.0;
    let is_above = sin(ring.angle(id)) < 0.0 && (m.ring >= SMALL || ring.is_crowded());
    let above = if m.hashes { -m.arc - 22.0 } else { -m.arc - 6.0 };
    let y = if is_above { above } else { m.arc + 25.0 };
    NarrowLabel { anchor: "middle", x: inside - at, y }
}
