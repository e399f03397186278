//! The narration: one line that says what just happened and why, and what to try next.
//!
//! At high speed more happens than can be read: a line stays for a while unless a weightier one comes. A
//! screen reader announces only changes of leadership and steps, one at a time.

use leptos::prelude::*;
use raft_core::model::{Action, ClusterView, Event, Operation, REQUEST_TIMEOUT, Request};
use raft_core::words::{Hint, Narration, Narrator, Weight, hint};

use crate::browser::{later, wall_ms};
use crate::kit::Term;
use crate::session::EventListener;
use crate::state::{Page, cut_in_two, ids, use_page};
use crate::text::{self, narration as words};

/// How long a line stays unless a weightier one comes, in milliseconds of wall time.
const STANDS_MS: f64 = 1_500.0;
/// The least time between two announcements, in milliseconds of wall time.
const ANNOUNCED_MS: u32 = 3_000;

/// The line that is shown.
#[derive(Clone, Copy)]
struct NarrationState {
    page: Page,
    line: RwSignal<Option<Narration>>,
    /// When the line was set, in milliseconds of wall time.
    since: StoredValue<f64>,
    /// The next line, and whether its turn is scheduled.
    next: RwSignal<Option<Narration>>,
    arranged: StoredValue<bool>,
}

impl NarrationState {
    fn offer(self, narration: Narration) {
        let standing = self.line.with_untracked(|line| line.as_ref().map(|line| line.weight));
        let stood = wall_ms() - self.since.get_value();
        let paused = !self.page.playback.playing.get_untracked();
        if takes_the_line(narration.weight, standing, stood, paused) {
            return self.show(narration);
        }
        self.next.update(|next| {
            if waits_instead(narration.weight, next.as_ref().map(|next| next.weight)) {
                *next = Some(narration);
            }
        });
        if !self.arranged.get_value() {
            self.arranged.set_value(true);
            later((STANDS_MS - stood).max(0.0) as u32, move || self.take_turn());
        }
    }

    fn take_turn(self) {
        if self.arranged.try_set_value(false).is_some() {
            return;
        }
        if let Some(next) = self.next.try_update(Option::take).flatten() {
            self.show(next);
        }
    }

    fn show(self, narration: Narration) {
        self.next.set(None);
        self.since.set_value(wall_ms());
        self.line.set(Some(narration));
    }

    fn clear(self) {
        self.next.set(None);
        self.line.set(None);
    }
}

/// Whether a line of a weight replaces the one that has stood for so many wall milliseconds.
fn takes_the_line(offered: Weight, standing: Option<Weight>, stood_ms: f64, paused: bool) -> bool {
    paused || standing.is_none_or(|standing| offered > standing) || stood_ms >= STANDS_MS
}

/// Whether a line of a weight waits in the place of the one that waits. The weightiest waits; among equals the newest.
fn waits_instead(offered: Weight, waiting: Option<Weight>) -> bool {
    waiting.is_none_or(|waiting| offered >= waiting)
}

/// A listener to the session's events.
struct Listener {
    narrator: Narrator,
    told: NarrationState,
}

impl EventListener for Listener {
    fn start_over(&mut self) {
        self.narrator = Narrator::default();
        self.told.clear();
    }

    fn hear(&mut self, events: &[Event], view: &ClusterView) {
        let said: Vec<Narration> =
            events.iter().filter_map(|event| self.narrator.hear(event, view)).collect();
        // Of what happened since the last frame, the weightiest; among equals, the last.
        if let Some(narration) = said.into_iter().max_by_key(|narration| narration.weight) {
            self.told.offer(narration);
        }
    }
}

/// The line and the hint.
#[component]
pub fn NarrationLine() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let told = NarrationState {
        page,
        line: RwSignal::new(None),
        since: StoredValue::new(0.0),
        next: RwSignal::new(None),
        arranged: StoredValue::new(false),
    };
    session.listen(Listener { narrator: Narrator::default(), told });
    let next = Memo::new(move |_| session.view.with(|view| told.line.with(|line| hint(view, line.as_ref()))));
    view! {
        <section class="narration" aria-label=words::name()>
            <p class="narration-line" data-testid="narration">
                {move || match told.line.get() {
                    Some(narration) => view! { <Line narration=narration /> }.into_any(),
                    None => view! { <span class="faint">{words::quiet()}</span> }.into_any(),
                }}
            </p>
            <Announced line=told.line />
            // The welcome gives its own hint.
            {move || next.get().filter(|_| !page.welcome.get()).map(|hint| view! { <Next hint=hint /> })}
        </section>
    }
}

#[component]
fn Line(narration: Narration) -> impl IntoView {
    let session = use_page().session;
    let at = narration.at;
    let rule = narration.rule.map(|rule| {
        view! { " " <span class="cite">"(" <Term id=rule.id>{text::tell(rule.section())}</Term> ")"</span> }
    });
    view! {
        <time><button type="button" title=words::look() on:click=move |_| session.look_at(at)>{text::seconds(at)}</button></time>
        <span>{text::capitalised(&text::tell(&narration.text))}{rule}</span>
    }
}

