//! Playing a run that was read: up to its instant at once, then it is shown.

use leptos::prelude::*;

use raft_core::units::Nanos;

use super::{Room, Said, Wanted};
use crate::browser::{later, wall_ms};
use crate::state::about_to_play;
use crate::state::script::{self, Goal, Play};
use crate::text::{self, share as words};

impl Room {
    /// Plays a run in place of the current one.
    pub(super) fn play(self, wanted: Wanted) {
        let Wanted { scenario, until, view, begun, lesson, stays, said, branches } = wanted;
        let page = self.page;
        about_to_play(&scenario.to_string());
        let play = Play {
            scenario,
            lesson,
            goal: begun.map_or(Goal::Until(until), Goal::Begun),
            watched: true,
            running: false,
            look_at: None,
        };
        let (running, look_at) = (view.playing.unwrap_or(false), view.at.filter(|at| *at < until));
        page.playback.playing.set(false);
        let arrived = move || {
            self.catch_up(until, page.session.generation.get_untracked(), move || {
                if let Some(speed) = view.speed {
                    page.playback.speed.set(speed);
                }
                if let Some(node) = view.node {
                    page.session.selected.set(node);
                }
                if let Some(detail) = view.detail {
                    page.show_detail(detail);
                }
                if let Some(branches) = branches {
                    self.with_reader(move |reader| reader.restore(self, &branches));
                }
                said.into_iter().for_each(|said| self.say(said));
                self.compare_traces();
                if !stays {
                    script::leave(page);
                }
                page.playback.playing.set(running);
                if let Some(at) = look_at {
                    page.session.look_at(at);
                }
            })
        };
        if let Err(error) = script::play(page, play, arrived) {
            let reason = words::not_played(text::sentence(&error));
            self.say(Said::Broken(reason, None));
        }
    }

    /// Advances to an instant after the end of what was played, a slice per frame, then calls `then`. It ends
    /// when another run replaces this one.
    fn catch_up(self, until: Nanos, of: u32, then: impl FnOnce() + 'static) {
        const SLICE_MS: f64 = 8.0;
        const CHUNK: u32 = 100;
        let session = self.page.session;
        let start = wall_ms();
        while session.now() < until && wall_ms() - start < SLICE_MS && session.stuck().is_none() {
            session.advance(until, CHUNK);
        }
        session.pump();
        if session.generation.get_untracked() != of {
            return;
        }
        if session.now() < until && session.stuck().is_none() {
            return later(0, move || self.catch_up(until, of, then));
        }
        then();
    }
}
