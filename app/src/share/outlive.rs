//! What outlives the engine: should it trap, its memory is not to be trusted and nothing in it runs any more. So the
//! run is handed to the page's root as text after each deed, and the newest events once a second. `crash.js` makes of
//! them the link that opens the run again, and the transcript.

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

/// How often it is looked whether something happened, in wall milliseconds. What a person does is heard at once.
const LOOK_MS: u32 = 500;
/// After these events of the window a deed may be done.
const DEEDS: [&str; 6] = ["click", "keydown", "pointerup", "change", "submit", "drop"];
/// A run is written at most in such a part of the time, when writing it takes long.
const COST: f64 = 20.0;
/// Below this many wall milliseconds, writing does not take long.
const QUICK_MS: f64 = 4.0;
/// Events that are handed over, the newest ones.
const EVENTS: usize = 200;

/// What was handed over last.
#[derive(Default)]
struct Handed {
    /// Which cluster, and how many deeds.
    deeds: Cell<(u32, usize)>,
    /// The number of the newest event.
    event: Cell<u64>,
    /// Before this wall time no run is written.
    free_at: Cell<f64>,
}

/// Hands over what happens from now on.
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
            // What was about to be played stands there; of another cluster would be worse than nothing.
            if on_stage().is_none() {
                put(RUN, "");
            }
            keeper::bring(room);
            return;
        };
        let began = wall_ms();
        let text = (writer.run)(room.page, &outside::address());
        // Before the scenario stand the lines by which the page returns to it.
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
