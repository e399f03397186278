//! openraft's `AsyncRuntime` on the executor.

use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use openraft_rt::{AsyncRuntime, OptionalSend};

use super::instant::nanos_of;
use super::oneshot::{OneshotReceiver, VirtualOneshot, oneshot};
use super::time::{Elapsed, Sleep, Timeout, local_now};
use super::{
    Executor, RandomStream, VirtualInstant, VirtualMpsc, VirtualMutex, VirtualWatch, WORLD, context,
};

/// openraft's source file that draws election timeouts, and nothing else.
const ELECTION_TIMEOUT_FILE: &str = "engine_config.rs";
/// openraft's source file that draws the delay of a node's first tick.
const TICK_FILE: &str = "tick.rs";

/// openraft's runtime. Its static functions act on the current executor and domain.
#[derive(Default)]
pub struct VirtualRuntime {
    /// The executor of [`AsyncRuntime::block_on`].
    executor: Option<Rc<Executor>>,
}

impl fmt::Debug for VirtualRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VirtualRuntime")
    }
}

/// Resolves to a task's result when the task ends.
pub struct JoinHandle<T>(OneshotReceiver<T>);

/// The error of a task that was dropped before it ended, because its domain was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskEnded;

impl fmt::Display for TaskEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the task was dropped before it ended")
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, TaskEnded>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map(|result| result.map_err(|_closed| TaskEnded))
    }
}

impl AsyncRuntime for VirtualRuntime {
    type JoinError = TaskEnded;
    type JoinHandle<T: OptionalSend + 'static> = JoinHandle<T>;
    type Sleep = Sleep;
    type Instant = VirtualInstant;
    type TimeoutError = Elapsed;
    type Timeout<R, T: Future<Output = R> + OptionalSend> = Timeout<T>;
    type ThreadLocalRng = RandomStream;
    type Mpsc = VirtualMpsc;
    type Watch = VirtualWatch;
    type Oneshot = VirtualOneshot;
    type Mutex<T: OptionalSend + 'static> = VirtualMutex<T>;

    fn spawn<T>(future: T) -> JoinHandle<T::Output>
    where
        T: Future + OptionalSend + 'static,
        T::Output: OptionalSend + 'static,
    {
        let executor = context::current();
        let (sender, receiver) = oneshot();
        executor.spawn(executor.current_domain(), async move {
            // If the handle was dropped, nobody wants the value.
            let _ = sender.send(future.await);
        });
        JoinHandle(receiver)
    }

    fn sleep(duration: Duration) -> Sleep {
        Sleep::until(local_now().saturating_add(nanos_of(duration)))
    }

    fn sleep_until(deadline: VirtualInstant) -> Sleep {
        Sleep::until(deadline.nanos())
    }

    fn timeout<R, F: Future<Output = R> + OptionalSend>(duration: Duration, future: F) -> Timeout<F> {
        Timeout { future, sleep: Self::sleep(duration) }
    }

    fn timeout_at<R, F: Future<Output = R> + OptionalSend>(
        deadline: VirtualInstant,
        future: F,
    ) -> Timeout<F> {
        Timeout { future, sleep: Self::sleep_until(deadline) }
    }

    fn is_panic(_error: &TaskEnded) -> bool {
        // Panics are not caught: they end the run.
        false
    }

    #[track_caller]
    fn thread_rng() -> RandomStream {
        let caller = Location::caller();
        context::with_current(|executor| {
            let stream = executor.split_random();
            if caller.file().ends_with(ELECTION_TIMEOUT_FILE) {
                executor.election_stream(stream)
            } else if caller.file().ends_with(TICK_FILE) {
                executor.tick_stream(stream)
            } else {
                stream
            }
        })
    }

    fn new(_threads: usize) -> Self {
        VirtualRuntime { executor: Some(Executor::new(0, 1)) }
    }

    #[allow(clippy::expect_used)]
    fn block_on<F, T>(&mut self, future: F) -> T
    where
        F: Future<Output = T>,
    {
        let executor = self.executor.get_or_insert_with(|| Executor::new(0, 1)).clone();
        let mut future = std::pin::pin!(future);
        executor.enter(|| {
            let awake = WokenFlag::new();
            let waker = awake.clone().into();
            let mut cx = Context::from_waker(&waker);
            loop {
                if awake.take()
                    && let Poll::Ready(value) = future.as_mut().poll(&mut cx)
                {
                    return value;
                }
                executor.run_ready().expect("a task keeps waking itself or another");
                // `block_on` has no way to return an error, and only tests call it.
                assert!(
                    awake.is_set() || executor.fire_next_timer(),
                    "no timer or task is left that could wake the future"
                );
                debug_assert_eq!(executor.current_domain(), WORLD);
            }
        })
    }
}

/// A waker that records that it was called.
struct WokenFlag(std::sync::atomic::AtomicBool);

impl WokenFlag {
    fn new() -> std::sync::Arc<Self> {
        std::sync::Arc::new(WokenFlag(std::sync::atomic::AtomicBool::new(true)))
    }

    fn take(&self) -> bool {
        self.0.swap(false, std::sync::atomic::Ordering::Relaxed)
    }

    fn is_set(&self) -> bool {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }
}

impl std::task::Wake for WokenFlag {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.store(true, std::sync::atomic::Ordering::Relaxed);
    }
}
