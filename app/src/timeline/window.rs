//! The span of time that the timeline shows, and how it moves.

use raft_core::units::{Nanos, SECOND};

use crate::time::REAL_TIME;

/// The length shown until a person chooses another one, in wall time: at a high speed it covers more virtual
/// time.
const SHOWN_AT_FIRST: Nanos = 10 * SECOND;
/// The least length of the timeline, even if the run is shorter.
const EMPTY_MIN: Nanos = 2 * SECOND;
/// The shortest length that can be shown: a hop of a message takes longer.
const SPAN_MIN: Nanos = 1_000_000;
/// The divisor of the window's length that gives the free margin after the present.
const MARGIN: u64 = 20;
/// A step of the zoom, as a fraction.
const ZOOM: (u64, u64) = (4, 5);

/// How a window moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It follows the present.
    #[default]
    Follow,
    /// It moved to the viewed instant of the past, and returns with it.
    Led,
    /// A person moved it, and it stays.
    Free,
}

/// The span of time that is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimelineWindow {
    /// The first instant, in virtual nanoseconds.
    pub from: Nanos,
    /// The last instant.
    pub to: Nanos,
    /// How it moves.
    pub mode: Mode,
    /// The length that a person asked for; one longer than the run shows all of it.
    wanted: Option<Nanos>,
}

impl TimelineWindow {
    /// Moves with the present, if it follows it. `run` is the recorded span, `speed` that of the playback.
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

    /// Is called when the past is no longer viewed.
    pub fn come_back(&mut self) {
        if self.mode == Mode::Led {
            self.mode = Mode::Follow;
        }
    }

    /// Moves just far enough to show an instant.
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

    /// Zooms in or out by a step around an instant. A window that follows the present keeps following it.
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

    /// Shows the whole run, and what is still to come.
    pub fn whole(&mut self) {
        self.wanted = Some(Nanos::MAX);
        self.mode = Mode::Follow;
    }

    /// Moves there and stays, with the same length.
    pub fn move_to(&mut self, from: Nanos, run: (Nanos, Nanos)) {
        let span = self.to - self.from;
        self.mode = Mode::Free;
        self.put(from, span, run);
    }

    /// Moves there and stays.
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

/// Returns the greatest length of a window: the run, and a margin after it.
fn longest((begin, live): (Nanos, Nanos)) -> Nanos {
    let whole = live.saturating_sub(begin);
    (whole + whole / MARGIN).max(EMPTY_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a window that has followed a run of `seconds` seconds in real time.
    fn following(seconds: u64) -> TimelineWindow {
        let mut window = TimelineWindow::default();
        window.follow((0, seconds * SECOND), REAL_TIME);
        window
    }

    fn seconds(window: &TimelineWindow) -> (f64, f64) {
        (window.from as f64 / SECOND as f64, window.to as f64 / SECOND as f64)
    }

    #[test]
    fn a_young_run_is_shown_whole_with_some_room_behind_it() {
        assert_eq!(seconds(&following(0)), (0.0, 2.0));
        assert_eq!(seconds(&following(4)), (0.0, 4.2));
    }

    #[test]
    fn a_long_run_is_shown_by_its_last_ten_seconds() {
        assert_eq!(seconds(&following(100)), (90.5, 100.5));
    }

    #[test]
    fn at_a_high_speed_more_of_virtual_time_is_shown() {
        let mut window = TimelineWindow::default();
        window.follow((0, 1_000 * SECOND), 10 * REAL_TIME);
        assert_eq!(seconds(&window), (905.0, 1_005.0));
        window.follow((0, 1_000 * SECOND), REAL_TIME / 10);
        assert_eq!(seconds(&window), (990.5, 1_000.5), "and at a low one not less");
    }

    #[test]
    fn an_instant_out_of_sight_leads_the_window_there_and_back() {
        let (mut window, run) = (following(100), (0, 100 * SECOND));
        window.show(95 * SECOND, run);
        assert_eq!(window.mode, Mode::Follow, "that was in sight");
        window.show(50 * SECOND, run);
        assert_eq!((seconds(&window), window.mode), ((45.0, 55.0), Mode::Led));
        window.come_back();
        assert_eq!(window.mode, Mode::Follow);
    }

    #[test]
    fn a_window_that_somebody_put_somewhere_stays_there() {
        let (mut window, run) = (following(100), (0, 100 * SECOND));
        window.set(20 * SECOND, 30 * SECOND, run);
        window.follow((0, 200 * SECOND), REAL_TIME);
        window.come_back();
        assert_eq!((seconds(&window), window.mode), ((20.0, 30.0), Mode::Free));
        window.set_follow();
        window.follow((0, 200 * SECOND), REAL_TIME);
        assert_eq!(seconds(&window), (190.5, 200.5), "it is as long as it was");
    }

    #[test]
    fn zooming_keeps_the_instant_under_the_pointer_in_its_place() {
        let (mut window, run) = (following(100), (0, 100 * SECOND));
        window.set(20 * SECOND, 30 * SECOND, run);
        window.zoom(22 * SECOND, true, run);
        assert_eq!(seconds(&window), (20.4, 28.4));
        window.zoom(22 * SECOND, false, run);
        assert_eq!(seconds(&window), (20.0, 30.0));
    }

    #[test]
    fn a_window_is_never_shorter_than_a_millisecond_nor_longer_than_the_run() {
        let (mut window, run) = (following(100), (0, 100 * SECOND));
        window.set(20 * SECOND, 30 * SECOND, run);
        (0..100).for_each(|_| window.zoom(25 * SECOND, true, run));
        assert_eq!(window.to - window.from, SPAN_MIN);
        (0..200).for_each(|_| window.zoom(25 * SECOND, false, run));
        assert_eq!(seconds(&window), (0.0, 105.0));
    }

    #[test]
    fn shifting_stops_at_the_ends_of_the_run() {
        let (mut window, run) = (following(100), (10 * SECOND, 100 * SECOND));
        window.set(20 * SECOND, 30 * SECOND, run);
        window.shift(50, true, run);
        assert_eq!(seconds(&window), (25.0, 35.0));
        (0..9).for_each(|_| window.shift(100, false, run));
        assert_eq!(seconds(&window), (10.0, 20.0), "before that nothing is recorded");
        (0..99).for_each(|_| window.shift(100, true, run));
        assert_eq!(seconds(&window), (94.5, 104.5));
    }

    #[test]
    fn all_of_a_run_is_shown_and_what_comes_of_it() {
        let mut window = following(100);
        window.whole();
        window.follow((0, 200 * SECOND), REAL_TIME);
        assert_eq!(seconds(&window), (0.0, 210.0));
    }
}
