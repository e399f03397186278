//! The current executor, for the runtime's static functions.

use std::cell::RefCell;
use std::rc::Rc;

use super::Executor;

thread_local! {
    static CURRENT: RefCell<Option<Rc<Executor>>> = const { RefCell::new(None) };
}

/// Runs `f` with `executor` as the current one, and restores the previous one afterwards, even
/// after a panic.
pub(super) fn enter<R>(executor: &Rc<Executor>, f: impl FnOnce() -> R) -> R {
    struct Leave(Option<Rc<Executor>>);
    impl Drop for Leave {
        fn drop(&mut self) {
            let before = self.0.take();
            // Dropped outside `with`: dropping an executor may need the cell.
            let _inner = CURRENT.with(|current| current.replace(before));
        }
    }
    let _leave = Leave(CURRENT.with(|current| current.replace(Some(executor.clone()))));
    f()
}

/// Returns the current executor.
///
/// # Panics
/// If there is none. openraft's runtime functions are static and cannot return an error, and only a
/// mistake in this crate reaches this panic: code that uses a node outside [`Executor::enter`].
#[allow(clippy::expect_used)]
pub(super) fn current() -> Rc<Executor> {
    CURRENT.with(|current| current.borrow().clone()).expect("no virtual executor is running")
}

/// Calls `look` with the current executor, without cloning its handle. Panics like [`current`].
#[allow(clippy::expect_used)]
pub(super) fn with_current<R>(look: impl FnOnce(&Executor) -> R) -> R {
    CURRENT.with(|current| look(current.borrow().as_ref().expect("no virtual executor is running")))
}
