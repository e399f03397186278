//! An asynchronous lock.

use std::cell::{RefCell, RefMut};
use std::future::poll_fn;
use std::ops::{Deref, DerefMut};
use std::task::{Poll, Waker};

use openraft_rt::{Mutex, OptionalSend};

/// A value that one task at a time may lock and keep locked across suspensions.
pub struct VirtualMutex<T> {
    value: RefCell<T>,
    waiting: RefCell<Vec<Waker>>,
}

/// Holds the lock until it is dropped.
pub struct VirtualMutexGuard<'a, T> {
    // Fields drop in this order: first the borrow, then `_release`, which wakes the waiting tasks.
    value: RefMut<'a, T>,
    _release: Release<'a>,
}

struct Release<'a>(&'a RefCell<Vec<Waker>>);

impl Drop for Release<'_> {
    fn drop(&mut self) {
        let waiting = std::mem::take(&mut *self.0.borrow_mut());
        waiting.into_iter().for_each(Waker::wake);
    }
}

impl<T> Deref for VirtualMutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for VirtualMutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: OptionalSend + 'static> Mutex<T> for VirtualMutex<T> {
    type Guard<'a> = VirtualMutexGuard<'a, T>;

    fn new(value: T) -> Self {
        VirtualMutex { value: RefCell::new(value), waiting: RefCell::default() }
    }

    async fn lock(&self) -> VirtualMutexGuard<'_, T> {
        poll_fn(|cx| match self.value.try_borrow_mut() {
            Ok(value) => Poll::Ready(VirtualMutexGuard { value, _release: Release(&self.waiting) }),
            Err(_held) => {
                let mut waiting = self.waiting.borrow_mut();
                if !waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
                    waiting.push(cx.waker().clone());
                }
                Poll::Pending
            }
        })
        .await
    }
}
