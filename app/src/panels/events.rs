//! The event log in plain words.

use leptos::prelude::*;
use raft_core::cluster::describe::Topic;

use crate::app::use_page;
use crate::event_log::{LOG_LINES_MAX, LogLine};
use crate::text;

/// Lines shown at a time; the log keeps more.
const LINES_SHOWN: usize = 120;

/// What can be left out of the log.
const CHOICES: [(&str, &[Topic]); 4] = [
    ("nodes", &[Topic::Process, Topic::Members, Topic::Log]),
    ("elections", &[Topic::Election]),
    ("network", &[Topic::Network, Topic::Message]),
    ("clients", &[Topic::Client]),
];

/// The newest events, newest first.
#[component]
pub fn Events() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let hidden = RwSignal::new(Vec::<usize>::new());
    let shown = Memo::new(move |_| {
        let hidden = hidden.get();
        let wanted = |line: &&LogLine| !hidden.iter().any(|at| CHOICES[*at].1.contains(&line.what.topic));
        session
            .log
            .lines
            .with(|log| log.iter().rev().filter(wanted).take(LINES_SHOWN).cloned().collect::<Vec<_>>())
    });
    let toggle = move |at: usize| {
        hidden.update(|hidden| match hidden.iter().position(|known| *known == at) {
            Some(found) => {
                hidden.remove(found);
            }
            None => hidden.push(at),
        });
    };
    view! {
        <section class="events" aria-label="Events">
            <div class="events-head">
                <div class="checks">
                    {CHOICES.into_iter().enumerate().map(|(at, (name, _))| view! {
                        <label>
                            <input type="checkbox" prop:checked=move || !hidden.with(|hidden| hidden.contains(&at)) on:change=move |_| toggle(at) />
                            {name}
                        </label>
                    }).collect_view()}
                </div>
            </div>
            <ol class="event-list" data-testid="events" tabindex="0" aria-label="Events, newest first">
                <For each=move || shown.get() key=|line| (line.number, line.times) let:line>
                    <li class=if line.what.topic == Topic::Violation { "violation" } else { "" }
                        class:later=move || session.past.at.get().is_some_and(|at| line.at > at)>
                        <time><button type="button" title="Look at this instant" on:click=move |_| session.look_at(line.at)>{text::seconds(line.at)}</button></time>
                        <span>
                            {text::sentence(&line.what.text)}
                            {(line.times > 1).then(|| view! { <span class="tag times">{format!("{} times", line.times)}</span> })}
                        </span>
                    </li>
                </For>
            </ol>
            {move || (session.log.dropped.get() > 0).then(|| view! {
                <p class="faint">{format!("The log keeps the newest {LOG_LINES_MAX} lines; {} older ones are gone.", session.log.dropped.get())}</p>
            })}
        </section>
    }
}
