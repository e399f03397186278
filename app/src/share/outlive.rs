//! The run as text outside the engine. If the engine traps, its memory cannot be trusted and none of its code
//! runs any more. So the run is written to the root element as text after each action, and the newest events
//! up to twice a second. `crash.js` makes the link that opens the run again, and the transcript, from them.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Interval;
use leptos::leptos_dom::helpers::window_event_listener_untyped;
use leptos::prelude::*;

use super::{Room, keeper, outside};
use crate::browser::wall_ms;
use crate::kit::as_text;
use crate::state::script::on_stage;
use crate::state::{EVENT_LINES, LESSON, RUN, put};

/// How often the page looks for new events, in milliseconds of wall time. A person's actions are noticed at
/// once.
const LOOK_MS: u32 = 500;
/// The events of the window that may be actions.
const DEEDS: [&str; 6] = ["click", "keydown", "pointerup", "change", "submit", "drop"];
/// Writing a run takes at most one part in `COST` of the time, when it is slow.
const COST: f64 = 20.0;
/// The time below which writing is not slow, in milliseconds of wall time.
const QUICK_MS: f64 = 4.0;
/// The number of events that are written, the newest ones.
const EVENTS: usize = 200;

/// What was written last.
#[derive(Default)]
struct Handed {
    /// The number of the cluster, and its number of actions.
    deeds: Cell<(u32, usize)>,
    /// The number of the newest event.
    event: Cell<u64>,
    /// No run is written before this instant, in milliseconds of wall time.
    free_at: Cell<f64>,
}

/// Writes the run and the events from now on.
pub(super) fn begin(room: Room) {
    let handed = Rc::new(Handed::default());
    for name in DEEDS {
        let handed = handed.clone();
        std::mem::forget(window_event_listener_untyped(name, move |_| handed.run(room)));
    }
    Interval::new(LOOK_MS, move || {
        handed.run(room);
        handed.events(room);
    })
    .forget();
}

impl Handed {
    fn run(&self, room: Room) {
        let session = room.page.session;
        let deeds = (session.generation.get_untracked(), session.journal().borrow().len());
        let busy = session.past.on_the_way.with_untracked(Option::is_some);
        if busy || deeds == self.deeds.get() || wall_ms() < self.free_at.get() {
            return;
        }
        let Some(writer) = room.keeper.get_value() else {
            // The text of a run that is about to be played is there; one of another cluster would be worse
            // than none.
            if on_stage().is_none() {
                put(RUN, "");
            }
            keeper::bring(room);
            return;
        };
        let began = wall_ms();
        let text = (writer.run)(room.page, &outside::address());
        // The lines in front of the scenario tell the page how to return to it.
        let scenario = text.splitn(keeper::LINES_BEFORE + 1, '\n').last().unwrap_or_default();
        put(RUN, scenario);
        put(LESSON, "");
        self.deeds.set(deeds);
        let took = wall_ms() - began;
        if took > QUICK_MS {
            self.free_at.set(began + took * COST);
        }
    }

    fn events(&self, room: Room) {
        room.page.session.log.lines.with_untracked(|lines| {
            let newest = lines.back().map_or(0, |line| line.number);
            if newest != self.event.get() {
                let newest_first: Vec<_> = lines.iter().rev().take(EVENTS).cloned().collect();
                put(EVENT_LINES, &as_text(&newest_first));
                self.event.set(newest);
            }
        });
    }
}