/// The text for screen readers: not every line, and never one that interrupts another.
#[component]
fn Announced(line: RwSignal<Option<Narration>>) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let busy = StoredValue::new(false);
    let say = move || {
        line.with_untracked(|line| {
            if let Some(line) = line.as_ref().filter(|line| line.weight >= Weight::Step) {
                let text = text::sentence(&line.text);
                if said.with_untracked(|said| *said != text) {
                    said.set(text);
                }
            }
        });
    };
    Effect::new(move |_| {
        line.track();
        if !busy.get_value() {
            busy.set_value(true);
            say();
            // Of the lines in this time, the last one is announced.
            later(ANNOUNCED_MS, move || {
                if busy.try_set_value(false).is_none() {
                    say();
                }
            });
        }
    });
    view! { <p class="unseen" role="status" aria-live="polite" data-testid="announced">{move || said.get()}</p> }
}

/// The action that a hint asks for, if it asks for one.
#[derive(Clone)]
enum HintAction {
    Write,
    Act(Action),
    Cut,
}

fn deed(hint: &Hint) -> Option<(String, HintAction)> {
    let act = |name: String, action| Some((name, HintAction::Act(action)));
    match (hint.id, hint.node) {
        ("write-something", _) => Some((words::write().to_owned(), HintAction::Write)),
        ("crash-the-leader", Some(id)) => act(words::crash(id), Action::Crash(id)),
        ("start-the-crashed" | "quorum-lost-start", Some(id)) => act(words::start(id), Action::Restart(id)),
        ("resume-the-paused", Some(id)) => act(words::resume(id), Action::Resume(id)),
        ("quorum-lost-heal" | "some-links-cut", _) => act(words::heal().to_owned(), Action::Heal(None)),
        ("partition-the-leader", _) => Some((words::cut().to_owned(), HintAction::Cut)),
        _ => None,
    }
}

#[component]
fn Next(hint: Hint) -> impl IntoView {
    let page = use_page();
    let button = deed(&hint).map(|(name, deed)| {
        view! {
            <button type="button" class="tool" data-testid="hint-do" data-hint=hint.id on:click=move |_| act(page, &deed)>{name}</button>
        }
    });
    view! {
        <p class="narration-hint" data-testid="hint">
            <Term id=hint.rule.id>{words::try_next()}</Term>
            <span>{text::sentence(&hint.text)}</span>
            {button}
        </p>
    }
}

fn act(page: Page, deed: &HintAction) {
    match deed {
        HintAction::Write => {
            let endpoints = page.session.view.with_untracked(|view| ids(view));
            let operation = Operation::put("/my_key", "my value");
            page.session.request(Request { endpoints, operation, timeout: REQUEST_TIMEOUT });
        }
        HintAction::Act(action) => {
            page.session.act(action.clone());
        }
        HintAction::Cut => {
            if let Some(cut) = page.session.view.with_untracked(|view| cut_in_two(view)) {
                page.session.act(cut);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::samples::{view, view_after};

    #[test]
    fn a_line_stands_for_a_while_unless_a_weightier_one_comes() {
        let takes = |offered, stood| takes_the_line(offered, Some(Weight::Step), stood, false);
        assert!(!takes(Weight::Step, 1_499.0) && !takes(Weight::Detail, 0.0));
        assert!(takes(Weight::Turn, 0.0), "a turning point is said at once");
        assert!(takes(Weight::Detail, 1_500.0));
    }

    #[test]
    fn the_first_line_is_said_at_once_and_so_is_each_while_the_clock_stands() {
        assert!(takes_the_line(Weight::Detail, None, 0.0, false));
        assert!(takes_the_line(Weight::Detail, Some(Weight::Turn), 0.0, true));
    }

    #[test]
    fn of_lines_that_wait_the_weightiest_stays_and_among_equals_the_newest() {
        assert!(waits_instead(Weight::Detail, None));
        assert!(waits_instead(Weight::Step, Some(Weight::Step)));
        assert!(!waits_instead(Weight::Detail, Some(Weight::Step)));
    }

    #[test]
    fn a_hint_to_crash_the_leader_has_a_button_that_does_it() {
        let leader = view().status.leader.unwrap();
        let hint = Hint { id: "crash-the-leader", node: Some(leader), ..hint(&view(), None).unwrap() };
        let (name, done) = deed(&hint).unwrap();
        assert_eq!(name, words::crash(leader));
        assert!(matches!(done, HintAction::Act(Action::Crash(id)) if id == leader));
    }

    #[test]
    fn a_node_that_a_hint_says_to_start_can_be_started_by_its_button() {
        let leader = view().status.leader.unwrap();
        let hint = hint(&view_after(Action::Crash(leader)), None).unwrap();
        if let Some((_, done)) = deed(&Hint { id: "start-the-crashed", node: Some(leader), ..hint }) {
            assert!(matches!(done, HintAction::Act(Action::Restart(id)) if id == leader));
        } else {
            panic!("the hint has a button");
        }
    }

    #[test]
    fn a_hint_that_asks_for_no_single_deed_has_no_button() {
        let some = hint(&view(), None).unwrap();
        assert!(deed(&Hint { id: "watch-the-log", node: None, ..some.clone() }).is_none());
        assert!(deed(&Hint { id: "crash-the-leader", node: None, ..some }).is_none(), "nor without a node");
    }
}
