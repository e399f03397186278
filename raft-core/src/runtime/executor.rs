//! The executor: runs tasks, fires timers and moves the virtual clock.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::rc::Rc;
use std::task::{Context, Waker};

use super::domain::{Domain, TimerCell};
use super::task::{Pollable, ReadyQueue, Slot, Task, TaskKey};
use super::{DomainId, RandomStream, WORLD, context};
use crate::units::Nanos;

/// The number of polls at one instant at which [`Livelock`] is reported.
const POLLS_AT_ONE_INSTANT_MAX: u64 = 5_000_000;
/// The purpose of domain 0's random stream; domain `n` has the purpose `n` above it.
const RANDOM_PURPOSE_BASE: u64 = 1 << 32;

/// The error of tasks that keep waking each other at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Livelock {
    /// The instant, in global virtual time.
    pub at: Nanos,
    /// The number of polls at that instant.
    pub polls: u64,
}

/// A draw of an election timeout by openraft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ElectionDraw {
    /// The domain of the node that drew.
    pub domain: DomainId,
    /// The instant of the draw on that domain's clock.
    pub local_at: Nanos,
    /// The timeout, in milliseconds.
    pub sample_ms: u64,
}

/// Counters of an executor's work since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Polls of tasks.
    pub polls: u64,
    /// Tasks spawned.
    pub spawns: u64,
    /// Timers fired.
    pub timers_fired: u64,
}

/// Runs tasks under virtual time; see the [module's documentation](super). Always held in an [`Rc`].
///
/// Functions that take a domain panic if its number is not below the number of domains given to
/// [`Executor::new`], which is fixed when the cluster is created.
pub struct Executor {
    now: Cell<Nanos>,
    current_domain: Cell<DomainId>,
    sequence: Cell<u64>,
    stats: Cell<Stats>,
    /// One bit for each domain whose tasks were polled since the last [`Executor::take_ran`].
    ran: Cell<u64>,
    election_range_ms: Cell<(u64, u64)>,
    slots: RefCell<Vec<Slot>>,
    free: RefCell<Vec<u32>>,
    /// Whether any domain is paused. Kept because it is read before each poll.
    any_paused: Cell<bool>,
    ready: ReadyQueue,
    /// Tasks that were taken off `ready` and are not polled yet. They run before the tasks in
    /// `ready`.
    batch: RefCell<VecDeque<TaskKey>>,
    /// Ready tasks of paused domains.
    parked: RefCell<Vec<TaskKey>>,
    domains: RefCell<Vec<Domain>>,
    election_draws: RefCell<Vec<ElectionDraw>>,
}

/// The timer that is due next. Valid until the executor runs a task or changes a timer.
pub struct NextTimer {
    /// Its due time in global time, never in the past.
    pub at: Nanos,
    domain: usize,
}

impl Executor {
    /// Creates an executor at time 0 with this many domains, [`WORLD`] included.
    pub fn new(seed: u64, domains: u32) -> Rc<Executor> {
        let domain =
            |number| Domain::new(RandomStream::stream(seed, RANDOM_PURPOSE_BASE + u64::from(number)));
        Rc::new(Executor {
            now: Cell::new(0),
            current_domain: Cell::new(WORLD),
            sequence: Cell::new(0),
            stats: Cell::default(),
            ran: Cell::default(),
            election_range_ms: Cell::default(),
            slots: RefCell::default(),
            free: RefCell::default(),
            any_paused: Cell::default(),
            ready: ReadyQueue::default(),
            batch: RefCell::default(),
            parked: RefCell::default(),
            domains: RefCell::new((0..domains.max(1)).map(domain).collect()),
            election_draws: RefCell::default(),
        })
    }

    /// Global virtual time.
    pub fn now(&self) -> Nanos {
        self.now.get()
    }

    /// The domain whose task is running; [`WORLD`] between tasks.
    pub fn current_domain(&self) -> DomainId {
        self.current_domain.get()
    }

    /// Returns the reading of a domain's clock.
    pub fn local_now(&self, domain: DomainId) -> Nanos {
        self.domains.borrow()[domain as usize].local(self.now())
    }

