//! What became of the request that was sent last: the value, or the cause, and its life.

use leptos::prelude::*;
use raft_core::cluster::describe::{life_text, operation_text, response_text};
use raft_core::cluster::{Answer, Consistency, Operation, Outcome, REQUEST_TIMEOUT, RequestView};
use raft_core::kv::{Command, KeyValue, Response};
use raft_core::units::Nanos;

use crate::app::use_page;
use crate::lazy::{Lazy, lazy_view};
use crate::text;

/// Pairs shown of a read; the rest is counted.
const PAIRS_SHOWN: usize = 20;

/// The card of a request. What shows one is a part of its own.
#[component]
pub fn ResultCard(
    /// Whether somebody is about to ask: then the part is on its way before it is needed.
    near: RwSignal<bool>,
) -> impl IntoView {
    let session = use_page().session;
    let asked = Memo::new(move |_| session.shown_request.get().is_some());
    view! {
        <div class="outcome" data-testid="result" aria-live="polite">
            {move || (!asked.get()).then(|| view! { <p class="result quiet">{text::invitation()}</p> })}
            <div hidden=move || !asked.get()>
                <Lazy wanted=Signal::derive(move || near.get() || asked.get()) load=result_contents />
            </div>
        </div>
    }
}

lazy_view!(panels, result_contents, Contents);

#[component]
fn Contents() -> impl IntoView {
    let session = use_page().session;
    let request = Memo::new(move |_| {
        let id = session.shown_request.get()?;
        session.view.with(|view| view.requests.iter().find(|request| request.id == id).cloned())
    });
    move || request.get().map(|request| view! { <Card request=request /> })
}

#[component]
fn Card(request: RequestView) -> impl IntoView {
    let started = request.started;
    let (class, head) = match &request.ended {
        None => ("result pending", pending(&request).into_any()),
        Some((at, Outcome::Ok(answer))) => {
            ("result", success(&request.operation, answer, at - started).into_any())
        }
        Some((at, outcome)) => ("result fail", failure(outcome, at - started).into_any()),
    };
    let state = match &request.ended {
        None => "pending",
        Some((_, Outcome::Ok(_) | Outcome::Called { .. })) => "ok",
        Some((_, Outcome::Rejected { .. } | Outcome::Refused { .. })) => "rejected",
        Some((_, Outcome::Failed(_))) => "failed",
        Some((_, Outcome::Unknown(_))) => "unknown",
    };
    let quorum = use_page().session.view.with_untracked(|view| view.status.quorum);
    let steps: Vec<(Nanos, String)> = request
        .steps
        .iter()
        .map(|(at, step)| (at - started, text::sentence(&life_text(step, quorum))))
        .collect();
    view! {
        <div class=class data-state=state>{head}</div>
        <h2 class="small">"Life of this request"</h2>
        <ol class="life" data-testid="life">
            {steps.into_iter().map(|(at, step)| view! {
                <li><span class="bead" aria-hidden="true"></span><span>{step}</span><time>{text::span(at)}</time></li>
            }).collect_view()}
            {request.ended.map(|(at, outcome)| view! {
                <li>
                    <span class="bead last" aria-hidden="true"></span>
                    <span>{end_text(&outcome)}</span>
                    <time>{text::span(at - started)}</time>
                </li>
            })}
        </ol>
    }
}

fn end_text(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Ok(_) | Outcome::Called { .. } => "Answered.",
        Outcome::Rejected { .. } | Outcome::Refused { .. } => "Rejected: certainly not done.",
        Outcome::Failed(_) => "Failed: certainly not done.",
        Outcome::Unknown(_) => "Unknown: nobody can say yet whether it is done.",
    }
}

