//! The log strip of a node: the newest entries, on one index window for all nodes.

use leptos::prelude::*;
use raft_core::model::{ClusterView, LogCell, NodeView};
use raft_core::units::NodeId;

use crate::kit::term_hue;
use crate::session::Crash;

/// The number of cells of a strip.
const CELLS: u64 = 8;

/// What the drawing depends on; an equal frame is not drawn again.
#[derive(Clone, PartialEq)]
pub struct NodeFrame {
    /// The node, without the values that change with every heartbeat: the painter draws those.
    pub view: NodeView,
    /// The first log index of the strips, the same for all nodes.
    window: u64,
    /// The last log index of any node.
    pub last: u64,
    /// Log indexes in the window where the leader holds another entry, which will replace this one.
    conflicts: Vec<u64>,
    /// The first and last index that the node's crash took, while it is down.
    lost: Option<(u64, u64)>,
}

impl NodeFrame {
    /// Returns the frame of a node.
    pub fn of(view: &ClusterView, id: NodeId, crashes: &[Crash]) -> Option<NodeFrame> {
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
        Some(NodeFrame {
            window,
            last: last_of(view),
            conflicts: node.tail.iter().filter(differs).map(|cell| cell.mark.index).collect(),
            lost: crash.map(|crash| (crash.durable + 1, crash.durable + crash.lost)),
            view: NodeView {
                countdown: None,
                lease_until: None,
                promised_until: None,
                progress: Vec::new(),
                ..node.clone()
            },
        })
    }
}

/// Returns the first and last log index of the strips, the same for all nodes.
pub fn window_of(view: &ClusterView) -> (u64, u64) {
    let first = (last_of(view) + 1).saturating_sub(CELLS);
    (first, first + CELLS - 1)
}

fn last_of(view: &ClusterView) -> u64 {
    view.nodes.iter().filter_map(|node| node.last_index).max().unwrap_or(0)
}

/// The side of a cell, in CSS pixels.
const SIDE: i64 = 17;
/// The distance from one cell to the next, in CSS pixels.
const STEP: i64 = 19;

/// Returns the width of a strip, in CSS pixels.
pub fn width() -> i64 {
    CELLS as i64 * STEP
}

/// The content of a cell.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// An entry of this term; notched when the leader will replace it.
    Entry { term: u64, notched: bool },
    /// An entry that is only in a snapshot.
    Packed,
    /// An entry that a crash took.
    Lost,
    /// No entry.
    Hole,
}

/// The content of a cell, and the state of the entry there. Its index is kept apart: it changes with every
/// new entry.
#[derive(Clone, Copy, PartialEq)]
struct Look {
    place: Place,
    state: &'static str,
    /// Whether the entry is only in memory.
    raised: bool,
}

impl Look {
    fn class(self) -> String {
        match self.place {
            Place::Entry { term, .. } => format!("stage-cell t{}{}", term_hue(term), self.state),
            Place::Packed => "stage-cell stage-packed".to_owned(),
            Place::Lost | Place::Hole => String::new(),
        }
    }
}

impl NodeFrame {
    fn look(&self, index: u64) -> Look {
        let node = &self.view;
        let bare = |place| Look { place, state: "", raised: false };
        let Some(cell) = node.tail.iter().find(|cell| cell.mark.index == index) else {
            let lost = |(first, last)| (first..=last).contains(&index);
            return bare(match node.purged_index {
                Some(purged) if index <= purged => Place::Packed,
                _ if self.lost.is_some_and(lost) => Place::Lost,
                _ => Place::Hole,
            });
        };
        let index = Some(index);
        let state = if !node.process.is_up() {
            " stage-frame"
        } else if node.applied_index >= index {
            " stage-committed stage-applied"
        } else if node.commit_index >= index {
            " stage-committed"
        } else {
            " stage-open"
        };
        let notched = self.conflicts.contains(&cell.mark.index);
        let place = Place::Entry { term: cell.mark.term, notched };
        Look { place, state, raised: node.durable_index < index }
    }

    /// Returns how many cells from the left are on disk.
    fn on_disk(&self) -> u64 {
        self.cells_to(self.view.durable_index)
    }

    fn cells_to(&self, index: Option<u64>) -> u64 {
        index.map_or(0, |index| (index + 1).saturating_sub(self.window)).min(CELLS)
    }
}

/// Draws the newest entries: dashed is appended, a bold frame committed, filled applied. The line below is
/// the disk; a raised cell is only in memory. A node that is down shows frames only: they are on its disk,
/// and no process runs.
///
/// Each part depends only on what it shows: most changes of a frame change few cells, and a browser lays out
/// anew what is touched.
pub fn strip(frame: Memo<Option<NodeFrame>>) -> impl IntoView {
    let on_disk = move || frame.with(|frame| frame.as_ref().map_or(0, NodeFrame::on_disk)) as i64 * STEP;
    view! {
        {(0..CELLS).map(|at| cell(frame, at)).collect_view()}
        <line class="stage-platter" x1="0" y1=SIDE + 4 x2=move || on_disk().to_string() y2=SIDE + 4 />
    }
}

fn cell(frame: Memo<Option<NodeFrame>>, at: u64) -> impl IntoView {
    let x = at as i64 * STEP;
    let none = Look { place: Place::Hole, state: "", raised: false };
    let look = Memo::new(move |_| frame.with(|p| p.as_ref().map_or(none, |p| p.look(p.window + at))));
    let index = move || frame.with(|p| p.as_ref().map_or(0, |p| p.window + at)).to_string();
    let raise = move || format!("translate({x} {})", if look.get().raised { -4 } else { 0 });
    view! {
        <g class=move || look.get().class() transform=raise data-index=index>{move || inside(look.get().place)}</g>
    }
}