    /// Returns the global time at which a domain's clock shows `local`; `None` if it never does,
    /// because virtual time ends first or because the clock stands still.
    pub fn to_global(&self, domain: DomainId, local: Nanos) -> Option<Nanos> {
        self.domains.borrow()[domain as usize].global(local)
    }

    /// Spawns a task in a domain. It runs in the next [`Executor::run_ready`].
    pub fn spawn(self: &Rc<Self>, domain: DomainId, future: impl Future<Output = ()> + 'static) {
        self.count(|stats| stats.spawns += 1);
        let mut slots = self.slots.borrow_mut();
        let index = self.free.borrow_mut().pop().unwrap_or_else(|| {
            slots.push(Slot::default());
            slots.len() as u32 - 1
        });
        slots[index as usize].fill(index, domain, Box::pin(future), &self.ready);
    }

    /// Runs `f` with this executor as the current one.
    pub fn enter<R>(self: &Rc<Self>, f: impl FnOnce() -> R) -> R {
        context::enter(self, f)
    }

    /// Polls tasks until none is ready.
    ///
    /// # Errors
    /// Returns [`Livelock`] after 5,000,000 polls. The remaining tasks stay ready.
    pub fn run_ready(self: &Rc<Self>) -> Result<(), Livelock> {
        let Some(first) = self.next_ready() else { return Ok(()) };
        self.enter(|| {
            let mut polls = 0;
            let mut next = Some(first);
            loop {
                let Some(key) = next.take().or_else(|| self.next_ready()) else { return Ok(()) };
                if !self.poll(key) {
                    continue;
                }
                polls += 1;
                if polls >= POLLS_AT_ONE_INSTANT_MAX {
                    return Err(Livelock { at: self.now(), polls });
                }
            }
        })
    }

    /// Takes the task that has been ready for the longest time.
    fn next_ready(&self) -> Option<TaskKey> {
        let mut batch = self.batch.borrow_mut();
        if batch.is_empty() {
            self.ready.take_all(&mut batch);
        }
        batch.pop_front()
    }

    /// Polls one task. Returns false if the task has ended or is parked.
    fn poll(&self, key: TaskKey) -> bool {
        let Some((mut pollable, domain)) = self.take_for_poll(key) else { return false };
        self.count(|stats| stats.polls += 1);
        self.ran.set(self.ran.get() | domain_bit(domain));
        let back = InDomain::enter(self, domain);
        let Pollable { future, waker } = &mut pollable;
        let done = future.as_mut().poll(&mut Context::from_waker(waker)).is_ready();
        // Destructors may read the clock, so they run in the task's own domain.
        if done {
            drop(self.release(key));
            drop(pollable);
        } else {
            drop(self.put_back(key, pollable));
        }
        drop(back);
        true
    }

    fn take_for_poll(&self, key: TaskKey) -> Option<(Pollable, DomainId)> {
        let mut slots = self.slots.borrow_mut();
        let task = slots[key.index as usize].task_of(key)?;
        if self.any_paused.get() && self.domains.borrow()[task.domain as usize].paused {
            // The task stays marked as queued, so that a second wake does not park it twice.
            self.parked.borrow_mut().push(key);
            return None;
        }
        Some((task.start_poll()?, task.domain))
    }

    /// Stores a future after a poll. Returns it if the task killed its own domain during the poll.
    fn put_back(&self, key: TaskKey, pollable: Pollable) -> Option<Pollable> {
        let mut slots = self.slots.borrow_mut();
        match slots[key.index as usize].task_of(key) {
            Some(task) => task.pollable.replace(pollable),
            None => Some(pollable),
        }
    }

    fn release(&self, key: TaskKey) -> Option<Task> {
        let mut slots = self.slots.borrow_mut();
        let slot = &mut slots[key.index as usize];
        slot.task_of(key)?;
        self.free.borrow_mut().push(key.index);
        slot.vacate()
    }

    /// Returns the due time of the next timer, in global time and never in the past.
    pub fn next_timer_at(&self) -> Option<Nanos> {
        self.next_timer().map(|timer| timer.at)
    }

