//! The executor that is running now, for the runtime's static functions.

use std::cell::RefCell;
use std::rc::Rc;

use super::Executor;

thread_local! {
    static CURRENT: RefCell<Option<Rc<Executor>>> = const { RefCell::new(None) };
}

/// Runs `f` with `executor` as the current one; the one before comes back afterwards, also
/// after a panic.
pub(super) fn enter<R>(executor: &Rc<Executor>, f: impl FnOnce() -> R) -> R {
    struct Leave(Option<Rc<Executor>>);
    impl Drop for Leave {
        fn drop(&mut self) {
            let before = self.0.take();
            // The replaced handle is dropped after the cell is free again.
            let _inner = CURRENT.with(|current| current.replace(before));
        }
    }
    let _leave = Leave(CURRENT.with(|current| current.replace(Some(executor.clone()))));
    f()
}

/// The executor that is running now.
///
/// # Panics
/// When none is. openraft's runtime functions are static and cannot return an error; only
/// code that touches a node outside of [`Executor::enter`] gets here, which is a fault of
/// this crate.
#[allow(clippy::expect_used)]
pub(super) fn current() -> Rc<Executor> {
    CURRENT.with(|current| current.borrow().clone()).expect("no virtual executor is running")
}

/// Looks at the running executor without taking a handle.
#[allow(clippy::expect_used)]
pub(super) fn with_current<R>(look: impl FnOnce(&Executor) -> R) -> R {
    CURRENT.with(|current| look(current.borrow().as_ref().expect("no virtual executor is running")))
}
