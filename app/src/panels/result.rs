//! The outcome of the last request: the value or the error, and the request's life.

use leptos::prelude::*;
use raft_core::kv::{Command, KeyValue, Response};
use raft_core::model::{Answer, Consistency, Operation, Outcome, REQUEST_TIMEOUT, RequestId, RequestView};
use raft_core::units::Nanos;
use raft_core::words::describe::{life_text, operation_text, response_text};

use crate::browser::{focus, later};
use crate::kit::{Lazy, Term, lazy_view};
use crate::state::{Detail, Page, Selection, use_page};
use crate::text::{self, client as words};

/// The number of pairs shown of a read; the others are counted.
const PAIRS_SHOWN: usize = 20;

/// The card of a request. It is loaded as a part of its own.
#[component]
pub fn ResultCard(
    /// Whether the pointer or the focus is near: then the part is loaded before it is needed.
    near: RwSignal<bool>,
) -> impl IntoView {
    let session = use_page().session;
    let asked = Memo::new(move |_| session.shown_request.get().is_some());
    view! {
        <div data-testid="result" aria-live="polite">
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
        None => ("result result-pending", pending(&request).into_any()),
        Some((at, Outcome::Ok(answer))) => {
            ("result", success(&request.operation, answer, at - started).into_any())
        }
        // A command in a terminal: its output is shown there.
        Some((at, Outcome::Called { .. })) => {
            let took = words::after(text::span(at - started));
            (
                "result",
                view! { <p class="result-kv">{words::answered()}</p> <p class="result-sub">{took}</p> }
                    .into_any(),
            )
        }
        Some((at, outcome)) => ("result result-fail", failure(outcome, at - started).into_any()),
    };
    let state = match &request.ended {
        None => "pending",
        Some((_, Outcome::Ok(_) | Outcome::Called { .. })) => "ok",
        Some((_, Outcome::Rejected { .. } | Outcome::Refused { .. })) => "rejected",
        Some((_, Outcome::Failed(_))) => "failed",
        Some((_, Outcome::Unknown(_))) => "unknown",
    };
    let page = use_page();
    let id = request.id;
    let quorum = page.session.view.with_untracked(|view| view.status.quorum);
    let steps: Vec<(Nanos, String)> = request
        .steps
        .iter()
        .map(|(at, step)| (at - started, text::sentence(&life_text(step, quorum))))
        .collect();
    view! {
        <div class=class data-state=state>{head}</div>
        <div class="life-head">
            <h2 class="small">{words::life()}</h2>
            <button type="button" class="tool" data-testid="inspect-this-request"
                on:click=move |_| inspect(page, id)>
                {text::inspector::inspect_request()}
            </button>
        </div>
        <ol class="life" data-testid="life">
            {steps.into_iter().map(|(at, step)| view! {
                <li><span class="life-bead" aria-hidden="true"></span><span>{step}</span><time>{text::span(at)}</time></li>
            }).collect_view()}
            {request.ended.map(|(at, outcome)| view! {
                <li>
                    <span class="life-bead life-last" aria-hidden="true"></span>
                    <span>{end_text(&outcome)}</span>
                    <time>{text::span(at - started)}</time>
                </li>
            })}
        </ol>
    }
}

/// Opens the inspector with a request.
fn inspect(page: Page, id: RequestId) {
    page.selection.set(Selection::Request(id));
    page.show_detail(Detail::Inspect);
    later(0, || focus("detail-inspect"));
}

fn end_text(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Ok(_) | Outcome::Called { .. } => words::answered(),
        Outcome::Rejected { .. } | Outcome::Refused { .. } => words::rejected_end(),
        Outcome::Failed(_) => words::failed_end(),
        Outcome::Unknown(_) => words::unknown_end(),
    }
}

