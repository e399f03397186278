//! The content of the dialog: each safeguard with what it may break and whose copy is lost, shown before it
//! is taken away; a recipe; and a run to watch in which it breaks.

use leptos::prelude::*;
use raft_core::cluster::allow_breaches;
use raft_core::model::{Action, Alteration, Breach};
use raft_core::scenario::parse;
use raft_core::units::NodeId;

use crate::kit::lazy_view;
use crate::state::script::{Goal, Play, play};
use crate::state::{Dialog, Page, ids, use_page};
use crate::text::{self, broken as words};

// In one file with the reader of scenarios, because the runs to watch are scenarios.
lazy_view!(share, load, Contents);

/// Pairs of golden scenarios: one in which a safeguard was lost, and the same one with it.
macro_rules! runs {
    ($name:literal) => {
        [
            include_str!(concat!("../../../tests/scenarios/break/", $name, ".scenario")),
            include_str!(concat!("../../../tests/scenarios/break/", $name, "_intact.scenario")),
        ]
    };
}

fn runs(what: Alteration) -> [&'static str; 2] {
    match what {
        Alteration::FsyncLies => runs!("fsync_lies"),
        Alteration::OldDisk => runs!("old_disk"),
        Alteration::EmptyDisk => runs!("empty_disk"),
        Alteration::VotesForgotten => runs!("votes_forgotten"),
        Alteration::DriftingLease => runs!("drifting_lease"),
        Alteration::ForcedCluster => runs!("forced_cluster"),
        Alteration::CopiedDisk => runs!("copied_disk"),
        Alteration::RetriedWrites => runs!("retried_write"),
    }
}

/// Replaces the current run by a scenario, played from its beginning.
fn watch(page: Page, text: &str) {
    let scenario = match parse(text) {
        Ok(scenario) => scenario,
        Err(error) => return page.session.tell(text::sentence(&error.to_string()), true),
    };
    let wanted =
        Play { scenario, lesson: None, goal: Goal::Begun(0), watched: true, running: true, look_at: None };
    page.dialog.set(None);
    if let Err(problem) = play(page, wanted, || ()) {
        page.session.tell(text::sentence(&problem), true);
    }
}

/// The chosen node; `None` stands for all nodes.
type Chosen = RwSignal<Option<NodeId>>;

#[component]
fn Contents() -> impl IntoView {
    let page = use_page();
    let node: Chosen = RwSignal::new(None);
    let source: Chosen = RwSignal::new(None);
    let said = RwSignal::new(String::new());
    // The selected node is chosen when the dialog opens.
    Effect::new(move |_| {
        if page.dialog.get() == Some(Dialog::Break) {
            let selected = page.session.selected.get_untracked();
            node.set(Some(selected));
            let others = |id: &NodeId| *id != selected;
            source.set(page.session.view.with_untracked(|view| ids(view).into_iter().find(others)));
            said.set(String::new());
        }
    });
    view! {
        <p class="quiet">{words::intro()}</p>
        <div class="row broken-where">
            <Choice chosen=node name=words::node() id="break-node" with_all=true />
            <button type="button" class="btn" data-testid="break-backup"
                on:click=move |_| back_up(page, node, said)>
                {words::backup()}
            </button>
        </div>
        <p class="notice" role="status" data-testid="break-said" class:unseen=move || said.with(String::is_empty)>{move || said.get()}</p>
        {Alteration::ALL.map(|what| view! { <Card what=what node=node source=source said=said /> }).collect_view()}
    }
}

