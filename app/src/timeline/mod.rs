//! The timeline: the run from its start to the present, and the way back into it.
//!
//! It arrives as a part of its own soon after the page is alive. Then the run so far is played once
//! more, since it is a pure function of its actions, and recorded from its start.

mod branches;
mod track;

use std::future::Future;

use leptos::prelude::*;

use crate::browser::later;
use crate::lazy::{Lazy, lazy_view};
use track::Track;

lazy_view!(time, load_track, Track);

/// Where the timeline stands once it is there.
#[component]
pub fn Timeline() -> impl IntoView {
    /// The first view goes before it.
    const SOON_MS: u32 = 600;
    let wanted = RwSignal::new(false);
    later(SOON_MS, move || wanted.set(true));
    view! {
        <section class="timeline" aria-label="Timeline">
            <Lazy wanted=wanted load=load_track />
        </section>
    }
}
