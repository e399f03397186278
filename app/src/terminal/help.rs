//! The terminals' help: examples that run at a press, and the keys at the prompt.

use leptos::prelude::*;

use super::words::{Example, GROUPS, KEYS};
use super::{Bench, Insertion};
use crate::text::terminal as words;

/// The examples and the keys.
#[component]
pub fn Help() -> impl IntoView {
    let bench = expect_context::<Bench>();
    let press = move |example: &'static Example| {
        let at = match example.on {
            0 => bench.current(),
            node => bench
                .open
                .with_untracked(|open| open.iter().position(|(known, _)| *known == node))
                .unwrap_or_else(|| bench.current()),
        };
        bench.show(at);
        bench.insertion.set(Some(Insertion {
            terminal: at,
            text: example.line.to_owned(),
            runs: example.runs,
        }));
    };
    view! {
        <section class="terminal-help" aria-label=words::what_can_i_type() data-testid="terminal-examples">
                {GROUPS.iter().map(|group| view! {
                    <div class="terminal-group">
                        <h3>{(group.title)()}</h3>
                        {group.examples.iter().map(|example| view! {
                            <button type="button" class="terminal-example" on:click=move |_| press(example)>
                                {(example.on > 0).then(|| view! { <span class="terminal-on">{format!("node{}", example.on)}</span> })}
                                <code>{example.line}</code>
                                {(!example.runs).then(|| view! { <span class="terminal-on">" " {words::then_tab()}</span> })}
                            </button>
                        }).collect_view()}
                    </div>
                }).collect_view()}
            <dl class="meanings">
                {KEYS.into_iter().map(|(key, what)| view! { <dt><kbd class="kbd">{key()}</kbd></dt><dd>{what()}</dd> }).collect_view()}
            </dl>
        </section>
    }
}
