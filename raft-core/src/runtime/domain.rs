//! A clock domain: a clock, its timers and its random stream.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;
use std::task::Waker;

use super::RandomStream;
use super::task::note_waker;
use crate::units::Nanos;

/// The rate of a clock that keeps virtual time, in parts per million.
pub(super) const NOMINAL_PPM: u64 = 1_000_000;

/// The state that a timer in the queue shares with the future that waits for it.
pub(super) struct TimerCell {
    fired: Cell<bool>,
    cancelled: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl TimerCell {
    pub(super) fn new(waker: Waker) -> Rc<TimerCell> {
        let waker = RefCell::new(Some(waker));
        Rc::new(TimerCell { fired: Cell::new(false), cancelled: Cell::new(false), waker })
    }

    pub(super) fn has_fired(&self) -> bool {
        self.fired.get()
    }

    /// Sets the task to wake, which may differ from poll to poll.
    pub(super) fn set_waker(&self, waker: &Waker) {
        note_waker(&mut self.waker.borrow_mut(), waker);
    }

    pub(super) fn cancel(&self) {
        self.cancelled.set(true);
        let waker = self.waker.borrow_mut().take();
        drop(waker);
    }

    fn fire(&self) {
        self.fired.set(true);
        let waker = self.waker.borrow_mut().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

struct Timer {
    /// The due time on the domain's own clock.
    deadline: Nanos,
    sequence: u64,
    cell: Rc<TimerCell>,
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Timer {}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.deadline, self.sequence).cmp(&(other.deadline, other.sequence))
    }
}

/// A clock, its timers, its random stream and the state of its tasks.
pub(super) struct Domain {
    /// The global time from which the clock has run at `rate_ppm`.
    base_global: Nanos,
    /// The clock's reading at `base_global`.
    base_local: Nanos,
    rate_ppm: u64,
    timers: BinaryHeap<Reverse<Timer>>,
    /// Global time and sequence number of the first timer, which may be cancelled. `None` if there
    /// is no timer or if the first one never fires.
    first: Option<(Nanos, u64)>,
    pub(super) random: RandomStream,
    /// The fixed result of every election timeout draw, in milliseconds; `None` for random draws.
    pub(super) loaded_sample_ms: Option<u64>,
    /// Whether openraft's first tick comes after a fixed delay, which is the same in every such
    /// domain, instead of a random one.
    pub(super) ticks_aligned: bool,
    /// Whether the domain's tasks are parked.
    pub(super) paused: bool,
}

impl Domain {
    pub(super) fn new(random: RandomStream) -> Domain {
        Domain {
            base_global: 0,
            base_local: 0,
            rate_ppm: NOMINAL_PPM,
            timers: BinaryHeap::new(),
            first: None,
            random,
            loaded_sample_ms: None,
            ticks_aligned: false,
            paused: false,
        }
    }

    /// Returns the clock's reading at an instant of global time.
    pub(super) fn local(&self, global: Nanos) -> Nanos {
        let passed = global.saturating_sub(self.base_global);
        if self.rate_ppm == NOMINAL_PPM {
            return self.base_local.saturating_add(passed);
        }
        let scaled = u128::from(passed) * u128::from(self.rate_ppm) / u128::from(NOMINAL_PPM);
        self.base_local.saturating_add(u64::try_from(scaled).unwrap_or(u64::MAX))
    }

    /// Returns the global time at which the clock shows (or showed) `local`; `None` if it never
    /// does, because virtual time ends first or because the clock stands still.
    pub(super) fn global(&self, local: Nanos) -> Option<Nanos> {
        let Some(left) = local.checked_sub(self.base_local) else {
            // Earlier rates are not kept: the result is exact only at the nominal rate.
            let ago = if self.rate_ppm == NOMINAL_PPM { self.base_local - local } else { 0 };
            return Some(self.base_global.saturating_sub(ago));
        };
        let needed = match self.rate_ppm {
            _ if left == 0 => 0,
            NOMINAL_PPM => left,
            0 => return None,
            rate => {
                let scaled = (u128::from(left) * u128::from(NOMINAL_PPM)).div_ceil(u128::from(rate));
                u64::try_from(scaled).ok()?
            }
        };
        self.base_global.checked_add(needed)
    }

    /// Changes the clock's rate from `now` on, in parts per million; 0 stops it. Pending timers
    /// keep their local deadlines.
    pub(super) fn set_rate(&mut self, now: Nanos, ppm: u64) {
        self.base_local = self.local(now);
        self.base_global = now;
        self.rate_ppm = ppm;
        self.find_first();
    }

    pub(super) fn add_timer(&mut self, deadline: Nanos, sequence: u64, cell: Rc<TimerCell>) {
        self.timers.push(Reverse(Timer { deadline, sequence, cell }));
        if self.timers.peek().is_some_and(|Reverse(first)| first.sequence == sequence) {
            self.find_first();
        }
    }

    fn find_first(&mut self) {
        let first = self.timers.peek();
        self.first = first.and_then(|Reverse(timer)| Some((self.global(timer.deadline)?, timer.sequence)));
    }

    /// Global time and sequence number of the first timer, which may be cancelled.
    pub(super) fn first_timer(&self) -> Option<(Nanos, u64)> {
        self.first
    }

    /// Removes the leading timers that are cancelled. Returns false if there are none.
    pub(super) fn drop_cancelled(&mut self) -> bool {
        let mut any = false;
        while self.timers.peek().is_some_and(|Reverse(timer)| timer.cell.cancelled.get()) {
            self.timers.pop();
            any = true;
        }
        if any {
            self.find_first();
        }
        any
    }

    /// Removes the first timer. The caller fires it after releasing its borrow of the domains.
    pub(super) fn take_timer(&mut self) -> Option<FiringTimer> {
        let Reverse(timer) = self.timers.pop()?;
        self.find_first();
        Some(FiringTimer(timer.cell))
    }

    /// Removes every timer. The caller drops them after releasing its borrow of the domains.
    pub(super) fn take_all_timers(&mut self) -> impl Sized + use<> {
        self.first = None;
        std::mem::take(&mut self.timers)
    }
}

/// A timer that was removed from its domain and has not fired yet.
pub(super) struct FiringTimer(Rc<TimerCell>);

impl FiringTimer {
    pub(super) fn fire(self) {
        self.0.fire();
    }
}
