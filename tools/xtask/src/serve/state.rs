//! The page that is served, and the notification of changes.

use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What is served.
#[derive(Clone, Default)]
pub struct Served {
    /// The version: it grows with every build, even after a restart of the server.
    pub version: u128,
    /// The page's folder, once there is one.
    pub folder: Option<PathBuf>,
    /// Why the current sources make no page; `None` if they do.
    pub failure: Option<String>,
}

/// The state that the builder and the server's threads share.
#[derive(Default)]
pub struct State {
    served: Mutex<Served>,
    news: Condvar,
}

impl State {
    pub fn new() -> State {
        State::default()
    }

    /// Returns a version that no page had before: nanoseconds of the wall clock.
    pub fn next(&self) -> u128 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        now.max(self.served().version + 1)
    }

    /// Serves this page from now on.
    pub fn made(&self, version: u128, folder: PathBuf) {
        *self.lock() = Served { version, folder: Some(folder), failure: None };
        self.news.notify_all();
    }

    /// Records that a build failed. The page stays as it was, and shows the failure.
    pub fn failed(&self, failure: String) {
        self.lock().failure = Some(failure);
        self.news.notify_all();
    }

    pub fn served(&self) -> Served {
        self.lock().clone()
    }

    /// Waits until the state differs from `known`, or until the time is over.
    pub fn after(&self, known: &Served, patience: Duration) -> Served {
        let same = |now: &mut Served| now.version == known.version && now.failure == known.failure;
        let waited = self.news.wait_timeout_while(self.lock(), patience, same);
        waited.unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// A thread that panicked left no change unfinished: each change is one assignment.
    fn lock(&self) -> MutexGuard<'_, Served> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_a_page_or_a_failure_and_nothing_else() {
        let state = State::new();
        let before = state.served();
        let briefly = Duration::from_millis(1);
        assert_eq!(state.after(&before, briefly).version, before.version);
        let version = state.next();
        state.made(version, PathBuf::from("page"));
        let made = state.after(&before, briefly);
        assert!(made.version == version && made.folder.is_some() && state.next() > version);
        state.failed("it does not compile".to_owned());
        let failed = state.after(&made, briefly);
        assert_eq!(failed.failure.as_deref(), Some("it does not compile"));
        assert!(failed.folder == made.folder && failed.version == version);
        state.made(state.next(), PathBuf::from("page"));
        assert_eq!(state.served().failure, None);
    }
}
