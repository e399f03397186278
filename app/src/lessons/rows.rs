//! What a script has said, as rows for a reader.

use leptos::prelude::*;
use raft_core::scenario::{Item, Sight, Teach, Told};
use raft_core::units::{Nanos, SECOND};

use super::ask::Ask;
use crate::browser::{later, wall_ms};
use crate::state::{Detail, Page, use_page};
use crate::text::{self, lessons as words};

/// How long the subject of a text is marked, in milliseconds of wall time.
const LOOK_MS: u32 = 12_000;

/// A row, with the instant at which it was added.
#[component]
pub fn Row(told: Told) -> impl IntoView {
    let page = use_page();
    let at = told.at;
    let Some(body) = body(page, told.item) else { return ().into_any() };
    let time = text::seconds(at);
    view! {
        <li class="lesson-line">
            <div lang="en">{body}</div>
            <button type="button" class="lesson-at" title=words::go_to(time.clone()) aria-label=words::go_to(time.clone())
                on:click=move |_| {
                    page.playback.playing.set(false);
                    page.session.look_at(at);
                }>{time.clone()}</button>
        </li>
    }
    .into_any()
}

fn body(page: Page, item: Item) -> Option<AnyView> {
    Some(match item {
        Item::Happened(_) | Item::Speed(_) => return None,
        Item::Teach(Teach::Say, text) => view! { <p class="lesson-say">{text}</p> }.into_any(),
        Item::Teach(Teach::StopHere, text) => view! { <p class="lesson-say"><b>{text}</b></p> }.into_any(),
        Item::Teach(Teach::Saw, text) => card("saw", words::saw(), text),
        Item::Teach(Teach::Next, text) => card("next", words::next(), text),
        Item::Look(sight, nodes, why) => {
            let what = sight_name(sight, &nodes);
            view! {
                <button type="button" class="btn plain lesson-look" on:click=move |_| look(page, sight)>
                    <b lang="">{words::look()}</b> " " {what} {why.map(|why| format!(": {why}"))}
                </button>
            }
            .into_any()
        }
        Item::Hint(after, text) => hint(after, text),
        Item::Try(text, condition) => view! {
            <div class="guide-card" data-testid="try"><p><b>{text}</b></p><p class="mono faint">{condition.to_string()}</p></div>
        }
        .into_any(),
        Item::Trace { recorded, found } => {
            let same = recorded == found;
            let word = if same { words::same_trace() } else { words::other_trace() };
            view! { <p class="quiet" data-testid="trace-told" data-same=same.to_string() lang="">{word}</p> }.into_any()
        }
        Item::Ask(question, choices) => view! { <Ask question=question choices=choices /> }.into_any(),
        Item::Did(step) => view! { <p class="mono lesson-did">{step}</p> }.into_any(),
        Item::Note(why) => view! { <p class="quiet">{text::sentence(&why)}</p> }.into_any(),
        Item::Typed(node, line) => {
            view! { <pre class="mono">{format!("node{node}$ {line}")}</pre> }.into_any()
        }
        Item::Printed(_, output) => {
            let lines = output.lines();
            if lines.is_empty() {
                return None;
            }
            view! { <pre class="mono lesson-printed">{lines.join("\n")}</pre> }.into_any()
        }
        Item::Held(condition) => view! { <p class="mono lesson-held">{words::reached(condition)}</p> }.into_any(),
        Item::Failed(problem) => {
            view! { <p class="notice" data-testid="lesson-failed">{text::sentence(&problem)}</p> }.into_any()
        }
    })
}

fn card(id: &'static str, title: &'static str, text: String) -> AnyView {
    view! { <div class="guide-card" data-testid=id><h4 lang="">{title}</h4><p>{text}</p></div> }.into_any()
}

/// A hint that is shown at once, or after `after` of the reader's time.
fn hint(after: Option<Nanos>, text: String) -> AnyView {
    let there = RwSignal::new(after.is_none());
    if let Some(after) = after {
        later((after / (SECOND / 1_000)).min(600_000) as u32, move || {
            let _shown = there.try_set(true);
        });
    }
    (move || {
        there.get().then(|| view! {
            <details class="lesson-hint"><summary lang="">{words::hint()}</summary><p>{text.clone()}</p></details>
        })
    })
    .into_any()
}

fn sight_word(sight: Sight) -> &'static str {
    match sight {
        Sight::Log => "log",
        Sight::Hashes => "hashes",
        Sight::Disk => "disk",
        Sight::History => "history",
        Sight::Timeline => "timeline",
        Sight::Events => "events",
        Sight::Ring => "ring",
        Sight::Terminal => "terminal",
        Sight::Charts => "charts",
    }
}

fn sight_name(sight: Sight, nodes: &[u64]) -> String {
    let names: Vec<String> = nodes.iter().map(|id| format!("node{id}")).collect();
    format!("{} {}", sight_word(sight), names.join(", ")).trim_end().to_owned()
}

/// Shows the subject of a text, and marks it for a while.
pub fn look(page: Page, sight: Sight) {
    let detail = match sight {
        Sight::Log | Sight::Disk => Some(Detail::Log),
        Sight::History => Some(Detail::SpaceTime),
        Sight::Events => Some(Detail::Events),
        Sight::Terminal => Some(Detail::Terminal),
        Sight::Charts => Some(Detail::Charts),
        Sight::Hashes | Sight::Ring | Sight::Timeline => None,
    };
    if let Some(detail) = detail {
        page.show_detail(detail);
    }
    let Some(root) = document().document_element() else { return };
    // If another subject is marked meanwhile, that mark must stay.
    let stamp = wall_ms().to_bits().to_string();
    let _marked = root.set_attribute("data-look", sight_word(sight));
    let _stamped = root.set_attribute("data-look-since", &stamp);
    later(LOOK_MS, move || {
        if root.get_attribute("data-look-since").as_deref() == Some(&stamp) {
            let _over = root.remove_attribute("data-look");
        }
    });
}
