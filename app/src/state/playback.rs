//! Playback: it maps wall time to virtual time in one `requestAnimationFrame` loop.
//!
//! The cluster has a budget of 4 ms of each frame. If it falls behind, the page shows by how much. What moves
//! is drawn in each frame; words change at most twenty times a second, since they cost the browser far more
//! than movement. If the browser asks for reduced motion, the page shows steps instead.

use leptos::prelude::*;
use raft_core::model::RequestId;
use raft_core::units::Nanos;

use crate::browser::{each_frame, on_root, save_later, saved, wall_ms};
use crate::session::Session;
use crate::text;
use crate::time::{Jump, REAL_TIME, SPEED_MAX, SPEED_MIN, next_speed};

/// The default speed, 1/20: a hop of 10 ms takes 200 ms.
const DEFAULT_SPEED: u64 = 50_000;
/// The speed while the page waits for a request.
const FAST: u64 = 2 * REAL_TIME;
/// The part of a frame that the cluster may take, in milliseconds of wall time.
const BUDGET_MS: f64 = 4.0;
/// The time between two pictures with reduced motion, in milliseconds of wall time; nothing moves in between.
const STILL_MS: f64 = 400.0;
/// The part of such a step that the cluster may take, in milliseconds of wall time.
const STILL_BUDGET_MS: f64 = 60.0;
/// If a frame comes later than this after the previous one, the clock was paused in between; in milliseconds
/// of wall time.
const FRAME_MS_MAX: f64 = 100.0;
/// The number of messages and timers between two looks at the clock.
const CHUNK: u32 = 40;
const SPEED_KEY: &str = "raft-playground-speed";

/// The clock and its speed.
#[derive(Clone, Copy)]
pub struct Playback {
    session: Session,
    /// Whether the clock runs.
    pub playing: RwSignal<bool>,
    /// Virtual time in millionths of wall time, from [`SPEED_MIN`] to [`SPEED_MAX`].
    pub speed: RwSignal<u64>,
    /// The speed reached, in the same unit, when it falls behind the chosen one.
    pub behind: RwSignal<Option<u64>>,
    /// The request until whose end the clock runs fast.
    pub hurry: RwSignal<Option<RequestId>>,
    /// Whether the clock runs fast up to the next stop of the scenario.
    pub rush: RwSignal<bool>,
}

impl Playback {
    /// Starts the loop. `draw` is called in every frame after the cluster has advanced. While `calm` is true,
    /// the picture changes in steps instead of moving.
    pub fn start(session: Session, calm: RwSignal<bool>, mut draw: impl FnMut(f64) + 'static) -> Playback {
        let remembered = saved(SPEED_KEY).and_then(|text| text.parse().ok());
        let remembered = remembered.filter(|speed| (SPEED_MIN..=SPEED_MAX).contains(speed));
        let playback = Playback {
            session,
            // A page with parameters begins when it is told to.
            playing: RwSignal::new(!on_root("data-parameters")),
            speed: RwSignal::new(remembered.unwrap_or(DEFAULT_SPEED)),
            behind: RwSignal::default(),
            hurry: RwSignal::default(),
            rush: RwSignal::default(),
        };
        let mut last: Option<f64> = None;
        let mut pace = Pace::default();
        let mut waited = 0.0;
        let mut lag = Lag::default();
        each_frame(move |now| {
            let passed = last.map_or(0.0, |last| (now - last).clamp(0.0, FRAME_MS_MAX));
            waited += passed;
            pace.note(passed);
            last = Some(now);
            let calm = calm.get_untracked();
            if !playback.playing.get_untracked() {
                waited = 0.0;
                session.publish();
            } else if !calm || waited >= STILL_MS {
                playback.advance(waited, if calm { STILL_BUDGET_MS } else { BUDGET_MS }, &mut lag);
                session.pump_frame(pace.words_ms);
                waited = 0.0;
            }
            draw(now);
        });
        playback
    }

    fn advance(&self, wall_passed_ms: f64, budget_ms: f64, lag: &mut Lag) {
        let speed = self.speed_now();
        // A millionth of a millisecond is one nanosecond, the unit of virtual time.
        let wanted = (wall_passed_ms * speed as f64) as Nanos;
        if wanted == 0 {
            return;
        }
        if let Some(past) = self.session.past.at.get_untracked() {
            return self.session.look_at(past.saturating_add(wanted));
        }
        let from = self.session.now();
        let to = from.saturating_add(wanted);
        let start = wall_ms();
        while !self.session.advance(to, CHUNK) {
            if wall_ms() - start > budget_ms {
                break;
            }
        }
        if self.session.take_halt() {
            self.playing.set(false);
            self.rush.set(false);
            return;
        }
        let reached = self.session.now() - from;
        let share = lag.add(wanted, reached);
        let behind = share.filter(|share| *share < 900).map(|share| (speed * share / 1_000).max(1));
        if self.behind.get_untracked() != behind && lag.is_full() {
            self.behind.set(behind);
        }
        if let Some(stuck) = self.session.stuck() {
            self.playing.set(false);
            self.session.tell(stuck, true);
        }
        if let Some(id) = self.hurry.get_untracked() {
            let ended = |id| {
                move |request: &raft_core::model::RequestView| request.id == id && request.ended.is_some()
            };
            if self.session.view.with_untracked(|view| view.requests.iter().any(ended(id))) {
                self.hurry.set(None);
            }
        }
    }

