//! A clock domain: a clock, its timers and its share of randomness.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;
use std::task::Waker;

use super::RandomStream;
use super::task::note_waker;
use crate::units::Nanos;

/// The rate of a clock that keeps virtual time, in ppm.
pub(super) const NOMINAL_PPM: u64 = 1_000_000;

/// What a timer and its owner share.
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

    /// The owner was polled by another task than before, perhaps.
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
    /// On the domain's own clock.
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

/// A clock and what hangs on it.
pub(super) struct Domain {
    /// Since this instant of global time the clock has run at `rate_ppm`.
    base_global: Nanos,
    /// What the clock showed then.
    base_local: Nanos,
    rate_ppm: u64,
    timers: BinaryHeap<Reverse<Timer>>,
    /// Global time and sequence of the first timer, which may be cancelled; none when it never fires.
    first: Option<(Nanos, u64)>,
    pub(super) random: RandomStream,
    /// The election timeout that every draw gives, in milliseconds, where it is not by chance.
    pub(super) loaded_sample_ms: Option<u64>,
    /// Whether openraft's first tick comes as soon after the start as on every such node.
    pub(super) ticks_aligned: bool,
    /// Whether its tasks are parked.
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

    /// What the clock shows at an instant of global time.
    pub(super) fn local(&self, global: Nanos) -> Nanos {
        let passed = global.saturating_sub(self.base_global);
        if self.rate_ppm == NOMINAL_PPM {
            return self.base_local.saturating_add(passed);
        }
        let scaled = u128::from(passed) * u128::from(self.rate_ppm) / u128::from(NOMINAL_PPM);
        self.base_local.saturating_add(u64::try_from(scaled).unwrap_or(u64::MAX))
    }

    /// When the clock shows (or showed) an instant; `None` when virtual time ends before that,
    /// as it does for a clock that stands still before it.
    pub(super) fn global(&self, local: Nanos) -> Option<Nanos> {
        let Some(left) = local.checked_sub(self.base_local) else {
            // How the clock ran before is forgotten: exact only if it has kept virtual time.
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

    /// From now on the clock runs at another rate; 0 stops it. Pending timers follow.
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

    /// Global time and sequence of the first timer; it may be cancelled.
    pub(super) fn first_timer(&self) -> Option<(Nanos, u64)> {
        self.first
    }

    /// Forgets the timers in front that are cancelled. False when there are none.
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

    /// Takes the first timer out; the caller fires it once nothing is borrowed.
    pub(super) fn take_timer(&mut self) -> Option<FiringTimer> {
        let Reverse(timer) = self.timers.pop()?;
        self.find_first();
        Some(FiringTimer(timer.cell))
    }

    /// Forgets every timer; the caller drops them once nothing is borrowed.
    pub(super) fn take_all_timers(&mut self) -> impl Sized + use<> {
        self.first = None;
        std::mem::take(&mut self.timers)
    }
}

/// A timer on its way to its owner.
pub(super) struct FiringTimer(Rc<TimerCell>);

impl FiringTimer {
    pub(super) fn fire(self) {
        self.0.fire();
    }
}
