//! The pace at which a view below the stage follows the run: some times a second, and only while it is shown.

use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use raft_core::units::Nanos;

use crate::state::{Detail, Page};

/// What a view shows: the run as it stood when it last looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beat {
    /// The instant that is looked at.
    pub at: Nanos,
    /// Whether that is in the past.
    pub past: bool,
    /// The end of the run.
    pub live: Nanos,
    /// Which cluster or branch it is.
    pub generation: u32,
    /// Where the view lies: another one at the same instant, after an act, lies elsewhere.
    view: usize,
}

impl Beat {
    fn of(page: &Page) -> Beat {
        let session = page.session;
        Beat {
            at: session.clock.get_untracked(),
            past: session.past.at.with_untracked(Option::is_some),
            live: session.now(),
            generation: session.generation.get_untracked(),
            view: session.view.with_untracked(|view| Arc::as_ptr(view) as usize),
        }
    }
}

/// Follows the run every `ms` wall milliseconds while a detail is shown, and not at all while it is not.
pub fn follow(page: Page, detail: Detail, ms: u64) -> Signal<Beat> {
    let beat = RwSignal::new(Beat::of(&page));
    let look = move || {
        let now = Beat::of(&page);
        if beat.get_untracked() != now {
            beat.set(now);
        }
    };
    let running = StoredValue::new(None::<IntervalHandle>);
    let stop = move || {
        if let Some(handle) = running.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    Effect::new(move |_| {
        stop();
        if page.detail.get() == detail {
            look();
            // A browser that gives no timer leaves the view as it is now.
            running.set_value(set_interval_with_handle(look, Duration::from_millis(ms)).ok());
        }
    });
    on_cleanup(stop);
    beat.into()
}
