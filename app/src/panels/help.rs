//! Help: the keys, the legend, what is real in the simulation, and the licences.

mod licences;

use leptos::prelude::*;
use raft_core::model::{Process, Role};

use self::licences::Licences;
use crate::kit::{LIST, Modal, Term, lazy_view, sample};
use crate::state::{Dialog, use_page};
use crate::text::help as words;
use crate::text::keys;

/// The version of openraft that the page runs, from Cargo.lock.
const OPENRAFT: &str = env!("OPENRAFT_VERSION");

/// The help dialog.
#[component]
pub fn Help() -> impl IntoView {
    view! { <Modal which=Dialog::Help title=words::title() load=help class="wide" /> }
}

lazy_view!(dialogs, help, Contents);

/// The tabs of the help.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Keys,
    Signs,
    Real,
    Licences,
}

#[component]
fn Contents() -> impl IntoView {
    let page = use_page();
    let shown = RwSignal::new(Part::Keys);
    let parts = [
        (Part::Keys, words::keys(), "help-keys"),
        (Part::Signs, words::signs(), "help-signs"),
        (Part::Real, words::real(), "help-real"),
        (Part::Licences, words::licences(), "help-licences"),
    ];
    view! {
        <div class="tabs" role="tablist" aria-label=words::parts()>
            {parts.into_iter().map(|(part, name, id)| view! {
                <button type="button" role="tab" id=id data-testid=id aria-controls=format!("{id}-panel")
                    aria-selected=move || (shown.get() == part).to_string() on:click=move |_| shown.set(part)>
                    {name}
                </button>
            }).collect_view()}
        </div>
        <div id="help-keys-panel" role="tabpanel" aria-labelledby="help-keys" hidden=move || shown.get() != Part::Keys>
            <dl class="meanings">
                {keys::all().into_iter().map(|(key, what)| view! { <dt><kbd class="kbd">{key}</kbd></dt><dd>{what()}</dd> }).collect_view()}
            </dl>
        </div>
        <div id="help-signs-panel" role="tabpanel" aria-labelledby="help-signs" hidden=move || shown.get() != Part::Signs>
            <Signs />
        </div>
        <div id="help-real-panel" class="stack" role="tabpanel" aria-labelledby="help-real" data-testid="real"
            hidden=move || shown.get() != Part::Real>
            <Real />
        </div>
        <div id="help-licences-panel" role="tabpanel" aria-labelledby="help-licences"
            hidden=move || shown.get() != Part::Licences>
            <Licences wanted=Signal::derive(move || shown.get() == Part::Licences) />
        </div>
        <p>
            <button type="button" class="term-link" data-testid="help-glossary"
                on:click=move |_| page.glossary.set(Some(LIST))>
                {words::glossary()}
            </button>
        </p>
    }
}

#[component]
fn Real() -> impl IntoView {
    let facts = [
        words::openraft(OPENRAFT),
        words::kv().to_owned(),
        words::simulated().to_owned(),
        words::chance().to_owned(),
        words::checks().to_owned(),
        words::differs().to_owned(),
        words::stays().to_owned(),
    ];
    facts
        .map(|fact| {
            // The subject is in front of the colon and is emphasized.
            let (head, rest) = fact.split_once(':').map_or(("", fact.as_str()), |(head, rest)| (head, rest));
            let head = (!head.is_empty()).then(|| format!("{head}:"));
            view! { <p><b>{head}</b>{rest.to_owned()}</p> }
        })
        .collect_view()
}

/// A node as the stage draws it.
fn node(process: Process, role: Role, has_quorum: bool) -> AnyView {
    view! {
        <svg class="help-sample" width="52" height="52" viewBox="-42 -42 84 84" aria-hidden="true">
            {sample(process, role, has_quorum)}
        </svg>
    }
    .into_any()
}

/// Messages as the stage draws them.
fn messages(kinds: &'static [&'static str]) -> AnyView {
    let signs = kinds.iter().map(|kind| {
        view! {
            <svg class="help-sample" width="22" height="22" viewBox="-11 -11 22 22" aria-hidden="true">
                <use href=format!("#m-{kind}")></use>
            </svg>
        }
    });
    view! { {signs.collect_view()} }.into_any()
}

/// A cell of a log as the stage draws it.
fn cell(class: &'static str) -> AnyView {
    view! {
        <svg class="help-sample" width="24" height="24" viewBox="-3 -3 24 24" aria-hidden="true">
            <g class=format!("stage-cell t1 {class}")><rect width="18" height="18" rx="3" /></g>
        </svg>
    }
    .into_any()
}

#[component]
fn Signs() -> impl IntoView {
    use Process::{Announced, Crashed, Paused, Running, Starting, Stopped};
    let nodes = [
        (node(Running, Role::Leader, true), words::leader()),
        (node(Running, Role::Leader, false), words::alone()),
        (node(Running, Role::Follower, true), words::follower()),
        (node(Running, Role::Candidate, true), words::candidate()),
        (node(Running, Role::PreCandidate, true), words::pre_candidate()),
        (node(Running, Role::Learner, true), words::learner()),
        (node(Starting, Role::Follower, true), words::starting()),
        (node(Crashed, Role::Follower, true), words::crashed()),
        (node(Stopped, Role::Follower, true), words::stopped()),
        (node(Paused, Role::Follower, true), words::paused()),
        (node(Announced, Role::Follower, true), words::added()),
    ];
    let kinds = [
        (messages(&["vote"]), words::vote()),
        (messages(&["vote-yes", "vote-no"]), words::vote_answer()),
        (messages(&["pre", "pre-yes", "pre-no"]), words::pre()),
        (messages(&["append"]), words::entries()),
        (messages(&["append-yes", "append-no"]), words::entries_answer()),
        (messages(&["beat"]), words::beat()),
        (messages(&["beat-yes", "beat-no"]), words::beat_answer()),
        (messages(&["snap", "snap-yes"]), words::snapshot()),
        (messages(&["transfer", "transfer-yes"]), words::transfer()),
        (messages(&["client"]), words::client()),
        (messages(&["client-yes", "client-no"]), words::client_answer()),
        (messages(&["broken"]), words::lost()),
    ];
    let cells = [
        (cell("stage-open"), words::open()),
        (cell("stage-committed"), words::committed()),
        (cell("stage-committed stage-applied"), words::applied()),
        (cell("stage-packed"), words::packed()),
    ];
    view! {
        <h3 class="small">{words::nodes()}</h3>
        {table(nodes)}
        <p class="quiet">{words::arc()} " " {words::chip()}</p>
        <h3 class="small">{words::messages()}</h3>
        <p class="quiet">{words::filled()}</p>
        {table(kinds)}
        <h3 class="small"><Term id="log">{words::log()}</Term></h3>
        {table(cells)}
        <p class="quiet">{words::disk()} " " {words::hash()}</p>
    }
}

fn table<const N: usize>(rows: [(AnyView, &'static str); N]) -> impl IntoView + use<N> {
    let rows = rows.map(
        |(picture, what)| view! { <li><span class="help-pictures">{picture}</span><span>{what}</span></li> },
    );
    view! { <ul class="help-signs">{rows.collect_view()}</ul> }
}
