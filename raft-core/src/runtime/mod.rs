//! Virtual time: a single-threaded executor with one clock domain per node, and openraft's
//! [`AsyncRuntime`](openraft::AsyncRuntime) on top of it.
//!
//! This module knows nothing of Raft. The driver alone moves time: it runs every task that is ready
//! ([`Executor::run_ready`]), then fires the next timer ([`Executor::fire_next_timer`]), and
//! repeats. Ready tasks run in the order in which they were woken. Timers fire by deadline, and
//! timers with equal deadlines in the order in which they were set. A run therefore depends only on
//! the seed and on the driver's calls.
//!
//! A **domain** is a clock and the tasks that use it. Domain [`WORLD`] belongs to everything
//! outside the nodes. Each node has a domain of its own: its clock may run fast or slow, its tasks
//! may be parked (a paused process) or dropped (a crashed one). A spawned task belongs to the
//! domain of the task that spawned it.
//!
//! The channels are written here because tokio's choose randomly which task to wake as soon as any
//! crate of the workspace enables tokio's scheduler.
//!
//! **Invariant:** no wall clock, no entropy, no thread.
//!
//! Random numbers come from ChaCha streams, one for each purpose, so that one purpose does not shift the draws of another.

mod context;
mod domain;
mod executor;
mod instant;
mod mpsc;
mod mutex;
mod oneshot;
mod random;
mod task;
#[cfg(test)]
mod tests;
mod time;
mod virtual_runtime;
mod watch;

pub use executor::{ElectionDraw, Executor, Livelock, NextTimer, Stats, domain_bit};
pub use instant::VirtualInstant;
pub use mpsc::{MpscReceiverHalf, MpscSenderHalf, MpscWeakHalf, VirtualMpsc};
pub use mutex::{VirtualMutex, VirtualMutexGuard};
pub use oneshot::{Closed, OneshotReceiver, OneshotSender, VirtualOneshot, oneshot};
pub use random::RandomStream;
pub use time::{Elapsed, Sleep, Timeout, local_now, sleep, sleep_true, spawn, timeout};
pub use virtual_runtime::{JoinHandle, TaskEnded, VirtualRuntime};
pub use watch::{VirtualWatch, WatchReceiverHalf, WatchSenderHalf, WatchedRef};

/// The number of a clock domain. Node `n` has domain `n`.
pub type DomainId = u32;
/// The domain of everything outside the nodes: clients, the driver.
pub const WORLD: DomainId = 0;
