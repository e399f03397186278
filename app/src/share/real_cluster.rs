//! A scenario as a script for a real cluster. The code that makes it is a file of its own: it is seldom
//! needed and larger than the rest of the dialog.

use std::future::Future;

use leptos::wasm_split::SplitLoaderError;
use raft_core::headless::shell::script;
use raft_core::scenario::Scenario;

use crate::browser::own_file;

/// Makes the script of a scenario; the script contains the given name.
pub(super) type Make = fn(&Scenario, &str) -> String;

/// Loads the function that makes scripts.
pub(super) fn load() -> impl Future<Output = Result<Make, SplitLoaderError>> {
    real_cluster()
}

own_file!(
    shell,
    fn real_cluster() -> Result<Make, SplitLoaderError> {
        Ok(script)
    }
);
