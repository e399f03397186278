//! One node on the ring: disc, arc, term, and beside it name, role, hash and log.

use leptos::prelude::*;
use raft_core::cluster::{LogCell, NodeView, Process, Role, Standing};
use raft_core::units::NodeId;

use super::geometry::{LabelSide, Ring, Tenths, measures};
use crate::app::use_page;
use crate::browser::{cos, sin};
use crate::status::term_hue;
use crate::text;

/// Cells of the strip beside a node.
const CELLS: u64 = 8;

/// What the drawing needs to know of a node; equal pictures are not drawn again.
#[derive(Clone, PartialEq)]
struct Picture {
    view: NodeView,
    /// The first index of the strips, the same for all nodes.
    window: u64,
    /// The last index of any log.
    last: u64,
}

/// A node of the ring.
#[component]
pub fn Node(id: NodeId, ring: Ring) -> impl IntoView {
    let members = ring.len();
    let ring = StoredValue::new(ring);
    let page = use_page();
    let session = page.session;
    let picture = Memo::new(move |_| {
        session.view.with(|view| {
            let last = view.nodes.iter().filter_map(|node| node.last_index).max().unwrap_or(0);
            let window = (last + 1).saturating_sub(CELLS);
            let found = view.nodes.iter().find(|node| node.id == id);
            found.map(|node| {
                // What changes with every heartbeat is drawn by the painter.
                let view = NodeView { countdown: None, lease_until: None, ..node.clone() };
                Picture { view, window, last }
            })
        })
    });
    let class = move || {
        let look = picture.with(|p| {
            p.as_ref().map_or("starting", |p| look_of(p.view.process, p.view.role, p.view.has_quorum))
        });
        let chosen = if session.selected.get() == id { " chosen" } else { "" };
        format!("node {look}{chosen}")
    };
    let translate = move || {
        let at = ring.with_value(|ring| ring.place(&measures(page.narrow.get(), members), id));
        format!("translate({at})")
    };
    let with = move |look: fn(&NodeView) -> String| {
        picture.with(|p| p.as_ref().map(|p| look(&p.view)).unwrap_or_default())
    };
    let label = move || {
        with(|node| {
            let hash =
                node.store.as_ref().map_or("no answer".to_owned(), |store| format!("hash {}", store.hash));
            format!("node{}, {}, term {}, {hash}", node.id, text::role(node), node.term)
        })
    };
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
            on:keydown=move |event| ring.with_value(|ring| keys(&event, id, ring))
        >
            <circle class="hit" r="44" />
            <circle class="focus-ring" r=move || Tenths(arc() + 6.0).to_string() />
            <circle class="track" r=move || Tenths(arc()).to_string() />
            <circle class="arc" id=format!("arc-{id}") r=move || Tenths(arc()).to_string() transform="rotate(-90)" pathLength="1000" stroke-dasharray="0 1000" />
            <circle class="disc" r=move || Tenths(disc()).to_string() />
            {move || picture.with(|p| p.as_ref().map(|p| glyph(p.view.process, p.view.role, p.view.has_quorum, disc() / 30.0)))}
            {move || picture.with(|p| p.as_ref().map(|p| ring.with_value(|ring| ballots(&p.view, ring, disc() / 30.0))))}
            <g class=move || format!("chip t{}", term_hue(picture.with(|p| p.as_ref().map_or(0, |p| p.view.term))))
                transform=move || format!("translate(0 {})", Tenths(arc() + 1.0))>
                <rect x="-15" y="-9" width="30" height="18" rx="3" />
                <text y="4">{move || with(|node| format!("T{}", node.term))}</text>
            </g>
            {move || picture.with(|p| p.as_ref().map(|p| ring.with_value(|ring| beside(p, ring, page.narrow.get()))))}
        </g>
    }
}

/// Arrow keys move around the ring.
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

/// A node in a state, for a legend: as it is drawn on the ring, without what is beside it.
pub fn sample(process: Process, role: Role, has_quorum: bool) -> impl IntoView {
    view! {
        <g class=format!("node {}", look_of(process, role, has_quorum))>
            <circle class="disc" r="30" />
            {glyph(process, role, has_quorum, 1.0)}
            {(role == Role::Candidate).then(|| view! {
                <circle class="ballot yes" cx="0" cy="-14" r="5" />
                <circle class="ballot yes" cx="13" cy="6" r="5" />
                <circle class="ballot" cx="-13" cy="6" r="5" />
                <path class="ballot" d="M-16 6h6" />
            })}
        </g>
    }
}

