//! Texts on the root element for `crash.js`, which reads them once the engine has stopped: they are in the
//! browser's memory, since the engine's own cannot be trusted then.

use leptos::prelude::*;

/// The attribute with the run, as a scenario.
pub const RUN: &str = "data-run";
/// The attribute with the newest events.
pub const EVENT_LINES: &str = "data-run-events";
/// The attribute with the id of the lesson that opens the run.
pub const LESSON: &str = "data-run-lesson";

/// Records a run that is about to replace the present one.
pub fn about_to_play(scenario: &str) {
    put(RUN, scenario);
    put(LESSON, "");
}

/// Records a lesson that is about to be played: its address opens it.
pub fn lesson_is_about_to_play(id: &str) {
    put(RUN, "");
    put(LESSON, id);
}

/// Sets an attribute of the root element: it is in the browser's memory, not the engine's.
pub fn put(name: &str, text: &str) {
    if let Some(root) = document().document_element() {
        let _put = root.set_attribute(name, text);
    }
}
