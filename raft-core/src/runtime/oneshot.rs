//! A channel for one value.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use openraft_rt::{Oneshot, OptionalSend};

use super::task::note_waker;

/// The state that the sender and the receiver share.
struct OneshotState<T> {
    value: Option<T>,
    sender_alive: bool,
    receiver_alive: bool,
    waker: Option<Waker>,
}

/// Sends the one value.
pub struct OneshotSender<T>(Rc<RefCell<OneshotState<T>>>);

/// Resolves to the value, or to [`Closed`] if the sender is dropped without sending.
pub struct OneshotReceiver<T>(Rc<RefCell<OneshotState<T>>>);

/// The error of a receiver whose sender was dropped without sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the sender was dropped without sending")
    }
}

impl std::error::Error for Closed {}

/// Creates a channel for one value.
pub fn oneshot<T>() -> (OneshotSender<T>, OneshotReceiver<T>) {
    let shared = OneshotState { value: None, sender_alive: true, receiver_alive: true, waker: None };
    let shared = Rc::new(RefCell::new(shared));
    (OneshotSender(shared.clone()), OneshotReceiver(shared))
}

impl<T> OneshotSender<T> {
    /// Sends the value.
    ///
    /// # Errors
    /// Returns the value if the receiver was dropped.
    pub fn send(self, value: T) -> Result<(), T> {
        let mut shared = self.0.borrow_mut();
        if !shared.receiver_alive {
            return Err(value);
        }
        // The receiver is woken when the sender is dropped, at the end of this function.
        shared.value = Some(value);
        Ok(())
    }
}

impl<T> Drop for OneshotSender<T> {
    fn drop(&mut self) {
        let waker = {
            let mut shared = self.0.borrow_mut();
            shared.sender_alive = false;
            shared.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Drop for OneshotReceiver<T> {
    fn drop(&mut self) {
        let unread = {
            let mut shared = self.0.borrow_mut();
            shared.receiver_alive = false;
            (shared.waker.take(), shared.value.take())
        };
        drop(unread);
    }
}

impl<T> Future for OneshotReceiver<T> {
    type Output = Result<T, Closed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut shared = self.0.borrow_mut();
        if let Some(value) = shared.value.take() {
            return Poll::Ready(Ok(value));
        }
        if !shared.sender_alive {
            return Poll::Ready(Err(Closed));
        }
        note_waker(&mut shared.waker, cx.waker());
        Poll::Pending
    }
}

impl<T: OptionalSend> openraft_rt::OneshotSender<T> for OneshotSender<T> {
    fn send(self, value: T) -> Result<(), T> {
        OneshotSender::send(self, value)
    }
}

/// openraft's `Oneshot` with these channels.
pub struct VirtualOneshot;

impl Oneshot for VirtualOneshot {
    type Sender<T: OptionalSend> = OneshotSender<T>;
    type Receiver<T: OptionalSend> = OneshotReceiver<T>;
    type ReceiverError = Closed;

    fn channel<T: OptionalSend>() -> (OneshotSender<T>, OneshotReceiver<T>) {
        oneshot()
    }
}
