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
                    <button type="button" class=format!("ledger-name-button {tone}") on:click=move |_| session.selected.set(id)>{words::node(id)}</button>
                    {odd.then(|| view! { <span class="ledger-odd" role="img" title=words::way(id) aria-label=words::way(id) data-testid=format!("ledger-odd-{id}")>"≠"</span> })}
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

/// A cell: its class, the term, the text in it, and its description.
type Look = (String, Option<u64>, String, String);

fn look(cell: &LedgerCell, index: u64, lost: bool, ledger: &Ledger) -> Look {
    match cell {
        LedgerCell::Missing if lost => {
            ("ledger-cell ledger-lost".to_owned(), None, "×".to_owned(), words::lost_cell(index))
        }
        LedgerCell::Missing => {
            ("ledger-cell ledger-none".to_owned(), None, "·".to_owned(), words::missing_cell(index))
        }
        LedgerCell::Compacted => {
            ("ledger-cell ledger-packed".to_owned(), None, String::new(), words::compacted_cell(index))
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
            (class, Some(term), words::label(entry), words::told(held, ledger).unwrap_or_default())
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
    let cells = Memo::new(move |_| {
        frame.with(|frame| {
            let lost = frame.lost.iter().find(|(id, ..)| *id == node).map(|(_, from, end)| *from..*end);
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
                    .collect::<Vec<Look>>()
            });
            (cells.unwrap_or_default(), row.is_some_and(|row| row.disagrees), platter(frame, node))
        })
    });
    view! {
        <div class="ledger-row" class:ledger-disagrees=move || cells.with(|(_, odd, _)| *odd) role="list"
            aria-label=words::entries_of(node) data-testid=format!("ledger-row-{node}")>
            {move || cells.with(|(cells, ..)| cells.iter().map(|(class, term, label, title)| view! {
                <span role="listitem" class=class.clone() title=title.clone() aria-label=title.clone()
                    tabindex=is_odd(class).then_some("0")>
                    {term.map(|term| view! { <b>{term}</b> })}<span>{label.clone()}</span>
                </span>
            }).collect_view())}
            <i class="ledger-platter" style:width=move || cells.with(|(.., platter)| format!("{platter}px"))></i>
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
