//! A channel that holds only the latest value.

use std::cell::{Cell, Ref, RefCell};
use std::future::poll_fn;
use std::ops::Deref;
use std::rc::Rc;
use std::task::{Poll, Waker};

use openraft_rt::watch::{RecvError, SendError};
use openraft_rt::{OptionalSend, OptionalSync, Watch, WatchReceiver, WatchSender};

/// The state that the halves of a channel share.
struct WatchState<T> {
    value: RefCell<T>,
    /// The number of changes so far.
    version: Cell<u64>,
    senders: Cell<u64>,
    receivers: Cell<u64>,
    wakers: RefCell<Vec<Waker>>,
}

impl<T> WatchState<T> {
    fn wake_all(&self) {
        let wakers = std::mem::take(&mut *self.wakers.borrow_mut());
        wakers.into_iter().for_each(Waker::wake);
    }

    fn changed(&self) {
        self.version.set(self.version.get() + 1);
        self.wake_all();
    }
}

/// The sending half: sets the value.
pub struct WatchSenderHalf<T>(Rc<WatchState<T>>);

/// The receiving half: reads the value and remembers the last version it has seen.
pub struct WatchReceiverHalf<T> {
    shared: Rc<WatchState<T>>,
    seen: u64,
}

/// A borrow of the value. A change by a sender panics while it exists.
pub struct WatchedRef<'a, T>(Ref<'a, T>);

impl<T> Deref for WatchedRef<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Clone for WatchSenderHalf<T> {
    fn clone(&self) -> Self {
        self.0.senders.set(self.0.senders.get() + 1);
        WatchSenderHalf(self.0.clone())
    }
}

impl<T> Drop for WatchSenderHalf<T> {
    fn drop(&mut self) {
        self.0.senders.set(self.0.senders.get() - 1);
        if self.0.senders.get() == 0 {
            self.0.wake_all();
        }
    }
}

impl<T> Clone for WatchReceiverHalf<T> {
    fn clone(&self) -> Self {
        self.shared.receivers.set(self.shared.receivers.get() + 1);
        WatchReceiverHalf { shared: self.shared.clone(), seen: self.seen }
    }
}

impl<T> Drop for WatchReceiverHalf<T> {
    fn drop(&mut self) {
        self.shared.receivers.set(self.shared.receivers.get() - 1);
    }
}

impl<T> WatchReceiverHalf<T> {
    /// Returns the number of changes so far. Wakes no task and marks nothing as seen.
    pub fn version(&self) -> u64 {
        self.shared.version.get()
    }
}

/// openraft's `Watch` with these channels.
pub struct VirtualWatch;

impl Watch for VirtualWatch {
    type Sender<T: OptionalSend + OptionalSync> = WatchSenderHalf<T>;
    type Receiver<T: OptionalSend + OptionalSync> = WatchReceiverHalf<T>;
    type Ref<'a, T: OptionalSend + 'a> = WatchedRef<'a, T>;

    fn channel<T: OptionalSend + OptionalSync>(init: T) -> (WatchSenderHalf<T>, WatchReceiverHalf<T>) {
        let shared = Rc::new(WatchState {
            value: RefCell::new(init),
            version: Cell::new(0),
            senders: Cell::new(1),
            receivers: Cell::new(1),
            wakers: RefCell::default(),
        });
        (WatchSenderHalf(shared.clone()), WatchReceiverHalf { shared, seen: 0 })
    }
}

impl<T: OptionalSend + OptionalSync> WatchSender<VirtualWatch, T> for WatchSenderHalf<T> {
    fn send(&self, value: T) -> Result<(), SendError<T>> {
        if self.0.receivers.get() == 0 {
            return Err(SendError(value));
        }
        // The old value is dropped during the borrow. Values are large, so they are not moved out
        // first, and none of them holds a channel.
        *self.0.value.borrow_mut() = value;
        self.0.changed();
        Ok(())
    }

    fn send_if_modified<F>(&self, modify: F) -> bool
    where
        F: FnOnce(&mut T) -> bool,
    {
        let modified = modify(&mut self.0.value.borrow_mut());
        if modified {
            self.0.changed();
        }
        modified
    }

    fn borrow_watched(&self) -> WatchedRef<'_, T> {
        WatchedRef(self.0.value.borrow())
    }

    fn subscribe(&self) -> WatchReceiverHalf<T> {
        self.0.receivers.set(self.0.receivers.get() + 1);
        WatchReceiverHalf { shared: self.0.clone(), seen: self.0.version.get() }
    }
}

impl<T: OptionalSend + OptionalSync> WatchReceiver<VirtualWatch, T> for WatchReceiverHalf<T> {
    async fn changed(&mut self) -> Result<(), RecvError> {
        poll_fn(|cx| {
            let version = self.shared.version.get();
            if version != self.seen {
                self.seen = version;
                return Poll::Ready(Ok(()));
            }
            if self.shared.senders.get() == 0 {
                return Poll::Ready(Err(RecvError(())));
            }
            let mut wakers = self.shared.wakers.borrow_mut();
            if !wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
                wakers.push(cx.waker().clone());
            }
            Poll::Pending
        })
        .await
    }

    fn borrow_watched(&self) -> WatchedRef<'_, T> {
        WatchedRef(self.shared.value.borrow())
    }

    fn borrow_and_update(&mut self) -> WatchedRef<'_, T> {
        self.seen = self.shared.version.get();
        WatchedRef(self.shared.value.borrow())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::runtime::{Executor, WORLD};

    #[test]
    fn a_watched_version_can_be_read_without_waking_anyone() {
        let executor = Executor::new(1, 1);
        let (sender, receiver) = VirtualWatch::channel(0);
        let mut waiting = receiver.clone();
        let observed = Rc::new(RefCell::new(Vec::new()));
        let notes = observed.clone();
        executor.spawn(WORLD, async move {
            while waiting.changed().await.is_ok() {
                notes.borrow_mut().push(*waiting.borrow_watched());
            }
        });
        executor.run_ready().unwrap();
        let before = (receiver.version(), executor.stats().polls);
        sender.send(5).unwrap();
        assert!(!sender.send_if_modified(|_| false));
        assert_eq!(receiver.version(), before.0 + 1);
        executor.run_ready().unwrap();
        assert_eq!((receiver.version(), executor.stats().polls), (before.0 + 1, before.1 + 1));
        assert_eq!(*observed.borrow(), [5]);
        drop(sender);
        executor.run_ready().unwrap();
        assert_eq!(executor.kill_domain(WORLD), 0, "the task saw the channel close");
    }
}
