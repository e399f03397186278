//! Sleeps and timeouts on the clock of the running task's domain.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::domain::TimerCell;
use super::{DomainId, WORLD, context};
use crate::units::Nanos;

/// Returns the reading of the clock of the running task's domain.
pub fn local_now() -> Nanos {
    context::with_current(|executor| executor.local_now(executor.current_domain()))
}

/// Spawns a task in the domain of the running task.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    let executor = context::current();
    executor.spawn(executor.current_domain(), future);
}

/// Sleeps for `duration` on the clock of the running task's domain.
pub async fn sleep(duration: Nanos) {
    Sleep::until(local_now().saturating_add(duration)).await;
}

/// Sleeps for `duration` of global time, whatever the clock of the running task's domain shows. For
/// work outside the process, such as an fsync.
pub async fn sleep_true(duration: Nanos) {
    let now = context::with_current(|executor| executor.now());
    Sleep { deadline: now.saturating_add(duration), clock: Some(WORLD), timer: None }.await;
}

/// Waits for a future for at most `duration` on the clock of the running task's domain. Returns
/// `None` if the time runs out first; if both happen at once, the future's result counts.
pub async fn timeout<F: Future>(duration: Nanos, future: F) -> Option<F::Output> {
    let sleep = Sleep::until(local_now().saturating_add(duration));
    Timeout { future, sleep }.await.ok()
}

/// Resolves when a clock reaches a deadline.
pub struct Sleep {
    deadline: Nanos,
    /// The clock's domain; if absent, the domain in which the future is first polled.
    clock: Option<DomainId>,
    timer: Option<Rc<TimerCell>>,
}

impl Sleep {
    /// Sleeps until `deadline` on the clock of the domain in which the future is first polled.
    pub(super) fn until(deadline: Nanos) -> Self {
        Sleep { deadline, clock: None, timer: None }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match &self.timer {
            Some(timer) if timer.has_fired() => return Poll::Ready(()),
            Some(timer) => timer.set_waker(cx.waker()),
            None => {
                let timer = context::with_current(|executor| {
                    let domain = self.clock.unwrap_or_else(|| executor.current_domain());
                    let is_due = executor.local_now(domain) >= self.deadline;
                    (!is_due).then(|| executor.add_timer(domain, self.deadline, cx.waker().clone()))
                });
                match timer {
                    None => return Poll::Ready(()),
                    some => self.timer = some,
                }
            }
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(timer) = &self.timer {
            timer.cancel();
        }
    }
}

/// The error of a [`Timeout`] whose time ran out before its future was ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time ran out first")
    }
}

pin_project! {
    /// A future with a deadline.
    pub struct Timeout<F> {
        #[pin]
        pub(super) future: F,
        #[pin]
        pub(super) sleep: Sleep,
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(value) = this.future.poll(cx) {
            return Poll::Ready(Ok(value));
        }
        this.sleep.poll(cx).map(|()| Err(Elapsed))
    }
}
