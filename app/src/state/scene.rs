//! What the rest of the page may know about a scripted run. The run itself is in [`script`](super::script).

use leptos::prelude::*;

/// What the rest of the page may know about a scripted run.
#[derive(Clone, Copy)]
pub struct Scene {
    /// Whether a scenario is on the stage and its panel is open.
    pub shown: RwSignal<bool>,
    /// The number of changes to what the script has said.
    pub told: RwSignal<u32>,
    /// Whether a question of a lesson is open: nothing else on the page speaks then.
    pub asks: RwSignal<bool>,
    /// Whether the workshop is open.
    pub workshop: RwSignal<bool>,
    /// Whether the clock is to stop when it reaches the present.
    pub replays: RwSignal<bool>,
    /// The lesson that the address asks for.
    pub wanted: RwSignal<Option<String>>,
    /// A text for the editor beside the stage.
    pub draft: RwSignal<Option<String>>,
}

impl Scene {
    /// Returns the state without a scenario.
    pub fn new() -> Scene {
        Scene {
            shown: RwSignal::new(false),
            told: RwSignal::new(0),
            asks: RwSignal::new(false),
            workshop: RwSignal::new(false),
            replays: RwSignal::new(false),
            wanted: RwSignal::new(None),
            draft: RwSignal::new(None),
        }
    }
}