    fn speed_now(&self) -> u64 {
        let chosen = self.speed.get_untracked();
        if self.hurry.get_untracked().is_some() || self.rush.get_untracked() {
            chosen.max(FAST)
        } else {
            chosen
        }
    }

    /// Starts or pauses the clock.
    pub fn toggle(&self) {
        self.playing.update(|playing| *playing = !*playing);
    }

    /// Pauses the clock and runs one visible step.
    pub fn step(&self) {
        self.playing.set(false);
        let in_the_past = self.session.past.at.with_untracked(Option::is_some);
        if !in_the_past {
            self.session.step();
        } else if !self.session.jump(Jump::Event, true) {
            self.session.go_live();
        }
    }

    /// Pauses the clock and jumps. If there is nothing to jump to, a message says so.
    pub fn jump(&self, jump: Jump, forward: bool) {
        self.playing.set(false);
        if !self.session.jump(jump, forward) {
            let wanted = text::time::jump_name(jump);
            let text =
                if forward { text::time::nothing_after(wanted) } else { text::time::nothing_before(wanted) };
            self.session.tell(text, false);
        }
    }

    /// Sets the speed, limited to its bounds.
    pub fn set_speed(&self, speed: u64) {
        let speed = speed.clamp(SPEED_MIN, SPEED_MAX);
        self.speed.set(speed);
        self.behind.set(None);
        save_later(SPEED_KEY, speed.to_string());
    }

    /// Changes to the next slower or faster of the speeds 1, 2 and 5 in each power of ten.
    pub fn change_speed(&self, faster: bool) {
        self.set_speed(next_speed(self.speed.get_untracked(), faster));
    }
}

/// The rate at which words change. It falls in a browser that cannot keep up, so that frames stay smooth.
struct Pace {
    /// The time between two changes, in milliseconds of wall time.
    words_ms: f64,
}

impl Pace {
    const SHORTEST_MS: f64 = 50.0;
    const LONGEST_MS: f64 = 250.0;
    /// A frame that took longer than this is late, in milliseconds of wall time.
    const LATE_MS: f64 = 25.0;

    fn note(&mut self, frame_ms: f64) {
        let factor = if frame_ms > Self::LATE_MS { 1.3 } else { 0.99 };
        self.words_ms = (self.words_ms * factor).clamp(Self::SHORTEST_MS, Self::LONGEST_MS);
    }
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { words_ms: Pace::SHORTEST_MS }
    }
}

/// The share of the wanted time that was reached over the last frames.
#[derive(Default)]
struct Lag {
    wanted: Nanos,
    reached: Nanos,
    frames: u32,
}

impl Lag {
    const FRAMES: u32 = 30;

    fn add(&mut self, wanted: Nanos, reached: Nanos) -> Option<u64> {
        if self.frames == Self::FRAMES {
            *self = Lag::default();
        }
        self.wanted += wanted;
        self.reached += reached;
        self.frames += 1;
        self.is_full().then(|| self.reached.saturating_mul(1_000) / self.wanted.max(1))
    }

    fn is_full(&self) -> bool {
        self.frames == Self::FRAMES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_is_late_gets_words_more_seldom_and_slowly_as_often_again() {
        let mut pace = Pace::default();
        assert_eq!(pace.words_ms, 50.0);
        pace.note(26.0);
        assert_eq!(pace.words_ms, 65.0);
        pace.note(16.0);
        assert_eq!(pace.words_ms, 64.35);
    }

    #[test]
    fn words_come_at_least_four_and_at_most_twenty_times_a_second() {
        let mut pace = Pace::default();
        (0..100).for_each(|_| pace.note(100.0));
        assert_eq!(pace.words_ms, 250.0);
        (0..1_000).for_each(|_| pace.note(16.0));
        assert_eq!(pace.words_ms, 50.0);
    }

    #[test]
    fn how_far_the_clock_lags_is_told_over_thirty_frames() {
        let mut lag = Lag::default();
        for _ in 0..29 {
            assert_eq!(lag.add(1_000, 500), None);
        }
        assert_eq!(lag.add(1_000, 500), Some(500), "half of the speed that was chosen");
        assert_eq!(lag.add(1_000, 1_000), None, "the next thirty begin anew");
        assert!(!lag.is_full());
    }
}