fn pending(request: &RequestView) -> impl IntoView + use<> {
    let page = use_page();
    let id = request.id;
    let started = request.started;
    // A watch has no end.
    let ends = !matches!(request.operation, Operation::Call(_));
    let waited = move || {
        let passed = text::span(page.session.clock.get().saturating_sub(started));
        match ends {
            true => format!("{passed} of at most {} of cluster time", text::span(REQUEST_TIMEOUT)),
            false => format!("{passed} of cluster time"),
        }
    };
    view! {
        <p class="kv">{text::sentence(&operation_text(&request.operation))}</p>
        <p class="sub">{if ends { "No answer yet: " } else { "Goes on: " }} {waited} "."</p>
        <button class="btn" data-testid="hurry" hidden=!ends prop:disabled=move || page.playback.hurry.get().is_some()
            on:click=move |_| {
                page.playback.hurry.set(Some(id));
                page.playback.playing.set(true);
            }>
            "Run fast until it ends"
        </button>
    }
}

fn success(operation: &Operation, answer: &Answer, took: Nanos) -> impl IntoView + use<> {
    let how = match operation {
        Operation::Read { consistency: Consistency::Linearizable, .. } => ", linearizable",
        Operation::Read { consistency: Consistency::Serializable, .. } => {
            ", serializable: this node's own copy, it may be old"
        }
        Operation::Write(_) | Operation::Call(_) => "",
    };
    let sub = format!(
        "Revision {}, answered by node{} in {}{how}.",
        answer.revision,
        answer.endpoint,
        text::span(took)
    );
    let body = match (&answer.response, operation) {
        (Response::Put(_), Operation::Write(Command::Put(put))) => {
            let line = format!("{} = {}", shown(&put.key), shown(&put.value));
            view! { <p class="kv">{line}</p> }.into_any()
        }
        (Response::Delete(delete), _) => {
            view! { <p class="kv">{format!("{} deleted", text::count(delete.deleted, "key"))}</p> }.into_any()
        }
        (Response::Range(range), _) => pairs(&range.kvs, range.count).into_any(),
        (response, _) => view! { <p class="kv">{text::sentence(&response_text(response))}</p> }.into_any(),
    };
    view! { {body} <p class="sub">{sub}</p> }
}

fn pairs(kvs: &[KeyValue], count: u64) -> impl IntoView + use<> {
    if kvs.is_empty() {
        return view! { <p class="kv">"No such key"</p> }.into_any();
    }
    let rows: Vec<_> = kvs
        .iter()
        .take(PAIRS_SHOWN)
        .map(|kv| {
            let revision = format!("rev {}", kv.mod_revision);
            view! { <p class="kv">{format!("{} = {}", shown(&kv.key), shown(&kv.value))} <span class="tag">{revision}</span></p> }
        })
        .collect();
    let more = count.saturating_sub(PAIRS_SHOWN as u64);
    view! {
        {rows}
        {(more > 0).then(|| view! { <p class="sub">{format!("and {}", text::count(more, "more key"))}</p> })}
    }
    .into_any()
}

fn failure(outcome: &Outcome, took: Nanos) -> impl IntoView + use<> {
    let (head, cause) = match outcome {
        Outcome::Unknown(cause) => ("Unknown", text::cause(*cause)),
        Outcome::Failed(cause) => ("Failed", text::cause(*cause)),
        Outcome::Rejected { endpoint, error } => ("Rejected", text::rejection(*endpoint, (*error).into())),
        Outcome::Refused { endpoint, error } => ("Rejected", text::rejection(*endpoint, *error)),
        Outcome::Ok(_) | Outcome::Called { .. } => return ().into_any(),
    };
    let advice = text::advice(outcome);
    view! {
        <p class="kv">{head}</p>
        <p>{cause} " " {advice}</p>
        <p class="sub">{format!("After {}.", text::span(took))}</p>
    }
    .into_any()
}

fn shown(bytes: &[u8]) -> String {
    const SHOWN: usize = 200;
    let text = String::from_utf8_lossy(bytes);
    if text.chars().count() <= SHOWN {
        text.into_owned()
    } else {
        text.chars().take(SHOWN).chain(['…']).collect()
    }
}
