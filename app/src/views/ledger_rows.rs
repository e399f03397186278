//! The parts of the ledger: names, indexes, cells, and the progress of each node.

use leptos::prelude::*;
use raft_core::cluster::{Agreement, EntryStage, Ledger, LedgerCell};
use raft_core::model::{NodeView, Process, Role};
use raft_core::units::NodeId;

use super::ledger::{CELL, LedgerFrame};
use crate::kit::{Beat, term_hue};
use crate::state::use_page;
use crate::text::ledger as words;

/// Returns the class for the colour of a node's name, by its state.
pub fn tone(node: &NodeView) -> &'static str {
    match (node.process, node.role) {
        (process, _) if !process.is_up() && process != Process::Announced => "c-down",
        (_, Role::Leader) => "c-leader",
        (_, Role::Candidate | Role::PreCandidate) => "c-ink",
        _ => "c-follower",
    }
}

/// The nodes' names, each with a mark when its log disagrees.
#[component]
pub fn Names(frame: Memo<LedgerFrame>, beat: Signal<Beat>) -> impl IntoView {
    let session = use_page().session;
    // Rows are by node; the tone seldom changes.
    let names = Memo::new(move |_| {
        beat.track();
        let odd = frame
            .with(|frame| frame.ledger.rows.iter().map(|row| (row.node, row.disagrees)).collect::<Vec<_>>());
        session.view.with_untracked(|view| {
            odd.into_iter()
                .map(|(id, odd)| (id, odd, view.nodes.iter().find(|n| n.id == id).map_or("", tone)))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <div class="ledger-names">
            <div class="ledger-head"></div>
            {move || names.get().into_iter().map(|(id, odd, tone)| view! {
                <div class="ledger-name" class:ledger-disagrees=odd>
                    <button type="button" class=format!("ledger-name-button {tone}")
                        on:click=move |_| session.selected.set(id)>
                        {words::node(id)}
                    </button>
                    {odd.then(|| view! {
                        <span class="ledger-odd" role="img" title=words::way(id) aria-label=words::way(id)
                            data-testid=format!("ledger-odd-{id}")>
                            "≠"
                        </span>
                    })}
                </div>
            }).collect_view()}
        </div>
    }
}

/// The indexes over the cells.
#[component]
pub fn Index(frame: Memo<LedgerFrame>) -> impl IntoView {
    let indexes = Memo::new(move |_| {
        frame.with(|frame| {
            let count = frame.ledger.rows.first().map_or(0, |row| row.cells.len() as u64);
            let first = frame.ledger.first;
            (first, (first + count).min(frame.end))
        })
    });
    view! {
        <div class="ledger-head" aria-hidden="true">
            {move || {
                let (first, end) = indexes.get();
                (first..end).map(|index| view! { <span class="ledger-index">{index}</span> }).collect_view()
            }}
        </div>
    }
}

/// A cell as it is drawn.
#[derive(Clone, Debug, PartialEq)]
struct CellLook {
    class: String,
    /// The term of its entry.
    term: Option<u64>,
    /// The text in the cell.
    label: String,
    /// The description.
    title: String,
}

impl CellLook {
    /// Returns a cell without an entry.
    fn empty(class: &str, label: &str, title: String) -> CellLook {
        CellLook { class: class.to_owned(), term: None, label: label.to_owned(), title }
    }
}

/// A row as it is drawn.
#[derive(Clone, PartialEq)]
struct RowFrame {
    cells: Vec<CellLook>,
    /// Whether the node's log disagrees with the leader's.
    disagrees: bool,
    /// How far the entries on disk reach, in pixels from the first cell.
    platter: u64,
}

fn look(cell: &LedgerCell, index: u64, lost: bool, ledger: &Ledger) -> CellLook {
    match cell {
        LedgerCell::Missing if lost => {
            CellLook::empty("ledger-cell ledger-lost", "×", words::lost_cell(index))
        }
        LedgerCell::Missing => CellLook::empty("ledger-cell ledger-none", "·", words::missing_cell(index)),
        LedgerCell::Compacted => {
            CellLook::empty("ledger-cell ledger-packed", "", words::compacted_cell(index))
        }
        held @ LedgerCell::Entry { entry, progress, durable, agreement } => {
            let term = entry.mark.term;
            let state = match progress {
                EntryStage::AtRest => "",
                EntryStage::Appended => "ledger-open",
                EntryStage::Committed => "ledger-committed",
                EntryStage::Applied => "ledger-committed ledger-applied",
            };
            let raised = if *durable { "" } else { " ledger-raised" };
            let odd = match agreement {
                Agreement::Agrees => "",
                Agreement::Undecided => " ledger-undecided",
                Agreement::Replaced => " ledger-replaced",
            };
            let class = format!("ledger-cell {state}{raised}{odd} t{}", term_hue(term));
            let title = words::told(held, ledger).unwrap_or_default();
            CellLook { class, term: Some(term), label: words::label(entry), title }
        }
    }
}

/// Whether an entry conflicts with the leader's log: such a cell takes the focus and explains itself.
fn is_odd(class: &str) -> bool {
    class.split(' ').any(|name| matches!(name, "ledger-replaced" | "ledger-undecided"))
}

/// One node's cells.
#[component]
pub fn Row(node: NodeId, frame: Memo<LedgerFrame>) -> impl IntoView {
    let drawn = Memo::new(move |_| {
        frame.with(|frame| {
            let lost = frame.lost.iter().find(|lost| lost.node == node).map(|lost| lost.first..lost.end);
            let row = frame.ledger.rows.iter().find(|row| row.node == node);
            let cells = row.map(|row| {
                let cells = (frame.ledger.first..).zip(&row.cells);
                let within = cells.filter(|(index, _)| {
                    *index < frame.end || lost.as_ref().is_some_and(|lost| lost.contains(index))
                });
                within
                    .map(|(index, cell)| {
                        let lost = lost.as_ref().is_some_and(|lost| lost.contains(&index));
                        look(cell, index, lost, &frame.ledger)
                    })
                    .collect::<Vec<CellLook>>()
            });
            RowFrame {
                cells: cells.unwrap_or_default(),
                disagrees: row.is_some_and(|row| row.disagrees),
                platter: platter(frame, node),
            }
        })
    });
    view! {
        <div class="ledger-row" class:ledger-disagrees=move || drawn.with(|row| row.disagrees) role="list"
            aria-label=words::entries_of(node) data-testid=format!("ledger-row-{node}")>
            {move || drawn.with(|row| row.cells.iter().map(|CellLook { class, term, label, title }| view! {
                <span role="listitem" class=class.clone() title=title.clone() aria-label=title.clone()
                    tabindex=is_odd(class).then_some("0")>
                    {term.map(|term| view! { <b>{term}</b> })}<span>{label.clone()}</span>
                </span>
            }).collect_view())}
            <i class="ledger-platter" style:width=move || drawn.with(|row| format!("{}px", row.platter))></i>
        </div>
    }
}

/// Returns how far the entries on disk reach, in pixels from the first cell.
fn platter(frame: &LedgerFrame, node: NodeId) -> u64 {
    let Some(row) = frame.ledger.rows.iter().find(|row| row.node == node) else { return 0 };
    let held =
        |cell: &LedgerCell| matches!(cell, LedgerCell::Compacted | LedgerCell::Entry { durable: true, .. });
    row.cells.iter().take_while(|cell| held(cell)).count() as u64 * CELL
}

/// The indexes that a node knows, as text.
type Fact = (NodeId, [String; 4]);

fn facts(node: &NodeView, leader: Option<NodeId>) -> [String; 4] {
    let number =
        |value: Option<u64>| value.map_or_else(|| words::unknown().to_owned(), |value| value.to_string());
    let up = node.process.is_up();
    let matched = if leader == Some(node.id) { words::leads().to_owned() } else { number(node.matched) };
    [
        number(node.commit_index.filter(|_| up)),
        number(node.applied_index.filter(|_| up)),
        number(node.durable_index),
        matched,
    ]
}

/// The progress of each node.
#[component]
pub fn Facts(beat: Signal<Beat>) -> impl IntoView {
    let session = use_page().session;
    let rows = Memo::new(move |_| {
        beat.track();
        session.view.with_untracked(|view| {
            view.nodes.iter().map(|node| (node.id, facts(node, view.status.leader))).collect::<Vec<Fact>>()
        })
    });
    view! {
        <table class="ledger-facts" aria-label=words::how_far()>
            <thead><tr>
                <th scope="col" class="ledger-node"><span class="unseen">{words::nodes()}</span></th>
                <th scope="col">{words::committed_head()}</th>
                <th scope="col">{words::applied_head()}</th>
                <th scope="col">{words::on_disk_head()}</th>
                <th scope="col" title=words::match_title()>{words::match_head()}</th>
            </tr></thead>
            <tbody>
                {move || rows.get().into_iter().map(|(id, facts)| view! {
                    <tr data-testid=format!("ledger-facts-{id}")>
                        <th scope="row" class="ledger-node">{words::node(id)}</th>
                        {facts.into_iter().map(|fact| view! { <td>{fact}</td> }).collect_view()}
                    </tr>
                }).collect_view()}
            </tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use raft_core::cluster::LedgerRow;
    use raft_core::model::{Action, EntryMark, LogCell};

    use super::*;
    use crate::samples::{led, node, view, view_after};

    fn entry(progress: EntryStage, durable: bool, agreement: Agreement) -> LedgerCell {
        let mark = EntryMark { index: 5, term: 3, digest: 0 };
        LedgerCell::Entry {
            entry: LogCell { mark, label: "put /a".to_owned() },
            progress,
            durable,
            agreement,
        }
    }

    fn class(cell: &LedgerCell, lost: bool) -> String {
        look(cell, 5, lost, &Ledger::default()).class
    }

    #[test]
    fn a_cell_looks_as_far_as_its_entry_has_come() {
        let of = |progress| class(&entry(progress, true, Agreement::Agrees), false);
        assert_eq!(of(EntryStage::Appended), "ledger-cell ledger-open t3");
        assert_eq!(of(EntryStage::Committed), "ledger-cell ledger-committed t3");
        assert_eq!(of(EntryStage::Applied), "ledger-cell ledger-committed ledger-applied t3");
        assert_eq!(of(EntryStage::AtRest), "ledger-cell  t3");
    }

    #[test]
    fn an_entry_that_is_only_in_memory_is_raised() {
        assert_eq!(
            class(&entry(EntryStage::Appended, false, Agreement::Agrees), false),
            "ledger-cell ledger-open ledger-raised t3"
        );
    }

    #[test]
    fn the_keyboard_stops_at_entries_that_do_not_belong_where_they_are() {
        let of = |agreement| class(&entry(EntryStage::Appended, true, agreement), false);
        assert!(is_odd(&of(Agreement::Replaced)) && is_odd(&of(Agreement::Undecided)));
        assert!(!is_odd(&of(Agreement::Agrees)));
    }

    #[test]
    fn where_an_entry_was_lost_is_marked_unlike_where_there_never_was_one() {
        let shown = |lost| look(&LedgerCell::Missing, 5, lost, &Ledger::default());
        let expected = |class: &str, label: &str, title| CellLook {
            class: class.to_owned(),
            term: None,
            label: label.to_owned(),
            title,
        };
        assert_eq!(shown(true), expected("ledger-cell ledger-lost", "×", words::lost_cell(5)));
        assert_eq!(shown(false), expected("ledger-cell ledger-none", "·", words::missing_cell(5)));
        assert_eq!(class(&LedgerCell::Compacted, false), "ledger-cell ledger-packed");
    }

    #[test]
    fn the_disk_reaches_to_the_first_entry_that_is_only_in_memory() {
        let held = |durable| entry(EntryStage::Appended, durable, Agreement::Agrees);
        let cells = vec![LedgerCell::Compacted, held(true), held(true), held(false), LedgerCell::Missing];
        let mut ledger = Ledger::default();
        ledger.rows = vec![LedgerRow { node: 2, cells, disagrees: false }];
        let frame = LedgerFrame { ledger, end: 5, lost: Vec::new(), known: true };
        assert_eq!((platter(&frame, 2), platter(&frame, 3)), (3 * CELL, 0));
    }

    #[test]
    fn the_leader_leads_where_of_others_it_is_told_how_far_it_knows_them() {
        let (cluster, leader) = led();
        let view = cluster.view();
        let follower = view.nodes.iter().map(|node| node.id).find(|id| *id != leader).unwrap_or(0);
        let [.., of_leader] = facts(&node(&view, leader), view.status.leader);
        let [commit, applied, durable, matched] = facts(&node(&view, follower), view.status.leader);
        assert_eq!(of_leader, words::leads());
        assert_eq!((&commit, &applied, &durable), (&matched, &matched, &matched), "all is settled");
        assert_ne!(matched, words::unknown());
    }

    #[test]
    fn of_a_node_that_is_down_nothing_is_known_but_its_disk() {
        let leader = view().status.leader.unwrap_or(1);
        let view = view_after(Action::Crash(leader));
        let down = node(&view, leader);
        let [commit, applied, durable, _] = facts(&down, view.status.leader);
        assert_eq!((commit.as_str(), applied.as_str()), (words::unknown(), words::unknown()));
        assert_eq!(durable, down.durable_index.unwrap_or(0).to_string());
        assert_eq!(tone(&down), "c-down");
    }
}
