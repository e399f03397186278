//! A question: its answers, and the reply to each.

use leptos::ev::keydown;
use leptos::leptos_dom::helpers::window_event_listener;
use leptos::prelude::*;
use raft_core::scenario::Choice;
use wasm_bindgen::JsCast;

use crate::browser::later;
use crate::kit::in_field;
use crate::state::script::on_stage;
use crate::state::use_page;
use crate::text::lessons as words;

/// Returns the order in which a question's `count` answers are shown: shuffled by the cluster's seed, so that
/// everyone with the same cluster sees the same order, and by the question, so that questions differ.
fn order(seed: u64, question: &str, count: usize) -> Vec<usize> {
    let start = question.bytes().fold(seed, |state, byte| mix(state ^ u64::from(byte)));
    let mut order: Vec<usize> = (0..count).collect();
    let mut state = start;
    for at in (1..count).rev() {
        state = mix(state);
        order.swap(at, (state % (at as u64 + 1)) as usize);
    }
    order
}

/// One step of the generator SplitMix64.
fn mix(state: u64) -> u64 {
    let state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// A question with its answers, each with the digit that chooses it. A reader may choose another one later: all replies are worth reading.
#[component]
pub fn Ask(question: String, choices: Vec<Choice>) -> impl IntoView {
    let chosen: RwSignal<Option<usize>> = RwSignal::new(None);
    let over = RwSignal::new(false);
    let page = use_page();
    Effect::new(move |before: Option<bool>| {
        let asks = page.scene.asks.get();
        if before == Some(true) && !asks {
            over.set(true);
        }
        asks
    });
    let seed = on_stage().map_or(0, |run| run.borrow().script.scenario().settings.seed);
    let order = order(seed, &question, choices.len());
    let choices: Vec<Choice> = order.into_iter().filter_map(|at| choices.get(at).cloned()).collect();
    let count = choices.len();
    let listener = window_event_listener(keydown, move |event| {
        let is_open = page.scene.asks.get_untracked() && !over.get_untracked();
        let has_modifier = event.ctrl_key() || event.alt_key() || event.meta_key();
        if !is_open || has_modifier || in_field(&event) || page.dialog.get_untracked().is_some() {
            return;
        }
        if let Some(at) = event.key().parse().ok().and_then(|digit: usize| digit.checked_sub(1))
            && at < count
        {
            event.prevent_default();
            chosen.set(Some(at));
            show_reply();
        }
    });
    on_cleanup(move || listener.remove());
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
                    <span class="ask-number" aria-hidden="true">{at + 1}</span> {text}
                    {move || (right && over.get()).then(|| view! { <b class="ask-right" lang="">" ✓"</b> })}
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_is_shown_once_and_the_same_seed_gives_the_same_order() {
        for seed in 0..50 {
            let shown = order(seed, "Who leads?", 4);
            assert_eq!(shown, order(seed, "Who leads?", 4));
            let mut sorted = shown;
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3]);
        }
        assert_eq!(order(1, "", 0), Vec::<usize>::new());
        assert_eq!(order(1, "", 1), [0]);
    }

    #[test]
    fn over_many_seeds_each_answer_stands_in_each_place_about_equally_often() {
        for place in 0..3 {
            for answer in 0..3 {
                let hits = (0..3_000).filter(|seed| order(*seed, "What now?", 3)[place] == answer).count();
                assert!((850..1_150).contains(&hits), "answer {answer} in place {place}: {hits}");
            }
        }
    }

    #[test]
    fn two_questions_of_one_lesson_are_shuffled_apart() {
        let same = (0..300).filter(|seed| order(*seed, "First?", 3) == order(*seed, "Second?", 3)).count();
        assert!(same < 100, "{same}");
    }
}
