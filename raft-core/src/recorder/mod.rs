//! The recorder: every event passes through it.
//!
//! It stamps events with the virtual clock, hashes them into the trace, shows them to the safety checks and the book
//! of requests, and keeps them until the caller takes them.

mod book;
mod life;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use crate::digest::PortableHasher;
use crate::model::{Event, EventKind, ViolationView};
use crate::runtime::Executor;
use crate::safety::{Checker, Verdict, Violation};
use crate::units::Nanos;
pub(crate) use book::REQUESTS_KEPT;
use book::RequestBook;

/// The largest number of events that wait for the caller; the oldest go first.
pub(crate) const EVENTS_WAITING_MAX: usize = 200_000;
/// The largest number of events for which memory is reserved in advance.
const ROOM_MAX: usize = 4_096;
/// The largest number of violations kept.
const VIOLATIONS_MAX: usize = 100;

/// A handle; all clones record into the same trace.
#[derive(Clone)]
pub(crate) struct Recorder(Rc<Inner>);

struct Inner {
    executor: Rc<Executor>,
    state: RefCell<State>,
}

struct State {
    hasher: PortableHasher,
    count: u64,
    waiting: Waiting,
    /// Absent in tests of single rooms, whose events no cluster would produce, and in benchmarks that measure its cost.
    checker: Option<Checker>,
    book: RequestBook,
    violations: Vec<ViolationView>,
    found: Vec<Violation>,
}

impl Recorder {
    pub(crate) fn new(executor: Rc<Executor>, nodes: u64) -> Self {
        let state = State {
            hasher: PortableHasher::new(),
            count: 0,
            waiting: Waiting::default(),
            checker: Some(Checker::new(nodes)),
            book: RequestBook::default(),
            violations: Vec::new(),
            found: Vec::new(),
        };
        Recorder(Rc::new(Inner { executor, state: RefCell::new(state) }))
    }

    /// Switches the safety checks off.
    pub(crate) fn without_checks(self) -> Self {
        self.0.state.borrow_mut().checker = None;
        self
    }

    /// The present instant, in virtual nanoseconds.
    pub(crate) fn now(&self) -> Nanos {
        self.0.executor.now()
    }

    /// Records an event at the present instant.
    pub(crate) fn record(&self, kind: EventKind) {
        let at = self.0.executor.now();
        let mut state = self.0.state.borrow_mut();
        let state = &mut *state;
        // An event is large: it moves into the queue first and is read there.
        let event = state.waiting.push(Event { at, kind });
        event.hash(&mut state.hasher);
        if let Some(checker) = &mut state.checker {
            checker.observe(event, &mut state.found);
        }
        state.book.observe(event);
        state.count += 1;
        for Violation { property, detail, facts } in state.found.drain(..) {
            if state.violations.len() < VIOLATIONS_MAX {
                state.violations.push(ViolationView { at, property, detail: detail.clone(), facts });
                let told = state.waiting.push(Event { at, kind: EventKind::Violation { property, detail } });
                told.hash(&mut state.hasher);
                state.count += 1;
            }
        }
    }

    /// Hash of all events so far.
    pub(crate) fn trace_hash(&self) -> u64 {
        self.0.state.borrow().hasher.finish()
    }

    /// Number of events so far.
    pub(crate) fn count(&self) -> u64 {
        self.0.state.borrow().count
    }

    /// Takes the events since the last call, with the number of older ones that were dropped.
    pub(crate) fn take(&self) -> (Vec<Event>, u64) {
        self.0.state.borrow_mut().waiting.take()
    }

    /// Reads the waiting events with numbers from `since` on, oldest first.
    pub(crate) fn read_since(&self, since: u64, read: impl FnMut(&Event)) {
        let state = self.0.state.borrow();
        let waiting = &state.waiting.events;
        let new = state.count.saturating_sub(since).min(waiting.len() as u64);
        waiting.range(waiting.len() - new as usize..).for_each(read);
    }

    pub(crate) fn violations(&self) -> Vec<ViolationView> {
        self.0.state.borrow().violations.clone()
    }

    /// Reads the book of requests.
    pub(crate) fn with_book<R>(&self, read: impl FnOnce(&RequestBook) -> R) -> R {
        read(&self.0.state.borrow().book)
    }

    /// Reads the state of the checks; the default where there are none.
    pub(crate) fn with_checker<R: Default>(&self, read: impl FnOnce(&Checker) -> R) -> R {
        self.0.state.borrow().checker.as_ref().map_or_else(R::default, read)
    }

    pub(crate) fn linearizability(&self) -> Verdict {
        let state = self.0.state.borrow();
        state.checker.as_ref().map_or(Verdict::Linearizable, Checker::linearizability)
    }
}

/// The events that wait for the caller, and the number of those that were dropped.
#[derive(Default)]
struct Waiting {
    events: VecDeque<Event>,
    dropped: u64,
}

impl Waiting {
    /// Adds an event and returns it in its place.
    fn push(&mut self, event: Event) -> &Event {
        if self.events.len() == EVENTS_WAITING_MAX {
            self.events.pop_front();
            self.dropped += 1;
        }
        let at = self.events.len();
        self.events.push_back(event);
        &self.events[at]
    }

    fn take(&mut self) -> (Vec<Event>, u64) {
        let dropped = std::mem::take(&mut self.dropped);
        if self.events.is_empty() {
            return (Vec::new(), dropped);
        }
        // About as many are likely to come before the next call. Equal sizes reuse each other's memory.
        let room = VecDeque::with_capacity(self.events.len().next_power_of_two().min(ROOM_MAX));
        let events = std::mem::replace(&mut self.events, room);
        (events.into(), dropped)
    }
}