/// A safeguard: what it may break, the nodes that lose it, and how to see it break.
#[component]
fn Card(what: Alteration, node: Chosen, source: Chosen, said: RwSignal<String>) -> impl IntoView {
    let page = use_page();
    let word = what.word();
    let (name, recipe) = words::told(what);
    let holds = move || {
        page.session.view.with(|view| view.alterations.iter().any(|lost| lost.what == what && lost.in_force))
    };
    let [broken, intact] = runs(what);
    view! {
        <section class="broken-card" aria-label=name>
            <h3 class="small">{name}</h3>
            <p><b>{text::tell(what.warning())}</b></p>
            <p class="quiet">{text::tell(what.cause())}</p>
            <p>{recipe}</p>
            <div class="row" role="group" aria-label=words::switches(name)>
                {(what == Alteration::CopiedDisk).then(|| view! {
                    <Choice chosen=source name=words::source() id="break-source" with_all=false />
                })}
                <button type="button" class="btn" data-testid=format!("break-{word}")
                    on:click=move |_| alter(page, what, node, source, true, said)>{words::take()}</button>
                {what.is_switch().then(|| view! {
                    <button type="button" class="btn" data-testid=format!("mend-{word}") prop:disabled=move || !holds()
                        on:click=move |_| alter(page, what, node, source, false, said)>{words::give()}</button>
                })}
                <button type="button" class="tool" data-testid=format!("watch-{word}")
                    on:click=move |_| watch(page, broken)>
                    {words::watch()}
                </button>
                <button type="button" class="tool" data-testid=format!("intact-{word}")
                    on:click=move |_| watch(page, intact)>
                    {words::watch_intact()}
                </button>
            </div>
        </section>
    }
}

/// A field to choose a node.
#[component]
fn Choice(chosen: Chosen, name: &'static str, id: &'static str, with_all: bool) -> impl IntoView {
    let page = use_page();
    let nodes = Memo::new(move |_| page.session.view.with(|view| ids(view)));
    let value = move || chosen.get().map_or_else(String::new, |id| id.to_string());
    view! {
        <label class="pick">
            {name}
            <select class="input" data-testid=id prop:value=value
                on:change=move |event| chosen.set(event_target_value(&event).parse().ok())>
                {move || nodes.get().into_iter().map(|id| view! {
                    <option value=id.to_string() prop:selected=move || chosen.get() == Some(id)>{format!("node{id}")}</option>
                }).collect_view()}
                {with_all.then(|| view! { <option value="" prop:selected=move || chosen.get().is_none()>{words::all()}</option> })}
            </select>
        </label>
    }
}

/// Returns the chosen nodes.
fn meant(page: Page, node: Chosen) -> Vec<NodeId> {
    node.get_untracked().map_or_else(|| page.session.view.with_untracked(|view| ids(view)), |id| vec![id])
}

fn back_up(page: Page, node: Chosen, said: RwSignal<String>) {
    for id in meant(page, node) {
        match page.session.act(Action::Backup(id)) {
            Some(_) => said.set(words::backed_up(id)),
            None => return refused(page, said),
        }
    }
}

/// Takes a safeguard away from the chosen nodes, or restores it.
fn alter(page: Page, what: Alteration, node: Chosen, source: Chosen, on: bool, said: RwSignal<String>) {
    let nodes: Vec<Option<NodeId>> = match what {
        Alteration::RetriedWrites => vec![None],
        Alteration::FsyncLies | Alteration::VotesForgotten => vec![node.get_untracked()],
        _ => meant(page, node).into_iter().map(Some).collect(),
    };
    let from = source.get_untracked().filter(|_| what == Alteration::CopiedDisk);
    allow_breaches();
    let mut done = true;
    for node in nodes.into_iter().filter(|node| node.is_none() || *node != from) {
        done &= page.session.act(Action::Break(Breach { what, node, from, on })).is_some();
    }
    if !done {
        return refused(page, said);
    }
    said.set(if on { words::lost(text::tell(what.name())) } else { words::given_back().to_owned() });
}

/// Shows in the dialog why something was refused; the page's own notice lies behind it.
fn refused(page: Page, said: RwSignal<String>) {
    if let Some(notice) = page.session.notice.get_untracked() {
        said.set(notice.text);
    }
}
