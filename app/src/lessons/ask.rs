//! A question: its answers, and the reply to each.

use leptos::prelude::*;
use raft_core::scenario::Choice;
use wasm_bindgen::JsCast;

use crate::browser::later;
use crate::text::lessons as words;

/// A question with its answers. A reader may choose another one later: all replies are worth reading.
#[component]
pub fn Ask(question: String, choices: Vec<Choice>) -> impl IntoView {
    let chosen: RwSignal<Option<usize>> = RwSignal::new(None);
    let rows = choices.into_iter().enumerate().map(|(at, choice)| {
        let Choice { right, text, reply } = choice;
        let is_chosen = move || chosen.get() == Some(at);
        let verdict = if right { words::right() } else { words::not_right() };
        view! {
            <li>
                <button type="button" class="ask-choice" data-testid="choice" data-right=right.to_string()
                    aria-pressed=move || is_chosen().to_string()
                    on:click=move |_| {
                        chosen.set(Some(at));
                        show_reply();
                    }>
                    {text}
                </button>
                {move || is_chosen().then(|| view! {
                    <p class="ask-reply" data-testid="reply" role="status">
                        <b lang="">{if right { "✓ " } else { "✗ " }} {verdict}</b> " " {reply.clone()}
                    </p>
                })}
            </li>
        }
    });
    view! {
        <div class="ask" data-testid="ask">
            <p><b>{question}</b></p>
            <ul>{rows.collect_view()}</ul>
        </div>
    }
}

/// Scrolls to the newest reply once it is drawn.
fn show_reply() {
    const DRAWN_MS: u32 = 60;
    later(DRAWN_MS, || {
        let replies = document().query_selector_all(".lesson-told .ask-reply").ok();
        let last = replies.and_then(|replies| replies.item(replies.length().checked_sub(1)?));
        if let Some(reply) = last.and_then(|node| node.dyn_into::<web_sys::Element>().ok()) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            reply.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}
