//! The pace at which a view below the stage follows the run: a few times a second, and only while it is
//! shown.

use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use raft_core::units::Nanos;

use crate::state::{Detail, Page};

/// The state of the run as of a view's last update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beat {
    /// The instant that is viewed, in virtual nanoseconds.
    pub at: Nanos,
    /// Whether that instant is in the past.
    pub past: bool,
    /// The end of the run, in virtual nanoseconds.
    pub live: Nanos,
    /// The number of the cluster or branch.
    pub generation: u32,
    /// The address of the view in memory: after an action, there is another view at the same instant.
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

/// Follows the run every `ms` milliseconds of wall time while a detail is shown, and not at all while it is
/// hidden.
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
            // Without a timer from the browser, the view stays as it is now.
            running.set_value(set_interval_with_handle(look, Duration::from_millis(ms)).ok());
        }
    });
    on_cleanup(stop);
    beat.into()
}
