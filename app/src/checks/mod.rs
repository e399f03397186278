//! The checks for human readers: one line with the state, Raft's properties with the number of checks of each
//! and the facts that contradict each other, and the lanes of clients. This room only reads.

mod frame;
mod lanes;
mod told;

use leptos::prelude::*;
use raft_core::cluster::PropertyView;
use raft_core::model::{Fact, Property};
use raft_core::units::Nanos;
use raft_core::words::describe::property_name;

use crate::browser::copy_text;
use crate::kit::{Term, follow, lazy_view};
use crate::state::{Detail, Page, use_page};
use crate::text::{self, checks as words};
use frame::ChecksFrame;
use lanes::Lanes;

lazy_view!(views, load_checks, Checks);

/// How often the checks follow the run, in milliseconds of wall time.
const FOLLOW_MS: u64 = 400;

/// Returns the glossary entry of a property.
fn entry(property: Property) -> &'static str {
    match property {
        Property::ElectionSafety => "election-safety",
        Property::LeaderAppendOnly => "log",
        Property::LogMatching => "log-matching",
        Property::LeaderCompleteness => "leader-completeness",
        Property::StateMachineSafety => "state-machine-safety",
        Property::Linearizability => "linearizable",
    }
}

/// Shows an instant of the run and pauses the clock.
fn look_at(page: Page, at: Nanos) {
    page.playback.playing.set(false);
    page.session.look_at(at);
}

/// The details of the checks.
#[component]
pub fn Checks() -> impl IntoView {
    let page = use_page();
    let beat = follow(page, Detail::Checks, FOLLOW_MS);
    let frame = RwSignal::new(ChecksFrame::default());
    Effect::new(move |_| {
        let beat = beat.get();
        if page.detail.get() == Detail::Checks {
            let before = frame.get_untracked();
            let now = page.session.look(|cluster| ChecksFrame::of(cluster, beat.generation, &before));
            if now != before {
                frame.set(now);
            }
        }
    });
    let said = RwSignal::new("");
    let copy = move |_| {
        let text = frame.with_untracked(told::text);
        said.set(if copy_text(&text) { words::copied() } else { words::not_copied() });
    };
    view! {
        <section class="checks-view" aria-label=words::name() data-testid="checks">
            <div class="checks-head">
                <div>
                    <p class="checks-verdict" role="status" data-testid="checks-verdict"
                        class:checks-broken=move || frame.with(ChecksFrame::is_broken)>
                        {move || frame.with(told::verdict)}
                    </p>
                    <p class="quiet" data-testid="checks-order">{move || frame.with(told::order)}</p>
                </div>
                <p>
                    <button type="button" class="btn" data-testid="checks-copy" on:click=copy>{words::copy()}</button>
                    " " <span class="faint" role="status">{move || said.get()}</span>
                </p>
            </div>
            <Properties frame=frame />
            <Lanes frame=frame looked=Signal::derive(move || { let beat = beat.get(); beat.past.then_some(beat.at) }) />
        </section>
    }
}

#[component]
fn Properties(frame: RwSignal<ChecksFrame>) -> impl IntoView {
    let rows = Memo::new(move |_| frame.with(|frame| frame.properties.clone()));
    view! {
        <h3 class="small">{words::properties()}</h3>
        <table class="checks-properties" data-testid="checks-properties">
            <thead>
                <tr>
                    <th scope="col">{words::property()}</th>
                    <th scope="col">{words::source()}</th>
                    <th scope="col">{words::checked()}</th>
                    <th scope="col">{words::state()}</th>
                </tr>
            </thead>
            <tbody>{move || rows.get().into_iter().map(|row| view! { <Row row=row /> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(row: PropertyView) -> impl IntoView {
    let page = use_page();
    let property = row.property;
    let checked = told::checked(&row);
    let broken = row.violation.is_some();
    let violation = row.violation.map(|violation| {
        let facts = violation.facts.into_iter().map(|fact| view! { <FactRow fact=fact /> }).collect_view();
        let at = violation.at;
        view! {
            <tr>
                <td colspan="4">
            <div class="checks-violation" role="group" aria-label=words::contradiction() data-testid="checks-violation">
                <p>{text::sentence(&violation.detail)} " " <button type="button" class="checks-time" title=words::look()
                    on:click=move |_| look_at(page, at)>{words::seen_at(text::seconds(at))}</button></p>
                <ol>{facts}</ol>
            </div>
                </td>
            </tr>
        }
    });
    view! {
        <tr data-testid=format!("checks-{}", entry(property)) class:checks-broken=broken>
            <th scope="row">
                <Term id=entry(property)>{text::capitalised(&text::tell(property_name(property)))}</Term>
                <p class="quiet">{text::tell(row.statement)}</p>
            </th>
            <td class="cite" data-label=words::source()>{text::tell(row.source)}</td>
            <td class="checks-count" data-label=words::checked()>{checked}</td>
            <td class="checks-state" data-label=words::state()>{if broken { words::fails() } else { words::stands() }}</td>
        </tr>
        {violation}
    }
}

/// One of the facts that contradict each other, with a button that leads to its instant.
#[component]
fn FactRow(fact: Fact) -> impl IntoView {
    let page = use_page();
    let at = fact.at;
    view! {
        <li>
            <button type="button" class="checks-time" data-testid="checks-fact" title=words::look() on:click=move |_| look_at(page, at)>
                {text::seconds(at)}
            </button>
            " " {text::tell(&fact.to_string())}
        </li>
    }
}
