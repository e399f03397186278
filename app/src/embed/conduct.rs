//! Carries out parameters and messages: play, pause, go to an instant.

use leptos::prelude::*;
use leptos::task::spawn_local;
use raft_core::scenario::parse;
use raft_core::units::{Nanos, SECOND};

use super::parameters::{AT_MAX, Parameters, Piece};
use crate::browser::{fetched, later, wall_ms};
use crate::state::script::{Goal, Play, on_stage, play};
use crate::state::{Page, about_to_play};
use crate::text::embed as words;

/// The wall time for which a jump to a later instant may occupy the browser at once, in milliseconds.
const SLICE_MS: f64 = 12.0;
/// The number of messages and timers between two looks at the clock.
const CHUNK: u32 = 200;

/// Whether the panel is shown that displays a scenario's texts and questions.
fn lesson_is_shown() -> bool {
    let panels = document().document_element().and_then(|root| root.get_attribute("data-panels"));
    panels.is_none_or(|panels| panels.split(' ').any(|panel| panel == "lesson"))
}

/// Returns a virtual instant in seconds, for messages.
pub fn seconds(at: Nanos) -> f64 {
    at as f64 / SECOND as f64
}

/// A handle on the state of an embed; all copies share it.
#[derive(Clone, Copy)]
pub struct Conductor {
    page: Page,
    /// Whether the clock ran when the embed was scrolled out of view.
    ran: StoredValue<bool>,
    /// The instant that is being approached, and whether the clock is to run from there.
    goal: StoredValue<Option<(Nanos, bool)>>,
}

impl Conductor {
    /// Returns the conductor of this page.
    pub fn new(page: Page) -> Conductor {
        Conductor { page, ran: StoredValue::new(false), goal: StoredValue::new(None) }
    }

    /// Begins as the parameters ask.
    pub fn begin(self, parameters: Parameters) {
        if let Some(speed) = parameters.speed {
            // `set_speed` would remember it as a preference, which the speed in an address is not.
            self.page.playback.speed.set(speed);
        }
        self.page.session.read_only.set(parameters.read_only);
        let running = !parameters.paused;
        match parameters.piece {
            Piece::Cluster => match parameters.at {
                Some(at) if at > self.page.session.now() => self.go(at, running),
                _ => self.page.playback.playing.set(running),
            },
            Piece::Text(text) => self.say(self.play(&text, None, parameters.at, running)),
            Piece::Lesson(id) => spawn_local(async move {
                let text = fetched(&format!("lessons/{id}.scenario")).await;
                self.say(match text {
                    Some(text) => self.play(&text, Some(id), parameters.at, running),
                    None => Err(words::no_lesson(id)),
                });
            }),
        }
    }

    /// Shows why nothing is played. The cluster that is there keeps running.
    fn say(&self, played: Result<(), String>) {
        if let Err(problem) = played {
            self.page.session.tell(problem, true);
            self.page.playback.playing.set(true);
        }
    }

    /// Plays a scenario on a fresh cluster, quickly up to the given instant, or else to the one at which the
    /// scenario opens.
    fn play(
        &self,
        text: &str,
        lesson: Option<String>,
        at: Option<Nanos>,
        running: bool,
    ) -> Result<(), String> {
        let scenario = parse(text).map_err(words::no_scenario)?;
        let goal = match at.or(scenario.about.open_at) {
            Some(at) => Goal::Until(at),
            None => Goal::Begun(0),
        };
        self.goal.set_value(None);
        // Where nobody can answer, the scenario does not wait at questions.
        let watched = lesson_is_shown();
        let wanted = Play { scenario, lesson, goal, watched, running, look_at: None };
        about_to_play(text);
        play(self.page, wanted, || ())
    }

    /// Carries out a message.
    ///
    /// # Errors
    /// Returns why it was not carried out.
    pub fn perform(&self, kind: &str, number: f64, text: &str) -> Result<(), String> {
        let playing = self.page.playback.playing;
        match kind {
            "play" | "pause" => {
                let plays = kind == "play";
                match self.goal.get_value() {
                    Some((to, _)) => self.goal.set_value(Some((to, plays))),
                    None => playing.set(plays),
                }
                self.ran.set_value(plays);
            }
            "seek" => {
                if self.page.session.past.on_the_way.with_untracked(Option::is_some) {
                    return Err(words::on_the_way().to_owned());
                }
                let at = ((number * SECOND as f64) as Nanos).min(AT_MAX);
                let plays = playing.get_untracked();
                if at > self.page.session.now() {
                    self.page.session.go_live();
                    self.go(at, plays);
                } else {
                    self.page.session.look_at(at);
                }
            }
            "run" => {
                self.play(text, None, None, true)?;
                self.ran.set_value(true);
            }
            // The embed was scrolled out of view, or back into it.
            _ if number == 0.0 => {
                self.ran.set_value(playing.get_untracked());
                playing.set(false);
            }
            _ => {
                if self.ran.get_value() {
                    playing.set(true);
                }
                self.ran.set_value(false);
            }
        }
        Ok(())
    }

    /// Advances to a later instant as fast as the browser can, in slices; a newer goal replaces an older one.
    ///
    /// A scenario on the stage is played up to there without its questions and stops, as when a page opens at
    /// an instant. If it stopped, the cluster would run on without it.
    fn go(&self, to: Nanos, then_play: bool) {
        self.page.playback.playing.set(false);
        let under_way = self.goal.get_value().is_some();
        self.goal.set_value(Some((to, then_play)));
        if !under_way {
            if let Some(run) = on_stage() {
                run.borrow_mut().look_away(self.page.session.now());
            }
            self.slice();
        }
    }

    fn slice(self) {
        let Some((to, then_play)) = self.goal.try_get_value().flatten() else { return };
        let start = wall_ms();
        let session = self.page.session;
        while session.now() < to && session.stuck().is_none() && wall_ms() - start < SLICE_MS {
            if session.advance(to, CHUNK) {
                break;
            }
        }
        session.pump();
        if session.now() < to && session.stuck().is_none() {
            later(0, move || self.slice());
        } else {
            self.goal.set_value(None);
            if let Some(run) = on_stage().filter(|_| lesson_is_shown()) {
                run.borrow_mut().watch_again();
            }
            self.page.playback.playing.set(then_play);
        }
    }
}