fn pending(request: &RequestView) -> impl IntoView + use<> {
    let page = use_page();
    let id = request.id;
    let started = request.started;
    // A watch does not end by itself.
    let ends = !matches!(request.operation, Operation::Call(_));
    let waited = move || {
        let passed = text::span(page.session.clock.get().saturating_sub(started));
        match ends {
            true => words::waits(passed, text::span(REQUEST_TIMEOUT)),
            false => words::goes_on(passed),
        }
    };
    view! {
        <p class="result-kv">{text::sentence(&operation_text(&request.operation))}</p>
        <p class="result-sub">{waited}</p>
        <button class="btn" data-testid="hurry" hidden=!ends prop:disabled=move || page.playback.hurry.get().is_some()
            on:click=move |_| {
                page.playback.hurry.set(Some(id));
                page.playback.playing.set(true);
            }>
            {words::hurry()}
        </button>
    }
}

fn success(operation: &Operation, answer: &Answer, took: Nanos) -> impl IntoView + use<> {
    let (revision, node, span) = (answer.revision, answer.endpoint, text::span(took));
    let (term, sub) = match operation {
        Operation::Read { consistency: Consistency::Linearizable, .. } => {
            ("linearizable", words::how_linearizable(revision, node, span))
        }
        Operation::Read { consistency: Consistency::Serializable, .. } => {
            ("serializable-read", words::how_serializable(revision, node, span))
        }
        Operation::Write(_) | Operation::Call(_) => ("revision", words::how_plain(revision, node, span)),
    };
    let body = match (&answer.response, operation) {
        (Response::Put(_), Operation::Write(Command::Put(put))) => {
            let line = format!("{} = {}", shown(&put.key), shown(&put.value));
            view! { <p class="result-kv">{line}</p> }.into_any()
        }
        (Response::Delete(delete), _) => {
            view! { <p class="result-kv">{deleted(delete.deleted)}</p> }.into_any()
        }
        (Response::Range(range), _) => pairs(&range.kvs, range.count).into_any(),
        (response, _) => {
            view! { <p class="result-kv">{text::sentence(&response_text(response))}</p> }.into_any()
        }
    };
    view! { {body} <p class="result-sub"><Term id=term>{sub}</Term></p> }
}

fn deleted(count: u64) -> String {
    if count == 1 { words::one_deleted().to_owned() } else { words::many_deleted(count) }
}

fn pairs(kvs: &[KeyValue], count: u64) -> impl IntoView + use<> {
    if kvs.is_empty() {
        return view! { <p class="result-kv">{words::no_such_key()}</p> }.into_any();
    }
    let rows: Vec<_> = kvs
        .iter()
        .take(PAIRS_SHOWN)
        .map(|kv| {
            let revision = format!("rev {}", kv.mod_revision);
            view! { <p class="result-kv">{format!("{} = {}", shown(&kv.key), shown(&kv.value))} <span class="tag">{revision}</span></p> }
        })
        .collect();
    let more = count.saturating_sub(PAIRS_SHOWN as u64);
    view! {
        {rows}
        {(more > 0).then(|| view! {
            <p class="result-sub">
                {if more == 1 { words::one_more().to_owned() } else { words::many_more(more) }}
            </p>
        })}
    }
    .into_any()
}

fn failure(outcome: &Outcome, took: Nanos) -> impl IntoView + use<> {
    let (head, cause) = match outcome {
        Outcome::Unknown(cause) => (words::unknown(), text::cause(*cause)),
        Outcome::Failed(cause) => (words::failed(), text::cause(*cause)),
        Outcome::Rejected { endpoint, error } => {
            (words::rejected(), text::rejection(*endpoint, (*error).into()))
        }
        Outcome::Refused { endpoint, error } => (words::rejected(), text::rejection(*endpoint, *error)),
        Outcome::Ok(_) | Outcome::Called { .. } => return ().into_any(),
    };
    let advice = text::advice(outcome);
    let term = if matches!(outcome, Outcome::Unknown(_)) { "unknown-result" } else { "retry" };
    view! {
        <p class="result-kv"><Term id=term>{head}</Term></p>
        <p>{cause} " " {advice}</p>
        <p class="result-sub">{words::after(text::span(took))}</p>
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