fn look_of(process: Process, role: Role, has_quorum: bool) -> &'static str {
    match (process, role) {
        (Process::Crashed | Process::Failed | Process::Wiped, _) => "crashed",
        (Process::Stopped, _) => "stopped",
        (Process::Starting, _) => "starting",
        (Process::Announced, _) => "added",
        (Process::Removed, _) => "removed stopped",
        (Process::Paused, Role::Leader) => "leader paused",
        (Process::Paused, _) => "follower paused",
        (Process::Running, Role::Leader) if !has_quorum => "leader alone",
        (Process::Running, Role::Leader) => "leader",
        (Process::Running, Role::Candidate) => "candidate",
        (Process::Running, Role::PreCandidate) => "precandidate",
        (Process::Running, Role::Follower) => "follower",
        (Process::Running, Role::Learner) => "learner",
    }
}

/// The sign on the disc, so that colour never speaks alone.
fn glyph(process: Process, role: Role, has_quorum: bool, scale: f64) -> impl IntoView + use<> {
    let transform = format!("scale({})", Tenths(scale));
    let path = match (process, role) {
        (Process::Crashed | Process::Failed, _) => Some(("glyph", "M-10-10l20 20M10-10l-20 20")),
        (Process::Wiped, _) => Some(("glyph", "M-9-9h18v18h-18zM-9 9l18-18")),
        (Process::Stopped, _) => Some(("glyph-fill", "M-9-9h18v18h-18z")),
        (Process::Announced, _) => Some(("glyph", "M-9 0h18M0-9v18")),
        (Process::Removed, _) => Some(("glyph", "M-9 0h18")),
        (Process::Paused, _) => Some(("glyph", "M-6-9v18M6-9v18")),
        (Process::Starting, _) => Some(("glyph-fill", "M-10-2h4v4h-4zM-2-2h4v4h-4zM6-2h4v4h-4z")),
        (Process::Running, Role::Leader) => Some(("glyph-fill", "M-14-8l7 7 7-11 7 11 7-7-3 17h-22z")),
        _ => None,
    };
    let alone = process == Process::Running && role == Role::Leader && !has_quorum;
    view! {
        {alone.then(|| view! { <circle class="veil" r=Tenths(30.0 * scale).to_string() /> })}
        {path.map(|(class, d)| view! { <path class=class d=d transform=transform /> })}
    }
}

/// A candidate holds its ballots, placed like the cluster: filled for yes, struck for no.
fn ballots(node: &NodeView, ring: &Ring, scale: f64) -> impl IntoView + use<> {
    let dots = node.ballots.iter().map(|ballot| {
        let angle = ring.angle(ballot.node);
        let (x, y) = (16.0 * scale * cos(angle), 16.0 * scale * sin(angle));
        let class = if ballot.granted == Some(true) { "ballot yes" } else { "ballot" };
        let no = (ballot.granted == Some(false)).then(
            || view! { <path class="ballot" d="M-3 0h6" transform=format!("translate({} {})", Tenths(x), Tenths(y)) /> },
        );
        view! { <circle class=class cx=Tenths(x).to_string() cy=Tenths(y).to_string() r=Tenths(5.0 * scale).to_string() />{no} }
    });
    dots.collect_view()
}

