//! Tasks, their slots and the queue of ready tasks.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

use super::DomainId;

/// Identifies a task: its slot, and the slot's generation, as slots are used again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct TaskKey {
    pub(super) index: u32,
    pub(super) generation: u32,
}

/// The ready tasks, in the order in which they were woken. Wakers must be `Send + Sync`, though
/// everything runs on one thread: the lock is never contended.
#[derive(Clone, Default)]
pub(super) struct ReadyQueue(Arc<Mutex<VecDeque<TaskKey>>>);

impl ReadyQueue {
    fn lock(&self) -> MutexGuard<'_, VecDeque<TaskKey>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn push(&self, key: TaskKey) {
        self.lock().push_back(key);
    }

    /// Swaps the queue with `empty`, which then holds every queued task in order.
    pub(super) fn take_all(&self, empty: &mut VecDeque<TaskKey>) {
        std::mem::swap(&mut *self.lock(), empty);
    }

    pub(super) fn extend(&self, keys: Vec<TaskKey>) {
        self.lock().extend(keys);
    }
}

/// Queues a task when it is woken, at most once until its next poll.
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

/// Stores the waker of the task to wake. Does not clone it if the held one wakes the same task,
/// which is the usual case.
pub(super) fn note_waker(held: &mut Option<Waker>, waker: &Waker) {
    if !held.as_ref().is_some_and(|held| held.will_wake(waker)) {
        *held = Some(waker.clone());
    }
}

pub(super) type TaskFuture = Pin<Box<dyn Future<Output = ()>>>;

/// A task's future and its waker.
pub(super) struct Pollable {
    pub(super) future: TaskFuture,
    pub(super) waker: Waker,
}

pub(super) struct Task {
    pub(super) domain: DomainId,
    /// Absent during a poll.
    pub(super) pollable: Option<Pollable>,
    wake_state: Arc<TaskWaker>,
}

impl Task {
    /// Takes the future out for a poll. From here on a wake queues the task again.
    pub(super) fn start_poll(&mut self) -> Option<Pollable> {
        self.wake_state.queued.store(false, Ordering::Relaxed);
        self.pollable.take()
    }
}

/// A place for one task at a time.
#[derive(Default)]
pub(super) struct Slot {
    generation: u32,
    task: Option<Task>,
}

impl Slot {
    /// Stores a new task in this slot, which has number `index` and must be empty, and queues the task.
    pub(super) fn fill(&mut self, index: u32, domain: DomainId, future: TaskFuture, ready: &ReadyQueue) {
        let key = TaskKey { index, generation: self.generation };
        let wake_state = Arc::new(TaskWaker { key, queued: AtomicBool::new(true), ready: ready.clone() });
        let waker = Waker::from(wake_state.clone());
        self.task = Some(Task { domain, pollable: Some(Pollable { future, waker }), wake_state });
        ready.push(key);
    }

    /// Returns the task with this key, if it still exists.
    pub(super) fn task_of(&mut self, key: TaskKey) -> Option<&mut Task> {
        self.task.as_mut().filter(|_| self.generation == key.generation)
    }

    /// Returns the domain of the slot's task.
    pub(super) fn domain(&self) -> Option<DomainId> {
        self.task.as_ref().map(|task| task.domain)
    }

    /// Takes the task out. Its key is invalid from here on.
    pub(super) fn vacate(&mut self) -> Option<Task> {
        self.generation = self.generation.wrapping_add(1);
        self.task.take()
    }
}
