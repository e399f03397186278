//! The stretch of time that the timeline shows, and how it moves.

use raft_core::units::{Nanos, SECOND};

use crate::time::REAL_TIME;

/// What is shown until somebody chooses, in wall time: at a high speed more of virtual time.
const SHOWN_AT_FIRST: Nanos = 10 * SECOND;
/// The timeline is never shorter than this while the run is.
const EMPTY_MIN: Nanos = 2 * SECOND;
/// The shortest time that can be shown: a hop of a message is longer.
const SPAN_MIN: Nanos = 1_000_000;
/// The part of the window that is kept free behind the present.
const MARGIN: u64 = 20;
/// A step of the zoom, as a fraction.
const ZOOM: (u64, u64) = (4, 5);

/// How a window comes to be where it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It goes with the present.
    #[default]
    Follow,
    /// It went with the instant of the past that is looked at, and returns with it.
    Led,
    /// Somebody put it there, and there it stays.
    Free,
}

/// The stretch of time that is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Its first instant.
    pub from: Nanos,
    /// Its last.
    pub to: Nanos,
    /// Why it is there.
    pub mode: Mode,
    /// How long somebody wants it to be; longer than the run, and it shows all of it.
    wanted: Option<Nanos>,
}

impl Window {
    /// Goes with the present, if it follows it. `run` is what is recorded, `speed` that of the playback.
    pub fn follow(&mut self, (begin, live): (Nanos, Nanos), speed: u64) {
        if self.mode != Mode::Follow {
            return;
        }
        let usual = SHOWN_AT_FIRST.max(SHOWN_AT_FIRST / REAL_TIME * speed);
        let span = self.wanted.unwrap_or(usual);
        let margin = |span: Nanos| span / MARGIN;
        let whole = live.saturating_sub(begin);
        if whole.saturating_add(margin(span)) <= span {
            self.from = begin;
            self.to = begin + (whole + margin(whole)).max(EMPTY_MIN.min(span));
        } else {
            self.to = live + margin(span);
            self.from = self.to - span;
        }
    }

    /// Follows the present from now on.
    pub fn set_follow(&mut self) {
        self.mode = Mode::Follow;
    }

    /// Nothing of the past is looked at any more.
    pub fn come_back(&mut self) {
        if self.mode == Mode::Led {
            self.mode = Mode::Follow;
        }
    }

    /// Moves so far that an instant can be seen.
    pub fn show(&mut self, at: Nanos, run: (Nanos, Nanos)) {
        if (self.from..=self.to).contains(&at) {
            return;
        }
        if self.mode == Mode::Follow {
            self.mode = Mode::Led;
        }
        let span = self.to - self.from;
        self.put(at.saturating_sub(span / 2), span, run);
    }

    /// A step closer, or further away, about an instant. A window that follows goes on following.
    pub fn zoom(&mut self, about: Nanos, closer: bool, run: (Nanos, Nanos)) {
        let span = (self.to - self.from).max(1);
        let (less, more) = ZOOM;
        let new = if closer { span / more * less } else { span / less * more };
        let new = new.clamp(SPAN_MIN, longest(run).max(SPAN_MIN));
        let about = about.clamp(self.from, self.to);
        let before = u128::from(about - self.from) * u128::from(new) / u128::from(span);
        self.wanted = Some(if new >= longest(run) { Nanos::MAX } else { new });
        if self.mode != Mode::Follow {
            self.put(about.saturating_sub(before as Nanos), new, run);
        }
    }

    /// Shows the whole run, and what is to come of it.
    pub fn whole(&mut self) {
        self.wanted = Some(Nanos::MAX);
        self.mode = Mode::Follow;
    }

    /// Stands there from now on, as long as it is.
    pub fn move_to(&mut self, from: Nanos, run: (Nanos, Nanos)) {
        let span = self.to - self.from;
        self.mode = Mode::Free;
        self.put(from, span, run);
    }

    /// Stands there from now on.
    pub fn set(&mut self, from: Nanos, to: Nanos, run: (Nanos, Nanos)) {
        let span = to.saturating_sub(from).max(SPAN_MIN);
        self.mode = Mode::Free;
        self.wanted = Some(span);
        self.put(from, span, run);
    }

    /// Moves by a part of its length, in percent.
    pub fn shift(&mut self, percent: u64, forward: bool, run: (Nanos, Nanos)) {
        let step = (self.to - self.from) / 100 * percent;
        let from = if forward { self.from.saturating_add(step) } else { self.from.saturating_sub(step) };
        self.move_to(from, run);
    }

    fn put(&mut self, from: Nanos, span: Nanos, run: (Nanos, Nanos)) {
        let span = span.min(longest(run));
        let last = (run.0 + longest(run)).saturating_sub(span);
        self.from = from.clamp(run.0, last.max(run.0));
        self.to = self.from + span;
    }
}

/// How long a window can be: the run, and a margin behind it.
fn longest((begin, live): (Nanos, Nanos)) -> Nanos {
    let whole = live.saturating_sub(begin);
    (whole + whole / MARGIN).max(EMPTY_MIN)
}