    /// Returns the timer with the earliest deadline; among equal deadlines the one that was set first.
    pub fn next_timer(&self) -> Option<NextTimer> {
        let mut domains = self.domains.borrow_mut();
        loop {
            let timers = domains.iter().enumerate();
            let due =
                timers.filter_map(|(i, domain)| domain.first_timer().map(|(at, order)| (at, order, i))).min();
            let (at, _, domain) = due?;
            if !domains[domain].drop_cancelled() {
                return Some(NextTimer { at: at.max(self.now()), domain });
            }
        }
    }

    /// Moves global time to the due time of `next` and fires it.
    pub fn fire(&self, next: NextTimer) {
        self.set_now(next.at);
        let timer = self.domains.borrow_mut()[next.domain].take_timer();
        if let Some(timer) = timer {
            self.count(|stats| stats.timers_fired += 1);
            timer.fire();
        }
    }

    /// Moves global time to the next timer and fires it. Returns false if there is none.
    pub fn fire_next_timer(&self) -> bool {
        let next = self.next_timer();
        let any = next.is_some();
        next.into_iter().for_each(|next| self.fire(next));
        any
    }

    /// Moves global time forward to `at`; does nothing if `at` is in the past.
    pub fn set_now(&self, at: Nanos) {
        self.now.set(self.now().max(at));
    }

    /// Drops every task and timer of a domain without polling any of them again, and ends its
    /// pause. Returns the number of tasks dropped.
    pub fn kill_domain(self: &Rc<Self>, domain: DomainId) -> u64 {
        let back = InDomain::enter(self, domain);
        let mut killed = 0;
        loop {
            let victims = self.take_tasks_of(domain);
            if victims.is_empty() {
                break;
            }
            killed += victims.len() as u64;
            // A destructor may spawn tasks, so repeat until none is left.
            self.enter(|| drop(victims));
        }
        let timers = {
            let mut domains = self.domains.borrow_mut();
            domains[domain as usize].paused = false;
            self.any_paused.set(domains.iter().any(|domain| domain.paused));
            domains[domain as usize].take_all_timers()
        };
        self.unpark();
        drop(timers);
        drop(back);
        killed
    }

    fn take_tasks_of(&self, domain: DomainId) -> Vec<Task> {
        let mut slots = self.slots.borrow_mut();
        let mut free = self.free.borrow_mut();
        let mut taken = Vec::new();
        for (index, slot) in slots.iter_mut().enumerate() {
            if slot.domain() == Some(domain) {
                free.push(index as u32);
                taken.extend(slot.vacate());
            }
        }
        taken
    }

    /// Returns the domains whose tasks were polled since the last call, one bit each; see
    /// [`domain_bit`].
    pub fn take_ran(&self) -> u64 {
        self.ran.take()
    }

    /// Parks a domain's tasks or lets them continue. Its clock and timers keep running.
    pub fn set_paused(&self, domain: DomainId, paused: bool) {
        let mut domains = self.domains.borrow_mut();
        domains[domain as usize].paused = paused;
        self.any_paused.set(domains.iter().any(|domain| domain.paused));
        drop(domains);
        if !paused {
            self.unpark();
        }
    }

    /// Queues the parked tasks again, in the order in which they were parked. Tasks of domains that
    /// are still paused are parked again when their turn comes.
    fn unpark(&self) {
        let parked = std::mem::take(&mut *self.parked.borrow_mut());
        self.ready.extend(parked);
    }

    /// Returns whether a domain's tasks are parked.
    pub fn is_paused(&self, domain: DomainId) -> bool {
        self.domains.borrow()[domain as usize].paused
    }

    /// Sets the rate of a domain's clock in parts per million from now on: 1,000,000 keeps virtual
    /// time, 0 stops the clock.
    pub fn set_clock_rate_ppm(&self, domain: DomainId, ppm: u64) {
        self.domains.borrow_mut()[domain as usize].set_rate(self.now(), ppm);
    }

    /// Returns the election timeouts that openraft drew since the last call.
    pub fn take_election_draws(&self) -> Vec<ElectionDraw> {
        let mut draws = self.election_draws.borrow_mut();
        if draws.is_empty() { Vec::new() } else { std::mem::take(&mut draws) }
    }

    /// Sets the range from which openraft draws election timeouts, in milliseconds, without the
    /// upper end. Draws before the first call are not recorded.
    pub fn set_election_range_ms(&self, min: u64, max: u64) {
        self.election_range_ms.set((min, max));
    }

