//! The welcome: three things to try, for a first visit. It disappears when they are done or when it is
//! closed, and does not return where the browser remembers that.

use leptos::ev::keydown;
use leptos::leptos_dom::helpers::window_event_listener;
use leptos::prelude::*;
use raft_core::model::{Action, ClusterView, Operation, Process, REQUEST_TIMEOUT, Request, Role};

use crate::browser::{later, save, saved};
use crate::kit::in_field;
use crate::state::{Page, cut_in_two, ids, use_page};
use crate::text::lessons;
use crate::text::welcome as words;

/// The storage key that records that the welcome was seen.
const SEEN_KEY: &str = "raft-playground-welcome";
/// The lesson for a first visit.
const FIRST_LESSON: &str = "first-write";
/// How long the closing words are shown, in milliseconds of wall time.
const LAST_WORDS_MS: u32 = 12_000;

/// Things to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Write,
    Crash,
    Cut,
}

const STEPS: [Step; 3] = [Step::Write, Step::Crash, Step::Cut];

impl Step {
    /// Returns the name for tests, the button's text, and the effect.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Step::Write => ("welcome-write", words::write(), words::write_what()),
            Step::Crash => ("welcome-crash", words::crash(), words::crash_what()),
            Step::Cut => ("welcome-cut", words::cut(), words::cut_what()),
        }
    }

    /// Whether it has happened, by this button or in another way.
    fn happened(self, view: &ClusterView) -> bool {
        match self {
            Step::Write => view.nodes.iter().any(|node| node.store.as_ref().is_some_and(|s| s.revision > 1)),
            // A node that is down keeps the role that it had.
            Step::Crash => view.nodes.iter().any(|n| n.process == Process::Crashed && n.role == Role::Leader),
            Step::Cut => !view.groups.is_empty(),
        }
    }

    fn act(self, page: Page) {
        let (leader, nodes) = page.session.view.with_untracked(|view| (view.status.leader, ids(view)));
        match (self, leader) {
            (Step::Write, _) => {
                let operation = Operation::put("/my_key", "my value");
                page.session.request(Request { endpoints: nodes, operation, timeout: REQUEST_TIMEOUT });
            }
            (_, None) => page.session.tell(words::no_leader().to_owned(), false),
            (Step::Crash, Some(id)) => {
                page.session.act(Action::Crash(id));
            }
            (Step::Cut, Some(_)) => {
                if let Some(cut) = page.session.view.with_untracked(|view| cut_in_two(view)) {
                    page.session.act(cut);
                }
            }
        }
    }
}

/// The card, until it is no longer needed.
#[component]
pub fn Welcome() -> impl IntoView {
    let page = use_page();
    let shown = page.welcome;
    shown.set(saved(SEEN_KEY).is_none());
    let done = RwSignal::new([false; STEPS.len()]);
    let close = move || {
        shown.set(false);
        save(SEEN_KEY, "seen");
    };
    let listener = window_event_listener(keydown, move |event| {
        let busy = page.dialog.get_untracked().is_some() || page.glossary.get_untracked().is_some();
        if event.key() == "Escape" && shown.get_untracked() && !busy && !in_field(&event) {
            close();
        }
    });
    on_cleanup(move || listener.remove());
    Effect::new(move |_| {
        if !shown.get() {
            return;
        }
        let now = page.session.view.with(|view| STEPS.map(|step| step.happened(view)));
        let before = done.get_untracked();
        let after = std::array::from_fn(|at| before[at] || now[at]);
        if after != before {
            done.set(after);
            if after == [true; STEPS.len()] {
                save(SEEN_KEY, "seen");
                later(LAST_WORDS_MS, move || {
                    let _gone = shown.try_set(false);
                });
            }
        }
    });
    let over = move || done.get() == [true; STEPS.len()];
    move || {
        shown.get().then(|| {
            view! {
                <section class="welcome" aria-label=words::title() data-testid="welcome">
                    <div class="welcome-head">
                        <h2>{words::title()}</h2>
                        <button type="button" class="btn plain" data-testid="welcome-close"
                            aria-label=words::dismiss() title=format!("{} (Esc)", words::dismiss())
                            aria-keyshortcuts="Escape" on:click=move |_| close()>
                            <svg class="ico" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
                                <path d="M2 2l8 8M10 2l-8 8" />
                            </svg>
                        </button>
                    </div>
                    <p class="quiet">{words::intro()}</p>
                    <ol class="welcome-steps">
                        {STEPS.into_iter().enumerate().map(|(at, step)| view! {
                            <Row step=step done=Signal::derive(move || done.get()[at]) />
                        }).collect_view()}
                    </ol>
                    <p class="quiet welcome-lesson">
                        <button type="button" class="btn" data-testid="welcome-lesson" on:click=move |_| {
                            page.scene.wanted.set(Some(FIRST_LESSON.to_owned()));
                            page.scene.shown.set(true);
                        }>{lessons::first_lesson()}</button>
                        " " {lessons::first_lesson_what()}
                    </p>
                    <p role="status" data-testid="welcome-over">{move || over().then(words::over)}</p>
                </section>
            }
        })
    }
}

#[component]
fn Row(step: Step, done: Signal<bool>) -> impl IntoView {
    let page = use_page();
    let (id, name, what) = step.words();
    view! {
        <li data-done=move || done.get().to_string()>
            <button type="button" class="btn" data-testid=id on:click=move |_| step.act(page)>{name}</button>
            <span>
                {what}
                {move || done.get().then(|| view! { " " <b class="welcome-done">"✓ " {words::done()}</b> })}
            </span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{view, view_after};
    use crate::state::leader_alone;

    fn done(view: &ClusterView) -> [bool; 3] {
        STEPS.map(|step| step.happened(view))
    }

    #[test]
    fn at_first_nothing_of_the_welcome_is_done() {
        assert_eq!(done(&view()), [false; 3]);
    }

    #[test]
    fn crashing_a_leader_counts_and_crashing_another_node_does_not() {
        let leader = view().status.leader.unwrap_or(0);
        assert_eq!(done(&view_after(Action::Crash(leader))), [false, true, false]);
        assert_eq!(done(&view_after(Action::Crash(leader % 5 + 1))), [false; 3]);
    }

    #[test]
    fn a_partition_counts_whichever_groups_it_has_and_a_single_node_cut_off_does_not() {
        let sides = leader_alone(&[1, 2, 3, 4, 5], Some(2));
        let side =
            |wanted| sides.iter().filter(move |(_, side)| *side == wanted).map(|(id, _)| *id).collect();
        assert_eq!(done(&view_after(Action::Partition(vec![side(0), side(1)]))), [false, false, true]);
        assert_eq!(done(&view_after(Action::Isolate(2))), [false; 3]);
    }

    #[test]
    fn a_write_counts_once_it_is_applied_somewhere() {
        let request = Request {
            endpoints: vec![1, 2, 3, 4, 5],
            operation: Operation::put("/my_key", "my value"),
            timeout: REQUEST_TIMEOUT,
        };
        assert_eq!(done(&view_after(Action::Request(request))), [true, false, false]);
    }
}
