//! Playback: from wall time to virtual time, in one loop with a budget.

use leptos::prelude::*;
use raft_core::cluster::RequestId;
use raft_core::units::{MILLISECOND, Nanos};

use crate::browser::{each_frame, save_later, saved, wall_ms};
use crate::past::Jump;
use crate::session::Session;

/// Speeds that can be chosen, as virtual time per 1,000 parts of wall time.
pub const SPEEDS: [(u64, &str); 12] = [
    (1, "1/1000"),
    (4, "1/250"),
    (10, "1/100"),
    (20, "1/50"),
    (50, "1/20"),
    (100, "1/10"),
    (200, "1/5"),
    (500, "1/2"),
    (1_000, "1x"),
    (5_000, "5x"),
    (20_000, "20x"),
    (100_000, "100x"),
];
/// Slow motion: a hop of 10 ms takes 200 ms.
const DEFAULT_SPEED: usize = 4;
/// Where the waiting for a request is shortened to.
const FAST_PERMILLE: u64 = 2_000;
/// The part of a frame that may be spent on the cluster.
const BUDGET_MS: f64 = 4.0;
/// A frame that comes later than this after the one before stood still in between.
const FRAME_MS_MAX: f64 = 100.0;
/// Messages and timers between two looks at the clock.
const CHUNK: u32 = 40;
const SPEED_KEY: &str = "raft-playground-speed";

/// How time passes.
#[derive(Clone, Copy)]
pub struct Playback {
    session: Session,
    /// Whether the clock runs.
    pub playing: RwSignal<bool>,
    /// Index into [`SPEEDS`].
    pub speed: RwSignal<usize>,
    /// The speed reached, in per mille, when it falls behind the one chosen.
    pub behind: RwSignal<Option<u64>>,
    /// The request for whose end the clock runs fast.
    pub hurry: RwSignal<Option<RequestId>>,
}

impl Playback {
    /// Starts the loop. `draw` is called in every frame after the cluster moved.
    pub fn start(session: Session, mut draw: impl FnMut(f64) + 'static) -> Playback {
        let remembered = saved(SPEED_KEY).and_then(|text| text.parse().ok()).filter(|at| *at < SPEEDS.len());
        let playback = Playback {
            session,
            playing: RwSignal::new(true),
            speed: RwSignal::new(remembered.unwrap_or(DEFAULT_SPEED)),
            behind: RwSignal::default(),
            hurry: RwSignal::default(),
        };
        let mut last: Option<f64> = None;
        let mut lag = Lag::default();
        each_frame(move |now| {
            let passed = last.map_or(0.0, |last| (now - last).clamp(0.0, FRAME_MS_MAX));
            last = Some(now);
            if playback.playing.get_untracked() {
                playback.advance(passed, &mut lag);
            }
            draw(now);
        });
        playback
    }

    fn advance(&self, wall_passed_ms: f64, lag: &mut Lag) {
        let permille = self.permille();
        let wanted = (wall_passed_ms * permille as f64 * (MILLISECOND / 1_000) as f64) as Nanos;
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
            if wall_ms() - start > BUDGET_MS {
                break;
            }
        }
        self.session.pump();
        let reached = self.session.now() - from;
        let share = lag.add(wanted, reached);
        let behind = share.filter(|share| *share < 900).map(|share| (permille * share / 1_000).max(1));
        if self.behind.get_untracked() != behind && lag.is_full() {
            self.behind.set(behind);
        }
        if let Some(stuck) = self.session.stuck() {
            self.playing.set(false);
            self.session.tell(stuck, true);
        }
        if let Some(id) = self.hurry.get_untracked() {
            let ended = |id| {
                move |request: &raft_core::cluster::RequestView| request.id == id && request.ended.is_some()
            };
            if self.session.view.with_untracked(|view| view.requests.iter().any(ended(id))) {
                self.hurry.set(None);
            }
        }
    }

    fn permille(&self) -> u64 {
        let chosen = SPEEDS[self.speed.get_untracked().min(SPEEDS.len() - 1)].0;
        if self.hurry.get_untracked().is_some() { chosen.max(FAST_PERMILLE) } else { chosen }
    }

    /// Starts or stops the clock.
    pub fn toggle(&self) {
        self.playing.update(|playing| *playing = !*playing);
    }

    /// Stops the clock and lets one thing happen.
    pub fn step(&self) {
        self.playing.set(false);
        let in_the_past = self.session.past.at.with_untracked(Option::is_some);
        if !in_the_past {
            self.session.step();
        } else if !self.session.jump(Jump::Event, true) {
            self.session.go_live();
        }
    }

    /// Stops the clock and jumps.
    pub fn jump(&self, jump: Jump, forward: bool) {
        self.playing.set(false);
        self.session.jump(jump, forward);
    }

    /// Chooses a speed.
    pub fn set_speed(&self, at: usize) {
        let at = at.min(SPEEDS.len() - 1);
        self.speed.set(at);
        self.behind.set(None);
        save_later(SPEED_KEY, at.to_string());
    }

    /// One notch slower or faster.
    pub fn change_speed(&self, faster: bool) {
        let at = self.speed.get_untracked();
        self.set_speed(if faster { at + 1 } else { at.saturating_sub(1) });
    }
}

/// How much of the time wanted was reached over the last frames.
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
