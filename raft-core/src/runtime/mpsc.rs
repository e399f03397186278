//! A bounded channel with many senders and one receiver.
//!
//! The queue grows on demand: openraft asks for room for 65,536 messages per channel and seldom
//! holds more than a few.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use super::task::note_waker;
use openraft_rt::{Mpsc, MpscReceiver, MpscSender, MpscWeakSender, OptionalSend, SendError, TryRecvError};

/// The state that the halves of a channel share.
struct MpscState<T> {
    queue: VecDeque<T>,
    capacity: usize,
    senders: u64,
    receiver_alive: bool,
    receiver_waker: Option<Waker>,
    /// Senders that wait for room, woken in the order in which they came.
    sender_wakers: Vec<Waker>,
}

type MpscStateRef<T> = Rc<RefCell<MpscState<T>>>;

/// The sending half.
pub struct MpscSenderHalf<T>(MpscStateRef<T>);
/// The receiving half.
pub struct MpscReceiverHalf<T>(MpscStateRef<T>);
/// A sender that does not keep the channel open.
pub struct MpscWeakHalf<T>(MpscStateRef<T>);

impl<T> Clone for MpscSenderHalf<T> {
    fn clone(&self) -> Self {
        self.0.borrow_mut().senders += 1;
        MpscSenderHalf(self.0.clone())
    }
}

impl<T> Clone for MpscWeakHalf<T> {
    fn clone(&self) -> Self {
        MpscWeakHalf(self.0.clone())
    }
}

impl<T> Drop for MpscSenderHalf<T> {
    fn drop(&mut self) {
        let waker = {
            let mut shared = self.0.borrow_mut();
            shared.senders -= 1;
            if shared.senders == 0 { shared.receiver_waker.take() } else { None }
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Drop for MpscReceiverHalf<T> {
    fn drop(&mut self) {
        let (wakers, unread) = {
            let mut shared = self.0.borrow_mut();
            shared.receiver_alive = false;
            shared.receiver_waker = None;
            (std::mem::take(&mut shared.sender_wakers), std::mem::take(&mut shared.queue))
        };
        wakers.into_iter().for_each(Waker::wake);
        // Unread messages may own senders of this channel, so drop them while nothing is borrowed.
        drop(unread);
    }
}

/// openraft's `Mpsc` with these channels.
pub struct VirtualMpsc;

impl Mpsc for VirtualMpsc {
    type Sender<T: OptionalSend> = MpscSenderHalf<T>;
    type Receiver<T: OptionalSend> = MpscReceiverHalf<T>;
    type WeakSender<T: OptionalSend> = MpscWeakHalf<T>;

    fn channel<T: OptionalSend>(buffer: usize) -> (MpscSenderHalf<T>, MpscReceiverHalf<T>) {
        let shared = Rc::new(RefCell::new(MpscState {
            queue: VecDeque::new(),
            capacity: buffer.max(1),
            senders: 1,
            receiver_alive: true,
            receiver_waker: None,
            sender_wakers: Vec::new(),
        }));
        (MpscSenderHalf(shared.clone()), MpscReceiverHalf(shared))
    }
}

impl<T: OptionalSend> MpscSender<VirtualMpsc, T> for MpscSenderHalf<T> {
    async fn send(&self, message: T) -> Result<(), SendError<T>> {
        let has_room = poll_fn(|cx| {
            let mut shared = self.0.borrow_mut();
            if !shared.receiver_alive {
                return Poll::Ready(false);
            }
            if shared.queue.len() < shared.capacity {
                return Poll::Ready(true);
            }
            if !shared.sender_wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
                shared.sender_wakers.push(cx.waker().clone());
            }
            Poll::Pending
        });
        if !has_room.await {
            return Err(SendError(message));
        }
        // No other task ran in between, so there is still room.
        let waker = {
            let mut shared = self.0.borrow_mut();
            shared.queue.push_back(message);
            shared.receiver_waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
        Ok(())
    }

    fn downgrade(&self) -> MpscWeakHalf<T> {
        MpscWeakHalf(self.0.clone())
    }
}

impl<T> MpscReceiverHalf<T> {
    fn take(&mut self) -> Result<T, TryRecvError> {
        let (message, wakers) = {
            let mut shared = self.0.borrow_mut();
            match shared.queue.pop_front() {
                Some(message) => (message, std::mem::take(&mut shared.sender_wakers)),
                None if shared.senders == 0 => return Err(TryRecvError::Disconnected),
                None => return Err(TryRecvError::Empty),
            }
        };
        wakers.into_iter().for_each(Waker::wake);
        Ok(message)
    }
}

impl<T: OptionalSend> MpscReceiver<T> for MpscReceiverHalf<T> {
    async fn recv(&mut self) -> Option<T> {
        poll_fn(|cx| match self.take() {
            Ok(message) => Poll::Ready(Some(message)),
            Err(TryRecvError::Disconnected) => Poll::Ready(None),
            Err(TryRecvError::Empty) => {
                note_waker(&mut self.0.borrow_mut().receiver_waker, cx.waker());
                Poll::Pending
            }
        })
        .await
    }

    fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.take()
    }
}

impl<T: OptionalSend> MpscWeakSender<VirtualMpsc, T> for MpscWeakHalf<T> {
    fn upgrade(&self) -> Option<MpscSenderHalf<T>> {
        let mut shared = self.0.borrow_mut();
        if shared.senders == 0 {
            return None;
        }
        shared.senders += 1;
        Some(MpscSenderHalf(self.0.clone()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::runtime::{Executor, WORLD};

    #[test]
    fn a_full_channel_makes_senders_wait_and_room_is_not_reserved() {
        let executor = Executor::new(1, 1);
        let (vast, _receiver) = VirtualMpsc::channel::<[u8; 4096]>(usize::MAX);
        drop(vast);
        let (sender, mut receiver) = VirtualMpsc::channel(1);
        let observed = Rc::new(RefCell::new(Vec::new()));
        let notes = observed.clone();
        executor.spawn(WORLD, async move {
            for n in 1..=2 {
                sender.send(n).await.unwrap();
                notes.borrow_mut().push(n);
            }
        });
        executor.run_ready().unwrap();
        assert_eq!(*observed.borrow(), [1]);
        assert_eq!(receiver.try_recv(), Ok(1));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        executor.run_ready().unwrap();
        assert_eq!(*observed.borrow(), [1, 2]);
        assert_eq!(receiver.try_recv(), Ok(2));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
    }
}
