//! The log strip of a node: the newest entries, on one index window for all nodes.

use leptos::prelude::*;
use raft_core::cluster::{ClusterView, LogCell, NodeView};
use raft_core::units::NodeId;

use crate::session::Crash;
use crate::status::term_hue;
use crate::text;

/// Cells of a strip.
const CELLS: u64 = 8;

/// What the drawing needs to know of a node; equal pictures are not drawn again.
#[derive(Clone, PartialEq)]
pub struct Picture {
    /// The node, without what changes with every heartbeat: that is the painter's.
    pub view: NodeView,
    /// The first index of the strips, the same for all nodes.
    window: u64,
    /// The last index of any log.
    pub last: u64,
    /// Entries in the window that the leader holds differently, and will replace.
    conflicts: Vec<u64>,
    /// The first and last entry that the node's crash took, while it is down.
    lost: Option<(u64, u64)>,
}

impl Picture {
    /// The picture of a node.
    pub fn of(view: &ClusterView, id: NodeId, crashes: &[Crash]) -> Option<Picture> {
        let node = view.nodes.iter().find(|node| node.id == id)?;
        let leader = view.nodes.iter().find(|node| Some(node.id) == view.status.leader);
        let (window, _) = window_of(view);
        let differs = |cell: &&LogCell| {
            let same = |theirs: &&LogCell| theirs.mark.index == cell.mark.index;
            cell.mark.index >= window
                && leader
                    .and_then(|leader| leader.tail.iter().find(same))
                    .is_some_and(|theirs| theirs.mark.term != cell.mark.term)
        };
        let crash = crashes
            .iter()
            .rev()
            .find(|crash| crash.node == id && crash.at == node.since && !node.process.is_up());
        Some(Picture {
            window,
            last: last_of(view),
            conflicts: node.tail.iter().filter(differs).map(|cell| cell.mark.index).collect(),
            lost: crash.map(|crash| (crash.durable + 1, crash.durable + crash.lost)),
            view: NodeView { countdown: None, lease_until: None, ..node.clone() },
        })
    }
}

/// The first and last index of the strips, the same for all nodes.
pub fn window_of(view: &ClusterView) -> (u64, u64) {
    let first = (last_of(view) + 1).saturating_sub(CELLS);
    (first, first + CELLS - 1)
}

fn last_of(view: &ClusterView) -> u64 {
    view.nodes.iter().filter_map(|node| node.last_index).max().unwrap_or(0)
}

/// The measures of a cell: its side, and from one to the next.
fn cell_size(narrow: bool) -> (i64, i64) {
    if narrow { (10, 11) } else { (17, 19) }
}

/// How wide a strip is.
pub fn width(narrow: bool) -> i64 {
    CELLS as i64 * cell_size(narrow).1
}

/// The newest entries: dashed is appended, a bold frame committed, filled applied. The line
/// below is the disk; a raised cell is only in memory. Of a node that is down there are frames
/// only: they are on its disk, and nobody is at home.
pub fn strip(picture: &Picture, narrow: bool) -> impl IntoView + use<> {
    let node = &picture.view;
    let (side, step) = cell_size(narrow);
    let cells: Vec<_> = (0..CELLS)
        .map(|at| {
            let index = picture.window + at;
            let x = at as i64 * step;
            let (middle, low) = (x + side / 2, side / 2);
            match node.tail.iter().find(|cell| cell.mark.index == index) {
                Some(cell) => entry(picture, cell, x, narrow).into_any(),
                None if node.purged_index.is_some_and(|purged| index <= purged) => view! {
                    <g class="cell packed"><rect x=x y="0" width=side height=side rx="2" /></g>
                }
                .into_any(),
                None if picture.lost.is_some_and(|(first, last)| (first..=last).contains(&index)) => view! {
                    <path class="cell-lost" d="M-3.5-3.5l7 7M3.5-3.5l-7 7" transform=format!("translate({middle} {low})") />
                }
                .into_any(),
                None => view! { <circle class="hole" cx=middle cy=low r="1.2" /> }.into_any(),
            }
        })
        .collect();
    let durable =
        node.durable_index.map_or(0, |durable| (durable + 1).saturating_sub(picture.window)).min(CELLS);
    let (platter, floor) = (durable as i64 * step, side + if narrow { 3 } else { 4 });
    // Cells too small for digits: the newest term stands once, at the end.
    let newest = node.tail.last().filter(|_| narrow).map(|cell| {
        let end = (cell.mark.index + 1).saturating_sub(picture.window).min(CELLS) as i64 * step;
        view! { <text class="strip-term" x=end + 2 y=side - 1>{cell.mark.term}</text> }
    });
    view! {
        {cells}
        {newest}
        <line class="platter" x1="0" y1=floor x2=platter y2=floor />
    }
}

fn entry(picture: &Picture, cell: &LogCell, x: i64, narrow: bool) -> impl IntoView + use<> {
    let node = &picture.view;
    let (side, _) = cell_size(narrow);
    let index = Some(cell.mark.index);
    let state = if !node.process.is_up() {
        " frame"
    } else if node.applied_index >= index {
        " committed applied"
    } else if node.commit_index >= index {
        " committed"
    } else {
        " open"
    };
    let raised = node.durable_index < index;
    let lift = if raised { -4 } else { 0 };
    let term = cell.mark.term;
    let title = text::stage::entry_label(cell.mark.index, term, &cell.label);
    let digits = (!narrow).then(|| view! { <text x=x + side / 2 y="13">{term}</text> });
    // A corner is cut out of an entry that the leader will replace.
    let notch = picture.conflicts.contains(&cell.mark.index).then(|| {
        let notch = side / 2 - 1;
        view! { <path class="notch" d=format!("M{} -1h{notch}v{notch}z", x + side + 1 - notch) /> }
    });
    view! {
        <g class=format!("cell t{}{state}", term_hue(term)) transform=format!("translate(0 {lift})") aria-label=title data-index=cell.mark.index>
            <rect x=x y="0" width=side height=side rx="2" />
            {digits}
            {notch}
        </g>
    }
}