/// Name, role, hash and log beside the disc.
fn beside(picture: &Picture, ring: &Ring, narrow: bool) -> impl IntoView + use<> {
    let node = &picture.view;
    let colour = match (node.process.is_up(), node.role) {
        (false, _) => "c-down",
        (true, Role::Leader) => "c-leader",
        (true, Role::Follower | Role::Learner) => "c-follower",
        (true, Role::Candidate | Role::PreCandidate) => "c-ink",
    };
    let name = format!("node{}", node.id);
    let role = text::role(node);
    let hash = node.store.as_ref().map_or("no answer".to_owned(), |store| store.hash.to_string());
    let learns = matches!(node.standing, Standing::Learner | Standing::Joining);
    let progress = if learns && node.process.is_up() {
        // How far the leader knows it to be, of all there is.
        format!("has {} of {}", or_dash(node.matched), picture.last)
    } else {
        format!(
            "commit {} · last {}",
            or_dash(node.commit_index.filter(|_| node.process.is_up())),
            or_dash(node.last_index)
        )
    };
    if narrow {
        return view! {
            <g class="beside" text-anchor="middle">
                <text class=format!("name {colour}") y="-28">{name}</text>
                <text class=format!("hash mono {colour}") y="48">{hash}</text>
            </g>
        }
        .into_any();
    }
    let strip_width = CELLS as i64 * CELL_STEP;
    let (anchor, x, strip_x) = match ring.label_side(node.id) {
        LabelSide::Right => ("start", 48, 48),
        LabelSide::Left => ("end", -48, -48 - strip_width),
        LabelSide::Above => ("middle", 0, -strip_width / 2),
    };
    // The label of the topmost node stands higher, off the disc and what is cut out of it.
    let y = match ring.label_side(node.id) {
        LabelSide::Above => -86,
        _ if ring.seat(node.id) == 1 => -20,
        _ => 0,
    };
    // The label is part of what one presses.
    let (hit_x, hit_y) = (strip_x - 6, y - 36);
    view! {
        <rect class="hit" x=hit_x y=hit_y width=strip_width + 12 height="84" />
        <g class="beside" text-anchor=anchor>
            <text x=x y=y - 18>
                <tspan class=format!("name {colour}")>{name}</tspan>
                <tspan class="role" dx="7">{role}</tspan>
            </text>
            <text class=format!("hash mono {colour}") x=x y=y - 1>{hash}</text>
            <text class="role" x=x y=y + 15>{progress}</text>
        </g>
        <g transform=format!("translate({strip_x} {})", y + 22)>{strip(picture)}</g>
    }
    .into_any()
}

fn or_dash(index: Option<u64>) -> String {
    index.map_or("–".to_owned(), |index| index.to_string())
}

const CELL: i64 = 17;
const CELL_STEP: i64 = 19;

/// The newest entries: dashed is appended, a bold frame committed, filled applied. The line
/// below is the disk; a raised cell is only in memory.
fn strip(picture: &Picture) -> impl IntoView + use<> {
    let node = &picture.view;
    let up = node.process.is_up();
    let cells: Vec<_> = (0..CELLS)
        .map(|at| {
            let index = picture.window + at;
            let x = at as i64 * CELL_STEP;
            match node.tail.iter().find(|cell| cell.mark.index == index) {
                Some(cell) => entry(node, cell, x, up).into_any(),
                None if node.purged_index.is_some_and(|purged| index <= purged) => view! {
                    <g class="cell packed"><rect x=x y="0" width=CELL height=CELL rx="2" /></g>
                }
                .into_any(),
                None => view! { <g class="cell"><circle class="hole" cx=x + CELL / 2 cy="9" r="1.2" /></g> }
                    .into_any(),
            }
        })
        .collect();
    let durable =
        node.durable_index.map_or(0, |durable| (durable + 1).saturating_sub(picture.window)).min(CELLS);
    let platter = durable as i64 * CELL_STEP;
    view! {
        {cells}
        <line class="platter" x1="0" y1="21" x2=platter y2="21" />
    }
}

fn entry(node: &NodeView, cell: &LogCell, x: i64, up: bool) -> impl IntoView + use<> {
    let index = Some(cell.mark.index);
    let state = if !up {
        ""
    } else if node.applied_index >= index {
        " committed applied"
    } else if node.commit_index >= index {
        " committed"
    } else {
        " open"
    };
    let lift = if node.durable_index >= index { 0 } else { -4 };
    let term = cell.mark.term;
    let title = format!("index {}, term {term}: {}", cell.mark.index, cell.label);
    view! {
        <g class=format!("cell t{}{state}", term_hue(term)) transform=format!("translate(0 {lift})") aria-label=title>
            <rect x=x y="0" width=CELL height=CELL rx="2" />
            <text x=x + CELL / 2 y="13">{term}</text>
        </g>
    }
}
