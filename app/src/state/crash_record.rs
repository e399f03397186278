//! What `crash.js` reads at the page's root once the engine has stopped: texts in the browser's memory, since the
//! engine's own is not to be trusted then.

use leptos::prelude::*;

/// The run, as a scenario.
pub const RUN: &str = "data-run";
/// The newest events.
pub const EVENT_LINES: &str = "data-run-events";
/// The lesson that opens it, by its id.
pub const LESSON: &str = "data-run-lesson";

/// A run that is about to be played in the place of the present one.
pub fn about_to_play(scenario: &str) {
    put(RUN, scenario);
    put(LESSON, "");
}

/// A lesson that is about to be played: its address opens it.
pub fn lesson_is_about_to_play(id: &str) {
    put(RUN, "");
    put(LESSON, id);
}

/// An attribute of the root: it is the browser's memory, not the engine's.
pub fn put(name: &str, text: &str) {
    if let Some(root) = document().document_element() {
        let _put = root.set_attribute(name, text);
    }
}
