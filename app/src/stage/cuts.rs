//! Cuts: the disc split between groups, and single links that are cut.

use leptos::prelude::*;
use raft_core::model::Link;
use raft_core::units::NodeId;

use super::geometry::{Measures, Point, Ring, measures, on_ring};
use crate::browser::{atan2, cos, sin};
use crate::kit::Tenths;
use crate::state::use_page;

/// The cuts, as far as they are drawn.
#[derive(Clone, PartialEq, Default)]
struct CutsFrame {
    ring: Ring,
    groups: Vec<Vec<NodeId>>,
    /// Cuts that the partition does not explain.
    single: Vec<Link>,
    /// The number of nodes that make a majority.
    quorum: u64,
}

/// The cuts of the network.
#[component]
pub fn Cuts() -> impl IntoView {
    let page = use_page();
    let frame = Memo::new(move |_| {
        page.session.view.with(|view| {
            let group = |id: NodeId| view.groups.iter().position(|group| group.contains(&id));
            let single =
                view.cuts.iter().filter(|link| group(link.from) == group(link.to)).copied().collect();
            CutsFrame {
                ring: Ring::of(view),
                groups: view.groups.clone(),
                single,
                quorum: view.status.quorum,
            }
        })
    });
    view! {
        {move || frame.with(|frame| {
            let m = measures(page.room.get(), frame.ring.len());
            view! { {split(frame, &m)}{edges(frame, &m)}{marks(frame, &m)} }
        })}
    }
}

/// Draws a cut through the disc wherever two neighbours on the ring are in different groups.
fn split(frame: &CutsFrame, m: &Measures) -> impl IntoView + use<> {
    let group = |id: NodeId| frame.groups.iter().position(|group| group.contains(&id));
    let ring = &frame.ring;
    let mut lines = Vec::new();
    if !frame.groups.is_empty() {
        for id in ring.ids() {
            if group(*id) != group(ring.next(*id, 1)) {
                let between = ring.angle(*id) + std::f64::consts::PI / ring.len() as f64;
                let end = on_ring(m, between, m.disc / 2.0);
                let [cx, cy, x, y] =
                    [m.center.x, m.center.y, end.x, end.y].map(|length| Tenths(length).to_string());
                lines.push(view! {
                    <g>
                        <line class="stage-split-gap" x1=cx.clone() y1=cy.clone() x2=x.clone() y2=y.clone() />
                        <line class="stage-split-edge" x1=cx.clone() y1=cy.clone() x2=x.clone() y2=y.clone() />
                    </g>
                });
            }
        }
    }
    lines
}

/// Draws the size of each group in its part of the disc; the edge of a part without a majority is dashed.
fn edges(frame: &CutsFrame, m: &Measures) -> impl IntoView + use<> {
    let ring = &frame.ring;
    let half = std::f64::consts::PI / ring.len().max(1) as f64;
    let of_group = |group: &Vec<NodeId>| {
        let members: Vec<NodeId> = ring.ids().iter().copied().filter(|id| group.contains(id)).collect();
        let minority = (members.len() as u64) < frame.quorum;
        let arcs: Vec<_> = members
            .iter()
            .filter(|_| minority)
            .map(|id| {
                let (from, to) =
                    (on_ring(m, ring.angle(*id) - half, 0.0), on_ring(m, ring.angle(*id) + half, 0.0));
                let radius = Tenths(m.ring);
                view! { <path class="stage-minority" d=format!("M{from}A{radius} {radius} 0 0 1 {to}") /> }
            })
            .collect();
        // In the middle of the longest run of neighbours, so that it lies in the group's own part.
        let size = longest_run(ring, group).map(|(first, length)| {
            let angle = ring.angle(first) + half * (length - 1) as f64;
            let at = Point {
                x: m.center.x + m.ring * 0.42 * cos(angle),
                y: m.center.y + m.ring * 0.42 * sin(angle) + 7.0,
            };
            view! { <text class="stage-group-size" transform=format!("translate({at})")>{members.len()}</text> }
        });
        view! { {arcs}{size} }
    };
    frame.groups.iter().map(of_group).collect_view()
}

/// Returns the longest run of neighbours on the ring that are in a group: its first node and its length.
fn longest_run(ring: &Ring, group: &[NodeId]) -> Option<(NodeId, u64)> {
    let run = |first: NodeId| {
        (0..ring.len()).take_while(|seats| group.contains(&ring.next(first, *seats))).count() as u64
    };
    ring.ids()
        .iter()
        .map(|id| (*id, run(*id)))
        .filter(|(_, length)| *length > 0)
        .max_by_key(|(_, length)| *length)
}

/// Draws a mark on each single link that is cut; an arrow if only one direction is.
fn marks(frame: &CutsFrame, m: &Measures) -> impl IntoView + use<> {
    let marks: Vec<_> = frame
        .single
        .iter()
        .map(|link| {
            let both = frame.single.contains(&Link { from: link.to, to: link.from });
            let (a, b) = (frame.ring.place(m, link.from), frame.ring.place(m, link.to));
            // Nearer to the sender, so that the two directions of a link can be distinguished.
            let share = if both { 0.5 } else { 0.38 };
            let (x, y) = (a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
            let turn = atan2(b.y - a.y, b.x - a.x).to_degrees();
            let path = if both { "M-3-9v18M3-9v18" } else { "M-9-7l7 7-7 7M3-9v18" };
            view! {
                <path class="stage-cut-wire" d=format!("M{a}L{b}") />
                <path class="stage-cutmark" d=path transform=format!("translate({}) rotate({})", Point { x, y }, Tenths(turn)) />
            }
        })
        .collect();
    marks
}
