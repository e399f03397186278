//! Lessons: the list of them, and the panel that shows the text of one. A lesson is a file beside the page
//! that contains a scenario; [`script`](crate::state::script) plays it.
//!
//! `workshop` presents the stops of a lesson to an audience. The speaker's notes are in a second window,
//! `notes.html`, which has no script: the page writes into it.

mod ask;
mod editor;
mod list;
mod panel;
mod rows;
mod stops;
mod store;
mod workshop;

use leptos::prelude::*;

use crate::browser::later;
use crate::kit::{Modal, lazy_view};
use crate::state::script::{Goal, Play, play};
use crate::state::{Dialog, Page, lesson_is_about_to_play, use_page};
use crate::text::lessons as words;
use list::List;
use panel::LessonPanel;
use store::Lesson;

lazy_view!(lessons, load_list, List);
lazy_view!(lessons, load_panel, LessonPanel);

/// The dialog with the list of lessons.
#[component]
pub fn LessonsDialog() -> impl IntoView {
    view! { <Modal which=Dialog::Lessons title=words::title() class="wide" load=load_list /> }
}

/// The place of the panel on the page.
#[component]
pub fn LessonSlot() -> impl IntoView {
    let shown = use_page().scene.shown;
    view! { <crate::kit::Lazy wanted=shown load=load_panel /> }
}

/// The time until the panel is drawn, in milliseconds of wall time.
const DRAWN_MS: u32 = 200;

/// Scrolls a narrow page to the panel: there it is below the ring.
fn show_panel() {
    if let Some(panel) = document().query_selector(".guide").ok().flatten() {
        panel.scroll_into_view();
    }
}

/// Begins a lesson, or resumes it after `begun` of its steps.
fn begin(page: Page, lesson: &Lesson, begun: usize) {
    let wanted = Play {
        scenario: lesson.scenario.clone(),
        lesson: Some(lesson.id.clone()),
        goal: Goal::Begun(begun),
        watched: true,
        running: true,
        look_at: None,
    };
    page.dialog.set(None);
    page.welcome.set(false);
    lesson_is_about_to_play(&lesson.id);
    let begun = move || {
        if page.narrow.get_untracked() {
            later(DRAWN_MS, show_panel);
        }
    };
    if let Err(problem) = play(page, wanted, begun) {
        page.session.tell(words::cannot_play(problem), true);
    }
}
