//! Virtual time: a single-threaded executor with one clock domain a node, and
//! openraft's [`AsyncRuntime`](openraft::AsyncRuntime) on top of it.
//!
//! Nothing here knows of Raft. Time moves only when the driver moves it: it runs
//! what can run ([`Executor::run_ready`]), then fires the next timer
//! ([`Executor::fire_next_timer`]), and so on. Ready tasks run first come, first
//! served; timers fire by deadline, then by the order in which they were set. So
//! a run depends on nothing but the seed and what the driver does.
//!
//! A **domain** is a clock with the tasks that live by it. Domain [`WORLD`] is the
//! outside; each node has one of its own, whose clock may run fast or slow, whose
//! tasks may be parked (a paused process) or dropped (a killed one). A task
//! spawned by a task lives in its parent's domain.
//!
//! The channels are this crate's own because tokio's choose whom to wake by
//! chance once another crate of the workspace switches its scheduler on.
//!
//! **Invariant:** no wall clock, no entropy, no thread.

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

/// Identifies a clock domain. Node `n` lives in domain `n`.
pub type DomainId = u32;
/// The domain of everything that is not a node: clients, the driver.
pub const WORLD: DomainId = 0;