    /// Returns the counters of the work since the start.
    pub fn stats(&self) -> Stats {
        self.stats.get()
    }

    /// Drops every task and timer. Needed to free an executor, as its tasks hold handles to it.
    pub fn shutdown(self: &Rc<Self>) {
        let domains = self.domains.borrow().len() as u32;
        for domain in 0..domains {
            self.kill_domain(domain);
        }
    }

    /// Splits a random stream for the running task off its domain's stream.
    pub(super) fn split_random(&self) -> RandomStream {
        let mut domains = self.domains.borrow_mut();
        RandomStream::new(domains[self.current_domain() as usize].random.next_u64())
    }

    /// Fixes every later draw of an election timeout in a domain to `sample_ms` milliseconds, if
    /// that lies in the range; `None` makes the draws random again. `ticks_aligned` makes
    /// openraft's first tick come after the same delay in every domain that sets it.
    pub fn load_election_dice(&self, domain: DomainId, sample_ms: Option<u64>, ticks_aligned: bool) {
        let mut domains = self.domains.borrow_mut();
        let domain = &mut domains[domain as usize];
        (domain.loaded_sample_ms, domain.ticks_aligned) = (sample_ms, ticks_aligned);
    }

    /// Returns the stream from which openraft draws the delay of its first tick: `drawn`, or a
    /// fixed one if the domain's ticks are aligned.
    pub(super) fn tick_stream(&self, drawn: RandomStream) -> RandomStream {
        let aligned = self.domains.borrow()[self.current_domain() as usize].ticks_aligned;
        if aligned { RandomStream::new(0) } else { drawn }
    }

    /// Returns the stream from which openraft draws an election timeout: `drawn`, or one that gives
    /// the fixed timeout of [`Executor::load_election_dice`].
    pub(super) fn election_stream(&self, drawn: RandomStream) -> RandomStream {
        let (min, max) = self.election_range_ms.get();
        let loaded = self.domains.borrow()[self.current_domain() as usize].loaded_sample_ms;
        let stream = match loaded.filter(|sample| (min..max).contains(sample)) {
            // rand maps a span of words to each number. From the middle of the span it draws no
            // second word.
            Some(sample) => {
                let middle = (u128::from(sample - min) << 64 | 1 << 63) / u128::from(max - min);
                RandomStream::that_gives(middle as u64)
            }
            None => drawn,
        };
        self.note_election_draw(&stream);
        stream
    }

    fn note_election_draw(&self, stream: &RandomStream) {
        let (min, max) = self.election_range_ms.get();
        if min >= max {
            return;
        }
        let sample_ms = rand::RngExt::random_range(&mut stream.clone(), min..max);
        let domain = self.current_domain();
        let draw = ElectionDraw { domain, local_at: self.local_now(domain), sample_ms };
        self.election_draws.borrow_mut().push(draw);
    }

    /// Sets a timer on a domain's clock.
    pub(super) fn add_timer(&self, domain: DomainId, deadline: Nanos, waker: Waker) -> Rc<TimerCell> {
        let cell = TimerCell::new(waker);
        let sequence = self.sequence.replace(self.sequence.get() + 1);
        self.domains.borrow_mut()[domain as usize].add_timer(deadline, sequence, cell.clone());
        cell
    }

    fn count(&self, change: impl FnOnce(&mut Stats)) {
        let mut stats = self.stats.get();
        change(&mut stats);
        self.stats.set(stats);
    }
}

/// Returns the bit of a domain in [`Executor::take_ran`]. Domains from 63 on share the highest bit.
pub fn domain_bit(domain: DomainId) -> u64 {
    1 << domain.min(u64::BITS - 1)
}

/// Makes a domain the current one until it is dropped, which also happens after a panic.
struct InDomain<'a> {
    executor: &'a Executor,
    before: DomainId,
}

impl<'a> InDomain<'a> {
    fn enter(executor: &'a Executor, domain: DomainId) -> Self {
        InDomain { executor, before: executor.current_domain.replace(domain) }
    }
}

impl Drop for InDomain<'_> {
    fn drop(&mut self) {
        self.executor.current_domain.set(self.before);
    }
}