fn inside(place: Place) -> impl IntoView {
    const LOW: i64 = SIDE / 2;
    match place {
        Place::Entry { term, notched } => {
            // A corner is cut out of an entry that the leader will replace.
            let notch = notched.then(|| {
                let notch = LOW - 1;
                view! { <path class="stage-notch" d=format!("M{} -1h{notch}v{notch}z", SIDE + 1 - notch) /> }
            });
            view! { <rect width=SIDE height=SIDE rx="2" /><text x=LOW y="13">{term}</text>{notch} }.into_any()
        }
        Place::Packed => view! { <rect width=SIDE height=SIDE rx="2" /> }.into_any(),
        Place::Lost => {
            view! { <path class="stage-cell-lost" d="M-3.5-3.5l7 7M3.5-3.5l-7 7" transform=format!("translate({LOW} {LOW})") /> }
                .into_any()
        }
        Place::Hole => view! { <circle class="stage-hole" cx=LOW cy=LOW r="1.2" /> }.into_any(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use raft_core::cluster::Cluster;
    use raft_core::model::{EntryMark, Process};

    use super::*;
    use crate::samples::led;

    fn entry(index: u64, term: u64) -> LogCell {
        LogCell { mark: EntryMark { index, term, digest: 0 }, label: String::new() }
    }

    /// Returns the view of a cluster whose every node holds entries 1 to 10 of term 1, all applied and on
    /// disk.
    fn full() -> (Cluster, ClusterView) {
        let (cluster, _) = led();
        let mut view = cluster.view();
        for node in &mut view.nodes {
            node.tail = (1..=10).map(|index| entry(index, 1)).collect();
            let last = Some(10);
            (node.last_index, node.durable_index, node.commit_index, node.applied_index) =
                (last, last, last, last);
            node.purged_index = None;
        }
        (cluster, view)
    }

    fn classes(frame: &NodeFrame) -> Vec<String> {
        (0..CELLS).map(|at| frame.look(frame.window + at).class()).collect()
    }

    #[test]
    fn all_strips_show_the_last_eight_indexes_of_the_longest_log() {
        let (_, mut view) = full();
        view.nodes[2].last_index = Some(3);
        assert_eq!(window_of(&view), (3, 10));
        assert_eq!(NodeFrame::of(&view, 3, &[]).unwrap().window, 3);
    }

    #[test]
    fn an_entry_looks_as_far_as_its_node_knows_it_to_have_come() {
        let (_, mut view) = full();
        let node = &mut view.nodes[0];
        (node.applied_index, node.commit_index, node.durable_index) = (Some(7), Some(8), Some(9));
        let frame = NodeFrame::of(&view, 1, &[]).unwrap();
        let shown = classes(&frame);
        assert_eq!(shown[4], "stage-cell t1 stage-committed stage-applied");
        assert_eq!(shown[5], "stage-cell t1 stage-committed");
        assert_eq!(shown[6], "stage-cell t1 stage-open");
        let raised: Vec<bool> = (9..=10).map(|index| frame.look(index).raised).collect();
        assert_eq!(raised, [false, true], "the last one is only in memory");
        assert_eq!(frame.on_disk(), 7);
    }

    #[test]
    fn an_entry_that_the_leader_holds_otherwise_is_notched() {
        let (_, mut view) = full();
        let leader = view.status.leader.unwrap();
        let other = view.nodes.iter().position(|node| node.id != leader).unwrap();
        view.nodes[other].tail[8] = entry(9, 4);
        let frame = NodeFrame::of(&view, view.nodes[other].id, &[]).unwrap();
        assert!(frame.look(9).place == Place::Entry { term: 4, notched: true });
        assert!(frame.look(10).place == Place::Entry { term: 1, notched: false });
    }

    #[test]
    fn what_a_crash_took_is_marked_while_the_node_is_down() {
        let (_, mut view) = full();
        let node = &mut view.nodes[0];
        (node.process, node.since) = (Process::Crashed, 77);
        node.tail.truncate(8);
        (node.last_index, node.durable_index) = (Some(8), Some(8));
        let crash = Crash { node: 1, at: 77, durable: 8, lost: 2 };
        let frame = NodeFrame::of(&view, 1, &[crash]).unwrap();
        assert!(frame.look(9).place == Place::Lost && frame.look(10).place == Place::Lost);
        assert!(frame.look(11).place == Place::Hole);
        assert_eq!(frame.look(8).class(), "stage-cell t1 stage-frame", "what is on its disk is a frame only");
        let older = Crash { at: 50, ..crash };
        assert!(
            NodeFrame::of(&view, 1, &[older]).unwrap().look(9).place == Place::Hole,
            "that was another crash"
        );
    }

    #[test]
    fn what_lives_on_in_a_snapshot_is_packed() {
        let (_, mut view) = full();
        view.nodes[0].tail.drain(..5);
        view.nodes[0].purged_index = Some(5);
        let frame = NodeFrame::of(&view, 1, &[]).unwrap();
        assert_eq!(
            classes(&frame)[..4],
            [
                "stage-cell stage-packed",
                "stage-cell stage-packed",
                "stage-cell stage-packed",
                "stage-cell t1 stage-committed stage-applied"
            ]
        );
    }

    #[test]
    fn what_changes_with_each_heartbeat_draws_nothing_anew() {
        let (mut cluster, _) = led();
        let before = cluster.view();
        cluster.advance(cluster.now() + 60_000_000);
        let after = cluster.view();
        assert_ne!(before.nodes, after.nodes);
        for id in before.nodes.iter().map(|node| node.id) {
            let same = NodeFrame::of(&before, id, &[]) == NodeFrame::of(&after, id, &[]);
            assert!(same, "node{id}");
        }
    }
}
