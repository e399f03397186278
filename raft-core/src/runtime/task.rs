//! Tasks, their slots and the queue of those that can run.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

use super::DomainId;

/// A task's slot, and which of its tenants is meant: slots are used again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct TaskKey {
    pub(super) index: u32,
    pub(super) generation: u32,
}

/// Tasks that can run, first come, first served. Wakers must be `Send + Sync`,
/// though all of this lives on one thread: the lock is never contended.
#[derive(Clone, Default)]
pub(super) struct ReadyQueue(Arc<Mutex<VecDeque<TaskKey>>>);

impl ReadyQueue {
    fn lock(&self) -> MutexGuard<'_, VecDeque<TaskKey>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn push(&self, key: TaskKey) {
        self.lock().push_back(key);
    }

    /// Takes all that are queued up, in order, in exchange for an empty queue.
    pub(super) fn take_all(&self, empty: &mut VecDeque<TaskKey>) {
        std::mem::swap(&mut *self.lock(), empty);
    }

    pub(super) fn extend(&self, keys: Vec<TaskKey>) {
        self.lock().extend(keys);
    }
}

/// Queues a task up when it is woken, once until it is polled.
struct TaskWaker {
    key: TaskKey,
    queued: AtomicBool,
    ready: ReadyQueue,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::Relaxed) {
            self.ready.push(self.key);
        }
    }
}

/// Remembers whom to wake. Most often it is who was remembered before: then nothing is cloned.
pub(super) fn note_waker(held: &mut Option<Waker>, waker: &Waker) {
    if !held.as_ref().is_some_and(|held| held.will_wake(waker)) {
        *held = Some(waker.clone());
    }
}

pub(super) type TaskFuture = Pin<Box<dyn Future<Output = ()>>>;

/// What is polled, and what wakes it.
pub(super) struct Pollable {
    pub(super) future: TaskFuture,
    pub(super) waker: Waker,
}

pub(super) struct Task {
    pub(super) domain: DomainId,
    /// Absent while it is being polled.
    pub(super) pollable: Option<Pollable>,
    wake_state: Arc<TaskWaker>,
}

impl Task {
    /// Takes out what is to be polled; from here on a wake queues the task up again.
    pub(super) fn start_poll(&mut self) -> Option<Pollable> {
        self.wake_state.queued.store(false, Ordering::Relaxed);
        self.pollable.take()
    }
}

/// Room for one task at a time.
#[derive(Default)]
pub(super) struct Slot {
    generation: u32,
    task: Option<Task>,
}

impl Slot {
    /// Moves a task in and queues it up; the slot, number `index`, must be empty.
    pub(super) fn fill(&mut self, index: u32, domain: DomainId, future: TaskFuture, ready: &ReadyQueue) {
        let key = TaskKey { index, generation: self.generation };
        let wake_state = Arc::new(TaskWaker { key, queued: AtomicBool::new(true), ready: ready.clone() });
        let waker = Waker::from(wake_state.clone());
        self.task = Some(Task { domain, pollable: Some(Pollable { future, waker }), wake_state });
        ready.push(key);
    }

    /// The tenant that `key` means, if it is still here.
    pub(super) fn tenant(&mut self, key: TaskKey) -> Option<&mut Task> {
        self.task.as_mut().filter(|_| self.generation == key.generation)
    }

    /// The domain of the present tenant.
    pub(super) fn domain(&self) -> Option<DomainId> {
        self.task.as_ref().map(|task| task.domain)
    }

    /// Moves the tenant out. Keys that mean it lead nowhere from here on.
    pub(super) fn vacate(&mut self) -> Option<Task> {
        self.generation = self.generation.wrapping_add(1);
        self.task.take()
    }
}
