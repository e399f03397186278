//! What of a scripted run the rest of the page may know. The run itself is in [`script`](super::script).

use leptos::prelude::*;

/// What of a scripted run the rest of the page may know.
#[derive(Clone, Copy)]
pub struct Scene {
    /// Whether a scenario is on the stage, and its panel wanted.
    pub shown: RwSignal<bool>,
    /// Counts what was told.
    pub told: RwSignal<u32>,
    /// Whether it is shown to a room.
    pub workshop: RwSignal<bool>,
    /// Whether the clock is to stop when it reaches the present.
    pub replays: RwSignal<bool>,
    /// The lesson that is wanted by its address.
    pub wanted: RwSignal<Option<String>>,
    /// A text that is wanted in the editor beside the stage.
    pub draft: RwSignal<Option<String>>,
}

impl Scene {
    /// Nothing is on the stage.
    pub fn new() -> Scene {
        Scene {
            shown: RwSignal::new(false),
            told: RwSignal::new(0),
            workshop: RwSignal::new(false),
            replays: RwSignal::new(false),
            wanted: RwSignal::new(None),
            draft: RwSignal::new(None),
        }
    }
}
